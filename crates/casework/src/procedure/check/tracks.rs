//! K7, C6, C14: side tracks are in order, each can be opened and can end, and nobody closes their own supervision.

use std::collections::BTreeSet;

use super::coupled::{finds_outcome, steps_of};
use super::graph::Opener;
use super::named::may_be;
use super::{Checker, Faults};
use crate::procedure::model::{Act, ClockKind, Step, Track, WhoIs};
use crate::verb::Verb;

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    begins(checker, faults);
    for step in checker.steps() {
        stays(checker, step, faults);
    }
    for act in checker.procedure.while_open.iter().chain(&checker.procedure.everywhere) {
        leads(checker, act, None, "in many steps", faults);
    }
    for track in checker.procedure.tracks.values() {
        opened_and_ended(checker, track, faults);
        supervised(checker, track, faults);
    }
}

/// Everything that opens a side track: acts, the outcomes they find, ends of clocks.
pub(super) fn openers<'p>(checker: &Checker<'p>, track: &str) -> Vec<Opener<'p>> {
    let mut all = Vec::new();
    for (_, act) in checker.acts() {
        if act.opens.iter().any(|opened| opened == track) {
            all.push(Opener::Act(act, None));
        }
        for id in act.outcomes.iter().filter(|_| finds_outcome(act)) {
            let outcome = checker.procedure.outcomes.get(id);
            if outcome.is_some_and(|outcome| outcome.opens.iter().any(|opened| opened == track)) {
                all.push(Opener::Act(act, Some(id)));
            }
        }
    }
    for clock in checker.procedure.clocks.values() {
        if clock.at_end.opens.iter().any(|opened| opened == track) {
            all.push(Opener::Clock(&clock.id));
        }
    }
    all
}

/// K7: the matter begins in the main track, each side track in a step of its own that is not its end.
fn begins(checker: &Checker<'_>, faults: &mut Faults) {
    let steps = &checker.procedure.steps;
    if let Some(step) = steps.get(&checker.procedure.begins)
        && let Some(track) = &step.track
    {
        let message = format!("a matter begins in step '{}', which belongs to side track '{track}'", step.id);
        faults.add(step.place, "K7", message, "let it begin in a step without 'track'");
    }
    for track in checker.procedure.tracks.values() {
        let Some(step) = steps.get(&track.begins) else { continue };
        if step.track.as_ref() != Some(&track.id) {
            let message = format!("track '{}' begins in step '{}', which is not its own", track.id, step.id);
            faults.add(
                track.place,
                "K7",
                message,
                format!("add track = \"{}\" to that step, or name another", track.id),
            );
        } else if step.end {
            let message = format!("track '{}' begins in step '{}', where it ends", track.id, step.id);
            faults.add(track.place, "K7", message, "let it begin in a step that is no end");
        }
    }
}

/// K7: acts and clocks lead to steps of their own track; only 'main' reaches over.
fn stays(checker: &Checker<'_>, step: &Step, faults: &mut Faults) {
    for act in &step.acts {
        leads(checker, act, step.track.as_deref(), &format!("in step '{}'", step.id), faults);
    }
    for clock in step.clocks.iter().filter_map(|id| checker.procedure.clocks.get(id)) {
        let Some(to) = clock.at_end.to.as_ref().and_then(|to| checker.procedure.steps.get(to)) else { continue };
        if to.track != step.track {
            let message = format!(
                "the end of clock '{}' leads from step '{}' to '{}', a step of another track",
                clock.id, step.id, to.id
            );
            faults.add(clock.place, "K7", message, "name a step of the same track");
        }
    }
    if let Some((clocks, _)) = &step.pauses
        && step.clocks.iter().all(|clock| clocks.contains(clock))
    {
        let message = format!("step '{}' stops clocks and has none of its own that goes on", step.id);
        faults.add(step.place, "C3", message, "add a clock: what stops a clock may not last for ever");
    }
}

fn leads(checker: &Checker<'_>, act: &Act, track: Option<&str>, whence: &str, faults: &mut Faults) {
    let of = |step: &Option<String>| step.as_ref().and_then(|step| checker.procedure.steps.get(step));
    if let Some(to) = of(&act.to).filter(|to| to.track.as_deref() != track) {
        let message = format!("act '{}' {whence} leads to step '{}', a step of another track", act.id, to.id);
        faults.add(
            act.place,
            "K7",
            message,
            "name a step of the same track; a side act moves the main track with 'main'",
        );
    }
    let Some(main) = of(&act.main) else { return };
    if track.is_none() {
        let message = format!("act '{}' {whence} is in the main track, so 'main' says nothing", act.id);
        faults.add(act.place, "K7", message, "write to = ... instead");
    } else if main.track.is_some() {
        let message = format!(
            "act '{}' {whence} moves the main track to step '{}', which is not one of its steps",
            act.id, main.id
        );
        faults.add(act.place, "K7", message, "name a step without 'track'");
    }
}

/// C1, C6: something opens a track, and from its beginning its steps lead to an end of its own.
fn opened_and_ended(checker: &Checker<'_>, track: &Track, faults: &mut Faults) {
    let id = &track.id;
    if openers(checker, id).is_empty() {
        faults.add(
            track.place,
            "C1",
            format!("nothing opens track '{id}'"),
            "let an act, an outcome or the end of a clock open it (opens)",
        );
    }
    if steps_of(checker, track).all(|step| !step.end) {
        faults.add(track.place, "C6", format!("track '{id}' has no end"), "add a step of it with end = true");
    }
}

/// C14, X4: who is supervised does not close the track, neither does the mere passing of time; a person is never
/// supervised.
fn supervised(checker: &Checker<'_>, track: &Track, faults: &mut Faults) {
    let id = &track.id;
    let replies = |act: &Act| matches!(act.verb, Verb::ReplySupervision | Verb::ReportMended);
    let Some(over) = &track.over else {
        if steps_of(checker, track).any(|step| step.acts.iter().any(replies)) {
            let message = format!("track '{id}' supervises somebody and does not say whom");
            faults.add(track.place, "C14", message, "add over = \"<role>\"");
        }
        return;
    };
    if steps_of(checker, track).all(|step| step.owner.as_ref() != Some(over)) {
        let message = format!("track '{id}' is over '{over}', who never has anything to do in it");
        faults.add(track.place, "C14", message, "name the role that owns a step of it and must answer there");
    }
    if checker.is_petitioner(over) {
        let message = format!("track '{id}' is over '{over}', a person: only offices are supervised");
        faults.add(track.place, "X4", message, "name an office in 'over'");
        return;
    }
    for step in steps_of(checker, track) {
        for act in step.acts.iter().filter(|act| act.to.as_deref().is_some_and(|to| checker.procedure.is_end(to)))
        {
            if let Some(role) = act.by.iter().find(|role| subject(checker, role, over)) {
                let message = format!("'{role}' can close track '{id}' with '{}', which is over '{over}'", act.id);
                faults.add(act.place, "C14", message, "let an office above it close the track");
            }
        }
        let clocks: BTreeSet<&String> = step.clocks.iter().collect();
        for clock in clocks.into_iter().filter_map(|id| checker.procedure.clocks.get(id)) {
            let closes = clock.at_end.to.as_deref().is_some_and(|to| checker.procedure.is_end(to));
            if closes && clock.kind == ClockKind::Due {
                let message = format!(
                    "track '{id}' closes by itself when clock '{}' ends, so '{over}' need only wait",
                    clock.id
                );
                faults.add(
                    clock.place,
                    "C14",
                    message,
                    "let an office close it; let the clock tell somebody above",
                );
            }
        }
    }
}

/// Whether a role is the one that a track is over, may be the same office, or leads it.
pub(super) fn subject(checker: &Checker<'_>, role: &str, over: &str) -> bool {
    let led = match checker.procedure.who.get(role).map(|who| &who.is) {
        Some(WhoIs::LeaderOf(of)) => of,
        _ => role,
    };
    may_be(checker, role, over) || may_be(checker, led, over)
}
