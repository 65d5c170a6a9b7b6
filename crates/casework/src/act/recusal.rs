//! 回避: nobody acts, chairs, mediates or approves in a matter that is about them, their office or their own interest.

use std::collections::BTreeMap;

use super::permission::{Permit, cite};
use crate::command::Actor;
use crate::conflict::{self, Respondents};
use crate::office::{Login, OfficeCode, Officer};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::{self, World};

/// Fields in which an officer is named who is to have a part in the matter.
const NAMES: [&str; 5] = ["chair", "mediator", "leader", "person", "panel"];

/// Those among them in which somebody is named who stands between the person and the office.
const PRESIDES: [&str; 3] = ["chair", "mediator", "panel"];

/// Whether the actor may have anything to do with the matter.
///
/// # Errors
/// [`Refusal::Barred`].
pub(super) fn not_barred(world: &World<'_>) -> Result<(), Refusal> {
    let (Some(matter), Actor::Officer { login, office, .. }) = (world.matter, world.actor) else { return Ok(()) };
    if conflict::bars(world.directory, matter, login, office) {
        return Err(Refusal::Barred { officer: name_of(world, login) });
    }
    Ok(())
}

/// Whether the actor has answered what they are asked before anything else: whoever worked where the matter comes from, or whose
/// decision it is about, says first whether they have an interest in it.
///
/// # Errors
/// [`Refusal::NotNow`]: they have not, or they are not asked.
pub(super) fn answered(world: &World<'_>, verb: Verb) -> Result<(), Refusal> {
    let asked = asked_to_declare(world);
    let must = match (asked, verb) {
        (None, Verb::DeclareNoInterest) => "您曾在被反映或者作出原决定的单位任职，而且还没有申明".to_owned(),
        (None, _) | (Some(_), Verb::Recuse | Verb::DeclareNoInterest) => return Ok(()),
        (Some(left), _) => format!(
            "您曾在{}任职，要先回答与这件事有没有利害关系（有的“{}”，没有的“{}”），已经回答",
            world.directory.name_of(left),
            Verb::Recuse.name(),
            Verb::DeclareNoInterest.name()
        ),
    };
    let declaring = world.procedure.acts().map(|(_, act)| act).find(|act| act.verb == Verb::DeclareNoInterest);
    let cite = declaring.map_or_else(String::new, |act| cite(world, act));
    Err(Refusal::NotNow { verb, must, cite })
}

/// The office the actor left, where this matter asks them about it and they have not answered. A matter under a text
/// that knows no such answer asks nobody.
pub fn asked_to_declare<'a>(world: &World<'a>) -> Option<&'a OfficeCode> {
    let (Some(matter), Actor::Officer { login, office, .. }) = (world.matter, world.actor) else { return None };
    let left = conflict::left_behind(world.directory, matter, login, office)?;
    let known = world.procedure.everywhere.iter().any(|act| act.verb == Verb::DeclareNoInterest);
    (known && !conflict::declared_none(matter, login)).then_some(left)
}

/// Whether an officer of this login may have a part in the matter.
///
/// # Errors
/// [`Refusal::Barred`].
pub(super) fn login_not_barred(world: &World<'_>, login: &Login) -> Result<(), Refusal> {
    match world.directory.officer(login).filter(|officer| is_barred(world, officer)) {
        Some(officer) => Err(Refusal::Barred { officer: officer.name.clone() }),
        None => Ok(()),
    }
}

/// No officer that an act names, by login or by name, is kept from the matter; and who presides, mediates or looks into it
/// again is not of those whose own decision is complained of, nor the office that watches over them.
///
/// # Errors
/// [`Refusal::Barred`].
pub(super) fn named_not_barred(
    world: &World<'_>,
    verb: Verb,
    public: &BTreeMap<String, String>,
    sealed: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    if verb == Verb::DecideRecusal {
        return Ok(());
    }
    let named: Vec<&String> = NAMES.iter().filter_map(|field| sealed.get(*field).or(public.get(*field))).collect();
    let mut officers = named.iter().flat_map(|text| conflict::named_in(world.directory, text));
    if let Some(officer) = officers.find(|officer| is_barred(world, officer)) {
        return Err(Refusal::Barred { officer: officer.name.clone() });
    }
    let presiding = PRESIDES.iter().filter_map(|field| sealed.get(*field).or(public.get(*field)));
    let mut presiding = presiding.flat_map(|text| conflict::named_in(world.directory, text));
    if let Some(officer) = presiding.find(|officer| answers_itself(world, &officer.office)) {
        return Err(Refusal::Barred { officer: officer.name.clone() });
    }
    let watching = public.get(world::SUPERVISOR).map(|code| OfficeCode(code.clone()));
    match watching.filter(|office| answers_itself(world, office)) {
        Some(office) => Err(Refusal::Barred { officer: world.directory.name_of(&office) }),
        None => Ok(()),
    }
}

/// Whether an office's own decision is complained of, or that of one above it.
fn answers_itself(world: &World<'_>, office: &OfficeCode) -> bool {
    world.matter.is_some_and(|matter| Respondents::of(matter).reach(world.directory, office))
}

/// A recusal is decided by somebody else than the officer it is about, and names them where it is granted.
///
/// # Errors
/// [`Refusal::SameHands`], [`Refusal::Missing`].
pub(super) fn decided(
    world: &World<'_>,
    permit: &Permit<'_>,
    public: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    let granted = public.get("result").is_some_and(|result| result == words::RECUSED);
    let Some(login) = public.get("officer").map(|login| Login(login.clone())) else {
        return if granted { Err(Refusal::Missing { field: "回避的人员" }) } else { Ok(()) };
    };
    match world.actor {
        Actor::Officer { login: own, .. } if *own == login => {
            Err(Refusal::OwnRecusal { cite: cite(world, permit.act) })
        }
        _ => Ok(()),
    }
}

fn is_barred(world: &World<'_>, officer: &Officer) -> bool {
    world.matter.is_some_and(|matter| conflict::bars(world.directory, matter, &officer.login, &officer.office))
}

fn name_of(world: &World<'_>, login: &Login) -> String {
    world.directory.officer(login).map_or_else(|| login.0.clone(), |officer| officer.name.clone())
}
