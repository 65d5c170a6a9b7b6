//! 开启身份: who brought a matter in which somebody is complained of is opened to an officer for a reason, by another officer.

use super::matter;
use super::permission::{Permit, cite};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// There is something to open: the matter is one in which somebody is complained of.
///
/// # Errors
/// [`Refusal::NotNow`].
pub(super) fn asked(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    if matter(world)?.is_kept_from_somebody() {
        return Ok(());
    }
    let must = "信访人的身份是密封的（反映机关或者工作人员的事项）".to_owned();
    Err(Refusal::NotNow { verb: permit.act.verb, must, cite: cite(world, permit.act) })
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
