-- Requests to know who brought a matter, and how each ended: for custodians, who read no matter. Holds no word of the person.
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
CREATE INDEX opening_by_login ON opening (login, came, at);
CREATE INDEX opening_by_home ON opening (home, came, at);
-- What was asked before says it only in the journal: the read tables are made anew at the next start.
INSERT INTO migration (name) VALUES ('stale') ON CONFLICT DO NOTHING;
