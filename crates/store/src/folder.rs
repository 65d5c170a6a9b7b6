//! A data folder and its database: made, opened and tightened, journal before keys.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::carry::{self, Home};
use crate::cipher::Suite;
use crate::database::{Address, Connection, Database};
use crate::error::StoreError;
use crate::journal::{self, Signed};
use crate::key_place::{KeyPlace, Origin};
use crate::keys::Keys;
use crate::sealing;

const JOURNAL: &str = "journal.db";
const KEYS: &str = "keys/huiyin.keys";
const LOCK: &str = "lock";

/// What was opened.
pub(crate) struct Opened {
    pub(crate) address: Address,
    /// For the writer.
    pub(crate) connection: Connection,
    pub(crate) keys: Keys,
    pub(crate) node: String,
    /// Held as long as the store is open: one process at a time writes to a file.
    pub(crate) lock: Option<File>,
}

/// Opens a data folder and its database. An absent or empty folder is set up, and so is an empty database.
pub(crate) fn open(home: Home<'_>, suite: Option<Suite>) -> Result<Opened, StoreError> {
    let (address, lock) = take_place(home.folder, home.database)?;
    let (connection, keys) = set_up(home, &address)?;
    sealing::settle(&connection, &keys, suite)?;
    let node = node_of(&connection, &keys)?;
    Ok(Opened { address, connection, keys, node, lock })
}

/// Where the keys of a home come from.
pub(crate) fn origin_of(home: Home<'_>) -> Origin {
    match home.keys {
        KeyPlace::Folder => Origin::File(keys_of(home.folder)),
        KeyPlace::Command(line) => Origin::Command(line.clone()),
    }
}

/// The key file of a data folder.
pub(crate) fn keys_of(folder: &Path) -> PathBuf {
    folder.join(KEYS)
}

/// The journal of a data folder, to be read whether or not a process writes to it.
pub(crate) fn beside(folder: &Path, database: &Database) -> Result<Address, StoreError> {
    let path = folder.join(JOURNAL);
    if *database == Database::File && !path.exists() {
        return Err(StoreError::NoJournal(folder.to_owned()));
    }
    Address::of(database, &path)
}

/// Takes the writer's place in a data folder that is there or is made. The journal need not be there, nor the keys.
pub(crate) fn take_place(folder: &Path, database: &Database) -> Result<(Address, Option<File>), StoreError> {
    let unusable = |error| StoreError::DataFolder { path: folder.to_owned(), error };
    if folder.exists() && !folder.is_dir() {
        return Err(StoreError::DataIsAFile(folder.to_owned()));
    }
    let path = folder.join(JOURNAL);
    let address = Address::of(database, &path)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    let lock = match database {
        Database::File => Some(lock(folder)?),
        Database::Postgres(_) => None,
    };
    Ok((address, lock))
}

/// Connects to write; a file that is absent is made, for its owner only.
pub(crate) fn connect(address: &Address) -> Result<Connection, StoreError> {
    if let Address::File(path) = address {
        // The files beside it, the write-ahead log above all, get the same permissions from SQLite.
        owners_file(path).map_err(|error| StoreError::DataFolder { path: path.clone(), error })?;
    }
    address.connect(false)
}

/// Whether neither journal nor keys are there: nothing was ever written.
pub(crate) fn is_untouched(folder: &Path, database: &Database) -> Result<bool, StoreError> {
    if folder.join(KEYS).exists() || (folder.exists() && !folder.is_dir()) {
        return Ok(false);
    }
    match database {
        Database::File => Ok(!folder.join(JOURNAL).exists()),
        Database::Postgres(_) => {
            let connection = Address::of(database, folder)?.connect(true)?;
            Ok(!connection.has_table("event")?)
        }
    }
}

fn lock(folder: &Path) -> Result<File, StoreError> {
    let unusable = |error| StoreError::DataFolder { path: folder.to_owned(), error };
    let lock = owners_file(&folder.join(LOCK)).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

/// Database and keys. A fresh journal is on disk before its keys are made, so that keys without a journal always mean
/// that one was lost, however a set-up was broken off.
fn set_up(home: Home<'_>, address: &Address) -> Result<(Connection, Keys), StoreError> {
    let (folder, origin) = (home.folder, origin_of(home));
    let key_path = folder.join(KEYS);
    let has_keys = *home.keys == KeyPlace::Folder && key_path.exists();
    let may_lack_keys = *home.keys == KeyPlace::Folder && !has_keys;
    if let Address::File(path) = address
        && !path.exists()
        && has_keys
    {
        return Err(StoreError::JournalMissing(folder.to_owned()));
    }
    let connection = connect(address)?;
    if has_keys && !connection.has_table("event")? {
        return Err(StoreError::JournalMissing(folder.to_owned()));
    }
    connection.migrate()?;
    carry::refuse_marked(&connection)?;
    let keys_missing = || StoreError::KeysMissing { journal: folder.to_owned(), keys: key_path.clone() };
    if may_lack_keys && has_events(&connection)? {
        return Err(keys_missing());
    }
    connection.guard()?;
    if let Connection::Sqlite(_) = connection {
        return Ok((connection, Keys::open_or_make(&origin)?));
    }
    // The end of nothing was signed by whoever set the database up: others come with a copy of their keys.
    if may_lack_keys && Signed::read(&connection)?.is_some() {
        return Err(keys_missing());
    }
    let keys = Keys::open_or_make(&origin)?;
    if Signed::read(&connection)?.is_none() && !has_events(&connection)? {
        journal::sign_nothing(&connection, &keys)?;
    }
    // Two that set up at the same moment make two sets of keys: the second to sign finds that its own do not fit. Where
    // there are events, that is for whoever verifies them.
    if Signed::read(&connection)?.is_some_and(|signed| signed.position == 0 && !signed.is_of(&keys)) {
        return Err(origin.unreadable("they are not the keys of this database"));
    }
    Ok((connection, keys))
}

/// A file only its owner may read: made, or tightened where an earlier version left it open.
fn owners_file(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

fn has_events(connection: &Connection) -> Result<bool, StoreError> {
    connection.one("SELECT EXISTS (SELECT 1 FROM event)", &[], |row| row.get(0))
}

/// The node's digits: of the events there are, or those of the keys for an empty journal, the same for every process
/// that has a copy of them.
pub(crate) fn node_of(connection: &Connection, keys: &Keys) -> Result<String, StoreError> {
    // Lossily: a journal whose first event was altered must still open, to be verified.
    let known = connection.first("SELECT node FROM event ORDER BY position LIMIT 1", &[], |row| {
        Ok(String::from_utf8_lossy(&row.cell(0)?.to_bytes()).into_owned())
    })?;
    Ok(known.unwrap_or_else(|| keys.node()))
}
