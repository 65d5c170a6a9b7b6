//! GET and POST /track/rate: the petition office and the competent office, each rated once.

use app::show::MatterShown;
use app::{AppError, Doing, Target as Of};
use axum::Form;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use casework::command::MatterCommand;
use casework::office::Directory;
use casework::refusal::Refusal;
use casework::verb::Verb;
use casework::words;

use super::enter::{self, Visit};
use super::status::answering;
use crate::limit::Caller;
use crate::public::nonce;
use crate::show;
use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::view::form::{Choice, Errors, Target};
use crate::view::public::done::Done;
use crate::view::public::rate::{Rate, Rated};

/// The form, or the ratings given in it.
pub(super) async fn rate(
    State(site): Here,
    method: Method,
    caller: Caller,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let visit = match enter::visit(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let open = visit.matter.choices.iter().any(|choice| choice.verb == Verb::Rate && choice.refusal.is_none());
    // Only what is posted is an act; an address that carries words does nothing.
    let sent = if method == Method::POST { sent } else { Vec::new() };
    let nonce =
        sent.iter().find(|(name, nonce)| name == "nonce" && nonce::is_one(nonce)).map(|(_, nonce)| nonce.clone());
    let response = match nonce {
        Some(nonce) => give(&site, &visit, &nonce, &sent).await?,
        None if !open => Redirect::to("/track/matter").into_response(),
        None => show_form(&site, &visit, Errors::none()).await?,
    };
    Ok(visit.keep(&site, response))
}

async fn show_form(site: &Site, visit: &Visit, errors: Errors) -> Result<Response, Failure> {
    let directory = site.run(|app, _| app.directory()).await?;
    page(&Rate {
        frame: site.public_frame().await,
        form: Target::to("/track/rate").with("nonce", &site.nonce()?),
        errors,
        reference: visit.reference.clone(),
        rated: rated(&visit.matter, &directory),
        levels: Choice::list(words::RATINGS),
        back: Target::to("/track/matter"),
    })
}

fn rated(matter: &MatterShown, directory: &Directory) -> Vec<Rated> {
    let competent = answering(matter, directory);
    let objects = [
        ("petition_office", Some(matter.home.clone()), "登记、转送、告诉您进展"),
        ("competent_office", competent, "调查、作出答复"),
    ];
    objects
        .into_iter()
        .filter_map(|(field, office, did)| {
            let given = matter.ratings.iter().find(|(about, _)| about == field);
            let given = given.map(|(_, rating)| format!("您已评价：{}", words::name_in(words::RATINGS, rating)));
            Some(Rated {
                field: field.to_owned(),
                office: office?,
                did: did.to_owned(),
                given: given.unwrap_or_default(),
            })
        })
        .collect()
}

async fn give(site: &Site, visit: &Visit, nonce: &str, sent: &[(String, String)]) -> Result<Response, Failure> {
    let given: Vec<(String, String)> = sent
        .iter()
        .filter(|(about, rating)| {
            let known = |list: &[words::Word], word: &str| list.iter().any(|(known, _)| *known == word);
            known(words::RATED_OBJECTS, about) && known(words::RATINGS, rating)
        })
        .cloned()
        .collect();
    if given.is_empty() {
        let open = rated_open(visit);
        let shown = show_form(site, visit, Errors::none().with(open, "请至少评价一个单位")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    let actor = visit.matter.actor.clone();
    let (reference, nonce) = (visit.reference.clone(), nonce.to_owned());
    let now = site.now();
    let taken = site
        .run(move |app, now| {
            let mut taken = false;
            for (about, rating) in given {
                let command = nonce::command("rate", &nonce, [about.as_str()]);
                let doing = Doing::live(actor.clone(), now, command);
                match app.act(&doing, &Of::Reference(reference.clone()), &MatterCommand::Rate { about, rating }) {
                    // Sent from two windows: what was said first stands.
                    Ok(_) => taken = true,
                    Err(AppError::Refused(Refusal::RatedBefore)) => {}
                    Err(other) => return Err(other),
                }
            }
            Ok(taken)
        })
        .await?;
    page(&Done {
        frame: site.public_frame().await,
        title: if taken { "评价已记下" } else { "您以前评价过了，这次没有改动" }.to_owned(),
        at: show::moment(now),
        reference: visit.reference.clone(),
        next: String::new(),
        due: None,
        sum: Vec::new(),
        back: Target::to("/track/matter"),
    })
}

/// The first object that can still be rated.
fn rated_open(visit: &Visit) -> &'static str {
    let rated = |word: &str| visit.matter.ratings.iter().any(|(about, _)| about == word);
    if rated("petition_office") { "competent_office" } else { "petition_office" }
}
