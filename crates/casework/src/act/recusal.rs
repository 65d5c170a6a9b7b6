//! 回避: nobody acts, chairs, mediates or approves in a matter that is about them, their office or their own interest.

use std::collections::BTreeMap;

use super::permission::{Permit, cite};
use crate::command::Actor;
use crate::conflict;
use crate::office::{Login, Officer};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

/// Fields in which an officer is named who is to have a part in the matter.
const NAMES: [&str; 5] = ["chair", "mediator", "leader", "person", "panel"];

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

/// No officer that an act names, by login or by name, is kept from the matter.
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
    let found = officers.find(|officer| is_barred(world, officer));
    match found {
        Some(officer) => Err(Refusal::Barred { officer: officer.name.clone() }),
        None => Ok(()),
    }
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
