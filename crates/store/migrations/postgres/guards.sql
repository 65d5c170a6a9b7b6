-- What makes the journal append-only, whoever writes to the database. Set at a start where it is not whole.
CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE OR REPLACE TRIGGER event_is_not_changed BEFORE UPDATE ON event
  FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE OR REPLACE TRIGGER event_is_not_removed BEFORE DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
-- Always: also in sessions that call themselves replicas, where triggers otherwise rest.
ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_not_changed;
ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_not_removed;
-- TRUNCATE asks neither of the triggers above, and of a partition not that of the whole.
DO $$
  DECLARE
    part regclass;
  BEGIN
    FOR part IN SELECT relid FROM pg_partition_tree('event') LOOP
      EXECUTE format('CREATE OR REPLACE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON %s
                      FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()', part);
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER event_is_not_emptied', part);
    END LOOP;
  END $$;
