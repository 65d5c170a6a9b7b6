//! A backup proven: restored into a scratch place, verified from end to end, and compared with the journal itself.

use std::fs;

use super::arrival::Arrival;
use super::backup::{BackedUp, BackupAsked, back_up};
use super::chest::Chest;
use super::lines::Fingerprint;
use super::restore::{RestoreAsked, unpack};
use super::sealed_file::cannot_write;
use super::{Home, Watch, count};
use crate::database::Database;
use crate::error::StoreError;

/// The scratch place in the data folder.
const SCRATCH: &str = "proving";

/// What was proven of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// What was backed up.
    pub backed_up: BackedUp,
    /// Events that were restored, recomputed and compared with those of the journal.
    pub events: u64,
    /// Leaves of the public log that came back.
    pub leaves: u64,
    /// Parties whose words stay erased.
    pub erased: u64,
    /// The digest over all events, the same of the journal and of what was restored.
    pub fingerprint: String,
}

/// Backs up, then restores the backup into a scratch place in the data folder, verifies the whole journal there,
/// compares it with the one that is backed up, and removes it. Needs room for a second journal.
///
/// # Errors
/// As for [`back_up`] and [`restore`](super::restore()), or what comes back is not what is there.
pub fn prove(asked: &BackupAsked<'_>, watch: &mut Watch<'_>) -> Result<Proven, StoreError> {
    let backed_up = back_up(asked, watch)?;
    let scratch = asked.home.folder.join(SCRATCH);
    let remove = || match fs::remove_dir_all(&scratch) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot_write(&scratch, &error)),
        _ => Ok(()),
    };
    remove()?;
    let home = Home { folder: &scratch, database: &Database::File, keys: asked.home.keys };
    let proven = compared(asked, backed_up, home, watch);
    remove()?;
    proven
}

fn compared(
    asked: &BackupAsked<'_>,
    backed_up: BackedUp,
    scratch: Home<'_>,
    watch: &mut Watch<'_>,
) -> Result<Proven, StoreError> {
    let (chest, manifest) = Chest::to_open(asked.to, asked.key)?;
    manifest.files().try_for_each(|file| file.check(&chest.folder))?;
    let to = RestoreAsked { from: asked.to, key: asked.key, until: None, home: scratch, published: None };
    let arrival = Arrival::begin(scratch, "'huiyin backup --prove'")?;
    let (arrival, restored) = unpack(arrival, &chest, &manifest, &asked.home.keys()?, &to, watch)?;
    let other =
        |what: &str| StoreError::Refused(format!("what the backup gives back is not what is there: {what}"));
    let fingerprint = Fingerprint::of_events(&arrival.connection, manifest.position)?;
    let of_journal = Fingerprint::of_events(&asked.home.read_beside()?, manifest.position)?;
    if fingerprint != of_journal || count(manifest.position) != backed_up.position {
        return Err(other("events differ"));
    }
    if Fingerprint::of_kept(&arrival.connection)? != backed_up.kept {
        return Err(other("keys, accounts or leaves differ"));
    }
    watch("compared", backed_up.position, backed_up.position)?;
    let (events, leaves, erased) = (restored.position, restored.leaves, restored.erased);
    Ok(Proven { backed_up, events, leaves, erased, fingerprint })
}
