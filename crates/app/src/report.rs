//! A report asked: figures evaluated from the facts the asker may see, each with the rows it rests on.

use casework::command::Actor;
use casework::day;
use casework::event::MatterId;
use casework::figure::{self, Evaluated, Period, Report, Tallied, Value};
use casework::read::Fact;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use crate::App;
use crate::error::AppError;

/// What is asked.
#[derive(Debug, Clone)]
pub struct ReportAsked {
    /// Report id, e.g. `work-summary`.
    pub report: String,
    /// First day; none: the beginning.
    pub from: Option<Date>,
    /// Last day; none: `as_of`.
    pub to: Option<Date>,
    /// What happened after this day is left out; none: the last day of the period, or what is known now where that
    /// day is still to come.
    pub as_of: Option<Date>,
    /// Today, for what was left open.
    pub today: Date,
}

/// A report with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportValue {
    /// Its id.
    pub report: String,
    /// Its name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What happened after this day is left out.
    pub as_of: Date,
    /// Its figures, in order.
    pub figures: Vec<FigureValue>,
}

/// A figure with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureValue {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its definition, in plain words.
    pub definition: String,
    /// Its value.
    pub value: Value,
    /// What was counted.
    pub numerator: Option<i64>,
    /// What it is measured against.
    pub denominator: Option<i64>,
    /// The facts behind it, where the report was asked in full.
    pub rows: Vec<Fact>,
    /// What it is by the corrections made since, where that is another value.
    pub restated: Option<Value>,
    /// It rests on so few ratings that it would tell single ones: value, parts and rows are left out.
    pub withheld: bool,
}

/// Fewest ratings a figure of satisfaction shown to an office may rest on: nobody who handled a matter learns what one
/// person said.
const RATED_MIN: i64 = 5;
/// Years of demands for data that are published.
const YEARS_PUBLISHED: i16 = 10;
/// Said in place of such a figure.
pub const WITHHELD: &str = "不足5件，不显示";

/// What a figure rests on, row by row.
pub type Rows = Vec<(Option<MatterId>, Fact)>;

impl App {
    /// Evaluates a report over what the actor may see, from what was counted; [`App::report_in_full`] gives the facts
    /// behind. The same period gives the same figures however late it is asked: nothing that happened after `as_of` is
    /// looked at. Where a day was corrected since, a figure that reads differently by it carries the restated value
    /// beside the one that was issued.
    ///
    /// # Errors
    /// There is no such report, the period is the wrong way round, or the store fails.
    pub fn report(&self, actor: &Actor, asked: &ReportAsked) -> Result<ReportValue, AppError> {
        let law = self.law();
        let report = law.report(&asked.report)?;
        let (families, filter) = (&report.report.families, self.filter_of(actor));
        let narrowed = self.store.is_narrowed(&filter)?;
        let tallied = Tallied::of(report).filter(|_| !narrowed);
        let Some(tallied) = tallied else { return self.report_in_full(actor, asked) };
        let span = Span::of(asked)?;
        let end = span.to.min(span.wished);
        let latest = if end > asked.today {
            self.store.last_fact(families, day::end_of(end), &filter)?.map(day::day_of)
        } else {
            None
        };
        let as_of = span.wished.min(known_until(latest, asked.today));
        let period = Period { from: span.from, to: span.to, as_of };
        self.count()?;
        let counted = self.store.sums(&report.report.id, &filter, period.from, period.to.min(period.as_of))?;
        let apart = self.store.apart(families, span.before, &filter)?;
        let with = |facts: &[Fact]| {
            let mut sums = vec![0_i64; report.figures.len()];
            let looked_at = figure::evaluate(report, facts, period);
            let more = looked_at.iter().enumerate().map(|(place, one)| (place, one.numerator.unwrap_or(0)));
            for (place, amount) in counted.iter().copied().chain(more) {
                if let Some(sum) = sums.get_mut(place) {
                    *sum += amount;
                }
            }
            tallied.figures(&sums)
        };
        let figures =
            with(&figure::corrected(&apart, as_of)).into_iter().map(|one| FigureValue::of(one, Vec::new()));
        let mut figures: Vec<FigureValue> = figures.collect();
        if figure::corrected_after(&apart, as_of) {
            restate(&mut figures, &with(&figure::corrected(&apart, Date::MAX)));
        }
        Ok(span.report(report, as_of, figures))
    }

    /// How often other bodies demanded data, for each year that is over, the newest first. The year that runs is not told:
    /// a number that moves would tell of one before its time.
    ///
    /// # Errors
    /// The store fails.
    pub fn data_demands(&self, today: Date) -> Result<Vec<(i16, ReportValue)>, AppError> {
        let founded = self.law().founded.map_or(today, day::day_of).year();
        let years = (founded.max(today.year() - YEARS_PUBLISHED)..today.year()).rev();
        let of_year = |year: i16| {
            let asked = ReportAsked {
                report: casework::demand::REPORT.to_owned(),
                from: Date::new(year, 1, 1).ok(),
                to: Date::new(year, 12, 31).ok(),
                as_of: None,
                today,
            };
            Ok((year, self.report(&Actor::Admin, &asked)?))
        };
        years.map(of_year).collect()
    }

    /// The same, each figure with the facts behind it: every one the actor may see is looked at.
    ///
    /// # Errors
    /// As for [`App::report`].
    pub fn report_in_full(&self, actor: &Actor, asked: &ReportAsked) -> Result<ReportValue, AppError> {
        let law = self.law();
        let report = law.report(&asked.report)?;
        let span = Span::of(asked)?;
        let facts = self.store.facts(&report.report.families, span.before, &self.filter_of(actor))?;
        let end = span.to.min(span.wished);
        let latest = facts.iter().map(Fact::day).filter(|day| *day <= end).max();
        let as_of = span.wished.min(known_until(latest, asked.today));
        let period = Period { from: span.from, to: span.to, as_of };
        let known = figure::corrected(&facts, as_of);
        let figures = figure::evaluate(report, &known, period).into_iter().map(|one| {
            let rows = one.rows.iter().filter_map(|row| known.get(*row).cloned()).collect();
            FigureValue::of(one, rows)
        });
        let mut figures: Vec<FigureValue> = figures.collect();
        if figure::corrected_after(&facts, as_of) {
            restate(&mut figures, &figure::evaluate(report, &figure::corrected(&facts, Date::MAX), period));
        }
        Ok(span.report(report, as_of, figures))
    }
}

/// The days a report is asked for.
struct Span {
    from: Date,
    to: Date,
    wished: Date,
    /// What was entered by now with a wrong day may belong to the period, so all that is known is read.
    before: Timestamp,
}

impl Span {
    fn of(asked: &ReportAsked) -> Result<Span, AppError> {
        let to = asked.to.or(asked.as_of).unwrap_or(asked.today);
        let from = asked.from.unwrap_or(Date::constant(1949, 10, 1).min(to));
        if from > to {
            return Err(AppError::Input(format!("the period ends ({to}) before it begins ({from})")));
        }
        let wished = asked.as_of.unwrap_or(to);
        Ok(Span { from, to, wished, before: day::end_of(to.max(wished).max(asked.today)) })
    }

    fn report(&self, report: &Report, as_of: Date, figures: Vec<FigureValue>) -> ReportValue {
        let (id, name) = (report.report.id.clone(), report.report.name.clone());
        ReportValue { report: id, name, from: self.from, to: self.to, as_of, figures }
    }
}

impl FigureValue {
    fn of(evaluated: Evaluated<'_>, rows: Vec<Fact>) -> FigureValue {
        FigureValue {
            id: evaluated.figure.id.clone(),
            name: evaluated.figure.name.clone(),
            unit: evaluated.figure.unit.clone(),
            definition: evaluated.figure.definition.clone(),
            value: evaluated.value,
            numerator: evaluated.numerator,
            denominator: evaluated.denominator,
            rows,
            restated: None,
            withheld: false,
        }
    }
}

/// Sets beside each figure what it is by the corrections made since, where that is another value.
fn restate(figures: &mut [FigureValue], since: &[Evaluated<'_>]) {
    for (figure, again) in figures.iter_mut().zip(since) {
        figure.restated = Some(again.value).filter(|value| *value != figure.value);
    }
}

/// The last day anything can be known of: today, or a later day a story told of. Were an end still to come taken at
/// its word, the same period would give other figures when it is asked again.
fn known_until(latest: Option<Date>, today: Date) -> Date {
    latest.map_or(today, |latest| latest.max(today))
}

impl ReportValue {
    /// As offices may see it: figures that rest on fewer than five ratings are withheld. What is rated stands in the
    /// figure `….rated`; those that share its beginning rest on the same ratings.
    pub fn for_offices(mut self) -> ReportValue {
        let few = |figure: &FigureValue| match (figure.id.strip_suffix("rated"), figure.value) {
            (Some(about), Value::Whole(1..RATED_MIN)) if about.ends_with('.') => Some(about.to_owned()),
            _ => None,
        };
        let few: Vec<String> = self.figures.iter().filter_map(few).collect();
        for figure in &mut self.figures {
            if few.iter().any(|about| figure.id.starts_with(about)) {
                figure.withheld = true;
                (figure.value, figure.numerator, figure.denominator) = (Value::Nothing, None, None);
                figure.restated = None;
                figure.rows.clear();
            }
        }
        self
    }

    /// The report as JSON: `report`, `from`, `to`, `as_of`, and per figure `id`, `value`, `unit`, `definition`,
    /// `numerator`, `denominator` and where its `rows` are.
    pub fn to_json(&self) -> serde_json::Value {
        let period = format!("from={}&to={}&as_of={}", self.from, self.to, self.as_of);
        let figures = self.figures.iter().map(|figure| {
            let mut said = json!({
                "id": figure.id,
                "name": figure.name,
                "value": number(figure.value),
                "unit": figure.unit,
                "definition": figure.definition,
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "rows": format!("/desk/report/{}/{}?{period}", self.report, figure.id),
            });
            if let Some(value) = figure.restated {
                said["restated"] = number(value);
            }
            if figure.withheld {
                said["withheld"] = json!(WITHHELD);
            }
            said
        });
        json!({
            "report": self.report,
            "from": self.from.to_string(),
            "to": self.to.to_string(),
            "as_of": self.as_of.to_string(),
            "figures": figures.collect::<Vec<_>>(),
        })
    }
}

/// A value as JSON: whole numbers stay whole, rates and days keep their decimals.
fn number(value: Value) -> serde_json::Value {
    // Both operands are far below 2^53, so the quotient is the decimal nearest to the exact value.
    let decimal = |number: i64, per: f64| json!(number as f64 / per);
    match value {
        Value::Whole(number) => json!(number),
        Value::Hundredths(number) => decimal(number, 100.0),
        Value::Tenths(number) => decimal(number, 10.0),
        Value::Nothing => serde_json::Value::Null,
    }
}
