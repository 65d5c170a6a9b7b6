//! The acceptance stories, replayed through the command: figures equal to the oracle's, however often and late asked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::collections::BTreeMap;
use std::fs;

use program::{Data, said, shipped, succeeded};
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
