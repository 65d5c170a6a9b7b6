//! 送达: a document reaches the person, served by whoever made it. An answer is given on service.

use super::{Made, happened_without_document, matter, one_of, permission};
use crate::command::Actor;
use crate::event::MatterFact;
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

pub(super) fn act(world: &World<'_>, document: &str, how: &str) -> Result<Made, Refusal> {
    let matter = matter(world)?;
    let step_act = world
        .procedure
        .acts_in(world.step())
        .find(|act| act.verb == Verb::Serve && act.letter.as_deref() == Some(document));
    let made = matter.unserved(document).ok_or_else(|| nothing_to_serve(world, document))?;
    let act = match step_act {
        Some(_) => {
            permission::permitted(world, Verb::Serve, |act| act.letter.as_deref() == Some(document))?.clone()
        }
        // A notice that answers nothing may be served whenever it is ready; it moves nothing.
        None => plain(world, document)?,
    };
    if let Actor::Officer { office, .. } = world.actor
        && *office != made.made.office
    {
        let who = world.directory.name_of(&made.made.office);
        return Err(Refusal::NotYours { verb: Verb::Serve, who, cite: permission::cite(world, &act) });
    }
    one_of("送达方式", how, words::SERVICE_MEANS)?;
    let fact = MatterFact::Served { document: document.to_owned(), how: how.to_owned(), answers: act.answers };
    happened_without_document(world, &act, fact, Vec::new())
}

fn nothing_to_serve(world: &World<'_>, document: &str) -> Refusal {
    let name = world.procedure.letters.get(document).map(|letter| letter.name.clone());
    Refusal::NothingToServe { document: name.unwrap_or_else(|| document.chars().take(40).collect()) }
}

/// Service of a document no act of this step serves; refused where serving it elsewhere is what answers the person.
fn plain(world: &World<'_>, document: &str) -> Result<Act, Refusal> {
    let answers = world
        .procedure
        .steps
        .values()
        .flat_map(|step| &step.acts)
        .any(|act| act.verb == Verb::Serve && act.answers && act.letter.as_deref() == Some(document));
    if answers {
        permission::permitted(world, Verb::Serve, |act| act.letter.as_deref() == Some(document))?;
    }
    Ok(Act {
        id: "serve_notice".to_owned(),
        verb: Verb::Serve,
        by: Vec::new(),
        to: None,
        outcomes: Vec::new(),
        letter: None,
        answers: false,
        during: None,
        at_most: None,
        extends: None,
        tells: Vec::new(),
        basis: None,
        place: crate::procedure::Place::default(),
    })
}
