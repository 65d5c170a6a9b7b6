//! 申请复查: the person asks the office above to look again, within the window that service opened.

use super::{Made, happened_without_document, permission, required};
use crate::event::{MatterFact, Sealed};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, text: &str) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::RequestReview, |_| true)?;
    required("复查请求", text)?;
    let sealed = vec![Sealed::first([("text", text)])];
    happened_without_document(world, &permit, MatterFact::ReviewRequested {}, sealed)
}
