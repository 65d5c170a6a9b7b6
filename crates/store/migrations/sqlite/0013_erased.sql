-- Whose words were erased, up to which event of the stream: their keys are gone on purpose, and stay so after a restore.
CREATE TABLE erased (
  stream  TEXT    NOT NULL,
  party   INTEGER NOT NULL,
  through INTEGER NOT NULL, -- version of the stream: later words of the party have a key of their own again
  PRIMARY KEY (stream, party)
) STRICT, WITHOUT ROWID;
