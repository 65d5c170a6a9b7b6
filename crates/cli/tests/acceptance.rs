//! The acceptance stories, replayed through the command: figures equal to the oracle's, however often and late asked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use program::tale::{self, DAY, day_number};
use program::{Data, oracle, said, shipped, succeeded};
use serde_json::Value;

const HALF_YEAR: Story = Story {
    story: "county-half-year.story.jsonl",
    expected: "county-half-year.expected.json",
    from: "2020-01-01",
    to: "2020-06-30",
};
const NEW_LAW: Story = Story {
    story: "county-2023h1.story.jsonl",
    expected: "county-2023h1.expected.json",
    from: "2023-01-01",
    to: "2023-06-30",
};
/// What stands at a period's end, of every county in the folder: another story adds to it.
const STOCK: [&str; 2] = ["clock.overdue_open", "review.pending"];

struct Story {
    story: &'static str,
    expected: &'static str,
    from: &'static str,
    to: &'static str,
}

impl Story {
    fn replayed(&self) -> Data {
        Data::with_story(self.story)
    }

    fn expected(&self) -> BTreeMap<String, Value> {
        let file: Value = serde_json::from_slice(&fs::read(shipped(self.expected)).unwrap()).unwrap();
        assert_eq!((file["from"].as_str(), file["to"].as_str()), (Some(self.from), Some(self.to)));
        let figures = file["figures"].as_object().unwrap();
        figures.iter().map(|(id, value)| (id.clone(), value.clone())).collect()
    }

    fn figures(&self, data: &Data, more: &[&str]) -> BTreeMap<String, Value> {
        data.figures(self.from, self.to, more).into_iter().collect()
    }

    /// Every expected figure is there with the expected value, and nothing else differs from what is left out.
    fn check(&self, data: &Data, more: &[&str], without: &[&str]) {
        let figures = self.figures(data, more);
        for (id, value) in self.expected() {
            if !without.contains(&id.as_str()) {
                assert_eq!(figures.get(&id), Some(&value), "{id} of {}", self.story);
            }
        }
    }
}

#[test]
fn the_half_year_under_the_old_regulation() {
    let data = HALF_YEAR.replayed();
    HALF_YEAR.check(&data, &[], &[]);
    // However often, and whatever else is asked in between.
    data.figures("2020-01-01", "2020-12-31", &[]);
    HALF_YEAR.check(&data, &[], &[]);
    HALF_YEAR.check(&data, &["--as-of", "2020-06-30"], &[]);

    let again = data.replay(&shipped(HALF_YEAR.story));
    succeeded(&again);
    assert!(said(&again).contains("0 applied, 1167 applied before"), "{}", said(&again));
    HALF_YEAR.check(&data, &[], &[]);
    succeeded(&data.verify());

    let rebuilt = data.run(&["rebuild"]);
    succeeded(&rebuilt);
    assert!(said(&rebuilt).contains("the same content as before"), "{}", said(&rebuilt));
    HALF_YEAR.check(&data, &[], &[]);
}

#[test]
fn another_county_later_changes_no_figure_of_a_period_that_is_past() {
    let data = HALF_YEAR.replayed();
    let before = HALF_YEAR.figures(&data, &[]);
    succeeded(&data.replay(&shipped(NEW_LAW.story)));
    assert_eq!(HALF_YEAR.figures(&data, &[]), before);
    NEW_LAW.check(&data, &[], &STOCK);

    // The other way round, what happened earlier is entered later.
    let data = NEW_LAW.replayed();
    NEW_LAW.check(&data, &[], &[]);
    succeeded(&data.replay(&shipped(HALF_YEAR.story)));
    assert_eq!(HALF_YEAR.figures(&data, &[]), before);
    NEW_LAW.check(&data, &[], &STOCK);
    succeeded(&data.run(&["rebuild"]));
    assert_eq!(HALF_YEAR.figures(&data, &[]), before);
    succeeded(&data.verify());
}

/// Two quarters add up to their half year, for whatever is counted by the day of an act.
#[test]
fn periods_add_up() {
    let data = HALF_YEAR.replayed();
    let whole = HALF_YEAR.figures(&data, &[]);
    let first: BTreeMap<String, Value> = data.figures("2020-01-01", "2020-03-31", &[]).into_iter().collect();
    let second: BTreeMap<String, Value> = data.figures("2020-04-01", "2020-06-30", &[]).into_iter().collect();
    let of_a_cohort = ["matters.closed", "matters.open", "clock.overdue_open", "review.pending"];
    let mut added = 0;
    for (id, value) in &whole {
        if id.ends_with("_rate") || of_a_cohort.contains(&id.as_str()) {
            continue;
        }
        let sum = first[id].as_i64().unwrap() + second[id].as_i64().unwrap();
        assert_eq!(value.as_i64(), Some(sum), "{id}");
        added += 1;
    }
    assert!(added > 20, "only {added} figures add up");
    // A day before anything happened: nothing to count, nothing to divide by.
    for (id, value) in data.figures("2019-01-01", "2019-01-31", &[]) {
        let nothing = if id.ends_with("_rate") { Value::Null } else { Value::from(0) };
        assert_eq!(value, nothing, "{id}");
    }
}

/// What is looked at as of a day leaves out what happened after it, and only that.
#[test]
fn as_of_leaves_out_what_came_later() {
    let data = HALF_YEAR.replayed();
    let quarter = data.figures("2020-01-01", "2020-03-31", &[]);
    let as_of = HALF_YEAR.figures(&data, &["--as-of", "2020-03-31"]);
    for (id, value) in quarter {
        assert_eq!(as_of.get(&id), Some(&value), "{id}");
    }
    assert_eq!(HALF_YEAR.figures(&data, &["--as-of", "2026-01-01"]), HALF_YEAR.figures(&data, &[]));
}

/// The oracle is right about the stories whose figures somebody else computed.
#[test]
fn the_oracle_agrees_with_the_expected_files() {
    for (story, from, to) in [
        (&HALF_YEAR, day_number(2020, 1, 1), day_number(2020, 6, 30)),
        (&NEW_LAW, day_number(2023, 1, 1), day_number(2023, 6, 30)),
    ] {
        let text = fs::read_to_string(shipped(story.story)).unwrap();
        let found = oracle::figures(&text, from, to).expect("no limit lies near the period's end");
        for (id, value) in story.expected() {
            assert_eq!(found.get(&id), Some(&value), "{id} of {}", story.story);
        }
    }
}

/// Sixty invented half years, also across the change of law: every figure equals the oracle's.
#[test]
fn stories_nobody_has_seen() {
    const STORIES: u64 = 60;
    let next = AtomicU64::new(1);
    let (mut compared, mut stories) = (0, 0);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let (mut compared, mut stories) = (0, 0);
                    loop {
                        let seed = next.fetch_add(1, Ordering::SeqCst);
                        if seed > STORIES {
                            return (compared, stories);
                        }
                        compared += check_invented(seed);
                        stories += 1;
                    }
                })
            })
            .collect();
        for thread in threads {
            let (figures, told) = thread.join().unwrap();
            compared += figures;
            stories += told;
        }
    });
    assert!(stories >= 50 && compared == 37 * stories, "{stories} stories, {compared} figures");
}

/// Replays the story of a seed and compares its figures; returns how many.
fn check_invented(seed: u64) -> usize {
    let years = [2006, 2012, 2016, 2020, 2022, 2022, 2022, 2023, 2024, 2025];
    let year = years[usize::try_from(seed).unwrap() % years.len()];
    let month = 1 + i64::try_from(seed).unwrap() % 8;
    let first = day_number(year, month, 1);
    let story = tale::tell(seed, first * DAY - 8 * 3600, 150, 30);
    let data = Data::new();
    succeeded(&data.replay(&data.file("invented.jsonl", &story)));

    // A period's end so far from every open limit that rest days cannot matter.
    let ends = (100..180).rev().map(|days| first + days);
    let (to, expected) = ends
        .filter_map(|to| Some((to, oracle::figures(&story, first, to)?)))
        .next()
        .expect("an end far from limits");
    let figures: BTreeMap<String, Value> = data.figures(&written(first), &written(to), &[]).into_iter().collect();
    for (id, value) in &expected {
        assert_eq!(figures.get(id), Some(value), "{id} of seed {seed}, {} to {}", written(first), written(to));
    }
    expected.len()
}

fn written(day: i64) -> String {
    let (year, month, day) = tale::civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}
