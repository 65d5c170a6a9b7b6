-- Lists come from an index in their order, whatever they hold: what a list is sorted and narrowed by stands in its table.
-- An office's matters: those not ended first, by due day, those without one last.
CREATE TABLE held (
  matter     TEXT COLLATE "C" NOT NULL,
  office     TEXT COLLATE "C" NOT NULL,
  ended      BIGINT           NOT NULL,
  step       TEXT COLLATE "C" NOT NULL,
  due        TEXT COLLATE "C",
  registered BIGINT           NOT NULL,
  PRIMARY KEY (matter, office)
);
INSERT INTO held (matter, office, ended, step, due, registered)
  SELECT matter.id, office, ended, step, due, registered FROM matter_office JOIN matter ON matter.id = matter_office.matter;
DROP TABLE matter_office;
ALTER TABLE held RENAME TO matter_office;
ALTER INDEX held_pkey RENAME TO matter_office_pkey;
CREATE INDEX matter_office_by_due ON matter_office (office, ended, coalesce(due, '9999-12-31'), registered, matter);
CREATE INDEX matter_office_by_step
  ON matter_office (office, step, ended, coalesce(due, '9999-12-31'), registered, matter);
-- What changes in a matter changes for every office that held it.
CREATE FUNCTION matter_office_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE matter_office SET ended = NEW.ended, step = NEW.step, due = NEW.due
    WHERE matter = NEW.id AND (ended, step, due) IS DISTINCT FROM (NEW.ended, NEW.step, NEW.due);
  RETURN NULL;
END $$;
CREATE TRIGGER matter_office_follows AFTER UPDATE ON matter FOR EACH ROW
  WHEN (OLD.ended IS DISTINCT FROM NEW.ended OR OLD.step IS DISTINCT FROM NEW.step OR OLD.due IS DISTINCT FROM NEW.due)
  EXECUTE FUNCTION matter_office_follows();
-- An office's tasks: by due day, then those that wait longest.
DROP INDEX task_by_office;
CREATE INDEX task_by_due ON task (office, coalesce(due, '9999-12-31'), since, matter, track);
CREATE INDEX task_by_step ON task (office, step, coalesce(due, '9999-12-31'), since, matter, track);
-- How often it came: what was written before did not say it, so the read tables are made anew at the next start.
ALTER TABLE matter ADD COLUMN intakes BIGINT NOT NULL DEFAULT 1;
INSERT INTO migration (name) VALUES ('stale') ON CONFLICT DO NOTHING;
