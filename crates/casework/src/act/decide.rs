//! 作出处理意见: the merits are decided. It counts as an answer only once it is served.

use super::{Made, happened, permission, required};
use crate::event::{MatterFact, Sealed};
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, outcome: &str, text: &str, basis: &str) -> Result<Made, Refusal> {
    let act = permission::permitted(world, Verb::Decide, |_| true)?;
    known_outcome(world, &act.outcomes, outcome)?;
    required("意见", text)?;
    if must_state_its_basis(world, act) {
        required("依据", basis)?;
    }
    super::bounded("依据", basis, super::TEXT_CHARACTERS_MAX)?;
    let fact = MatterFact::Decided { outcome: outcome.to_owned() };
    happened(world, act, fact, vec![Sealed::first([("text", text), ("basis", basis)])])
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
