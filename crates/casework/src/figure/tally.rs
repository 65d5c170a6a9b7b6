//! What one matter or session adds to every figure, day by day: counters of these answer for any period.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::correct::is_correction;
use super::definition::{Figure, Measure, Report, Select};
use super::evaluate::{Evaluated, Period, evaluate};
use crate::day;
use crate::read::Fact;

/// What something adds to a figure, from the day on which it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    /// Which figure of the report, from 0.
    pub figure: usize,
    /// The day it counts on, which must lie in the period. None: it counts in every period that reaches `known`.
    pub day: Option<Date>,
    /// The first end of a period in which it counts; it is never before `day`.
    pub known: Date,
    /// How much; negative where what was added before is taken back.
    pub amount: i64,
}

/// A report whose figures can be kept as counters.
#[derive(Debug, Clone)]
pub struct Tallied<'a> {
    report: &'a Report,
    /// Figures found by adding facts one by one.
    simple: Vec<(usize, &'a Select, bool)>,
    /// Those found by looking at all facts of a matter together, with what they are made of.
    together: Report,
    /// Where the figures of `together` stand in the report; none for what is only there to make others of.
    places: Vec<Option<usize>>,
}

impl<'a> Tallied<'a> {
    /// None where a figure cannot be kept as a sum, as a quantile.
    pub fn of(report: &'a Report) -> Option<Tallied<'a>> {
        let mut simple = Vec::new();
        let mut alone = Vec::new();
        for (place, figure) in report.figures.iter().enumerate() {
            match &figure.measure {
                Measure::QuantileDays { .. } => return None,
                Measure::Percent { .. } => {}
                Measure::Count(select) if select.unless.is_none() => simple.push((place, select, false)),
                Measure::Sum(select) if select.unless.is_none() => simple.push((place, select, true)),
                Measure::Minus { from, less } if is_part(report, less, from) => {}
                _ => alone.push(place),
            }
        }
        // What those are made of comes with them; it stands before them in the report.
        let mut needed: Vec<bool> = (0..report.figures.len()).map(|place| alone.contains(&place)).collect();
        for place in (0..report.figures.len()).rev().filter(|place| alone.contains(place)) {
            for used in used_by(report, place) {
                needed[used] = true;
            }
        }
        let chosen = || (0..report.figures.len()).filter(|place| needed[*place]);
        let figures = chosen().map(|place| report.figures[place].clone()).collect();
        let places = chosen().map(|place| alone.contains(&place).then_some(place)).collect();
        let together = Report { report: report.report.clone(), figures };
        Some(Tallied { report, simple, together, places })
    }

    /// The report.
    pub fn report(&self) -> &'a Report {
        self.report
    }

    /// What the facts of one matter, or one session, add. Facts of several at once add up to the same.
    pub fn shares(&self, facts: &[Fact]) -> Vec<Share> {
        let mut shares = self.one_by_one(facts);
        self.all_together(facts, &mut shares);
        shares.retain(|_, amount| *amount != 0);
        shares.into_iter().map(|((figure, day, known), amount)| Share { figure, day, known, amount }).collect()
    }

    fn one_by_one(&self, facts: &[Fact]) -> Shares {
        let mut shares = Shares::new();
        for fact in facts.iter().filter(|fact| self.report.report.families.contains(&fact.family)) {
            let on = fact.day();
            for (place, select, sums) in &self.simple {
                if select.fits(fact) {
                    *shares.entry((*place, Some(on), on)).or_default() += if *sums { fact.amount } else { 1 };
                }
            }
        }
        shares
    }

    /// Evaluates at the end of every day on which a value may change: what it is then and was not before is added.
    fn all_together(&self, facts: &[Fact], shares: &mut Shares) {
        if self.together.figures.is_empty() {
            return;
        }
        let limits = facts.iter().filter(|fact| fact.kind == "limit").filter_map(|fact| fact.due);
        let mut ends: Vec<Date> =
            facts.iter().map(Fact::day).chain(limits.map(|due| day::plus_days(due, 1))).collect();
        ends.sort_unstable();
        ends.dedup();
        let mut before: BTreeMap<(usize, Option<Date>), i64> = BTreeMap::new();
        for end in ends {
            let now = self.at(facts, end);
            let keys: Vec<_> = before.keys().chain(now.keys()).copied().collect();
            for (place, on) in keys {
                let change = now.get(&(place, on)).unwrap_or(&0) - before.get(&(place, on)).unwrap_or(&0);
                if change != 0 {
                    shares.insert((place, on, end), change);
                }
            }
            before = now;
        }
    }

    fn at(&self, facts: &[Fact], end: Date) -> BTreeMap<(usize, Option<Date>), i64> {
        let period = Period { from: Date::MIN, to: end, as_of: end };
        let mut found = BTreeMap::new();
        for (evaluated, place) in evaluate(&self.together, facts, period).into_iter().zip(&self.places) {
            let Some(place) = *place else { continue };
            let sums = matches!(evaluated.figure.measure, Measure::Sum(_));
            for row in &evaluated.rows {
                let Some(fact) = facts.get(*row) else { continue };
                let on = is_dated(&self.together, evaluated.figure).then(|| fact.day());
                *found.entry((place, on)).or_default() += if sums { fact.amount } else { 1 };
            }
        }
        found
    }

    /// The figures of a report whose shares were added up, `sums` in the order of its figures. No row stands behind
    /// them: those are found by evaluating the facts.
    pub fn figures(&self, sums: &[i64]) -> Vec<Evaluated<'a>> {
        let mut done: Vec<Evaluated<'a>> = Vec::with_capacity(self.report.figures.len());
        for (place, figure) in self.report.figures.iter().enumerate() {
            let whole = |id: &str| {
                done.iter().find(|earlier| earlier.figure.id == id).and_then(|earlier| earlier.numerator)
            };
            let next = match &figure.measure {
                Measure::Percent { of, whole: by } => Evaluated::percent(figure, whole(of), whole(by)),
                Measure::Minus { from, less } if is_part(self.report, less, from) => {
                    Evaluated::counted(figure, whole(from).unwrap_or(0) - whole(less).unwrap_or(0))
                }
                _ => Evaluated::counted(figure, sums.get(place).copied().unwrap_or(0)),
            };
            done.push(next);
        }
        done
    }
}

/// Whether facts must be looked at one by one in every question, since a day among them was corrected.
pub fn is_apart(facts: &[Fact]) -> bool {
    facts.iter().any(is_correction)
}

type Shares = BTreeMap<(usize, Option<Date>, Date), i64>;

fn place_of(report: &Report, id: &str) -> Option<usize> {
    report.figures.iter().position(|figure| figure.id == id)
}

/// The figures one is made of, and what those are made of.
fn used_by(report: &Report, place: usize) -> Vec<usize> {
    let mut used: Vec<usize> = Vec::new();
    let mut asked = vec![place];
    while let Some(figure) = asked.pop().and_then(|place| report.figures.get(place)) {
        let next = figure.measure.uses().into_iter().filter_map(|id| place_of(report, id));
        for place in next {
            used.push(place);
            asked.push(place);
        }
    }
    used
}

/// Whether every row of one figure is a row of the other.
fn is_part(report: &Report, part: &str, whole: &str) -> bool {
    let figure = place_of(report, part).and_then(|place| report.figures.get(place));
    figure.is_some_and(|figure| matches!(&figure.measure, Measure::Reached { cohort, .. } if cohort == whole))
}

/// Whether a figure counts what happened in a period, and not how things stand at its end.
fn is_dated(report: &Report, figure: &Figure) -> bool {
    match &figure.measure {
        Measure::Overdue { .. } | Measure::Standing { .. } => false,
        Measure::Minus { from, .. } => {
            let from = report.figures.iter().find(|figure| figure.id == *from);
            from.is_some_and(|from| is_dated(report, from))
        }
        _ => true,
    }
}
