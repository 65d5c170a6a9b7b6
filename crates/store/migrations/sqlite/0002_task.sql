-- What offices must do next, a row for each track that lies with one: their inbox. It takes the place of the owner.
CREATE TABLE task (
  matter TEXT    NOT NULL,
  track  TEXT    NOT NULL, -- '' for the main one
  office TEXT    NOT NULL,
  step   TEXT    NOT NULL,
  since  INTEGER NOT NULL,
  due    TEXT,
  clock  TEXT,
  PRIMARY KEY (matter, track)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_by_office ON task (office, due);
INSERT INTO task (matter, track, office, step, since, due, clock)
  SELECT id, '', owner, step, since, due, clock FROM matter WHERE owner IS NOT NULL AND ended = 0;
DROP INDEX matter_by_owner;
ALTER TABLE matter DROP COLUMN owner;
