//! 开启身份: who brought a matter in which somebody is complained of is opened to an officer for a reason, by a custodian
//! (身份保管员) who reads no matter.

use super::matter;
use super::permission::{Permit, cite};
use crate::command::Actor;
use crate::office::Role;
use crate::opening;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::{Asks, World};

/// There is something to open (somebody is complained of), no other request waits for its decision, and the officer has
/// not asked as often as they may on a day.
///
/// # Errors
/// [`Refusal::NotNow`], [`Refusal::TooEarly`].
pub(super) fn asked(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let (verb, cite) = (permit.act.verb, cite(world, permit.act));
    let matter = matter(world)?;
    let not_now = |must: &str| Err(Refusal::NotNow { verb, must: must.to_owned(), cite: cite.clone() });
    if !matter.is_kept_from_somebody() {
        return not_now("信访人的身份是密封的（反映机关或者工作人员的事项）");
    }
    if waits(world) {
        return not_now("前一个申请已有决定");
    }
    let Asks { today, per_day, cite } = world.asks;
    if today < per_day {
        return Ok(());
    }
    let clock = format!("每人每日最多申请{per_day}次，今天的已经用完；这一限制");
    Err(Refusal::TooEarly { verb, clock, due: world.today(), cite: cite.to_owned() })
}

/// Whether a request waits for its decision.
fn waits(world: &World<'_>) -> bool {
    let waits = |opening: &opening::Opening| opening.ended.is_none();
    world.matter.is_some_and(|matter| opening::openings(matter).iter().any(waits))
}

/// A request waits for its decision. Said before anything of the matter is: a custodian learns no step of it.
///
/// # Errors
/// [`Refusal::NotNow`].
pub(super) fn is_waiting(world: &World<'_>) -> Result<(), Refusal> {
    if waits(world) { Ok(()) } else { Err(nothing_waits()) }
}

/// What whoever would decide is told where nothing waits.
pub fn nothing_waits() -> Refusal {
    let (must, cite) = ("有等待决定的申请".to_owned(), "已经决定的、到期没有决定的，不再决定".to_owned());
    Refusal::NotNow { verb: Verb::DecideIdentity, must, cite }
}

/// Whether the actor keeps this matter's identities: a custodian of the office that registered it or of a body above.
pub(super) fn is_kept_by_actor(world: &World<'_>) -> bool {
    let (Some(matter), Actor::Officer { office, roles, .. }) = (world.matter, world.actor) else { return false };
    roles.contains(&Role::Custodian) && opening::is_kept_by(world.directory, &matter.home, office)
}

/// Nobody opens an identity to themselves.
///
/// # Errors
/// [`Refusal::SameHands`].
pub(super) fn decided(world: &World<'_>, verb: Verb) -> Result<(), Refusal> {
    let asked = matter(world)?.did(Verb::AskIdentity).next_back();
    if asked.is_some_and(|asked| asked.by == world.actor.word()) {
        return Err(Refusal::SameHands { verb });
    }
    Ok(())
}
