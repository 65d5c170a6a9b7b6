//! What a log refuses: folders that do not fit, keys of others, smaller and forked trees.

use std::fs;

use transparency::{
    Algorithm, Head, Log, LogError, SignatureError, SignedCheckpoint, SignerKey, Tile, Tiles, TilesError,
    empty_root,
};

use super::place::{Shelf, entries, log, signer, vkey, witness_key};

fn open(shelf: &Shelf, last_signed: Option<Head>) -> Result<Log<Shelf>, LogError> {
    Log::open(shelf.clone(), &vkey(), last_signed)
}

#[test]
fn a_folder_that_does_not_match_its_checkpoint() {
    let log = log(&[300, 700]);
    let shelf = log.storage();
    assert_eq!(open(shelf, None).unwrap().head(), log.head());
    // Only the right edge is read: what is left of it is for the auditor.
    for path in ["tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/002.p/188"] {
        for at in [0, 40, 5000] {
            let altered = shelf.clone();
            altered.flip(path, at);
            let error = open(&altered, None).unwrap_err();
            assert!(
                matches!(error, LogError::Mismatch(700) | LogError::Tiles(TilesError::Malformed(_))),
                "{path}: {error}"
            );
        }
        let gone = shelf.clone();
        gone.remove(path);
        assert!(matches!(open(&gone, None), Err(LogError::Tiles(TilesError::Missing(_)))), "{path}");
        let short = shelf.clone();
        short.put(path, vec![0; 31]);
        assert!(matches!(open(&short, None), Err(LogError::Tiles(TilesError::Malformed(_)))), "{path}");
    }
    let altered = shelf.clone();
    altered.flip("checkpoint", 40);
    assert!(matches!(open(&altered, None), Err(LogError::Checkpoint(_))));
    let other = SignerKey::from_seed("log.example/other", Algorithm::Ed25519, &[7; 32]).unwrap();
    let error = Log::open(shelf.clone(), other.verifier(), None).unwrap_err();
    assert!(matches!(error, LogError::Checkpoint(SignatureError::Origin { .. })), "{error}");
    let impostor = SignerKey::from_seed(vkey().name(), Algorithm::Ed25519, &[8; 32]).unwrap();
    let error = Log::open(shelf.clone(), impostor.verifier(), None).unwrap_err();
    assert!(matches!(error, LogError::Checkpoint(SignatureError::Missing(_))), "{error}");
}

#[test]
fn a_smaller_or_forked_tree_is_not_signed() {
    let early = log(&[300]);
    let late = log(&[300, 700]);
    let fork = Head { root: log(&[100]).head().root, ..late.head() };
    // The folder is ahead of what was written down: fine if it grew out of it.
    assert!(open(late.storage(), Some(early.head())).is_ok());
    assert!(open(late.storage(), Some(late.head())).is_ok());
    assert!(open(late.storage(), Some(Head::empty())).is_ok());
    assert!(matches!(open(late.storage(), Some(fork)), Err(LogError::Forked(700))));
    let at_300 = Head { size: 300, root: empty_root() };
    assert!(matches!(open(late.storage(), Some(at_300)), Err(LogError::Forked(300))));
    // The folder is an old copy: it signs nothing before it holds again what was signed.
    let mut restored = open(early.storage(), Some(late.head())).unwrap();
    assert!(matches!(restored.publish(&signer()), Err(LogError::Behind { signed: 700, held: 300 })));
    restored.append(&entries(300, 500)).unwrap();
    assert!(matches!(restored.publish(&signer()), Err(LogError::Behind { signed: 700, held: 500 })));
    restored.append(&entries(500, 710)).unwrap();
    assert_eq!(restored.publish(&signer()).unwrap().head().size, 710);
    // An old copy, and other leaves: nothing is written, nothing signed.
    let mut forked = open(early.storage(), Some(late.head())).unwrap();
    assert!(matches!(forked.append(&entries(301, 800)), Err(LogError::Forked(700))));
    assert_eq!(forked.head(), early.head());
    assert_eq!(forked.storage().paths(), early.storage().paths());
    forked.append(&entries(300, 800)).unwrap();
    assert!(forked.publish(&signer()).is_ok());
    // All files are gone.
    let mut lost = open(&Shelf::default(), Some(late.head())).unwrap();
    assert!(matches!(lost.publish(&signer()), Err(LogError::Behind { signed: 700, held: 0 })));
}

#[test]
fn keys_of_others() {
    let mut log = log(&[5]);
    let impostor = SignerKey::from_seed(vkey().name(), Algorithm::Ed25519, &[8; 32]).unwrap();
    assert!(matches!(log.publish(&impostor), Err(LogError::OtherKey { .. })));
    assert!(matches!(log.publish(&witness_key(1)), Err(LogError::OtherKey { .. })));
}

#[test]
fn a_checkpoint_gets_its_cosignatures() {
    let mut log = log(&[5]);
    let mut checkpoint = log.publish(&signer()).unwrap();
    let line = witness_key(1).cosign(checkpoint.note().text(), 1_700_000_000).unwrap();
    checkpoint.add([line]);
    log.publish_cosigned(&checkpoint).unwrap();
    let bytes = log.storage().read("checkpoint").unwrap().unwrap();
    let read = SignedCheckpoint::open(&bytes, &vkey()).unwrap();
    assert_eq!(read.witnessed(&[witness_key(1).verifier().clone()], 1).unwrap()[0].time, 1_700_000_000);
    assert!(open(log.storage(), None).is_ok());
    // Not a checkpoint that is no longer, or not yet, the log's own.
    log.append(&entries(5, 9)).unwrap();
    log.publish(&signer()).unwrap();
    assert!(matches!(log.publish_cosigned(&checkpoint), Err(LogError::Forked(5))));
}

#[test]
fn a_folder_gives_out_the_files_of_a_log_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(folder.path().join("new/log"), &vkey(), None).unwrap();
    log.append(&entries(0, 3)).unwrap();
    log.publish(&signer()).unwrap();
    fs::write(folder.path().join("new/secret"), "secret").unwrap();
    fs::write(folder.path().join("new/log/checkpoint.new"), "half").unwrap();
    let storage = log.storage();
    for path in
        ["../secret", "tile/../../secret", "/etc/hostname", "checkpoint.new", "", "tile", "tile/0", "tile/0/000/"]
    {
        assert_eq!(storage.read(path).unwrap(), None, "{path}");
    }
    assert!(storage.read("checkpoint").unwrap().is_some());
    assert_eq!(storage.read(&Tile::entries(0, 3).unwrap().path()).unwrap().unwrap().len(), 3 * 34);
    // Asked for beneath a file.
    assert_eq!(storage.read("tile/0/000.p/3").unwrap().unwrap().len(), 96);
}

#[test]
fn an_empty_log_is_signed_too() {
    let mut log = Log::open(Shelf::default(), &vkey(), None).unwrap();
    let checkpoint = log.publish(&signer()).unwrap();
    assert_eq!(checkpoint.head(), Head::empty());
    assert_eq!(open(log.storage(), Some(Head::empty())).unwrap().published(), Head::empty());
    assert!(log.tree().inclusion(0).is_err());
}
