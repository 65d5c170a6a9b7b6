//! 多人的事项: what one of several people does for themselves alone, and what binds them all only once all have said it.

use super::permission::{Permit, cite};
use super::serve::notice;
use crate::clock;
use crate::command::FIRST;
use crate::matter::Matter;
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// What stands for an act that one of several people did for themselves: it moves nothing.
pub const JOINED: &str = "joined";
/// What is asked within a window of one's own; who asks after another joins them.
const ASKED: [Verb; 3] = [Verb::RequestReview, Verb::RequestReReview, Verb::AskSupervision];
/// What one person says for all only where every other has said it.
const OF_ALL: [Verb; 3] = [Verb::Withdraw, Verb::AgreeMediation, Verb::ConfirmPerformance];

/// An act of one person that leaves the matter where it is.
pub(super) fn alone(verb: Verb) -> Act {
    Act { id: JOINED.to_owned(), verb, ..notice() }
}

/// The matter and the person by number, where the actor is one of several people.
fn one_of_several<'a>(world: &World<'a>) -> Option<(&'a Matter, u32)> {
    Some((world.matter.filter(|matter| matter.is_joint())?, world.actor.person()?))
}

/// That whoever acts for one of the people acts for one there is.
///
/// # Errors
/// [`Refusal::NotYours`].
pub(super) fn exists(world: &World<'_>, verb: Verb) -> Result<(), Refusal> {
    let most = world.matter.map_or(FIRST, |matter| matter.representatives);
    if world.actor.person().is_none_or(|person| person <= most) {
        return Ok(());
    }
    let (who, cite) = ("这件事项的信访人".to_owned(), format!("《{}》程序", world.procedure.name));
    Err(Refusal::NotYours { verb, who, cite })
}

/// The runs of clocks as the actor has them: one of several people has windows of their own.
pub(super) fn runs<'a>(world: &World<'a>, matter: &Matter) -> Vec<clock::Run<'a>> {
    clock::runs_as(world.procedure, world.calendar, matter, world.actor)
}

/// What is one person's own to do, and no other's of several.
///
/// # Errors
/// A rating by a representative; asking before the document reached the one who asks, or after they withdrew; saying
/// again what waits for the others.
pub(super) fn own(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let Some((matter, person)) = one_of_several(world) else { return Ok(()) };
    let (act, verb) = (permit.act, permit.act.verb);
    let not_now = |must: &str| Err(Refusal::NotNow { verb, must: must.to_owned(), cite: cite(world, act) });
    let withdrew = matter.withdrawn().contains(&person);
    if matches!(verb, Verb::AskData | Verb::ContestData) && person != FIRST {
        let who = "登记时的第一位信访人（代表请书面向登记机关提出）".to_owned();
        return Err(Refusal::NotYours { verb, who, cite: cite(world, act) });
    }
    if verb == Verb::Rate && person != FIRST {
        let who = "登记时的第一位信访人（一件事项评价一次；代表的意见可以补充说明）".to_owned();
        return Err(Refusal::NotYours { verb, who, cite: cite(world, act) });
    }
    if verb == Verb::TakeBackWithdrawal && !withdrew {
        return not_now("您本人申请过撤回");
    }
    if ASKED.contains(&verb) {
        if withdrew {
            return not_now("您先取消自己的撤回");
        }
        let opens = |run: &clock::Run<'_>| Some(&run.clock.id) == act.during.as_ref();
        let of_matter = clock::runs_of(world.procedure, world.calendar, matter);
        if of_matter.iter().any(opens) && !runs(world, matter).iter().any(opens) {
            return not_now("文书已经送达给您本人");
        }
    }
    if OF_ALL.contains(&verb) && has_said(matter, permit, person) {
        return Err(Refusal::DoneBefore { verb, times: 1, cite: cite(world, act) });
    }
    Ok(())
}

/// Whether what the actor says for the matter waits until every other of them has said it too.
pub(super) fn waits_for_others(world: &World<'_>, permit: &Permit<'_>) -> bool {
    let Some((matter, person)) = one_of_several(world) else { return false };
    if !OF_ALL.contains(&permit.act.verb) {
        return false;
    }
    let withdrawn = matter.withdrawn();
    let mut others = matter.people().filter(|other| *other != person && !withdrawn.contains(other));
    others.any(|other| !has_said(matter, permit, other))
}

/// Whether one of them has said it since the track it is about came to where it stands.
fn has_said(matter: &Matter, permit: &Permit<'_>, person: u32) -> bool {
    if permit.act.verb == Verb::Withdraw {
        return matter.withdrawn().contains(&person);
    }
    let since = permit.track.as_ref().and_then(|track| matter.tracks.get(track)).map(|place| place.since);
    let mut said = matter.did(permit.act.verb).filter(|did| did.track == permit.track);
    said.any(|did| crate::command::person_of(&did.by) == Some(person) && Some(did.at) >= since)
}

/// The act by which somebody joins what another of them asked for: in their own time, answered with theirs. Or takes back
/// a withdrawal that waits for the others.
///
/// # Errors
/// The refusal of the act itself, or why this person cannot join.
pub(super) fn joined(world: &World<'_>, verb: Verb, refusal: Refusal) -> Result<Act, Refusal> {
    let Some((matter, person)) = one_of_several(world) else { return Err(refusal) };
    let act = alone(verb);
    let permit = Permit { act: &act, track: None };
    if !crate::mandate::allows(world.actor, verb) {
        return Err(refusal);
    }
    if verb == Verb::TakeBackWithdrawal && matter.withdrawn().contains(&person) {
        return Ok(act);
    }
    let asked = || matter.requests.iter().any(|request| request.verb == verb && request.person != person);
    if !ASKED.contains(&verb) || !asked() {
        return Err(refusal);
    }
    own(world, &permit)?;
    let window = clock::window_of(world.procedure, world.calendar, matter, person, verb);
    let Some(window) = window else {
        let must = "文书已经送达给您本人".to_owned();
        return Err(Refusal::NotNow { verb, must, cite: world.procedure.name.clone() });
    };
    let cite = world.procedure.cite(&window.clock.basis);
    if !window.is_running() {
        return Err(Refusal::DoneBefore { verb, times: 1, cite });
    }
    if window.is_past(world.now) {
        let clock = window.clock.name.clone();
        return Err(Refusal::Lapsed { verb, clock, due: window.due.day, cite });
    }
    // What another asked of an opinion that was set aside is over: there is nothing to join.
    let since = u64::try_from(window.event).unwrap_or(0);
    let service = |made: &&crate::matter::Document| made.services.iter().any(|service| service.event == since);
    let first = matter.documents.iter().find(service).and_then(|made| made.services.first());
    let about = |event: u64| first.is_some_and(|first| first.event < event);
    let mut theirs = matter.requests.iter().filter(|request| request.verb == verb && request.person != person);
    if theirs.any(|request| about(request.event)) { Ok(act) } else { Err(refusal) }
}
