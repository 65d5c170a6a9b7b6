//! GET and POST /file: one question a page. Nothing is kept here until it is sent: earlier answers ride in the form.

mod answers;
mod check;
mod pages;
mod places;
mod send;

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use casework::office::Directory;

use self::answers::{Answers, Step};
use super::nonce;
use crate::site::{Here, Site};
use crate::trouble::Failure;
use crate::view::form::Errors;

/// The first question.
pub(super) async fn begin(State(site): Here) -> Result<Response, Failure> {
    let answers = Answers::fresh(site.nonce()?);
    show(&site, Step::About, &answers, Errors::none()).await
}

/// An answer, a step back, a change, or the whole sent.
pub(super) async fn answer(
    State(site): Here,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let (mut answers, step, go) = answers::read(pairs);
    if !nonce::is_one(answers.get("nonce")) {
        answers.set("nonce", &site.nonce()?);
    }
    let directory = site.run(|app, _| app.directory()).await?;
    match go.as_str() {
        "back" => show(&site, step.before(&answers, &directory), &answers, Errors::none()).await,
        "send" => match wrong(&answers, &directory) {
            Some((step, errors)) => show(&site, step, &answers, errors).await,
            None => send::send(&site, &answers).await,
        },
        other => match Step::named(other) {
            Some(wanted) => show(&site, wanted, &answers, Errors::none()).await,
            None => next(&site, step, &answers, &directory).await,
        },
    }
}

/// On to the next question; to the last page again where an answer was changed from there.
async fn next(site: &Site, step: Step, answers: &Answers, directory: &Directory) -> Result<Response, Failure> {
    let errors = check::errors(step, answers, directory);
    if !errors.0.is_empty() {
        return show(site, step, answers, errors).await;
    }
    let onward = if answers.get("checked").is_empty() {
        step.after(answers, directory)
    } else {
        wrong(answers, directory).map_or(Step::Check, |(step, _)| step)
    };
    show(site, onward, answers, Errors::none()).await
}

/// The first step with something wrong in it.
fn wrong(answers: &Answers, directory: &Directory) -> Option<(Step, Errors)> {
    Step::ALL.into_iter().find_map(|step| {
        let errors = check::errors(step, answers, directory);
        (!errors.0.is_empty()).then_some((step, errors))
    })
}

async fn show(site: &Site, step: Step, answers: &Answers, errors: Errors) -> Result<Response, Failure> {
    let directory = site.run(|app, _| app.directory()).await?;
    if places::top(&directory).is_none() {
        // Without an office to register it, nothing may be taken in and lost.
        return Err(Failure::status(StatusCode::SERVICE_UNAVAILABLE));
    }
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = pages::show(site.public_frame(), step, answers, errors, &directory)?;
    Ok((status, shown).into_response())
}
