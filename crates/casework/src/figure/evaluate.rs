//! The value of every figure of a report, with the facts it rests on. Pure: the same facts give the same figures.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::definition::{Figure, Measure, Report, Select, Unless};
use crate::event::MatterId;
use crate::read::Fact;

/// From the first to the last day, both counted; what happened after `as_of` is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What happened after this day is left out.
    pub as_of: Date,
}

/// A number with its decimals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A count or sum.
    Whole(i64),
    /// A percentage in hundredths of a percent.
    Hundredths(i64),
    /// A measure with one decimal.
    Tenths(i64),
    /// There is nothing to divide by.
    Nothing,
}

impl std::fmt::Display for Value {
    /// As a person reads it: `287`, `70.99`, `11.2`, `—`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Whole(number) => write!(out, "{number}"),
            Value::Hundredths(number) => write!(out, "{}.{:02}", number / 100, number % 100),
            Value::Tenths(number) => write!(out, "{}.{}", number / 10, number % 10),
            Value::Nothing => out.write_str("—"),
        }
    }
}

/// A figure with its value and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated<'a> {
    /// Its definition.
    pub figure: &'a Figure,
    /// Its value.
    pub value: Value,
    /// What was counted: of a percentage, the numerator.
    pub numerator: Option<i64>,
    /// What it is measured against.
    pub denominator: Option<i64>,
    /// Indexes of the facts behind it.
    pub rows: Vec<usize>,
}

impl<'a> Evaluated<'a> {
    /// A number counted or summed, without its rows.
    pub(super) fn counted(figure: &'a Figure, number: i64) -> Evaluated<'a> {
        // Money is kept in fen and read in yuan.
        let money = figure.unit == "元" && matches!(figure.measure, Measure::Sum(_));
        let value = if money { Value::Hundredths(number) } else { Value::Whole(number) };
        Evaluated { figure, value, numerator: Some(number), denominator: None, rows: Vec::new() }
    }

    /// A percentage of two numbers, without its rows.
    pub(super) fn percent(figure: &'a Figure, of: Option<i64>, whole: Option<i64>) -> Evaluated<'a> {
        let (numerator, denominator) = (of.unwrap_or(0), whole.unwrap_or(0));
        let value = if denominator == 0 {
            Value::Nothing
        } else {
            Value::Hundredths(hundredths_half_up(numerator, denominator))
        };
        Evaluated { figure, value, numerator: Some(numerator), denominator: Some(denominator), rows: Vec::new() }
    }
}

/// Evaluates every figure, in order.
pub fn evaluate<'a>(report: &'a Report, facts: &[Fact], period: Period) -> Vec<Evaluated<'a>> {
    let end = period.to.min(period.as_of);
    let seen = Seen {
        facts,
        days: facts.iter().map(Fact::day).collect(),
        from: period.from,
        end,
        as_of: period.as_of,
        families: &report.report.families,
    };
    let mut done: Vec<Evaluated<'a>> = Vec::with_capacity(report.figures.len());
    for figure in &report.figures {
        let next = seen.figure(figure, &done);
        done.push(next);
    }
    done
}

struct Seen<'a> {
    facts: &'a [Fact],
    days: Vec<Date>,
    from: Date,
    end: Date,
    as_of: Date,
    families: &'a [String],
}

impl Seen<'_> {
    fn figure<'a>(&self, figure: &'a Figure, done: &[Evaluated<'a>]) -> Evaluated<'a> {
        match &figure.measure {
            Measure::Count(select) => counted(figure, self.select(select)),
            Measure::Sum(select) => {
                let rows = self.select(select);
                let sum = rows.iter().map(|row| self.facts[*row].amount).sum();
                Evaluated { rows, ..Evaluated::counted(figure, sum) }
            }
            Measure::Reached { cohort, fact } => self.reached(figure, find(done, cohort), fact),
            Measure::Minus { from, less } => self.minus(figure, find(done, from), find(done, less)),
            Measure::Percent { of, whole } => percent(figure, find(done, of), find(done, whole)),
            Measure::Overdue { limits, ends_with } => counted(figure, self.overdue(limits, ends_with)),
            Measure::Standing { since, until, label } => counted(figure, self.standing(since, until, label)),
            Measure::QuantileDays { of, percent } => self.quantile(figure, find(done, of), *percent),
        }
    }

    /// Rows of a kind that happened by a day.
    fn by(&self, kind: &str, last: Date) -> impl Iterator<Item = usize> {
        (0..self.facts.len()).filter(move |row| {
            let fact = &self.facts[*row];
            fact.kind == kind && self.days[*row] <= last && self.families.contains(&fact.family)
        })
    }

    fn select(&self, select: &Select) -> Vec<usize> {
        let left_out =
            select.unless.as_ref().map_or_else(BTreeSet::new, |unless| self.done_and_not_undone(unless));
        self.by(&select.fact, self.end)
            .filter(|row| {
                let fact = &self.facts[*row];
                self.days[*row] >= self.from
                    && select.fits(fact)
                    && fact.matter.as_ref().is_none_or(|matter| !left_out.contains(matter))
            })
            .collect()
    }

    fn done_and_not_undone(&self, unless: &Unless) -> BTreeSet<&MatterId> {
        let mut times: BTreeMap<&MatterId, i32> = BTreeMap::new();
        for (kind, step) in [(&unless.done, 1), (&unless.undone, -1)] {
            for matter in self.by(kind, self.end).filter_map(|row| self.facts[row].matter.as_ref()) {
                *times.entry(matter).or_default() += step;
            }
        }
        times.into_iter().filter(|(_, times)| *times > 0).map(|(matter, _)| matter).collect()
    }

    fn reached<'a>(&self, figure: &'a Figure, cohort: Option<&Evaluated<'a>>, kind: &str) -> Evaluated<'a> {
        let cohort = cohort.map_or(&[][..], |cohort| &cohort.rows);
        let there: BTreeSet<&MatterId> =
            self.by(kind, self.end).filter_map(|row| self.facts[row].matter.as_ref()).collect();
        let fits = |row: &usize| self.facts[*row].matter.as_ref().is_some_and(|id| there.contains(id));
        counted(figure, cohort.iter().copied().filter(fits).collect())
    }

    fn minus<'a>(
        &self,
        figure: &'a Figure,
        from: Option<&Evaluated<'a>>,
        less: Option<&Evaluated<'a>>,
    ) -> Evaluated<'a> {
        let none = Vec::new();
        let taken: BTreeSet<usize> = less.map_or(&none, |less| &less.rows).iter().copied().collect();
        let rows = from.map_or(&none, |from| &from.rows).iter().copied().filter(|row| !taken.contains(row));
        counted(figure, rows.collect())
    }

    /// Of each matter (or side track of one), the row of the limit that governed it last by the end; kept where that
    /// day is past.
    fn overdue(&self, limits: &[String], ends_with: &[String]) -> Vec<usize> {
        let mut last: BTreeMap<Thread<'_>, usize> = BTreeMap::new();
        for row in self.by("limit", self.end) {
            let fact = &self.facts[row];
            if let Some(thread) = thread(fact).filter(|_| limits.contains(&fact.label)) {
                let newer = last.get(&thread).is_none_or(|before| self.facts[*before].at <= fact.at);
                if newer {
                    last.insert(thread, row);
                }
            }
        }
        // What ended before the limit was set ended another one: a promise reported kept, contested, to be mended.
        for row in ends_with.iter().flat_map(|kind| self.by(kind, self.end)) {
            let fact = &self.facts[row];
            if let Some(thread) = thread(fact)
                && last.get(&thread).is_some_and(|limit| thread.1.is_empty() || self.facts[*limit].at < fact.at)
            {
                last.remove(&thread);
            }
        }
        let past = |row: &usize| self.facts[*row].due.is_some_and(|due| due < self.end);
        last.into_values().filter(past).collect()
    }

    fn standing(&self, since: &str, until: &str, label: &[String]) -> Vec<usize> {
        let fits = |row: &usize| label.is_empty() || label.contains(&self.facts[*row].label);
        let mut open: BTreeMap<Thread<'_>, Vec<usize>> = BTreeMap::new();
        for row in self.by(since, self.end).filter(fits) {
            if let Some(thread) = thread(&self.facts[row]) {
                open.entry(thread).or_default().push(row);
            }
        }
        for row in self.by(until, self.end).filter(fits) {
            if let Some(rows) = thread(&self.facts[row]).and_then(|thread| open.get_mut(&thread)) {
                rows.pop();
            }
        }
        open.into_values().flatten().collect()
    }

    fn quantile<'a>(&self, figure: &'a Figure, of: Option<&Evaluated<'a>>, percent: u8) -> Evaluated<'a> {
        let rows = of.map_or_else(Vec::new, |of| of.rows.clone());
        let mut seconds: Vec<i64> = rows.iter().map(|row| self.facts[*row].amount).collect();
        seconds.sort_unstable();
        let denominator = i64::try_from(seconds.len()).ok();
        let value = quantile_tenths_of_days(&seconds, percent).map_or(Value::Nothing, Value::Tenths);
        debug_assert!(self.as_of >= self.end, "the period ends no later than it is looked at");
        Evaluated { figure, value, numerator: None, denominator, rows }
    }
}

/// What opens and closes: a matter, or one side track of it.
type Thread<'a> = (&'a MatterId, &'a str);

fn thread(fact: &Fact) -> Option<Thread<'_>> {
    Some((fact.matter.as_ref()?, &fact.about))
}

fn find<'r, 'a>(done: &'r [Evaluated<'a>], id: &str) -> Option<&'r Evaluated<'a>> {
    done.iter().find(|earlier| earlier.figure.id == id)
}

fn counted(figure: &Figure, rows: Vec<usize>) -> Evaluated<'_> {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Evaluated { rows, ..Evaluated::counted(figure, count) }
}

fn percent<'a>(figure: &'a Figure, of: Option<&Evaluated<'a>>, whole: Option<&Evaluated<'a>>) -> Evaluated<'a> {
    let number = |part: Option<&Evaluated<'a>>| part.and_then(|part| part.numerator);
    let rows = of.map_or_else(Vec::new, |of| of.rows.clone());
    Evaluated { rows, ..Evaluated::percent(figure, number(of), number(whole)) }
}

/// A percentage in hundredths, rounded half up, in whole numbers only.
fn hundredths_half_up(numerator: i64, denominator: i64) -> i64 {
    (numerator * 20_000 + denominator) / (2 * denominator)
}

/// A quantile of sorted seconds, linear interpolation, in tenths of days of 24 hours, rounded half up.
fn quantile_tenths_of_days(sorted: &[i64], percent: u8) -> Option<i64> {
    const SECONDS_PER_TENTH: i64 = 8_640;
    let last = i64::try_from(sorted.len()).ok()? - 1;
    if last < 0 {
        return None;
    }
    // Position in hundredths of an index, so that interpolation stays in whole numbers.
    let position = last * i64::from(percent.min(100));
    let low = usize::try_from(position / 100).ok()?;
    let part = position % 100;
    let here = *sorted.get(low)?;
    let next = sorted.get(low + 1).copied().unwrap_or(here);
    let hundredths = here * 100 + (next - here) * part;
    Some((2 * hundredths + 100 * SECONDS_PER_TENTH).div_euclid(200 * SECONDS_PER_TENTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_half_up_to_two_decimals() {
        assert_eq!(hundredths_half_up(115, 162), 7099);
        assert_eq!(hundredths_half_up(1, 8), 1250);
        assert_eq!(hundredths_half_up(1, 2000), 5);
        assert_eq!(hundredths_half_up(1, 3), 3333);
        assert_eq!(hundredths_half_up(2, 3), 6667);
    }

    #[test]
    fn quantiles_interpolate() {
        let day = 86_400;
        assert_eq!(quantile_tenths_of_days(&[], 50), None);
        assert_eq!(quantile_tenths_of_days(&[day], 90), Some(10));
        assert_eq!(quantile_tenths_of_days(&[0, day], 50), Some(5));
        assert_eq!(quantile_tenths_of_days(&[0, day, 2 * day, 10 * day], 75), Some(40));
    }

    #[test]
    fn shipped_definitions_read() {
        for text in [
            include_str!("../../../../figures/work-summary.toml"),
            include_str!("../../../../figures/reply-delay.toml"),
            include_str!("../../../../figures/duties.toml"),
        ] {
            let report = Report::parse(text).unwrap();
            assert!(!report.figures.is_empty());
        }
    }

    #[test]
    fn a_figure_made_of_an_unknown_one_is_refused() {
        let text = "[report]\nid='x'\nname='x'\nfamilies=[]\n[[figure]]\nid='a'\nname='a'\nunit=''\ndefinition=''\nminus={from='b',less='c'}\n";
        assert!(matches!(Report::parse(text), Err(super::super::DefinitionError::Unknown { .. })));
    }
}
