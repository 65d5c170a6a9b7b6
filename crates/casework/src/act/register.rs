//! 登记: a new matter is entered. Nothing that is the person's to say may be refused for being late or unwelcome.

use std::collections::BTreeMap;

use super::permission::Permit;
use super::{
    Made, TEXT_CHARACTERS_MAX, bounded, channel_is_theirs, not_accused, permission, required, required_within,
};
use crate::category;
use crate::command::{Actor, Register};
use crate::conflict::{self, Accused};
use crate::day;
use crate::event::{Event, MatterEvent, MatterFact, PartyNumber, Public, Sealed, Stream};
use crate::office::{Login, Office, OfficeCode, OfficeKind, Role};
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
    let mut asked = with_offices_of_accused(world, asked)?;
    without_accused(world, &mut asked);
    let asked = &asked;
    let permit = permit(world, asked)?;
    channel_is_theirs(world, asked.channel)?;
    check_words(asked)?;
    check_people(asked)?;
    check_received(world, asked)?;
    for code in asked.accused.iter().chain(&asked.respondents).chain([&asked.place]).chain(&asked.competent) {
        if world.directory.office(code).is_none() {
            return Err(Refusal::OfficeUnknown { code: code.0.chars().take(40).collect() });
        }
    }
    check_place(world, asked)?;
    let is_about_somebody = world.procedure.who.values().any(|who| who.is == WhoIs::AboveAccused);
    if is_about_somebody && asked.accused.is_empty() {
        return Err(Refusal::Missing { field: "被反映的机关或者人员" });
    }
    if !category::is_known(&asked.category, world.directory) {
        return Err(Refusal::CategoryUnknown);
    }
    let competent = competent(world, asked, permit.act)?;
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
        accused_officers: asked.accused_officers.clone(),
        respondents: asked.respondents.clone(),
        home,
        competent,
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

fn accused(asked: &Register) -> Accused<'_> {
    Accused { offices: &asked.accused, officers: &asked.accused_officers }
}

/// A complaint about an officer is kept from the whole office: who works beside them is not free, whoever decides.
fn with_offices_of_accused(world: &World<'_>, asked: &Register) -> Result<Register, Refusal> {
    let mut asked = asked.clone();
    let named = conflict::named_in(world.directory, &asked.accused_people);
    let named: Vec<Login> = named.map(|officer| officer.login.clone()).collect();
    asked.accused_officers.extend(named);
    asked.accused_officers.sort();
    asked.accused_officers.dedup();
    for login in &asked.accused_officers {
        let unknown = || Refusal::OfficerUnknown { login: login.0.chars().take(40).collect() };
        let office = &world.directory.officer(login).ok_or_else(unknown)?.office;
        if !asked.accused.contains(office) {
            asked.accused.push(office.clone());
        }
    }
    Ok(asked)
}

/// Who is accused may not even answer first: an office is one or the other.
fn without_accused(world: &World<'_>, asked: &mut Register) {
    let mut respondents = std::mem::take(&mut asked.respondents);
    respondents.retain(|code| !accused(asked).reaches(world.directory, code));
    respondents.sort();
    respondents.dedup();
    asked.respondents = respondents;
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
    required_within("概述", &asked.summary, limits.summary)?;
    required("内容", &asked.text)?;
    bounded("联系方式", &asked.contact, limits.contact)?;
    bounded("被反映的人", &asked.accused_people, limits.summary)?;
    required("类别", &asked.category)?;
    for person in asked.petitioner.iter().chain(&asked.representatives) {
        required_within("姓名", &person.name, limits.name)?;
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

/// A day of receipt is neither to come nor a slip in the year. A letter that lay for years is registered all the same.
fn check_received(world: &World<'_>, asked: &Register) -> Result<(), Refusal> {
    let Some(received) = asked.received else { return Ok(()) };
    let registered = world.today();
    if received > registered {
        return Err(Refusal::ReceivedAfterRegistered { received, registered });
    }
    if received < day::plus_days(registered, -RECEIVED_DAYS_MAX) {
        return Err(Refusal::ReceivedLongBefore { received });
    }
    Ok(())
}

/// Ten years.
const RECEIVED_DAYS_MAX: i32 = 3_653;

/// A place is a division. A table of another system need not say one: its messages then stand at the office itself.
fn check_place(world: &World<'_>, asked: &Register) -> Result<(), Refusal> {
    let Some(place) = world.directory.office(&asked.place) else { return Ok(()) };
    let is_division = match place.kind {
        OfficeKind::City | OfficeKind::County | OfficeKind::Township | OfficeKind::Village => true,
        OfficeKind::Department | OfficeKind::PetitionOffice | OfficeKind::JointMeeting => false,
    };
    if is_division || *world.actor == Actor::Import {
        return Ok(());
    }
    Err(Refusal::PlaceIsNoDivision { place: place.name.clone() })
}

/// The office that must answer: the one named. Where none is named and the first step already lies with it, the one
/// office of the place that answers for such matters: a matter nobody owns would be lost.
fn competent(world: &World<'_>, asked: &Register, act: &Act) -> Result<Option<OfficeCode>, Refusal> {
    if let Some(named) = &asked.competent {
        not_accused(world, accused(asked), named)?;
        return Ok(Some(named.clone()));
    }
    let owner = act.to.as_ref().and_then(|step| world.procedure.steps.get(step)?.owner.as_ref());
    let is_competent = |who: &String| world.procedure.who.get(who).is_some_and(|who| who.is == WhoIs::Competent);
    if !owner.is_some_and(is_competent) {
        return Ok(None);
    }
    let line = world.directory.line_of(&asked.place);
    let of_place = |office: &&Office| {
        line.iter().any(|body| body.code == office.code || office.parent.as_ref() == Some(&body.code))
    };
    let answers = |office: &&Office| office.fields.contains(&asked.category);
    let free = |office: &&Office| not_accused(world, accused(asked), &office.code).is_ok();
    let mut fitting = world.directory.offices().filter(answers).filter(of_place).filter(free);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(Some(only.code.clone())),
        _ => Err(Refusal::NobodyCompetent { category: asked.category.clone() }),
    }
}

/// The office that registers: the officer's own, or the petition office that serves the place. Where that office is
/// itself complained of, or lies below a body that is, an office above: the accused never hold the matter.
fn home(world: &World<'_>, asked: &Register) -> Result<OfficeCode, Refusal> {
    let place = || Refusal::NobodyRegisters { place: world.directory.name_of(&asked.place) };
    let usual = match world.actor {
        // What an office enters that must answer itself is kept by the petition office: nobody supervises themselves.
        Actor::Officer { office, .. } if !enters_itself(world, asked) => office.clone(),
        _ => {
            let petition_office = world.directory.petition_office_for(&asked.place);
            let code = petition_office.map(|office| office.code.clone());
            code.or_else(|| asked.competent.clone()).ok_or_else(place)?
        }
    };
    if not_accused(world, accused(asked), &usual).is_ok() {
        return Ok(usual);
    }
    above_the_accused(world, asked, &usual)
}

/// The nearest office above `usual` that is neither accused nor below one that is, and in which somebody can register
/// and pass on: a matter nobody can open would be lost. A petition office comes before the body it stands beside.
fn above_the_accused(world: &World<'_>, asked: &Register, usual: &OfficeCode) -> Result<OfficeCode, Refusal> {
    let directory = world.directory;
    let free = |code: &OfficeCode| not_accused(world, accused(asked), code).is_ok();
    let works = |code: &OfficeCode| {
        let passes_on = |role: &Role| matches!(role, Role::Registrar | Role::PetitionChief);
        directory.officers().any(|officer| officer.office == *code && officer.roles.iter().any(passes_on))
    };
    let line = directory.line_of(usual);
    for body in line.iter().skip(1).filter(|body| free(&body.code)) {
        let beside = directory.offices().filter(|office| {
            office.kind == OfficeKind::PetitionOffice && office.parent.as_ref() == Some(&body.code)
        });
        let found = beside.chain([*body]).find(|office| free(&office.code) && works(&office.code));
        if let Some(found) = found {
            return Ok(found.code.clone());
        }
    }
    // Not back to the petition office complained of: to a body whose own is free.
    let own_is_free = |body: &Office| {
        let mut beside = directory.offices().filter(|office| {
            office.kind == OfficeKind::PetitionOffice && office.parent.as_ref() == Some(&body.code)
        });
        beside.all(|office| free(&office.code))
    };
    let nearest = line.iter().skip(1).find(|body| free(&body.code) && own_is_free(body));
    Err(Refusal::AccusedWouldRegister {
        office: directory.name_of(usual),
        turn_to: nearest.map_or_else(|| "上一级党委、政府".to_owned(), |body| body.name.clone()),
    })
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
        ("accused", &asked.accused_people),
    ])];
    for (number, person) in (1..).zip(&asked.representatives) {
        all.push(Sealed::of(PartyNumber(number), [("name", &person.name), ("phone", &person.phone)]));
    }
    all
}
