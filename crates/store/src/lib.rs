//! The store: the journal and its keys, the read tables derived from it, and the accounts of officers. It decides no rule.

mod accounts;
mod alike;
mod attachment;
mod bare;
mod carry;
mod cipher;
mod compare;
mod database;
mod erased;
mod error;
mod factor;
mod folder;
mod follow;
mod group;
mod journal;
mod key_place;
mod keys;
mod leaf;
mod lists;
mod masters;
mod opening;
mod pool;
mod queue;
mod read;
mod rebuild;
mod replica;
mod rewrap;
mod rotation;
mod rows;
mod seal;
mod sealing;
mod sign_on;
mod tally;
mod upper;
mod verify;
mod words;
mod writer;

pub use accounts::{SignIn, TokenKind};
pub use attachment::SealedFile;
pub use bare::Bare;
pub use carry::{
    BackedUp, BackupAsked, Home, Migrated, Proven, RestoreAsked, Restored, Until, Watch, back_up, migrate, prove,
    restore,
};
pub use cipher::Suite;
pub use database::Database;
pub use error::StoreError;
pub use factor::FreshFactor;
pub use journal::{Context, Entry, Recorded, Source};
pub use key_place::KeyPlace;
pub use keys::{EphemeralKey, code_digest, code_fits};
pub use leaf::{Leaf, Written};
pub use opening::Requested;
pub use queue::Answer;
pub use read::{COUNTED_MAX, Found, Page, Wanted};
pub use replica::{Lag, Looking};
pub use rewrap::Rewrapped;
pub use rotation::{KeyStanding, make_key_file, retire, rotate, standing};
pub use tally::{Counted, Place, Uncounted, Unit};
pub use upper::{UpperKey, UpperSecret};
pub use verify::Finding;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use casework::event::{MatterId, Stream};
use casework::filter::Filter;
use casework::office::OfficeCode;
use casework::read::{Fact, MatterRow, NoticeRow, Row, SessionRow};
use jiff::Timestamp;

use crate::database::Connection;
use crate::group::Append;
use crate::keys::Keys;
use crate::pool::Pool;
use crate::queue::Queue;
use crate::replica::Replica;
use crate::rewrap::Rewrapping;
use crate::writer::{Job, Writer};

/// An open journal, with its keys and what is derived from it. In a file, it belongs to one process at a time.
pub struct Store {
    queue: Queue,
    readers: Pool,
    replica: Option<Arc<Replica>>,
    keys: Arc<Keys>,
    node: String,
    folder: PathBuf,
    rewrapping: Mutex<Rewrapping>,
    _lock: Option<File>,
}

impl Store {
    /// Opens a data folder with its journal in a file; an absent or empty one is set up, keys included.
    ///
    /// # Errors
    /// The path is a file or unusable, another process has it, keys or journal are missing, the database is not ours.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        Store::open_on(folder, &Database::File)
    }

    /// Opens a data folder whose journal lies in a database; what is absent is set up. The keys are in the folder in any
    /// case: each process that shares a server has a copy of them.
    ///
    /// # Errors
    /// As for [`Store::open`], or the server cannot be reached or must not be used.
    pub fn open_on(folder: &Path, database: &Database) -> Result<Store, StoreError> {
        Store::open_at(Home { folder, database, keys: &KeyPlace::Folder }, None)
    }

    /// Opens a journal with its keys where they are kept; a new one seals with a suite that is asked for.
    ///
    /// # Errors
    /// As for [`Store::open_on`], or it seals with another suite since it was set up.
    pub fn open_at(home: Home<'_>, suite: Option<Suite>) -> Result<Store, StoreError> {
        let opened = folder::open(home, suite)?;
        let folder = home.folder;
        let keys = Arc::new(opened.keys);
        let writer = Writer {
            address: opened.address.clone(),
            connection: opened.connection,
            keys: Arc::clone(&keys),
            node: opened.node.clone(),
        };
        let queue =
            Queue::new(writer).map_err(|error| StoreError::DataFolder { path: folder.to_owned(), error })?;
        Ok(Store {
            queue,
            readers: Pool::new(opened.address),
            replica: None,
            keys,
            node: opened.node,
            folder: folder.to_owned(),
            rewrapping: Mutex::default(),
            _lock: opened.lock,
        })
    }

    /// Opens a data folder that holds a journal: a mistyped path is not set up as a new one.
    ///
    /// # Errors
    /// There is no journal, or as for [`Store::open`].
    pub fn open_existing(folder: &Path) -> Result<Store, StoreError> {
        Store::open_existing_on(folder, &Database::File)
    }

    /// Opens a data folder whose journal lies in a database and is there already.
    ///
    /// # Errors
    /// There is no journal, or as for [`Store::open_on`].
    pub fn open_existing_on(folder: &Path, database: &Database) -> Result<Store, StoreError> {
        Store::open_existing_at(Home { folder, database, keys: &KeyPlace::Folder })
    }

    /// The same with its keys where they are kept.
    ///
    /// # Errors
    /// There is no journal, or as for [`Store::open_at`].
    pub fn open_existing_at(home: Home<'_>) -> Result<Store, StoreError> {
        if folder::is_untouched(home.folder, home.database)? {
            return Err(StoreError::NoJournal(home.folder.to_owned()));
        }
        Store::open_at(home, None)
    }

    /// The four digits that begin every reference of this node.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Random bytes.
    ///
    /// # Errors
    /// The machine gives none.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes)?;
        Ok(bytes)
    }

    /// A fresh id: a UUIDv7, so that ids sort by time.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn fresh_id(&self, now: Timestamp) -> Result<String, StoreError> {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &self.random()?).into_uuid().to_string())
    }

    /// A secret code for the command that files a matter: the same for the same command, never stored.
    pub fn code_for(&self, command: &str) -> String {
        self.keys.code_for(command)
    }

    /// The secret code of one representative of a matter, by their number: never stored, like every code.
    pub fn code_for_representative(&self, matter: &MatterId, number: u32) -> String {
        self.keys.code_for_representative(&matter.0, number)
    }

    /// The secret code of one mandate of a matter, by its number: never stored either.
    pub fn code_for_mandate(&self, matter: &MatterId, number: u32) -> String {
        self.keys.code_for_mandate(&matter.0, number)
    }

    /// Writes the events of one command with the rows each leaves: all or none. Returns once it is on disk (in a
    /// batch: once it is part of it).
    ///
    /// # Errors
    /// A stream moved on ([`StoreError::Conflict`]), the command was carried out before ([`StoreError::Repeated`]),
    /// a reference is taken, the disk refuses, or more waits than can be written ([`StoreError::Busy`], at once).
    pub fn append(&self, context: Context, entries: Vec<(Entry, Vec<Row>)>) -> Result<(), StoreError> {
        self.submit(context, entries)?.wait()
    }

    /// As [`Store::append`], without waiting for the disk: what is submitted after it is written after it, and may
    /// expect the versions it leaves.
    ///
    /// # Errors
    /// More waits than can be written ([`StoreError::Busy`]); everything else is told by the answer.
    pub fn submit(&self, context: Context, entries: Vec<(Entry, Vec<Row>)>) -> Result<Answer, StoreError> {
        replica::refuse_in_scope()?;
        let append = Arc::new(Append::prepare(&self.keys, context, entries)?);
        self.queue.submit(|reply| Job::Append(Arc::clone(&append), reply))
    }

    /// Shares commits among what is written in `work`: much faster, and durable only when this returns.
    ///
    /// # Errors
    /// What `work` returns, or that the last commit failed.
    pub fn batch<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.queue.together(Job::BeginBatch, work)
    }

    /// Whether a batch is under way: what is written and read then may be undone with it.
    pub fn is_batching(&self) -> bool {
        self.queue.is_batching()
    }

    /// The stream a command began with, where it was carried out before.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn done(&self, command: &str) -> Result<Option<Stream>, StoreError> {
        let command = command.to_owned();
        self.read(move |connection| journal::is_done(connection, &command))
    }

    /// The events of a stream after a version, words still sealed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn events(&self, stream: &Stream, after: u64) -> Result<Vec<Recorded>, StoreError> {
        let of = stream.clone();
        self.glance_at(stream, move |connection| journal::events_of(connection, &of, after))
    }

    /// Events of all streams after a position, at most so many, as they are committed: also while a batch is written.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn events_after(&self, position: u64, most: u32) -> Result<Vec<Recorded>, StoreError> {
        self.readers.read(|connection| journal::events_after(connection, position, most))
    }

    /// What was handed to the upper office under seal, by reference, after one, at most so many.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn handed_up(&self, after: &str, most: u32) -> Result<Vec<Recorded>, StoreError> {
        let after = after.to_owned();
        self.read(move |connection| journal::handed_up(connection, &after, most))
    }

    /// Version of a stream: 0 where it has no event.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn version(&self, stream: &Stream) -> Result<u64, StoreError> {
        let key = stream.to_string();
        self.read(move |connection| journal::version_of(connection, &key))
    }

    /// Versions of some streams, in their order, in one question: 0 where one has no event.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn versions(&self, streams: &[Stream]) -> Result<Vec<u64>, StoreError> {
        let keys: Vec<String> = streams.iter().map(ToString::to_string).collect();
        self.read(move |connection| journal::versions_of(connection, &keys))
    }

    /// Recomputes every digest; the first event that is not as it was written, or how many there are.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn verify(&self) -> Result<Result<u64, Finding>, StoreError> {
        let keys = Arc::clone(&self.keys);
        self.read(move |connection| verify::verify(connection, &keys))
    }

    /// Whether every sealed part has the key of its party and no key is there for nobody; the first that does not fit.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn verify_keys(&self) -> Result<Option<Finding>, StoreError> {
        let keys = Arc::clone(&self.keys);
        self.read(move |connection| verify::keys(connection, &keys))
    }

    /// When what was written last of a day's work happened: the latest of the journal's acts on matters and sessions.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(journal::last_at)
    }

    /// One matter by reference, whoever asks.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn matter_by_reference(&self, reference: &str) -> Result<Option<MatterRow>, StoreError> {
        let reference = reference.to_owned();
        self.glance(move |connection| read::matter_by_reference(connection, &reference))
    }

    /// One matter by id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn matter_by_id(&self, id: &MatterId) -> Result<Option<MatterRow>, StoreError> {
        let id = id.clone();
        self.glance(move |connection| read::matter_by_id(connection, &id))
    }

    /// Whether a filter keeps anything from whoever asks that their office holds: counters, which are kept by office, then
    /// do not tell what they may see.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_narrowed(&self, filter: &Filter) -> Result<bool, StoreError> {
        let filter = filter.clone();
        self.glance(move |connection| read::is_narrowed(connection, &filter))
    }

    /// Every matter that has not ended, or in which somebody must still do something.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open_matters(&self) -> Result<Vec<MatterId>, StoreError> {
        self.read(read::open_matters)
    }

    /// The matter time has something to say about first, by `now`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn next_to_wake(&self, now: Timestamp) -> Result<Option<MatterId>, StoreError> {
        self.read(move |connection| read::next_to_wake(connection, now))
    }

    /// Facts of some families before a moment, as far as the filter allows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn facts(&self, families: &[String], before: Timestamp, filter: &Filter) -> Result<Vec<Fact>, StoreError> {
        let (families, filter) = (families.to_vec(), filter.clone());
        self.glance(move |connection| read::facts(connection, &families, before, &filter))
    }

    /// Sessions of an office, latest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sessions(&self, office: Option<&OfficeCode>) -> Result<Vec<SessionRow>, StoreError> {
        let office = office.cloned();
        self.glance(move |connection| read::sessions(connection, office.as_ref()))
    }

    /// Where a story's or import's name leads: stream and intake number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn origin(&self, source: &str, name: &str) -> Result<Option<(Stream, u32)>, StoreError> {
        let (source, name) = (source.to_owned(), name.to_owned());
        let found = self.read(move |connection| read::origin(connection, &source, &name))?;
        Ok(found.and_then(|(stream, intake)| Some((Stream::from_key(&stream)?, intake))))
    }

    /// What an office was told of clocks that ended and still run, latest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn notices(&self, filter: &Filter, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
        let filter = filter.clone();
        self.glance(move |connection| read::notices(connection, &filter, most))
    }

    /// Reads on a connection of the pool; inside a batch on the writer's, which alone sees what is not committed yet.
    fn read<T: Send + 'static>(
        &self,
        query: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.queue.is_batching() { self.queue.look(query) } else { self.readers.read(query) }
    }

    fn task(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        self.hand_over(work)?.wait()
    }

    /// Gives the writer something to do, without waiting for it.
    fn hand_over(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<Answer, StoreError> {
        self.queue.submit(|reply| Job::Task(Box::new(work), reply))
    }
}

/// Fills 32 bytes with chance.
///
/// # Errors
/// The machine gives none.
pub fn fill(bytes: &mut [u8; 32]) -> Result<(), StoreError> {
    Ok(getrandom::fill(bytes)?)
}

impl Drop for Store {
    /// Waits for the writer to finish what it has. Readers go first, so that the last connection, the writer's,
    /// folds the write-ahead log into the database.
    fn drop(&mut self) {
        self.readers.clear();
        if let Some(replica) = &self.replica {
            replica.clear();
        }
        self.queue.close();
    }
}

/// The hash law texts and contents are named by: SHA-256, in hex.
pub fn content_hash(content: impl AsRef<[u8]>) -> String {
    use sha2::{Digest, Sha256};
    keys::hex(&Sha256::digest(content))
}
