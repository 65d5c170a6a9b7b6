//! Another implementation (tlog_tiles, signed_note) reads what this one writes, and the other way round.

use signed_note::{Note, Signer, StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::{
    Error, HashReader, TileHashReader, TileReader, check_record, check_tree, prove_record, prove_tree,
    stored_hashes, tree_hash,
};
use transparency::{
    CHECKPOINT, Checkpoint, Hash, Head, Log, SignedCheckpoint, SignedNote, Tile, Tiles, Tree, VerifierKey,
    leaf_hash, read_hashes, verify_consistency, verify_inclusion,
};

use super::place::{ORIGIN, Shelf, entries, entry, log, signer, vkey};

/// Sizes on both sides of full tiles.
const SIZES: [u64; 9] = [1, 2, 7, 255, 256, 257, 511, 513, 1027];

/// Their log: every hash in one row.
struct Row(Vec<tlog_tiles::Hash>);

impl HashReader for Row {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Error> {
        let at = |index: &u64| self.0.get(*index as usize).copied().ok_or(Error::IndexesNotInTree);
        indexes.iter().map(at).collect()
    }
}

impl Row {
    fn of(size: u64) -> Row {
        let mut row = Row(Vec::new());
        for number in 0..size {
            let hashes = stored_hashes(number, &entry(number), &row).unwrap();
            row.0.extend(hashes);
        }
        row
    }
}

/// Their reader over our files.
struct OverOurs<'t>(&'t Shelf);

impl TileReader for OverOurs<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let read = |tile: &tlog_tiles::Tile| {
            let tile =
                Tile::hashes(tile.level(), tile.level_index(), u16::try_from(tile.width()).unwrap()).unwrap();
            let hashes = read_hashes(self.0, tile).map_err(|_| Error::InvalidTile)?;
            Ok(hashes.iter().flat_map(|hash| *hash.as_bytes()).collect())
        };
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

fn ours(hash: tlog_tiles::Hash) -> Hash {
    Hash::new(hash.0)
}

fn theirs(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

fn all_theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().copied().map(theirs).collect()
}

/// Their log in files, under the paths of C2SP, which theirs has in Go's older form.
fn their_files(row: &Row, size: u64) -> Shelf {
    let shelf = Shelf::default();
    for tile in tlog_tiles::Tile::new_tiles(8, 0, size) {
        let path = Tile::hashes(tile.level(), tile.level_index(), u16::try_from(tile.width()).unwrap()).unwrap();
        let old_form = path.path().replacen("tile/", "tile/8/", 1);
        assert_eq!(tile.path(), old_form);
        shelf.put(&path.path(), tile.read_data(row).unwrap());
    }
    shelf
}

#[test]
fn their_log_verifies_with_ours() {
    for size in SIZES {
        let row = Row::of(size);
        let root = ours(tree_hash(size, &row).unwrap());
        let shelf = their_files(&row, size);
        let tree = Tree::new(&shelf, Head { size, root });
        for index in (0..size).step_by(1 + size as usize / 60) {
            let proof = prove_record(size, index, &row).unwrap();
            let hashes: Vec<Hash> = proof.iter().copied().map(ours).collect();
            verify_inclusion(index, size, leaf_hash(&entry(index)), &hashes, root).unwrap();
            assert_eq!(tree.inclusion(index).unwrap(), hashes);
            let old = index + 1;
            let proof: Vec<Hash> = prove_tree(size, old, &row).unwrap().into_iter().map(ours).collect();
            let old_root = ours(tree_hash(old, &row).unwrap());
            verify_consistency(old, old_root, size, root, &proof).unwrap();
            assert_eq!(tree.consistency(old).unwrap(), proof);
        }
    }
}

#[test]
fn our_log_verifies_with_theirs() {
    for size in SIZES {
        let log = log(&[size / 2, size]);
        let row = Row::of(size);
        let root = theirs(log.published().root);
        assert_eq!(tree_hash(size, &row).unwrap(), root, "{size}");
        let over_ours = OverOurs(log.storage());
        let reader = TileHashReader::new(size, root, &over_ours);
        for index in (0..size).step_by(1 + size as usize / 60) {
            let leaf = theirs(leaf_hash(&entry(index)));
            let proof = all_theirs(&log.tree().inclusion(index).unwrap());
            check_record(&proof, size, root, index, leaf).unwrap();
            check_record(&prove_record(size, index, &reader).unwrap(), size, root, index, leaf).unwrap();
            let old = index + 1;
            let old_root = tree_hash(old, &row).unwrap();
            let proof = all_theirs(&log.tree().consistency(old).unwrap());
            check_tree(&proof, size, root, old, old_root).unwrap();
            check_tree(&prove_tree(size, old, &reader).unwrap(), size, root, old, old_root).unwrap();
        }
    }
}

#[test]
fn notes_and_checkpoints_go_both_ways() {
    let key = signer();
    let skey = key.to_secret_text();
    let their_signer = StandardSigner::new(&skey).unwrap();
    let known = || {
        let verifier = StandardVerifier::new(&vkey().to_string()).unwrap();
        VerifierList::new(vec![Box::new(verifier)])
    };
    assert_eq!(their_signer.key_id().to_be_bytes(), vkey().id());

    let log = log(&[300]);
    let bytes = log.storage().read(CHECKPOINT).unwrap().unwrap();
    let note = Note::from_bytes(&bytes).unwrap();
    let (signed, _) = note.verify(&known()).unwrap();
    assert_eq!(signed.len(), 1);
    let read = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((read.origin(), read.size(), ours(*read.hash())), (ORIGIN, 300, log.published().root));

    let written = tlog_tiles::Checkpoint::new(ORIGIN, 7, theirs(log.published().root), "more\n").unwrap();
    let mut note = Note::new(&written.to_bytes(), &[]).unwrap();
    note.add_sigs(&[&their_signer]).unwrap();
    let read = SignedCheckpoint::open(&note.to_bytes(), &vkey()).unwrap();
    assert_eq!(read.head(), Head { size: 7, root: log.published().root });
    assert_eq!(read.checkpoint().extensions(), ["more"]);
    assert_eq!(read.to_string().as_bytes(), note.to_bytes());
    // The signature of the same text by the same key is the same.
    let again = Checkpoint::new(ORIGIN, read.head()).unwrap().with_extension("more").unwrap();
    assert_eq!(again.sign(&key).unwrap().to_string().as_bytes(), note.to_bytes());
}

/// The example of the Go note package, whose key is published with it.
#[test]
fn the_example_of_the_format() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let key = VerifierKey::parse(key).unwrap();
    let note = SignedNote::parse(note.as_bytes()).unwrap();
    assert_eq!(note.verify([&key]).unwrap(), [(&key, None)]);
}

/// Roots as tlog_tiles 0.2.0 computed them, written down: they hold even if both were to change.
#[test]
fn golden_roots() {
    for (size, golden) in GOLDEN {
        let mut log = Log::open(Shelf::default(), &vkey(), None).unwrap();
        let head = log.append(&entries(0, size)).unwrap();
        assert_eq!(head.root.to_string(), golden, "{size}");
        assert_eq!(tree_hash(size, &Row::of(size)).unwrap().to_string(), golden, "{size}");
    }
}

const GOLDEN: [(u64, &str); 6] = [
    (0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    (1, "UbzDamEM1UkP/apqcgaBNLLG0dU11Rc0jo+DJPFw9cM="),
    (5, "/zih13VjiUp1UpvcmyuYuNbD1mUlLXJWWwxvXwgjNIY="),
    (256, "IvB6GSCQ3y8qHBggFx5bIR+aOH43uhnUp+1FNzBTggo="),
    (257, "EcM5HC3Qo+ZRJgicIupsS0gPu8rKMhEL0qF6VJrzETM="),
    (1000, "L1hul1s5zKity4ykYB1z3+cWBtzM5ytFWd/0UB8/mhw="),
];
