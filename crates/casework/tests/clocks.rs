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
    assert_eq!(
        scene.told_until("60"),
        ["2023-02-02 route 2", "2023-02-03 registry_reply 1", "2023-02-17 route 3", "2023-02-18 registry_reply 2",]
    );
    scene.tell("61 clerk transfer d1").unwrap();
    let main =
        |told: Vec<String>, clock: &str| told.into_iter().filter(|line| line.contains(clock)).collect::<Vec<_>>();
    assert_eq!(main(scene.told_until("77"), "notify"), ["2023-03-17 notify 1"]);
    scene.tell("78 o1 accept; 79 o1 decide; 80 o1 serve").unwrap();
    // A window says once that it has ended, and the matter ends with it.
    assert_eq!(main(scene.told_until("2000"), "review_window"), ["2023-04-20 review_window 1"]);
    assert_eq!(scene.matter.unwrap().step, "ended");
}

/// Rest days and working weekends, read from the file as plain text; days counted from 1970.
struct Plain {
    rest: BTreeSet<i64>,
    work: BTreeSet<i64>,
    known_to: i64,
}

impl Plain {
    fn read() -> Plain {
        let mut plain = Plain { rest: BTreeSet::new(), work: BTreeSet::new(), known_to: 0 };
        let mut year = 0;
        for line in CALENDAR.lines() {
            if let Some(number) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                year = number.parse().unwrap();
                plain.known_to = plain.known_to.max(days_from_civil(year + 1, 1, 1) - 1);
            }
            for quoted in line.split('"').filter(|text| text.len() == 5 && text.as_bytes()[2] == b'-') {
                let (month, day) = (quoted[..2].parse().unwrap(), quoted[3..].parse().unwrap());
                let number = days_from_civil(year, month, day);
                if line.starts_with("rest") {
                    plain.rest.insert(number);
                } else if line.starts_with("work") {
                    plain.work.insert(number);
                }
            }
        }
        plain
    }

    fn works(&self, day: i64) -> bool {
        let (_, month, date) = civil_from_days(day);
        let fixed = matches!((month, date), (1 | 5, 1) | (10, 1..=3));
        match (self.work.contains(&day), self.rest.contains(&day)) {
            (true, _) => true,
            (_, true) => false,
            // 1970-01-01 was a Thursday.
            _ => (day + 3).rem_euclid(7) < 5 && (day <= self.known_to || !fixed),
        }
    }

    fn last_day(&self, start: i64, limit: Limit, extended: i64, roll: bool) -> i64 {
        let counted = match limit {
            Limit::AtOnce | Limit::Set => return start + extended,
            Limit::Days(days) => start + i64::from(days),
            Limit::WorkingDays(days) => {
                (start + 1..).filter(|day| self.works(*day)).nth(usize::from(days) - 1).unwrap()
            }
            Limit::Months(months) => {
                let (year, month, date) = civil_from_days(start);
                let ordinal = year * 12 + month - 1 + i64::from(months);
                let (year, month) = (ordinal.div_euclid(12), ordinal.rem_euclid(12) + 1);
                (1..=date)
                    .rev()
                    .map(|date| days_from_civil(year, month, date))
                    .find(|day| civil_from_days(*day).1 == month)
                    .unwrap()
            }
        };
        let last = counted + extended;
        if roll { (last..).find(|day| self.works(*day)).unwrap() } else { last }
    }
}

/// Howard Hinnant's reckoning, which shares nothing with the library the program uses.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

fn number_of(date: Date) -> i64 {
    days_from_civil(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
}

/// The runs of a history, found by asking of each pair of events whether it bounds a run, instead of by walking it.
fn runs_of(
    procedure: &Procedure,
    history: &[Moment],
    plain: &Plain,
) -> Vec<(String, Timestamp, Option<Timestamp>, i64)> {
    let step_before = |index: usize| match index {
        0 => procedure.begins.as_str(),
        _ => history[index - 1].step.as_str(),
    };
    let act = |index: usize| procedure.acts_in(step_before(index)).find(|act| act.id == history[index].act);
    let mut found = Vec::new();
    for clock in procedure.clocks.values() {
        let lists = |step: &str| procedure.steps[step].clocks.contains(&clock.id);
        let starts = |index: usize| {
            let named = |from: &String| {
                history[index].act == *from || act(index).is_some_and(|act| act.verb.word() == from)
            };
            lists(&history[index].step)
                && if clock.from.is_empty() { !lists(step_before(index)) } else { clock.from.iter().any(named) }
        };
        for start in (0..history.len()).filter(|index| starts(*index)) {
            let stop = (start + 1..history.len()).find(|index| starts(*index) || !lists(&history[*index].step));
            let within = start + 1..stop.unwrap_or(history.len());
            let extends = |index: &usize| act(*index).is_some_and(|act| act.extends.as_ref() == Some(&clock.id));
            let extended: i64 = within.filter(extends).map(|index| i64::from(history[index].extends_days)).sum();
            let day = number_of(day::day_of(history[start].at));
            // Days after it stopped, up to and with the day it went on, are added; the last day rolls once, at the end.
            let rolls = procedure.counting.roll_forward;
            let mut last = plain.last_day(day, clock.limit, extended, rolls);
            let still = |index: usize| {
                let pauses = procedure.steps[&history[index].step].pauses.as_ref();
                pauses.is_some_and(|(clocks, _)| clocks.contains(&clock.id))
            };
            let end = stop.unwrap_or(history.len());
            let pauses = (start..end).filter(|index| still(*index) && (*index == start || !still(index - 1)));
            let mut moved = plain.last_day(day, clock.limit, extended, false);
            for from in pauses {
                let until = (from + 1..end).find(|index| !still(*index)).or(stop);
                let stood = |until: usize| {
                    number_of(day::day_of(history[until].at)) - number_of(day::day_of(history[from].at))
                };
                if number_of(day::day_of(history[from].at)) < moved {
                    moved += until.map_or(0, stood);
                    last = plain.last_day(moved - 1, Limit::Days(1), 0, rolls);
                }
            }
            found.push((clock.id.clone(), history[start].at, stop.map(|stop| history[stop].at), last));
        }
    }
    found.sort();
    found
}

/// A history as chance makes it: at each event any act the step knows, or one it does not.
fn history(procedure: &Procedure, start: i64, chances: &[(u32, u8, u16)]) -> Vec<Moment> {
    let mut history = Vec::new();
    let mut step = procedure.begins.clone();
    let mut at = start;
    for (seconds, choice, days) in chances {
        at += i64::from(*seconds);
        let acts: Vec<_> = procedure.acts_in(&step).collect();
        let (act, to, extends) = match acts.get(usize::from(*choice) % (acts.len() + 1)) {
            Some(act) => (act.id.clone(), act.to.clone(), act.extends.is_some()),
            None => ("serve_notice".to_owned(), None, false),
        };
        step = to.unwrap_or(step);
        let extends_days = if extends { days % 31 } else { 0 };
        let at = Timestamp::from_second(at).unwrap();
        history.push(Moment {
            at,
            act,
            step: step.clone(),
            extends_days,
            track: None,
            tracks: BTreeMap::new(),
            closed: Vec::new(),
            sets_day: None,
        });
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn last_days_agree_with_the_oracle(
        start in 12_500_i64..21_500, kind in 0..4, size in 1_u16..200, extended in 0_u16..60, roll: bool,
    ) {
        let limit = match kind {
            0 => Limit::AtOnce,
            1 => Limit::Days(size),
            2 => Limit::WorkingDays(size % 40 + 1),
            _ => Limit::Months(size % 25 + 1),
        };
        let (year, month, date) = civil_from_days(start);
        let day = Date::new(year.try_into().unwrap(), month.try_into().unwrap(), date.try_into().unwrap()).unwrap();
        // A clock that ends at once is never extended and never rolls.
        let extended = if limit == Limit::AtOnce { 0 } else { extended };
        let calendar = CALENDARS.with(|both| both.0.clone());
        let found = plain_due(&a_clock(limit), &counting(roll), day, extended, &calendar);
        let expected = CALENDARS.with(|both| both.1.last_day(start, limit, i64::from(extended), roll));
        prop_assert_eq!(number_of(found.day), expected, "{} + {} + {} = {}", day, limit, extended, found.day);
    }

    #[test]
    fn runs_agree_with_the_oracle(
        start in 1_100_000_000_i64..1_800_000_000,
        chances in proptest::collection::vec((0_u32..4_000_000, any::<u8>(), any::<u16>()), 1..14),
        old: bool,
    ) {
        let procedure = PROCEDURES.with(|both| if old { both.0.clone() } else { both.1.clone() });
        let history = history(&procedure, start, &chances);
        CALENDARS.with(|(calendar, plain)| {
            let runs = clock::runs(&procedure, calendar, &history);
            let mut found: Vec<_> = runs
                .iter()
                .map(|run| (run.clock.id.clone(), run.started, run.stopped, number_of(run.due.day)))
                .collect();
            found.sort();
            prop_assert_eq!(found, runs_of(&procedure, &history, plain));
            // No step that is not the end is ever without a running clock, once entered by an act that starts it.
            let governed: BTreeMap<_, _> = runs.iter().filter(|run| run.is_running()).map(|run| (&run.clock.id, ())).collect();
            let last = &history[history.len() - 1].step;
            prop_assert!(governed.keys().all(|clock| procedure.steps[last].clocks.contains(clock)));
            Ok(())
        })?;
    }
}

thread_local! {
    static CALENDARS: (Calendar, Plain) = (Calendar::parse(CALENDAR).unwrap(), Plain::read());
    static PROCEDURES: (Procedure, Procedure) = (
        casework::procedure::read(include_str!("../../../procedures/petition-2005/procedure.toml")).unwrap(),
        casework::procedure::read(PETITION).unwrap(),
    );
}
