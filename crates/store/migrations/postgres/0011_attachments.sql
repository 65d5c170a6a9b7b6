-- The bytes of files that were attached, each encrypted under a key that lies sealed in the event that brought it. Their
-- digest stands in that event.
CREATE TABLE attachment (
  stream  TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL, -- of the stream, after the event
  bytes   BYTEA NOT NULL,
  PRIMARY KEY (stream, version)
);
