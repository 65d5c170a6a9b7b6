//! What waits together shares a commit, and nothing else: a bad command fails alone, and overload is told at once.

use std::sync::Mutex;
use std::time::Duration;

use casework::filter::Filter;
use store::{Store, StoreError, Wanted};

use crate::on_both;
use crate::place::Place;
use crate::samples::{context, entry, fact, matter, matter_row, office, origin, stream, task};

on_both!(
    a_bad_command_fails_alone,
    keys_made_beforehand_are_those_of_who_came_first,
    a_batch_goes_on_after_what_cannot_be_written,
    a_full_queue_is_told_at_once,
    a_group_shares_a_commit,
);

type Run = Box<dyn FnOnce(&Store) -> Result<(), StoreError> + Send>;

/// Appends everything from a thread each while the writer is held, so that all of it waits together.
fn at_once(place: &Place, store: &Store, work: Vec<(String, Run)>) -> Vec<(String, Result<(), StoreError>)> {
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        place.hold(|| {
            for (name, run) in work {
                let results = &results;
                scope.spawn(move || {
                    let result = run(store);
                    results.lock().unwrap().push((name, result));
                });
                // One after the other into the queue.
                std::thread::sleep(Duration::from_millis(5));
            }
        });
    });
    results.into_inner().unwrap()
}

/// Neighbours of what moved on, was done before, takes a taken reference or cannot be written at all are written.
pub fn a_bad_command_fails_alone(place: &Place) {
    for with_broken in [false, true] {
        let store = place.open();
        let tag = if with_broken { "b" } else { "a" };
        let first = vec![(entry(&format!("{tag}-0"), 0), vec![matter_row(matter(tag, tag, "甲"))])];
        store.append(context(&format!("{tag}-done")), first).unwrap();
        let append = |command: String, name: String, expected: u64, rows: Vec<casework::read::Row>| {
            let run = move |store: &Store| store.append(context(&command), vec![(entry(&name, expected), rows)]);
            Box::new(run) as Run
        };
        let mut work: Vec<(String, Run)> = Vec::new();
        let mut also = |kind: &str, command: String, name: String, expected, rows| {
            work.push((kind.to_owned(), append(command, name, expected, rows)));
        };
        for number in 0..8 {
            let name = format!("{tag}-good{number}");
            also(
                "good",
                name.clone(),
                name.clone(),
                0,
                vec![matter_row(matter(&name, &name, "乙")), origin(&name)],
            );
        }
        also("moved", format!("{tag}-moved"), format!("{tag}-0"), 7, vec![origin("never")]);
        also("repeated", format!("{tag}-done"), format!("{tag}-0"), 1, vec![origin("never")]);
        let taken = matter_row(matter("other", tag, "乙"));
        also("taken", format!("{tag}-taken"), format!("{tag}-1"), 0, vec![origin("never"), taken]);
        if with_broken {
            let mut twice = matter("twice", "twice", "甲");
            twice.tasks.push(task("", "乙", None));
            also("broken", "broken".to_owned(), "broken".to_owned(), 0, vec![matter_row(twice)]);
        }
        for number in 0..8 {
            let name = format!("{tag}-also{number}");
            also("good", name.clone(), name.clone(), 0, vec![fact("intake", &name, "甲", number)]);
        }
        // Its first event would have stood: the neighbour that writes to the same stream does not see it.
        let torn = format!("{tag}-torn");
        let of = torn.clone();
        let run = move |store: &Store| {
            store.append(context(&of), vec![(entry(&of, 0), Vec::new()), (entry(&of, 7), Vec::new())])
        };
        work.push(("moved".to_owned(), Box::new(run)));
        work.push(("good".to_owned(), append(format!("{tag}-mended"), torn, 0, Vec::new())));
        for (kind, result) in at_once(place, &store, work) {
            let as_must_be = match kind.as_str() {
                "good" => result.is_ok(),
                "moved" => matches!(result, Err(StoreError::Conflict(_))),
                "repeated" => matches!(result, Err(StoreError::Repeated(_))),
                "taken" => matches!(result, Err(StoreError::ReferenceTaken)),
                _ => matches!(result, Err(StoreError::Damaged(_))),
            };
            assert!(as_must_be, "{kind}: {result:?}");
        }
        assert_eq!(store.origin("story/s", "never").unwrap(), None);
        assert_eq!(store.version(&stream("broken")).unwrap(), 0);
        assert_eq!(store.verify().unwrap(), Ok(if with_broken { 36 } else { 18 }));
        assert_eq!(store.verify_keys().unwrap(), None, "a refused command leaves no key");
        let rows = store.matter_by_reference(&format!("{tag}-good7")).unwrap();
        assert!(rows.is_some());
    }
}

/// Of two that begin a stream at once, each with keys it made, one stands with its keys; whoever goes on in the same
/// group seals under these, and so does a command that writes to its own stream twice.
pub fn keys_made_beforehand_are_those_of_who_came_first(place: &Place) {
    let store = place.open();
    let run = |command: &'static str, versions: &'static [u64]| {
        let entries = versions.iter().map(|version| (entry("a", *version), Vec::new())).collect();
        let run = move |store: &Store| store.append(context(command), entries);
        (command.to_owned(), Box::new(run) as Run)
    };
    let work = vec![run("first", &[0, 1]), run("second", &[0]), run("on", &[2]), run("torn", &[3, 9])];
    for (command, result) in at_once(place, &store, work) {
        let stands = ["first", "on"].contains(&command.as_str());
        assert!(stands == result.is_ok(), "{command}: {result:?}");
        assert!(stands || matches!(result, Err(StoreError::Conflict(_))), "{command}: {result:?}");
    }
    store.append(context("later"), vec![(entry("a", 3), Vec::new())]).unwrap();
    for version in 1..=4 {
        let words = store.words(&stream("a"), version).unwrap();
        assert_eq!((words.len(), words[1].fields["name"].as_str()), (2, "第二个人"), "{version}");
    }
    assert_eq!(store.verify_keys().unwrap(), None, "each party has one key");
    assert_eq!(store.verify().unwrap(), Ok(4));
}

/// In a batch as well: what is refused, by the plan or by the database, fails alone, and a matter's tasks are replaced.
pub fn a_batch_goes_on_after_what_cannot_be_written(place: &Place) {
    let store = place.open();
    let append = |name: &str, expected, rows| store.append(context(name), vec![(entry(name, expected), rows)]);
    let done: Result<(), StoreError> = store.batch(|| {
        append("a", 0, vec![matter_row(matter("m", "R", "甲"))])?;
        let mut twice = matter("twice", "twice", "甲");
        twice.tasks.push(task("", "乙", None));
        let broken = append("b", 0, vec![origin("never"), matter_row(twice)]);
        assert!(matches!(broken, Err(StoreError::Damaged(_))), "{broken:?}");
        assert!(matches!(append("b", 1, vec![origin("never")]), Err(StoreError::Conflict(_))));
        let taken = append("b", 0, vec![matter_row(matter("other", "R", "乙"))]);
        assert!(matches!(taken, Err(StoreError::ReferenceTaken)), "{taken:?}");
        append("b", 0, vec![matter_row(matter("m", "R", "乙")), origin("b")])
    });
    done.unwrap();
    assert_eq!(store.origin("story/s", "never").unwrap(), None);
    assert!(store.origin("story/s", "b").unwrap().is_some());
    for (holder, tasks) in [("甲", 0), ("乙", 1)] {
        let inbox = Wanted { task_of: Some(office(holder)), ..Wanted::default() };
        assert_eq!(store.matters(&Filter::Everything, &inbox).unwrap().total, tasks, "{holder}");
    }
    assert_eq!(store.verify().unwrap(), Ok(2));
    assert_eq!(store.verify_keys().unwrap(), None);
}

/// With the writer held, what the queue cannot take is refused without a wait; all the rest is written in the end.
pub fn a_full_queue_is_told_at_once(place: &Place) {
    const THREADS: usize = 1400;
    let store = place.open();
    let (mut done, mut busy) = (0, 0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        place.hold(|| {
            for number in 0..THREADS {
                let (store, results) = (&store, &results);
                let thread = std::thread::Builder::new().stack_size(128 << 10);
                let run = move || {
                    let name = format!("n{number}");
                    let result = store.append(context(&name), vec![(entry(&name, 0), Vec::new())]);
                    results.lock().unwrap().push(result);
                };
                thread.spawn_scoped(scope, run).unwrap();
            }
            let refused = || results.lock().unwrap().iter().filter(|result| result.is_err()).count();
            for _ in 0..300 {
                if refused() > 0 {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            assert!(refused() > 0, "told while the writer still waits");
        });
    });
    for result in results.into_inner().unwrap() {
        match result {
            Ok(()) => done += 1,
            Err(StoreError::Busy) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(done >= 1024 && busy > 0, "{done} done, {busy} told to come back");
    assert_eq!(store.verify().unwrap(), Ok(done));
}

pub fn a_group_shares_a_commit(place: &Place) {
    let store = place.open();
    let work = (0..40).map(|number| {
        let name = format!("n{number}");
        let of = name.clone();
        let run = move |store: &Store| store.append(context(&name), vec![(entry(&name, 0), Vec::new())]);
        (of, Box::new(run) as Run)
    });
    let results = at_once(place, &store, work.collect());
    assert!(results.iter().all(|(_, result)| result.is_ok()));
    if place.is_postgres() {
        let row = place.client().query_one("SELECT count(DISTINCT xmin::text) FROM event", &[]).unwrap();
        assert!(row.get::<_, i64>(0) <= 3, "40 commands were committed in at most three transactions");
    }
}
