//! Killed at any moment and started again: nothing doubled, nothing lost, the journal clean.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use program::chance::Chance;
use program::tale::{self, DAY, day_number};
use program::{Data, shipped, succeeded};

const ROUNDS: u64 = 10;

#[test]
fn killed_at_any_moment_of_a_replay() {
    let story = shipped("county-half-year.story.jsonl");
    let whole = Data::new();
    let started = Instant::now();
    succeeded(&whole.replay(&story));
    let length = i64::try_from(started.elapsed().as_millis()).unwrap();
    let figures = whole.figures("2020-01-01", "2020-06-30", &[]);
    let events = whole.count("SELECT count(*) FROM event");

    // One folder is killed again and again until the story is told; others are killed once.
    let mut chance = Chance::new(length.unsigned_abs());
    let again_and_again = Data::new();
    for round in 0..ROUNDS {
        let once = Data::new();
        let data = if round % 2 == 0 { &again_and_again } else { &once };
        let after = chance.between(1, length);
        kill_after(data, &story, Duration::from_millis(after.unsigned_abs()));
        if data.journal().exists() {
            succeeded(&data.verify());
        }
        if round % 2 == 1 {
            told_as_if_never_killed(data, &story, &figures, events, after);
        }
    }
    told_as_if_never_killed(&again_and_again, &story, &figures, events, -1);
}

fn kill_after(data: &Data, story: &std::path::Path, after: Duration) {
    let mut command = data.command(&["replay", story.to_str().unwrap()]);
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let _may_have_ended = child.kill();
    child.wait().unwrap();
}

fn told_as_if_never_killed(
    data: &Data,
    story: &std::path::Path,
    figures: &[(String, serde_json::Value)],
    events: i64,
    after: i64,
) {
    succeeded(&data.replay(story));
    assert_eq!(data.figures("2020-01-01", "2020-06-30", &[]), figures, "killed after {after} ms");
    assert_eq!(data.count("SELECT count(*) FROM event"), events, "killed after {after} ms");
    let twice = "SELECT count(*) FROM (SELECT 1 FROM origin GROUP BY source, stream, intake HAVING count(*) > 1)";
    assert_eq!(data.count(twice), 0);
    succeeded(&data.verify());
    let rebuilt = data.run(&["rebuild"]);
    assert!(program::said(&rebuilt).contains("the same content as before"), "killed after {after} ms");
}

/// The first milliseconds make journal, keys and law: a folder killed then works the next time.
#[test]
fn killed_while_a_folder_is_set_up() {
    let text = tale::tell(99, day_number(2024, 1, 1) * DAY - 8 * 3600, 60, 2);
    let mut without_keys = 0;
    for round in 0..40 {
        let data = Data::new();
        let story = data.file("short.jsonl", &text);
        kill_after(&data, &story, Duration::from_micros(round * 2_500));
        let keys = data.path().join("keys/huiyin.keys");
        without_keys += u32::from(!keys.exists());
        assert!(!keys.exists() || data.journal().exists(), "keys are never there before their journal");
        let before = fs::read(&keys).ok();
        succeeded(&data.replay(&story));
        succeeded(&data.verify());
        assert!(before.is_none_or(|before| before == fs::read(&keys).unwrap()), "keys are made once");
    }
    assert!(without_keys < 40, "no round came as far as the keys");
}
