//! Nobody reviews their own opinion: at the top of the tree the office above is the office itself, so there the way
//! leads out of this system.

use super::permission::{Permit, cite};
use crate::clock;
use crate::conflict::Respondents;
use crate::matter::{Document, Matter};
use crate::office::OfficeCode;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// Whether somebody other than its author would look at the opinion again.
///
/// # Errors
/// [`Refusal::NobodyAbove`]: the office that would decide made the opinion itself, and none stands above it.
pub(super) fn seen_by_others(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let asks = matches!(permit.act.verb, Verb::RequestReview | Verb::RequestReReview | Verb::OpenReexamination);
    let (true, Some(matter)) = (asks, world.matter) else { return Ok(()) };
    let Some(decides) = who_decides(world, permit) else { return Ok(()) };
    // An office that has another above it may be told to look again at what it decided in review, by other persons.
    let is_top = world.directory.above(&decides).is_none();
    let own = || last_answer(world, matter).is_some_and(|answer| answer.made.office == decides);
    // Nobody stands above those whose own decision is complained of, or another office would have been found.
    let answered_first = Respondents::of(matter).reach(world.directory, &decides);
    if !answered_first && (!is_top || !own()) {
        return Ok(());
    }
    let window = permit.act.during.as_ref();
    let runs = clock::runs_of(world.procedure, world.calendar, matter);
    let run = runs.iter().rev().find(|run| Some(&run.clock.id) == window);
    Err(Refusal::NobodyAbove {
        verb: permit.act.verb,
        office: top_of(world, &decides),
        until: run.map(|run| run.due.day),
        cite: cite(world, permit.act),
    })
}

/// The highest office here above one: beyond it lies what this system does not reach.
fn top_of(world: &World<'_>, office: &OfficeCode) -> String {
    let line = world.directory.line_of(office);
    line.last().map_or_else(|| world.directory.name_of(office), |top| top.name.clone())
}

/// The office in whose hands the act would lay the decision.
fn who_decides(world: &World<'_>, permit: &Permit<'_>) -> Option<OfficeCode> {
    let opened = permit.act.opens.first().and_then(|track| world.procedure.tracks.get(track));
    let step = permit.act.to.as_ref().or_else(|| opened.map(|track| &track.begins))?;
    let owner = world.procedure.steps.get(step)?.owner.as_ref()?;
    world.office_in(permit.track.as_deref(), owner)
}

/// The answer to the request that was served last: an opinion, or the opinion of a review.
fn last_answer<'a>(world: &World<'_>, matter: &'a Matter) -> Option<&'a Document> {
    let served = matter.documents.iter().filter_map(|made| Some((made.served.as_ref()?.0, made)));
    let answers = served.filter(|(_, made)| super::answers(world.procedure, &made.made.document));
    answers.max_by_key(|(at, _)| *at).map(|(_, made)| made)
}
