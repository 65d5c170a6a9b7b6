-- What matters and sessions add to the figures of reports, day by day, as it was counted so far: a report adds up days,
-- not cases. Made anew from the facts wherever it is not sure.
CREATE TABLE tally (
  viewer TEXT    NOT NULL, -- the office that sees it; '' for all there is
  report TEXT    NOT NULL,
  figure INTEGER NOT NULL, -- place in the report, from 0
  day    TEXT    NOT NULL, -- '' where it counts whichever day a period begins with
  known  TEXT    NOT NULL, -- first end of a period in which it counts
  amount INTEGER NOT NULL,
  PRIMARY KEY (viewer, report, figure, day, known)
) STRICT, WITHOUT ROWID;
-- For which offices a matter or session was counted.
CREATE TABLE tally_viewer (
  unit   TEXT NOT NULL,
  viewer TEXT NOT NULL,
  PRIMARY KEY (unit, viewer)
) STRICT, WITHOUT ROWID;
-- Matters that are not counted but looked at in every question: a day of theirs was corrected.
CREATE TABLE tally_apart (unit TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
-- How far followers of the journal have come, and by what they count.
CREATE TABLE follower (
  name     TEXT    PRIMARY KEY,
  position INTEGER NOT NULL,
  rules    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_by_matter ON fact (matter) WHERE matter IS NOT NULL;
CREATE INDEX fact_by_session ON fact (session) WHERE session IS NOT NULL;
