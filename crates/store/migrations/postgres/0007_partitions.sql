-- The journal in partitions by position, which is its order of time. The table there is becomes the first of them as it
-- stands: it is read once, to see that it fits, and not written anew.
ALTER TABLE event RENAME TO event_0;
ALTER TABLE event_0 RENAME CONSTRAINT event_pkey TO event_0_pkey;
ALTER TABLE event_0 RENAME CONSTRAINT event_stream_version_key TO event_0_stream_version_key;
ALTER TABLE event_0 RENAME CONSTRAINT event_command_command_seq_key TO event_0_command_command_seq_key;
-- Guards of the whole reach into the partitions; those of the table itself are in their way. They are back before anybody
-- sees it without.
DROP TRIGGER IF EXISTS event_is_not_changed ON event_0;
DROP TRIGGER IF EXISTS event_is_not_removed ON event_0;
CREATE TABLE event (LIKE event_0 INCLUDING ALL EXCLUDING INDEXES, PRIMARY KEY (position)) PARTITION BY RANGE (position);

-- Sees to it that a position has a partition and that one more lies ready. The answer is the first position of that one:
-- from there on, ask again. Each is as large as the one before, and none larger than 2^24 events. No key of the whole may leave out the position, so
-- each partition has its own for (stream, version) and (command, command_seq); across them, the writer sees to it.
-- Whoever may add events need not be allowed to make tables.
CREATE FUNCTION journal_make_room(place bigint) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET lock_timeout = '2s' AS $$
  DECLARE
    bounds CONSTANT text := 'FROM \(''(\d+)''\) TO \(''(\d+)''\)';
    starts bigint;
    ends bigint;
  BEGIN
    LOOP
      SELECT bound[1]::bigint, bound[2]::bigint INTO starts, ends
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid,
             regexp_match(pg_get_expr(relpartbound, pg_class.oid), bounds) AS bound
       WHERE inhparent = 'event'::regclass ORDER BY 2 DESC LIMIT 1;
      EXIT WHEN starts > place;
      BEGIN
        -- Made aside and then attached: nobody who reads has to wait, nor is waited for.
        EXECUTE format('CREATE TABLE event_%s (LIKE event INCLUDING ALL, UNIQUE (stream, version),
                        UNIQUE (command, command_seq))', ends);
        EXECUTE format('ALTER TABLE event ATTACH PARTITION event_%s FOR VALUES FROM (%s) TO (%s)',
                       ends, ends, ends + least(ends - starts, 16777216));
        EXECUTE format('CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event_%s
                        FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()', ends);
        EXECUTE format('ALTER TABLE event_%s ENABLE ALWAYS TRIGGER event_is_not_emptied', ends);
      EXCEPTION WHEN lock_not_available THEN
        -- Somebody works on the whole table. While there is room, that can wait.
        IF place >= ends THEN
          RAISE;
        END IF;
        RETURN least(ends, place + 10000);
      END;
    END LOOP;
    RETURN starts;
  END $$;

DO $$
  DECLARE
    past bigint;
  BEGIN
    EXECUTE format('ALTER FUNCTION journal_make_room SET search_path = %I, pg_temp', current_schema());
    SELECT (coalesce(max(position), 0) / 16777216 + 1) * 16777216 INTO past FROM event_0;
    EXECUTE format('ALTER TABLE event ATTACH PARTITION event_0 FOR VALUES FROM (0) TO (%s)', past);
    -- A journal that has moved away is not written to, whole or in part.
    IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'event_0'::regclass AND tgname = 'event_has_moved') THEN
      CREATE TRIGGER event_has_moved BEFORE INSERT OR UPDATE ON event
        FOR EACH STATEMENT EXECUTE FUNCTION journal_has_moved();
      ALTER TABLE event ENABLE ALWAYS TRIGGER event_has_moved;
    END IF;
  END $$;
