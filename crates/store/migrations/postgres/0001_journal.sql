-- The journal: the only source of truth. Append-only: the guards make the database itself refuse edits.
CREATE TABLE event (
  position    BIGINT           PRIMARY KEY,
  id          TEXT COLLATE "C" NOT NULL,
  node        TEXT COLLATE "C" NOT NULL,
  stream      TEXT COLLATE "C" NOT NULL,
  version     BIGINT           NOT NULL,
  at          BIGINT           NOT NULL, -- microseconds: when it happened
  recorded    BIGINT           NOT NULL, -- microseconds: when it was written
  source      TEXT COLLATE "C" NOT NULL,
  actor       TEXT COLLATE "C" NOT NULL,
  command     TEXT COLLATE "C" NOT NULL,
  command_seq BIGINT           NOT NULL, -- 0 for the first event of a command
  schema      BIGINT           NOT NULL,
  procedure   TEXT COLLATE "C" NOT NULL, -- hash of the procedure it happened under, or ''
  public      TEXT COLLATE "C" NOT NULL,
  sealed      BYTEA            NOT NULL,
  salt        BYTEA            NOT NULL,
  digest      BYTEA            NOT NULL,
  UNIQUE (stream, version),
  UNIQUE (command, command_seq)
);

-- Where the journal ends, under a key that is not in this file: a journal cut short or written anew does not fit it.
CREATE TABLE head (
  one      BIGINT PRIMARY KEY CHECK (one = 1),
  position BIGINT NOT NULL,
  digest   BYTEA  NOT NULL,
  mac      BYTEA  NOT NULL
);

-- One key for each party of each stream, wrapped under the master key. Removing a row erases the party's words.
CREATE TABLE party_key (
  stream  TEXT COLLATE "C" NOT NULL,
  party   BIGINT           NOT NULL,
  wrapped BYTEA            NOT NULL,
  PRIMARY KEY (stream, party)
);

-- Read tables: derived from the journal, rebuilt by `huiyin rebuild`. They hold no word of a person.
CREATE TABLE matter (
  id          TEXT COLLATE "C" PRIMARY KEY,
  version     BIGINT           NOT NULL,
  reference   TEXT COLLATE "C" NOT NULL UNIQUE,
  code_digest TEXT COLLATE "C" NOT NULL,
  procedure   TEXT COLLATE "C" NOT NULL,
  family      TEXT COLLATE "C" NOT NULL,
  step        TEXT COLLATE "C" NOT NULL,
  ended       BIGINT           NOT NULL,
  owner       TEXT COLLATE "C",
  channel     TEXT COLLATE "C" NOT NULL,
  people      BIGINT           NOT NULL,
  place       TEXT COLLATE "C" NOT NULL,
  category    TEXT COLLATE "C" NOT NULL,
  registered  BIGINT           NOT NULL,
  since       BIGINT           NOT NULL,
  due         TEXT COLLATE "C",
  clock       TEXT COLLATE "C",
  wake        BIGINT,
  is_key      BIGINT           NOT NULL
);
CREATE INDEX matter_by_wake ON matter (wake) WHERE wake IS NOT NULL;
CREATE INDEX matter_by_owner ON matter (owner, due) WHERE ended = 0;

-- Which offices may see a matter: what every row filter joins.
CREATE TABLE matter_office (
  office TEXT COLLATE "C" NOT NULL,
  matter TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (office, matter)
);
CREATE INDEX matter_office_by_matter ON matter_office (matter);

CREATE TABLE fact (
  position BIGINT           NOT NULL,
  seq      BIGINT           NOT NULL,
  kind     TEXT COLLATE "C" NOT NULL,
  family   TEXT COLLATE "C" NOT NULL,
  matter   TEXT COLLATE "C",
  session  TEXT COLLATE "C",
  office   TEXT COLLATE "C" NOT NULL,
  at       BIGINT           NOT NULL,
  label    TEXT COLLATE "C" NOT NULL,
  about    TEXT COLLATE "C" NOT NULL,
  amount   BIGINT           NOT NULL,
  on_time  BIGINT,
  due      TEXT COLLATE "C",
  PRIMARY KEY (position, seq)
);
CREATE INDEX fact_by_family ON fact (family, at);

CREATE TABLE session (
  id      TEXT COLLATE "C" PRIMARY KEY,
  version BIGINT           NOT NULL,
  office  TEXT COLLATE "C" NOT NULL,
  kind    TEXT COLLATE "C" NOT NULL,
  starts  BIGINT           NOT NULL,
  place   TEXT COLLATE "C" NOT NULL,
  held    BIGINT           NOT NULL
);
CREATE INDEX session_by_office ON session (office, starts);

CREATE TABLE origin (
  source TEXT COLLATE "C" NOT NULL,
  name   TEXT COLLATE "C" NOT NULL,
  stream TEXT COLLATE "C" NOT NULL,
  intake BIGINT           NOT NULL,
  PRIMARY KEY (source, name)
);

CREATE TABLE notice (
  position BIGINT           NOT NULL,
  office   TEXT COLLATE "C" NOT NULL,
  matter   TEXT COLLATE "C" NOT NULL,
  clock    TEXT COLLATE "C" NOT NULL,
  due      TEXT COLLATE "C" NOT NULL,
  nth      BIGINT           NOT NULL,
  at       BIGINT           NOT NULL,
  PRIMARY KEY (position, office)
);
CREATE INDEX notice_by_office ON notice (office, at);

-- Not events: how officers sign in.
CREATE TABLE account (
  login    TEXT COLLATE "C" PRIMARY KEY,
  password TEXT COLLATE "C" NOT NULL -- argon2id, PHC string
);
CREATE TABLE sign_in (
  token   BYTEA            PRIMARY KEY, -- digest of the token
  login   TEXT COLLATE "C" NOT NULL,
  kind    TEXT COLLATE "C" NOT NULL,    -- 'browser' or 'api'
  expires BIGINT           NOT NULL
);
