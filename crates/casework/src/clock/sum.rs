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
    /// The day a letter came, from which the clock counts; it is not counted.
    Received {
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
    /// What the line reckons, in a word.
    pub fn label(&self) -> &'static str {
        match self {
            SumLine::Start { .. } | SumLine::Received { .. } => "开始",
            SumLine::Limit { .. } => "期限",
            SumLine::LeftOut { .. } => "不算",
            SumLine::Extended { .. } => "延长",
            SumLine::Stopped { .. } => "停算",
            SumLine::Rolled { .. } => "往后推",
            SumLine::Provisional => "暂定",
        }
    }

    /// As a person reads it.
    pub fn in_words(&self) -> String {
        match self {
            SumLine::Start { day } => format!("从{}算起，当天不算", day::in_words(*day)),
            SumLine::Received { day } => format!("从收到那天（{}）算起，当天不算", day::in_words(*day)),
            SumLine::Limit { limit: Limit::Set, to } => format!("定下的最后一天是{}", day::in_words(*to)),
            SumLine::Limit { limit, to } => format!("加{limit}，到{}", day::in_words(*to)),
            SumLine::LeftOut { days } => format!("中间的{days}个休息日不算"),
            SumLine::Extended { by, to } => {
                format!("经批准延长{by}，到{}", day::in_words(*to))
            }
            SumLine::Stopped { from, until: Some(until), days, why, to } => format!(
                "{why}：{}的第二天起，到{}为止，这{days}天不算，到{}",
                day::in_words(*from),
                day::in_words(*until),
                day::in_words(*to)
            ),
            SumLine::Stopped { from, until: None, why, .. } => {
                format!("{why}：从{}起停下来不算，恢复以后接着算", day::in_words(*from))
            }
            SumLine::Rolled { from, to, why } => {
                format!("{}是休息日（{why}），往后推到{}", day::in_words(*from), day::in_words(*to))
            }
            SumLine::Provisional => "那一年的放假安排还没有公布，暂时按周末和固定节日计算".to_owned(),
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
    /// That day is the day of receipt, not that of the act.
    pub received: bool,
    /// The day set, for a clock that runs to one.
    pub set: Option<Date>,
    /// What was added.
    pub extended: &'r [Limit],
    /// When it stood still, in order.
    pub pauses: &'r [Pause<'a>],
}

/// The last day of a clock, with its sum.
///
/// Limit and extensions make one total, months first, then days; days on which the clock stood still are not counted;
/// one roll at the very end. What begins to stand still on the last day or later (before any roll) moves nothing: the
/// time had been counted in full. Every line leads to the last day as it is with what was said so far.
pub fn due(clock: &Clock, counting: &Counting, course: Course<'_, '_>, calendar: &Calendar) -> Due {
    let Course { start, received, set, extended, pauses } = course;
    let count = Count { start, set, limit: clock.limit, month_by_month: clock.stands, calendar };
    let mut sum = Vec::with_capacity(3 + extended.len() + pauses.len());
    sum.push(if received { SumLine::Received { day: start } } else { SumLine::Start { day: start } });
    let mut last = count.last(&[], &[]);
    sum.push(SumLine::Limit { limit: clock.limit, to: last });
    if let Limit::WorkingDays(count) = clock.limit {
        let left_out = day::days_between(start, last) - i32::from(count);
        if left_out > 0 {
            sum.push(SumLine::LeftOut { days: left_out });
        }
    }
    for (nth, by) in extended.iter().enumerate() {
        last = count.last(extended.get(..=nth).unwrap_or_default(), &[]);
        sum.push(SumLine::Extended { by: *by, to: last });
    }
    let mut stood: Vec<Stood> = Vec::new();
    for pause in pauses {
        // Days before the start or already left out do not count twice.
        let from = pause.from.max(stood.last().map_or(start, |stood| stood.until));
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
        stood.push(Stood { from, until });
        last = count.last(extended, &stood);
        let (days, why) = (day::days_between(from, until), pause.why.to_owned());
        sum.push(SumLine::Stopped { from, until: Some(until), days, why, to: last });
    }
    let rolls = counting.roll_forward && !clock.stands && !matches!(clock.limit, Limit::AtOnce | Limit::Set);
    if rolls && !calendar.is_working(last) {
        let rolled = calendar.roll_forward(last);
        let why = calendar.why_rest(last).to_owned();
        sum.push(SumLine::Rolled { from: last, to: rolled, why });
        last = rolled;
    }
    // A date that no rest day can move is certain however far it lies.
    let asks =
        rolls || std::iter::once(&clock.limit).chain(extended).any(|part| matches!(part, Limit::WorkingDays(_)));
    let provisional = asks && !calendar.knows(last);
    if provisional {
        sum.push(SumLine::Provisional);
    }
    Due { day: last, provisional, sum }
}

/// A time that is left out of the count: the days after `from`, up to and with `until`.
#[derive(Debug, Clone, Copy)]
struct Stood {
    from: Date,
    until: Date,
}

/// How the days of one run are counted.
#[derive(Debug, Clone, Copy)]
struct Count<'c> {
    start: Date,
    set: Option<Date>,
    limit: Limit,
    /// Months of limit and extensions one by one, which is never later than all at once: for custody.
    month_by_month: bool,
    calendar: &'c Calendar,
}

impl Count<'_> {
    /// The day the limit leads to with these extensions and these times left out.
    fn last(&self, extended: &[Limit], stood: &[Stood]) -> Date {
        let parts = || std::iter::once(&self.limit).chain(extended);
        let mut last = match self.limit {
            Limit::Set => pushed(self.start, self.set.unwrap_or(self.start), stood),
            _ => self.start,
        };
        let months =
            parts().filter_map(|part| if let Limit::Months(months) = part { Some(*months) } else { None });
        let by_month = if self.month_by_month {
            months.fold(last, plus_months)
        } else {
            plus_months(last, months.fold(0, u16::saturating_add))
        };
        last = pushed(last, by_month, stood);
        for part in parts() {
            last = match *part {
                Limit::Days(days) => pushed(last, day::plus_days(last, i32::from(days)), stood),
                Limit::WorkingDays(days) => self.working(last, days, stood),
                Limit::Months(_) | Limit::AtOnce | Limit::Set => last,
            };
        }
        last
    }

    /// The working days that were left when the clock stopped are left when it goes on.
    fn working(&self, begin: Date, days: u16, stood: &[Stood]) -> Date {
        let mut last = self.calendar.plus_working_days(begin, days);
        for Stood { from, until } in stood.iter().filter(|stood| stood.until > begin) {
            let from = (*from).max(begin);
            if from < last {
                let left = self.calendar.working_days_between(from, last);
                last = self.calendar.plus_working_days(*until, u16::try_from(left).unwrap_or(u16::MAX));
            }
        }
        last
    }
}

/// The end of a stretch of calendar days, later by the days left out within it.
fn pushed(begin: Date, mut end: Date, stood: &[Stood]) -> Date {
    for Stood { from, until } in stood.iter().filter(|stood| stood.until > begin) {
        let from = (*from).max(begin);
        if from < end {
            end = day::plus_days(end, day::days_between(from, *until));
        }
    }
    end
}

/// The same day some months later, or that month's last.
fn plus_months(day: Date, months: u16) -> Date {
    if months == 0 { day } else { day.saturating_add(i32::from(months).months()) }
}

/// The day a length of time leads to, the first day not counted.
pub(super) fn after(start: Date, limit: Limit, calendar: &Calendar) -> Date {
    Count { start, set: None, limit, month_by_month: true, calendar }.last(&[], &[])
}
