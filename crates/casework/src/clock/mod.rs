//! Due dates, derived from events, procedure and calendar, each with the sum that leads to it. Nothing here is stored.

mod derive;
mod people;
mod sum;

use jiff::Timestamp;
use jiff::civil::Date;

pub use derive::runs;
pub use people::{runs_as, runs_for, window_of};
pub use sum::{Course, Due, Pause, SumLine, due};

use crate::calendar::Calendar;
use crate::day;
use crate::matter::Matter;
use crate::procedure::{Clock, ClockKind, Counting, Limit, Procedure};

/// One run of a clock in a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<'a> {
    /// The clock.
    pub clock: &'a Clock,
    /// The side track it runs in; none is the main one.
    pub track: Option<String>,
    /// The event that started it, from 1.
    pub event: usize,
    /// When it started.
    pub started: Timestamp,
    /// The day of receipt, where it counts from that and not from the day it started.
    pub received: Option<Date>,
    /// When it stopped, because its track left the steps that list it.
    pub stopped: Option<Timestamp>,
    /// The event that stopped it, from 1.
    pub stopped_by: Option<usize>,
    /// Its step is past, but of several people some are still to get what it asks for.
    pub owed: bool,
    /// It does not end before all who are to be served were served.
    pub waits: bool,
    /// The day set, for a clock that runs to one.
    pub set: Option<Date>,
    /// What was added so far, in order.
    pub extended: Vec<Limit>,
    /// When it stood still, in order.
    pub pauses: Vec<Pause<'a>>,
    /// When it ends.
    pub due: Due,
}

/// What a clock has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// Most of the time is gone.
    Warning,
    /// It ended; told for the so-manieth time, from 1.
    End(u32),
}

impl Run<'_> {
    /// Whether it runs still (or stands still).
    pub fn is_running(&self) -> bool {
        self.stopped.is_none()
    }

    /// The first day, which is not counted.
    pub fn first_day(&self) -> Date {
        self.received.unwrap_or_else(|| day::day_of(self.started))
    }

    /// What it has gone through, with the first so many extensions.
    fn course(&self, extensions: usize) -> Course<'_, '_> {
        Course {
            start: self.first_day(),
            received: self.received.is_some(),
            set: self.set,
            extended: self.extended.get(..extensions).unwrap_or(&self.extended),
            pauses: &self.pauses,
        }
    }

    /// Whether it stands still now. What began to stand still after the time had been counted in full stopped nothing:
    /// the sum does not name it, and the clock is over and told again like any other.
    pub fn stands_still(&self) -> bool {
        let stopped = |line: &SumLine| matches!(line, SumLine::Stopped { until: None, .. });
        self.is_running() && self.due.sum.iter().any(stopped)
    }

    /// Of several runs of one clock, the one that an act done in a track means: its own, else the main one's, else the
    /// oldest.
    pub fn meant<'r>(runs: impl Iterator<Item = &'r Self>, track: Option<&str>) -> Option<&'r Self>
    where
        Self: 'r,
    {
        runs.min_by(|one, other| one.rank(track).cmp(&other.rank(track)))
    }

    fn rank(&self, track: Option<&str>) -> (bool, bool, usize, Option<&str>) {
        let own = self.track.as_deref();
        (own != track, own.is_some(), self.event, own)
    }

    /// Whether a moment is after the last day. A clock that stood still while it was not over is not.
    pub fn is_past(&self, at: Timestamp) -> bool {
        !self.stands_still() && at >= day::end_of(self.due.day)
    }

    /// Days left on a day: 0 on the last day, negative when late.
    pub fn days_left(&self, today: Date) -> i32 {
        day::days_between(today, self.due.day)
    }

    /// Calendar days added so far; months are not among them.
    pub fn extended_days(&self) -> u16 {
        self.extended.iter().filter_map(|by| by.days()).sum()
    }

    /// The last day as it was before the last extension.
    pub fn before_last_extension(&self, counting: &Counting, calendar: &Calendar) -> Date {
        due(self.clock, counting, self.course(self.extended.len().saturating_sub(1)), calendar).day
    }

    /// The moment the `nth` telling of its end falls due; `None` where the end is told no more.
    pub fn end_moment(&self, nth: u32, calendar: &Calendar) -> Option<Timestamp> {
        if nth == 0 {
            return None;
        }
        if nth == 1 {
            return Some(day::end_of(self.due.day));
        }
        let again = self.clock.again?;
        let mut last = self.due.day;
        for _ in 1..nth {
            last = sum::after(last, again, calendar);
        }
        Some(day::end_of(last))
    }

    /// The moment whoever must act is reminded; `None` where nobody is.
    pub fn warning_moment(&self) -> Option<Timestamp> {
        let percent = i32::from(self.clock.warn?);
        let start = self.first_day();
        let days = day::days_between(start, self.due.day);
        let day = day::plus_days(start, days * percent / 100);
        (day < self.due.day).then(|| day::end_of(day))
    }
}

/// The runs of a matter's clocks.
pub fn runs_of<'a>(procedure: &'a Procedure, calendar: &Calendar, matter: &Matter) -> Vec<Run<'a>> {
    people::held(procedure, calendar, matter)
}

/// The run that governs a matter now: of the running duties of the main track (or else its windows), the one that
/// ends first.
pub fn governing<'r, 'a>(runs: &'r [Run<'a>]) -> Option<&'r Run<'a>> {
    governing_in(runs, None)
}

/// The run that governs one track of a matter; none is the main one.
pub fn governing_in<'r, 'a>(runs: &'r [Run<'a>], track: Option<&str>) -> Option<&'r Run<'a>> {
    // What stands still binds nobody today: it governs only where nothing else runs.
    let running = |kind| {
        runs.iter()
            .filter(move |run| run.track.as_deref() == track && run.is_running() && run.clock.kind == kind)
            .min_by_key(|run| (run.stands_still(), run.due.day))
    };
    running(ClockKind::Due).or_else(|| running(ClockKind::Window))
}

/// The next moment at which a clock of the matter has something to say, and what it will say.
pub fn next_saying<'r, 'a>(
    runs: &'r [Run<'a>],
    matter: &Matter,
    calendar: &Calendar,
) -> Option<(Timestamp, Saying, &'r Run<'a>)> {
    runs.iter()
        .filter(|run| run.is_running() && !run.stands_still() && !run.waits && run.clock.kind != ClockKind::Floor)
        .filter_map(|run| {
            let mine = |track: &Option<String>, clock: &str, started: Timestamp| {
                *track == run.track && *clock == *run.clock.id && started == run.started
            };
            let told = matter
                .ended
                .iter()
                .find(|ended| mine(&ended.track, &ended.clock, ended.started))
                .map_or(0, |ended| ended.nth);
            let warned = matter.warned.iter().any(|(track, clock, started)| mine(track, clock, *started));
            if let Some(at) = run.warning_moment().filter(|_| told == 0 && !warned) {
                return Some((at, Saying::Warning, run));
            }
            run.end_moment(told + 1, calendar).map(|at| (at, Saying::End(told + 1), run))
        })
        .min_by_key(|(at, _, run)| (*at, run.clock.id.as_str()))
}
