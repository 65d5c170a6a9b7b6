//! The one thread that writes. Whatever it acknowledges is on disk, except inside a batch, where a flush says so.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use casework::read::Row;
use rusqlite::Connection;

use crate::error::StoreError;
use crate::journal::{self, Context, Entry};
use crate::keys::Keys;
use crate::rows;

/// Events of one command with the rows each leaves.
pub(crate) struct Append {
    pub(crate) context: Context,
    pub(crate) entries: Vec<(Entry, Vec<Row>)>,
}

/// Anything else done on the writing connection, inside its transaction.
pub(crate) type Task = Box<dyn FnOnce(&Connection) -> Result<(), StoreError> + Send>;

/// What the writer is asked.
pub(crate) enum Job {
    /// Write a command.
    Append(Box<Append>, Sender<Result<(), StoreError>>),
    /// Run a task in a transaction of its own.
    Task(Task, Sender<Result<(), StoreError>>),
    /// Look at what is written so far, uncommitted work of a batch included.
    Look(Box<dyn FnOnce(&Connection) + Send>),
    /// Begin a batch: commits are shared until the flush, and each command stands whatever becomes of the others.
    BeginBatch,
    /// Begin a transaction that is kept or undone as a whole by the flush.
    BeginWhole,
    /// End what was begun: commit it, or undo what is not committed of a whole that is not to be kept.
    Flush { kept: bool, reply: Sender<Result<(), StoreError>> },
}

/// Work that shares a transaction.
struct Batch {
    /// Pieces of work in the open transaction.
    count: u32,
    /// Kept or undone as a whole.
    whole: bool,
}

/// Commands that share a commit in a batch.
const BATCH_COMMANDS_MAX: u32 = 256;

/// How long nothing is asked before what lies in the write-ahead log is folded into the database, so that the file
/// people see and keep is nearly always whole.
const IDLE: Duration = Duration::from_secs(2);

pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) keys: std::sync::Arc<Keys>,
    pub(crate) node: String,
}

impl Writer {
    /// Works until every sender is gone; a batch that was not flushed is then rolled back.
    pub(crate) fn run(self, jobs: &Receiver<Job>) {
        let mut batch: Option<Batch> = None;
        let mut unfolded = true;
        loop {
            let job = match jobs.recv_timeout(IDLE) {
                Ok(job) => job,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    if unfolded && batch.is_none() {
                        self.fold("PASSIVE");
                        unfolded = false;
                    }
                    continue;
                }
            };
            unfolded = true;
            match job {
                Job::Append(append, reply) => {
                    let result = self.one(&mut batch, |writer| writer.append(&append));
                    let _unheard = reply.send(result);
                }
                Job::Task(task, reply) => {
                    let result = self.one(&mut batch, |writer| task(&writer.connection));
                    let _unheard = reply.send(result);
                }
                Job::Look(look) => look(&self.connection),
                Job::BeginBatch => batch = Some(Batch { count: 0, whole: false }),
                Job::BeginWhole => batch = Some(Batch { count: 0, whole: true }),
                Job::Flush { kept, reply } => {
                    let result = match batch.take() {
                        Some(batch) if batch.count > 0 && batch.whole && !kept => self.execute("ROLLBACK"),
                        Some(batch) if batch.count > 0 => self.finish(Ok(()), "COMMIT", "ROLLBACK"),
                        _ => Ok(()),
                    };
                    let _unheard = reply.send(result);
                }
            }
        }
        self.fold("TRUNCATE");
    }

    /// Folds the write-ahead log into the database. Where it cannot be now, nothing is lost: it stays in the log.
    fn fold(&self, how: &str) {
        let _later = self.connection.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |_| Ok(()));
    }

    /// Runs one piece of work whole or not at all: in its own transaction, or in a savepoint of the batch's.
    fn one(
        &self,
        batch: &mut Option<Batch>,
        work: impl FnOnce(&Writer) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match batch {
            None => {
                self.execute("BEGIN IMMEDIATE")?;
                self.finish(work(self), "COMMIT", "ROLLBACK")
            }
            Some(batch) => {
                if batch.count == 0 {
                    self.execute("BEGIN IMMEDIATE")?;
                }
                batch.count += 1;
                self.execute("SAVEPOINT one")?;
                self.finish(work(self), "RELEASE one", "ROLLBACK TO one; RELEASE one")?;
                if batch.count >= BATCH_COMMANDS_MAX && !batch.whole {
                    batch.count = 0;
                    self.finish(Ok(()), "COMMIT", "ROLLBACK")?;
                }
                Ok(())
            }
        }
    }

    fn finish(&self, result: Result<(), StoreError>, keep: &str, undo: &str) -> Result<(), StoreError> {
        let result = result.and_then(|()| self.execute(keep));
        if result.is_err() {
            // The first error is the one to tell; undoing after a full disk may fail as well, and changes nothing.
            let _also_failed = self.execute(undo);
        }
        result
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(sql)?)
    }

    fn append(&self, append: &Append) -> Result<(), StoreError> {
        let entries: Vec<Entry> = append.entries.iter().map(|(entry, _)| entry.clone()).collect();
        let positions = journal::append(&self.connection, &self.keys, &self.node, &append.context, &entries)?;
        for (position, (_, rows)) in positions.into_iter().zip(&append.entries) {
            rows::write(&self.connection, position, rows)?;
        }
        Ok(())
    }
}
