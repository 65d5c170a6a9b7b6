-- Requests to know who brought a matter, and how each ended: for custodians, who read no matter. Holds no word of the person.
CREATE TABLE opening (
  matter TEXT COLLATE "C" NOT NULL,
  asked  BIGINT NOT NULL, -- version of the matter with the request
  came   TEXT COLLATE "C" NOT NULL, -- asked, opened, kept, lapsed
  event  BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  home   TEXT COLLATE "C" NOT NULL, -- the office that registered the matter
  login  TEXT COLLATE "C" NOT NULL, -- who asked
  office TEXT COLLATE "C" NOT NULL,
  ground TEXT COLLATE "C" NOT NULL,
  track  TEXT COLLATE "C" NOT NULL,
  custodian TEXT COLLATE "C", -- who decided
  PRIMARY KEY (matter, asked, came)
);
CREATE INDEX opening_by_login ON opening (login, came, at);
CREATE INDEX opening_by_home ON opening (home, came, at);
-- What was asked before says it only in the journal: the read tables are made anew at the next start.
INSERT INTO migration (name) VALUES ('stale') ON CONFLICT DO NOTHING;
