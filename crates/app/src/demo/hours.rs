//! When people work and write: office hours on working days, and the odd hours at which the public files.

use casework::calendar::Calendar;
use casework::day;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::random::Random;

/// Office hours of the county.
#[derive(Clone, Copy)]
pub(super) struct Hours<'a> {
    pub(super) calendar: &'a Calendar,
}

impl Hours<'_> {
    /// The day, or the working day after it.
    pub(super) fn on_or_after(&self, day: Date) -> Date {
        self.calendar.roll_forward(day)
    }

    /// The day, or the working day before it.
    pub(super) fn on_or_before(&self, mut day: Date) -> Date {
        while !self.calendar.is_working(day) && day > Date::MIN {
            day = day::plus_days(day, -1);
        }
        day
    }

    /// A moment in office hours so many days after another, always later than it.
    pub(super) fn after(&self, before: DateTime, days: i32, random: &mut Random) -> DateTime {
        let on = self.on_or_after(day::plus_days(before.date(), days));
        let at = office_time(on, random);
        if at > before {
            return at;
        }
        let soon = later(before, random.between(20, 70));
        if soon.date() == on && soon.hour() < 17 && (soon.hour() > 8) {
            return soon;
        }
        self.after(before, days.max(0) + 1, random)
    }
}

/// A moment of a working day: mornings more than afternoons.
pub(super) fn office_time(on: Date, random: &mut Random) -> DateTime {
    let minute = if random.chance(55) {
        random.between(8 * 60 + 35, 11 * 60 + 50)
    } else {
        random.between(14 * 60, 17 * 60 + 15)
    };
    at_minute(on, minute, random.between(0, 59))
}

/// A moment at which somebody files from home: noon, evening, sometimes deep in the night.
pub(super) fn home_time(on: Date, random: &mut Random) -> DateTime {
    let (from, to) = *random.weigh(&[
        (25, (12 * 60, 14 * 60)),
        (45, (18 * 60 + 30, 22 * 60 + 50)),
        (10, (6 * 60, 8 * 60)),
        (8, (0, 60 + 40)),
        (12, (9 * 60, 17 * 60)),
    ]);
    at_minute(on, random.between(from, to), random.between(0, 59))
}

/// A minute of a day.
pub(super) fn at_minute(on: Date, minute: i64, second: i64) -> DateTime {
    let seconds = minute * 60 + second;
    on.to_datetime(jiff::civil::Time::midnight())
        .saturating_add(SignedDuration::from_secs(seconds.clamp(0, 86_399)))
}

/// So many minutes later.
pub(super) fn later(than: DateTime, minutes: i64) -> DateTime {
    than.saturating_add(SignedDuration::from_mins(minutes))
}

/// A moment on the clock of Shanghai.
pub(super) fn instant(at: DateTime) -> Timestamp {
    let seconds = at.duration_since(at.date().to_datetime(jiff::civil::Time::midnight()));
    day::start_of(at.date()).saturating_add(seconds).unwrap_or(Timestamp::MAX)
}

/// As a story writes it.
pub(super) fn written(at: DateTime) -> String {
    format!("{}+08:00", at.strftime("%Y-%m-%dT%H:%M:%S"))
}
