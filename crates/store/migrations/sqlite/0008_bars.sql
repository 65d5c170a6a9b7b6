-- Whom a matter is kept from: offices and officers complained of, officers who recused themselves.
CREATE TABLE matter_bar (
  matter TEXT    NOT NULL,
  who    TEXT    NOT NULL, -- office/CODE, accused/LOGIN, recused/LOGIN
  PRIMARY KEY (matter, who)
) STRICT, WITHOUT ROWID;
CREATE INDEX matter_bar_by_who ON matter_bar (who, matter);
-- What was registered before says it only in the journal: the read tables are made anew at the next start.
INSERT INTO migration (name) VALUES ('stale') ON CONFLICT DO NOTHING;
