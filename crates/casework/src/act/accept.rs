//! 受理: written notice that the matter is taken up. The day starts the clock of handling.

use super::{Made, happened, permission};
use crate::event::MatterFact;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Accept, |_| true)?;
    happened(world, &permit, MatterFact::Accepted {}, Vec::new())
}
