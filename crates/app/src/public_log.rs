//! The transparency log of the node: beats that publish what was written, its files, and receipts with their proof.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use casework::event::Stream;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::{Leaf, StoreError, Written};
use transparency::{
    Algorithm, CHECKPOINT, Entry, Filing, Folder, Hash, Head, Log, LogError, Receipt, SignedCheckpoint, SignerKey,
    Tile, Tiles, TlogProof, VerifierKey, beat, empty_root, leaf_hash, node_hash,
};

use crate::App;
use crate::error::AppError;
use crate::perform::Loaded;
use crate::show::Reader;

/// Seconds from one beat to the next.
pub const BEAT_SECONDS: i64 = 60;
/// Leaves written in one go: whoever writes meanwhile waits for it.
const STRETCH: u64 = 8_192;

/// The log with its key; its tiles are opened with the first beat.
pub(crate) struct PublicLog {
    signer: SignerKey,
    folder: PathBuf,
    open: Mutex<Option<Log>>,
}

impl PublicLog {
    /// The log of a node: the same keys make the same log key, so that there is nothing more to keep.
    pub(crate) fn of(store: &store::Store) -> Result<PublicLog, AppError> {
        let name = format!("huiyin/{}", store.node());
        let signer = SignerKey::from_seed(&name, Algorithm::Ed25519, &store.secret("transparency log"))
            .map_err(|error| AppError::Input(error.to_string()))?;
        Ok(PublicLog { signer, folder: store.folder().join("log"), open: Mutex::new(None) })
    }

    pub(crate) fn verifier(&self) -> &VerifierKey {
        self.signer.verifier()
    }

    /// Where its files lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl App {
    /// The public key of the log, as `name+id+key`: what a receipt is verified with.
    pub fn log_key(&self) -> String {
        self.public_log.signer.verifier().to_string()
    }

    /// A beat: whatever was written since the last goes into the log among random leaves, and the tree is signed. Of
    /// several calls in the same minute only the first adds leaves.
    ///
    /// # Errors
    /// The store or the disk fails, or the log contradicts what was signed before.
    pub fn beat(&self, now: Timestamp) -> Result<(), AppError> {
        let number = u64::try_from(now.as_second() / BEAT_SECONDS).unwrap_or(0);
        while self.store.add_leaves(number, STRETCH, arrange)?.is_some_and(|count| count == STRETCH) {}
        self.publish_leaves()
    }

    /// Brings tiles and checkpoint up to the leaves there are. A folder that is lost or behind is made anew from them.
    fn publish_leaves(&self) -> Result<(), AppError> {
        let mut open = self.public_log.open.lock().unwrap_or_else(PoisonError::into_inner);
        let done = self.publish_to(&mut open);
        if done.is_err() {
            // What is on disk may be either: it is read again the next time.
            *open = None;
        }
        done
    }

    fn publish_to(&self, open: &mut Option<Log>) -> Result<(), AppError> {
        let signer = &self.public_log.signer;
        let log = match open {
            Some(log) => log,
            None => {
                let signed = self
                    .store
                    .signed()?
                    .and_then(|(size, root)| Hash::from_base64(&root).map(|root| Head { size, root }));
                open.insert(Log::in_folder(&self.public_log.folder, signer.verifier(), signed).map_err(failed)?)
            }
        };
        let mut grown = false;
        loop {
            let leaves: Vec<Entry> = self.store.leaves(log.head().size, STRETCH)?;
            if leaves.is_empty() {
                break;
            }
            log.append(&leaves).map_err(failed)?;
            grown = true;
        }
        if grown {
            let head = log.head();
            self.store.note_signed(head.size, head.root.to_string())?;
            log.publish(signer).map_err(failed)?;
        }
        Ok(())
    }

    /// A file of the log at its path below `/log`: `checkpoint`, `tile/0/000`, `tile/entries/000`; none where there is
    /// no such file.
    ///
    /// # Errors
    /// The disk fails.
    pub fn log_file(&self, path: &str) -> Result<Option<Vec<u8>>, AppError> {
        if path != CHECKPOINT && Tile::parse(path).is_none() {
            return Ok(None);
        }
        self.log_files().read(path).map_err(unreadable)
    }

    /// How many leaves the published tree has; none before the first beat.
    ///
    /// # Errors
    /// The checkpoint cannot be read.
    pub fn log_size(&self) -> Result<Option<u64>, AppError> {
        Ok(self.published_checkpoint()?.map(|checkpoint| checkpoint.head().size))
    }

    pub(crate) fn log_files(&self) -> Folder {
        Folder::new(&self.public_log.folder)
    }

    /// The receipt of a matter as a file for its petitioner: signed, and with the proof once it is in the log. It says
    /// nothing of the person, the office or what it is about.
    ///
    /// # Errors
    /// The reader may not see the matter, or the store or the disk fails.
    pub fn receipt(&self, reader: &Reader, reference: &str, now: Timestamp) -> Result<String, AppError> {
        self.receipt_of(&self.open_for(reader, reference, now)?.0)
    }

    /// The receipt of a matter at hand.
    pub(crate) fn receipt_of(&self, loaded: &Loaded) -> Result<String, AppError> {
        let stream = Stream::Matter(loaded.matter.id.clone());
        let damaged = || AppError::Store(StoreError::Damaged("a matter without its first event".to_owned()));
        let written = self.store.written(&stream, 1)?.ok_or_else(damaged)?;
        let signer = &self.public_log.signer;
        let filing = Filing {
            reference: loaded.matter.reference.clone(),
            recorded: in_full(written.recorded),
            leaf: written.digest,
            node: self.store.node().to_owned(),
            log: signer.verifier().name().to_owned(),
        };
        let receipt = Receipt::sign(filing, signer).map_err(|error| AppError::Input(error.to_string()))?;
        let receipt = match self.proof(&written)? {
            Some(proof) => receipt.with_proof(proof).map_err(|error| AppError::Input(error.to_string()))?,
            None => receipt,
        };
        Ok(receipt.to_string())
    }

    fn proof(&self, written: &Written) -> Result<Option<TlogProof>, AppError> {
        let Some(index) = self.store.leaf_of(written.position)? else { return Ok(None) };
        self.proof_of_leaf(index)
    }

    /// Puts cosignatures under the published checkpoint, unless a newer one stands there by now.
    pub(crate) fn publish_cosigned(&self, cosigned: &SignedCheckpoint) -> Result<(), AppError> {
        let mut open = self.public_log.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(log) = open.as_mut().filter(|log| log.published() == cosigned.head()) else { return Ok(()) };
        let done = log.publish_cosigned(cosigned).map_err(failed);
        if done.is_err() {
            *open = None;
        }
        done
    }
}

/// Whether the leaves there are give the tree that was signed last.
pub(crate) fn is_as_signed(store: &store::Store) -> Result<bool, AppError> {
    let Some((size, root)) = store.signed()? else { return Ok(true) };
    // The roots of whole subtrees from the left, each smaller than the one before.
    let mut subtrees: Vec<(u64, Hash)> = Vec::new();
    let mut number = 0;
    while number < size {
        let leaves = store.leaves(number, STRETCH.min(size - number))?;
        if leaves.is_empty() {
            return Ok(false);
        }
        for leaf in &leaves {
            let mut subtree = (1, leaf_hash(leaf));
            while let Some((width, left)) = subtrees.last().copied().filter(|(width, _)| *width == subtree.0) {
                subtrees.pop();
                subtree = (width * 2, node_hash(&left, &subtree.1));
            }
            subtrees.push(subtree);
            number += 1;
        }
    }
    let whole = subtrees.into_iter().map(|(_, hash)| hash).rev().reduce(|right, left| node_hash(&left, &right));
    Ok(whole.unwrap_or_else(empty_root).to_string() == root)
}

/// The leaves of a beat: those that wait among random ones, by value.
fn arrange(waiting: Vec<Leaf>) -> Result<Vec<Leaf>, StoreError> {
    let of: HashMap<Entry, Option<u64>> = waiting.iter().map(|leaf| (leaf.digest, leaf.position)).collect();
    let entries: Vec<Entry> = waiting.iter().map(|leaf| leaf.digest).collect();
    let leaves = beat(&entries, store::fill)?;
    Ok(leaves.into_iter().map(|digest| Leaf { digest, position: of.get(&digest).copied().flatten() }).collect())
}

fn failed(error: LogError) -> AppError {
    AppError::Log(error.to_string())
}

pub(crate) fn unreadable(error: std::io::Error) -> AppError {
    AppError::Log(error.to_string())
}

/// RFC 3339 in Shanghai, to the microsecond.
fn in_full(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(jiff::tz::offset(8))).strftime("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string()
}
