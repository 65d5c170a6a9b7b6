//! What a witness remembers: the last checkpoint it cosigned of each log, one file each, with both signatures.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::checkpoint::{Checkpoint, SignedCheckpoint, cosignatures};
use crate::error::WitnessError;
use crate::folder::replace;
use crate::hash::sha256;
use crate::key::VerifierKey;
use crate::log::Head;
use crate::note::SignedNote;
use crate::text;

/// What was cosigned last of a log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last {
    pub(super) head: Head,
    /// Seconds since 1970; none where it was kept without the cosignature.
    pub(super) time: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Memory {
    folder: PathBuf,
    own: VerifierKey,
    last: BTreeMap<String, Last>,
    /// Held as long as the witness is open: two at once could cosign two histories.
    _lock: File,
}

impl Memory {
    pub(super) fn open<'o>(
        folder: &Path,
        own: &VerifierKey,
        origins: impl IntoIterator<Item = &'o String>,
    ) -> Result<Memory, WitnessError> {
        let unusable = |path: &Path, why: &dyn std::fmt::Display| WitnessError::Memory {
            path: path.display().to_string(),
            why: why.to_string(),
        };
        let lock = lock(folder).map_err(|error| unusable(folder, &error))?;
        let mut memory =
            Memory { folder: folder.to_owned(), own: own.clone(), last: BTreeMap::new(), _lock: lock };
        for origin in origins {
            let path = memory.path(origin);
            let bytes = match fs::read(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                read => read.map_err(|error| unusable(&path, &error))?,
            };
            let note = SignedNote::parse(&bytes).map_err(|error| unusable(&path, &error))?;
            let checkpoint = Checkpoint::parse(note.text()).map_err(|error| unusable(&path, &error))?;
            if checkpoint.origin() != origin {
                return Err(unusable(&path, &"it is of another log"));
            }
            let last = Last { head: checkpoint.head(), time: memory.time_of(&note) };
            memory.last.insert(origin.clone(), last);
        }
        Ok(memory)
    }

    pub(super) fn last(&self, origin: &str) -> Option<Last> {
        self.last.get(origin).copied()
    }

    /// On disk when it returns. After an error either may be there; the earlier one goes on being the last, and the next
    /// opening reads what is there.
    pub(super) fn keep(&mut self, checkpoint: &SignedCheckpoint) -> io::Result<()> {
        let origin = checkpoint.checkpoint().origin();
        replace(&self.path(origin), checkpoint.to_string().as_bytes())?;
        let last = Last { head: checkpoint.head(), time: self.time_of(checkpoint.note()) };
        self.last.insert(origin.to_owned(), last);
        Ok(())
    }

    /// When it cosigned a note.
    fn time_of(&self, note: &SignedNote) -> Option<u64> {
        cosignatures(note, std::slice::from_ref(&self.own)).ok()?.first().map(|own| own.time)
    }

    /// An origin may have any letters: its file is named by its hash.
    fn path(&self, origin: &str) -> PathBuf {
        self.folder.join(format!("{}.checkpoint", text::hex(sha256(&[origin.as_bytes()]).as_bytes())))
    }
}

fn lock(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join("lock"))?;
    lock.try_lock().map_err(|_| io::Error::new(ErrorKind::WouldBlock, "another witness is using it"))?;
    Ok(lock)
}
