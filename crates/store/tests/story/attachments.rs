//! Files beside the journal: opened by their event alone, gone with their party's key, carried wherever it goes.

use casework::event::{
    AttachedFile, Event, MatterEvent, MatterFact, MatterId, PartyNumber, Public, Sealed, Stream,
};
use store::{Entry, Finding, Home, Store, StoreError, Until};

use crate::backup::{Chest, quiet};
use crate::on_both;
use crate::place::Place;
use crate::samples::{context, entry};

on_both!(
    a_file_is_opened_by_its_event,
    a_file_is_written_with_its_command_or_not_at_all,
    an_erased_partys_files_cannot_be_read,
    what_was_done_to_files_is_named,
    files_are_backed_up_and_restored,
);

fn of(name: &str) -> Stream {
    Stream::Matter(MatterId(name.to_owned()))
}

/// What stands in no file and no database in clear.
fn content(name: &str) -> Vec<u8> {
    format!("工资欠条 wage slip of {name} ").repeat(40_000).into_bytes()
}

fn attached(store: &Store, name: &str, expected: u64) -> Entry {
    let sealed = store.seal_file(&of(name), &content(name)).unwrap();
    let (bytes, digest) = (content(name).len() as u64, sealed.digest);
    let file = AttachedFile { kind: "txt".to_owned(), bytes, digest, stripped: true, inner: false };
    let public = MatterEvent {
        act: "files".to_owned(),
        step: "received".to_owned(),
        track: None,
        tracks: Default::default(),
        closed: Vec::new(),
        found: Default::default(),
        made: None,
        fact: MatterFact::Attached(file),
    };
    let words = Sealed::of(PartyNumber::FIRST, [("file_name", "欠条.txt"), ("key", &sealed.key)]);
    let event = Event { public: Public::Matter(public), sealed: vec![words] };
    Entry { stream: of(name), expected, procedure: String::new(), event, file: Some(sealed.bytes) }
}

fn attach(store: &Store, name: &str, expected: u64) -> Result<(), StoreError> {
    let entry = attached(store, name, expected);
    store.append(context(&format!("{name}{expected}")), vec![(entry, Vec::new())])
}

/// The file of an event, through the key its words hold; none where they are gone.
fn opened(store: &Store, name: &str, version: u64) -> Option<Vec<u8>> {
    let words = store.words(&of(name), version).unwrap();
    let key = words.first()?.fields.get("key")?.clone();
    store.file(&of(name), version, &key).unwrap().map(|bytes| bytes.to_vec())
}

pub fn a_file_is_opened_by_its_event(place: &Place) {
    let store = place.open();
    attach(&store, "a", 0).unwrap();
    attach(&store, "a", 1).unwrap();
    attach(&store, "b", 0).unwrap();
    for (name, version) in [("a", 1), ("a", 2), ("b", 1)] {
        assert_eq!(opened(&store, name, version), Some(content(name)));
    }
    assert_eq!((store.verify().unwrap(), store.verify_files().unwrap()), (Ok(3), None));
    let key = store.words(&of("a"), 1).unwrap()[0].fields["key"].clone();
    assert!(matches!(store.file(&of("a"), 2, &key), Err(StoreError::CannotOpen(_))), "one key, one file");
    assert!(matches!(store.file(&of("b"), 1, &key), Err(StoreError::CannotOpen(_))));
    assert_eq!(store.file(&of("a"), 3, &key).unwrap(), None);
    drop(store);
    if !place.is_postgres() {
        let raw = std::fs::read(place.path().join("journal.db")).unwrap();
        for clear in ["wage slip of", "欠条.txt"] {
            assert!(!raw.windows(clear.len()).any(|window| window == clear.as_bytes()), "{clear} lies in clear");
        }
    }
}

pub fn a_file_is_written_with_its_command_or_not_at_all(place: &Place) {
    let store = place.open();
    attach(&store, "a", 0).unwrap();
    // The second event does not fit its stream: the file of the first is not there either.
    let both = vec![(attached(&store, "b", 0), Vec::new()), (entry("c", 5), Vec::new())];
    assert!(matches!(store.append(context("torn"), both), Err(StoreError::Conflict(_))));
    let again = store.append(context("a0"), vec![(attached(&store, "a", 1), Vec::new())]);
    assert!(matches!(again, Err(StoreError::Repeated(_))));
    assert_eq!((store.verify().unwrap(), store.verify_files().unwrap()), (Ok(1), None));
    attach(&store, "b", 0).unwrap();
    assert_eq!(opened(&store, "b", 1), Some(content("b")));
}

pub fn an_erased_partys_files_cannot_be_read(place: &Place) {
    let store = place.open();
    attach(&store, "a", 0).unwrap();
    attach(&store, "b", 0).unwrap();
    place.run("DELETE FROM party_key WHERE stream = 'matter/a'").unwrap();
    assert_eq!(opened(&store, "a", 1), None);
    assert_eq!(opened(&store, "b", 1), Some(content("b")), "nobody else's");
    // What was proven of them stands.
    assert_eq!((store.verify().unwrap(), store.verify_files().unwrap()), (Ok(2), None));
}

pub fn what_was_done_to_files_is_named(place: &Place) {
    let store = place.open();
    store.append(context("first"), vec![(entry("a", 0), Vec::new())]).unwrap();
    attach(&store, "a", 0).unwrap();
    attach(&store, "b", 0).unwrap();
    let found = |sql: &str| {
        place.run("CREATE TABLE kept AS SELECT * FROM attachment").unwrap();
        place.run(sql).unwrap();
        let found = store.verify_files().unwrap();
        let back = "DELETE FROM attachment; INSERT INTO attachment SELECT * FROM kept; DROP TABLE kept";
        place.run(back).unwrap();
        found
    };
    let of_b = "WHERE stream = 'matter/b'";
    let other = format!("UPDATE attachment SET bytes = (SELECT bytes FROM kept WHERE stream = 'matter/a') {of_b}");
    assert_eq!(found(&other), Some(Finding::FileAltered(3)));
    assert_eq!(found(&format!("DELETE FROM attachment {of_b}")), Some(Finding::FileGone(3)));
    let more = format!("INSERT INTO attachment SELECT 'matter/x', version, bytes FROM kept {of_b}");
    assert_eq!(found(&more), Some(Finding::FileOfNobody("matter/x".to_owned())));
    assert_eq!(store.verify_files().unwrap(), None);
}

pub fn files_are_backed_up_and_restored(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    for name in ["a", "b"] {
        attach(&store, name, 0).unwrap();
    }
    let first = chest.fill(place, 1, &mut quiet).unwrap();
    attach(&store, "c", 0).unwrap();
    let second = chest.fill(place, 2, &mut quiet).unwrap();
    assert!(second.bytes < first.bytes, "files that are there are not written again");
    let back = Place::file();
    let restored = chest.restore(back.home(), place, None).unwrap();
    assert_eq!(restored.position, 3);
    let there = back.open();
    for name in ["a", "b", "c"] {
        assert_eq!(opened(&there, name, 1), Some(content(name)));
    }
    assert_eq!((there.verify().unwrap(), there.verify_files().unwrap()), (Ok(3), None));
    // Up to a point: what was left out is left out with its file.
    let part = Place::file();
    chest.restore(part.home(), place, Some(Until::Position(2))).unwrap();
    let there = part.open();
    assert_eq!((there.verify().unwrap(), there.verify_files().unwrap()), (Ok(2), None));
    assert_eq!(opened(&there, "b", 1), Some(content("b")));
}

#[test]
fn a_move_takes_files_along() {
    let (file, Some(server)) = (Place::file(), Place::postgres()) else { return };
    let store = file.open();
    for name in ["a", "b"] {
        attach(&store, name, 0).unwrap();
    }
    drop(store);
    let there = Home { folder: file.path(), database: &server.database, keys: &store::KeyPlace::Folder };
    store::migrate(file.home(), there, &mut quiet).unwrap();
    let store = Store::open_existing_on(file.path(), &server.database).unwrap();
    assert_eq!((opened(&store, "b", 1), store.verify_files().unwrap()), (Some(content("b")), None));
    drop(store);
    let back = Place::file();
    store::migrate(there, back.home(), &mut quiet).unwrap();
    let store = back.open();
    assert_eq!((opened(&store, "a", 1), store.verify_files().unwrap()), (Some(content("a")), None));
}
