//! Due dates, derived from events, procedure and calendar, each with the sum that leads to it. Nothing here is stored.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::calendar::Calendar;
use crate::day;
use crate::matter::{Matter, Moment};
use crate::procedure::{Clock, ClockKind, Counting, Limit, Procedure};

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
        /// Calendar days added.
        days: u16,
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
            SumLine::Limit { limit, to } => format!("加{limit}，至{}", day::in_words(*to)),
            SumLine::LeftOut { days } => format!("其间{days}个休息日不计入"),
            SumLine::Extended { days, to } => {
                format!("经批准延长{days}日，至{}", day::in_words(*to))
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

/// One run of a clock in a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<'a> {
    /// The clock.
    pub clock: &'a Clock,
    /// When it started.
    pub started: Timestamp,
    /// When it stopped, because the matter left the steps that list it.
    pub stopped: Option<Timestamp>,
    /// Days added so far.
    pub extended_days: u16,
    /// When it ends.
    pub due: Due,
}

impl Run<'_> {
    /// Whether it runs still.
    pub fn is_running(&self) -> bool {
        self.stopped.is_none()
    }

    /// Whether a moment is after the last day.
    pub fn is_past(&self, at: Timestamp) -> bool {
        at >= day::end_of(self.due.day)
    }

    /// Days left on a day: 0 on the last day, negative when late.
    pub fn days_left(&self, today: Date) -> i32 {
        day::days_between(today, self.due.day)
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
            last = after(last, again, calendar);
        }
        Some(day::end_of(last))
    }
}

/// Every run of every clock of a matter, oldest first.
///
/// A clock starts at the acts (or verbs) in `from`, or, with none, on entering the first step that lists it; it runs
/// while the matter lies in steps that list it; a further start begins a new run and drops what was before.
pub fn runs<'a>(procedure: &'a Procedure, calendar: &Calendar, history: &[Moment]) -> Vec<Run<'a>> {
    let mut all: Vec<Run<'a>> = Vec::new();
    for clock in procedure.clocks.values() {
        let mut current: Option<Run<'a>> = None;
        let mut before = procedure.begins.as_str();
        for moment in history {
            let listed = lists(procedure, &moment.step, clock);
            let entered = !lists(procedure, before, clock) && listed;
            let starts = if clock.from.is_empty() {
                entered
            } else {
                clock.from.iter().any(|from| *from == moment.act || is_verb(procedure, before, moment, from))
            };
            if starts && listed {
                stop(&mut all, current.take(), moment.at);
                current = Some(begin(clock, &procedure.counting, moment.at, calendar));
            } else if !listed {
                stop(&mut all, current.take(), moment.at);
            } else if let Some(run) = current.as_mut() {
                let extends = procedure
                    .acts_in(before)
                    .find(|act| act.id == moment.act)
                    .is_some_and(|act| act.extends.as_deref() == Some(&clock.id));
                if extends && moment.extends_days > 0 {
                    run.extended_days += moment.extends_days;
                    let start = day::day_of(run.started);
                    run.due = due(clock, &procedure.counting, start, run.extended_days, calendar);
                }
            }
            before = &moment.step;
        }
        all.extend(current);
    }
    all.sort_by_key(|run| run.started);
    all
}

/// The runs of a matter's clocks.
pub fn runs_of<'a>(procedure: &'a Procedure, calendar: &Calendar, matter: &Matter) -> Vec<Run<'a>> {
    runs(procedure, calendar, &matter.history)
}

/// The run that governs a matter now: of the running duties (or else windows), the one that ends first.
pub fn governing<'r, 'a>(runs: &'r [Run<'a>]) -> Option<&'r Run<'a>> {
    let running = |kind| {
        runs.iter().filter(move |run| run.is_running() && run.clock.kind == kind).min_by_key(|run| run.due.day)
    };
    running(ClockKind::Due).or_else(|| running(ClockKind::Window))
}

/// The next moment at which a clock of the matter has something to say, and what it will say.
pub fn next_end<'r, 'a>(
    runs: &'r [Run<'a>],
    matter: &Matter,
    calendar: &Calendar,
) -> Option<(Timestamp, u32, &'r Run<'a>)> {
    runs.iter()
        .filter(|run| run.is_running())
        .filter_map(|run| {
            let told = matter
                .ended
                .iter()
                .find(|ended| ended.clock == run.clock.id && ended.started == run.started)
                .map_or(0, |ended| ended.nth);
            run.end_moment(told + 1, calendar).map(|at| (at, told + 1, run))
        })
        .min_by_key(|(at, _, run)| (*at, run.clock.id.as_str()))
}

/// The last day of a clock that started on `start`, with its sum. Months first, then days; one roll at the very end.
pub fn due(clock: &Clock, counting: &Counting, start: Date, extended_days: u16, calendar: &Calendar) -> Due {
    let mut sum = vec![SumLine::Start { day: start }];
    let mut last = after(start, clock.limit, calendar);
    sum.push(SumLine::Limit { limit: clock.limit, to: last });
    if let Limit::WorkingDays(count) = clock.limit {
        let left_out = day::days_between(start, last) - i32::from(count);
        if left_out > 0 {
            sum.push(SumLine::LeftOut { days: left_out });
        }
    }
    if extended_days > 0 {
        last = day::plus_days(last, i32::from(extended_days));
        sum.push(SumLine::Extended { days: extended_days, to: last });
    }
    if counting.roll_forward && clock.limit != Limit::AtOnce && !calendar.is_working(last) {
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

fn after(start: Date, limit: Limit, calendar: &Calendar) -> Date {
    match limit {
        Limit::AtOnce => start,
        Limit::Days(days) => day::plus_days(start, i32::from(days)),
        Limit::WorkingDays(days) => calendar.plus_working_days(start, days),
        Limit::Months(months) => start.saturating_add(i32::from(months).months()),
    }
}

fn begin<'a>(clock: &'a Clock, counting: &Counting, at: Timestamp, calendar: &Calendar) -> Run<'a> {
    let due = due(clock, counting, day::day_of(at), 0, calendar);
    Run { clock, started: at, stopped: None, extended_days: 0, due }
}

fn stop<'a>(all: &mut Vec<Run<'a>>, run: Option<Run<'a>>, at: Timestamp) {
    if let Some(mut run) = run {
        run.stopped = Some(at);
        all.push(run);
    }
}

fn lists(procedure: &Procedure, step: &str, clock: &Clock) -> bool {
    procedure.steps.get(step).is_some_and(|step| step.clocks.contains(&clock.id))
}

/// Whether the act done at this moment is one of the verb named by `word`.
fn is_verb(procedure: &Procedure, before: &str, moment: &Moment, word: &str) -> bool {
    procedure.acts_in(before).any(|act| act.id == moment.act && act.verb.word() == word)
}
