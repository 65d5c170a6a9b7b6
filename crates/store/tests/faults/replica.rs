//! A streaming replica that what is only shown is read from: it shows the same, is never older than was asked, hides nobody's
//! own writing, and whatever becomes of it, no reader notices.

use std::path::Path;
use std::time::{Duration, Instant};

use casework::filter::Filter;
use store::{Database, Looking, Store, StoreError, Wanted};

use crate::filing::{self, RULES};
use crate::servers::{Servers, until};

const PRIMARY: u16 = 1;
const REPLICA: u16 = 2;
/// How far behind the replica may be.
const BOUND: Duration = Duration::from_secs(2);
const OTHER: Looking<'_> = Looking { who: Some("somebody else"), rules: None };
/// Whoever files in these tests.
const FILER: Looking<'_> = Looking { who: Some("admin"), rules: None };

/// A server with one that follows it, and a store on both.
struct Pair {
    servers: Servers,
    store: Store,
    data: tempfile::TempDir,
}

fn pair() -> Option<Pair> {
    let mut servers = Servers::below(Path::new("/tmp"))?;
    servers.make(PRIMARY);
    servers.start(PRIMARY);
    servers.copy(PRIMARY, REPLICA);
    servers.start(REPLICA);
    let data = tempfile::tempdir().unwrap();
    let store = Store::open_on(data.path(), &Database::Postgres(servers.url(&[PRIMARY], "postgres"))).unwrap();
    let store = store.with_replica(&servers.url(&[REPLICA], "postgres"), BOUND).unwrap();
    let pair = Pair { servers, store, data };
    until("the replica is in use", || pair.why_not().is_none());
    Some(pair)
}

impl Pair {
    fn why_not(&self) -> Option<String> {
        self.store.lag().unwrap().why_not
    }

    fn caught_up(&self) {
        let end = self.store.events_after(0, 1_000_000).unwrap().len() as u64;
        until("the replica has caught up", || {
            let lag = self.store.lag().unwrap();
            lag.why_not.is_none() && lag.primary == end && lag.replica == end && lag.bytes == 0
        });
    }

    /// How many matters are shown to somebody, and how old that may be: nothing where the primary shows them.
    fn count(&self, looking: &Looking<'_>) -> (u64, Option<Duration>) {
        let (page, behind) = self.store.shown(looking, || matters(&self.store));
        (page, behind)
    }

    fn replay(&self, how: &str) {
        self.servers.client(REPLICA).batch_execute(&format!("SELECT pg_wal_replay_{how}()")).unwrap();
    }
}

fn matters(store: &Store) -> u64 {
    store.matters(&Filter::Everything, &Wanted::default()).unwrap().total
}

#[test]
fn a_replica_that_has_caught_up_shows_the_same() {
    let Some(pair) = pair() else { return };
    let store = &pair.store;
    for number in 0..40 {
        filing::file(store, &format!("s{number}-e{}", 1 + number % 3)).unwrap();
    }
    while filing::count(store, 20).unwrap() {}
    pair.caught_up();
    let ask = || {
        let wanted = Wanted { limit: 100, ..Wanted::default() };
        let all = Filter::Everything;
        let list = store.matters(&all, &wanted).unwrap();
        let steps = store.steps(&all, &wanted).unwrap();
        let events: Vec<_> = (0..40)
            .map(|number| {
                let stream = filing::stream_of(&format!("s{number}-e{}", 1 + number % 3));
                (store.events(&stream, 0).unwrap(), store.words(&stream, 1).unwrap())
            })
            .collect();
        let facts = store.facts(&["petition".to_owned()], crate::samples::at(9), &all).unwrap();
        (list, steps, events, facts, filing::sum(store))
    };
    let (shown, behind) = store.shown(&Looking { rules: Some(RULES), ..FILER }, ask);
    assert!(behind.is_some_and(|behind| behind <= BOUND), "{:?}", store.lag());
    assert_eq!(shown.0.total, 40);
    assert_eq!(shown, ask(), "what the replica shows is what the primary does");
    assert_eq!(matters(store), 40, "outside, the primary is asked");
    // Nobody wrote meanwhile: a replica of a quiet server stays near.
    std::thread::sleep(BOUND + Duration::from_millis(700));
    assert!(pair.count(&OTHER).1.is_some_and(|behind| behind < Duration::from_secs(1)));
}

#[test]
fn a_replica_that_stands_still_is_used_no_longer_than_was_asked_and_hides_nobodys_own_writing() {
    let Some(pair) = pair() else { return };
    filing::file(&pair.store, "before-e1").unwrap();
    pair.caught_up();
    pair.replay("pause");
    let paused = Instant::now();
    filing::file(&pair.store, "own-e1").unwrap();
    let (of_filer, of_other) = (pair.count(&FILER), pair.count(&OTHER));
    if paused.elapsed() < BOUND / 2 {
        assert_eq!(of_other.0, 1, "others see what was there a moment ago");
        assert!(of_other.1.is_some_and(|behind| behind <= BOUND));
    }
    assert_eq!(of_filer, (2, None), "whoever wrote sees it, from the primary");
    // Also where another process wrote for them.
    let keys = tempfile::tempdir().unwrap();
    std::fs::create_dir(keys.path().join("keys")).unwrap();
    std::fs::copy(pair.data.path().join("keys/huiyin.keys"), keys.path().join("keys/huiyin.keys")).unwrap();
    let database = Database::Postgres(pair.servers.url(&[PRIMARY], "postgres"));
    let second = Store::open_on(keys.path(), &database).unwrap();
    filing::file(&second, "elsewhere-e1").unwrap();
    assert_eq!(pair.count(&FILER), (3, None));
    std::thread::sleep((BOUND + Duration::from_millis(1)).saturating_sub(paused.elapsed()));
    assert_eq!(pair.count(&OTHER), (3, None), "after the bound the primary is read");
    until("it is told", || pair.why_not().is_some_and(|why| why.contains("seconds behind")));
    let lag = pair.store.lag().unwrap();
    assert!(lag.behind.unwrap() >= BOUND && lag.bytes > 0 && (lag.primary, lag.replica) == (3, 1), "{lag:?}");
    pair.replay("resume");
    until("the replica is used again", || pair.why_not().is_none());
    pair.caught_up();
    let (found, behind) = pair.count(&FILER);
    assert!(found == 3 && behind.is_some());
}

#[test]
fn sums_are_never_older_than_what_else_is_shown() {
    let Some(pair) = pair() else { return };
    let store = &pair.store;
    filing::file(store, "one-e2").unwrap();
    pair.caught_up();
    // Not counted yet, there or here: only the primary can make it good.
    let looking = Looking { rules: Some(RULES), ..FILER };
    assert_eq!(store.shown(&looking, || ()).1, None);
    let sum = |looking: &Looking<'_>| store.shown(looking, || filing::sum(store));
    assert_eq!(sum(&looking).1, None);
    while filing::count(store, 20).unwrap() {}
    until("the counters have come", || sum(&looking).1.is_some());
    assert_eq!(sum(&looking).0, 2);
    assert_eq!(
        sum(&Looking { rules: Some("other rules"), ..OTHER }).1,
        None,
        "counted by others, they say nothing"
    );
}

#[test]
fn nothing_is_decided_on_what_a_replica_shows() {
    let Some(pair) = pair() else { return };
    let store = &pair.store;
    filing::file(store, "a-e1").unwrap();
    pair.caught_up();
    let (result, _) = store.shown(&OTHER, || filing::file(store, "b-e1"));
    assert!(matches!(result, Err(StoreError::Refused(_))), "{result:?}");
    pair.replay("pause");
    filing::file(store, "c-e1").unwrap();
    let (shown, behind) = store.shown(&OTHER, || {
        let shown = matters(store);
        // An act amid it sees what is there now, and what is asked for acts alone does so anyway.
        let now = store.from_primary(|| {
            filing::file(store, "d-e1").unwrap();
            matters(store)
        });
        assert!(store.done("d-e1").unwrap().is_some());
        assert_eq!(store.version(&filing::stream_of("d-e1")).unwrap(), 1);
        (shown, now, matters(store))
    });
    assert_eq!(shown.1, 3);
    if behind.is_some() {
        assert_eq!((shown.0, shown.2), (1, 1), "a page does not go to and fro");
    }
    pair.replay("resume");
}

#[test]
fn a_replica_that_falls_is_not_noticed_and_comes_back() {
    let Some(mut pair) = pair() else { return };
    filing::file(&pair.store, "a-e1").unwrap();
    pair.caught_up();
    let stops = std::sync::atomic::AtomicBool::new(false);
    let Pair { servers, store, .. } = &mut pair;
    let read = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let (mut from_replica, mut from_primary) = (0, 0);
                    while !stops.load(std::sync::atomic::Ordering::SeqCst) {
                        let (found, behind) = store.shown(&OTHER, || matters(store));
                        assert!(found >= 1);
                        *if behind.is_some() { &mut from_replica } else { &mut from_primary } += 1;
                    }
                    (from_replica, from_primary)
                })
            })
            .collect();
        for number in 0..3 {
            std::thread::sleep(Duration::from_millis(300));
            servers.kill_last();
            until("it is told", || store.lag().unwrap().why_not.is_some());
            filing::file(store, &format!("fallen-{number}-e1")).unwrap();
            servers.start(REPLICA);
            until("it is used again", || store.lag().unwrap().why_not.is_none());
        }
        stops.store(true, std::sync::atomic::Ordering::SeqCst);
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1))
    });
    assert!(read.0 > 0 && read.1 > 0, "{read:?}");
    println!("a replica fell 3 times: {} reads from it, {} from the primary, 0 failed", read.0, read.1);
    // One that has become a server of its own is no replica any more, whatever it shows.
    pair.caught_up();
    pair.servers.client(REPLICA).query_one("SELECT pg_promote()", &[]).unwrap();
    until("it is told", || pair.why_not().is_some_and(|why| why.contains("follows no other server")));
    assert_eq!(pair.count(&OTHER), (4, None));
}
