-- The journal: the only source of truth. Append-only: the guards make the database itself refuse edits.
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

-- Where the journal ends, under a key that is not in this file: a journal cut short or written anew does not fit it.
CREATE TABLE head (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL,
  digest   BLOB    NOT NULL,
  mac      BLOB    NOT NULL
) STRICT;

-- One key for each party of each stream, wrapped under the master key. Removing a row erases the party's words.
CREATE TABLE party_key (
  stream  TEXT    NOT NULL,
  party   INTEGER NOT NULL,
  wrapped BLOB    NOT NULL,
  PRIMARY KEY (stream, party)
) STRICT, WITHOUT ROWID;

-- Read tables: derived from the journal, rebuilt by `huiyin rebuild`. They hold no word of a person.
CREATE TABLE matter (
  id          TEXT    PRIMARY KEY,
  version     INTEGER NOT NULL,
  reference   TEXT    NOT NULL UNIQUE,
  code_digest TEXT    NOT NULL,
  procedure   TEXT    NOT NULL,
  family      TEXT    NOT NULL,
  step        TEXT    NOT NULL,
  ended       INTEGER NOT NULL,
  owner       TEXT,
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
) STRICT, WITHOUT ROWID;
CREATE INDEX matter_by_wake ON matter (wake) WHERE wake IS NOT NULL;
CREATE INDEX matter_by_owner ON matter (owner, due) WHERE ended = 0;

-- Which offices may see a matter: what every row filter joins.
CREATE TABLE matter_office (
  office TEXT NOT NULL,
  matter TEXT NOT NULL,
  PRIMARY KEY (office, matter)
) STRICT, WITHOUT ROWID;
CREATE INDEX matter_office_by_matter ON matter_office (matter);

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
  due      TEXT,
  PRIMARY KEY (position, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_by_family ON fact (family, at);

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

CREATE TABLE origin (
  source TEXT    NOT NULL,
  name   TEXT    NOT NULL,
  stream TEXT    NOT NULL,
  intake INTEGER NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

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

-- Not events: how officers sign in.
CREATE TABLE account (
  login    TEXT PRIMARY KEY,
  password TEXT NOT NULL -- argon2id, PHC string
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_in (
  token   BLOB    PRIMARY KEY, -- digest of the token
  login   TEXT    NOT NULL,
  kind    TEXT    NOT NULL,    -- 'browser' or 'api'
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
