//! What witnesses gave a log: for each number of them the newest checkpoint that so many cosigned, one file each.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::checkpoint::{Cosigned, SignedCheckpoint, cosignatures};
use crate::folder::replace;
use crate::key::VerifierKey;
use crate::log::Head;
use crate::note::NoteSignature;

/// The cosigned checkpoints of a log that receipts are made with. While a witness is away, an older checkpoint with more
/// cosignatures proves more to a reader than the newest one.
#[derive(Debug)]
pub struct Collected {
    folder: PathBuf,
    witnesses: Vec<VerifierKey>,
    /// At `n` the newest that `n + 1` witnesses cosigned: further on none is newer.
    kept: Vec<SignedCheckpoint>,
}

impl Collected {
    /// Opens the folder, which is made with the first cosignature. Counted are these witnesses only; what is damaged or
    /// of others is passed over, for it can be asked for again.
    ///
    /// # Errors
    /// The folder or a file in it cannot be read.
    pub fn open(folder: &Path, log: &VerifierKey, witnesses: Vec<VerifierKey>) -> io::Result<Collected> {
        let mut found = Vec::new();
        // There may be more from when there were more witnesses.
        for number in 1_usize.. {
            match fs::read(folder.join(number.to_string())) {
                Ok(bytes) => found.extend(SignedCheckpoint::open(&bytes, log)),
                Err(error) if error.kind() == ErrorKind::NotFound && number < witnesses.len() => {}
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        let mut collected = Collected { folder: folder.to_owned(), witnesses, kept: Vec::new() };
        for number in 1..=collected.witnesses.len() {
            let enough = |checkpoint: &&SignedCheckpoint| collected.count(checkpoint) >= number;
            let newest = found.iter().filter(enough).max_by_key(|checkpoint| checkpoint.head().size);
            let Some(newest) = newest.cloned() else { break };
            collected.kept.push(newest);
        }
        Ok(collected)
    }

    /// Adds verified cosignatures of a checkpoint and keeps it where it is the newest of so many. Returns it with all the
    /// cosignatures it has; on disk by then.
    ///
    /// # Errors
    /// The disk refuses; what was kept before may be there or this.
    pub fn add(
        &mut self,
        checkpoint: &SignedCheckpoint,
        lines: impl IntoIterator<Item = NoteSignature>,
    ) -> io::Result<SignedCheckpoint> {
        let known = self.kept.iter().rev().find(|kept| kept.head() == checkpoint.head());
        let mut whole = known.unwrap_or(checkpoint).clone();
        whole.add(lines);
        for at in 0..self.count(&whole) {
            if self.kept.get(at).is_some_and(|kept| kept.head().size > whole.head().size) {
                continue;
            }
            self.make_folder()?;
            replace(&self.folder.join((at + 1).to_string()), whole.to_string().as_bytes())?;
            if let Some(kept) = self.kept.get_mut(at) {
                kept.clone_from(&whole);
            } else {
                self.kept.push(whole.clone());
            }
        }
        Ok(whole)
    }

    /// The checkpoints that hold the leaf at `index` (from 0), those with the most cosignatures first.
    pub fn holding(&self, index: u64) -> impl Iterator<Item = &SignedCheckpoint> {
        self.kept.iter().rev().filter(move |kept| kept.head().size > index)
    }

    /// The largest tree kept here that a witness cosigned, and when.
    pub fn last_of(&self, witness: &VerifierKey) -> Option<(Head, Cosigned)> {
        let key = std::slice::from_ref(witness);
        self.kept.iter().find_map(|kept| {
            let cosigned = cosignatures(kept.note(), key).ok()?.into_iter().next()?;
            Some((kept.head(), cosigned))
        })
    }

    /// How many of the witnesses cosigned; none where a cosignature is false.
    fn count(&self, checkpoint: &SignedCheckpoint) -> usize {
        cosignatures(checkpoint.note(), &self.witnesses).map_or(0, |cosigned| cosigned.len())
    }

    fn make_folder(&self) -> io::Result<()> {
        if self.folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        self.folder.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())
    }
}
