-- The bytes of files that were attached, each encrypted under a key that lies sealed in the event that brought it. Their
-- digest stands in that event.
CREATE TABLE attachment (
  stream  TEXT NOT NULL,
  version INTEGER NOT NULL, -- of the stream, after the event
  bytes   BLOB NOT NULL,
  PRIMARY KEY (stream, version)
) STRICT;
