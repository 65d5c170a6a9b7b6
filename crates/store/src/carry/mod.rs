//! A journal carried elsewhere whole: into a backup, back from it, or from one database to the other.

mod arrival;
mod backup;
mod chest;
mod lines;
mod mark;
mod migrate;
mod prove;
mod restore;
mod sealed_file;

use std::path::{Path, PathBuf};

pub use backup::{BackedUp, BackupAsked, back_up};
pub use migrate::{Migrated, migrate};
pub use prove::{Proven, prove};
pub use restore::{RestoreAsked, Restored, Until, restore};

pub(crate) use mark::refuse_marked;

use ::postgres::config::Host;

use crate::database::{Address, Connection, Database};
use crate::error::StoreError;
use crate::folder;
use crate::key_place::{KeyPlace, Origin};
use crate::keys::Keys;

/// Where a journal lies with its keys: a data folder and the database.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// The data folder.
    pub folder: &'a Path,
    /// Where the journal itself is.
    pub database: &'a Database,
    /// Where the keys are kept.
    pub keys: &'a KeyPlace,
}

impl Home<'_> {
    /// For people, without the password of a server.
    fn in_words(&self) -> Result<String, StoreError> {
        let path = std::path::absolute(self.folder).unwrap_or_else(|_| self.folder.to_owned());
        Ok(match Address::of(self.database, self.folder)? {
            Address::File(_) => path.display().to_string(),
            Address::Postgres(config) => {
                let hosts = config.get_hosts().iter().map(|host| match host {
                    Host::Tcp(name) => name.clone(),
                    Host::Unix(path) => path.display().to_string(),
                });
                let hosts: Vec<String> = hosts.collect();
                let name = config.get_dbname().or(config.get_user()).unwrap_or("?");
                format!("the PostgreSQL database {name} at {}", hosts.join(", "))
            }
        })
    }

    pub(crate) fn keys(&self) -> Result<Keys, StoreError> {
        let origin = folder::origin_of(*self);
        match origin {
            Origin::File(keys) if !keys.exists() => {
                Err(StoreError::KeysMissing { journal: self.folder.to_owned(), keys })
            }
            origin => Keys::open(&origin),
        }
    }

    /// The key file, where it is one.
    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        (*self.keys == KeyPlace::Folder).then(|| folder::keys_of(self.folder))
    }

    /// A connection that reads, whoever writes meanwhile.
    pub(crate) fn read_beside(&self) -> Result<Connection, StoreError> {
        let connection = folder::beside(self.folder, self.database)?.connect(true)?;
        if !connection.has_table("event")? {
            return Err(StoreError::NoJournal(self.folder.to_owned()));
        }
        for table in lines::CARRIED {
            if !connection.has_table(table.name)? {
                let why =
                    "the journal was written by an earlier version: start this one on it once, then try again";
                return Err(StoreError::Refused(why.to_owned()));
            }
        }
        mark::refuse_marked(&connection)?;
        Ok(connection)
    }
}

/// Told how far the work has come: what is done, how many of how many events. An error breaks the work off; it can be
/// begun again.
pub type Watch<'a> = dyn FnMut(&'static str, u64, u64) -> Result<(), StoreError> + 'a;

/// A number of a database as one counted up from 0.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
