//! /desk/demand: what another body demands of one matter, entered by the office that registered it.

use app::{App, AppError, Demand, Said};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::day;
use casework::demand::{BAR_DAYS_MAX, SCOPE};
use casework::office::OfficeCode;
use casework::refusal::Refusal;
use casework::verb::Verb;
use casework::words;
use jiff::Timestamp;
use serde::Deserialize;

use super::choices;
use super::signed_in::SignedIn;
use super::typed::{Typed, once};
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::day::full_day;
use crate::view::desk::demand::Demand as Page;
use crate::view::form::{Choice, Errors, Group, Target as Form};
use crate::view::frame::Link;

const HERE: &str = "/desk/demand";
/// Fields of the demand that are sent as they are typed.
const PLAIN: [&str; 5] = ["kind", "office", "number", "basis", "reason"];
/// Beyond this nothing is a document number or the name of a body.
const REFERENCE_CHARACTERS_MAX: usize = 40;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// Reference of the matter it is about.
    #[serde(default)]
    of: String,
}

/// The way here from a matter.
pub(super) fn link(reference: &str) -> Link {
    Link::new("录入其他单位调取这件事信息的要求", format!("{HERE}?of={reference}"))
}

pub(super) async fn ask(
    officer: SignedIn,
    State(site): Here,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            app.opens(&officer.actor(), Verb::NoteDemand.word())?;
            let form = once(HERE, &app.fresh_id(now)?);
            let mut page = page(app, &officer, &Typed::default(), form, Errors::none(), now)?;
            page.matter = asked.of.chars().take(REFERENCE_CHARACTERS_MAX).collect();
            Ok(page)
        })
        .await?;
    trouble::page(&page)
}

pub(super) async fn enter(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let done = site
        .run(move |app, now| {
            app.opens(&officer.actor(), Verb::NoteDemand.word())?;
            match entered(app, &officer, &typed, now)? {
                Ok(reference) => Ok(Ok(reference)),
                Err(errors) => {
                    let form = typed.again(HERE, &app.fresh_id(now)?);
                    Ok(Err(page(app, &officer, &typed, form, errors, now)?))
                }
            }
        })
        .await?;
    match done {
        Ok(reference) => {
            let address = format!("{}?told={}", choices::matter_address(&reference), Verb::NoteDemand.word());
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
        }
        Err(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(&page)?).into_response()),
    }
}

fn entered(
    app: &App,
    officer: &SignedIn,
    typed: &Typed,
    now: Timestamp,
) -> Result<Result<String, Errors>, AppError> {
    let mut said: Said = PLAIN.iter().map(|field| ((*field).to_owned(), typed.get(field).to_owned())).collect();
    said.insert("body".to_owned(), typed.get("body").to_owned());
    let reference = app::normalise_reference(typed.get("matter"));
    said.insert("matter".to_owned(), reference.unwrap_or_else(|| typed.get("matter").to_owned()));
    let wants = typed.all("wants").filter(|word| SCOPE.iter().any(|(known, _)| known == word));
    said.extend(wants.map(|word| (format!("wants_{word}"), "yes".to_owned())));
    said.retain(|_, text| !text.is_empty());
    let mut errors = Errors::none();
    for field in Verb::NoteDemand.fields().iter().filter(|field| field.required) {
        if !said.contains_key(field.name) {
            errors = errors.with(field.name, &Refusal::Missing { field: field.label }.to_string());
        }
    }
    let barred = typed.get("barred") == "yes";
    for field in
        Verb::BarTelling.fields().iter().filter(|field| barred && typed.get(bar_field(field.name)).is_empty())
    {
        errors = errors.with(bar_field(field.name), &Refusal::Missing { field: field.label }.to_string());
    }
    if !errors.0.is_empty() {
        return Ok(Err(errors));
    }
    let bar = |field: &str| (field.to_owned(), typed.get(bar_field(field)).to_owned());
    let bar = barred.then(|| Said::from([bar("basis"), bar("until")]));
    let doing = typed.doing(&officer.actor(), now, "demand", &app.fresh_id(now)?);
    match app.demand(&doing, &Demand { said, bar }) {
        Ok(reference) => Ok(Ok(reference)),
        Err(AppError::Refused(refusal)) => Ok(Err(refused(&refusal))),
        Err(other) => Err(other),
    }
}

/// The name a field of the bar has in the form: the demand has a legal basis of its own.
fn bar_field(name: &str) -> &'static str {
    if name == "until" { "until" } else { "bar_basis" }
}

/// A refusal beside the field it is about.
fn refused(refusal: &Refusal) -> Errors {
    let (field, message) = match refusal {
        Refusal::NoSuchMatter => {
            ("matter", "没有找到这个编号；请核对来文写的编号。只能按编号要，不能按人查".to_owned())
        }
        Refusal::AccusedMayNotHold { .. } => {
            ("office", format!("{refusal}；被反映的机关和人员、其下属单位和所在单位，都不能得到信息"))
        }
        Refusal::OfficeUnknown { .. } => ("office", refusal.to_string()),
        other => {
            let field = match other.field() {
                Some(label) if label.starts_with("来文单位（机关名录以外") => "body",
                Some(label) if label.starts_with("来文单位") => "office",
                Some("来文文号") => "number",
                Some("不予告知至") => "until",
                Some(label) if label.starts_with("要") => "wants",
                Some(label) if label.starts_with("法律依据") => "basis",
                Some(label) if label.starts_with("为什么") => "reason",
                _ => "matter",
            };
            (field, other.to_string())
        }
    };
    Errors::none().with(field, &message)
}

/// The form with what was typed.
fn page(
    app: &App,
    officer: &SignedIn,
    typed: &Typed,
    form: Form,
    errors: Errors,
    now: Timestamp,
) -> Result<Page, AppError> {
    let directory = app.directory()?;
    let ticked: Vec<&str> = typed.all("wants").collect();
    let mut wants = choices::words(&SCOPE);
    for choice in &mut wants {
        choice.chosen = ticked.contains(&choice.value.as_str());
    }
    let kinds = Choice::pick(choices::words(words::DEMANDERS), typed.get("kind"));
    let own = &officer.officer.office;
    let last = day::plus_days(day::day_of(now), BAR_DAYS_MAX);
    Ok(Page {
        frame: officer.frame(HERE),
        form,
        errors,
        matter: typed.get("matter").to_owned(),
        kinds: vec![Group { label: String::new(), choices: kinds }],
        offices: choices::receivers(&directory, &OfficeCode(own.0.clone()), "", &[], typed.get("office")),
        body: typed.get("body").to_owned(),
        number: typed.get("number").to_owned(),
        basis: typed.get("basis").to_owned(),
        reason: typed.get("reason").to_owned(),
        wants,
        barred: typed.get("barred") == "yes",
        bar_basis: typed.get("bar_basis").to_owned(),
        until: typed.get("until").to_owned(),
        latest: format!("最晚 {}", full_day(last)),
    })
}
