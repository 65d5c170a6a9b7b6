//! The clocks against an oracle written in another style, on a million generated histories and more: over a procedure
//! made to be difficult, and over the shipped ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod chance;
mod days;
mod plain;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::AddAssign;
use std::time::Instant;

use casework::calendar::Calendar;
use casework::clock::{self, Run, Saying, SumLine};
use casework::event::{Channel, MatterEvent, MatterFact, MatterId};
use casework::matter::{Ended, Matter, Moment};
use casework::procedure::{Limit, Procedure, parse};
use chance::Chance;
use days::{Days, civil_from_days, day_of, days_from_civil};
use jiff::Timestamp;
use jiff::civil::Date;
use plain::{Deed, Law, Said};

const CALENDAR: &str = include_str!("../../../../calendars/cn.toml");

/// Procedure, first seed, histories.
const TOLD: [(&str, u64, u64); 3] = [
    (include_str!("torture.toml"), 1, 800_000),
    (include_str!("../../../../procedures/petition-2022/procedure.toml"), 10_000_001, 150_000),
    (include_str!("../../../../procedures/petition-2005/procedure.toml"), 20_000_001, 100_000),
];

/// Histories told under one choice of limits.
const BLOCK: u64 = 10_000;

/// The same procedure with other limits, extensions, warnings and ways to count; with the first seed, as written.
fn varied(written: &Procedure, seed: u64) -> Procedure {
    let mut procedure = written.clone();
    if seed == 1 {
        return procedure;
    }
    let mut chance = Chance::new(seed);
    procedure.counting.roll_forward = chance.percent(85);
    for clock in procedure.clocks.values_mut() {
        let length = |chance: &mut Chance| match chance.below(3) {
            0 => Limit::Days(u16::try_from(1 + chance.below(120)).unwrap()),
            1 => Limit::WorkingDays(u16::try_from(1 + chance.below(40)).unwrap()),
            _ => Limit::Months(u16::try_from(1 + chance.below(14)).unwrap()),
        };
        if !matches!(clock.limit, Limit::Set | Limit::AtOnce) {
            clock.limit = length(&mut chance);
        }
        for rung in &mut clock.extend {
            rung.most = length(&mut chance);
        }
        clock.again = clock.again.map(|_| length(&mut chance));
        clock.warn = clock.warn.map(|_| u8::try_from(1 + chance.below(99)).unwrap());
        clock.stands = chance.percent(20);
    }
    procedure
}

/// What the histories came by; each must have come by often, or the comparison says little.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    histories: u64,
    runs: u64,
    in_side_tracks: u64,
    extended: u64,
    extended_thrice: u64,
    stood_still: u64,
    stand_still: u64,
    provisional: u64,
    sayings: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.histories += other.histories;
        self.runs += other.runs;
        self.in_side_tracks += other.in_side_tracks;
        self.extended += other.extended;
        self.extended_thrice += other.extended_thrice;
        self.stood_still += other.stood_still;
        self.stand_still += other.stand_still;
        self.provisional += other.provisional;
        self.sayings += other.sayings;
    }
}

/// What one thread compares with.
struct Bench<'b> {
    law: &'b Law<'b>,
    days: &'b Days,
    calendar: &'b Calendar,
    matter: Matter,
    names: Names,
}

/// Names that every history says again and again.
struct Names {
    lanes: BTreeMap<String, usize>,
    clocks: BTreeMap<String, usize>,
}

#[test]
fn a_million_histories_agree_with_the_oracle() {
    let begun = Instant::now();
    let days = Days::read(CALENDAR);
    let mut all = Tally::default();
    for (text, first, count) in TOLD {
        let written = parse(text).unwrap();
        let mut tally = Tally::default();
        for first in (first..first + count).step_by(BLOCK as usize) {
            let procedure = if written.id == "torture" { varied(&written, first) } else { written.clone() };
            let law = Law::of(&procedure);
            std::thread::scope(|scope| {
                let (law, days) = (&law, &days);
                let half =
                    |from: u64| scope.spawn(move || compare(law, days, (first + from..first + BLOCK).step_by(2)));
                let halves = [half(0), half(1)];
                for half in halves {
                    tally += half.join().unwrap_or_else(|_| panic!("see above"));
                }
            });
        }
        println!("{}: {tally:?}", written.id);
        all += tally;
    }
    println!("{} histories, {} runs compared in {:.1} s", all.histories, all.runs, begun.elapsed().as_secs_f64());
    assert!(all.histories >= 1_000_000);
    for often in [all.in_side_tracks, all.extended, all.stood_still, all.provisional, all.sayings] {
        assert!(often > 50_000, "{all:?}");
    }
    for seldom in [all.extended_thrice, all.stand_still] {
        assert!(seldom > 1_000, "{all:?}");
    }
}

fn compare(law: &Law<'_>, days: &Days, seeds: impl Iterator<Item = u64>) -> Tally {
    let calendar = Calendar::parse(CALENDAR).unwrap();
    let names = Names {
        lanes: law.lanes.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect(),
        clocks: law.clocks.iter().enumerate().map(|(at, clock)| (clock.id.clone(), at)).collect(),
    };
    let mut bench = Bench { law, days, calendar: &calendar, matter: a_matter(), names };
    let mut tally = Tally::default();
    for seed in seeds {
        let deeds = chance::history(law, seed);
        match bench.differs(&deeds, seed) {
            Ok(found) => tally += found,
            Err(difference) => {
                let (deeds, difference) = bench.shrink(deeds, seed, difference);
                panic!("procedure {}, seed {seed}\n{}{difference}", law.procedure.id, story(law, &deeds));
            }
        }
    }
    tally
}

impl Bench<'_> {
    /// Compares one history; `Err` says what differs.
    fn differs(&mut self, deeds: &[Deed], seed: u64) -> Result<Tally, String> {
        let moments: Vec<Moment> = deeds.iter().map(|deed| moment(self.law, deed)).collect();
        let runs = clock::runs(self.law.procedure, self.calendar, &moments);
        let expected = plain::runs(self.law, deeds, self.days);
        let mut found: Vec<(Said, &Run<'_>)> = runs.iter().map(|run| (self.said(run), run)).collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        if found.len() != expected.len() || found.iter().zip(&expected).any(|((found, _), right)| found != right) {
            let here = |said: &Said| self.in_words(said);
            let found: BTreeSet<String> = found.iter().map(|(said, _)| here(said)).collect();
            let right: BTreeSet<String> = expected.iter().map(here).collect();
            let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
                one.difference(other).fold(String::new(), |all, line| all + "\n  " + line)
            };
            return Err(format!("the code:{}\nthe oracle:{}", only(&found, &right), only(&right, &found)));
        }
        for (said, run) in &found {
            self.sum_leads_to_the_day(said, run)?;
        }
        let mut tally = Tally { histories: 1, runs: runs.len() as u64, ..Tally::default() };
        for said in &expected {
            tally.in_side_tracks += u64::from(said.lane.is_some());
            tally.extended += u64::from(said.extended > 0);
            tally.extended_thrice += u64::from(said.extended > 2);
            tally.stood_still += u64::from(said.left_out > 0);
            tally.stand_still += u64::from(said.stands_still);
            tally.provisional += u64::from(said.provisional);
        }
        tally.sayings = u64::from(self.next_saying(&runs, &found, seed)?);
        Ok(tally)
    }

    fn said(&self, run: &Run<'_>) -> Said {
        let left_out = run.due.sum.iter().map(|line| match line {
            SumLine::Stopped { until: Some(_), days, .. } => i64::from(*days),
            _ => 0,
        });
        Said {
            event: run.event,
            clock: self.names.clocks[&run.clock.id],
            lane: run.track.as_ref().map(|track| self.names.lanes[track]),
            started: run.started.as_second(),
            stopped: run.stopped.map(Timestamp::as_second),
            due: number_of(run.due.day),
            provisional: run.due.provisional,
            stands_still: run.stands_still(),
            extended: run.extended.len(),
            left_out: left_out.sum(),
        }
    }

    /// The sum begins with the start, and its last line names the day.
    fn sum_leads_to_the_day(&self, said: &Said, run: &Run<'_>) -> Result<(), String> {
        let last = run.due.sum.iter().rev().find_map(|line| match line {
            SumLine::Limit { to, .. }
            | SumLine::Extended { to, .. }
            | SumLine::Stopped { to, .. }
            | SumLine::Rolled { to, .. } => Some(*to),
            _ => None,
        });
        let first =
            matches!(run.due.sum.first(), Some(SumLine::Start { day }) if number_of(*day) == day_of(said.started));
        let over = said.due + 1;
        let midnight = over * days::DAY - days::AHEAD;
        let past = |second| run.is_past(Timestamp::from_second(second).unwrap());
        let right = !past(midnight - 1) && past(midnight) != said.stands_still;
        if first && last == Some(run.due.day) && right {
            return Ok(());
        }
        Err(format!("the sum does not lead to the day: {}\n{:?}", self.in_words(said), run.due.sum))
    }

    /// With some runs warned and told before, as chance has it: what is said next, and when.
    fn next_saying(&mut self, runs: &[Run<'_>], said: &[(Said, &Run<'_>)], seed: u64) -> Result<bool, String> {
        let mut chance = Chance::new(!seed);
        self.matter.ended.clear();
        self.matter.warned.clear();
        let mut expected: Option<(i64, &str, u32)> = None;
        for (said, run) in said {
            let (told, warned) = (u32::try_from(chance.below(6)).unwrap().saturating_sub(2), chance.percent(50));
            let (track, clock, started) = (run.track.clone(), run.clock.id.clone(), run.started);
            // Two runs of one clock begun at one moment are one to whoever is told: it hears of the first.
            let known = |other: &Ended| other.track == track && other.clock == clock && other.started == started;
            if runs
                .iter()
                .filter(|other| other.started == started && other.clock.id == clock && other.track == track)
                .count()
                > 1
                || self.matter.ended.iter().any(known)
            {
                return Ok(false);
            }
            if warned {
                self.matter.warned.push((track.clone(), clock.clone(), started));
            }
            if told > 0 {
                self.matter.ended.push(Ended { track, clock, started, nth: told });
            }
            if let Some((at, nth)) = plain::next(self.law, said, told, warned, self.days) {
                let next = (at, run.clock.id.as_str(), nth);
                if expected.is_none_or(|first| (next.0, next.1) < (first.0, first.1)) {
                    expected = Some(next);
                }
            }
        }
        let found = clock::next_saying(runs, &self.matter, self.calendar).map(|(at, saying, run)| {
            let nth = match saying {
                Saying::Warning => 0,
                Saying::End(nth) => nth,
            };
            (at.as_second(), run.clock.id.as_str(), nth)
        });
        // Of two instances that speak at one moment either may be first.
        if found.map(|(at, clock, _)| (at, clock)) == expected.map(|(at, clock, _)| (at, clock)) {
            return Ok(found.is_some());
        }
        Err(format!("next said by the code: {found:?}, by the oracle: {expected:?}"))
    }

    /// Leaves out events while the difference stays.
    fn shrink(&mut self, mut deeds: Vec<Deed>, seed: u64, mut difference: String) -> (Vec<Deed>, String) {
        let mut at = 0;
        while at < deeds.len() {
            let mut fewer = deeds.clone();
            fewer.remove(at);
            match self.differs(&fewer, seed) {
                Err(said) if !fewer.is_empty() => {
                    (deeds, difference) = (fewer, said);
                    at = 0;
                }
                _ => at += 1,
            }
        }
        (deeds, difference)
    }

    fn in_words(&self, said: &Said) -> String {
        let clock = self.law.clocks[said.clock];
        let track = said.lane.map_or("main", |lane| &self.law.lanes[lane].0);
        let rungs: Vec<Limit> = clock.extend.iter().map(|rung| rung.most).collect();
        format!(
            "{} ({}; {rungs:?}) in {track} from event {}, {}: due {}{}{}; {} extensions, {} days left out{}",
            clock.id,
            clock.limit,
            said.event,
            words(day_of(said.started)),
            words(said.due),
            if said.provisional { "?" } else { "" },
            if said.stands_still { ", stands still" } else { "" },
            said.extended,
            said.left_out,
            said.stopped.map_or(String::new(), |at| format!(", stopped {}", words(day_of(at)))),
        )
    }
}

fn story(law: &Law<'_>, deeds: &[Deed]) -> String {
    let mut lines = String::new();
    for (at, deed) in deeds.iter().enumerate() {
        let lane = |lane: usize| &law.lanes[lane].0;
        let _ = write!(lines, "{}. {} {}", at + 1, words(day_of(deed.second)), law.names[deed.name].0);
        if let Some(done_in) = deed.lane {
            let _ = write!(lines, " in {}", lane(done_in));
        }
        let _ = write!(lines, " -> {}", law.steps[deed.step].id);
        for (moved, to) in &deed.moved {
            let _ = write!(lines, "; {} -> {}", lane(*moved), law.steps[*to].id);
        }
        for closed in &deed.closed {
            let _ = write!(lines, "; {} closed", lane(*closed));
        }
        if deed.extends > 0 {
            let _ = write!(lines, "; + {}", deed.extends);
        }
        if let Some(set) = deed.sets {
            let _ = write!(lines, "; sets {}", words(set));
        }
        lines.push('\n');
    }
    lines
}

fn moment(law: &Law<'_>, deed: &Deed) -> Moment {
    let lane = |lane: usize| law.lanes[lane].0.clone();
    Moment {
        at: Timestamp::from_second(deed.second).unwrap(),
        act: law.names[deed.name].0.clone(),
        step: law.steps[deed.step].id.clone(),
        extends_days: deed.extends,
        track: deed.lane.map(lane),
        tracks: deed.moved.iter().map(|(moved, to)| (lane(*moved), law.steps[*to].id.clone())).collect(),
        closed: deed.closed.iter().map(|closed| lane(*closed)).collect(),
        sets_day: deed.sets.map(date_of),
        received: None,
    }
}

fn words(day: i64) -> String {
    let (year, month, date) = civil_from_days(day);
    format!("{year}-{month:02}-{date:02}")
}

fn date_of(day: i64) -> Date {
    let (year, month, date) = civil_from_days(day);
    Date::new(year.try_into().unwrap(), month.try_into().unwrap(), date.try_into().unwrap()).unwrap()
}

fn number_of(date: Date) -> i64 {
    days_from_civil(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
}

/// A matter to be told about; its history is given by hand.
fn a_matter() -> Matter {
    let registered = MatterEvent {
        act: "register".to_owned(),
        step: "registered".to_owned(),
        track: None,
        tracks: BTreeMap::new(),
        closed: Vec::new(),
        found: BTreeMap::new(),
        made: None,
        fact: MatterFact::Registered {
            reference: String::new(),
            code_digest: String::new(),
            origin: None,
            procedure: String::new(),
            channel: Channel::Letter,
            people: 1,
            place: "c".into(),
            category: String::new(),
            received: None,
            anonymous: false,
            representatives: 0,
            accused: Vec::new(),
            accused_officers: Vec::new(),
            respondents: Vec::new(),
            home: "xf".into(),
            competent: None,
        },
    };
    Matter::begin(MatterId(String::new()), &registered, Timestamp::UNIX_EPOCH).unwrap()
}

/// Rehearsed outside a test too: the procedure made to be difficult is read without a fault.
#[test]
fn the_difficult_procedure_is_read() {
    let read: Result<Procedure, _> = parse(TOLD[0].0);
    assert!(read.is_ok(), "{:?}", read.err());
}
