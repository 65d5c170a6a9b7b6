//! The one thread that writes. Whatever is queued shares a commit, and is acknowledged after it; in a batch, a flush says
//! what is on disk.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use crate::database::{Address, Connection};
use crate::error::StoreError;
use crate::group::{Append, Group};
use crate::keys::Keys;

/// Anything else done on the writing connection, inside its transaction.
pub(crate) type Task = Box<dyn FnOnce(&Connection) -> Result<(), StoreError> + Send>;
/// Where the answer goes.
pub(crate) type Reply = SyncSender<Result<(), StoreError>>;

/// What the writer is asked.
pub(crate) enum Job {
    /// Write a command.
    Append(Arc<Append>, Reply),
    /// Run a task whole or not at all.
    Task(Task, Reply),
    /// Look at what is written so far, uncommitted work of a batch included.
    Look(Box<dyn FnOnce(&Connection) + Send>),
    /// Begin a batch: commits are shared until the flush, and each command stands whatever becomes of the others.
    BeginBatch,
    /// Begin a transaction that is kept or undone as a whole by the flush.
    BeginWhole,
    /// End what was begun: commit it, or undo what is not committed of a whole that is not to be kept.
    Flush { kept: bool, reply: Reply },
}

/// Work that shares a transaction until a flush.
struct Batch {
    /// Pieces of work in the open transaction.
    count: u32,
    /// Kept or undone as a whole.
    whole: bool,
    /// Why nothing more can be kept of it: work that was said to be part of it is gone.
    broken: Option<StoreError>,
}

/// Commands that share a commit, in a batch or because they wait together.
const COMMANDS_MAX: u32 = 256;

/// How long nothing is asked before what lies in the write-ahead log is folded into the database, so that the file
/// people see and keep is nearly always whole.
const IDLE: Duration = Duration::from_secs(2);

/// Pauses between attempts to reach a server that went away: ten seconds in all, enough for it to start again.
const PAUSES_MS: [u64; 8] = [0, 100, 200, 500, 1000, 2000, 3000, 3200];

/// How often work is sent again after the connection was lost with it.
const LOSSES_MAX: u32 = 3;

pub(crate) struct Writer {
    pub(crate) address: Address,
    pub(crate) connection: Connection,
    pub(crate) keys: Arc<Keys>,
    pub(crate) node: String,
}

/// What waits together: commands, and other work after them.
#[derive(Default)]
struct Waiting {
    appends: Vec<(Arc<Append>, Reply)>,
    tasks: Vec<(Task, Reply)>,
}

/// What shares a transaction, and how far it came.
struct Work<'a> {
    appends: Vec<&'a Append>,
    /// The id of each command's first event, as it was planned last.
    planned: Vec<Option<String>>,
    /// Those that ran are gone.
    tasks: Vec<Option<Task>>,
    /// Each in a savepoint of its own.
    singly: bool,
}

impl Waiting {
    /// Takes in whatever is queued, without waiting for more; what cannot share a transaction is given back.
    fn gather(&mut self, first: Job, jobs: &Receiver<Job>) -> Option<Job> {
        let mut next = Some(first);
        let mut count = 0;
        while let Some(job) = next {
            match job {
                Job::Append(append, reply) => self.appends.push((append, reply)),
                Job::Task(task, reply) => self.tasks.push((task, reply)),
                other => return Some(other),
            }
            count += 1;
            next = if count < COMMANDS_MAX { jobs.try_recv().ok() } else { None };
        }
        None
    }
}

impl Writer {
    /// Works until every sender is gone; a batch that was not flushed is then rolled back.
    pub(crate) fn run(mut self, jobs: &Receiver<Job>) {
        let mut batch: Option<Batch> = None;
        let mut unfolded = true;
        let mut held: Option<Job> = None;
        loop {
            let job = match held.take().map_or_else(|| jobs.recv_timeout(IDLE), Ok) {
                Ok(job) => job,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    if unfolded && batch.is_none() {
                        self.connection.fold("PASSIVE");
                        unfolded = false;
                    }
                    continue;
                }
            };
            unfolded = true;
            match (job, &mut batch) {
                (job @ (Job::Append(..) | Job::Task(..)), None) => {
                    let mut waiting = Waiting::default();
                    held = waiting.gather(job, jobs);
                    self.carry_out(waiting);
                }
                (Job::Append(append, reply), Some(batch)) => {
                    let result = self.in_batch(batch, |writer| writer.one(&append, None).map(|_| ()));
                    let _unheard = reply.send(result);
                }
                (Job::Task(task, reply), Some(batch)) => {
                    let result = self.in_batch(batch, |writer| task(&writer.connection));
                    let _unheard = reply.send(result);
                }
                (Job::Look(look), _) => look(&self.connection),
                (Job::BeginBatch, batch) => *batch = Some(Batch { count: 0, whole: false, broken: None }),
                (Job::BeginWhole, batch) => *batch = Some(Batch { count: 0, whole: true, broken: None }),
                (Job::Flush { kept, reply }, batch) => {
                    let result = batch.take().map_or(Ok(()), |batch| self.flush(batch, kept));
                    let _unheard = reply.send(result);
                }
            }
        }
        self.connection.fold("TRUNCATE");
    }

    /// Carries out what waits together and answers each after the commit. A command that cannot be written fails alone.
    fn carry_out(&mut self, waiting: Waiting) {
        let (appends, of_appends): (Vec<_>, Vec<_>) = waiting.appends.into_iter().unzip();
        let (tasks, of_tasks): (Vec<_>, Vec<_>) = waiting.tasks.into_iter().unzip();
        let mut work = Work {
            planned: vec![None; appends.len()],
            appends: appends.iter().map(|append| &**append).collect(),
            tasks: tasks.into_iter().map(Some).collect(),
            singly: false,
        };
        let replies = of_appends.into_iter().chain(of_tasks);
        let results = self.until_known(&mut work);
        drop(work);
        // Before they are answered, so that each is taken apart by the thread it came from.
        drop(appends);
        match results {
            Ok(results) => replies.zip(results).for_each(|(reply, result)| drop(reply.send(result))),
            Err(error) => replies.for_each(|reply| drop(reply.send(Err(error.for_another())))),
        }
    }

    /// Tries until it is known what became of the work: again one by one where a group cannot be written, again on a
    /// fresh connection where the old one is lost. What was committed unheard is found by the ids it was planned with;
    /// whoever begins to write waits for the lost transaction to end, so there is no "not yet".
    fn until_known(&mut self, work: &mut Work<'_>) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let mut lost = 0;
        loop {
            let error = match self.transact(work) {
                Ok(results) => return Ok(results),
                Err(error) => error,
            };
            let is_run = work.tasks.iter().any(Option::is_none);
            if error.is_lost() {
                lost += 1;
                self.reconnect()?;
                if lost > LOSSES_MAX {
                    return Err(error);
                }
            } else if work.singly || is_run || matches!(error, StoreError::Busy) {
                return Err(error);
            } else {
                work.singly = true;
            }
        }
    }

    /// All of the work in one transaction: what became of each piece, once it is committed.
    fn transact(&self, work: &mut Work<'_>) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        self.connection.begin_writing()?;
        let done = if work.singly { self.one_by_one(work) } else { self.together(work) };
        let done = done.and_then(|mut results| {
            for task in &mut work.tasks {
                // One that ran before cannot run again, and the connection it ran on is gone.
                let unknown = || StoreError::Unreachable("it went away while it answered".to_owned());
                let result = match task.take() {
                    Some(task) => self.connection.savepoint(|| task(&self.connection)),
                    None => Err(unknown()),
                };
                results.push(self.alone(result)?);
            }
            Ok(results)
        });
        match done {
            Ok(results) => self.connection.commit().map(|()| results),
            Err(error) => {
                self.connection.rollback();
                Err(error)
            }
        }
    }

    fn together(&self, work: &mut Work<'_>) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        if work.appends.is_empty() {
            return Ok(Vec::new());
        }
        let mut group = Group::of(&self.connection, &self.keys, &self.node, &work.appends)?;
        let each = work.appends.iter().zip(&mut work.planned);
        let results = each.map(|(append, planned)| group.take(append, planned.as_ref()).map(|id| *planned = id));
        let results = results.collect();
        group.write(&self.connection)?;
        Ok(results)
    }

    fn one_by_one(&self, work: &mut Work<'_>) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let mut results = Vec::with_capacity(work.appends.len());
        for (append, planned) in work.appends.iter().zip(&mut work.planned) {
            let result = self.connection.savepoint(|| self.one(append, planned.as_ref()));
            if result.as_ref().is_err_and(StoreError::is_lost) {
                return result.map(|_| results);
            }
            results.push(self.alone(result)?.map(|id| *planned = id));
        }
        Ok(results)
    }

    /// What became of one piece of work among others. Where it took the transaction with it, as SQLite undoes the whole of
    /// one when the disk is full, nothing of the others stands either: what came next would be committed on its own.
    fn alone<T>(&self, result: Result<T, StoreError>) -> Result<Result<T, StoreError>, StoreError> {
        match result {
            Err(error) if !self.connection.is_in_transaction() => Err(error),
            result => Ok(result),
        }
    }

    /// One command, in a transaction that is open; the id of its first event.
    fn one(&self, append: &Append, before: Option<&String>) -> Result<Option<String>, StoreError> {
        let mut group = Group::of(&self.connection, &self.keys, &self.node, &[append])?;
        let id = group.take(append, before)?;
        group.write(&self.connection)?;
        Ok(id)
    }

    /// Runs one piece of work whole or not at all as part of a batch.
    fn in_batch(
        &mut self,
        batch: &mut Batch,
        work: impl FnOnce(&Writer) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if let Some(error) = &batch.broken {
            return Err(error.for_another());
        }
        let result = self.begin(batch).and_then(|()| self.in_transaction(batch, work));
        if let Err(error) = &result {
            let is_lost = error.is_lost();
            // A full disk undoes the whole transaction: what was said to be part of the batch is gone with it.
            if is_lost || (batch.count > 0 && !self.connection.is_in_transaction()) {
                batch.broken = Some(error.for_another());
                batch.count = 0;
            }
            if is_lost {
                self.reconnect()?;
            }
        }
        result
    }

    /// Begins a transaction of a batch where none is open. While nothing is in it, a lost connection loses nothing.
    fn begin(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if batch.count > 0 {
            return Ok(());
        }
        match self.connection.begin_writing() {
            Err(error) if error.is_lost() => {
                self.reconnect()?;
                self.connection.begin_writing()
            }
            result => result,
        }
    }

    fn in_transaction(
        &self,
        batch: &mut Batch,
        work: impl FnOnce(&Writer) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        batch.count += 1;
        self.connection.savepoint(|| work(self))?;
        if batch.count >= COMMANDS_MAX && !batch.whole {
            batch.count = 0;
            let committed = self.connection.commit();
            batch.broken = committed.as_ref().err().map(StoreError::for_another);
            committed?;
        }
        Ok(())
    }

    fn flush(&mut self, batch: Batch, kept: bool) -> Result<(), StoreError> {
        if let Some(error) = batch.broken {
            if batch.count > 0 {
                self.connection.rollback();
            }
            return Err(error);
        }
        if batch.count == 0 {
            return Ok(());
        }
        if batch.whole && !kept {
            self.connection.rollback();
            return Ok(());
        }
        let committed = self.connection.commit();
        if committed.as_ref().is_err_and(StoreError::is_lost) {
            self.reconnect()?;
        }
        committed
    }

    /// A fresh connection in place of one that is lost.
    fn reconnect(&mut self) -> Result<(), StoreError> {
        let mut last = StoreError::Stopped;
        for pause in PAUSES_MS {
            std::thread::sleep(Duration::from_millis(pause));
            match self.address.connect(false) {
                Ok(connection) => {
                    self.connection = connection;
                    return Ok(());
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}
