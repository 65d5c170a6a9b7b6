//! The rows behind a figure: what was counted, when, by which office; references only where they may be seen.

use app::{App, AppError, FigureValue};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use casework::day as calendar;
use casework::event::Channel;
use casework::office::Directory;
use casework::read::Fact;
use casework::words;
use jiff::Timestamp;
use serde::Deserialize;

use super::choices;
use super::report::{self, HERE, Period};
use super::sessions;
use super::signed_in::SignedIn;
use super::typed::encoded;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::day;
use crate::view::desk::rows::{FigureRow, Rows};
use crate::view::frame::Link;

/// Rows on a page.
const PAGE: usize = 100;

/// Rows of ratings would tell who rated what, and how.
const WITHHELD: &str = "信访人的单个评价不给办理单位看，所以这里不列出是哪些事项。";

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    as_of: String,
    #[serde(default)]
    page: usize,
}

pub(super) async fn show(
    officer: SignedIn,
    State(site): Here,
    Path((report, figure)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            let work = || rows(app, &officer, &report, &figure, &asked, now);
            let (page, as_of) = app.shown(&officer.actor(), now, work)?;
            let at = as_of.map(calendar::local);
            Ok(page.map(|page| Rows { frame: page.frame.clone().as_of(at), ..page }))
        })
        .await?;
    match page {
        Some(page) => trouble::page(&page),
        None => Err(Failure::status(StatusCode::NOT_FOUND)),
    }
}

fn rows(
    app: &App,
    officer: &SignedIn,
    report: &str,
    figure: &str,
    asked: &Asked,
    now: Timestamp,
) -> Result<Option<Rows>, AppError> {
    let law = app.law();
    let known = law.reports().any(|known| known.report.id == report);
    if !known {
        return Ok(None);
    }
    let period = match Period::read(&asked.from, &asked.to, &asked.as_of, calendar::day_of(now)) {
        Ok(period) => period,
        Err(errors) => {
            let wrong = errors.0.first().map_or("", |(_, message)| message.as_str());
            return Err(AppError::Input(format!("地址里的日期不对：{wrong}")));
        }
    };
    let value = report::ask(app, officer, report, &period, true, now)?;
    let Some(figure) = value.figures.iter().find(|known| known.id == figure) else { return Ok(None) };
    let (number, total) = (asked.page.max(1), figure.rows.len());
    let first = (number - 1).saturating_mul(PAGE);
    let directory = app.directory()?;
    let mut shown = Vec::new();
    let withheld = figure.withheld || figure.rows.iter().any(|fact| fact.kind == "rated");
    for fact in figure.rows.iter().skip(first).take(PAGE).filter(|_| !withheld) {
        shown.push(row(app, officer, &directory, fact)?);
    }
    let address =
        |page: usize| format!("{HERE}/{}/{}?{}&page={page}", encoded(report), encoded(&figure.id), period.query());
    let back = format!("{HERE}?report={}&{}", encoded(report), period.query());
    let (numerator, denominator) = parts(figure);
    Ok(Some(Rows {
        frame: officer.frame(HERE),
        label: figure.name.clone(),
        value: if figure.withheld { app::WITHHELD.to_owned() } else { figure.value.to_string() },
        unit: if figure.withheld { String::new() } else { figure.unit.clone() },
        definition: figure.definition.clone(),
        numerator,
        denominator,
        period: period.words(),
        as_of: day::full_day(value.as_of),
        report: Link::new(format!("回到{}", value.name), back),
        withheld: if withheld { WITHHELD.to_owned() } else { String::new() },
        rows: shown,
        total: u64::try_from(total).unwrap_or(u64::MAX),
        previous: (number > 1).then(|| Link::new(format!("前 {PAGE} 条"), address(number - 1))),
        next: (first.saturating_add(PAGE) < total)
            .then(|| Link::new(format!("后 {PAGE} 条"), address(number + 1))),
    }))
}

/// Numerator and denominator of a rate; empty for a count.
fn parts(figure: &FigureValue) -> (String, String) {
    match (figure.numerator, figure.denominator) {
        (Some(numerator), Some(denominator)) => (numerator.to_string(), denominator.to_string()),
        _ => (String::new(), String::new()),
    }
}

fn row(app: &App, officer: &SignedIn, directory: &Directory, fact: &Fact) -> Result<FigureRow, AppError> {
    let reference = match &fact.matter {
        Some(matter) => app.reference_of(&officer.actor(), matter)?,
        None => None,
    };
    let session = fact.session.as_ref().filter(|_| fact.matter.is_none());
    let own = fact.office == officer.officer.office;
    let href = match (&reference, session) {
        (Some(reference), _) => Some(choices::matter_address(reference)),
        (None, Some(session)) if own => Some(sessions::address(session)),
        _ => None,
    };
    let name = if session.is_some() { "接访场次" } else { "" };
    Ok(FigureRow {
        reference: reference.unwrap_or_else(|| name.to_owned()),
        href,
        day: day::full_day(fact.day()),
        what: what(app, fact),
        office: directory.name_of(&fact.office),
    })
}

/// What was counted, in words.
fn what(app: &App, fact: &Fact) -> String {
    let channel = Channel::from_word(&fact.label).map_or("", Channel::name);
    let late = match fact.on_time {
        Some(true) => "，按期",
        Some(false) => "，逾期",
        None => "",
    };
    match fact.kind {
        "intake" => format!("{channel}登记，{}人", fact.amount),
        "registered" => format!("{channel}，首次登记"),
        "repeated" => format!("{channel}，就已登记事项再次提出"),
        "accepted" => format!("受理{late}"),
        "extended" => format!("延期{}日", fact.amount),
        "key_marked" => format!("列为重点事项：{}", words::name_in(words::KEY_GROUNDS, &fact.label)),
        "served" => format!("送达{}{late}", letter(app, &fact.label)),
        "answered" => format!("以{}答复", letter(app, &fact.label)),
        "review_requested" => "申请复查".to_owned(),
        "review_accepted" => "受理复查".to_owned(),
        "review_decided" => format!("作出复查意见：{}", outcome(app, &fact.label)),
        "rated" => format!("评价{}", words::name_in(words::RATED_OBJECTS, &fact.about)),
        "limit" => fact.due.map_or_else(String::new, |due| format!("期限至{}", day::full_day(due))),
        "session_held" => format!("举行{}", words::name_in(words::SESSION_KINDS, &fact.label)),
        "attended" => format!("{}到场{}人次", words::name_in(words::TIERS, &fact.about), fact.amount),
        "received" => format!("接待{}人", fact.amount),
        other => other.to_owned(),
    }
}

fn letter(app: &App, id: &str) -> String {
    let law = app.law();
    let found = law.procedures().find_map(|procedure| procedure.letters.get(id).map(|letter| letter.name.clone()));
    found.unwrap_or_else(|| id.to_owned())
}

fn outcome(app: &App, id: &str) -> String {
    let law = app.law();
    let found = law.procedures().find_map(|procedure| procedure.outcomes.get(id).map(|known| known.name.clone()));
    found.unwrap_or_else(|| id.to_owned())
}
