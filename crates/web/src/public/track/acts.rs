//! What the person writes later: asking for review, and a further letter. The form first, then what came of it.

use app::{Doing, Target as Of};
use axum::Form;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use casework::act::TEXT_CHARACTERS_MAX;
use casework::command::MatterCommand;
use casework::day::day_of;
use casework::event::Channel;
use casework::verb::Verb;
use serde::Deserialize;

use super::enter::{self, Visit};
use super::status::{answering, window};
use crate::limit::Caller;
use crate::public::{nonce, plain};
use crate::show;
use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::view::form::{Errors, Target};
use crate::view::public::done::Done;
use crate::view::public::further::Further;
use crate::view::public::kept::Kept;
use crate::view::public::review::Review;

/// What the form carries; a form without `nonce` only asks to be shown.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Said {
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    text: String,
}

/// GET and POST /track/review
pub(super) async fn review(
    State(site): Here,
    method: Method,
    caller: Caller,
    Form(said): Form<Said>,
) -> Result<Response, Failure> {
    // Only what is posted is an act; an address that carries words does nothing.
    let said = if method == Method::POST { said } else { Said::default() };
    match enter::visit(&site, &caller).await {
        Ok(visit) => written(&site, &visit, Verb::RequestReview, said).await,
        Err(answer) => gone(&site, Verb::RequestReview, said, answer).await,
    }
}

/// GET and POST /track/further
pub(super) async fn further(
    State(site): Here,
    method: Method,
    caller: Caller,
    Form(said): Form<Said>,
) -> Result<Response, Failure> {
    // Only what is posted is an act; an address that carries words does nothing.
    let said = if method == Method::POST { said } else { Said::default() };
    match enter::visit(&site, &caller).await {
        Ok(visit) => written(&site, &visit, Verb::Repeat, said).await,
        Err(answer) => gone(&site, Verb::Repeat, said, answer).await,
    }
}

/// Without a visit the words must not be lost with it.
async fn gone(site: &Site, verb: Verb, said: Said, answer: Response) -> Result<Response, Failure> {
    let text = plain(&said.text);
    if answer.status().is_redirection() && !text.trim().is_empty() {
        return enter::again(site, verb, text).await;
    }
    Ok(answer)
}

/// The form with what was written before the visit ran out, or the matter's page where that act is not open.
pub(super) async fn resume(site: &Site, visit: &Visit, verb: Verb, text: &str) -> Result<Response, Failure> {
    match verb {
        Verb::Repeat | Verb::RequestReview => form(site, visit, verb, plain(text), Errors::none()).await,
        _ => Ok(Redirect::to("/track/matter").into_response()),
    }
}

async fn written(site: &Site, visit: &Visit, verb: Verb, said: Said) -> Result<Response, Failure> {
    let text = plain(&said.text).trim().to_owned();
    let response = if nonce::is_one(&said.nonce) {
        let errors = wrong(verb, &text);
        if errors.0.is_empty() {
            send(site, visit, verb, &said.nonce, text).await?
        } else {
            let shown = form(site, visit, verb, text, errors).await?;
            (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
        }
    } else if visit.matter.choices.iter().any(|choice| choice.verb == verb && choice.refusal.is_none()) {
        form(site, visit, verb, text, Errors::none()).await?
    } else {
        // The matter's page says why not.
        Redirect::to("/track/matter").into_response()
    };
    Ok(visit.keep(site, response))
}

fn wrong(verb: Verb, text: &str) -> Errors {
    let count = text.chars().count();
    if text.is_empty() {
        let message =
            if verb == Verb::Repeat { "请写明要补充什么" } else { "请写明哪里不服、为什么" };
        return Errors::none().with("text", message);
    }
    if count > TEXT_CHARACTERS_MAX {
        let message = format!("最多 {TEXT_CHARACTERS_MAX} 个字，现在有 {count} 个字；请分几次写，每一次都会登记");
        return Errors::none().with("text", &message);
    }
    Errors::none()
}

async fn form(site: &Site, visit: &Visit, verb: Verb, text: String, errors: Errors) -> Result<Response, Failure> {
    let directory = site.run(|app, _| app.directory()).await?;
    let (frame, matter) = (site.public_frame().await, &visit.matter);
    let (reference, back) = (visit.reference.clone(), Target::to("/track/matter"));
    let text_max = u32::try_from(TEXT_CHARACTERS_MAX).unwrap_or(u32::MAX);
    let answered_by = answering(matter, &directory);
    if verb == Verb::Repeat {
        let form = Target::to("/track/further").with("nonce", &site.nonce()?);
        let office = show::office(matter, answered_by);
        return page(&Further { frame, form, errors, reference, office, text, text_max, back });
    }
    let Some(clock) = window(matter) else { return Ok(Redirect::to("/track/matter").into_response()) };
    page(&Review {
        frame,
        form: Target::to("/track/review").with("nonce", &site.nonce()?),
        errors,
        reference,
        decided_by: answered_by.unwrap_or_else(|| matter.home.clone()),
        reviewer: matter.conflict.reviewer.clone().unwrap_or_else(|| "上一级机关".to_owned()),
        last_day: show::due(clock, day_of(site.now())),
        law: clock.cite.clone(),
        text,
        text_max,
        back,
    })
}

async fn send(site: &Site, visit: &Visit, verb: Verb, nonce: &str, text: String) -> Result<Response, Failure> {
    let command = nonce::command(verb.word(), nonce, [text.as_str()]);
    let actor = visit.matter.actor.clone();
    let (reader, reference, frame) = (visit.reader(), visit.reference.clone(), site.public_frame().await);
    let act = match verb {
        Verb::RequestReview => MatterCommand::RequestReview { text: text.clone() },
        _ => MatterCommand::Repeat { origin: None, channel: Channel::Web, people: 1, text: text.clone() },
    };
    let title = if verb == Verb::Repeat { "补充说明" } else { "申请复查" };
    let done = site
        .run(move |app, now| {
            let doing = Doing::live(actor.clone(), now, command);
            app.act(&doing, &Of::Reference(reference.clone()), &act)?;
            Ok((app.matter(&reader, &reference, now)?, now))
        })
        .await;
    let (matter, now) = match done {
        Ok(done) => done,
        // A rule said no: the words are given back, and where else they can go.
        Err(failure) => match failure.refusal() {
            Some(refusal) => {
                let shown = page(&Kept {
                    frame,
                    reference: visit.reference.clone(),
                    act: title.to_owned(),
                    rule: refusal.to_string(),
                    text,
                    further: Target::to("/track/further"),
                    back: Target::to("/track/matter"),
                })?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
            }
            None => return Err(failure),
        },
    };
    let clock = show::governing(&matter);
    page(&Done {
        frame,
        title: if verb == Verb::Repeat { "补充说明已登记" } else { "复查申请已登记" }.to_owned(),
        at: show::moment(now),
        reference: matter.reference.clone(),
        next: show::next(&matter),
        due: clock.map(|clock| show::due(clock, day_of(now))),
        sum: clock.map(show::sum).unwrap_or_default(),
        back: Target::to("/track/matter"),
    })
}
