//! 申请复查: the person asks the office above to look again, within the window that service opened. Of several people
//! each asks for themselves; who asks after another joins the review that runs.

use super::permission::Permit;
use super::{Made, happened_without_document, joint, permission, required};
use crate::command::FIRST;
use crate::event::{MatterFact, Sealed};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, text: &str) -> Result<Made, Refusal> {
    let own;
    let permit = match permission::permitted(world, Verb::RequestReview, |_| true) {
        Ok(permit) => permit,
        Err(refusal) => {
            own = joint::joined(world, Verb::RequestReview, refusal)?;
            Permit { act: &own, track: None }
        }
    };
    required("复查请求", text)?;
    let sealed = vec![Sealed::of(world.actor.party(), [("text", text)])];
    let party = world.actor.person().filter(|person| *person != FIRST);
    happened_without_document(world, &permit, MatterFact::ReviewRequested { party }, sealed)
}
