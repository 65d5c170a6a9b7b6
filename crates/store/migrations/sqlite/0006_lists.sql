-- Lists come from an index in their order, whatever they hold: what a list is sorted and narrowed by stands in its table.
-- An office's matters: those not ended first, by due day, those without one last.
CREATE TABLE held (
  matter     TEXT    NOT NULL,
  office     TEXT    NOT NULL,
  ended      INTEGER NOT NULL,
  step       TEXT    NOT NULL,
  due        TEXT,
  registered INTEGER NOT NULL,
  PRIMARY KEY (matter, office)
) STRICT, WITHOUT ROWID;
INSERT INTO held (matter, office, ended, step, due, registered)
  SELECT matter.id, office, ended, step, due, registered FROM matter_office JOIN matter ON matter.id = matter_office.matter;
DROP TABLE matter_office;
ALTER TABLE held RENAME TO matter_office;
CREATE INDEX matter_office_by_due ON matter_office (office, ended, coalesce(due, '9999-12-31'), registered, matter);
CREATE INDEX matter_office_by_step
  ON matter_office (office, step, ended, coalesce(due, '9999-12-31'), registered, matter);
-- What changes in a matter changes for every office that held it.
CREATE TRIGGER matter_office_follows AFTER UPDATE ON matter
  WHEN OLD.ended IS NOT NEW.ended OR OLD.step IS NOT NEW.step OR OLD.due IS NOT NEW.due
  BEGIN UPDATE matter_office SET ended = NEW.ended, step = NEW.step, due = NEW.due WHERE matter = NEW.id; END;
-- An office's tasks: by due day, then those that wait longest.
DROP INDEX task_by_office;
CREATE INDEX task_by_due ON task (office, coalesce(due, '9999-12-31'), since, matter, track);
CREATE INDEX task_by_step ON task (office, step, coalesce(due, '9999-12-31'), since, matter, track);
-- How often it came: what was written before did not say it, so the read tables are made anew at the next start.
ALTER TABLE matter ADD COLUMN intakes INTEGER NOT NULL DEFAULT 1;
INSERT INTO migration (name) VALUES ('stale') ON CONFLICT DO NOTHING;
