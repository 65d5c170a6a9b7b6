-- What the migrations of migrations/sqlite add up to, as the database tells it.

CREATE TABLE account (
  login    TEXT PRIMARY KEY,
  password TEXT NOT NULL -- argon2id, PHC string
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment (
  stream  TEXT NOT NULL,
  version INTEGER NOT NULL, -- of the stream, after the event
  bytes   BLOB NOT NULL,
  PRIMARY KEY (stream, version)
) STRICT;

CREATE TABLE contact_probe (
  login TEXT    NOT NULL,
  day   TEXT    NOT NULL,
  asked INTEGER NOT NULL,
  PRIMARY KEY (login, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE erased (
  stream  TEXT    NOT NULL,
  party   INTEGER NOT NULL,
  through INTEGER NOT NULL, -- version of the stream: later words of the party have a key of their own again
  PRIMARY KEY (stream, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  position    INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  node        TEXT    NOT NULL,
  stream      TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  at          INTEGER NOT NULL, -- microseconds: when it happened
  recorded    INTEGER NOT NULL, -- microseconds: when it was written
  source      TEXT    NOT NULL,
  actor       TEXT    NOT NULL,
  command     TEXT    NOT NULL,
  command_seq INTEGER NOT NULL, -- 0 for the first event of a command
  schema      INTEGER NOT NULL,
  procedure   TEXT    NOT NULL, -- hash of the procedure it happened under, or ''
  public      TEXT    NOT NULL,
  sealed      BLOB    NOT NULL,
  salt        BLOB    NOT NULL,
  digest      BLOB    NOT NULL,
  UNIQUE (stream, version),
  UNIQUE (command, command_seq)
) STRICT;

CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER event_is_not_replaced BEFORE INSERT ON event
  WHEN EXISTS (SELECT 1 FROM event WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM event WHERE stream = NEW.stream AND version = NEW.version)
    OR EXISTS (SELECT 1 FROM event WHERE command = NEW.command AND command_seq = NEW.command_seq)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE fact (
  position INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  family   TEXT    NOT NULL,
  matter   TEXT,
  session  TEXT,
  office   TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  label    TEXT    NOT NULL,
  about    TEXT    NOT NULL,
  amount   INTEGER NOT NULL,
  on_time  INTEGER,
  due      TEXT, event INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (position, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX fact_by_family ON fact (family, at);

CREATE INDEX fact_by_matter ON fact (matter) WHERE matter IS NOT NULL;

CREATE INDEX fact_by_session ON fact (session) WHERE session IS NOT NULL;

CREATE TABLE factor (
  login  TEXT NOT NULL PRIMARY KEY,
  secret BLOB NOT NULL, -- wrapped
  step   INTEGER NOT NULL  -- of the last code that was used: each is good once
) STRICT, WITHOUT ROWID;

CREATE TABLE follower (
  name     TEXT    PRIMARY KEY,
  position INTEGER NOT NULL,
  rules    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL,
  digest   BLOB    NOT NULL,
  mac      BLOB    NOT NULL
) STRICT;

CREATE TABLE leaf (
  number   INTEGER PRIMARY KEY, -- from 0
  digest   BLOB    NOT NULL,
  position INTEGER UNIQUE       -- of the event; none of a random one
) STRICT;

CREATE TABLE matter (
  id          TEXT    PRIMARY KEY,
  version     INTEGER NOT NULL,
  reference   TEXT    NOT NULL UNIQUE,
  code_digest TEXT    NOT NULL,
  procedure   TEXT    NOT NULL,
  family      TEXT    NOT NULL,
  step        TEXT    NOT NULL,
  ended       INTEGER NOT NULL,
  channel     TEXT    NOT NULL,
  people      INTEGER NOT NULL,
  place       TEXT    NOT NULL,
  category    TEXT    NOT NULL,
  registered  INTEGER NOT NULL,
  since       INTEGER NOT NULL,
  due         TEXT,
  clock       TEXT,
  wake        INTEGER,
  is_key      INTEGER NOT NULL
, intakes INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;

CREATE INDEX matter_by_place ON matter (place, registered);

CREATE INDEX matter_by_wake ON matter (wake) WHERE wake IS NOT NULL;

CREATE TRIGGER matter_office_follows AFTER UPDATE ON matter
  WHEN OLD.ended IS NOT NEW.ended OR OLD.step IS NOT NEW.step OR OLD.due IS NOT NEW.due
  BEGIN UPDATE matter_office SET ended = NEW.ended, step = NEW.step, due = NEW.due WHERE matter = NEW.id; END;

CREATE TABLE matter_bar (
  matter TEXT    NOT NULL,
  who    TEXT    NOT NULL, -- office/CODE, accused/LOGIN, recused/LOGIN
  PRIMARY KEY (matter, who)
) STRICT, WITHOUT ROWID;

CREATE INDEX matter_bar_by_who ON matter_bar (who, matter);

CREATE TABLE "matter_office" (
  matter     TEXT    NOT NULL,
  office     TEXT    NOT NULL,
  ended      INTEGER NOT NULL,
  step       TEXT    NOT NULL,
  due        TEXT,
  registered INTEGER NOT NULL,
  PRIMARY KEY (matter, office)
) STRICT, WITHOUT ROWID;

CREATE INDEX matter_office_by_due ON matter_office (office, ended, coalesce(due, '9999-12-31'), registered, matter);

CREATE INDEX matter_office_by_step
  ON matter_office (office, step, ended, coalesce(due, '9999-12-31'), registered, matter);

CREATE TABLE migration (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
  position INTEGER NOT NULL,
  office   TEXT    NOT NULL,
  matter   TEXT    NOT NULL,
  clock    TEXT    NOT NULL,
  due      TEXT    NOT NULL,
  nth      INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (position, office)
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_by_office ON notice (office, at);

CREATE TABLE opening (
  matter TEXT    NOT NULL,
  asked  INTEGER NOT NULL, -- version of the matter with the request
  came   TEXT    NOT NULL, -- asked, opened, kept, lapsed
  event  INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  home   TEXT    NOT NULL, -- the office that registered the matter
  login  TEXT    NOT NULL, -- who asked
  office TEXT    NOT NULL,
  ground TEXT    NOT NULL,
  track  TEXT    NOT NULL,
  custodian TEXT, -- who decided
  PRIMARY KEY (matter, asked, came)
) STRICT, WITHOUT ROWID;

CREATE INDEX opening_by_home ON opening (home, came, at);

CREATE INDEX opening_by_login ON opening (login, came, at);

CREATE TABLE origin (
  source TEXT    NOT NULL,
  name   TEXT    NOT NULL,
  stream TEXT    NOT NULL,
  intake INTEGER NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE party_key (
  stream  TEXT    NOT NULL,
  party   INTEGER NOT NULL,
  wrapped BLOB    NOT NULL,
  PRIMARY KEY (stream, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id      TEXT    PRIMARY KEY,
  version INTEGER NOT NULL,
  office  TEXT    NOT NULL,
  kind    TEXT    NOT NULL,
  starts  INTEGER NOT NULL,
  place   TEXT    NOT NULL,
  held    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_office ON session (office, starts);

CREATE TABLE sign_in (
  token   BLOB NOT NULL PRIMARY KEY, -- digest of the token
  id      TEXT NOT NULL,             -- names it to the officer
  login   TEXT NOT NULL,
  kind    TEXT NOT NULL,             -- 'browser' or 'api'
  device  TEXT NOT NULL,
  began   INTEGER NOT NULL,
  seen    INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_by_login ON sign_in (login, began);

CREATE TABLE single_sign_on (
  login   TEXT NOT NULL PRIMARY KEY,
  account BLOB NOT NULL UNIQUE, -- keyed digest of issuer and subject: a subject may be the number of an identity card
  linked  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  viewer TEXT    NOT NULL, -- the office that sees it; '' for all there is
  report TEXT    NOT NULL,
  figure INTEGER NOT NULL, -- place in the report, from 0
  day    TEXT    NOT NULL, -- '' where it counts whichever day a period begins with
  known  TEXT    NOT NULL, -- first end of a period in which it counts
  amount INTEGER NOT NULL,
  PRIMARY KEY (viewer, report, figure, day, known)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_apart (unit TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE tally_viewer (
  unit   TEXT NOT NULL,
  viewer TEXT NOT NULL,
  PRIMARY KEY (unit, viewer)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX task_by_due ON task (office, coalesce(due, '9999-12-31'), since, matter, track);

CREATE INDEX task_by_step ON task (office, step, coalesce(due, '9999-12-31'), since, matter, track);
