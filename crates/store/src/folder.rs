//! The files of a data folder: made, opened and tightened, journal before keys.

use std::fs::{File, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::keys::Keys;

/// Database and keys. A fresh journal is on disk before its keys are made, so that keys without a journal always mean
/// that one was lost, however a set-up was broken off.
pub(crate) fn set_up(folder: &Path, path: &Path, key_path: &Path) -> Result<(Connection, Keys), StoreError> {
    let has_keys = key_path.exists();
    if !path.exists() && has_keys {
        return Err(StoreError::JournalMissing(folder.to_owned()));
    }
    // The files beside it, the write-ahead log above all, get the same permissions from SQLite.
    owners_file(path).map_err(|error| StoreError::DataFolder { path: path.to_owned(), error })?;
    let connection = connect(path, false)?;
    if !has_schema(&connection)? {
        if has_keys {
            return Err(StoreError::JournalMissing(folder.to_owned()));
        }
        connection.execute_batch(&format!("BEGIN; {} COMMIT;", include_str!("schema.sql")))?;
    }
    if !has_keys && has_events(&connection)? {
        return Err(StoreError::KeysMissing { journal: folder.to_owned(), keys: key_path.to_owned() });
    }
    let keys = Keys::open_or_make(key_path)?;
    connection.execute_batch(include_str!("guards.sql"))?;
    Ok((connection, keys))
}

/// A file only its owner may read: made, or tightened where an earlier version left it open.
pub(crate) fn owners_file(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

pub(crate) fn connect(path: &Path, read_only: bool) -> Result<Connection, StoreError> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    if !read_only {
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
             PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON;",
        )?;
    }
    Ok(connection)
}

fn has_schema(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'event'", [], |row| {
        row.get::<_, i64>(0).map(|count| count > 0)
    })?)
}

fn has_events(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM event)", [], |row| row.get(0))?)
}

/// The node's digits: of the events there are, or fresh ones for an empty journal.
pub(crate) fn node_of(connection: &Connection) -> Result<String, StoreError> {
    use rusqlite::OptionalExtension;
    // Lossily: a journal whose first event was altered must still open, to be verified.
    let known: Option<String> = connection
        .query_row("SELECT CAST(node AS BLOB) FROM event ORDER BY position LIMIT 1", [], |row| {
            Ok(String::from_utf8_lossy(&row.get::<_, Vec<u8>>(0)?).into_owned())
        })
        .optional()?;
    if let Some(node) = known {
        return Ok(node);
    }
    let mut random = [0_u8; 2];
    getrandom::fill(&mut random)?;
    Ok(format!("{:04}", 1000 + u16::from_be_bytes(random) % 9000))
}
