//! The auditor names what was altered, and finds a log that was rolled back or forked.

use transparency::{Finding, Head, SignedCheckpoint, Tile, TilesError, audit};

use super::place::{Shelf, entries, log, signer, vkey};

fn named(finding: Result<transparency::Report, Finding>) -> String {
    match finding {
        Err(Finding::Altered(tile)) => tile.path(),
        Err(Finding::Tiles(TilesError::Missing(path) | TilesError::Malformed(path))) => path,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_log_is_found_whole() {
    for sizes in [vec![1], vec![255, 256], vec![256, 257], vec![10, 300, 1000], vec![300, 66_000]] {
        let log = log(&sizes);
        let size = *sizes.last().unwrap();
        let report = audit(log.storage(), &vkey(), None).unwrap();
        assert_eq!((report.head, report.leaves), (log.head(), size));
        for known in [1, size / 2, size - 1, size].into_iter().filter(|known| *known > 0) {
            let root = super::naive::root(&entries(0, known));
            let report = audit(log.storage(), &vkey(), Some(Head { size: known, root })).unwrap();
            let shared = known % 256;
            assert_eq!(
                report.leaves,
                if known == size { size % 256 } else { size - known + shared },
                "{known} of {size}"
            );
        }
    }
    let empty = log(&[0]);
    assert_eq!(audit(empty.storage(), &vkey(), None).unwrap().head, Head::empty());
}

/// Every file of the current tree, altered at its beginning and its end, shortened, or gone.
#[test]
fn every_altered_file_is_named() {
    for sizes in [vec![1000], vec![512, 1024], vec![5]] {
        let log = log(&sizes);
        let edge = Tile::edge(log.head().size);
        // Partial tiles of earlier checkpoints are not of this tree.
        let is_current =
            |path: &String| Tile::parse(path).is_none_or(|tile| tile.is_full() || edge.contains(&tile));
        for path in log.storage().paths().into_iter().filter(is_current) {
            let shelf = log.storage().clone();
            if path == "checkpoint" {
                shelf.flip(&path, 30);
                assert!(matches!(audit(&shelf, &vkey(), None), Err(Finding::Checkpoint(_))));
                continue;
            }
            let Ok(report) = audit(&shelf, &vkey(), None) else { panic!() };
            for at in [0, 2, 8191] {
                let shelf = log.storage().clone();
                shelf.flip(&path, at);
                assert_eq!(named(audit(&shelf, &vkey(), None)), path, "of {}", report.head.size);
            }
            let bytes = shelf.remove(&path);
            assert_eq!(named(audit(&shelf, &vkey(), None)), path);
            shelf.put(&path, bytes[1..].to_vec());
            assert_eq!(named(audit(&shelf, &vkey(), None)), path);
        }
    }
}

#[test]
fn the_first_of_several_is_named() {
    let log = log(&[70_000]);
    for (altered, first) in [
        (vec!["tile/0/100", "tile/0/007"], "tile/0/007"),
        (vec!["tile/entries/003", "tile/0/100"], "tile/entries/003"),
        (vec!["tile/entries/003", "tile/0/003"], "tile/0/003"),
        (vec!["tile/1/000", "tile/0/003"], "tile/1/000"),
        (vec!["tile/2/000.p/1"], "tile/2/000.p/1"),
        (vec!["tile/1/001.p/17"], "tile/1/001.p/17"),
        (vec!["tile/0/260", "tile/entries/273.p/112"], "tile/0/260"),
        (vec!["tile/2/000.p/1", "tile/0/273.p/112"], "tile/2/000.p/1"),
    ] {
        let shelf = log.storage().clone();
        altered.iter().for_each(|path| shelf.flip(path, 77));
        assert_eq!(named(audit(&shelf, &vkey(), None)), first, "{altered:?}");
    }
}

#[test]
fn rolled_back_forked_or_of_another_tree() {
    let early = log(&[300]);
    let late = log(&[300, 700]);
    let whole = audit(late.storage(), &vkey(), Some(early.head()));
    assert_eq!(whole.unwrap().head, late.head());
    let finding = audit(early.storage(), &vkey(), Some(late.head())).unwrap_err();
    assert!(matches!(finding, Finding::RolledBack { known: 700, found: 300 }), "{finding}");
    let other = Head { size: 300, root: late.head().root };
    let finding = audit(late.storage(), &vkey(), Some(other)).unwrap_err();
    assert!(matches!(finding, Finding::Forked(300)), "{finding}");
    // A log that was written anew, whole in itself, with one early entry left out.
    let mut anew = transparency::Log::open(Shelf::default(), &vkey(), None).unwrap();
    anew.append(&entries(1, 801)).unwrap();
    let checkpoint: SignedCheckpoint = anew.publish(&signer()).unwrap();
    assert!(audit(anew.storage(), &vkey(), None).is_ok());
    let finding = audit(anew.storage(), &vkey(), Some(late.head())).unwrap_err();
    assert!(matches!(finding, Finding::Forked(700)), "{finding}");
    // Its checkpoint over the files of the other.
    let shelf = log(&[800]).storage().clone();
    shelf.put("checkpoint", checkpoint.to_string().into_bytes());
    let finding = audit(&shelf, &vkey(), None).unwrap_err();
    assert!(matches!(finding, Finding::OtherTree(800)), "{finding}");
    assert!(matches!(
        audit(&Shelf::default(), &vkey(), None),
        Err(Finding::Tiles(TilesError::Missing(path))) if path == "checkpoint"
    ));
}
