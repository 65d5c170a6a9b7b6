//! 导入法定途径: the matter belongs to litigation, arbitration or another channel. Final here once the notice is served.

use super::{Made, happened, one_of, permission, required};
use crate::event::{MatterFact, Sealed};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

pub(super) fn act(world: &World<'_>, to: &str, note: &str) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Divert, |_| true)?;
    one_of("法定途径", to, words::STATUTORY_CHANNELS)?;
    required("告知内容", note)?;
    let fact = MatterFact::Diverted { channel: to.to_owned() };
    happened(world, &permit, fact, vec![Sealed::first([("note", note)])])
}
