-- What makes the journal append-only, whoever writes to the file. Set at every start: earlier versions had fewer.
CREATE TRIGGER IF NOT EXISTS event_is_not_changed BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS event_is_not_removed BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- INSERT OR REPLACE removes the row in its way without asking the trigger above.
CREATE TRIGGER IF NOT EXISTS event_is_not_replaced BEFORE INSERT ON event
  WHEN EXISTS (SELECT 1 FROM event WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM event WHERE stream = NEW.stream AND version = NEW.version)
    OR EXISTS (SELECT 1 FROM event WHERE command = NEW.command AND command_seq = NEW.command_seq)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
