//! What sealing adds to intake: a filing appended with its words sealed, and the same with the same words left in clear, one
//! after the other in one run, on SQLite. Without sealing there is no key of a party to make, to wrap and to write either.
//!
//! `cargo bench -p store --bench sealing`; the last lines are the ratio.

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

use std::cell::Cell;
use std::time::{Duration, Instant};

use casework::event::{Event, PartyNumber, Public, Sealed, StoryBegun};
use casework::read::Row;
use criterion::{BenchmarkGroup, Criterion, measurement::WallTime};
use place::Place;
use store::{Context, Entry, Home, KeyPlace, Store, StoreError, Suite};

/// Filings that share a commit where many wait together.
const TOGETHER: u64 = 64;

/// A filing as a county gets it: a page of text, four more fields, and the rows it leaves. In clear, what would be sealed
/// stands in the public part: as many bytes are written.
fn filing(count: u64, is_sealed: bool) -> (Context, Vec<(Entry, Vec<Row>)>) {
    let name = &format!("0190b3c2-{count:028}");
    let scattered = format!("{:032x}", u128::from(count).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835));
    let text = "反映所住小区供暖温度长期不达标，多次联系物业未果，请求核实处理并书面答复。".repeat(8);
    let fields = [("title", "供暖问题"), ("text", &text), ("name", "某某某"), ("phone", "13800000000")];
    let public = "s".repeat(300);
    let (id, sealed) = if is_sealed {
        (public, vec![Sealed::of(PartyNumber(0), fields)])
    } else {
        let words: String = fields.iter().map(|(_, words)| *words).collect();
        (public + &words, Vec::new())
    };
    let event = Event { public: Public::Story(StoryBegun { id }), sealed };
    let entry = Entry { stream: samples::stream(name), expected: 0, procedure: "p".repeat(64), event, file: None };
    let rows = vec![
        samples::matter_row(samples::matter(name, &scattered[..16], "110101")),
        samples::fact("intake", name, "110101", 1),
        samples::fact("registered", name, "110101", 1),
        samples::fact("limit", name, "110101", 1),
    ];
    (samples::context(&scattered), vec![(entry, rows)])
}

/// A store that is filed into, and how long it took altogether.
struct Side {
    store: Store,
    is_sealed: bool,
    count: Cell<u64>,
    took: Cell<Duration>,
    _place: Place,
}

impl Side {
    fn new(suite: Suite, is_sealed: bool) -> Side {
        let place = Place::file();
        let home = Home { folder: place.path(), database: &place.database, keys: &KeyPlace::Folder };
        let store = Store::open_at(home, Some(suite)).unwrap();
        Side { store, is_sealed, count: Cell::new(0), took: Cell::default(), _place: place }
    }

    /// Files so many, in one commit where it is more than one.
    fn file(&self, many: u64) -> Duration {
        let from = self.count.replace(self.count.get() + many);
        let begun = Instant::now();
        let file = |count| {
            let (context, entries) = filing(count, self.is_sealed);
            self.store.append(context, entries)
        };
        match many {
            1 => file(from),
            _ => self.store.batch(|| (from..from + many).try_for_each(file)),
        }
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
        let took = begun.elapsed();
        self.took.set(self.took.get() + took);
        took
    }
}

/// Both sides in turn, and of each what it took; whichever is asked for is what criterion is told.
fn pair(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, suite: Suite, many: u64) {
    let (sealed, clear) = (Side::new(suite, true), Side::new(suite, false));
    let turn = |first: &Side, second: &Side, rounds: u64| {
        let mut of_first = Duration::ZERO;
        for round in 0..rounds {
            // Neither has the warmer cache throughout.
            if round % 2 == 0 {
                of_first += first.file(many);
                second.file(many);
            } else {
                second.file(many);
                of_first += first.file(many);
            }
        }
        of_first
    };
    group.bench_function(format!("{name}, sealed"), |bench| {
        bench.iter_custom(|rounds| turn(&sealed, &clear, rounds));
    });
    group.bench_function(format!("{name}, in clear"), |bench| {
        bench.iter_custom(|rounds| turn(&clear, &sealed, rounds));
    });
    let (sealed_took, clear_took) = (sealed.took.get().as_secs_f64(), clear.took.get().as_secs_f64());
    let filings = sealed.count.get();
    let added = (sealed_took / clear_took - 1.0) * 100.0;
    println!("{name}: {filings} filings each, in turn; sealing adds {added:.1} % to intake");
    assert_eq!(filings, clear.count.get());
    assert!(sealed.store.verify_keys().unwrap().is_none());
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("intake");
    group.sample_size(20).measurement_time(Duration::from_secs(6));
    for suite in Suite::ALL {
        pair(&mut group, &format!("{}, each on disk", suite.word()), suite, 1);
        pair(&mut group, &format!("{}, {TOGETHER} in a commit", suite.word()), suite, TOGETHER);
    }
    group.finish();
}
