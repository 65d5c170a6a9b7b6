-- The leaves of the transparency log in their order: digests of events, and random ones among them. The tiles that the
-- public reads are made from here.
CREATE TABLE leaf (
  number   INTEGER PRIMARY KEY, -- from 0
  digest   BLOB    NOT NULL,
  position INTEGER UNIQUE       -- of the event; none of a random one
) STRICT;
