//! Several processes on one PostgreSQL: one order of events without gap or double, and only those with the keys write.

use std::process::Command;

use store::{Database, Store, StoreError};

use crate::place::Place;
use crate::samples::{context, entry, stream};

/// Appends to a stream of its own and to one all share, until each was written.
fn write(store: &Store, name: &str, count: u64) {
    for number in 0..count {
        let own = format!("own-{name}");
        let command = format!("{name}-{number}");
        store.append(context(&command), vec![(entry(&own, number), Vec::new())]).unwrap();
        loop {
            let expected = store.version(&stream("shared")).unwrap();
            let shared = vec![(entry("shared", expected), Vec::new())];
            match store.append(context(&format!("{command}-shared")), shared) {
                Ok(()) => break,
                Err(StoreError::Conflict(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn in_order(store: &Store, events: u64) {
    assert_eq!(store.verify().unwrap(), Ok(events));
    assert_eq!(store.verify_keys().unwrap(), None);
    let positions: Vec<u64> = store.events_after(0, 100_000).unwrap().iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=events).collect::<Vec<_>>());
}

#[test]
fn stores_that_share_a_server_keep_one_order() {
    let Some(place) = Place::postgres() else { return };
    let first = place.open();
    let other = place.again(None);
    let second = other.open();
    assert_eq!(first.node(), second.node(), "the node is the same before there is an event");
    // A follower reads on while they write: whatever it has seen, nothing comes before that later.
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let follower = scope.spawn(|| {
            let mut seen = 0;
            loop {
                let last_look = done.load(std::sync::atomic::Ordering::SeqCst);
                for event in second.events_after(seen, 100).unwrap() {
                    assert_eq!(event.position, seen + 1, "no event was passed over");
                    seen = event.position;
                }
                if last_look {
                    return seen;
                }
            }
        });
        std::thread::scope(|writers| {
            for number in 0..6 {
                let store = if number % 2 == 0 { &first } else { &second };
                writers.spawn(move || write(store, &number.to_string(), 20));
            }
        });
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(follower.join().unwrap(), 240);
    });
    in_order(&first, 240);
    assert_eq!(first.fingerprint().unwrap(), second.fingerprint().unwrap());
}

const URL: &str = "HUIYIN_TEST_URL";
const FOLDER: &str = "HUIYIN_TEST_FOLDER";
const NAME: &str = "HUIYIN_TEST_NAME";

/// The other process of the test below.
#[test]
#[ignore = "run by another test as a process of its own"]
fn as_a_process() {
    let [Ok(url), Ok(folder), Ok(name)] = [URL, FOLDER, NAME].map(std::env::var) else { return };
    let store = Store::open_on(std::path::Path::new(&folder), &Database::Postgres(url)).unwrap();
    write(&store, &name, 30);
}

#[test]
fn processes_that_share_a_server_keep_one_order() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    let Database::Postgres(url) = &place.database else { panic!("not on PostgreSQL") };
    let places: Vec<Place> = (0..3).map(|_| place.again(None)).collect();
    let children: Vec<_> = (0..)
        .zip(&places)
        .map(|(number, other)| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "server::as_a_process", "--ignored", "--quiet"])
                .env(URL, url)
                .env(FOLDER, other.path())
                .env(NAME, format!("p{number}"))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    write(&store, "here", 30);
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    in_order(&store, 240);
}

/// A rebuild keeps other writers waiting and loses nothing of theirs; a comparison beside writers finds no fault.
#[test]
fn others_write_while_tables_are_rebuilt_and_compared() {
    let Some(place) = Place::postgres() else { return };
    let first = place.open();
    let other = place.again(None);
    let second = other.open();
    let row = |position: u64| vec![crate::samples::origin(&format!("n{position}"))];
    let write = |store: &Store, name: &str| {
        for number in 0..60 {
            // The row says the position, which only the writer's order gives: written by one after the other.
            let version = store.version(&stream("all")).unwrap();
            let entry = entry("all", version);
            match store.append(context(&format!("{name}{number}")), vec![(entry, row(version + 1))]) {
                Ok(()) | Err(StoreError::Conflict(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    };
    let pages = |store: &Store| {
        let mut seen = 0;
        let events = store.events_after(seen, 7).unwrap().len();
        let _warm = events;
        move |store: &Store| {
            let events = store.events_after(seen, 7)?;
            let Some(last) = events.last() else { return Ok::<_, StoreError>(None) };
            seen = last.position;
            Ok(Some(events.iter().map(|event| (event.position, row(event.position))).collect()))
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| write(&second, "w"));
        for _ in 0..5 {
            let mut fill = pages(&first);
            first.rebuild(|| fill(&first)).unwrap();
            let mut fill = pages(&first);
            assert_eq!(first.compare(|| fill(&first)).unwrap(), None);
            assert!(first.verify().unwrap().is_ok());
        }
    });
    let mut fill = pages(&first);
    assert_eq!(first.compare(|| fill(&first)).unwrap(), None);
    assert_eq!(first.version(&stream("all")).unwrap(), second.verify().unwrap().unwrap());
}

#[test]
fn a_folder_with_other_keys_is_refused() {
    let Some(place) = Place::postgres() else { return };
    drop(place.open());
    let Database::Postgres(_) = &place.database else { return };
    let other = tempfile::tempdir().unwrap();
    let without = Store::open_on(other.path(), &place.database);
    assert!(matches!(without, Err(StoreError::KeysMissing { .. })), "keys are not made for another's journal");
    let elsewhere = Place::file();
    drop(elsewhere.open());
    std::fs::remove_file(elsewhere.path().join("journal.db")).unwrap();
    let wrong = Store::open_on(elsewhere.path(), &place.database);
    assert!(matches!(wrong, Err(StoreError::KeysUnreadable(..))));
    let fresh = Place::postgres().unwrap();
    let lost = Store::open_on(elsewhere.path(), &fresh.database);
    assert!(matches!(lost, Err(StoreError::JournalMissing(_))), "keys without their journal");
}

#[test]
fn what_is_no_server_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let open = |url: &str| Store::open_on(folder.path(), &Database::Postgres(url.to_owned()));
    let Err(error) = open("mysql://root:secret@localhost/x") else { panic!("opened") };
    assert!(matches!(error, StoreError::Unsuitable(_)) && !error.to_string().contains("secret"), "{error}");
    let Err(error) = open("postgres://huiyin:secret@%2Fnowhere/x") else { panic!("opened") };
    assert!(matches!(error, StoreError::Unreachable(_)) && !error.to_string().contains("secret"), "{error}");
    assert_eq!(format!("{:?}", Database::Postgres("postgres://u:secret@h/d".to_owned())), "Postgres");
}
