//! The auditor: from a checkpoint known before to the log's own, every hash is made again from the entries.

use std::fmt;

use crate::checkpoint::SignedCheckpoint;
use crate::error::{SignatureError, TilesError};
use crate::hash::{Hash, empty_root, fold, leaf_hash, peaks};
use crate::key::VerifierKey;
use crate::log::Head;
use crate::tile::{TILE_WIDTH, Tile};
use crate::tiles::{CHECKPOINT, Tiles, read_entries, read_hashes};
use crate::tree::Tree;

/// A log that was found whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The tree that its checkpoint signs.
    pub head: Head,
    /// Leaves whose entries were hashed again: all that came since the checkpoint known before, and those that share a
    /// bundle with them.
    pub leaves: u64,
    /// Tiles and bundles read.
    pub tiles: u64,
}

/// What is wrong with a log.
#[derive(Debug, thiserror::Error)]
pub enum Finding {
    /// The checkpoint is not there or not the log's.
    #[error("the log's checkpoint proves nothing: {0}")]
    Checkpoint(SignatureError),
    /// Leaves are gone.
    #[error("the log was rolled back: it had {known} leaves, its checkpoint now says {found}")]
    RolledBack {
        /// Leaves known before.
        known: u64,
        /// Leaves now.
        found: u64,
    },
    /// Another history.
    #[error("the log was forked: its first {0} leaves are not those it had before")]
    Forked(u64),
    /// The first tile or bundle that does not hash to the checkpoint.
    #[error("{0} was altered: its hashes do not lead to the checkpoint")]
    Altered(Tile),
    /// No tile stands out: the entries and tiles agree among themselves, and not with the checkpoint.
    #[error("the tiles are not those of the checkpoint of {0} leaves")]
    OtherTree(u64),
    /// A tile cannot be read.
    #[error(transparent)]
    Tiles(#[from] TilesError),
}

/// Audits a log from what its source says alone. `known` is a head seen before (`None`: nothing, so everything is
/// audited); the leaves it had are shown to be the same by the proof, and only what came after is hashed again.
///
/// # Errors
/// What is wrong: the first tile altered, from left to right and a tile before what lies beneath it.
pub fn audit(tiles: &(impl Tiles + ?Sized), key: &VerifierKey, known: Option<Head>) -> Result<Report, Finding> {
    let unreadable = |error| TilesError::Unreadable { path: CHECKPOINT.to_owned(), error };
    let missing = || TilesError::Missing(CHECKPOINT.to_owned());
    let bytes = tiles.read(CHECKPOINT).map_err(unreadable)?.ok_or_else(missing)?;
    let head = SignedCheckpoint::open(&bytes, key).map_err(Finding::Checkpoint)?.head();
    let known = known.unwrap_or_else(Head::empty);
    if known.size > head.size {
        return Err(Finding::RolledBack { known: known.size, found: head.size });
    }
    if head.size == 0 {
        let whole = head.root == empty_root();
        let report = Report { head, leaves: 0, tiles: 0 };
        return if whole { Ok(report) } else { Err(Finding::OtherTree(0)) };
    }
    let mut audit = Audit { tiles, size: head.size, from: known.size, leaves: 0, read: 0 };
    let edge = audit.edge(head.root)?;
    for (tile, hashes) in edge.iter().rev() {
        audit.beneath(*tile, hashes)?;
    }
    // Only tiles that are part of the tree are read by now, so a root that is not known is another history.
    if known.size > 0 && Tree::new(tiles, head).root_at(known.size)? != known.root {
        return Err(Finding::Forked(known.size));
    }
    Ok(Report { head, leaves: audit.leaves, tiles: audit.read })
}

struct Audit<'t, T: ?Sized> {
    tiles: &'t T,
    size: u64,
    /// Leaves before this one are known.
    from: u64,
    leaves: u64,
    read: u64,
}

impl<T: Tiles + ?Sized> Audit<'_, T> {
    /// The tiles of hashes that are not full, lowest first: together they lead to the root.
    fn edge(&mut self, root: Hash) -> Result<Vec<(Tile, Vec<Hash>)>, Finding> {
        let mut edge = Vec::new();
        for tile in Tile::edge(self.size).into_iter().filter(|tile| tile.level().is_some()) {
            edge.push((tile, self.hashes(tile)?));
        }
        if root_over(&edge) == root {
            return Ok(edge);
        }
        // The one that leads to the root once it is made again from what lies beneath it is the altered one.
        let mut differs = None;
        for at in (0..edge.len()).rev() {
            let Some((tile, hashes)) = edge.get(at) else { continue };
            let (tile, again) = (*tile, self.made_again(*tile)?);
            if again == *hashes {
                continue;
            }
            let mut mended = edge.clone();
            mended.iter_mut().skip(at).take(1).for_each(|row| row.1.clone_from(&again));
            if root_over(&mended) == root {
                return Err(Finding::Altered(tile));
            }
            differs = Some(differs.unwrap_or(tile));
        }
        Err(differs.map_or(Finding::OtherTree(self.size), Finding::Altered))
    }

    /// Everything beneath a tile whose hashes are known to be right, left to right.
    fn beneath(&mut self, tile: Tile, hashes: &[Hash]) -> Result<(), Finding> {
        let Some(below) = tile.level().and_then(|level| level.checked_sub(1)) else {
            return self.entries(tile, hashes);
        };
        for (index, hash) in (tile.index() * TILE_WIDTH..).zip(hashes) {
            let end = (index + 1).checked_shl(8 * u32::from(below + 1)).unwrap_or(u64::MAX);
            if end <= self.from {
                continue;
            }
            let Some(child) = Tile::hashes(below, index, 256) else { continue };
            let below = self.hashes(child)?;
            if fold(peaks(&below).into_iter()) != *hash {
                return Err(Finding::Altered(child));
            }
            self.beneath(child, &below)?;
        }
        Ok(())
    }

    /// The bundle beneath a tile of leaves.
    fn entries(&mut self, tile: Tile, hashes: &[Hash]) -> Result<(), Finding> {
        let Some(bundle) = Tile::entries(tile.index(), tile.width()) else { return Ok(()) };
        if self.made_again(tile)? != hashes {
            return Err(Finding::Altered(bundle));
        }
        self.leaves += u64::from(tile.width());
        Ok(())
    }

    /// The hashes of a tile from what lies beneath it: the bundle of entries, or the full tiles of the level below.
    fn made_again(&mut self, tile: Tile) -> Result<Vec<Hash>, TilesError> {
        let Some(below) = tile.level().and_then(|level| level.checked_sub(1)) else {
            let Some(bundle) = Tile::entries(tile.index(), tile.width()) else { return Ok(Vec::new()) };
            self.read += 1;
            return Ok(read_entries(self.tiles, bundle)?.iter().map(|entry| leaf_hash(entry)).collect());
        };
        let first = tile.index() * TILE_WIDTH;
        let children =
            (first..first + u64::from(tile.width())).filter_map(|index| Tile::hashes(below, index, 256));
        children.map(|child| Ok(fold(peaks(&self.hashes(child)?).into_iter()))).collect()
    }

    fn hashes(&mut self, tile: Tile) -> Result<Vec<Hash>, TilesError> {
        self.read += 1;
        read_hashes(self.tiles, tile)
    }
}

/// The root that the edge of a tree leads to.
fn root_over(edge: &[(Tile, Vec<Hash>)]) -> Hash {
    let peaks: Vec<Hash> = edge.iter().rev().flat_map(|(_, hashes)| peaks(hashes)).collect();
    fold(peaks.into_iter())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} leaves, {} of them hashed again from {} tiles", self.head.size, self.leaves, self.tiles)
    }
}
