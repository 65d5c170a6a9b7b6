//! Which tile is meant, and its path, exactly as C2SP tlog-tiles writes it.

use std::fmt;

/// Hashes of a full tile, entries of a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// Levels of the tree that one tile spans.
pub(crate) const TILE_HEIGHT: u32 = 8;

/// Tile levels of the largest tree.
pub(crate) const LEVELS: u8 = 8;

/// Either a row of neighbouring hashes at one level of tiles, or the bundle of the entries themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// `None` for a bundle of entries.
    level: Option<u8>,
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile of hashes at `level` (0: of leaves, at most 63), the `index`-th from the left, `width` hashes (1 to 256).
    pub fn hashes(level: u8, index: u64, width: u16) -> Option<Tile> {
        (level <= 63 && (1..=256).contains(&width)).then_some(Tile { level: Some(level), index, width })
    }

    /// The bundle of entries beneath the tile of leaves with the same index and width.
    pub fn entries(index: u64, width: u16) -> Option<Tile> {
        (1..=256).contains(&width).then_some(Tile { level: None, index, width })
    }

    /// The tile as a tree of `size` leaves has it; `None` where such a tree has none there.
    pub fn in_tree(level: Option<u8>, index: u64, size: u64) -> Option<Tile> {
        let hashes = size.checked_shr(TILE_HEIGHT * u32::from(level.unwrap_or(0))).unwrap_or(0);
        let width = hashes.checked_sub(index.checked_mul(TILE_WIDTH)?)?.min(TILE_WIDTH);
        let width = u16::try_from(width).ok()?;
        level.map_or(Tile::entries(index, width), |level| Tile::hashes(level, index, width))
    }

    /// The tiles of a tree of `size` leaves that are not full, lowest first, the bundle of entries before them.
    pub fn edge(size: u64) -> Vec<Tile> {
        let levels = [None].into_iter().chain((0..LEVELS).map(Some));
        let at = |level: Option<u8>| {
            let hashes = size.checked_shr(TILE_HEIGHT * u32::from(level.unwrap_or(0))).unwrap_or(0);
            Tile::in_tree(level, hashes / TILE_WIDTH, size)
        };
        levels.filter_map(at).collect()
    }

    /// Its level; `None` for a bundle of entries.
    pub fn level(&self) -> Option<u8> {
        self.level
    }

    /// How many stand to its left.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Hashes or entries in it, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether nothing is added to it any more.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }

    /// The same when it has become full.
    pub fn full(&self) -> Tile {
        Tile { width: 256, ..*self }
    }

    /// Length in bytes: 32 for each hash, 34 for each entry (its length and its 32 bytes).
    pub(crate) fn length_bytes(&self) -> usize {
        usize::from(self.width) * if self.level.is_some() { 32 } else { 34 }
    }

    /// The path below the log's prefix: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// Reads a path back; `None` for every spelling that is not the one of [`Tile::path`].
    pub fn parse(path: &str) -> Option<Tile> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().ok()?),
            None => (rest, 256),
        };
        let digits: String = index.split('/').map(|group| group.strip_prefix('x').unwrap_or(group)).collect();
        let index = digits.parse().ok()?;
        let tile = match level {
            "entries" => Tile::entries(index, width)?,
            level => Tile::hashes(level.parse().ok()?, index, width)?,
        };
        (tile.path() == path).then_some(tile)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}/")?,
            None => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut above = self.index / 1000;
        while above > 0 {
            groups.push(format!("x{:03}", above % 1000));
            above /= 1000;
        }
        groups.reverse();
        f.write_str(&groups.join("/"))?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_as_the_specification_has_them() {
        for (tile, path) in [
            (Tile::hashes(0, 0, 256), "tile/0/000"),
            (Tile::hashes(0, 1_234_067, 256), "tile/0/x001/x234/067"),
            (Tile::hashes(63, 999, 255), "tile/63/999.p/255"),
            (Tile::hashes(1, 1000, 1), "tile/1/x001/000.p/1"),
            (Tile::entries(1_234_067, 8), "tile/entries/x001/x234/067.p/8"),
            (Tile::entries(u64::MAX, 256), "tile/entries/x018/x446/x744/x073/x709/x551/615"),
        ] {
            let tile = tile.unwrap();
            assert_eq!(tile.path(), path);
            assert_eq!(Tile::parse(path), Some(tile));
        }
    }

    #[test]
    fn no_other_spelling_is_read() {
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/00",
            "tile/0/0000",
            "tile/00/000",
            "tile/64/000",
            "tile/+1/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001/x000",
            "tile/0/000.p/",
            "tile/0/000.p",
            "/tile/0/000",
            "tile/0/000/",
            "tile/data/000",
            "tile/entries/0é0",
            "tile/0/../000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Tile::parse(path), None, "{path}");
        }
    }

    #[test]
    fn the_edge_of_the_example_of_the_specification() {
        let paths: Vec<String> = Tile::edge(70_000).iter().map(Tile::path).collect();
        assert_eq!(paths, ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        let paths: Vec<String> = Tile::edge(256).iter().map(Tile::path).collect();
        assert_eq!(paths, ["tile/1/000.p/1"]);
        assert_eq!(Tile::edge(0), []);
        assert_eq!(Tile::edge(u64::MAX).len(), 9);
    }
}
