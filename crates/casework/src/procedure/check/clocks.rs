//! C4, C10: the end of every clock has a consequence; every extension is approved from above and told.

use super::{Checker, Faults};
use crate::procedure::model::{Act, AtEnd, Clock, ClockKind, Extension, Limit, Step};
use crate::verb::Verb;

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    for clock in checker.procedure.clocks.values() {
        match clock.kind {
            ClockKind::Due => due(checker, clock, faults),
            ClockKind::Window => window(checker, clock, faults),
            ClockKind::Floor => floor(clock, faults),
        }
        extension(checker, clock, faults);
    }
    windows_named(checker, faults);
    floors_named(checker, faults);
}

/// C4: a floor only waits: nothing comes of its end but that something may be done.
fn floor(clock: &Clock, faults: &mut Faults) {
    let id = &clock.id;
    if clock.at_end != AtEnd::default() || clock.again.is_some() || clock.warn.is_some() {
        let message =
            format!("floor '{id}' only lets something be done when it has run; nothing else comes of its end");
        faults.add(clock.place, "C4", message, "drop at_end, again and warn, or make it a due clock");
    }
    if !clock.extend.is_empty() {
        let message = format!("floor '{id}' is no duty and has no extension to ask for");
        faults.add(clock.place, "C10", message, "drop 'extend'");
    }
}

/// C4: the end of a duty moves the matter, or tells somebody other than who is late, again and again.
fn due(checker: &Checker<'_>, clock: &Clock, faults: &mut Faults) {
    let id = &clock.id;
    if clock.at_end.lapses.is_some() {
        let message = format!("clock '{id}' is a duty, and a duty does not lapse");
        faults.add(clock.place, "C4", message, "drop 'lapses', or make it a window");
    }
    if clock.at_end.to.is_some() {
        return;
    }
    if clock.at_end.tells.is_empty() {
        let message = format!("the end of clock '{id}' has no consequence");
        faults.add(clock.place, "C4", message, "add at_end = { tells = ... } or { to = ... }");
        return;
    }
    for step in checker.open_steps().filter(|step| step.clocks.contains(id)) {
        let Some(late) = &step.owner else {
            continue; // said by C2
        };
        if clock.at_end.tells.iter().all(|told| told == late) {
            faults.add(
                clock.place,
                "C4",
                format!("when clock '{id}' ends in step '{}', only the late one, '{late}', is told", step.id),
                "tell somebody above, or the petitioner, as well",
            );
        }
    }
    if clock.again.is_none() {
        let message = format!("clock '{id}' speaks once and then keeps silent for ever");
        faults.add(clock.place, "C4", message, "add again = \"15 days\", or move the matter (to)");
    }
}

/// C4: the end of a window says which right lapses and where the matter then lies.
fn window(checker: &Checker<'_>, clock: &Clock, faults: &mut Faults) {
    let id = &clock.id;
    if clock.at_end.lapses.is_none() {
        let message = format!("window '{id}' does not say what right lapses at its end");
        faults.add(clock.place, "C4", message, "add lapses = \"...\" to at_end");
    }
    // Where an office has a duty in the same step, that carries the matter on.
    let duty = |step: &Step| {
        let clocks = step.clocks.iter().filter_map(|id| checker.procedure.clocks.get(id));
        clocks.into_iter().any(|clock| clock.kind == ClockKind::Due)
    };
    let stays = checker.open_steps().any(|step| step.clocks.contains(id) && !duty(step));
    if clock.at_end.to.is_none() && stays {
        let message = format!("window '{id}' does not say where the matter lies after its end");
        faults.add(clock.place, "C4", message, "add to = \"<step>\" to at_end");
    }
    if clock.again.is_some() {
        let message = format!("window '{id}' ends once; it cannot end again");
        faults.add(clock.place, "C4", message, "drop 'again'");
    }
    if !clock.extend.is_empty() {
        let message = format!("window '{id}' is a person's right and has no extension to ask for");
        faults.add(clock.place, "C10", message, "drop 'extend', or make it a due clock");
    }
}

/// C4: `while` names a window of the same step.
fn windows_named(checker: &Checker<'_>, faults: &mut Faults) {
    for (step, act) in checker.acts() {
        let Some(window) = act.during.as_ref().and_then(|id| checker.procedure.clocks.get(id)) else {
            continue;
        };
        if window.kind != ClockKind::Window {
            let message =
                format!("'{}' is open while '{}' runs, which is a duty, not a window", act.id, window.id);
            faults.add(
                act.place,
                "C4",
                message,
                "name a window; a late act of an office is counted, never refused",
            );
        }
        if !may_ask(checker, step, &window.id) {
            let message =
                format!("'{}' is open while '{}' runs, but its step does not list that window", act.id, window.id);
            faults.add(act.place, "C4", message, format!("add clock = \"{}\" to the step", window.id));
        }
    }
}

/// Whether a clock can be asked for in a step: the step lists it, or, in a side track, a main step does.
fn may_ask(checker: &Checker<'_>, step: Option<&Step>, clock: &str) -> bool {
    let lists = |step: &Step| step.clocks.iter().any(|listed| listed == clock);
    let aside = step.is_some_and(|step| step.track.is_some());
    step.is_some_and(lists) || (aside && checker.steps().any(|other| other.track.is_none() && lists(other)))
}

/// C4: `after` names a floor that a step of the track lists.
fn floors_named(checker: &Checker<'_>, faults: &mut Faults) {
    for (step, act) in checker.acts() {
        let Some(floor) = act.after.as_ref().and_then(|id| checker.procedure.clocks.get(id)) else {
            continue;
        };
        if floor.kind != ClockKind::Floor {
            let message = format!("'{}' waits for clock '{}', which is no floor", act.id, floor.id);
            faults.add(act.place, "C4", message, "name a clock with kind = \"floor\"");
        }
        let track = step.and_then(|step| step.track.as_ref());
        let near = |other: &Step| other.track.is_none() || other.track.as_ref() == track;
        if !checker.steps().any(|other| near(other) && other.clocks.contains(&floor.id)) {
            let message = format!("'{}' waits for floor '{}', which no step of its track lists", act.id, floor.id);
            faults.add(act.place, "C4", message, format!("add clock = \"{}\" to the step it waits in", floor.id));
        }
    }
}

/// C10: every rung is approved by somebody above and told to the petitioner, and there is an act that takes it.
fn extension(checker: &Checker<'_>, clock: &Clock, faults: &mut Faults) {
    if clock.extend.is_empty() || clock.kind != ClockKind::Due {
        return;
    }
    let id = &clock.id;
    let takers: Vec<(Option<&Step>, &Act)> =
        checker.acts().filter(|(_, act)| act.verb == Verb::Extend && act.extends.as_ref() == Some(id)).collect();
    for (step, act) in &takers {
        if let Some(step) = step.filter(|step| !may_ask(checker, Some(step), id)) {
            let message = format!("'{}' extends clock '{id}', which step '{}' does not list", act.id, step.id);
            faults.add(act.place, "C10", message, "only a clock that runs in the step can be extended");
        }
        for rung in &clock.extend {
            approved(checker, clock, rung, act, faults);
        }
    }
    // An `extend` that names no clock or a wrong one is said by K2.
    let astray = checker.acts().any(|(_, act)| {
        let named = act.extends.as_ref().and_then(|clock| checker.procedure.clocks.get(clock));
        act.verb == Verb::Extend && named.is_none_or(|clock| clock.extend.is_empty())
    });
    if takers.is_empty() && !astray {
        let message = format!("clock '{id}' has an extension that no act takes");
        faults.add(
            clock.place,
            "C10",
            message,
            format!("add an act with verb = \"extend\", extends = \"{id}\", or drop 'extend'"),
        );
    }
    for rung in &clock.extend {
        told(checker, clock, rung, faults);
    }
}

fn approved(checker: &Checker<'_>, clock: &Clock, rung: &Extension, act: &Act, faults: &mut Faults) {
    for role in act.by.iter().filter(|role| !checker.is_above(&rung.approved_by, role)) {
        let message = format!(
            "'{}' approves the extension of clock '{}' but does not stand above '{role}', who asks for it",
            rung.approved_by, clock.id
        );
        faults.add(clock.place, "C10", message, "name its leader or an office above it");
    }
}

fn told(checker: &Checker<'_>, clock: &Clock, rung: &Extension, faults: &mut Faults) {
    let id = &clock.id;
    if matches!(rung.most, Limit::AtOnce | Limit::Set) {
        let message = format!("the extension of clock '{id}' adds no time");
        faults.add(clock.place, "C10", message, "write most = \"30 days\" or the like");
    }
    let letter = checker.procedure.letters.get(&rung.letter);
    if let Some(letter) = letter.filter(|letter| !checker.is_petitioner(&letter.to)) {
        let message =
            format!("the notice of the extension of clock '{id}', '{}', does not go to the petitioner", letter.id);
        faults.add(clock.place, "C10", message, "name a letter to the petitioner");
    }
}
