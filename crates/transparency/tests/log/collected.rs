//! What witnesses gave a log: the newest checkpoint for each number of them, kept over a start, damaged or not.

use transparency::witness::Collected;
use transparency::{NoteSignature, SignedCheckpoint, VerifierKey};

use super::place::{entries, log, signer, vkey, witness_key};

const NOW: u64 = 1_767_000_000;

fn witnesses() -> Vec<VerifierKey> {
    [1, 2, 3].map(|number| witness_key(number).verifier().clone()).to_vec()
}

fn checkpoints(sizes: &[u64]) -> Vec<SignedCheckpoint> {
    let mut log = log(&[]);
    let grown = sizes.iter().map(|size| {
        log.append(&entries(log.head().size, *size)).unwrap();
        log.publish(&signer()).unwrap()
    });
    grown.collect()
}

fn line(number: u8, checkpoint: &SignedCheckpoint) -> [NoteSignature; 1] {
    [witness_key(number).cosign(checkpoint.note().text(), NOW + u64::from(number)).unwrap()]
}

/// Sizes and numbers of cosignatures of what holds a leaf.
fn holding(collected: &Collected, index: u64) -> Vec<(u64, usize)> {
    let count = |one: &SignedCheckpoint| one.witnessed(&witnesses(), 0).unwrap().len();
    collected.holding(index).map(|one| (one.head().size, count(one))).collect()
}

#[test]
fn the_newest_of_each_number_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("log/witnessed");
    let open = || Collected::open(&folder, &vkey(), witnesses()).unwrap();
    let [first, second, third] = checkpoints(&[10, 20, 30]).try_into().unwrap();
    let mut collected = open();
    assert!(!folder.exists() && holding(&collected, 0).is_empty());
    for (number, checkpoint, whole, kept) in [
        (1, &first, 1, vec![(10, 1)]),
        (2, &first, 2, vec![(10, 2), (10, 2)]),
        (3, &first, 3, vec![(10, 3), (10, 3), (10, 3)]),
        (2, &second, 1, vec![(10, 3), (10, 3), (20, 1)]),
        (1, &second, 2, vec![(10, 3), (20, 2), (20, 2)]),
        (2, &third, 1, vec![(10, 3), (20, 2), (30, 1)]),
        // Late, and again: nothing newer gives way to it.
        (3, &first, 3, vec![(10, 3), (20, 2), (30, 1)]),
        (2, &third, 1, vec![(10, 3), (20, 2), (30, 1)]),
    ] {
        let cosigned = collected.add(checkpoint, line(number, checkpoint)).unwrap();
        assert_eq!(cosigned.witnessed(&witnesses(), 0).unwrap().len(), whole);
        assert_eq!(holding(&collected, 0), kept);
        assert_eq!(holding(&open(), 0), kept, "after a start");
    }
    assert_eq!(holding(&collected, 15), [(20, 2), (30, 1)]);
    assert_eq!(holding(&collected, 30), []);
    let last = |number| {
        let (head, cosigned) = collected.last_of(witness_key(number).verifier())?;
        Some((head.size, cosigned.time - NOW))
    };
    assert_eq!([last(1), last(2), last(3), last(4)], [Some((20, 1)), Some((30, 2)), Some((10, 3)), None]);
    // What another set of witnesses is asked for counts them only.
    let fewer = Collected::open(&folder, &vkey(), witnesses()[..1].to_vec()).unwrap();
    assert_eq!(holding(&fewer, 0), [(20, 2)]);
}

#[test]
fn what_is_damaged_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let [first] = checkpoints(&[10]).try_into().unwrap();
    let mut collected = Collected::open(folder.path(), &vkey(), witnesses()).unwrap();
    collected.add(&first, line(1, &first)).unwrap();
    let whole = collected.add(&first, line(2, &first)).unwrap().to_string();
    let open = || Collected::open(folder.path(), &vkey(), witnesses()).unwrap();
    std::fs::write(folder.path().join("2"), "hello").unwrap();
    assert_eq!(holding(&open(), 0), [(10, 2), (10, 2)], "the other file has it");
    // A cosignature that is false is not counted, nor what it stands on.
    let forged = witness_key(1).cosign("another text\n", NOW).unwrap().to_string();
    let line = whole.lines().find(|line| line.contains("/w1 ")).unwrap();
    for damaged in [whole.replace(line, &forged), whole.replacen("\n10\n", "\n11\n", 1), String::new()] {
        for name in ["1", "2"] {
            std::fs::write(folder.path().join(name), &damaged).unwrap();
        }
        assert!(holding(&open(), 0).is_empty(), "{damaged}");
    }
}
