//! 转送: the matter is sent to the office competent to decide; never to the accused or anybody below them, nor to an
//! office that only registers.

use super::{Made, happened, matter, not_accused, permission};
use crate::event::MatterFact;
use crate::office::{OfficeCode, OfficeKind};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, to: &OfficeCode) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Transfer, |_| true)?;
    let matter = matter(world)?;
    let unknown = || Refusal::OfficeUnknown { code: to.0.chars().take(40).collect() };
    let office = world.directory.office(to).ok_or_else(unknown)?;
    not_accused(world, &matter.accused, to)?;
    // There nobody could accept or refuse it, and it would lie for ever.
    if matches!(office.kind, OfficeKind::PetitionOffice | OfficeKind::JointMeeting) {
        return Err(Refusal::NotCompetent {
            office: office.name.clone(),
            cite: permission::cite(world, permit.act),
        });
    }
    happened(world, &permit, MatterFact::Transferred { to: to.clone() }, Vec::new())
}
