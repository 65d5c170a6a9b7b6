//! The clocks of each of several people: what service opens counts for everybody from their own service, and the
//! matter waits for the last.

use super::sum::{Course, due};
use super::{Run, runs, runs_of};
use crate::act;
use crate::calendar::Calendar;
use crate::command::Actor;
use crate::matter::{Document, Matter};
use crate::procedure::{Clock, ClockKind, Procedure};
use crate::verb::Verb;

/// The runs of a matter's clocks as one of its people has them, by number: windows that service opens are their own.
pub fn runs_for<'a>(procedure: &'a Procedure, calendar: &Calendar, matter: &Matter, person: u32) -> Vec<Run<'a>> {
    let mut all = runs_of(procedure, calendar, matter);
    if matter.is_joint() {
        all.retain(|run| !is_opened_by_service(matter, run));
        all.extend(windows(procedure, calendar, matter, person));
        all.sort_by_key(|run| run.event);
    }
    all
}

/// The runs of a matter's clocks as an actor has them.
pub fn runs_as<'a>(procedure: &'a Procedure, calendar: &Calendar, matter: &Matter, actor: &Actor) -> Vec<Run<'a>> {
    match actor.person() {
        Some(person) => runs_for(procedure, calendar, matter, person),
        None => runs_of(procedure, calendar, matter),
    }
}

/// The runs of a matter's clocks. Where several people stand for it, the duty to answer goes on until the answer has
/// reached them all, and a window that would end the matter ends with the last of theirs.
pub(super) fn held<'a>(procedure: &'a Procedure, calendar: &Calendar, matter: &Matter) -> Vec<Run<'a>> {
    let mut all = runs(procedure, calendar, &matter.history);
    if !matter.is_joint() {
        return all;
    }
    let answers = || matter.documents.iter().filter(|made| act::answers(procedure, &made.made.document));
    for document in answers() {
        owe(&mut all, procedure, matter, document);
    }
    let waits = answers().any(|made| !made.services.is_empty() && !matter.waiting(procedure, made).is_empty());
    let theirs: Vec<Run<'_>> =
        matter.people().flat_map(|person| windows(procedure, calendar, matter, person)).collect();
    let last = theirs.iter().filter(|run| run.is_running()).map(|run| &run.due).max_by_key(|due| due.day);
    for run in all.iter_mut().filter(|run| run.is_running() && is_last_word(procedure, run)) {
        run.waits = waits;
        if let Some(last) = last.filter(|last| last.day > run.due.day) {
            run.due = last.clone();
        }
    }
    all
}

/// The duty that an answer keeps stops when it has reached everybody it is for, not when it reached the first.
fn owe(all: &mut [Run<'_>], procedure: &Procedure, matter: &Matter, document: &Document) {
    let Some(first) = document.services.first().map(|service| service.event) else { return };
    let waiting = matter.waiting(procedure, document);
    let reached = matter.addressees(procedure, document).into_iter();
    let reached = reached.filter_map(|person| matter.reach(document, person)).map(|service| service.event).max();
    let last = matter.successor(document).map_or(reached, |next| reached.max(Some(next.event)));
    let kept = |run: &&mut Run<'_>| {
        run.track.is_none() && run.clock.kind == ClockKind::Due && run.stopped_by == index_of(first)
    };
    for run in all.iter_mut().filter(kept) {
        let until = last.filter(|last| *last > first && waiting.is_empty());
        if !waiting.is_empty() {
            (run.stopped, run.stopped_by, run.owed) = (None, None, true);
        } else if let Some(moment) = until.and_then(|last| matter.history.get(index_of(last)?.checked_sub(1)?)) {
            (run.stopped, run.stopped_by) = (Some(moment.at), until.and_then(index_of));
        }
    }
}

/// The windows that services opened for one of the people, each with what they did in it.
fn windows<'a>(procedure: &'a Procedure, calendar: &Calendar, matter: &Matter, person: u32) -> Vec<Run<'a>> {
    let mut found = Vec::new();
    for document in &matter.documents {
        let (Some(first), Some(service)) = (document.services.first(), matter.reach(document, person)) else {
            continue;
        };
        let moment = |event: u64| matter.history.get(index_of(event)?.checked_sub(1)?);
        let (Some(served), Some(began)) = (moment(first.event), moment(service.event)) else { continue };
        let step = procedure.steps.get(&served.step);
        let clocks = step.into_iter().flat_map(|step| &step.clocks).filter_map(|id| procedure.clocks.get(id));
        let opens = |clock: &&Clock| {
            let named = |from: &String| *from == served.act || from == Verb::Serve.word();
            clock.kind == ClockKind::Window && clock.from.iter().any(named)
        };
        for clock in clocks.filter(opens) {
            let asked =
                matter.requests.iter().filter(|asked| asked.person == person && asked.event > service.event);
            let mut asked =
                asked.filter(|asked| is_asked_in(procedure, clock, asked.verb)).map(|asked| asked.event);
            let next = matter.successor(document).map(|next| next.event).filter(|next| *next > service.event);
            let ends = asked.next().into_iter().chain(next).min();
            let start = crate::day::day_of(began.at);
            let course = Course { start, received: false, set: None, extended: &[], pauses: &[] };
            found.push(Run {
                clock,
                track: None,
                event: index_of(service.event).unwrap_or(0),
                started: began.at,
                received: None,
                stopped: ends.and_then(moment).map(|moment| moment.at),
                stopped_by: ends.and_then(index_of),
                owed: false,
                waits: false,
                set: None,
                extended: Vec::new(),
                pauses: Vec::new(),
                due: due(clock, &procedure.counting, course, calendar),
            });
        }
    }
    found
}

/// The newest window that a service opened for one of the people and in which they may do a verb.
pub fn window_of<'a>(
    procedure: &'a Procedure,
    calendar: &Calendar,
    matter: &Matter,
    person: u32,
    verb: Verb,
) -> Option<Run<'a>> {
    let theirs = windows(procedure, calendar, matter, person).into_iter();
    theirs.filter(|run| is_asked_in(procedure, run.clock, verb)).max_by_key(|run| run.event)
}

/// Whether a verb is done within this window somewhere.
fn is_asked_in(procedure: &Procedure, clock: &Clock, verb: Verb) -> bool {
    procedure.acts().any(|(_, act)| act.verb == verb && act.during.as_deref() == Some(clock.id.as_str()))
}

/// A window of the main track at whose end the matter ends.
fn is_last_word(procedure: &Procedure, run: &Run<'_>) -> bool {
    let ends = run.clock.at_end.to.as_deref().is_some_and(|to| procedure.is_end(to));
    run.track.is_none() && run.clock.kind == ClockKind::Window && ends
}

/// Whether a run is a window that the service of a document opened.
fn is_opened_by_service(matter: &Matter, run: &Run<'_>) -> bool {
    let mut services = matter.documents.iter().flat_map(|made| &made.services);
    run.track.is_none()
        && run.clock.kind == ClockKind::Window
        && services.any(|service| index_of(service.event) == Some(run.event))
}

fn index_of(event: u64) -> Option<usize> {
    usize::try_from(event).ok()
}
