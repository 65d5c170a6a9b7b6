//! The tables: migrations run once each, in order, under equal names on both databases, and the guards of the journal.

use super::{Connection, values};
use crate::error::StoreError;

/// One step, as it is written for each database.
struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// An index as the database tells it.
#[derive(Clone)]
pub(crate) struct Index {
    name: String,
    /// The statement that makes it.
    create: String,
}

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

const MIGRATIONS: [Migration; 14] = [
    migration!("0001_journal"),
    migration!("0002_task"),
    migration!("0003_fact_event"),
    migration!("0004_tally"),
    migration!("0005_leaf"),
    migration!("0006_lists"),
    migration!("0007_partitions"),
    migration!("0008_bars"),
    migration!("0009_sign_in"),
    migration!("0010_single_sign_on"),
    migration!("0011_attachments"),
    migration!("0012_opening"),
    migration!("0013_erased"),
    migration!("0014_alike"),
];

/// Stands among the migrations while the read tables hold less than they should.
const STALE: &str = "stale";
const GUARDS: Migration = migration!("guards");

/// Processes that start at once set up one database one after the other. The number stands for nothing.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(4822817120260)";

/// Whether every guard is there and cannot be slept through, at the journal and at each of its partitions.
const IS_GUARDED: &str = "SELECT NOT EXISTS (
     SELECT 1 FROM pg_partition_tree('event'),
       unnest(ARRAY['event_is_not_changed', 'event_is_not_removed', 'event_is_not_emptied']) AS guard
     WHERE NOT EXISTS (
       SELECT 1 FROM pg_trigger WHERE tgrelid = relid AND tgname = guard AND tgenabled = 'A'))";

impl Connection {
    /// Whether a table is there.
    pub(crate) fn has_table(&self, name: &str) -> Result<bool, StoreError> {
        let sql = match self {
            Connection::Sqlite(_) => "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1",
            Connection::Postgres(_) => {
                "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND oid = to_regclass(?1)"
            }
        };
        Ok(self.one(sql, &values![name], |row| row.get::<i64>(0))? > 0)
    }

    /// Runs the migrations that were not run yet. Nothing is asked of a database that has them all.
    pub(crate) fn migrate(&self) -> Result<(), StoreError> {
        if self.has_table("migration")? && self.missing()?.is_empty() {
            return Ok(());
        }
        self.whole(|| {
            let create = match self {
                Connection::Sqlite(_) => "CREATE TABLE migration (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
                Connection::Postgres(_) => r#"CREATE TABLE migration (name TEXT COLLATE "C" PRIMARY KEY)"#,
            };
            if !self.has_table("migration")? {
                self.batch(create)?;
                self.note_earlier()?;
            }
            for migration in self.missing()? {
                self.batch(self.text(migration))?;
                self.note(migration.name)?;
            }
            match self {
                Connection::Sqlite(_) => Ok(()),
                // A migration may have put the journal into other hands: nobody sees it unguarded.
                Connection::Postgres(_) => self.batch(self.text(&GUARDS)),
            }
        })
    }

    /// Sees to it that a position of the journal has a partition, and that the next one lies ready. To be called in the
    /// transaction that writes there.
    pub(crate) fn make_room(&self, position: i64) -> Result<(), StoreError> {
        let Connection::Postgres(connection) = self else { return Ok(()) };
        if position >= connection.room.get() {
            let room = self.one("SELECT journal_make_room(?1)", &values![position], |row| row.get(0))?;
            connection.room.set(room);
        }
        Ok(())
    }

    /// The indexes of some tables that can be dropped and made again while others read: those that keep no rows apart,
    /// of SQLite. A server would keep every reader waiting until the transaction ends.
    pub(crate) fn indexes(&self, tables: Vec<&str>) -> Result<Vec<Index>, StoreError> {
        let Connection::Sqlite(_) = self else { return Ok(Vec::new()) };
        let of_tables = self.among("tbl_name", 1);
        let sql = format!(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND {of_tables}"
        );
        self.all(&sql, &values![tables], |row| Ok(Index { name: row.get(0)?, create: row.get(1)? }))
    }

    pub(crate) fn drop_index(&self, index: &Index) -> Result<(), StoreError> {
        self.batch(&format!("DROP INDEX {}", index.name))
    }

    pub(crate) fn create_index(&self, index: &Index) -> Result<(), StoreError> {
        self.batch(&index.create)
    }

    /// Whether a migration left the read tables to be made anew.
    pub(crate) fn is_stale(&self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM migration WHERE name = ?1";
        Ok(self.one(sql, &values![STALE], |row| row.get::<i64>(0))? > 0)
    }

    /// Leaves the read tables to be made anew at the next start.
    pub(crate) fn make_stale(&self) -> Result<(), StoreError> {
        self.execute("INSERT INTO migration (name) VALUES (?1) ON CONFLICT DO NOTHING", &values![STALE])
    }

    /// The read tables are made anew.
    pub(crate) fn made_anew(&self) -> Result<(), StoreError> {
        self.execute("DELETE FROM migration WHERE name = ?1", &values![STALE])
    }

    /// Sets the guards of the journal where they are not whole.
    pub(crate) fn guard(&self) -> Result<(), StoreError> {
        let whole = match self {
            Connection::Sqlite(_) => false,
            Connection::Postgres(_) => self.one(IS_GUARDED, &[], |row| row.get(0))?,
        };
        if whole { Ok(()) } else { self.whole(|| self.batch(self.text(&GUARDS))) }
    }

    /// Folders of 0.1, and those written between it and the next, have tables and no list of migrations.
    fn note_earlier(&self) -> Result<(), StoreError> {
        for (table, migration) in [("event", "0001_journal"), ("task", "0002_task")] {
            if self.has_table(table)? {
                self.note(migration)?;
            }
        }
        let tells_event = "SELECT count(*) FROM pragma_table_info('fact') WHERE name = 'event'";
        if let Connection::Sqlite(_) = self
            && self.one(tells_event, &[], |row| row.get::<i64>(0))? > 0
        {
            self.note("0003_fact_event")?;
        }
        Ok(())
    }

    fn note(&self, name: &str) -> Result<(), StoreError> {
        self.execute("INSERT INTO migration (name) VALUES (?1)", &values![name])
    }

    fn missing(&self) -> Result<Vec<&'static Migration>, StoreError> {
        let run: Vec<String> = self.all("SELECT name FROM migration", &[], |row| row.get(0))?;
        Ok(MIGRATIONS.iter().filter(|migration| !run.iter().any(|name| name == migration.name)).collect())
    }

    fn text(&self, migration: &Migration) -> &'static str {
        match self {
            Connection::Sqlite(_) => migration.sqlite,
            Connection::Postgres(_) => migration.postgres,
        }
    }

    /// Runs `work` in one transaction that no other process that sets up runs beside.
    fn whole(&self, work: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        match self {
            Connection::Sqlite(_) => self.batch("BEGIN IMMEDIATE")?,
            Connection::Postgres(_) => self.batch(&format!("BEGIN; {ONE_AT_A_TIME}"))?,
        }
        let result = work().and_then(|()| self.batch("COMMIT"));
        if result.is_err() {
            // The first error is the one to tell.
            let _also_failed = self.batch("ROLLBACK");
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations_and_all_are_run() {
        let listed = |folder: &str| {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let mut names: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        let known = MIGRATIONS.iter().chain([&GUARDS]).map(|migration| format!("{}.sql", migration.name));
        let known: Vec<String> = known.collect();
        assert_eq!(listed("sqlite"), known);
        assert_eq!(listed("postgres"), known);
    }
}
