//! Lines to PostgreSQL cut at random moments, in the middle of commits above all: every answer is right, whoever cut.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use store::{Store, StoreError};

use crate::chance::{Chance, given, seeds};
use crate::filing;
use crate::place::Place;

/// Threads that file until they are told to stop, each filing until it is known to be done.
pub struct Filers<'a> {
    pub done: &'a AtomicBool,
    pub acknowledged: &'a Mutex<BTreeSet<String>>,
    /// Answers that left it open whether it was done.
    pub open: &'a AtomicU64,
}

impl Filers<'_> {
    pub fn file(&self, store: &Store, name: &str) {
        for number in 0_u64.. {
            if self.done.load(Ordering::SeqCst) {
                return;
            }
            let command = format!("{name}-n{number}-e{}", 1 + number % 3);
            let mut was_left_open = false;
            loop {
                match filing::file(store, &command) {
                    Ok(()) => break,
                    // Sent again with the version it had then, it finds itself in its way.
                    Err(StoreError::Repeated(_) | StoreError::Conflict(_)) if was_left_open => {
                        match store.done(&command) {
                            Ok(done) => break assert!(done.is_some()),
                            Err(error) => assert!(matches!(error, StoreError::Unreachable(_)), "{error}"),
                        }
                    }
                    Err(error @ (StoreError::Unreachable(_) | StoreError::Busy)) => {
                        was_left_open |= matches!(error, StoreError::Unreachable(_));
                        let told = error.to_string();
                        assert!(
                            told.contains("may be sent again, it happens once") || told.contains("try again"),
                            "{told}"
                        );
                        self.open.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(error) => panic!("{command}: {error}"),
                }
            }
            self.acknowledged.lock().unwrap().insert(command);
        }
    }
}

/// Files from six threads through some stores while `cut` works; what was acknowledged, and how often it was left open.
pub fn file_while(stores: &[&Store], name: &str, cut: impl FnOnce(&dyn Fn() -> usize)) -> (BTreeSet<String>, u64) {
    let (done, acknowledged, open) = (AtomicBool::new(false), Mutex::new(BTreeSet::new()), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for thread in 0..6_usize {
            let filers = Filers { done: &done, acknowledged: &acknowledged, open: &open };
            let store = stores[thread % stores.len()];
            scope.spawn(move || filers.file(store, &format!("{name}-t{thread}")));
        }
        let _stops = Stops(&done);
        cut(&|| acknowledged.lock().unwrap().len());
    });
    (acknowledged.into_inner().unwrap(), open.into_inner())
}

/// Stops the filers also where a test fails.
struct Stops<'a>(&'a AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Ends every other session of the database.
const CUT_OFF: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn sessions_ended_at_random_moments_leave_each_command_done_once() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    // Partitions are made all the time, in transactions that are cut off.
    place.narrow(30);
    let other = place.again(None);
    let second = other.open();
    let cuts = given("HUIYIN_CUTS", 60);
    let mut ended = 0;
    let (acknowledged, open) = file_while(&[&store, &second], "c", |_| {
        let mut chance = Chance::of(given("HUIYIN_SEED", 1));
        let mut client = place.client();
        for _ in 0..cuts {
            std::thread::sleep(Duration::from_micros(chance.below(40_000)));
            ended += client.query_one(CUT_OFF, &[]).unwrap().get::<_, i64>(0);
        }
    });
    let found = filing::look(&store, &acknowledged);
    assert_eq!(found.filings, acknowledged, "nothing that was not told is there at last");
    filing::look_at_followers(&second, &found, 1, 0);
    println!(
        "sessions ended: {ended} in {cuts} cuts, {} acknowledged, {open} left open, 0 lost, 0 doubled",
        acknowledged.len()
    );
}

/// A line that breaks after a number of bytes, wherever that is: in the middle of a question, before or after a commit, in
/// the middle of its answer.
struct Line {
    folder: tempfile::TempDir,
    breaks: Arc<AtomicU64>,
    /// Bytes until it breaks next.
    left: Arc<AtomicI64>,
}

impl Line {
    fn to(server: &Path, seed: u64) -> Line {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let line = Line { folder, breaks: Arc::default(), left: Arc::new(AtomicI64::new(i64::MAX)) };
        let server = server.join(".s.PGSQL.5432");
        let (left, breaks) = (Arc::clone(&line.left), Arc::clone(&line.breaks));
        let chance = Arc::new(Mutex::new(Chance::of(seed)));
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                let Ok(far) = UnixStream::connect(&server) else { return };
                let ends = [(&near, &far), (&far, &near)];
                for (from, to) in ends.map(|(from, to)| (from.try_clone().unwrap(), to.try_clone().unwrap())) {
                    let (left, breaks, chance) = (Arc::clone(&left), Arc::clone(&breaks), Arc::clone(&chance));
                    std::thread::spawn(move || pass(&from, &to, &left, &breaks, &chance));
                }
            }
        });
        line
    }
}

/// Passes on what comes until one end closes or the line breaks.
fn pass(mut from: &UnixStream, mut to: &UnixStream, left: &AtomicI64, breaks: &AtomicU64, chance: &Mutex<Chance>) {
    let mut bytes = [0; 65536];
    while let Ok(count) = from.read(&mut bytes) {
        let before = left.fetch_sub(i64::try_from(count).unwrap(), Ordering::SeqCst);
        let may_pass = usize::try_from(before).unwrap_or(0).min(count);
        if count == 0 || to.write_all(&bytes[..may_pass]).is_err() {
            break;
        }
        if may_pass < count {
            breaks.fetch_add(1, Ordering::SeqCst);
            // Enough for a fresh session to be set up most times.
            let next = 3_000 + chance.lock().unwrap().below(120_000);
            left.store(i64::try_from(next).unwrap(), Ordering::SeqCst);
            break;
        }
    }
    let _closed = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

#[test]
fn a_line_that_breaks_at_random_bytes_leaves_each_command_done_once() {
    let Some(place) = Place::postgres() else { return };
    drop(place.open());
    let (mut all, mut broken, mut left_open) = (BTreeSet::new(), 0, 0);
    for seed in seeds("HUIYIN_LINES", 2) {
        let line = Line::to(place.sockets(), seed);
        let through = place.again(Some(line.folder.path()));
        let store = through.open();
        line.left.store(10_000, Ordering::SeqCst);
        let (acknowledged, open) = file_while(&[&store], &format!("l{seed}"), |filed| {
            while line.breaks.load(Ordering::SeqCst) < 25 || filed() < 100 {
                std::thread::sleep(Duration::from_millis(5));
            }
            // What is under way comes to its end.
            line.left.store(i64::MAX, Ordering::SeqCst);
        });
        all.extend(acknowledged);
        (broken, left_open) = (broken + line.breaks.load(Ordering::SeqCst), left_open + open);
    }
    let store = place.open();
    let found = filing::look(&store, &all);
    assert_eq!(found.filings, all, "nothing that was not told is there at last");
    filing::look_at_followers(&store, &found, 1, 0);
    println!("lines: broken {broken} times, {} acknowledged, {left_open} left open, 0 lost, 0 doubled", all.len());
}
