//! What can go wrong with the store, told so that an operator knows what to do.

use std::path::PathBuf;

use crate::verify::Finding;

/// A failure of the store. The message says what happened and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data path is a file.
    #[error("{0} is a file, not a folder: give --data a folder (it is made if absent)")]
    DataIsAFile(PathBuf),
    /// The data path cannot be used.
    #[error("the data folder {path} cannot be used: {error}")]
    DataFolder {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Another process has it open.
    #[error("another huiyin process is using {0}: stop it, or go through its pages and API")]
    InUse(PathBuf),
    /// The journal is there, its keys are not.
    #[error(
        "the journal in {journal} has no key file at {keys}: put the key file back; without it nothing sealed can be read"
    )]
    KeysMissing {
        /// The data folder.
        journal: PathBuf,
        /// Where the keys should be.
        keys: PathBuf,
    },
    /// The keys are there, their journal is not.
    #[error(
        "the data folder {0} holds keys but no journal: put the journal back from a backup (journal.db, or the PostgreSQL database); a new one would not hold what was registered"
    )]
    JournalMissing(PathBuf),
    /// Nothing was ever written there.
    #[error("there is no journal in {0}: check --data; 'serve', 'replay' and 'import' set up a new folder")]
    NoJournal(PathBuf),
    /// The key file is not one of ours.
    #[error("the key file {0} cannot be read: {1}; put the right file back")]
    KeysUnreadable(PathBuf, String),
    /// The master key something lies under is not among the node's.
    #[error(
        "the key file does not hold master key {0}, which the database is sealed under: copy the newest key file of this node here ('huiyin keys status' lists what it holds)"
    )]
    MasterKeyAbsent(String),
    /// Not a database of ours, or damaged.
    #[error(
        "the database is damaged or not one of ours ({0}): run 'huiyin verify journal', then restore a backup"
    )]
    Damaged(String),
    /// The journal does not end as it was signed.
    #[error(
        "the journal does not end as it was signed, so nothing is added to it: run 'huiyin verify journal', then restore a backup"
    )]
    NotAsSigned,
    /// Sealed words cannot be opened.
    #[error(
        "sealed words of {0} cannot be opened: the key file does not belong to this journal, or the database was altered; run 'huiyin verify journal'"
    )]
    CannotOpen(String),
    /// The stream moved on.
    #[error("stream {0} has moved on")]
    Conflict(String),
    /// The command was carried out before.
    #[error("command {0} was carried out before")]
    Repeated(String),
    /// A random name was taken already.
    #[error("a fresh reference was taken already")]
    ReferenceTaken,
    /// The disk is full or read-only.
    #[error("nothing can be written ({0}): free space or make the disk writable; what was acknowledged is safe")]
    CannotWrite(String),
    /// The database server cannot be reached, or went away.
    #[error(
        "the database cannot be reached ({0}): what was acknowledged is safe; whatever was not may be sent again, it happens once"
    )]
    Unreachable(String),
    /// The database server must not be used as it is.
    #[error("this PostgreSQL cannot be used: {0}")]
    Unsuitable(String),
    /// More is asked than can be written.
    #[error("too much is waiting to be written: try again in a moment")]
    Busy,
    /// The journal was moved: only the other place may be written to.
    #[error("the journal that was here has moved to {0}: use that one")]
    Moved(String),
    /// A move or a restore was broken off.
    #[error("the journal here is not complete ({0} was broken off): run that command again")]
    Arriving(String),
    /// Something is there already.
    #[error("{0} holds a journal already: give a new folder or an empty database")]
    NotEmpty(String),
    /// The journal is not as it was written.
    #[error("the journal is not as it was written: {0}; run 'huiyin verify journal'")]
    NotAsWritten(Finding),
    /// A file of a backup is not what was written.
    #[error("the backup file {file} {what}: take it from another copy of the backup")]
    BackupDamaged {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A backup, a restore or a move cannot be done as it was asked.
    #[error("{0}")]
    Refused(String),
    /// Chance or a password hash could not be made.
    #[error("the machine gives no randomness: {0}")]
    NoRandomness(String),
    /// The writer stopped.
    #[error("the writer has stopped; start the program again")]
    Stopped,
}

/// What a database says that was moved while processes wrote to it; the message is where to.
pub(crate) const MOVED_CODE: &str = "HYMVD";

impl StoreError {
    /// The connection is gone: nothing can be known of what it was asked last.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, StoreError::Unreachable(_))
    }

    /// The same for another who waited for the same transaction.
    pub(crate) fn for_another(&self) -> StoreError {
        match self {
            StoreError::CannotWrite(why) => StoreError::CannotWrite(why.clone()),
            StoreError::Unreachable(why) => StoreError::Unreachable(why.clone()),
            StoreError::NotAsSigned => StoreError::NotAsSigned,
            StoreError::Busy => StoreError::Busy,
            StoreError::Damaged(why) => StoreError::Damaged(why.clone()),
            StoreError::Moved(to) => StoreError::Moved(to.clone()),
            StoreError::MasterKeyAbsent(id) => StoreError::MasterKeyAbsent(id.clone()),
            other => StoreError::Damaged(other.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen,
            ) => StoreError::CannotWrite(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            _ => StoreError::Damaged(error.to_string()),
        }
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        let Some(told) = error.as_db_error() else {
            let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            // The driver told of a value it could not pass; all else without word from the server is the line to it.
            let of_a_value = error.to_string().contains("serializing");
            return if of_a_value { StoreError::Damaged(why) } else { StoreError::Unreachable(why) };
        };
        let why = format!("{} ({})", told.message(), told.code().code());
        match told.code().code() {
            // Cut off by the administrator or by its own time limit; a standby that does not write, or a statement
            // prepared before the tables were changed; no more connections; not let in.
            code if ["08", "28", "3D", "57"].iter().any(|class| code.starts_with(class))
                || ["0A000", "25006", "25P03", "53300"].contains(&code) =>
            {
                StoreError::Unreachable(why)
            }
            MOVED_CODE => StoreError::Moved(told.message().to_owned()),
            code if code.starts_with("40") || code == "55P03" => StoreError::Busy,
            code if code.starts_with("53") || code.starts_with("58") => StoreError::CannotWrite(why),
            _ => StoreError::Damaged(why),
        }
    }
}

impl From<getrandom::Error> for StoreError {
    fn from(error: getrandom::Error) -> Self {
        StoreError::NoRandomness(error.to_string())
    }
}
