//! What is promised of the files of a data folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use store::{Store, StoreError};

use crate::samples::{context, entry, origin};

fn open(folder: &Path) -> Store {
    Store::open(folder).unwrap()
}

#[test]
fn one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(matches!(Store::open(folder.path()), Err(StoreError::InUse(_))));
    drop(store);
    open(folder.path());
}

#[test]
fn a_lost_journal_is_not_replaced_and_a_mistyped_folder_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let mistyped = folder.path().join("mistyped");
    assert!(matches!(Store::open_existing(&mistyped), Err(StoreError::NoJournal(_))));
    assert!(!mistyped.exists());
    let data = folder.path().join("data");
    drop(open(&data));
    Store::open_existing(&data).unwrap();
    let journal = data.join("journal.db");
    for lost in [|path: &Path| fs::remove_file(path).unwrap(), |path: &Path| fs::write(path, "").unwrap()] {
        for beside in ["journal.db-wal", "journal.db-shm"] {
            let _not_there = fs::remove_file(data.join(beside));
        }
        lost(&journal);
        assert!(matches!(Store::open(&data), Err(StoreError::JournalMissing(_))));
        assert!(matches!(Store::open_existing(&data), Err(StoreError::JournalMissing(_))));
    }
    // A set-up broken off before the keys were made goes on.
    fs::remove_file(&journal).unwrap();
    fs::remove_dir_all(data.join("keys")).unwrap();
    let store = open(&data);
    drop(store);
    fs::remove_dir_all(data.join("keys")).unwrap();
    let store = open(&data);
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    drop(store);
    fs::remove_dir_all(data.join("keys")).unwrap();
    assert!(matches!(Store::open(&data), Err(StoreError::KeysMissing { .. })));
}

#[test]
fn only_the_owner_may_read_and_the_file_is_whole_after_a_clean_end() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = open(&data);
    store.append(context("one"), vec![(entry("a", 0), vec![origin("x")])]).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for name in ["journal.db", "journal.db-wal", "journal.db-shm", "lock", "keys/huiyin.keys"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
    // Left alone for a moment, the database file holds what was written without its log.
    std::thread::sleep(std::time::Duration::from_millis(2_600));
    let alone = folder.path().join("alone.db");
    fs::copy(data.join("journal.db"), &alone).unwrap();
    let count = |path: &Path| {
        let database = rusqlite::Connection::open(path).unwrap();
        database.query_row("SELECT count(*) FROM event", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(count(&alone), 1);
    drop(store);
    assert!(!data.join("journal.db-wal").exists());
    fs::set_permissions(data.join("journal.db"), fs::Permissions::from_mode(0o644)).unwrap();
    drop(open(&data));
    assert_eq!(mode(&data.join("journal.db")), 0o600, "what an earlier version left open is tightened");
}
