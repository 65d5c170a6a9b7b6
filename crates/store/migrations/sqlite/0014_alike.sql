-- Matters of a place, newest first, for proposing that something was brought before.
CREATE INDEX matter_by_place ON matter (place, registered);

-- How often a telephone that an officer typed was compared with those of matters, by day.
CREATE TABLE contact_probe (
  login TEXT    NOT NULL,
  day   TEXT    NOT NULL,
  asked INTEGER NOT NULL,
  PRIMARY KEY (login, day)
) STRICT, WITHOUT ROWID;
