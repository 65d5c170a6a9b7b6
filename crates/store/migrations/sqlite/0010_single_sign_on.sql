-- Which officer an account of another body's sign-on server stands for.
CREATE TABLE single_sign_on (
  login   TEXT NOT NULL PRIMARY KEY,
  account BLOB NOT NULL UNIQUE, -- keyed digest of issuer and subject: a subject may be the number of an identity card
  linked  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
