//! A report asked: figures evaluated from the facts the asker may see, each with the rows it rests on.

use casework::command::Actor;
use casework::day;
use casework::event::MatterId;
use casework::figure::{self, Period, Value};
use casework::read::Fact;
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
    /// The facts behind it.
    pub rows: Vec<Fact>,
    /// What it is by the corrections made since, where that is another value.
    pub restated: Option<Value>,
    /// It rests on so few ratings that it would tell single ones: value, parts and rows are left out.
    pub withheld: bool,
}

/// Fewest ratings a figure of satisfaction shown to an office may rest on: nobody who handled a matter learns what one
/// person said.
const RATED_MIN: i64 = 5;
/// Said in place of such a figure.
pub const WITHHELD: &str = "不足5件，不显示";

/// What a figure rests on, row by row.
pub type Rows = Vec<(Option<MatterId>, Fact)>;

impl App {
    /// Evaluates a report over what the actor may see. The same period gives the same figures however late it is
    /// asked: nothing that happened after `as_of` is looked at. Where a day was corrected since, a figure that reads
    /// differently by it carries the restated value beside the one that was issued.
    ///
    /// # Errors
    /// There is no such report, the period is the wrong way round, or the store fails.
    pub fn report(&self, actor: &Actor, asked: &ReportAsked) -> Result<ReportValue, AppError> {
        let law = self.law();
        let report = law.report(&asked.report)?;
        let to = asked.to.or(asked.as_of).unwrap_or(asked.today);
        let from = asked.from.unwrap_or(Date::constant(1949, 10, 1).min(to));
        let wished = asked.as_of.unwrap_or(to);
        if from > to {
            return Err(AppError::Input(format!("the period ends ({to}) before it begins ({from})")));
        }
        // What was entered by now with a wrong day may belong to the period, so all that is known is read.
        let before = day::end_of(to.max(wished).max(asked.today));
        let facts = self.store.facts(&report.report.families, before, &access::filter(actor))?;
        let as_of = wished.min(known_until(&facts, to.min(wished), asked.today));
        let period = Period { from, to, as_of };
        let known = figure::corrected(&facts, as_of);
        let mut figures: Vec<FigureValue> = figure::evaluate(report, &known, period)
            .into_iter()
            .map(|evaluated| FigureValue {
                id: evaluated.figure.id.clone(),
                name: evaluated.figure.name.clone(),
                unit: evaluated.figure.unit.clone(),
                definition: evaluated.figure.definition.clone(),
                value: evaluated.value,
                numerator: evaluated.numerator,
                denominator: evaluated.denominator,
                rows: evaluated.rows.into_iter().map(|row| known[row].clone()).collect(),
                restated: None,
                withheld: false,
            })
            .collect();
        if figure::corrected_after(&facts, as_of) {
            let since = figure::corrected(&facts, Date::MAX);
            for (figure, again) in figures.iter_mut().zip(figure::evaluate(report, &since, period)) {
                figure.restated = Some(again.value).filter(|value| *value != figure.value);
            }
        }
        Ok(ReportValue {
            report: report.report.id.clone(),
            name: report.report.name.clone(),
            from,
            to,
            as_of,
            figures,
        })
    }
}

/// The last day anything can be known of: today, or a later day a story told of. Were an end still to come taken at
/// its word, the same period would give other figures when it is asked again.
fn known_until(facts: &[Fact], end: Date, today: Date) -> Date {
    facts
        .iter()
        .map(|fact| day::day_of(fact.at))
        .filter(|day| *day <= end)
        .max()
        .map_or(today, |latest| latest.max(today))
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
