-- Where an officer is signed in, so that they can look and end it; and the secrets of one-time codes. Whoever was signed in
-- signs in again.
DROP TABLE sign_in;
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
CREATE TABLE factor (
  login  TEXT NOT NULL PRIMARY KEY,
  secret BLOB NOT NULL, -- wrapped
  step   INTEGER NOT NULL  -- of the last code that was used: each is good once
) STRICT, WITHOUT ROWID;
