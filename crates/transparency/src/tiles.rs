//! Where tiles are read from, and how one is read: a partial tile that is gone is the beginning of its full one.

use std::io;

use crate::error::TilesError;
use crate::hash::{Entry, Hash};
use crate::tile::Tile;

/// The path of the signed checkpoint below a log's prefix.
pub const CHECKPOINT: &str = "checkpoint";

/// A log's files, wherever they are: a folder, a web server, a copy on a stick. They are never trusted.
pub trait Tiles {
    /// The file at a path below the log's prefix (`checkpoint`, `tile/0/000`); `None` where there is none.
    ///
    /// # Errors
    /// The source cannot say.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;
}

impl<T: Tiles + ?Sized> Tiles for &T {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        (**self).read(path)
    }
}

/// The hashes of a tile, as many as it is wide.
///
/// # Errors
/// Neither the tile nor the full one in its place is there, or it has not the length of a tile.
pub fn read_hashes(tiles: &(impl Tiles + ?Sized), tile: Tile) -> Result<Vec<Hash>, TilesError> {
    let bytes = read_tile(tiles, tile)?;
    Ok(bytes.chunks(32).filter_map(Hash::from_slice).collect())
}

/// The entries of a bundle, as many as it is wide.
///
/// # Errors
/// As [`read_hashes`]; or an entry is not of 32 bytes.
pub fn read_entries(tiles: &(impl Tiles + ?Sized), bundle: Tile) -> Result<Vec<Entry>, TilesError> {
    let bytes = read_tile(tiles, bundle)?;
    let entry = |chunk: &[u8]| chunk.strip_prefix(&[0, 32])?.try_into().ok();
    let entries: Option<Vec<Entry>> = bytes.chunks(34).map(entry).collect();
    entries.ok_or_else(|| TilesError::Malformed(bundle.path()))
}

/// The bytes of a bundle: each entry after its length, two bytes with the higher first.
pub(crate) fn bundle_bytes(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [0, 32].into_iter().chain(*entry)).collect()
}

/// The bytes of a tile of hashes.
pub(crate) fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

fn read_tile(tiles: &(impl Tiles + ?Sized), tile: Tile) -> Result<Vec<u8>, TilesError> {
    if let Some(bytes) = read_as_it_is(tiles, tile)? {
        return Ok(bytes);
    }
    let missing = || TilesError::Missing(tile.path());
    if tile.is_full() {
        return Err(missing());
    }
    let mut bytes = read_as_it_is(tiles, tile.full())?.ok_or_else(missing)?;
    bytes.truncate(tile.length_bytes());
    Ok(bytes)
}

fn read_as_it_is(tiles: &(impl Tiles + ?Sized), tile: Tile) -> Result<Option<Vec<u8>>, TilesError> {
    let path = tile.path();
    match tiles.read(&path) {
        Ok(Some(bytes)) if bytes.len() != tile.length_bytes() => Err(TilesError::Malformed(path)),
        Ok(read) => Ok(read),
        Err(error) => Err(TilesError::Unreadable { path, error }),
    }
}
