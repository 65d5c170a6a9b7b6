//! 作出复查意见: upheld, changed, or sent back to be done again.

use super::decide::known_outcome;
use super::{Made, happened, permission, required};
use crate::event::{MatterFact, Sealed};
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, outcome: &str, text: &str) -> Result<Made, Refusal> {
    let finds = |act: &Act| act.outcomes.iter().any(|id| id == outcome);
    let permit = match permission::permitted(world, Verb::DecideReview, finds) {
        Ok(permit) => permit,
        Err(refusal) => {
            // The step allows the verb, so it is the outcome that is wrong: say which there are.
            permission::permitted(world, Verb::DecideReview, |act| !finds(act))?;
            let here = world.procedure.acts_in(world.step()).filter(|act| act.verb == Verb::DecideReview);
            let allowed: Vec<String> = here.flat_map(|act| act.outcomes.clone()).collect();
            known_outcome(world, &allowed, outcome)?;
            return Err(refusal);
        }
    };
    required("复查意见", text)?;
    let fact = MatterFact::ReviewDecided { outcome: outcome.to_owned() };
    happened(world, &permit, fact, vec![Sealed::first([("text", text)])])
}
