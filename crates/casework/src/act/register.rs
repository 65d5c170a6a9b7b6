//! 登记: a new matter is entered. Nothing that is the person's to say may be refused for being late or unwelcome.

use std::collections::BTreeMap;

use super::permission::Permit;
use super::{Made, TEXT_CHARACTERS_MAX, bounded, not_accused, permission, required};
use crate::command::{Actor, Register};
use crate::event::{Event, MatterEvent, MatterFact, PartyNumber, Public, Sealed, Stream};
use crate::office::OfficeCode;
use crate::procedure::{Act, WhoIs};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// How long fields may be, in characters; forms show it before anything is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One line.
    pub summary: usize,
    /// The whole story.
    pub text: usize,
    /// A name.
    pub name: usize,
    /// A telephone number.
    pub phone: usize,
    /// How the person may be reached.
    pub contact: usize,
    /// Representatives.
    pub representatives: usize,
}

impl Limits {
    /// The limits in force.
    pub const NOW: Limits =
        Limits { summary: 200, text: TEXT_CHARACTERS_MAX, name: 60, phone: 40, contact: 500, representatives: 5 };
}

pub(super) fn act(world: &World<'_>, asked: &Register) -> Result<Made, Refusal> {
    let permit = permit(world, asked)?;
    check_words(asked)?;
    check_people(asked)?;
    if let Some(received) = asked.received.filter(|received| *received > world.today()) {
        return Err(Refusal::ReceivedAfterRegistered { received, registered: world.today() });
    }
    for code in asked.accused.iter().chain([&asked.place]).chain(&asked.competent) {
        if world.directory.office(code).is_none() {
            return Err(Refusal::OfficeUnknown { code: code.0.chars().take(40).collect() });
        }
    }
    if let Some(competent) = &asked.competent {
        not_accused(world, &asked.accused, competent)?;
    }
    let home = home(world, asked)?;
    let fact = MatterFact::Registered {
        reference: asked.reference.clone(),
        code_digest: asked.code_digest.clone(),
        origin: asked.origin.clone(),
        procedure: world.procedure.id.clone(),
        channel: asked.channel,
        people: asked.people,
        place: asked.place.clone(),
        category: asked.category.clone(),
        received: asked.received,
        anonymous: asked.petitioner.is_none(),
        representatives: u32::try_from(asked.representatives.len()).unwrap_or(u32::MAX),
        accused: asked.accused.clone(),
        home,
        competent: asked.competent.clone(),
    };
    let act = permit.act;
    let event = MatterEvent {
        act: act.id.clone(),
        step: act.to.clone().unwrap_or_else(|| world.step().to_owned()),
        track: None,
        tracks: BTreeMap::new(),
        closed: Vec::new(),
        found: act.sets.clone(),
        made: None,
        fact,
    };
    let event = Event { public: Public::Matter(event), sealed: sealed(asked) };
    Ok(vec![(Stream::Matter(asked.id.clone()), event)])
}

/// The registration it is: at the office that will answer, where that office enters it itself; else at the petition
/// office.
fn permit<'a>(world: &World<'a>, asked: &Register) -> Result<Permit<'a>, Refusal> {
    let at_competent = |act: &Act| {
        act.by.iter().any(|who| world.procedure.who.get(who).is_some_and(|who| who.is == WhoIs::Competent))
    };
    if enters_itself(world, asked)
        && let Ok(permit) = permission::permitted(world, Verb::Register, at_competent)
    {
        return Ok(permit);
    }
    permission::permitted(world, Verb::Register, |act| !at_competent(act))
}

/// Whether the officer's own office is named as the one that must answer.
fn enters_itself(world: &World<'_>, asked: &Register) -> bool {
    matches!(world.actor, Actor::Officer { office, .. } if asked.competent.as_ref() == Some(office))
}

fn check_words(asked: &Register) -> Result<(), Refusal> {
    let limits = Limits::NOW;
    required("概述", &asked.summary)?;
    bounded("概述", &asked.summary, limits.summary)?;
    required("内容", &asked.text)?;
    bounded("联系方式", &asked.contact, limits.contact)?;
    required("类别", &asked.category)?;
    bounded("类别", &asked.category, limits.name)?;
    for person in asked.petitioner.iter().chain(&asked.representatives) {
        required("姓名", &person.name)?;
        bounded("姓名", &person.name, limits.name)?;
        bounded("电话", &person.phone, limits.phone)?;
    }
    Ok(())
}

fn check_people(asked: &Register) -> Result<(), Refusal> {
    if asked.people == 0 {
        return Err(Refusal::NobodyCame);
    }
    let given = asked.representatives.len();
    let many = asked.people > 5 && asked.petitioner.is_some();
    if given > Limits::NOW.representatives || (many && given == 0) {
        return Err(Refusal::Representatives { people: asked.people, given });
    }
    Ok(())
}

/// The office that keeps the matter: the officer's own, or the petition office that serves the place. What an office
/// enters that must answer itself is kept by that petition office too: nobody supervises themselves.
fn home(world: &World<'_>, asked: &Register) -> Result<OfficeCode, Refusal> {
    if let Actor::Officer { office, .. } = world.actor
        && !enters_itself(world, asked)
    {
        // An office complained of does not take its own complaint down.
        if asked.accused.contains(office) {
            return Err(Refusal::AccusedMayNotHold { office: world.directory.name_of(office) });
        }
        return Ok(office.clone());
    }
    let place = || Refusal::NobodyRegisters { place: world.directory.name_of(&asked.place) };
    let petition_office = world.directory.petition_office_for(&asked.place).map(|office| office.code.clone());
    // Where the petition office itself is complained of, the nearest body above it that is not takes it down.
    let line = petition_office.map_or_else(Vec::new, |office| world.directory.line_of(&office));
    let free = line.into_iter().find(|office| !asked.accused.contains(&office.code));
    free.map(|office| office.code.clone()).or_else(|| asked.competent.clone()).ok_or_else(place)
}

fn sealed(asked: &Register) -> Vec<Sealed> {
    let nobody = crate::command::Person::default();
    let petitioner = asked.petitioner.as_ref().unwrap_or(&nobody);
    let mut all = vec![Sealed::first([
        ("summary", &asked.summary),
        ("text", &asked.text),
        ("name", &petitioner.name),
        ("phone", &petitioner.phone),
        ("contact", &asked.contact),
    ])];
    for (number, person) in (1..).zip(&asked.representatives) {
        all.push(Sealed::of(PartyNumber(number), [("name", &person.name), ("phone", &person.phone)]));
    }
    all
}
