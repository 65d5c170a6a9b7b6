//! The queue before the writer: bounded, so that overload is told at once instead of being hidden in a long wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::JoinHandle;

use crate::database::Connection;
use crate::error::StoreError;
use crate::writer::{Job, Reply, Writer};

/// Commands waiting for the writer; more are told to come back.
const WAITING_MAX: usize = 1024;

pub(crate) struct Queue {
    jobs: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<()>>,
    batching: AtomicBool,
}

/// The writer's answer to come. What waits in the queue is written in the order it came.
#[must_use = "only the answer says that it is on disk"]
pub struct Answer(Receiver<Result<(), StoreError>>);

impl Answer {
    /// Waits until it is on disk (in a batch: until it is part of it).
    ///
    /// # Errors
    /// As for [`Store::append`](crate::Store::append).
    pub fn wait(self) -> Result<(), StoreError> {
        self.0.recv().map_err(|_| StoreError::Stopped)?
    }
}

impl Queue {
    /// Starts the writer on a thread of its own.
    pub(crate) fn new(writer: Writer) -> std::io::Result<Queue> {
        let (jobs, waiting) = mpsc::sync_channel(WAITING_MAX);
        let writer = std::thread::Builder::new().name("writer".to_owned()).spawn(move || writer.run(&waiting))?;
        Ok(Queue { jobs: Some(jobs), writer: Some(writer), batching: AtomicBool::new(false) })
    }

    /// Whether a batch is open: what it wrote is then seen by the writer's connection only.
    pub(crate) fn is_batching(&self) -> bool {
        self.batching.load(Ordering::SeqCst)
    }

    /// Asks the writer; the answer is waited for. Only a batch waits for room in the queue.
    pub(crate) fn submit(&self, job: impl FnOnce(Reply) -> Job) -> Result<Answer, StoreError> {
        let (reply, answer) = mpsc::sync_channel(1);
        let job = job(reply);
        if self.is_batching() {
            self.send(job)?;
        } else {
            self.jobs()?.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => StoreError::Stopped,
            })?;
        }
        Ok(Answer(answer))
    }

    /// Looks at the database with the writer's eyes.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = mpsc::channel();
        self.send(Job::Look(Box::new(move |connection| {
            let _unheard = answer.send(query(connection));
        })))?;
        answered.recv().map_err(|_| StoreError::Stopped)?
    }

    /// Runs `work` between `begin` and a flush.
    pub(crate) fn together<T, E: From<StoreError>>(
        &self,
        begin: Job,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.send(begin)?;
        self.batching.store(true, Ordering::SeqCst);
        let result = work();
        let kept = result.is_ok();
        let (reply, flushed) = mpsc::sync_channel(1);
        self.send(Job::Flush { kept, reply })?;
        let flushed = flushed.recv().map_err(|_| StoreError::Stopped)?;
        self.batching.store(false, Ordering::SeqCst);
        let result = result?;
        flushed?;
        Ok(result)
    }

    /// Lets the writer finish what it has, and waits for it.
    pub(crate) fn close(&mut self) {
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take() {
            let _ended = writer.join();
        }
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs()?.send(job).map_err(|_| StoreError::Stopped)
    }

    fn jobs(&self) -> Result<&SyncSender<Job>, StoreError> {
        self.jobs.as_ref().ok_or(StoreError::Stopped)
    }
}
