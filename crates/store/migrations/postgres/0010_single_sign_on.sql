-- Which officer an account of another body's sign-on server stands for.
CREATE TABLE single_sign_on (
  login   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account BYTEA NOT NULL UNIQUE, -- keyed digest of issuer and subject: a subject may be the number of an identity card
  linked  BIGINT NOT NULL
);
