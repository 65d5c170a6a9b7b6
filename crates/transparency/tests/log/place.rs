//! Places to keep a log in, keys to sign it with, entries to fill it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use transparency::{Algorithm, CHECKPOINT, Entry, Log, SignerKey, Storage, Tile, Tiles, VerifierKey, leaf_hash};

pub const ORIGIN: &str = "log.example/county";

/// A log's files in memory.
#[derive(Debug, Clone, Default)]
pub struct Shelf(pub RefCell<BTreeMap<String, Vec<u8>>>);

impl Shelf {
    pub fn put(&self, path: &str, bytes: Vec<u8>) {
        self.0.borrow_mut().insert(path.to_owned(), bytes);
    }

    pub fn paths(&self) -> Vec<String> {
        self.0.borrow().keys().cloned().collect()
    }

    pub fn flip(&self, path: &str, at: usize) {
        let mut files = self.0.borrow_mut();
        let bytes = files.get_mut(path).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 0x40;
    }

    pub fn remove(&self, path: &str) -> Vec<u8> {
        self.0.borrow_mut().remove(path).unwrap()
    }
}

impl Tiles for Shelf {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.borrow().get(path).cloned())
    }
}

impl Storage for Shelf {
    fn write(&mut self, tile: Tile, bytes: &[u8]) -> io::Result<()> {
        self.put(&tile.path(), bytes.to_vec());
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn replace_checkpoint(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.put(CHECKPOINT, bytes.to_vec());
        Ok(())
    }

    fn with_partials(&self) -> io::Result<Vec<Tile>> {
        let full = |path: &String| Tile::parse(path.split_once(".p/")?.0);
        Ok(self.0.borrow().keys().filter_map(full).collect())
    }

    fn remove_partials(&mut self, tile: Tile) -> io::Result<()> {
        let beside = format!("{}.p/", tile.full().path());
        self.0.borrow_mut().retain(|path, _| !path.starts_with(&beside));
        Ok(())
    }
}

/// The log's key.
pub fn signer() -> SignerKey {
    SignerKey::from_seed(ORIGIN, Algorithm::Ed25519, &[7; 32]).unwrap()
}

/// A witness's key.
pub fn witness_key(number: u8) -> SignerKey {
    let name = format!("witness.example/w{number}");
    SignerKey::from_seed(&name, Algorithm::Cosignature, &[100 + number; 32]).unwrap()
}

pub fn vkey() -> VerifierKey {
    signer().verifier().clone()
}

/// The entry with this number, always the same.
pub fn entry(number: u64) -> Entry {
    *leaf_hash(&number.to_be_bytes()).as_bytes()
}

pub fn entries(from: u64, to: u64) -> Vec<Entry> {
    (from..to).map(entry).collect()
}

/// A published log of so many entries, appended in batches that end at these sizes.
pub fn log(sizes: &[u64]) -> Log<Shelf> {
    let mut log = Log::open(Shelf::default(), &vkey(), None).unwrap();
    for size in sizes {
        log.append(&entries(log.head().size, *size)).unwrap();
        log.publish(&signer()).unwrap();
    }
    log
}
