//! C4, C10: the end of every clock has a consequence; every extension is approved from above and told.

use super::{Checker, Faults};
use crate::procedure::model::{Clock, ClockKind};
use crate::verb::Verb;

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    for clock in checker.procedure.clocks.values() {
        match clock.kind {
            ClockKind::Due => due(checker, clock, faults),
            ClockKind::Window => window(clock, faults),
            ClockKind::Floor => {}
        }
        extension(checker, clock, faults);
    }
    windows_named(checker, faults);
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
fn window(clock: &Clock, faults: &mut Faults) {
    let id = &clock.id;
    if clock.at_end.lapses.is_none() {
        let message = format!("window '{id}' does not say what right lapses at its end");
        faults.add(clock.place, "C4", message, "add lapses = \"...\" to at_end");
    }
    if clock.at_end.to.is_none() {
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
        if !step.is_some_and(|step| step.clocks.contains(&window.id)) {
            let message =
                format!("'{}' is open while '{}' runs, but its step does not list that window", act.id, window.id);
            faults.add(act.place, "C4", message, format!("add clock = \"{}\" to the step", window.id));
        }
    }
}

/// C10: approved by somebody above, told to the petitioner, and there is an act that takes it.
fn extension(checker: &Checker<'_>, clock: &Clock, faults: &mut Faults) {
    let Some(extension) = clock.extend.first().filter(|_| clock.kind == ClockKind::Due) else {
        return;
    };
    let id = &clock.id;
    let mut taken = false;
    for (step, act) in checker.acts() {
        if act.verb != Verb::Extend || act.extends.as_ref() != Some(id) {
            continue;
        }
        taken = true;
        if let Some(step) = step.filter(|step| !step.clocks.contains(id)) {
            let message = format!("'{}' extends clock '{id}', which step '{}' does not list", act.id, step.id);
            faults.add(act.place, "C10", message, "only a clock that runs in the step can be extended");
        }
        for role in &act.by {
            if !checker.is_above(&extension.approved_by, role) {
                let message = format!(
                    "'{}' approves the extension of clock '{id}' but does not stand above '{role}', who asks for it",
                    extension.approved_by
                );
                faults.add(clock.place, "C10", message, "name its leader or an office above it");
            }
        }
    }
    // An `extend` that names no clock or a wrong one is said by K2.
    let astray = checker.acts().any(|(_, act)| {
        let named = act.extends.as_ref().and_then(|clock| checker.procedure.clocks.get(clock));
        act.verb == Verb::Extend && named.is_none_or(|clock| clock.extend.is_empty())
    });
    if !taken && !astray {
        let message = format!("clock '{id}' has an extension that no act takes");
        faults.add(
            clock.place,
            "C10",
            message,
            format!("add an act with verb = \"extend\", extends = \"{id}\", or drop 'extend'"),
        );
    }
    let letter = checker.procedure.letters.get(&extension.letter);
    if let Some(letter) = letter.filter(|letter| !checker.is_petitioner(&letter.to)) {
        let message =
            format!("the notice of the extension of clock '{id}', '{}', does not go to the petitioner", letter.id);
        faults.add(clock.place, "C10", message, "name a letter to the petitioner");
    }
}
