//! C1: nothing is declared that nothing uses; what is never used is usually a slip elsewhere.

use std::collections::BTreeSet;

use super::{Checker, Faults};
use crate::procedure::model::{Act, ClockKind, Guard, Place, Procedure, Step, WhoIs};

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    let procedure = checker.procedure;
    let clocks: BTreeSet<&str> =
        procedure.steps.values().flat_map(|step| &step.clocks).map(String::as_str).collect();
    for clock in procedure.clocks.values() {
        unused(&clocks, "clock", &clock.id, clock.place, "list it in a step", faults);
    }
    let outcomes: BTreeSet<&str> = checker.acts().flat_map(|(_, act)| &act.outcomes).map(String::as_str).collect();
    for outcome in procedure.outcomes.values() {
        unused(&outcomes, "outcome", &outcome.id, outcome.place, "let an act find it", faults);
    }
    let letters = letters_used(checker);
    for letter in procedure.letters.values() {
        unused(&letters, "letter", &letter.id, letter.place, "let an act make it", faults);
    }
    findings(checker, faults);
    starts(checker, faults);
    let roles = roles_used(checker);
    for who in procedure.who.values() {
        unused(&roles, "role", &who.id, who.place, "let it own, act or be told", faults);
    }
}

/// C1: a finding is asked for by a guard, and each of its values can be found.
fn findings(checker: &Checker<'_>, faults: &mut Faults) {
    for finding in checker.procedure.findings.values() {
        let id = &finding.id;
        let asks = |guard: &Guard| matches!(guard, Guard::Found { finding, .. } if finding == id);
        if !checker.acts().any(|(_, act)| act.when.iter().any(asks)) {
            let message = format!("finding '{id}' is declared but no 'when' asks for it");
            faults.add(finding.place, "C1", message, "let an act ask for it, or take it out");
        }
        for value in finding.values.iter().skip(1) {
            if !checker.acts().any(|(_, act)| act.sets.get(id) == Some(value)) {
                let message = format!("no act finds that '{id}' is '{value}'");
                faults.add(
                    finding.place,
                    "C1",
                    message,
                    format!("add sets = {{ {id} = \"{value}\" }} to an act, or drop the value"),
                );
            }
        }
    }
}

/// C1: whatever is said to start a clock does start it; every floor is waited for.
fn starts(checker: &Checker<'_>, faults: &mut Faults) {
    for clock in checker.procedure.clocks.values() {
        let id = &clock.id;
        for from in &clock.from {
            let named = |act: &Act| act.id == *from || act.verb.word() == from;
            let starts =
                checker.acts().filter(|(_, act)| named(act)).any(|(step, act)| starts_in(checker, step, act, id));
            if !starts {
                let message = format!("'{from}' is said to start clock '{id}', but never does");
                faults.add(
                    clock.place,
                    "C1",
                    message,
                    "no step it leads to lists the clock: mend 'from', or list the clock there",
                );
            }
        }
        let waited = checker.acts().any(|(_, act)| act.after.as_ref() == Some(id));
        if clock.kind == ClockKind::Floor && !waited {
            let message = format!("floor '{id}' holds nothing back");
            faults.add(
                clock.place,
                "C1",
                message,
                format!("add after = \"{id}\" to the act that must wait, or take it out"),
            );
        }
    }
}

/// Whether an act leaves some track in a step that lists a clock, having moved or opened it or stayed there.
fn starts_in(checker: &Checker<'_>, step: Option<&Step>, act: &Act, clock: &str) -> bool {
    let lists = |id: &str| {
        checker.procedure.steps.get(id).is_some_and(|step| step.clocks.iter().any(|listed| listed == clock))
    };
    let main_lists = || checker.steps().any(|step| step.track.is_none() && lists(&step.id));
    let stays = match step {
        None => act.to.is_none() && main_lists(),
        Some(step) => act.to.is_none() && lists(&step.id),
    };
    let outcomes = act.outcomes.iter().filter_map(|id| checker.procedure.outcomes.get(id));
    let opened = act.opens.iter().chain(outcomes.flat_map(|outcome| &outcome.opens));
    let opened = opened.filter_map(|id| checker.procedure.tracks.get(id));
    let mut begun = opened.flat_map(|track| track.begins_again.iter().chain([&track.begins])).map(String::as_str);
    stays || [&act.to, &act.main].into_iter().flatten().any(|to| lists(to)) || begun.any(lists)
}

fn unused(used: &BTreeSet<&str>, kind: &str, id: &str, place: Place, mend: &str, faults: &mut Faults) {
    if !used.contains(id) {
        let message = format!("{kind} '{id}' is declared but never used");
        faults.add(place, "C1", message, format!("{mend}, or take it out"));
    }
}

fn letters_used<'p>(checker: &Checker<'p>) -> BTreeSet<&'p str> {
    let acts = checker.acts().filter_map(|(_, act)| act.letter.as_deref());
    let clocks = checker.procedure.clocks.values();
    let extensions = clocks.flat_map(|clock| &clock.extend).map(|extension| extension.letter.as_str());
    acts.chain(extensions).collect()
}

fn roles_used<'p>(checker: &Checker<'p>) -> BTreeSet<&'p str> {
    let Procedure { who, clocks, letters, outcomes, steps, tracks, .. } = checker.procedure;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    used.extend(steps.values().filter_map(|step| step.owner.as_deref()));
    for (_, act) in checker.acts() {
        used.extend(act.by.iter().chain(&act.tells).map(String::as_str));
    }
    for clock in clocks.values() {
        used.extend(clock.at_end.tells.iter().map(String::as_str));
        used.extend(clock.extend.iter().map(|extension| extension.approved_by.as_str()));
    }
    used.extend(tracks.values().filter_map(|track| track.over.as_deref()));
    used.extend(letters.values().map(|letter| letter.to.as_str()));
    used.extend(outcomes.values().filter_map(|outcome| outcome.remedy.as_ref()).map(|remedy| remedy.to.as_str()));
    // A rung of the ladder is used when the rung above it is found through it.
    used.extend(who.values().filter_map(|who| match &who.is {
        WhoIs::Above(role) | WhoIs::LeaderOf(role) | WhoIs::Named { otherwise: Some(role), .. } => {
            Some(role.as_str())
        }
        _ => None,
    }));
    used
}
