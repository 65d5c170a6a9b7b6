//! The line to PostgreSQL cut at the worst moments: what was committed unheard is told as done, and nothing is doubled.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use store::StoreError;

use crate::place::Place;
use crate::samples::{context, entry, matter, matter_row, origin, stream};

const WHOLE: u8 = 0;
/// The next COMMIT reaches the server, its answer does not come back.
const CUT_THE_ANSWER: u8 = 1;
/// The next COMMIT does not reach the server.
const CUT_THE_QUESTION: u8 = 2;

/// A socket between store and server.
struct Line {
    folder: tempfile::TempDir,
    cut: Arc<AtomicU8>,
    /// Commits that pass before.
    passing: Arc<AtomicU8>,
}

impl Line {
    fn to(server: &Path) -> Line {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let cut = Arc::new(AtomicU8::new(WHOLE));
        let passing = Arc::new(AtomicU8::new(0));
        let (server, state, skip) = (server.join(".s.PGSQL.5432"), Arc::clone(&cut), Arc::clone(&passing));
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                let Ok(far) = UnixStream::connect(&server) else { return };
                let (state, back) = (Arc::clone(&state), (far.try_clone().unwrap(), near.try_clone().unwrap()));
                std::thread::spawn(move || pass(back.0, back.1, |_| true));
                let skip = Arc::clone(&skip);
                std::thread::spawn(move || forth(near, far, &state, &skip));
            }
        });
        Line { folder, cut, passing }
    }
}

/// From the store to the server, with an eye on commits.
fn forth(near: UnixStream, far: UnixStream, cut: &AtomicU8, passing: &AtomicU8) {
    let (near_too, far_too) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    pass(near, far, |bytes| {
        if !bytes.windows(7).any(|word| word == b"COMMIT\0") {
            return true;
        }
        if passing.load(Ordering::SeqCst) > 0 {
            passing.fetch_sub(1, Ordering::SeqCst);
            return true;
        }
        match cut.swap(WHOLE, Ordering::SeqCst) {
            CUT_THE_ANSWER => {
                near_too.shutdown(std::net::Shutdown::Both).unwrap();
                let mut far = &far_too;
                far.write_all(bytes).unwrap();
                // Time for the server to commit; the store is on its way back meanwhile.
                std::thread::sleep(Duration::from_millis(50));
                false
            }
            CUT_THE_QUESTION => false,
            _ => true,
        }
    });
}

/// Passes on what `may_pass`, until one end closes.
fn pass(mut from: UnixStream, mut to: UnixStream, mut may_pass: impl FnMut(&[u8]) -> bool) {
    let mut bytes = [0; 65536];
    while let Ok(count) = from.read(&mut bytes) {
        if count == 0 || !may_pass(&bytes[..count]) || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _closed = (from.shutdown(std::net::Shutdown::Both), to.shutdown(std::net::Shutdown::Both));
}

#[test]
fn a_commit_whose_answer_was_lost_is_done_once() {
    let Some(place) = Place::postgres() else { return };
    let line = Line::to(place.sockets());
    drop(place.open());
    let through = place.again(Some(line.folder.path()));
    let store = through.open();
    for (number, cut) in (0..).zip([CUT_THE_ANSWER, CUT_THE_QUESTION, CUT_THE_ANSWER, WHOLE]) {
        line.cut.store(cut, Ordering::SeqCst);
        let name = format!("m{number}");
        let rows = vec![matter_row(matter(&name, &name, "甲")), origin(&name)];
        store.append(context(&name), vec![(entry("a", number), rows)]).unwrap();
        assert_eq!(line.cut.load(Ordering::SeqCst), WHOLE, "it was cut");
        assert_eq!(store.verify().unwrap(), Ok(number + 1));
    }
    let again = store.append(context("m0"), vec![(entry("a", 4), Vec::new())]);
    assert!(matches!(again, Err(StoreError::Repeated(_))), "asked once more, it is a repeat");
    assert_eq!(store.verify_keys().unwrap(), None);
    assert_eq!(store.open_matters().unwrap().len(), 4);
}

/// The same for all that waits together, with commands among it that do not stand.
#[test]
fn a_group_whose_answer_was_lost_is_done_once() {
    let Some(place) = Place::postgres() else { return };
    let line = Line::to(place.sockets());
    drop(place.open());
    let through = place.again(Some(line.folder.path()));
    let store = through.open();
    for cut in [CUT_THE_ANSWER, CUT_THE_QUESTION] {
        let begun = store.version(&stream("0")).unwrap();
        let done = AtomicU64::new(0);
        std::thread::scope(|scope| {
            place.hold(|| {
                scope.spawn(|| store.append(context(&format!("first{cut}")), Vec::new()));
                std::thread::sleep(Duration::from_millis(50));
                for number in 0..30_u64 {
                    let (store, done) = (&store, &done);
                    scope.spawn(move || {
                        let (name, command) = (format!("{}", number % 10), format!("{cut}-{}", number % 10));
                        match store.append(context(&command), vec![(entry(&name, begun), Vec::new())]) {
                            Ok(()) => done.fetch_add(1, Ordering::SeqCst),
                            Err(StoreError::Conflict(_)) => 0,
                            Err(error) => panic!("{error}"),
                        };
                    });
                }
                std::thread::sleep(Duration::from_millis(300));
                line.passing.store(1, Ordering::SeqCst);
                line.cut.store(cut, Ordering::SeqCst);
            });
        });
        assert_eq!(line.cut.load(Ordering::SeqCst), WHOLE, "it was cut");
        assert_eq!(done.load(Ordering::SeqCst), 10, "of three that asked the same, one is done and told so");
        assert_eq!(store.version(&stream("9")).unwrap(), begun + 1);
    }
    assert_eq!(store.verify().unwrap(), Ok(20));
    assert_eq!(store.verify_keys().unwrap(), None);
}

/// Work of a batch that is lost is not called kept.
#[test]
fn a_batch_that_lost_its_line_says_so() {
    let Some(place) = Place::postgres() else { return };
    let line = Line::to(place.sockets());
    drop(place.open());
    let through = place.again(Some(line.folder.path()));
    let store = through.open();
    let failed: Result<(), StoreError> = store.batch(|| {
        store.append(context("one"), vec![(entry("a", 0), Vec::new())])?;
        line.cut.store(CUT_THE_QUESTION, Ordering::SeqCst);
        Ok(())
    });
    assert!(matches!(failed, Err(StoreError::Unreachable(_))), "{failed:?}");
    assert_eq!(store.verify().unwrap(), Ok(0));
    let failed: Result<(), StoreError> = store.batch(|| {
        store.append(context("one"), vec![(entry("a", 0), Vec::new())])?;
        place.client().batch_execute(CUT_OFF_WRITERS).unwrap();
        let _cut_off = store.append(context("two"), vec![(entry("b", 0), Vec::new())]);
        let after = store.append(context("three"), vec![(entry("b", 0), Vec::new())]);
        assert!(matches!(after, Err(StoreError::Unreachable(_))), "a hole in a batch is not written over");
        Ok(())
    });
    assert!(matches!(failed, Err(StoreError::Unreachable(_))), "{failed:?}");
    assert_eq!(store.verify().unwrap(), Ok(0));
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    assert_eq!(store.verify().unwrap(), Ok(1));
}

/// Ends every other session of the database.
const CUT_OFF_WRITERS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn sessions_that_were_ended_are_begun_anew() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    for number in 0..3 {
        store.append(context(&format!("c{number}")), vec![(entry("a", number), Vec::new())]).unwrap();
        assert_eq!(store.version(&stream("a")).unwrap(), number + 1);
        place.client().batch_execute(CUT_OFF_WRITERS).unwrap();
    }
    assert_eq!(store.verify().unwrap(), Ok(3));
    store.set_password(&casework::office::Login("clerk".to_owned()), "x").unwrap();
}

#[test]
fn a_server_that_is_gone_is_told_and_found_again() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    let name = place.client().query_one("SELECT current_database()", &[]).unwrap().get::<_, String>(0);
    let admin = || {
        let admin = Place::postgres().unwrap();
        let client = admin.client();
        (admin, client)
    };
    let (_kept, mut client) = admin();
    client.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).unwrap();
    let cut_off = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    client.batch_execute(&cut_off).unwrap();
    assert!(store.version(&stream("a")).is_err());
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| store.append(context("two"), vec![(entry("a", 1), Vec::new())]));
        std::thread::sleep(Duration::from_millis(700));
        client.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).unwrap();
        waiting.join().unwrap().unwrap();
    });
    assert_eq!(store.verify().unwrap(), Ok(2));
}
