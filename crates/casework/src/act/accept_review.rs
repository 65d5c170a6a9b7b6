//! 受理复查: the office above takes the review up.

use super::{Made, happened, permission};
use crate::event::MatterFact;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::AcceptReview, |_| true)?;
    happened(world, &permit, MatterFact::ReviewAccepted {}, Vec::new())
}
