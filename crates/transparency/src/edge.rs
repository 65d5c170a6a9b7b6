//! The right edge of a growing tree: the tiles that are not full yet, from which the next ones are made.

use crate::error::TilesError;
use crate::hash::{Entry, Hash, complete, fold, leaf_hash, peaks};
use crate::tile::{LEVELS, TILE_WIDTH, Tile};
use crate::tiles::{Tiles, bundle_bytes, read_entries, read_hashes, tile_bytes};

/// Enough of a tree to append to it and to know its root: at most 255 entries, and 255 hashes at each level of tiles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edge {
    size: u64,
    entries: Vec<Entry>,
    /// By level of tiles, lowest first.
    levels: [Vec<Hash>; LEVELS as usize],
}

impl Edge {
    /// The edge of the tree of `size` leaves in these tiles.
    pub(crate) fn read(tiles: &(impl Tiles + ?Sized), size: u64) -> Result<Edge, TilesError> {
        let mut edge = Edge { size, ..Edge::default() };
        for tile in Tile::edge(size) {
            match tile.level() {
                None => edge.entries = read_entries(tiles, tile)?,
                Some(level) => {
                    let hashes = read_hashes(tiles, tile)?;
                    edge.levels.get_mut(usize::from(level)).into_iter().for_each(|row| row.clone_from(&hashes));
                }
            }
        }
        Ok(edge)
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree as it now stands.
    pub(crate) fn root(&self) -> Hash {
        let peaks: Vec<Hash> = self.levels.iter().rev().flat_map(|level| peaks(level)).collect();
        fold(peaks.into_iter())
    }

    /// Whether the bundle of entries is that of the lowest tile.
    pub(crate) fn entries_fit(&self) -> bool {
        let hashes = self.entries.iter().map(|entry| leaf_hash(entry));
        hashes.eq(self.levels.first().into_iter().flatten().copied())
    }

    /// Adds an entry and leaves the tiles it made full in `written`, with their bytes. `None` when no tree is larger.
    pub(crate) fn push(&mut self, entry: Entry, written: &mut Vec<(Tile, Vec<u8>)>) -> Option<()> {
        let size = self.size.checked_add(1)?;
        let mut index = self.size / TILE_WIDTH;
        self.entries.push(entry);
        if self.entries.len() == 256 {
            written.push((Tile::entries(index, 256)?, bundle_bytes(&self.entries)));
            self.entries.clear();
        }
        let mut hash = leaf_hash(&entry);
        for (level, hashes) in (0..).zip(&mut self.levels) {
            hashes.push(hash);
            if hashes.len() < 256 {
                break;
            }
            hash = complete(hashes)?;
            written.push((Tile::hashes(level, index, 256)?, tile_bytes(hashes)));
            hashes.clear();
            index /= TILE_WIDTH;
        }
        self.size = size;
        Some(())
    }

    /// The tiles that are not full, with their bytes.
    pub(crate) fn partial(&self) -> Vec<(Tile, Vec<u8>)> {
        let bytes = |tile: &Tile| match tile.level() {
            None => bundle_bytes(&self.entries),
            Some(level) => self.levels.get(usize::from(level)).map_or_else(Vec::new, |hashes| tile_bytes(hashes)),
        };
        Tile::edge(self.size).into_iter().map(|tile| (tile, bytes(&tile))).collect()
    }
}
