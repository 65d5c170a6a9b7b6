//! The journal in partitions: made ahead by whoever writes, seen by nobody, guarded each for itself.

use store::{Store, StoreError};

use crate::backup::{Chest, keys_to, quiet, some_work, told};
use crate::place::Place;
use crate::samples::{context, entry, matter, matter_row, stream};

/// Files one event under a command.
fn file(store: &Store, command: &str, name: &str, expected: u64) -> Result<(), StoreError> {
    store.append(context(command), vec![(entry(name, expected), Vec::new())])
}

/// Where partitions of a width begin, up to the one that lies ready after a position.
fn begin(width: i64, position: i64) -> Vec<i64> {
    (0..=position / width + 1).map(|number| number * width).collect()
}

#[test]
fn partitions_lie_ready_and_change_nothing() {
    let (Some(place), file) = (Place::postgres(), Place::file()) else { return };
    drop(place.open());
    assert_eq!(place.partitions(), [0], "before anything is written");
    place.narrow(10);
    let (store, other) = (place.open(), file.open());
    for store in [&store, &other] {
        some_work(store, 0, 7);
        for number in 0..60_u64 {
            let id = format!("m{}", number % 5);
            let rows = vec![matter_row(matter(&id, &format!("R{}", number % 5), "甲"))];
            store.append(context(&format!("c{number}")), vec![(entry(&id, number / 5), rows)]).unwrap();
        }
    }
    assert_eq!(place.partitions(), begin(10, 74));
    assert_eq!((store.verify().unwrap(), store.verify_keys().unwrap()), (Ok(74), None));
    assert_eq!(store.verify_leaves().unwrap(), None);
    assert_eq!(store.fingerprint().unwrap(), other.fingerprint().unwrap(), "the same tables as in a file");
    for number in 0..5 {
        let (stream, key) = (stream(&format!("m{number}")), format!("m{number}"));
        assert_eq!(store.version(&stream).unwrap(), 12, "{key}");
        let versions: Vec<u64> = store.events(&stream, 3).unwrap().iter().map(|event| event.version).collect();
        assert_eq!(versions, (4..=12).collect::<Vec<_>>());
        assert_eq!(store.words(&stream, 9).unwrap(), other.words(&stream, 9).unwrap());
    }
    let positions: Vec<u64> = store.events_after(17, 20).unwrap().iter().map(|event| event.position).collect();
    assert_eq!(positions, (18..38).collect::<Vec<_>>());
    // A batch writes over several, and what is undone takes its partitions with it.
    let failed = store.rebuild(|| Err::<Option<Vec<_>>, _>(StoreError::Busy));
    assert!(failed.is_err());
    store
        .batch(|| {
            (0..50).try_for_each(|number| self::file(&store, &format!("b{number}"), &format!("b{number}"), 0))
        })
        .unwrap();
    assert_eq!(place.partitions(), begin(10, 124));
    // The program that starts next goes on where this one was.
    drop(store);
    let store = place.open();
    self::file(&store, "next", "next", 0).unwrap();
    assert_eq!(store.verify().unwrap(), Ok(125));
}

#[test]
fn what_no_key_of_the_database_holds_across_partitions_the_writer_does() {
    let Some(place) = Place::postgres() else { return };
    drop(place.open());
    place.narrow(5);
    let (store, other) = (place.open(), place.again(None));
    let second = other.open();
    for number in 0..20_u64 {
        file(if number % 2 == 0 { &store } else { &second }, &format!("c{number}"), "one", number).unwrap();
    }
    assert_eq!(place.partitions(), begin(5, 20));
    for (number, store) in (0..20).zip([&store, &second].into_iter().cycle()) {
        let again = file(store, &format!("c{number}"), "other", 0);
        assert!(matches!(again, Err(StoreError::Repeated(_))), "c{number}: {again:?}");
        let behind = file(store, &format!("d{number}"), "one", number);
        assert!(matches!(behind, Err(StoreError::Conflict(_))), "{number}: {behind:?}");
    }
    // Sent to both at once, again and again, over a boundary each time: done once.
    for number in 0..30 {
        let (command, name) = (format!("r{number}"), format!("r{number}"));
        let done = std::thread::scope(|scope| {
            let tries =
                [&store, &second, &store, &second].map(|store| scope.spawn(|| file(store, &command, &name, 0)));
            tries.into_iter().filter(|_| true).map(|tried| tried.join().unwrap()).filter(Result::is_ok).count()
        });
        assert_eq!(done, 1);
    }
    assert_eq!(store.verify().unwrap(), Ok(50));
    // Past the program, a partition refuses what is there twice in it. Elsewhere the database takes it; it is named then,
    // and nothing more is written after it.
    let copy = |position: i64, of: i64| {
        let columns =
            "id, node, stream, version, at, recorded, source, actor, command, command_seq, schema, procedure,
             public, sealed, salt, digest";
        place.run(&format!("INSERT INTO event SELECT {position}, {columns} FROM event WHERE position = {of}"))
    };
    assert!(copy(51, 50).unwrap_err().contains("unique constraint"), "in the same partition");
    copy(51, 3).unwrap();
    assert!(store.verify().unwrap().is_err());
    assert!(matches!(file(&store, "after", "after", 0), Err(StoreError::NotAsSigned)));
}

#[test]
fn each_partition_is_guarded() {
    let Some(place) = Place::postgres() else { return };
    drop(place.open());
    place.narrow(3);
    let store = place.open();
    (0..7).for_each(|number| file(&store, &format!("c{number}"), "one", number).unwrap());
    let guarded = || {
        for partition in
            ["event".to_owned()].into_iter().chain(place.partitions().iter().map(|from| format!("event_{from}")))
        {
            let attempts = [
                format!("UPDATE {partition} SET actor = 'x'"),
                format!("DELETE FROM {partition}"),
                format!("SET session_replication_role = replica; DELETE FROM {partition}"),
                format!("SET session_replication_role = replica; TRUNCATE {partition}"),
            ];
            let is_empty = ["event_9"].contains(&partition.as_str());
            for attempt in attempts.iter().skip(if is_empty { 3 } else { 0 }) {
                let refused = place.run(attempt).unwrap_err();
                assert!(refused.contains("append-only"), "{attempt}: {refused}");
            }
        }
    };
    guarded();
    drop(store);
    // Lifted from one alone, they are back after the next start.
    for lifted in
        ["ALTER TABLE event_3 DISABLE TRIGGER event_is_not_emptied", "ALTER TABLE event DISABLE TRIGGER USER"]
    {
        place.run(lifted).unwrap();
        drop(place.open());
        guarded();
    }
}

#[test]
fn a_journal_of_one_table_becomes_the_first_partition_as_it_stands() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    some_work(&store, 0, 50);
    let (before, print) = (told(&store, 50), store.fingerprint().unwrap());
    drop(store);
    place.back_to_one_table();
    let lies = |table: &str| -> u32 {
        let sql = format!("SELECT pg_relation_filenode('{table}')");
        place.client().query_one(&sql, &[]).unwrap().get(0)
    };
    let file_before = lies("event");
    let store = place.open();
    assert_eq!(lies("event_0"), file_before, "nothing is written anew");
    assert_eq!((told(&store, 50), store.fingerprint().unwrap()), (before, print));
    assert!(place.run("DELETE FROM event_0").unwrap_err().contains("append-only"));
    some_work(&store, 50, 60);
    assert_eq!((store.verify().unwrap(), store.verify_keys().unwrap()), (Ok(120), None));
    assert_eq!(place.partitions(), [0, 1 << 24]);
    // What is longer than one has a first partition that holds it, and goes on in the usual width.
    drop(store);
    place.run("DROP TABLE event_16777216").unwrap();
    place.narrow(40_000_000);
    let store = place.open();
    file(&store, "more", "more", 0).unwrap();
    place.run("SELECT journal_make_room(40000000)").unwrap();
    assert_eq!(place.partitions(), [0, 40_000_000, 40_000_000 + (1 << 24)]);
}

#[test]
fn a_journal_in_partitions_is_carried_whole() {
    let (Some(place), Some(moved), Some(back)) = (Place::postgres(), Place::postgres(), Place::postgres()) else {
        return;
    };
    drop(place.open());
    place.narrow(7);
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 40);
    chest.fill(&place, 100, &mut quiet).unwrap();
    some_work(&store, 40, 60);
    chest.fill(&place, 101, &mut quiet).unwrap();
    let before = told(&store, 60);
    drop(store);
    // Restored where partitions are of another width; to a point, and whole.
    for (to, until, events) in [(&moved, Some(store::Until::Position(60)), 60), (&back, None, 120)] {
        keys_to(&place, to.path());
        let asked = chest.restore(to.home(), &place, until).unwrap();
        assert_eq!(asked.position, events);
        assert_eq!(to.open().verify().unwrap(), Ok(events));
    }
    let store = back.open();
    assert_eq!(told(&store, 60), before);
    drop(store);
    // Moved out of partitions into a file.
    let out = Place::file();
    let there = store::migrate(place.home(), out.home(), &mut quiet).unwrap();
    assert_eq!(there.position, 120);
    assert_eq!(told(&out.open(), 60), before);
    assert!(matches!(Store::open_on(place.path(), &place.database).map(drop), Err(StoreError::Moved(_))));
}
