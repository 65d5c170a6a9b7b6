//! The report page: figures of the officer's office for a period, each with its definition and the way to its rows.

use app::{App, AppError, FigureValue, ReportAsked, ReportValue, WITHHELD};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use casework::day as calendar;
use casework::figure::Value;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::signed_in::SignedIn;
use super::typed::encoded;
use crate::show;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::day;
use crate::view::desk::report::{Figure, FigureGroup, Report};
use crate::view::form::{Choice, Errors, Group};

/// Where reports are asked.
pub(super) const HERE: &str = "/desk/report";
/// The report shown first.
const FIRST: &str = "work-summary";

/// The first word of a figure's id, and what the figures that begin with it are called together.
const GROUPS: [(&str, &[&str]); 11] = [
    ("来信来访", &["intake"]),
    ("办理", &["matters", "opinions"]),
    ("期限", &["clock"]),
    ("复查", &["review"]),
    ("领导接访", &["sessions"]),
    ("满意度", &["satisfaction"]),
    ("支持意见的执行", &["execution"]),
    ("承诺兑现", &["promises"]),
    ("督办和问责（对机关）", &["supervision", "measures"]),
    ("建议和批示", &["advice", "instructions"]),
    ("救助", &["relief"]),
];

/// Figures shown large where the report has them.
const LEAD: [&str; 7] = [
    "intake.total",
    "matters.closed_rate",
    "clock.decided_on_time_rate",
    "satisfaction.competent_office.satisfied_rate",
    "delay.matters",
    "delay.median_days",
    "delay.p90_days",
];

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    report: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    as_of: String,
}

/// A period as asked: days, or what is wrong with what was typed.
#[derive(Debug, Clone)]
pub(super) struct Period {
    /// First day.
    pub(super) from: Date,
    /// Last day.
    pub(super) to: Date,
    /// What happened after this day is left out, where one was asked.
    pub(super) as_of: Option<Date>,
}

impl Period {
    /// Reads what was typed; nothing typed is the half-year so far.
    pub(super) fn read(from: &str, to: &str, as_of: &str, today: Date) -> Result<Period, Errors> {
        let mut errors = Errors::none();
        let mut day = |text: &str, field: &str, otherwise: Date| match text.trim() {
            "" => otherwise,
            typed => typed.parse().unwrap_or_else(|_| {
                errors.0.push((field.to_owned(), "没有这一天；请写成 2026-01-31 的样子".to_owned()));
                otherwise
            }),
        };
        let known = (!as_of.trim().is_empty()).then(|| day(as_of, "as_of", today));
        let last = day(to, "to", today);
        let first = day(from, "from", half_year(last));
        if errors.0.is_empty() && first > last {
            errors = errors.with("to", "结束日早于开始日，请改");
        }
        if errors.0.is_empty() { Ok(Period { from: first, to: last, as_of: known }) } else { Err(errors) }
    }

    /// The same in an address.
    pub(super) fn query(&self) -> String {
        let as_of = self.as_of.map_or_else(String::new, |day| format!("&as_of={day}"));
        format!("from={}&to={}{as_of}", self.from, self.to)
    }

    /// 2026年1月1日至2026年6月30日
    pub(super) fn words(&self) -> String {
        format!("{}至{}", day::day(self.from), day::day(self.to))
    }
}

/// The first day of the half-year a day lies in.
fn half_year(day: Date) -> Date {
    Date::new(day.year(), if day.month() < 7 { 1 } else { 7 }, 1).unwrap_or(day)
}

/// A report over a period, for the officer; in full, each figure has the facts behind it.
pub(super) fn ask(
    app: &App,
    officer: &SignedIn,
    report: &str,
    period: &Period,
    in_full: bool,
    now: Timestamp,
) -> Result<ReportValue, AppError> {
    app.wake(now, now)?;
    let asked = ReportAsked {
        report: report.to_owned(),
        from: Some(period.from),
        to: Some(period.to),
        as_of: period.as_of,
        today: calendar::day_of(now),
    };
    let actor = officer.actor();
    Ok(if in_full { app.report_in_full(&actor, &asked)? } else { app.report(&actor, &asked)? }.for_offices())
}

pub(super) async fn show(
    officer: SignedIn,
    State(site): Here,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            let (page, as_of) =
                app.shown_in_figures(&officer.actor(), now, || page(app, &officer, &asked, now))?;
            let at = as_of.map(calendar::local);
            Ok(page.map(|page| Report { frame: page.frame.clone().as_of(at), ..page }))
        })
        .await?;
    let Some(page) = page else { return Err(Failure::status(StatusCode::NOT_FOUND)) };
    let status = if page.errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, trouble::page(&page)?).into_response())
}

fn page(app: &App, officer: &SignedIn, asked: &Asked, now: Timestamp) -> Result<Option<Report>, AppError> {
    let id = if asked.report.is_empty() { FIRST } else { asked.report.as_str() };
    let law = app.law();
    let Some(title) = law.reports().find(|known| known.report.id == id).map(|known| &known.report.name) else {
        return Ok(None);
    };
    let reports = law.reports().map(|known| Choice::new(&known.report.id, &known.report.name)).collect();
    let mut page = Report {
        frame: officer.frame(HERE),
        title: title.clone(),
        reports: Group::pick(vec![Group { label: String::new(), choices: reports }], id),
        from: asked.from.clone(),
        to: asked.to.clone(),
        errors: Errors::none(),
        period: String::new(),
        known: asked.as_of.clone(),
        as_of: show::moment(now),
        scope: format!("{}经手的事项", officer.office),
        lead: Vec::new(),
        groups: Vec::new(),
        files: Vec::new(),
    };
    match Period::read(&asked.from, &asked.to, &asked.as_of, calendar::day_of(now)) {
        Err(errors) => page.errors = errors,
        Ok(period) => {
            let value = ask(app, officer, id, &period, false, now)?;
            page.as_of = day::full_day(value.as_of);
            page.known = period.as_of.map_or_else(String::new, |day| day.to_string());
            page.period = period.words();
            (page.from, page.to) = (period.from.to_string(), period.to.to_string());
            let figures: Vec<Figure> = value.figures.iter().map(|one| figure(id, one, &period)).collect();
            page.lead =
                LEAD.iter().filter_map(|lead| figures.iter().find(|figure| figure.id == *lead).cloned()).collect();
            page.groups = groups(title, figures);
        }
    }
    Ok(Some(page))
}

fn figure(report: &str, value: &FigureValue, period: &Period) -> Figure {
    let percent = match value.value {
        Value::Hundredths(hundredths) if value.unit == "%" => {
            u32::try_from(hundredths).ok().map(|part| f64::from(part) / 100.0)
        }
        _ => None,
    };
    Figure {
        id: value.id.clone(),
        label: value.name.clone(),
        value: if value.withheld { WITHHELD.to_owned() } else { value.value.to_string() },
        unit: if value.value == Value::Nothing { String::new() } else { value.unit.clone() },
        definition: value.definition.clone(),
        restated: value.restated.map_or_else(String::new, |value| value.to_string()),
        sum: match (value.numerator, value.denominator) {
            (Some(numerator), Some(denominator)) => format!("{numerator} ÷ {denominator}"),
            _ => String::new(),
        },
        rate: percent.map(|percent| percent.min(100.0)),
        href: format!("{HERE}/{}/{}?{}", encoded(report), encoded(&value.id), period.query()),
    }
}

/// Figures under headings, by the first word of their ids; others stand under the report's own name.
fn groups(title: &str, figures: Vec<Figure>) -> Vec<FigureGroup> {
    let mut groups: Vec<FigureGroup> = Vec::new();
    for figure in figures {
        let first = figure.id.split('.').next().unwrap_or_default();
        let known = GROUPS.iter().find(|(_, words)| words.contains(&first));
        let name = known.map_or(title, |(name, _)| *name);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.figures.push(figure),
            None => groups.push(FigureGroup { name: name.to_owned(), figures: vec![figure] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn nothing_typed_is_the_half_year_so_far() {
        let period = Period::read("", "", "", date(2026, 11, 21)).unwrap();
        assert_eq!((period.from, period.to), (date(2026, 7, 1), date(2026, 11, 21)));
        let period = Period::read("", "2020-06-30", "2020-05-31", date(2026, 11, 21)).unwrap();
        assert_eq!(period.from, date(2020, 1, 1));
        assert_eq!(period.query(), "from=2020-01-01&to=2020-06-30&as_of=2020-05-31");
    }

    #[test]
    fn a_period_that_cannot_be_is_said_beside_its_field() {
        let today = date(2026, 11, 21);
        assert!(Period::read("2026-02-30", "", "", today).unwrap_err().of("from").is_some());
        assert!(Period::read("2026-03-01", "2026-02-01", "", today).unwrap_err().of("to").is_some());
    }
}
