//! A log that grows: entries appended to tiles, its tree signed, and never a smaller or another tree signed after.

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::edge::Edge;
use crate::error::{LogError, SignatureError};
use crate::folder::{Folder, Storage};
use crate::hash::{Entry, Hash, empty_root};
use crate::key::{SignerKey, VerifierKey};
use crate::tile::{TILE_WIDTH, Tile};
use crate::tiles::CHECKPOINT;
use crate::tree::Tree;

/// A tree as one line says it: how many leaves, and the root over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Head {
    /// The tree without leaves.
    pub fn empty() -> Head {
        Head { size: 0, root: empty_root() }
    }
}

/// A log open for appending. One process at a time may have it open: whoever opens it sees to that.
///
/// A batch goes through three steps, each of which may be the last before a crash: [`Log::append`] puts its tiles on
/// disk; the caller writes [`Log::head`] down as last signed; [`Log::publish`] signs it and replaces the checkpoint. On
/// the next [`Log::open`] the log stands at its last checkpoint, and the caller appends what is missing again.
#[derive(Debug)]
pub struct Log<S = Folder> {
    storage: S,
    key: VerifierKey,
    edge: Edge,
    /// What the checkpoint in the storage says; no checkpoint is a tree without leaves.
    published: Head,
    /// Signed by the word of the caller, and not yet held.
    promised: Option<Head>,
    /// Partial tiles of these are no longer needed once the next checkpoint stands.
    filled: Vec<Tile>,
}

impl<S: Storage> Log<S> {
    /// Opens the log of `key`, whose name is the log's origin. `last_signed` is the largest tree the caller knows to have
    /// been signed, from a place that a restored folder does not take back with it.
    ///
    /// # Errors
    /// The checkpoint is not signed by `key`; the tiles do not hash to it; or what was last signed is not part of it.
    pub fn open(storage: S, key: &VerifierKey, last_signed: Option<Head>) -> Result<Log<S>, LogError> {
        let published = match storage.read(CHECKPOINT)? {
            None => Head::empty(),
            Some(bytes) => SignedCheckpoint::open(&bytes, key)?.head(),
        };
        let edge = Edge::read(&storage, published.size)?;
        if edge.root() != published.root || !edge.entries_fit() {
            return Err(LogError::Mismatch(published.size));
        }
        let mut log = Log { storage, key: key.clone(), edge, published, promised: None, filled: Vec::new() };
        if let Some(signed) = last_signed {
            log.hold_to(signed)?;
        }
        log.remove_what_a_crash_left()?;
        Ok(log)
    }

    /// What was appended so far: to be written down as last signed before it is published.
    pub fn head(&self) -> Head {
        Head { size: self.edge.size(), root: self.edge.root() }
    }

    /// What the checkpoint says.
    pub fn published(&self) -> Head {
        self.published
    }

    /// The published tree, for proofs.
    pub fn tree(&self) -> Tree<'_, S> {
        Tree::new(&self.storage, self.published)
    }

    /// Where the files are.
    pub fn storage(&self) -> &S {
        &self.storage
    }

    /// Appends a batch in this order and puts its tiles on disk: about 70 bytes for each entry. All of it is held in
    /// memory until then, so a long history is appended in parts. Not seen by anyone before [`Log::publish`].
    ///
    /// # Errors
    /// The batch contradicts what was signed before (nothing is written), the log is full, or the disk fails. After a
    /// failure of the disk the log must be opened again.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Head, LogError> {
        let mut edge = self.edge.clone();
        let mut written = Vec::new();
        let mut promised = self.promised;
        for entry in entries {
            edge.push(*entry, &mut written).ok_or(LogError::Full)?;
            if let Some(signed) = promised.filter(|signed| signed.size == edge.size()) {
                if signed.root != edge.root() {
                    return Err(LogError::Forked(signed.size));
                }
                promised = None;
            }
        }
        let filled: Vec<Tile> =
            written.iter().map(|(tile, _)| *tile).filter(|tile| self.has_partials(*tile)).collect();
        self.filled.extend(filled);
        // A published tile is never written again: torn by a crash it would take the published tree with it.
        let published = Tile::edge(self.published.size);
        written.extend(edge.partial().into_iter().filter(|(tile, _)| !published.contains(tile)));
        for (tile, bytes) in &written {
            self.storage.write(*tile, bytes)?;
        }
        self.storage.sync()?;
        self.edge = edge;
        self.promised = promised;
        Ok(self.head())
    }

    /// Signs the tree as appended so far, makes that the checkpoint, and removes partial tiles whose full one stands.
    ///
    /// # Errors
    /// The key is not the log's, a larger tree was signed before and is not held yet, or the disk fails. After a failure
    /// of the disk the checkpoint may be either, and the log must be opened again.
    pub fn publish(&mut self, signer: &SignerKey) -> Result<SignedCheckpoint, LogError> {
        if *signer.verifier() != self.key {
            let found = signer.verifier().name().to_owned();
            return Err(LogError::OtherKey { found, wanted: self.key.name().to_owned() });
        }
        if let Some(signed) = self.promised {
            return Err(LogError::Behind { signed: signed.size, held: self.edge.size() });
        }
        let head = self.head();
        let checkpoint = Checkpoint::new(self.key.name(), head).map_err(SignatureError::from)?;
        let signed = checkpoint.sign(signer)?;
        self.storage.replace_checkpoint(signed.to_string().as_bytes())?;
        self.published = head;
        for tile in std::mem::take(&mut self.filled) {
            self.storage.remove_partials(tile)?;
        }
        Ok(signed)
    }

    /// Replaces the checkpoint by the same with cosignatures, for readers that ask for a quorum of witnesses.
    ///
    /// # Errors
    /// It is not the published checkpoint signed by the log, or the disk fails.
    pub fn publish_cosigned(&mut self, cosigned: &SignedCheckpoint) -> Result<(), LogError> {
        let text = cosigned.to_string();
        let head = SignedCheckpoint::open(text.as_bytes(), &self.key)?.head();
        if head != self.published {
            return Err(LogError::Forked(head.size));
        }
        self.storage.replace_checkpoint(text.as_bytes())?;
        Ok(())
    }

    /// Takes the caller's word for what was signed: it is in the tree, or it must be before anything is signed again.
    fn hold_to(&mut self, signed: Head) -> Result<(), LogError> {
        if signed.size > self.published.size {
            self.promised = Some(signed);
            return Ok(());
        }
        let held = if signed.size == 0 { empty_root() } else { self.tree().root_at(signed.size)? };
        if held == signed.root { Ok(()) } else { Err(LogError::Forked(signed.size)) }
    }

    /// Partial tiles whose full one is in the published tree: a crash came between the checkpoint and their removal.
    fn remove_what_a_crash_left(&mut self) -> Result<(), LogError> {
        let size = self.published.size;
        for tile in self.storage.with_partials()? {
            let stands = Tile::in_tree(tile.level(), tile.index(), size).is_some_and(|tile| tile.is_full());
            if stands && self.storage.read(&tile.full().path())?.is_some() {
                self.storage.remove_partials(tile)?;
            }
        }
        Ok(())
    }

    /// Only the tiles that were on the edge when the batch began can have partial ones beside them.
    fn has_partials(&self, tile: Tile) -> bool {
        let hashes = self.edge.size().checked_shr(8 * u32::from(tile.level().unwrap_or(0))).unwrap_or(0);
        tile.index() == hashes / TILE_WIDTH && !hashes.is_multiple_of(TILE_WIDTH)
    }
}

impl Log<Folder> {
    /// Opens the log in a folder; an absent folder is made with the first batch.
    ///
    /// # Errors
    /// As [`Log::open`].
    pub fn in_folder(
        folder: impl Into<std::path::PathBuf>,
        key: &VerifierKey,
        last_signed: Option<Head>,
    ) -> Result<Log<Folder>, LogError> {
        Log::open(Folder::new(folder), key, last_signed)
    }
}
