//! The last day of a clock and the sum behind it, line by line, as a person can check it with a calendar in hand.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::day;
use crate::procedure::{Clock, Counting, Limit};

/// One line of the sum behind a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SumLine {
    /// The day that started the clock; it is not counted.
    Start {
        /// The day.
        day: Date,
    },
    /// The limit, and the day it leads to.
    Limit {
        /// As in the law.
        limit: Limit,
        /// Where it leads.
        to: Date,
    },
    /// Rest days left out while counting working days.
    LeftOut {
        /// How many.
        days: i32,
    },
    /// An extension, and the day it leads to.
    Extended {
        /// What was added.
        by: Limit,
        /// Where it leads.
        to: Date,
    },
    /// The clock stood still.
    Stopped {
        /// The day it stopped; still counted.
        from: Date,
        /// The day it went on, not counted; none while it stands still.
        until: Option<Date>,
        /// Days not counted.
        days: i32,
        /// Why, e.g. 复核听证.
        why: String,
        /// Where it leads.
        to: Date,
    },
    /// The last day was a rest day.
    Rolled {
        /// The rest day.
        from: Date,
        /// The next working day.
        to: Date,
        /// Why `from` is a rest day.
        why: String,
    },
    /// The holiday table for that year is not published yet.
    Provisional,
}

impl SumLine {
    /// As a person reads it.
    pub fn in_words(&self) -> String {
        match self {
            SumLine::Start { day } => format!("自{}起算，当日不计入", day::in_words(*day)),
            SumLine::Limit { limit: Limit::Set, to } => format!("所定的最后一日是{}", day::in_words(*to)),
            SumLine::Limit { limit, to } => format!("加{limit}，至{}", day::in_words(*to)),
            SumLine::LeftOut { days } => format!("其间{days}个休息日不计入"),
            SumLine::Extended { by, to } => {
                format!("经批准延长{by}，至{}", day::in_words(*to))
            }
            SumLine::Stopped { from, until: Some(until), days, why, to } => format!(
                "{why}：{}次日起至{}止的{days}日不计入，至{}",
                day::in_words(*from),
                day::in_words(*until),
                day::in_words(*to)
            ),
            SumLine::Stopped { from, until: None, why, .. } => {
                format!("{why}：自{}起停止计算，恢复后接着算", day::in_words(*from))
            }
            SumLine::Rolled { from, to, why } => {
                format!("{}是休息日（{why}），顺延至{}", day::in_words(*from), day::in_words(*to))
            }
            SumLine::Provisional => "该年放假安排尚未公布，暂按周末和固定节假日计算".to_owned(),
        }
    }
}

/// A date with the sum that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The last day, inclusive.
    pub day: Date,
    /// The holiday table does not reach this far yet.
    pub provisional: bool,
    /// How the day was found.
    pub sum: Vec<SumLine>,
}

/// A time in which a clock stood still: days after `from`, up to and with `until`, are not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause<'a> {
    /// The day it stopped.
    pub from: Date,
    /// The day it went on; none while it stands still.
    pub until: Option<Date>,
    /// The name of the step that stopped it.
    pub why: &'a str,
}

/// What a run of a clock has gone through.
#[derive(Debug, Clone, Copy)]
pub struct Course<'r, 'a> {
    /// The day it started, not counted.
    pub start: Date,
    /// The day set, for a clock that runs to one.
    pub set: Option<Date>,
    /// What was added.
    pub extended: &'r [Limit],
    /// When it stood still, in order.
    pub pauses: &'r [Pause<'a>],
}

/// The last day of a clock, with its sum.
///
/// Limit, then extensions, then the days it stood still; one roll at the very end. Working days are counted one by
/// one, leaving out rest days and days on which the clock stood still.
pub fn due(clock: &Clock, counting: &Counting, course: Course<'_, '_>, calendar: &Calendar) -> Due {
    let Course { start, set, extended, pauses } = course;
    let mut sum = Vec::with_capacity(3 + extended.len() + pauses.len());
    sum.push(SumLine::Start { day: start });
    let mut last = match clock.limit {
        Limit::Set => set.unwrap_or(start),
        limit => after(start, limit, calendar),
    };
    sum.push(SumLine::Limit { limit: clock.limit, to: last });
    if let Limit::WorkingDays(count) = clock.limit {
        let left_out = day::days_between(start, last) - i32::from(count);
        if left_out > 0 {
            sum.push(SumLine::LeftOut { days: left_out });
        }
    }
    for by in extended {
        last = after(last, *by, calendar);
        sum.push(SumLine::Extended { by: *by, to: last });
    }
    let working = matches!(clock.limit, Limit::WorkingDays(_));
    let mut stood_until = start;
    for pause in pauses {
        // Days before the start or already left out do not count twice; what begins after the last day moves nothing.
        let from = pause.from.max(stood_until);
        if from >= last {
            continue;
        }
        let Some(until) = pause.until else {
            sum.push(SumLine::Stopped { from, until: None, days: 0, why: pause.why.to_owned(), to: last });
            continue;
        };
        if until <= from {
            continue;
        }
        stood_until = until;
        let days = day::days_between(from, until);
        last = if working {
            // The working days that were left when it stopped are left when it goes on.
            let left = calendar.working_days_between(from, last);
            calendar.plus_working_days(until, u16::try_from(left).unwrap_or(u16::MAX))
        } else {
            day::plus_days(last, days)
        };
        let why = pause.why.to_owned();
        sum.push(SumLine::Stopped { from, until: Some(until), days, why, to: last });
    }
    let rolls = counting.roll_forward && !clock.stands && !matches!(clock.limit, Limit::AtOnce | Limit::Set);
    if rolls && !calendar.is_working(last) {
        let rolled = calendar.roll_forward(last);
        let why = calendar.why_rest(last).to_owned();
        sum.push(SumLine::Rolled { from: last, to: rolled, why });
        last = rolled;
    }
    let provisional = !calendar.knows(last);
    if provisional {
        sum.push(SumLine::Provisional);
    }
    Due { day: last, provisional, sum }
}

/// The day a length of time leads to, the first day not counted.
pub(super) fn after(start: Date, limit: Limit, calendar: &Calendar) -> Date {
    match limit {
        Limit::AtOnce | Limit::Set => start,
        Limit::Days(days) => day::plus_days(start, i32::from(days)),
        Limit::WorkingDays(days) => calendar.plus_working_days(start, days),
        Limit::Months(months) => start.saturating_add(i32::from(months).months()),
    }
}
