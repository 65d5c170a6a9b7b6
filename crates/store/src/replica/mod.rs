//! A streaming replica of the server that what is only shown may be read from, while it is not too far behind.

mod scope;
mod watch;

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use casework::event::Stream;

use crate::Store;
use crate::database::{Address, Connection, values};
use crate::error::StoreError;
use crate::pool::Pool;
use crate::tally;

pub(crate) use scope::refuse_in_scope;
use watch::{Shown, Watch};

/// How long between two looks at both servers, at most.
const LOOK: Duration = Duration::from_secs(1);

/// How far a replica is behind, as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// How old what it shows is, at most; none where that cannot be told.
    pub behind: Option<Duration>,
    /// The primary's last position.
    pub primary: u64,
    /// The replica's.
    pub replica: u64,
    /// Bytes of the write-ahead log that the replica has not replayed.
    pub bytes: u64,
    /// Why it is not read from now; none where it is.
    pub why_not: Option<String>,
}

/// For whom something is shown, and what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looking<'a> {
    /// The actor whose own writing must be seen, as events name them.
    pub who: Option<&'a str>,
    /// Where sums of a report are shown: the rules they were counted by.
    pub rules: Option<&'a str>,
}

/// A replica and what is known of it.
pub(crate) struct Replica {
    pool: Pool,
    watch: Arc<Watch>,
    /// Dropped to end the watching.
    ends: Option<SyncSender<()>>,
    watching: Option<JoinHandle<()>>,
}

impl Replica {
    /// Begins to watch a replica. It need not be there yet.
    fn begin(primary: Address, replica: Address, behind_max: Duration) -> std::io::Result<Replica> {
        let watch = Arc::new(Watch::new(behind_max));
        let (ends, ended) = mpsc::sync_channel::<()>(0);
        let (pool, told) = (Pool::new(replica.clone()), Arc::clone(&watch));
        let pause = (behind_max / 10).clamp(Duration::from_millis(50), LOOK);
        let (first, looked) = mpsc::sync_channel(1);
        let watching = std::thread::Builder::new().name("replica".to_owned()).spawn(move || {
            let mut eyes = watch::Eyes::new(primary, replica);
            loop {
                told.take(eyes.look(), Instant::now());
                let _heard_once = first.try_send(());
                if ended.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        })?;
        // Whoever asks only once, as a report on the command line, is to find it known.
        let _known = looked.recv();
        Ok(Replica { pool, watch, ends: Some(ends), watching: Some(watching) })
    }

    fn read<T>(&self, query: impl Fn(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.pool.once(query).inspect_err(|error| {
            if error.is_lost() {
                self.pool.clear();
                self.watch.failed(error);
            }
        })
    }

    /// Closes the connections nobody uses.
    pub(crate) fn clear(&self) {
        self.pool.clear();
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        drop(self.ends.take());
        if let Some(watching) = self.watching.take() {
            let _ended = watching.join();
        }
    }
}

impl Store {
    /// The same store, reading what is only shown from a streaming replica of its server at a `postgres://` address, as
    /// long as that is at most `behind_max` behind. It need not be there: until it is, all is read from the primary.
    ///
    /// # Errors
    /// The journal is in a file, the address is none, or the machine gives no thread.
    pub fn with_replica(mut self, url: &str, behind_max: Duration) -> Result<Store, StoreError> {
        let primary = self.readers.address();
        if let Address::File(_) = primary {
            let why =
                "a replica follows a PostgreSQL server, and this journal lies in a file: give --database too";
            return Err(StoreError::Refused(why.to_owned()));
        }
        let replica = Replica::begin(primary.clone(), Address::of_replica(url)?, behind_max)
            .map_err(|error| StoreError::DataFolder { path: self.folder.clone(), error })?;
        self.replica = Some(Arc::new(replica));
        Ok(self)
    }

    /// How far the replica is behind; none where there is none.
    pub fn lag(&self) -> Option<Lag> {
        self.replica.as_ref().map(|replica| replica.watch.lag(Instant::now()))
    }

    /// Runs `work`, which only shows something: what it reads on this thread comes from the replica where that is near
    /// enough and has all that `looking.who` wrote, and from the primary otherwise. Nothing may be appended in it. Also
    /// how old what was read may be at most; none where all of it came from the primary.
    pub fn shown<T>(&self, looking: &Looking<'_>, work: impl FnOnce() -> T) -> (T, Option<Duration>) {
        if scope::is_open() {
            let result = work();
            return (result, scope::behind());
        }
        let near = self.replica.as_ref().filter(|_| !self.queue.is_batching());
        let Some((replica, behind)) = near.and_then(|replica| Some((replica, self.near(replica, looking)?)))
        else {
            return (work(), None);
        };
        let _open = scope::open(Arc::clone(replica), behind);
        let result = work();
        (result, scope::behind())
    }

    /// Runs `work`, whose reads come from the primary whatever surrounds it: an act is decided in it.
    pub fn from_primary<T>(&self, work: impl FnOnce() -> T) -> T {
        let _set_aside = scope::set_aside();
        work()
    }

    /// How old what the replica shows is, where it may be shown.
    fn near(&self, replica: &Replica, looking: &Looking<'_>) -> Option<Duration> {
        let mut shown: Shown = replica.watch.shown()?;
        if let Some(rules) = looking.rules {
            // Sums go as far as they were counted, there; what was counted by other rules are other sums.
            let counted = replica.read(|connection| tally::position(connection, rules)).ok()?;
            if counted == 0 {
                return None;
            }
            shown.position = shown.position.min(counted);
        }
        let behind = replica.watch.near(shown, Instant::now())?;
        let Some(who) = looking.who else { return Some(behind) };
        let (who, after) = (who.to_owned(), shown.position);
        let sql = "SELECT EXISTS (SELECT 1 FROM event WHERE position > ?1 AND actor = ?2)";
        let misses_own = self.read(move |connection| connection.one(sql, &values![after, &who], |row| row.get(0)));
        match misses_own {
            Ok(false) => Some(behind),
            // Where the primary fails, whoever reads is told so by what is read from it.
            Ok(true) | Err(_) => None,
        }
    }

    /// Reads what is shown: from the replica where [`Store::shown`] has opened the way, otherwise from the primary. What
    /// the replica cannot answer, for whatever reason, the primary is asked.
    pub(crate) fn glance<T: Send + 'static>(
        &self,
        query: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Some(replica) = self.replica.as_ref().filter(|replica| scope::is_of(replica)) {
            match replica.read(&query) {
                Ok(found) => {
                    scope::used();
                    return Ok(found);
                }
                // From here on the primary: a page does not go back in time.
                Err(_) => scope::give_up(),
            }
        }
        self.read(query)
    }

    /// The same for a stream. What is kept in memory is made from those of directory and law: of these, nothing may be
    /// missing.
    pub(crate) fn glance_at<T: Send + 'static>(
        &self,
        stream: &Stream,
        query: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match stream {
            Stream::Matter(_) | Stream::Session(_) => self.glance(query),
            _ => self.read(query),
        }
    }
}
