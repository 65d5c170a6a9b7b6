//! What a custodian decides, who reads no matter. For everybody else there is no such page.

use app::show::{AskedShown, OpeningsShown, RequestShown};
use app::{App, AppError, Target};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::command::MatterCommand;
use casework::day as calendar;
use casework::opening::Came;
use casework::refusal::Refusal;
use casework::verb::Verb;
use jiff::Timestamp;

use super::signed_in::SignedIn;
use super::typed::{Typed, once};
use crate::show;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::day::Due;
use crate::view::desk::openings::{Asked, Openings, Past, Request};
use crate::view::form::Errors;

/// Where the page is.
pub(super) const HERE: &str = "/desk/openings";

/// A decision sent back.
struct Mend {
    reference: String,
    typed: String,
    errors: Errors,
    /// What stopped it, where it is about no field.
    stopped: String,
}

pub(super) async fn show(officer: SignedIn, State(site): Here) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            if !app.is_custodian(&officer.actor()) {
                return Ok(None);
            }
            page(app, &officer, None, now).map(Some)
        })
        .await?;
    trouble::page(&page.ok_or_else(nothing_here)?)
}

pub(super) async fn decide(
    officer: SignedIn,
    State(site): Here,
    Path(reference): Path<String>,
    typed: Typed,
) -> Result<Response, Failure> {
    let reference = app::normalise_reference(&reference).ok_or_else(nothing_here)?;
    let done = site
        .run(move |app, now| {
            if !app.is_custodian(&officer.actor()) {
                return Ok(None);
            }
            let mend = decided(app, &officer, reference, &typed, now)?;
            mend.map(|mend| page(app, &officer, Some(mend), now)).transpose().map(Some)
        })
        .await?;
    match done.ok_or_else(nothing_here)? {
        None => {
            let address = format!("{HERE}?told={}", Verb::DecideIdentity.word());
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
        }
        Some(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(&page)?).into_response()),
    }
}

fn nothing_here() -> Failure {
    Failure::status(StatusCode::NOT_FOUND)
}

fn decided(
    app: &App,
    officer: &SignedIn,
    reference: String,
    typed: &Typed,
    now: Timestamp,
) -> Result<Option<Mend>, AppError> {
    let verb = Verb::DecideIdentity;
    let what = format!("{reference}/{}", verb.word());
    let doing = typed.doing(&officer.actor(), now, &what, &app.fresh_id(now)?);
    let given = ["result", "reason"].map(|field| (field.to_owned(), typed.get(field).to_owned()));
    let said = given.into_iter().filter(|(_, said)| !said.is_empty()).collect();
    let command = MatterCommand::Do { verb, said, which: None };
    let refusal = match app.act(&doing, &Target::Reference(reference.clone()), &command) {
        Ok(_) => return Ok(None),
        Err(AppError::Refused(refusal)) if refusal != Refusal::NoSuchMatter => refusal,
        Err(other) => return Err(other),
    };
    let label = refusal.field();
    let field = verb.fields().iter().find(|field| Some(field.label) == label);
    let (errors, stopped) = match field.map(|field| field.name) {
        Some("result") => (Errors::none().with("result", "请点“同意开启”或者“不同意开启”"), String::new()),
        Some(name) => (Errors::none().with(name, &refusal.to_string()), String::new()),
        None => (Errors::none(), refusal.to_string()),
    };
    Ok(Some(Mend { reference, typed: typed.get("reason").to_owned(), errors, stopped }))
}

fn page(app: &App, officer: &SignedIn, mend: Option<Mend>, now: Timestamp) -> Result<Openings, AppError> {
    let OpeningsShown { waiting, ended } = app.openings(&officer.actor(), now)?;
    let mut requests = Vec::new();
    for (number, shown) in (1..).zip(&waiting) {
        let mut request = request(number, shown, &app.fresh_id(now)?, now);
        if let Some(mend) = mend.as_ref().filter(|mend| mend.reference == shown.reference) {
            (request.errors, request.typed) = (mend.errors.clone(), mend.typed.clone());
        }
        requests.push(request);
    }
    Ok(Openings {
        frame: officer.frame(HERE),
        stopped: mend.map_or_else(String::new, |mend| mend.stopped),
        waiting: requests,
        past: ended.iter().map(past).collect(),
    })
}

fn request(number: u32, shown: &RequestShown, id: &str, now: Timestamp) -> Request {
    let times = ["今天", "近三十天", "今年"].into_iter().zip(shown.asked);
    let asked = times.map(|(time, AskedShown { asked, opened })| Asked { time: time.to_owned(), asked, opened });
    Request {
        pre: format!("r{number}-"),
        reference: shown.reference.clone(),
        officer: shown.officer.clone(),
        office: shown.office.clone(),
        ground: shown.ground.clone(),
        reason: shown.reason.clone(),
        at: show::moment(shown.at),
        due: shown.due.map(|due| Due::new(due, calendar::day_of(now))),
        asked: asked.collect(),
        form: once(&format!("{HERE}/{}", shown.reference), id),
        errors: Errors::none(),
        typed: String::new(),
    }
}

fn past(shown: &RequestShown) -> Past {
    let ended = shown.ended.as_ref();
    Past {
        reference: shown.reference.clone(),
        officer: format!("{} {}", shown.office, shown.officer),
        ground: shown.ground.clone(),
        asked: show::moment(shown.at),
        came: ended.map_or("", |ended| came(ended.came)).to_owned(),
        ended: ended.map_or_else(String::new, |ended| show::moment(ended.at)),
        by: ended.map_or_else(String::new, |ended| ended.by.clone()),
        reason: ended.map_or_else(String::new, |ended| ended.reason.clone()),
    }
}

/// What a request came to, in words.
fn came(came: Came) -> &'static str {
    match came {
        Came::Asked => "等待决定",
        Came::Opened => "同意开启",
        Came::Kept => "不同意开启",
        Came::Lapsed => "到期没有决定，不开启",
    }
}
