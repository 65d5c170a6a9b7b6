//! Due dates: by tables a lawyer can check with a calendar in hand, and against an oracle written another way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use std::collections::{BTreeMap, BTreeSet};

use casework::calendar::Calendar;
use casework::clock::{self, Course, Due, SumLine, due};
use casework::day;
use casework::matter::Moment;
use casework::procedure::{AtEnd, Basis, Clock, ClockKind, Counting, Limit, Place, Procedure};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use scene::Scene;

const CALENDAR: &str = include_str!("../../../calendars/cn.toml");
const PETITION: &str = include_str!("../../../procedures/petition-2022/procedure.toml");

/// Start, limit, days extended, and the last day; `?` where it is provisional.
type Row = (&'static str, &'static str, u16, &'static str);

#[rustfmt::skip] // one row, one line
const DUE: &[Row] = &[
    // 工作日届满
    ("2023-03-01", "15 days", 0, "2023-03-16"),
    ("2023-03-01", "60 days", 30, "2023-05-30"),
    // 末日为休息日的顺延：周末、节日、节日前后的调休上班
    ("2023-03-03", "15 days", 0, "2023-03-20"),
    ("2023-01-07", "15 days", 0, "2023-01-28"),
    ("2023-03-01", "60 days", 0, "2023-05-04"),
    ("2023-09-14", "15 days", 0, "2023-10-07"),
    ("2020-01-10", "15 days", 0, "2020-02-03"),
    // 先加延长的日数，最后只顺延一次
    ("2023-03-01", "60 days", 4, "2023-05-04"),
    ("2023-03-01", "60 days", 5, "2023-05-05"),
    ("2023-03-01", "60 days", 6, "2023-05-06"),
    ("2023-03-01", "60 days", 7, "2023-05-08"),
    // 跨年
    ("2022-12-17", "15 days", 0, "2023-01-03"),
    ("2022-12-16", "15 days", 0, "2023-01-03"),
    ("2023-11-02", "60 days", 0, "2024-01-02"),
    // 月：没有这一天的，到月末
    ("2023-01-31", "1 month", 0, "2023-02-28"),
    ("2024-01-31", "1 month", 0, "2024-02-29"),
    ("2022-12-31", "2 months", 0, "2023-02-28"),
    ("2023-03-31", "1 month", 0, "2023-05-04"),
    ("2023-02-28", "1 month", 0, "2023-03-28"),
    ("2023-01-31", "1 month", 3, "2023-03-03"),
    ("2020-02-29", "12 months", 0, "2021-03-01"),
    // 工作日：不顺延，周末上班的算
    ("2023-03-03", "5 working days", 0, "2023-03-10"),
    ("2023-09-27", "5 working days", 0, "2023-10-10"),
    ("2023-01-20", "1 working day", 0, "2023-01-28"),
    // 当日
    ("2023-03-05", "at once", 0, "2023-03-05"),
    ("2023-10-01", "at once", 0, "2023-10-01"),
    // 放假安排尚未公布
    ("2026-10-29", "60 days", 0, "2026-12-28"),
    ("2026-12-01", "60 days", 0, "2027-02-01?"),
    ("2026-12-17", "15 days", 0, "2027-01-04?"),
    ("2026-12-25", "10 working days", 0, "2027-01-11?"),
    ("2030-09-30", "1 day", 0, "2030-10-04?"),
];

fn a_clock(limit: Limit) -> Clock {
    Clock {
        id: "answer".to_owned(),
        name: "办理期限".to_owned(),
        kind: ClockKind::Due,
        limit,
        from: Vec::new(),
        extend: Vec::new(),
        stands: false,
        warn: None,
        at_end: AtEnd::default(),
        again: None,
        basis: Basis::Local("试".to_owned()),
        place: Place::default(),
    }
}

/// The last day of a clock that never stood still.
fn plain_due(clock: &Clock, counting: &Counting, start: Date, extended: u16, calendar: &Calendar) -> Due {
    let extended = if extended == 0 { Vec::new() } else { vec![Limit::Days(extended)] };
    due(clock, counting, Course { start, set: None, extended: &extended, pauses: &[] }, calendar)
}

fn counting(roll_forward: bool) -> Counting {
    Counting { roll_forward, basis: "民法典第201、203条".to_owned() }
}

#[test]
fn last_days() {
    let calendar = Calendar::parse(CALENDAR).unwrap();
    for (start, limit, extended, expected) in DUE {
        let clock = a_clock(limit.parse().unwrap());
        let found = plain_due(&clock, &counting(true), start.parse().unwrap(), *extended, &calendar);
        let said = format!("{}{}", found.day, if found.provisional { "?" } else { "" });
        assert_eq!(said, *expected, "{start} + {limit} + {extended}");
        // The sum leads from the start to the day, and says every step.
        assert!(matches!(found.sum.first(), Some(SumLine::Start { day }) if *day == start.parse().unwrap()));
        let last = found.sum.iter().rev().find_map(|line| match line {
            SumLine::Limit { to, .. } | SumLine::Extended { to, .. } | SumLine::Rolled { to, .. } => Some(*to),
            _ => None,
        });
        assert_eq!(last, Some(found.day), "{start} + {limit} + {extended}");
        assert_eq!(found.sum.contains(&SumLine::Provisional), found.provisional);
    }
    let start = "2023-03-03".parse().unwrap();
    let saturday = plain_due(&a_clock(Limit::Days(15)), &counting(false), start, 0, &calendar);
    assert_eq!(saturday.day.to_string(), "2023-03-18", "where the procedure does not roll, the last day stands");
}

/// What happened, and the clock that governs afterwards with its last day.
#[rustfmt::skip] // one row, one line
const GOVERNING: &[(&str, &str)] = &[
    ("3 clerk register", "route 2023-01-18"),
    ("3 clerk register; 4 clerk repeat; 5 person repeat", "route 2023-01-18"),
    ("3 clerk register; 5 clerk transfer d1", "notify 2023-01-20"),
    ("3 clerk register; 40 clerk transfer d1", "notify 2023-02-24"),
    ("3 clerk register; 5 clerk transfer d1; 10 clerk divert", "notify 2023-01-20"),
    ("3 clerk register; 5 clerk divert", "route 2023-01-18"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 refuse", "notify 2023-01-20"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept", "answer 2023-03-07"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 9 o1 extend days=30", "answer 2023-04-06"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 9 o1 extend days=30; 20 o1 decide", "answer 2023-04-06"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve", "review_window 2023-02-20"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 o1 serve acceptance_notice", "review_window 2023-02-20"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 52 clerk repeat", ""),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review", "review 2023-03-01"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review; 39 rev accept_review", "review 2023-03-01"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review; 39 rev accept_review; 40 rev decide_review redo", "answer 2023-04-10"),
];

#[test]
fn the_clock_that_governs() {
    for (story, expected) in GOVERNING {
        let mut scene = Scene::new(PETITION);
        scene.tell(story).unwrap();
        assert_eq!(scene.governed(), *expected, "{story}");
    }
}

#[test]
fn an_end_is_told_once_and_again_while_nothing_happens() {
    let mut scene = Scene::new(PETITION);
    scene.tell("3 clerk register").unwrap();
    assert_eq!(scene.told_until("18:23"), [""; 0], "the last day is the person's or office's to the end");
    assert_eq!(scene.told_until("19:00"), ["2023-01-18 route 1"]);
    assert_eq!(scene.told_until("19:00"), [""; 0]);
    assert_eq!(scene.told_until("60"), ["2023-02-02 route 2", "2023-02-17 route 3"]);
    scene.tell("61 clerk transfer d1").unwrap();
    assert_eq!(scene.told_until("77"), ["2023-03-17 notify 1"]);
    scene.tell("78 o1 accept; 79 o1 decide; 80 o1 serve").unwrap();
    // A window says once that it has ended, and the matter ends with it.
    assert_eq!(scene.told_until("2000"), ["2023-04-20 review_window 1"]);
    assert_eq!(scene.matter.unwrap().step, "ended");
}
