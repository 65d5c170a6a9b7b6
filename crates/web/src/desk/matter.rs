//! One matter at the desk: where it stands, what may be done, what has happened.

use app::show::{MatterShown, PartyShown, Reader};
use app::{App, AppError};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use casework::day as calendar;
use casework::office::Role;
use casework::verb::Verb;
use jiff::Timestamp;
use serde::Deserialize;

use super::asks::{Desk, Mend, readable};
use super::choices;
use super::demand;
use super::files;
use super::flash;
use super::letter;
use super::signed_in::SignedIn;
use super::typed;
use crate::show;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::desk::matter::{Intake, LetterLine, Matter, Parties};
use crate::view::frame::{DeskFrame, Link};

pub(super) async fn show(
    officer: SignedIn,
    State(site): Here,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    let page = site.run(move |app, now| matter(app, &officer, &reference, None, now)).await?;
    trouble::page(&page)
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    reference: String,
}

/// GET /desk/open?reference=: the matter somebody reads out the reference of. Found or not is the matter page's to say.
pub(super) async fn open(_: SignedIn, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let Some(reference) = app::normalise_reference(&wanted.reference) else {
        return Err(Failure::input(
            "编号不对：像 1234-261122-5678-90123 这样，最后一位是校验码，请对照回执或文书",
        ));
    };
    Ok(Redirect::to(&choices::matter_address(&reference)).into_response())
}

/// The page of a matter, with a form to be mended where one was sent back.
pub(super) fn matter(
    app: &App,
    officer: &SignedIn,
    reference: &str,
    mend: Option<Mend<'_>>,
    now: Timestamp,
) -> Result<Matter, AppError> {
    let shown = app.matter(&Reader::Officer(officer.actor()), reference, now)?;
    let (directory, once) = (app.directory()?, app.fresh_id(now)?);
    let office = &officer.officer.office;
    let desk = Desk { matter: &shown, directory: &directory, office, once: &once, mend };
    let address = |index| letter::address(&shown.reference, index);
    let linked = |index: usize| {
        let document = shown.documents.iter().find(|document| document.index == index)?;
        readable(document).then(|| address(index))
    };
    let today = calendar::day_of(now);
    let repeats = shown.choices.iter().any(|choice| choice.verb == Verb::Repeat && choice.refusal.is_none());
    let further = Link::new("登记再次来信来访", format!("/desk/register?of={}", shown.reference));
    Ok(Matter {
        frame: frame(officer, &shown),
        reference: shown.reference.clone(),
        summary: shown.summary.clone(),
        step: shown.step_name.clone(),
        owner: if shown.ended { "已办结".to_owned() } else { shown.owner.clone() },
        since: show::full_day(shown.since),
        due: show::governing(&shown).map(|clock| show::due(clock, today)),
        place: shown.place.clone(),
        category: shown.category.clone(),
        people: shown.people,
        law: shown.law.clone(),
        key_ground: shown.key.clone(),
        clocks: show::clocks(&shown, now, false),
        acts: desk.acts(),
        intakes: intakes(&shown),
        story: show::story(&shown, &linked),
        letters: letters(&shown),
        files: show::files(&shown, |number| files::address(&shown.reference, number)),
        attach: (shown.conflict.left.is_none() && app.may(&officer.actor(), Verb::Supplement.word()))
            .then(|| typed::once(&format!("{}/files", choices::matter_address(&shown.reference)), &once)),
        approval: letter::approval_address(&shown.reference),
        parties: (!shown.is_sealed).then(|| parties(&shown.parties)),
        remains: shown.remains.clone(),
        accused: shown.accused.clone(),
        respondents: shown.conflict.respondents.clone(),
        left: shown.conflict.left.clone(),
        further: repeats.then_some(further),
        demand: is_home(officer, &shown).then(|| demand::link(&shown.reference)),
    })
}

/// Whether the officer enters what other bodies demand of the matter: it is their office that registered it.
fn is_home(officer: &SignedIn, shown: &MatterShown) -> bool {
    let demanded = shown.procedure.family == casework::demand::FAMILY;
    let enters = [Role::Registrar, Role::PetitionChief].iter().any(|role| officer.officer.roles.contains(role));
    !demanded && enters && shown.home == officer.office
}

/// The frame; after an act that made a document, with the way to it.
fn frame(officer: &SignedIn, shown: &MatterShown) -> DeskFrame {
    let mut frame = officer.frame("/desk");
    let last = shown.documents.iter().rev().find(|document| readable(document) && document.served.is_none());
    if let (Some(flash), Some(document)) = (&mut frame.flash, last)
        && flash::makes_document(officer.told())
    {
        let name = format!("看{}", document.name);
        flash.next = Some(Link::new(name, letter::address(&shown.reference, document.index)));
    }
    frame
}

fn intakes(shown: &MatterShown) -> Vec<Intake> {
    shown
        .intakes
        .iter()
        .map(|intake| Intake {
            received: show::moment(intake.at),
            channel: intake.channel.name().to_owned(),
            icon: choices::channel_icon(Some(intake.channel)).to_owned(),
            people: intake.people,
            text: intake.text.clone(),
            further: intake.number > 1,
        })
        .collect()
}

fn letters(shown: &MatterShown) -> Vec<LetterLine> {
    let readable = shown.documents.iter().rev().filter(|document| readable(document));
    readable
        .map(|document| {
            let address = letter::address(&shown.reference, document.index);
            LetterLine {
                name: document.name.clone(),
                number: document.number.clone(),
                state: letter::state(document),
                pdf: format!("{address}.pdf"),
                preview: address,
            }
        })
        .collect()
}

fn parties(parties: &[PartyShown]) -> Parties {
    let petitioner = parties.iter().find(|party| party.number == 0);
    let text = |pick: fn(&PartyShown) -> &String| petitioner.map(pick).cloned().unwrap_or_default();
    let name = text(|party| &party.name);
    let others = parties.iter().filter(|party| party.number > 0);
    Parties {
        name: (!name.is_empty()).then_some(name),
        phone: text(|party| &party.phone),
        contact: text(|party| &party.contact).lines().map(str::to_owned).collect(),
        representatives: others.map(|party| format!("{} {}", party.name, party.phone)).collect(),
    }
}
