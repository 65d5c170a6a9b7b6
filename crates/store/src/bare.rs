//! The limit a benchmark measures against: one bare table, whatever waits sharing a commit, nothing else done.

use std::path::Path;
use std::sync::mpsc::{self, SyncSender};

use crate::database::Kind::{Bytes, Int};
use crate::database::{Addition, Address, Connection, Database, Table, values};
use crate::error::StoreError;

const BARE: Table =
    Table { name: "bare", key: "position", columns: &[("position", Int), ("body", Bytes)], on_conflict: "" };
/// Waiting together at most, as for commands.
const GROUP_MAX: usize = 256;

type Job = (Vec<u8>, mpsc::Sender<Result<(), StoreError>>);

/// A bare table with the one thread that writes to it.
pub struct Bare {
    jobs: SyncSender<Job>,
}

impl Bare {
    /// Makes the table: in a file of its own in the folder, or in the database.
    ///
    /// # Errors
    /// The file or the database cannot be used.
    pub fn open(folder: &Path, database: &Database) -> Result<Bare, StoreError> {
        let address = Address::of(database, &folder.join("bare.db"))?;
        let connection = address.connect(false)?;
        connection.batch(match database {
            Database::File => {
                "CREATE TABLE IF NOT EXISTS bare (position INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT"
            }
            Database::Postgres(_) => {
                "CREATE TABLE IF NOT EXISTS bare (position BIGINT PRIMARY KEY, body BYTEA NOT NULL)"
            }
        })?;
        let mut position: i64 =
            connection.one("SELECT coalesce(max(position), 0) FROM bare", &[], |row| row.get(0))?;
        let (jobs, waiting) = mpsc::sync_channel::<Job>(1024);
        let write = move || {
            while let Ok(first) = waiting.recv() {
                let mut group = vec![first];
                group.extend(waiting.try_iter().take(GROUP_MAX - 1));
                let written = commit(&connection, position, &group);
                position += i64::try_from(group.len()).unwrap_or(0);
                for (_, reply) in group {
                    let answer = written.as_ref().map_or_else(|error| Err(error.for_another()), |()| Ok(()));
                    let _unheard = reply.send(answer);
                }
            }
        };
        std::thread::Builder::new()
            .name("bare".to_owned())
            .spawn(write)
            .map_err(|error| StoreError::DataFolder { path: folder.to_owned(), error })?;
        Ok(Bare { jobs })
    }

    /// Commits a body and returns once it is durable.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn commit(&self, body: Vec<u8>) -> Result<(), StoreError> {
        let (reply, answer) = mpsc::channel();
        self.jobs.send((body, reply)).map_err(|_| StoreError::Stopped)?;
        answer.recv().map_err(|_| StoreError::Stopped)?
    }
}

fn commit(connection: &Connection, position: i64, group: &[Job]) -> Result<(), StoreError> {
    connection.batch("BEGIN")?;
    let rows = (position + 1..).zip(group).map(|(position, (body, _))| values![position, body].to_vec());
    connection.add(&[Addition::to(&BARE, rows.collect())])?;
    connection.batch("COMMIT")
}
