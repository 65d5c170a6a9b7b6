//! Durable commands a second on both databases, beside the bare database that commits the same bytes in groups.
//!
//! `cargo bench -p store` runs and prints it; with `-- --short` in a few seconds; with `-- --partitions` what partitions of
//! the journal cost on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/story/place.rs"]
mod place;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/story/samples.rs"]
mod samples;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/story/throwaway.rs"]
mod throwaway;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use casework::event::{Event, PartyNumber, Public, Sealed, StoryBegun};
use casework::read::Row;
use place::Place;
use store::{Context, Entry, Store};

/// Waiting together at most, as in the store.
const GROUP_MAX: usize = 256;

/// A filing: words of one party, the matter's row and what it leaves to count. As in life, ids sort by time; commands
/// and references do not.
fn filing() -> (Context, Vec<(Entry, Vec<Row>)>) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = &format!("0190b3c2-{count:028}");
    let scattered = format!("{:032x}", u128::from(count).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835));
    let text = "反映所住小区供暖温度长期不达标，多次联系物业未果，请求核实处理并书面答复。".repeat(4);
    let fields = [("title", "供暖问题"), ("text", text.as_str()), ("name", "某某某"), ("phone", "13800000000")];
    let sealed = vec![Sealed::of(PartyNumber(0), fields)];
    let event = Event { public: Public::Story(StoryBegun { id: "s".repeat(300) }), sealed };
    let entry = Entry { stream: samples::stream(name), expected: 0, procedure: "p".repeat(64), event, file: None };
    let rows = vec![
        samples::matter_row(samples::matter(name, &scattered[..16], "110101")),
        samples::fact("intake", name, "110101", 1),
        samples::fact("registered", name, "110101", 1),
        samples::fact("limit", name, "110101", 1),
    ];
    (samples::context(&scattered), vec![(entry, rows)])
}

/// Runs `one` from so many threads for a while: how many a second, and how long one took at the median and at worst
/// but for one in a hundred.
fn measure(threads: usize, lasting: Duration, one: impl Fn() + Sync) -> (f64, Duration, Duration) {
    let begun = Instant::now();
    let one = &one;
    let mut took: Vec<Duration> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(move || {
                    let mut took = Vec::new();
                    while begun.elapsed() < lasting {
                        let at = Instant::now();
                        one();
                        took.push(at.elapsed());
                    }
                    took
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let seconds = begun.elapsed().as_secs_f64();
    took.sort_unstable();
    (took.len() as f64 / seconds, took[took.len() / 2], took[took.len() * 99 / 100])
}

/// A bare table behind a queue: one thread commits whatever waits.
struct Bare(mpsc::SyncSender<mpsc::Sender<()>>);

impl Bare {
    fn new(mut commit: impl FnMut(i64, usize) + Send + 'static) -> Bare {
        let (jobs, waiting) = mpsc::sync_channel::<mpsc::Sender<()>>(1024);
        std::thread::spawn(move || {
            let mut position = 1;
            while let Ok(first) = waiting.recv() {
                let mut group = vec![first];
                while group.len() < GROUP_MAX {
                    let Ok(next) = waiting.try_recv() else { break };
                    group.push(next);
                }
                commit(position, group.len());
                position += i64::try_from(group.len()).unwrap();
                group.into_iter().for_each(|reply| reply.send(()).unwrap());
            }
        });
        Bare(jobs)
    }

    fn one(&self) {
        let (reply, answer) = mpsc::channel();
        self.0.send(reply).unwrap();
        answer.recv().unwrap();
    }

    fn file(place: &Place, bytes: usize) -> Bare {
        let client = rusqlite::Connection::open(place.path().join("bare.db")).unwrap();
        let setup = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
                     CREATE TABLE bare (position INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT";
        client.execute_batch(setup).unwrap();
        let body = vec![7_u8; bytes];
        Bare::new(move |from, count| {
            client.execute_batch("BEGIN IMMEDIATE").unwrap();
            let mut insert = client.prepare_cached("INSERT INTO bare VALUES (?1, ?2)").unwrap();
            for position in from..from + i64::try_from(count).unwrap() {
                insert.execute((position, &body)).unwrap();
            }
            drop(insert);
            client.execute_batch("COMMIT").unwrap();
        })
    }

    fn postgres(place: &Place, bytes: usize) -> Bare {
        let mut client = place.client();
        client.batch_execute("CREATE TABLE bare (position BIGINT PRIMARY KEY, body BYTEA NOT NULL)").unwrap();
        let insert = client.prepare("INSERT INTO bare SELECT * FROM unnest($1::bigint[], $2::bytea[])").unwrap();
        let body = vec![7_u8; bytes];
        Bare::new(move |from, count| {
            let positions: Vec<i64> = (from..from + i64::try_from(count).unwrap()).collect();
            let bodies = vec![&body; count];
            client.execute(&insert, &[&positions, &bodies]).unwrap();
        })
    }
}

/// What one filing holds, in bytes, all its rows together.
fn bytes_of_one() -> usize {
    let place = Place::file();
    let store = place.open();
    let (context, entries) = filing();
    store.append(context, entries).unwrap();
    drop(store);
    let client = place.file_client();
    let tables = ["event", "party_key", "matter", "task", "matter_office", "fact"];
    let sum = |table: &str| -> i64 {
        let columns = client.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let lengths: Vec<String> = columns
            .column_names()
            .map(|name| {
                format!(
                    "CASE typeof({name}) WHEN 'integer' THEN 8 ELSE coalesce(length(CAST({name} AS BLOB)), 0) END"
                )
            })
            .collect();
        let sql = format!("SELECT sum({}) FROM {table}", lengths.join(" + "));
        client.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    usize::try_from(tables.into_iter().map(sum).sum::<i64>()).unwrap()
}

/// Commands a second in one batch, as a replay or an import writes them.
fn in_a_batch(store: &Store, lasting: Duration) -> f64 {
    let begun = Instant::now();
    let count = store.batch(|| {
        let mut count = 0_u32;
        while begun.elapsed() < lasting {
            let (context, entries) = filing();
            store.append(context, entries)?;
            count += 1;
        }
        Ok::<_, store::StoreError>(count)
    });
    f64::from(count.unwrap()) / begun.elapsed().as_secs_f64()
}

/// Filings a journal holds before partitions are measured.
const FILED: u32 = 40_000;

/// A journal of [`FILED`] events in so many partitions, the last of which has room; 0: in one table, without partitions.
fn partitioned(place: &Place, partitions: u32) -> Store {
    drop(place.open());
    if partitions > 1 {
        place.narrow(u64::from(FILED / partitions) + 1);
    }
    let store = place.open();
    let file = |_| {
        let (context, entries) = filing();
        store.append(context, entries)
    };
    store.batch(|| (0..FILED).try_for_each(file)).unwrap();
    drop(store);
    if partitions == 0 {
        place.run("DROP TABLE event_16777216").unwrap();
        place.back_to_one_table();
        let nothing = "CREATE FUNCTION journal_make_room(place bigint) RETURNS bigint LANGUAGE sql
             AS 'SELECT 9223372036854775807'; INSERT INTO migration VALUES ('0007_partitions')";
        place.run(nothing).unwrap();
    } else if partitions > 1 {
        let last = *place.partitions().last().unwrap();
        place.run(&format!("ALTER TABLE event DETACH PARTITION event_{last}")).unwrap();
        place
            .run(&format!(
                "ALTER TABLE event ATTACH PARTITION event_{last} FOR VALUES FROM ({last}) TO (99999999)"
            ))
            .unwrap();
    }
    place.run("ANALYZE").unwrap();
    place.open()
}

/// What each number of partitions costs whoever files, acts on what was filed, and reads it.
fn of_partitions(lasting: Duration) {
    println!("{FILED} filed before; 8 threads write, 1 reads");
    println!("{:<12} {:>12} {:>12} {:>14} {:>14}", "partitions", "filings/s", "acts/s", "a stream", "a version");
    for partitions in [0, 1, 4, 16, 64, 0, 1, 4, 16, 64] {
        let Some(place) = Place::postgres() else { return };
        let store = partitioned(&place, partitions);
        let streams: Vec<_> =
            store.events_after(0, FILED).unwrap().into_iter().map(|event| event.stream).collect();
        let file = || {
            let (context, entries) = filing();
            store.append(context, entries).unwrap();
        };
        let (filings, ..) = measure(8, lasting, file);
        let next = AtomicU64::new(0);
        let any = || {
            let number = next.fetch_add(1, Ordering::SeqCst);
            // Each once, from all over the journal.
            &streams[usize::try_from(number * 7919 % u64::from(FILED)).unwrap()]
        };
        let act = || {
            let (context, mut entries) = filing();
            (entries[0].0.stream, entries[0].0.expected) = (any().clone(), 1);
            entries[0].1.clear();
            store.append(context, entries).unwrap();
        };
        let (acts, ..) = measure(8, lasting, act);
        let (_, of_stream, _) = measure(1, lasting / 2, || assert!(!store.events(any(), 0).unwrap().is_empty()));
        let (_, of_version, _) = measure(1, lasting / 2, || assert!(store.version(any()).unwrap() > 0));
        let name = if partitions == 0 { "one table".to_owned() } else { partitions.to_string() };
        println!("{name:<12} {filings:>12.0} {acts:>12.0} {of_stream:>14.2?} {of_version:>14.2?}");
        assert!(store.verify().unwrap().is_ok());
    }
}

fn main() {
    let short = std::env::args().any(|arg| arg == "--short");
    let lasting = Duration::from_secs(if short { 2 } else { 8 });
    if std::env::args().any(|arg| arg == "--partitions") {
        return of_partitions(lasting);
    }
    let bytes = bytes_of_one();
    println!("one filing: {bytes} bytes in 8 rows; {GROUP_MAX} at most share a commit");
    println!("{:<28} {:>8} {:>9} {:>9} {:>9}", "", "threads", "a second", "median", "p99");
    let print = |name: &str, threads, (rate, median, p99): (f64, Duration, Duration)| {
        println!("{name:<28} {threads:>8} {rate:>9.0} {median:>9.2?} {p99:>9.2?}");
        rate
    };
    for (name, place) in [("SQLite", Some(Place::file())), ("PostgreSQL", Place::postgres())] {
        let Some(place) = place else { continue };
        let store: Store = place.open();
        for threads in [1, 8, 64] {
            let bare_place = if place.is_postgres() { Place::postgres().unwrap() } else { Place::file() };
            let bare = if place.is_postgres() {
                Bare::postgres(&bare_place, bytes)
            } else {
                Bare::file(&bare_place, bytes)
            };
            let limit = print(&format!("{name}, bare"), threads, measure(threads, lasting, || bare.one()));
            drop(bare);
            let append = || {
                let (context, entries) = filing();
                store.append(context, entries).unwrap();
            };
            let rate = print(name, threads, measure(threads, lasting, append));
            println!("{:<28} {:>8} {:>8.0}%", "  of the bare database", "", 100.0 * rate / limit);
        }
        println!("{:<28} {:>8} {:>9.0}", format!("{name}, in a batch"), 1, in_a_batch(&store, lasting));
        assert!(store.verify().unwrap().is_ok());
    }
}
