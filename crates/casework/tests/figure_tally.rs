//! Counters give what looking at every fact gives: for every shipped report, any history and any period.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use casework::day;
use casework::event::MatterId;
use casework::figure::{Figure, Measure, Period, Report, Share, Tallied, evaluate};
use casework::read::{Fact, fact_kind};
use jiff::civil::{Date, date};

const REPORTS: [&str; 3] = [
    include_str!("../../../figures/work-summary.toml"),
    include_str!("../../../figures/duties.toml"),
    include_str!("../../../figures/reply-delay.toml"),
];
const FIRST: Date = date(2024, 11, 20);
const DAYS: u64 = 70;

/// Numbers that are the same in every run (a linear congruence).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn day(&mut self) -> Date {
        day::plus_days(FIRST, i32::try_from(self.below(DAYS)).unwrap())
    }
}

/// A fact that some figure looks for: its kind, and the labels and objects that fit.
struct Shape {
    kind: &'static str,
    labels: Vec<String>,
    abouts: Vec<String>,
}

fn shape(kind: &str, labels: &[String], abouts: &[String]) -> Shape {
    Shape { kind: fact_kind(kind).unwrap(), labels: labels.to_vec(), abouts: abouts.to_vec() }
}

fn shapes(reports: &[Report]) -> Vec<Shape> {
    let of_figure = |figure: &Figure| match &figure.measure {
        Measure::Count(select) | Measure::Sum(select) => {
            let unless = select.unless.iter().flat_map(|unless| [&unless.done, &unless.undone]);
            let mut shapes = vec![shape(&select.fact, &select.label, &select.about)];
            shapes.extend(unless.map(|kind| shape(kind, &[], &[])));
            shapes
        }
        Measure::Reached { fact, .. } => vec![shape(fact, &[], &[])],
        Measure::Overdue { limits, ends_with } => {
            let ends = ends_with.iter().map(|kind| shape(kind, &[], &[]));
            ends.chain([shape("limit", limits, &[])]).collect()
        }
        Measure::Standing { since, until, label } => vec![shape(since, label, &[]), shape(until, label, &[])],
        _ => Vec::new(),
    };
    reports.iter().flat_map(|report| &report.figures).flat_map(of_figure).collect()
}

fn history(dice: &mut Dice, matter: u64, shapes: &[Shape]) -> Vec<Fact> {
    let mut facts: Vec<Fact> = (0..=dice.below(14))
        .map(|_| {
            let at = format!("{}T{:02}:30:00+08:00", dice.day(), dice.below(24)).parse().unwrap();
            let shape = &shapes[usize::try_from(dice.below(shapes.len() as u64)).unwrap()];
            let kind = shape.kind;
            let mut word = |fits: &[String], else_: &[&str]| {
                let fits: Vec<&str> = fits.iter().map(String::as_str).collect();
                // One in four does not fit.
                if fits.is_empty() || dice.below(4) == 0 {
                    dice.one(else_).to_owned()
                } else {
                    dice.one(&fits).to_owned()
                }
            };
            let label = word(&shape.labels, &["letter", "visit", "else"]);
            let about = word(&shape.abouts, &["", "", "", "promise#1"]);
            Fact {
                kind,
                family: dice.one(&["petition", "petition", "session", "elsewhere"]).to_owned(),
                matter: Some(MatterId(format!("m{matter}"))),
                session: None,
                office: "x".into(),
                at,
                label,
                about,
                amount: i64::try_from(dice.below(9)).unwrap(),
                on_time: [None, Some(true), Some(false)][usize::try_from(dice.below(3)).unwrap()],
                due: (kind == "limit").then(|| dice.day()),
                event: 1,
            }
        })
        .collect();
    facts.sort_by_key(|fact| fact.at);
    facts
}

fn sums(report: &Report, shares: &[Share], from: Date, end: Date) -> Vec<i64> {
    let mut sums = vec![0; report.figures.len()];
    for share in shares {
        assert!(share.amount != 0 && share.day.is_none_or(|day| day <= share.known), "{share:?}");
        if share.known <= end && share.day.is_none_or(|day| day >= from) {
            sums[share.figure] += share.amount;
        }
    }
    sums
}

#[test]
fn counters_give_what_every_fact_gives() {
    let reports: Vec<Report> = REPORTS.iter().map(|text| Report::parse(text).unwrap()).collect();
    let shapes = shapes(&reports);
    let mut dice = Dice(7);
    let (mut compared, mut of_value): (u32, BTreeMap<&str, u32>) = (0, BTreeMap::new());
    for _ in 0..300 {
        let matters: Vec<Vec<Fact>> = (0..12).map(|matter| history(&mut dice, matter, &shapes)).collect();
        let mut facts = matters.concat();
        facts.sort_by_key(|fact| fact.at);
        for report in &reports {
            let Some(tallied) = Tallied::of(report) else { continue };
            let shares: Vec<Share> = matters.iter().flat_map(|facts| tallied.shares(facts)).collect();
            for _ in 0..4 {
                let (one, other) = (dice.day(), dice.day());
                let (from, end) = (one.min(other), one.max(other));
                let period = Period { from, to: end, as_of: end };
                let looked_at = evaluate(report, &facts, period);
                let counted = tallied.figures(&sums(report, &shares, from, end));
                for (one, other) in looked_at.iter().zip(&counted) {
                    let found = (one.value, one.numerator, one.denominator);
                    assert_eq!(
                        found,
                        (other.value, other.numerator, other.denominator),
                        "{} {period:?}",
                        one.figure.id
                    );
                    compared += 1;
                    *of_value.entry(one.figure.id.as_str()).or_default() += u32::from(one.numerator > Some(0));
                }
            }
        }
    }
    let never: Vec<_> = of_value.iter().filter(|(_, count)| **count == 0).collect();
    println!("{compared} figures compared; {} of {} had a value", of_value.len() - never.len(), of_value.len());
    assert!(never.is_empty(), "figures that stayed 0: {never:?}");
}

/// A quantile is no sum: such a report is always made from its facts.
#[test]
fn what_is_no_sum_is_not_counted() {
    let delay = Report::parse(REPORTS[2]).unwrap();
    assert!(Tallied::of(&delay).is_none());
    for text in &REPORTS[..2] {
        assert!(Tallied::of(&Report::parse(text).unwrap()).is_some());
    }
}
