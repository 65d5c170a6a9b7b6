//! Other hands: once an act sent a matter back to be decided anew by others, whoever decided, drafted, checked or signed
//! it before does so no more.

use super::permission::cite;
use crate::command::Actor;
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// Who did one of these had a hand in the opinion, and these are what they may not do again.
const HANDS: [Verb; 4] = [Verb::Decide, Verb::Draft, Verb::Check, Verb::Sign];

/// Whether the actor may lay hands on the matter with this verb.
///
/// # Errors
/// [`Refusal::OtherHands`]: they had a hand in what is to be decided anew.
pub(super) fn other(world: &World<'_>, verb: Verb) -> Result<(), Refusal> {
    let (Some(matter), Actor::Officer { .. }) = (world.matter, world.actor) else { return Ok(()) };
    if !HANDS.contains(&verb) {
        return Ok(());
    }
    let me = world.actor.word();
    let asking: Vec<&Act> = world.procedure.acts().map(|(_, act)| act).filter(|act| act.other_hands).collect();
    let asks = |id: &str| asking.iter().copied().find(|act| act.id == id);
    let sent_back = (1..).zip(&matter.history).filter_map(|(event, moment)| Some((event, asks(&moment.act)?)));
    let Some((event, act)) = sent_back.last() else { return Ok(()) };
    let mut before = matter.did.iter().filter(|did| did.event < event && HANDS.contains(&did.verb));
    match before.rfind(|did| did.by == me) {
        Some(did) => Err(Refusal::OtherHands { verb, did: did.verb, cite: cite(world, act) }),
        None => Ok(()),
    }
}
