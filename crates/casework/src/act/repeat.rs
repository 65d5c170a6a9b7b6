//! 重复信访: a further letter or visit on the same matter. Always registered, also after the answer; restarts no clock.

use super::{Made, channel_is_theirs, happened_without_document, matter, permission, required};
use crate::event::{Channel, MatterFact, Origin, Sealed};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(
    world: &World<'_>,
    origin: Option<&Origin>,
    channel: Channel,
    people: u32,
    text: &str,
) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Repeat, |_| true)?;
    channel_is_theirs(world, channel)?;
    required("内容", text)?;
    if people == 0 {
        return Err(Refusal::NobodyCame);
    }
    let intake = matter(world)?.intakes.last().map_or(1, |last| last.number) + 1;
    let fact = MatterFact::IntakeRepeated { intake, origin: origin.cloned(), channel, people };
    happened_without_document(world, &permit, fact, vec![Sealed::of(world.actor.party(), [("text", text)])])
}
