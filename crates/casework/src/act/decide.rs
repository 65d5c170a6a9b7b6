//! 作出处理意见: the merits are decided. It counts as an answer only once it is served.

use super::permission::Permit;
use super::{Made, happened, permission, required};
use crate::event::{MatterFact, Sealed};
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, outcome: &str, text: &str, basis: &str) -> Result<Made, Refusal> {
    let permit = permitted_to_find(world, Verb::Decide, outcome)?;
    required("意见", text)?;
    not_the_same_again(world, outcome, basis)?;
    if must_state_its_basis(world, permit.act) {
        required("依据", basis)?;
    }
    super::bounded("依据", basis, super::TEXT_CHARACTERS_MAX)?;
    let by = Some(world.actor.word());
    let fact = MatterFact::Decided { outcome: outcome.to_owned(), by };
    happened(world, &permit, fact, vec![Sealed::first([("text", text), ("basis", basis)])])
}

/// The act of a verb that may find an outcome. Where the step allows the verb but no act of it finds that outcome, the
/// refusal says which there are.
pub(super) fn permitted_to_find<'a>(world: &World<'a>, verb: Verb, outcome: &str) -> Result<Permit<'a>, Refusal> {
    let finds = |act: &Act| act.outcomes.iter().any(|id| id == outcome);
    let refusal = match permission::permitted(world, verb, finds) {
        Ok(permit) => return Ok(permit),
        Err(refusal) => refusal,
    };
    let here: Vec<&Act> = world.procedure.acts_in(world.step()).filter(|act| act.verb == verb).collect();
    if here.iter().any(|act| finds(act)) {
        return Err(refusal);
    }
    permission::permitted(world, verb, |_| true)?;
    let allowed: Vec<String> = here.iter().flat_map(|act| act.outcomes.clone()).collect();
    known_outcome(world, &allowed, outcome)?;
    Err(refusal)
}

/// After a redo the same result stands only on new facts or another basis, which it must name. Whether its words are
/// those of the opinion sent back is for the reviewer to see: both texts are sealed, and a digest would tell them to
/// whoever can guess.
pub(super) fn not_the_same_again(world: &World<'_>, outcome: &str, basis: &str) -> Result<(), Refusal> {
    let Some(matter) = world.matter else { return Ok(()) };
    let answers = matter.documents.iter().filter(|made| super::answers(world.procedure, &made.made.document));
    let before = answers.filter_map(|document| document.outcome.as_deref());
    let decided: Vec<&str> = before.collect();
    let sent_back = decided.last() == Some(&"redo");
    let last = decided.iter().rev().find(|outcome| **outcome != "redo");
    if sent_back && last == Some(&outcome) && basis.trim().is_empty() {
        return Err(Refusal::SameResult);
    }
    Ok(())
}

/// Whether the letter the act makes must state the law it rests on, as the procedure says.
fn must_state_its_basis(world: &World<'_>, act: &Act) -> bool {
    let letter = act.letter.as_ref().and_then(|letter| world.procedure.letters.get(letter));
    letter.is_some_and(|letter| letter.must_state.iter().any(|stated| stated.ends_with("依据")))
}

/// An outcome the act may find.
pub(super) fn known_outcome(world: &World<'_>, allowed: &[String], outcome: &str) -> Result<(), Refusal> {
    if allowed.iter().any(|id| id == outcome) {
        return Ok(());
    }
    let name = |id: &String| match world.procedure.outcomes.get(id) {
        Some(known) => format!("{id}（{}）", known.name),
        None => id.clone(),
    };
    let allowed = allowed.iter().map(name).collect::<Vec<_>>().join("、");
    Err(Refusal::OutcomeUnknown { outcome: outcome.chars().take(40).collect(), allowed })
}
