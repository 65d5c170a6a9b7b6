-- Where an officer is signed in, so that they can look and end it; and the secrets of one-time codes. Whoever was signed in
-- signs in again.
DROP TABLE sign_in;
CREATE TABLE sign_in (
  token   BYTEA NOT NULL PRIMARY KEY, -- digest of the token
  id      TEXT COLLATE "C" NOT NULL,             -- names it to the officer
  login   TEXT COLLATE "C" NOT NULL,
  kind    TEXT COLLATE "C" NOT NULL,             -- 'browser' or 'api'
  device  TEXT COLLATE "C" NOT NULL,
  began   BIGINT NOT NULL,
  seen    BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX sign_in_by_login ON sign_in (login, began);
CREATE TABLE factor (
  login  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  secret BYTEA NOT NULL, -- wrapped
  step   BIGINT NOT NULL  -- of the last code that was used: each is good once
);
