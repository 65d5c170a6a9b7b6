//! 转送: the matter is sent to the office competent to decide; never to the accused or anybody below them, nor to an
//! office that only registers, nor to a village, which decides nothing.

use super::{Made, happened, matter, not_accused, permission};
use crate::event::MatterFact;
use crate::office::{Office, OfficeCode, OfficeKind};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, to: &OfficeCode) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Transfer, |_| true)?;
    let matter = matter(world)?;
    let unknown = || Refusal::OfficeUnknown { code: to.0.chars().take(40).collect() };
    let office = world.directory.office(to).ok_or_else(unknown)?;
    not_accused(world, matter.complained_of(), to)?;
    may_decide(office, permission::cite(world, permit.act))?;
    happened(world, &permit, MatterFact::Transferred { to: to.clone() }, Vec::new())
}

/// Whether an office may hold a matter at all: elsewhere nobody could accept or refuse it, and it would lie for ever.
pub(super) fn may_decide(office: &Office, cite: String) -> Result<(), Refusal> {
    let why = match office.kind {
        OfficeKind::PetitionOffice | OfficeKind::JointMeeting => "只登记、转送、协调，不办理事项",
        OfficeKind::Village => "是村（社区），没有处理决定权",
        OfficeKind::City | OfficeKind::County | OfficeKind::Township | OfficeKind::Department => return Ok(()),
    };
    Err(Refusal::NotCompetent { office: office.name.clone(), why, cite })
}
