//! Where a test runs: a data folder with its journal in a file, or in a database of a PostgreSQL started for the tests.

use std::path::Path;

use store::{Database, Home, KeyPlace, Store, StoreError};

use crate::throwaway::Throwaway;

/// A data folder and its database.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub database: Database,
    /// The database on the server.
    throwaway: Option<Throwaway>,
}

impl Place {
    /// Somewhere else, which is somebody else's to take away.
    pub fn of(folder: tempfile::TempDir, database: Database) -> Place {
        Place { folder, database, throwaway: None }
    }

    /// The journal in a file.
    pub fn file() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), database: Database::File, throwaway: None }
    }

    /// The journal in a fresh database; none where PostgreSQL is not installed.
    pub fn postgres() -> Option<Place> {
        let throwaway = Throwaway::new()?;
        let database = Database::Postgres(throwaway.url(throwaway.sockets()));
        Some(Place { folder: tempfile::tempdir().unwrap(), database, throwaway: Some(throwaway) })
    }

    /// The same database reached through other sockets, with a copy of the keys.
    pub fn again(&self, sockets: Option<&Path>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        if self.path().join("keys").exists() {
            std::fs::create_dir(folder.path().join("keys")).unwrap();
            let keys = "keys/huiyin.keys";
            std::fs::copy(self.path().join(keys), folder.path().join(keys)).unwrap();
        }
        let url = self.throwaway.as_ref().unwrap().url(sockets.unwrap_or(self.sockets()));
        Place { folder, database: Database::Postgres(url), throwaway: None }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Folder and database.
    pub fn home(&self) -> Home<'_> {
        Home { folder: self.path(), database: &self.database, keys: &KeyPlace::Folder }
    }

    /// Where the server listens.
    pub fn sockets(&self) -> &Path {
        self.throwaway.as_ref().unwrap().sockets()
    }

    pub fn open(&self) -> Store {
        Store::open_on(self.path(), &self.database).unwrap()
    }

    /// The same, and why it does not open.
    pub fn open_again(&self) -> Result<Store, StoreError> {
        Store::open_on(self.path(), &self.database)
    }

    pub fn is_postgres(&self) -> bool {
        self.database != Database::File
    }

    /// A connection past the store.
    pub fn client(&self) -> postgres::Client {
        let Database::Postgres(url) = &self.database else { panic!("not on PostgreSQL") };
        postgres::Client::connect(url, postgres::NoTls).unwrap()
    }

    /// A connection to the file past the store.
    pub fn file_client(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path().join("journal.db")).unwrap()
    }

    /// What somebody does who can write to the database; the error, where it is refused.
    pub fn run(&self, sql: &str) -> Result<(), String> {
        if self.is_postgres() {
            let told = |error: postgres::Error| error.as_db_error().map_or("?", |told| told.message()).to_owned();
            self.client().batch_execute(sql).map_err(told)
        } else {
            self.file_client().execute_batch(sql).map_err(|error| error.to_string())
        }
    }

    /// What somebody does who has lifted the guards as well.
    pub fn edit(&self, sql: &str) {
        let lift = if self.is_postgres() {
            "ALTER TABLE event DISABLE TRIGGER USER;"
        } else {
            "DROP TRIGGER IF EXISTS event_is_not_changed; DROP TRIGGER IF EXISTS event_is_not_removed;
             DROP TRIGGER IF EXISTS event_is_not_replaced;"
        };
        self.run(&format!("{lift} {sql}")).unwrap();
    }

    /// Makes the partitions of a journal that has none but the first, and those to come, so many positions wide.
    pub fn narrow(&self, width: u64) {
        let sql = "ALTER TABLE event DETACH PARTITION event_0;
             ALTER TABLE event ATTACH PARTITION event_0 FOR VALUES FROM (0) TO";
        self.run(&format!("{sql} ({width})")).unwrap();
    }

    /// The partitions of the journal, by where they begin.
    pub fn partitions(&self) -> Vec<i64> {
        let sql = "SELECT substr(relname, 7)::bigint FROM pg_inherits JOIN pg_class ON oid = inhrelid
             WHERE inhparent = 'event'::regclass ORDER BY 1";
        self.client().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// Puts the journal back into one table, as it was before there were partitions. Nothing may be in the second.
    pub fn back_to_one_table(&self) {
        let sql = "DO $$ BEGIN ALTER TABLE event DETACH PARTITION event_0; END $$;
             DROP TABLE event; DROP FUNCTION journal_make_room; ALTER TABLE event_0 RENAME TO event;
             ALTER TABLE event RENAME CONSTRAINT event_0_pkey TO event_pkey;
             ALTER TABLE event RENAME CONSTRAINT event_0_stream_version_key TO event_stream_version_key;
             ALTER TABLE event RENAME CONSTRAINT event_0_command_command_seq_key TO event_command_command_seq_key;
             CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
               FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
             CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
               FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
             DELETE FROM migration WHERE name = '0007_partitions'";
        self.run(sql).unwrap();
    }

    /// Keeps every writer waiting while `work` runs.
    pub fn hold<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.is_postgres() {
            let mut client = self.client();
            let mut transaction = client.transaction().unwrap();
            transaction.query("SELECT 1 FROM head FOR UPDATE", &[]).unwrap();
            let result = work();
            transaction.rollback().unwrap();
            result
        } else {
            let client = self.file_client();
            client.execute_batch("BEGIN IMMEDIATE").unwrap();
            let result = work();
            client.execute_batch("ROLLBACK").unwrap();
            result
        }
    }
}
