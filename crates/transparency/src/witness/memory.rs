//! What a witness remembers: the last checkpoint it cosigned of each log, one file each, with the log's signature.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::error::WitnessError;
use crate::folder::replace;
use crate::hash::sha256;
use crate::log::Head;
use crate::note::SignedNote;
use crate::text;

#[derive(Debug)]
pub(super) struct Memory {
    folder: PathBuf,
    heads: BTreeMap<String, Head>,
    /// Held as long as the witness is open: two at once could cosign two histories.
    _lock: File,
}

impl Memory {
    pub(super) fn open<'o>(
        folder: &Path,
        origins: impl IntoIterator<Item = &'o String>,
    ) -> Result<Memory, WitnessError> {
        let unusable = |path: &Path, why: &dyn std::fmt::Display| WitnessError::Memory {
            path: path.display().to_string(),
            why: why.to_string(),
        };
        let lock = lock(folder).map_err(|error| unusable(folder, &error))?;
        let mut memory = Memory { folder: folder.to_owned(), heads: BTreeMap::new(), _lock: lock };
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
            memory.heads.insert(origin.clone(), checkpoint.head());
        }
        Ok(memory)
    }

    pub(super) fn last(&self, origin: &str) -> Head {
        self.heads.get(origin).copied().unwrap_or_else(Head::empty)
    }

    /// On disk when it returns. After an error either may be there; the earlier one goes on being the last, and the next
    /// opening reads what is there.
    pub(super) fn keep(&mut self, checkpoint: &SignedCheckpoint) -> io::Result<()> {
        let origin = checkpoint.checkpoint().origin();
        replace(&self.path(origin), checkpoint.to_string().as_bytes())?;
        self.heads.insert(origin.to_owned(), checkpoint.head());
        Ok(())
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
