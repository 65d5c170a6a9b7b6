//! The promises of the store through its own door: all or nothing, once only, in order, and each party's words alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use casework::event::{Event, PartyNumber, Public, Sealed, StoryBegun, Stream};
use casework::read::{OriginRow, Row};
use jiff::Timestamp;
use store::{Context, Entry, Finding, Source, Store, StoreError};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn context(command: &str) -> Context {
    let command = command.to_owned();
    Context { command, source: Source::Live, actor: "admin".to_owned(), at: at(0), recorded: at(1) }
}

/// An event of a stream, with words of two parties.
fn entry(stream: &str, expected: u64) -> Entry {
    let stream = Stream::Story(stream.to_owned());
    let sealed =
        vec![Sealed::first([("title", "第一个人的话")]), Sealed::of(PartyNumber(1), [("name", "第二个人")])];
    let event = Event { public: Public::Story(StoryBegun { id: "s".to_owned() }), sealed };
    Entry { stream, expected, procedure: String::new(), event }
}

fn origin(name: &str) -> Row {
    let origin = casework::event::Origin { from: "story/s".to_owned(), name: name.to_owned() };
    Row::Origin(OriginRow { origin, stream: "story/s".to_owned(), intake: 1 })
}

fn open(folder: &Path) -> Store {
    Store::open(folder).unwrap()
}

#[test]
fn a_command_is_whole_or_absent() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(context("one"), vec![(entry("a", 0), vec![origin("x")]), (entry("b", 0), Vec::new())]).unwrap();
    // The second event does not fit its stream: nothing of the command is kept, neither event nor row.
    let torn = store.append(context("two"), vec![(entry("a", 1), vec![origin("y")]), (entry("b", 0), Vec::new())]);
    assert!(matches!(torn, Err(StoreError::Conflict(stream)) if stream == "story/b"));
    for (stream, version) in [("a", 1), ("b", 1)] {
        assert_eq!(store.version(&Stream::Story(stream.to_owned())).unwrap(), version);
    }
    assert!(store.origin("story/s", "y").unwrap().is_none());
    assert!(store.done("two").unwrap().is_none());
    assert_eq!(store.verify().unwrap(), Ok(2));
}

#[test]
fn a_command_happens_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    let again = store.append(context("one"), vec![(entry("a", 1), Vec::new())]);
    assert!(matches!(again, Err(StoreError::Repeated(command)) if command == "one"));
    assert_eq!(store.done("one").unwrap(), Some(Stream::Story("a".to_owned())));
    assert_eq!(store.verify().unwrap(), Ok(1));
}

#[test]
fn recorded_never_goes_backwards() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let late = Context { recorded: at(100), ..context("late") };
    store.append(late, vec![(entry("a", 0), Vec::new())]).unwrap();
    store.append(context("early"), vec![(entry("b", 0), Vec::new())]).unwrap();
    let recorded: Vec<Timestamp> = store.events_after(0, 10).unwrap().iter().map(|event| event.recorded).collect();
    assert_eq!(recorded, [at(100), at(100)]);
    assert_eq!(store.verify().unwrap(), Ok(2));
}

#[test]
fn a_batch_keeps_what_stands_and_a_failed_rebuild_keeps_what_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let failed: Result<(), StoreError> = store.batch(|| {
        for number in 0..300 {
            let name = format!("n{number}");
            let row = vec![origin(&name)];
            store.append(context(&name), vec![(entry(&name, 0), row)])?;
            // Seen inside the batch before it is committed, and refused alone.
            assert!(store.done(&name)?.is_some());
            assert!(store.append(context(&name), vec![(entry(&name, 1), Vec::new())]).is_err());
        }
        Err(StoreError::Stopped)
    });
    assert!(failed.is_err());
    assert_eq!(store.verify().unwrap(), Ok(300));

    let before = store.fingerprint().unwrap();
    let mut pages = 0;
    let failed: Result<(), StoreError> = store.rebuild(|| {
        pages += 1;
        if pages > 300 {
            Err(StoreError::Stopped)
        } else {
            Ok(Some(vec![(pages, vec![origin(&format!("m{pages}"))])]))
        }
    });
    assert!(failed.is_err());
    assert_eq!(store.fingerprint().unwrap(), before);
    drop(store);
    assert_eq!(open(folder.path()).fingerprint().unwrap(), before);
}

#[test]
fn many_at_once_leave_no_gap_and_lose_nothing() {
    const THREADS: u64 = 8;
    const EACH: u64 = 25;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let conflicts = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, conflicts) = (&store, &conflicts);
            scope.spawn(move || {
                for number in 0..EACH {
                    // All write to one stream: each looks again until the version it saw still stands.
                    loop {
                        let expected = store.version(&Stream::Story("a".to_owned())).unwrap();
                        let command = format!("{thread}/{number}");
                        match store.append(context(&command), vec![(entry("a", expected), Vec::new())]) {
                            Ok(()) => break,
                            Err(StoreError::Conflict(_)) => conflicts.fetch_add(1, Ordering::SeqCst),
                            Err(error) => panic!("{error}"),
                        };
                    }
                }
            });
        }
    });
    assert_eq!(store.verify().unwrap(), Ok(THREADS * EACH));
    let events = store.events(&Stream::Story("a".to_owned()), 0).unwrap();
    let versions: Vec<u64> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=THREADS * EACH).collect::<Vec<_>>());
}

#[test]
fn one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(matches!(Store::open(folder.path()), Err(StoreError::InUse(_))));
    drop(store);
    open(folder.path());
}

/// Removing a party's key erases that party's words and nobody else's; the proof stands.
#[test]
fn each_party_is_erased_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    let stream = Stream::Story("a".to_owned());
    assert_eq!(store.words(&stream, 1).unwrap().len(), 2);
    drop(store);

    let journal = folder.path().join("journal.db");
    rusqlite::Connection::open(&journal).unwrap().execute("DELETE FROM party_key WHERE party = 1", []).unwrap();
    let store = open(folder.path());
    let left = store.words(&stream, 1).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].fields["title"], "第一个人的话");
    assert_eq!(store.verify().unwrap(), Ok(1));
    assert_eq!(store.verify_keys().unwrap(), Some(Finding::KeyGone(1)), "and it is not done in silence");
}

/// Keys that were altered or put there, and rows that are not what they should be, are named.
#[test]
fn keys_and_rows_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(context("one"), vec![(entry("a", 0), vec![origin("x")])]).unwrap();
    assert_eq!(store.verify_keys().unwrap(), None);
    let compared = |store: &Store, name: &str| {
        let mut pages = vec![vec![(1, vec![origin(name)])]];
        store.compare(|| Ok::<_, StoreError>(pages.pop())).unwrap()
    };
    assert_eq!(compared(&store, "x"), None);
    for (name, row) in [("w", "story/s/w"), ("y", "story/s/x")] {
        assert_eq!(compared(&store, name), Some(Finding::TableDiffers { table: "origin", row: row.to_owned() }));
    }
    drop(store);
    let edit = |sql: &str| {
        rusqlite::Connection::open(folder.path().join("journal.db")).unwrap().execute_batch(sql).unwrap();
    };
    edit("INSERT INTO party_key SELECT 'story/b', party, wrapped FROM party_key WHERE party = 0");
    assert_eq!(open(folder.path()).verify_keys().unwrap(), Some(Finding::KeyOfNobody("story/b".to_owned())));
    edit("UPDATE party_key SET wrapped = zeroblob(61) WHERE stream = 'story/a' AND party = 1");
    assert_eq!(open(folder.path()).verify_keys().unwrap(), Some(Finding::KeyGone(1)));
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

/// Sealed words belong to their event: put elsewhere, they do not open.
#[test]
fn sealed_words_do_not_open_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(context("one"), vec![(entry("a", 0), Vec::new()), (entry("a", 1), Vec::new())]).unwrap();
    drop(store);
    let journal = rusqlite::Connection::open(folder.path().join("journal.db")).unwrap();
    journal
        .execute_batch(
            "DROP TRIGGER event_is_not_changed;
             UPDATE event SET sealed = (SELECT sealed FROM event WHERE position = 1) WHERE position = 2;",
        )
        .unwrap();
    drop(journal);
    let store = open(folder.path());
    let stream = Stream::Story("a".to_owned());
    assert!(store.words(&stream, 1).is_ok());
    assert!(matches!(store.words(&stream, 2), Err(StoreError::CannotOpen(_))));
}
