//! 作出处理意见: the merits are decided. It counts as an answer only once it is served.

use super::{Made, happened, permission, required};
use crate::event::{MatterFact, Sealed};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, outcome: &str, text: &str, basis: &str) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Decide, |_| true)?;
    known_outcome(world, &permit.act.outcomes, outcome)?;
    required("意见", text)?;
    super::bounded("依据", basis, super::TEXT_CHARACTERS_MAX)?;
    not_the_same_again(world, outcome, basis)?;
    let by = Some(world.actor.word());
    let fact = MatterFact::Decided { outcome: outcome.to_owned(), by };
    happened(world, &permit, fact, vec![Sealed::first([("text", text), ("basis", basis)])])
}

/// After a redo the same result stands only on new facts or another basis, which it must name.
pub(super) fn not_the_same_again(world: &World<'_>, outcome: &str, basis: &str) -> Result<(), Refusal> {
    let Some(matter) = world.matter else { return Ok(()) };
    let before = matter.documents.iter().filter_map(|document| document.outcome.as_deref());
    let decided: Vec<&str> = before.collect();
    let sent_back = decided.last() == Some(&"redo");
    let last = decided.iter().rev().find(|outcome| **outcome != "redo");
    if sent_back && last == Some(&outcome) && basis.trim().is_empty() {
        return Err(Refusal::SameResult);
    }
    Ok(())
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
