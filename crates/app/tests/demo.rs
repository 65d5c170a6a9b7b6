//! The invented half-year: replayed without a refusal, the same bytes each time, plausible figures, work left to do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use app::demo::{Demo, close_of, invent};
use app::{App, ReportAsked};
use casework::calendar::Calendar;
use casework::command::Actor;
use casework::day;
use casework::figure::Value as Figure;
use jiff::civil::Date;
use serde_json::Value;

fn calendar() -> Calendar {
    Calendar::parse(include_str!("../../../calendars/cn.toml")).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn demo(today: &str) -> Demo {
    invent(&calendar(), date(today), close_of(date(today))).unwrap()
}

fn lines(demo: &Demo) -> Vec<Value> {
    let lines = demo.story.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// Replays a demo into a fresh folder and checks what it left there.
fn replayed(today: &str) {
    let demo = demo(today);
    let folder = tempfile::tempdir().unwrap();
    let now = close_of(date(today));
    let app = App::open(folder.path(), now).unwrap();
    let start = Instant::now();
    let replayed = app.replay(&demo.story, now, true, |_| {}).unwrap();
    println!("{today}: {} lines in {:.1} s", replayed.applied, start.elapsed().as_secs_f64());
    assert_eq!(replayed.refused, [], "{today}");
    let again = app.replay(&demo.story, now, false, |_| {}).unwrap();
    assert_eq!((again.applied, again.before), (0, replayed.applied));
    figures(&app, date(today));
    counters(&app, date(today));
    for shown in &demo.shown {
        let (reference, code) = app.demo_receipt(&demo.story, &shown.name).unwrap().unwrap();
        println!("  {reference} {code} {}", shown.state);
        assert!(app::normalise_reference(&reference).is_some());
        assert!(!code.is_empty());
    }
    assert!(demo.shown.len() >= 4);
}

/// What was counted is what looking at every fact gives: for the county, for single offices, for any period.
fn counters(app: &App, today: Date) {
    let directory = app.directory().unwrap();
    let mut actors = vec![Actor::Admin];
    actors.extend(directory.officers().map(|officer| app.officer_actor(&officer.login).unwrap()).take(12));
    let mut compared = 0;
    for (days, length) in [(181, 181), (181, 0), (100, 40), (40, 40), (30, 60), (9, 1)] {
        let from = day::plus_days(today, -days);
        let (from, to) = (Some(from), Some(day::plus_days(from, length)));
        for report in ["work-summary", "duties", "reply-delay"] {
            let asked = ReportAsked { report: report.into(), from, to, as_of: None, today };
            for actor in &actors {
                let (counted, full) =
                    (app.report(actor, &asked).unwrap(), app.report_in_full(actor, &asked).unwrap());
                assert_eq!(counted.as_of, full.as_of);
                for (one, other) in counted.figures.iter().zip(&full.figures) {
                    let of = |figure: &app::FigureValue| {
                        (figure.value, figure.numerator, figure.denominator, figure.restated)
                    };
                    assert_eq!(of(one), of(other), "{} of {report} {from:?} {to:?} {actor:?}", one.id);
                    compared += 1;
                }
            }
        }
    }
    println!("  {compared} figures counted and looked at");
}

fn figures(app: &App, today: Date) {
    let from = Some(day::plus_days(today, -181));
    let asked = ReportAsked { report: "work-summary".into(), from, to: Some(today), as_of: None, today };
    let report = app.report(&Actor::Admin, &asked).unwrap();
    let values: BTreeMap<&str, Figure> =
        report.figures.iter().map(|figure| (figure.id.as_str(), figure.value)).collect();
    for (id, value) in &values {
        println!("  {id} {value}");
    }
    // Low and high; rates in hundredths of a percent.
    for (id, low, high) in [
        ("matters.unique", 330, 420),
        ("matters.closed_rate", 5000, 8500),
        ("intake.repeat", 30, 160),
        ("intake.group_visits.batches", 3, 40),
        ("matters.diverted", 10, 60),
        ("matters.refused", 2, 20),
        ("clock.extended", 3, 30),
        ("clock.accepted_on_time_rate", 8500, 9990),
        ("clock.decided_on_time_rate", 8500, 9990),
        ("clock.overdue_open", 4, 40),
        ("review.pending", 2, 12),
        ("review.decided", 4, 30),
        ("sessions.reception.held", 11, 14),
        ("sessions.reception.batches", 25, 70),
        ("satisfaction.competent_office.satisfied_rate", 7000, 9500),
        ("matters.key", 5, 40),
    ] {
        let value = match values[id] {
            Figure::Whole(number) | Figure::Hundredths(number) | Figure::Tenths(number) => number,
            Figure::Nothing => -1,
        };
        assert!((low..=high).contains(&value), "{id} is {value} on {today}");
    }
}

#[test]
fn an_ordinary_half_year_replays() {
    replayed("2026-07-01");
}

#[test]
fn a_half_year_across_the_change_of_law_replays() {
    replayed("2022-07-18");
}

#[test]
fn a_half_year_with_the_new_year_replays_and_may_end_on_a_rest_day() {
    replayed("2026-02-22");
}

#[test]
fn the_same_day_gives_the_same_bytes_and_an_earlier_moment_a_beginning_of_them() {
    let whole = demo("2026-11-20");
    assert_eq!(whole, demo("2026-11-20"));
    let noon = day::start_of(date("2026-11-20")).saturating_add(jiff::SignedDuration::from_hours(12)).unwrap();
    let part = invent(&calendar(), date("2026-11-20"), noon).unwrap();
    assert!(whole.story.starts_with(&part.story));
    assert!(part.story.len() < whole.story.len());
    assert_ne!(whole.story, demo("2026-11-19").story);
}

#[test]
fn every_text_is_filled_and_every_category_used() {
    let mut categories = BTreeSet::new();
    let mut said = Vec::new();
    for line in lines(&demo("2026-07-01")) {
        if let Some(category) = line["category"].as_str() {
            categories.insert(category.to_owned());
        }
        for field in ["text", "summary", "basis", "note", "go_to", "reason"] {
            said.extend(line[field].as_str().map(str::to_owned));
        }
    }
    assert_eq!(categories.len(), 15, "{categories:?}");
    let unfilled: Vec<&String> =
        said.iter().filter(|text| text.contains(['{', '}', '|']) || text.is_empty()).collect();
    assert!(unfilled.is_empty(), "{unfilled:?}");
    let opinions: BTreeSet<&String> = said.iter().filter(|text| text.contains("答复如下")).collect();
    assert!(opinions.len() > 150, "opinions repeat: {}", opinions.len());
}

/// What each matter waits for on the last day, by the last act on it; the office it lies at stands in `organ`.
fn waiting(demo: &Demo) -> BTreeMap<&'static str, Vec<Value>> {
    let mut acts: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines(demo) {
        let moves = !matches!(line["do"].as_str().unwrap(), "repeat" | "rate" | "mark_key" | "receive" | "extend");
        if let (true, Some(name)) = (moves, line["ref"].as_str()) {
            acts.entry(name.to_owned()).or_default().push(line);
        }
    }
    let mut waiting: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
    for acts in acts.into_values() {
        let mut last = acts.last().unwrap().clone();
        let state = match last["do"].as_str().unwrap() {
            "register" => "transfer",
            "transfer" => "acceptance",
            "accept" => "decision",
            "decide" | "refuse" | "divert" => "service",
            "request_review" => "review",
            "accept_review" => "review decision",
            _ => "nothing",
        };
        last["organ"] = acts.iter().find_map(|act| act["to"].as_str()).unwrap_or_default().into();
        waiting.entry(state).or_default().push(last);
    }
    waiting
}

#[test]
fn everybody_has_work_on_the_last_day() {
    for today in ["2026-07-01", "2022-07-18", "2026-02-22", "2026-11-21"] {
        let waiting = waiting(&demo(today));
        for (state, at_least) in [
            ("transfer", 6),
            ("acceptance", 12),
            ("decision", 12),
            ("service", 6),
            ("review", 2),
            ("review decision", 2),
        ] {
            let count = waiting.get(state).map_or(0, Vec::len);
            assert!(count >= at_least, "{count} wait for {state} on {today}");
        }
        let organs: BTreeSet<&str> =
            waiting["acceptance"].iter().map(|line| line["organ"].as_str().unwrap()).collect();
        assert!(organs.len() >= 11, "{today}: {organs:?}");
        let on_the_day = waiting["transfer"].iter().filter(|line| line["at"].as_str().unwrap().starts_with(today));
        assert!(on_the_day.count() >= 3, "{today}");
    }
}

#[test]
fn two_sessions_are_announced_for_days_to_come() {
    for today in ["2026-07-01", "2022-07-18", "2026-02-22"] {
        let tomorrow = day::plus_days(date(today), 1).to_string();
        let lines = lines(&demo(today));
        let coming = lines
            .iter()
            .filter(|line| line["do"] == "announce_session" && *line["starts"].as_str().unwrap() >= *tomorrow);
        assert_eq!(coming.count(), 2, "{today}");
    }
}

/// Prints one life of each category: `cargo test -p app --test demo -- --ignored --nocapture`, to be read by a person.
#[test]
#[ignore = "for a person to read"]
fn read_some_lives() {
    let lines = lines(&demo("2026-07-01"));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["do"] == "register") {
        let times = seen.entry(line["summary"].as_str().unwrap().chars().skip(4).take(9).collect()).or_default();
        *times += 1;
        if *times > 1 {
            continue;
        }
        for act in lines.iter().filter(|act| act["ref"] == line["ref"] || act["of"] == line["ref"]) {
            println!("{act:#}");
        }
    }
}
