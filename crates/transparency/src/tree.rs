//! The tree as its tiles have it: roots and proofs made from tiles alone, and checked before they are given out.

use std::collections::BTreeMap;

use crate::error::{ProofError, TilesError};
use crate::hash::{Entry, Hash, complete, empty_root, fold};
use crate::log::Head;
use crate::merkle::{verify_consistency, verify_inclusion};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH, Tile};
use crate::tiles::{Tiles, read_entries, read_hashes};

/// The root that the tiles of a tree of `size` leaves lead to. Nothing is checked: compare it with a signed root.
///
/// # Errors
/// A tile is missing or is none.
pub fn root_of(tiles: &(impl Tiles + ?Sized), size: u64) -> Result<Hash, TilesError> {
    Nodes::new(tiles, size).range(0, size)
}

/// A tree with a known root, read from tiles. What they say is proven against the root before it is given out.
pub struct Tree<'t, T: ?Sized> {
    tiles: &'t T,
    head: Head,
}

impl<'t, T: Tiles + ?Sized> Tree<'t, T> {
    /// The tree with this size and root, in these tiles. Nothing is read yet.
    pub fn new(tiles: &'t T, head: Head) -> Self {
        Self { tiles, head }
    }

    /// Its size and root.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The hashes that prove the leaf at `index` (from 0), from its sibling up to the child of the root.
    ///
    /// # Errors
    /// No such leaf, or the tiles do not fit the root.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Hash>, TilesError> {
        let size = self.head.size;
        if index >= size {
            return Err(ProofError::OutsideTree { index, size }.into());
        }
        let mut nodes = Nodes::new(self.tiles, size);
        let leaf = nodes.node(0, index)?;
        let mut proof = Vec::new();
        let (mut first, mut end) = (0, size);
        while end - first > 1 {
            let middle = first + split(end - first);
            if index < middle {
                proof.push(nodes.range(middle, end)?);
                end = middle;
            } else {
                proof.push(nodes.range(first, middle)?);
                first = middle;
            }
        }
        proof.reverse();
        verify_inclusion(index, size, leaf, &proof, self.head.root)?;
        Ok(proof)
    }

    /// The hashes that prove that this tree holds its first `old_size` leaves as the tree they were; none for no leaves
    /// or for all.
    ///
    /// # Errors
    /// `old_size` is larger than the tree, or the tiles do not fit the root.
    pub fn consistency(&self, old_size: u64) -> Result<Vec<Hash>, TilesError> {
        Ok(self.consistency_from(old_size)?.0)
    }

    /// The root of the tree of the first `size` leaves, proven to be part of this one.
    ///
    /// # Errors
    /// As [`Tree::consistency`].
    pub fn root_at(&self, size: u64) -> Result<Hash, TilesError> {
        Ok(self.consistency_from(size)?.1)
    }

    /// The entry at `index` (from 0), proven to be in the tree.
    ///
    /// # Errors
    /// No such entry, or bundle and tiles do not fit the root.
    pub fn entry(&self, index: u64) -> Result<Entry, TilesError> {
        let size = self.head.size;
        let outside = || ProofError::OutsideTree { index, size };
        let bundle = Tile::in_tree(None, index / TILE_WIDTH, size).ok_or_else(outside)?;
        let entries = read_entries(self.tiles, bundle)?;
        let at = usize::try_from(index % TILE_WIDTH).map_err(|_| outside())?;
        let entry = entries.get(at).ok_or_else(outside)?;
        let proof = self.inclusion(index)?;
        verify_inclusion(index, size, crate::hash::leaf_hash(entry), &proof, self.head.root)?;
        Ok(*entry)
    }

    fn consistency_from(&self, old_size: u64) -> Result<(Vec<Hash>, Hash), TilesError> {
        let Head { size, root } = self.head;
        if old_size > size {
            return Err(ProofError::Sizes { old: old_size, new: size }.into());
        }
        if old_size == 0 {
            return Ok((Vec::new(), empty_root()));
        }
        let mut nodes = Nodes::new(self.tiles, size);
        let old_root = nodes.range(0, old_size)?;
        let mut proof = Vec::new();
        let (mut first, mut end) = (0, size);
        while end > old_size {
            let middle = first + split(end - first);
            if old_size <= middle {
                proof.push(nodes.range(middle, end)?);
                end = middle;
            } else {
                proof.push(nodes.range(first, middle)?);
                first = middle;
            }
        }
        // The subtree that both have is told, unless it is the whole earlier tree.
        if first > 0 {
            proof.push(nodes.range(first, end)?);
        }
        proof.reverse();
        verify_consistency(old_size, old_root, size, root, &proof)?;
        Ok((proof, old_root))
    }
}

/// The largest power of two below `count`, which is at least 2: where RFC 6962 splits a tree.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Nodes of a tree, each tile read once.
struct Nodes<'t, T: ?Sized> {
    tiles: &'t T,
    size: u64,
    read: BTreeMap<Tile, Vec<Hash>>,
}

impl<'t, T: Tiles + ?Sized> Nodes<'t, T> {
    fn new(tiles: &'t T, size: u64) -> Self {
        Self { tiles, size, read: BTreeMap::new() }
    }

    /// The root over the leaves from `first` up to before `end`, where a split of RFC 6962 has put `first`.
    fn range(&mut self, mut first: u64, end: u64) -> Result<Hash, TilesError> {
        let mut peaks = Vec::new();
        while first < end {
            let height = (end - first).ilog2();
            peaks.push(self.node(height, first >> height)?);
            first += 1 << height;
        }
        Ok(fold(peaks.into_iter()))
    }

    /// The root of the `index`-th complete subtree of `2^height` leaves.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, TilesError> {
        let outside =
            || ProofError::OutsideTree { index: index.checked_shl(height).unwrap_or(index), size: self.size };
        let level = u8::try_from(height / TILE_HEIGHT).map_err(|_| outside())?;
        let count = 1_u64 << (height % TILE_HEIGHT);
        let first = index * count;
        let tile = Tile::in_tree(Some(level), first / TILE_WIDTH, self.size).ok_or_else(outside)?;
        if !self.read.contains_key(&tile) {
            self.read.insert(tile, read_hashes(self.tiles, tile)?);
        }
        let start = usize::try_from(first % TILE_WIDTH).map_err(|_| outside())?;
        let end = start + usize::try_from(count).map_err(|_| outside())?;
        let hashes = self.read.get(&tile).and_then(|hashes| hashes.get(start..end));
        hashes.and_then(complete).ok_or_else(|| TilesError::Malformed(tile.path()))
    }
}
