//! 送达: a document reaches the person, served by whoever made it. An answer is given on service.

use std::collections::BTreeMap;

use super::permission::Permit;
use super::{Made, happened_without_document, matter, one_of, permission, personal_data};
use crate::command::Actor;
use crate::event::{MatterFact, Sealed};
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

pub(super) fn act(world: &World<'_>, document: &str, how: &str, proof: &str) -> Result<Made, Refusal> {
    let matter = matter(world)?;
    let made = matter.unserved(document).ok_or_else(|| nothing_to_serve(world, document))?;
    let serves = |act: &Act| act.letter.as_deref() == Some(document);
    let notice = notice();
    let permit = match permission::permitted(world, Verb::Serve, serves) {
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
    let fact = MatterFact::Served { document: document.to_owned(), how: how.to_owned(), answers };
    // What was granted is done with its service: the person was told before their words are gone.
    let erased = personal_data::erased_with(world, &permit, made)?;
    let mut made = happened_without_document(world, &permit, fact, vec![Sealed::first([("proof", proof)])])?;
    made.extend(erased);
    Ok(made)
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
fn notice() -> Act {
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
