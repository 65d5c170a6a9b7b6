//! 转送: the matter is sent to the office competent to decide; never to the accused or anybody below them.

use super::{Made, happened, matter, not_accused, permission};
use crate::event::MatterFact;
use crate::office::OfficeCode;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, to: &OfficeCode) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Transfer, |_| true)?;
    let matter = matter(world)?;
    if world.directory.office(to).is_none() {
        return Err(Refusal::OfficeUnknown { code: to.0.chars().take(40).collect() });
    }
    not_accused(world, &matter.accused, to)?;
    happened(world, &permit, MatterFact::Transferred { to: to.clone() }, Vec::new())
}
