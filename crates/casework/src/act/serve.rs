//! 送达: a document reaches the person, served by whoever made it. An answer is given on service.

use std::collections::BTreeMap;

use super::permission::Permit;
use super::{Made, happened_without_document, matter, one_of, permission, personal_data};
use crate::command::{Actor, FIRST};
use crate::event::{MatterFact, PartyNumber, Sealed};
use crate::matter::{Document, Matter};
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

pub(super) fn act(
    world: &World<'_>,
    document: &str,
    how: &str,
    proof: &str,
    party: Option<u32>,
) -> Result<Made, Refusal> {
    let matter = matter(world)?;
    let party = one_of_them(matter, party)?;
    let made = to_serve(world, matter, document, party).ok_or_else(|| nothing_to_serve(world, document))?;
    let serves = |act: &Act| act.letter.as_deref() == Some(document);
    let notice = match made.services.first().and_then(|first| matter.history.get(first_index(first.event))) {
        // What reached one of several people reaches the next: the matter moved on with the first.
        Some(first) => Act { id: first.act.clone(), ..notice() },
        None => notice(),
    };
    let permit = match permission::permitted(world, Verb::Serve, serves) {
        _ if !made.services.is_empty() => Permit { act: &notice, track: None },
        Ok(permit) => permit,
        // A notice that answers nothing may be served whenever it is ready; it moves nothing.
        Err(refusal) if super::answers(world.procedure, document) || stands_here(world, document) => {
            return Err(refusal);
        }
        Err(_) => Permit { act: &notice, track: None },
    };
    if let Actor::Officer { office, .. } = world.actor
        && *office != made.made.office
    {
        let who = world.directory.name_of(&made.made.office);
        return Err(Refusal::NotYours { verb: Verb::Serve, who, cite: permission::cite(world, permit.act) });
    }
    one_of("送达方式", how, words::SERVICE_MEANS)?;
    super::bounded("送达凭证", proof, super::TEXT_CHARACTERS_MAX)?;
    let answers = permit.act.answers;
    let fact = MatterFact::Served { document: document.to_owned(), how: how.to_owned(), answers, party };
    let whose = PartyNumber(party.unwrap_or(FIRST));
    // What was granted is done with its service: the person was told before their words are gone.
    let erased = personal_data::erased_with(world, &permit, made)?;
    let mut made = happened_without_document(world, &permit, fact, vec![Sealed::of(whose, [("proof", proof)])])?;
    made.extend(erased);
    Ok(made)
}

/// Whom a service is said to reach. A matter of one person has nobody else to tell apart.
fn one_of_them(matter: &Matter, party: Option<u32>) -> Result<Option<u32>, Refusal> {
    match party {
        Some(number) if !matter.people().contains(&number) => Err(Refusal::FieldUnreadable {
            field: "送达给谁",
            want: "这件事项的信访人（0）或者第几位代表",
            value: number.to_string(),
        }),
        party => Ok(party.filter(|_| matter.is_joint())),
    }
}

/// The document that a service would be of. Of several people each is served once, and nobody who did not ask with what
/// answers those who did.
fn to_serve<'a>(
    world: &World<'_>,
    matter: &'a Matter,
    document: &str,
    party: Option<u32>,
) -> Option<&'a Document> {
    let made = matter.documents.get(matter.reached_by(document, party)?)?;
    if !matter.is_joint() {
        return Some(made);
    }
    let Some(person) = party else {
        let fresh = made.services.is_empty() || !matter.waiting(world.procedure, made).is_empty();
        return fresh.then_some(made);
    };
    let is_theirs = matter.addressees(world.procedure, made).contains(&person);
    // Who was reached together with the others may be served themselves, while that still changes something.
    let over = matter.reach(made, person).is_some_and(|service| {
        let asked = |request: &crate::matter::Request| request.person == person && request.event > service.event;
        world.procedure.is_end(&matter.step) || matter.requests.iter().any(asked)
    });
    (is_theirs && !over).then_some(made)
}

fn first_index(event: u64) -> usize {
    usize::try_from(event).unwrap_or(0).saturating_sub(1)
}

/// Whether the step the matter stands in serves this document.
fn stands_here(world: &World<'_>, document: &str) -> bool {
    world
        .procedure
        .acts_in(world.step())
        .any(|act| act.verb == Verb::Serve && act.letter.as_deref() == Some(document))
}

fn nothing_to_serve(world: &World<'_>, document: &str) -> Refusal {
    let name = world.procedure.letters.get(document).map(|letter| letter.name.clone());
    let registers = |act: &Act| act.verb == Verb::Register && act.letter.as_deref() == Some(document);
    if let Some(name) = name.clone().filter(|_| world.procedure.acts().any(|(_, act)| registers(act))) {
        return Refusal::HandedOver { document: name };
    }
    Refusal::NothingToServe { document: name.unwrap_or_else(|| document.chars().take(40).collect()) }
}

/// Service of a document no act of this step serves.
pub(super) fn notice() -> Act {
    Act {
        id: "serve_notice".to_owned(),
        verb: Verb::Serve,
        by: Vec::new(),
        to: None,
        outcomes: Vec::new(),
        letter: None,
        answers: false,
        during: None,
        after: None,
        when: Vec::new(),
        sets: BTreeMap::new(),
        opens: Vec::new(),
        closes: Vec::new(),
        main: None,
        other_hands: false,
        at_most: None,
        extends: None,
        tells: Vec::new(),
        basis: None,
        place: crate::procedure::Place::default(),
    }
}
