//! 作出复查意见: upheld, changed, or sent back to be done again.

use super::decide::permitted_to_find;
use super::{Made, happened, required};
use crate::event::{MatterFact, Sealed};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, outcome: &str, text: &str) -> Result<Made, Refusal> {
    let permit = permitted_to_find(world, Verb::DecideReview, outcome)?;
    required("复查意见", text)?;
    let fact = MatterFact::ReviewDecided { outcome: outcome.to_owned() };
    happened(world, &permit, fact, vec![Sealed::first([("text", text)])])
}
