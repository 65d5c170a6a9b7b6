//! 听证: held no sooner than the notice allows, and not before the day that those who come were told.

use jiff::civil::Date;

use crate::clock::{self, Course};
use crate::day;
use crate::matter::Matter;
use crate::procedure::{Act, Clock};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// The day announced leaves the time of notice.
///
/// # Errors
/// [`Refusal::HearingTooSoon`]: the hearing could not be held on that day.
pub(super) fn leaves_notice(world: &World<'_>, act: &Act, held_on: Option<&String>) -> Result<(), Refusal> {
    let (Some(held_on), Some(floor)) = (day_of(held_on), notice(world, act)) else { return Ok(()) };
    let course = Course { start: world.today(), received: false, set: None, extended: &[], pauses: &[] };
    let last = clock::due(floor, &world.procedure.counting, course, world.calendar).day;
    if held_on > last {
        return Ok(());
    }
    Err(Refusal::HearingTooSoon {
        clock: floor.name.clone(),
        earliest: day::plus_days(last, 1),
        cite: world.procedure.cite(&floor.basis),
    })
}

/// The hearing is not held before its day; later it may be.
///
/// # Errors
/// [`Refusal::HearingNotYet`]: people were told another day.
pub(super) fn on_its_day(world: &World<'_>, matter: &Matter, track: Option<&str>) -> Result<(), Refusal> {
    let announced = matter.did(Verb::AnnounceHearing).rev().find(|did| did.track.as_deref() == track);
    match announced.and_then(|did| day_of(did.said.get("held_on"))) {
        Some(held_on) if world.today() < held_on => Err(Refusal::HearingNotYet { held_on }),
        _ => Ok(()),
    }
}

fn day_of(said: Option<&String>) -> Option<Date> {
    said?.parse().ok()
}

/// The floor that holding the hearing waits for, in the track that the act opens.
fn notice<'a>(world: &World<'a>, act: &Act) -> Option<&'a Clock> {
    let tracks = act.opens.iter().filter_map(|track| world.procedure.tracks.get(track));
    let mut acts = tracks.filter_map(|track| world.procedure.steps.get(&track.begins)).flat_map(|step| &step.acts);
    let after = acts.find(|act| act.verb == Verb::HoldHearing)?.after.as_ref()?;
    world.procedure.clocks.get(after)
}
