//! C1, C2, C3, C5: every step can be reached, has an owner and a running clock, and leads to an end.

use std::collections::BTreeSet;

use super::graph::{Case, Cases, Move};
use super::{Checker, Faults};
use crate::procedure::model::Step;

pub(super) fn check(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    for step in checker.steps() {
        owner(step, faults);
    }
    if cases.too_many {
        let place = checker.steps().map(|step| step.place).min().unwrap_or_default();
        let message = "the procedure comes to more cases than can be searched";
        faults.add(place, "C1", message, "make it smaller: lower 'at_most', fewer clocks per step");
        return;
    }
    reachable(checker, cases, faults);
    acts_happen(checker, cases, faults);
    clock_runs(checker, cases, faults);
    end_in_sight(checker, cases, faults);
}

/// C2: somebody must act next, unless the matter has ended.
fn owner(step: &Step, faults: &mut Faults) {
    let id = &step.id;
    match (&step.owner, step.end) {
        (None, false) => faults.add(
            step.place,
            "C2",
            format!("nobody owns step '{id}'"),
            "add owner = \"<role that must act next>\", or end = true",
        ),
        (Some(owner), true) => faults.add(
            step.place,
            "C2",
            format!("the matter ends in step '{id}', yet '{owner}' owns it"),
            "drop the owner, or end = true",
        ),
        _ => {}
    }
    if step.end && !step.acts.is_empty() {
        faults.add(
            step.place,
            "C1",
            format!("the matter ends in step '{id}', so its acts can never be done"),
            "drop them, put them under [everywhere], or drop end = true",
        );
    }
    if step.end && !step.clocks.is_empty() {
        faults.add(
            step.place,
            "C3",
            format!("the matter ends in step '{id}', so no clock runs there"),
            "drop the clock, or end = true",
        );
    }
}

/// C1: each step is the step of some case.
fn reachable(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    let reached: BTreeSet<&str> = cases.all.iter().map(|case| case.step).collect();
    let lost: Vec<&Step> = checker.steps().filter(|step| !reached.contains(step.id.as_str())).collect();
    // A step that only lost steps lead to is found again with them: the first of the line is told.
    let follows = |step: &Step| lost.iter().any(|other| other.id != step.id && leads(checker, other, &step.id));
    let mut firsts: Vec<&Step> = lost.iter().copied().filter(|step| !follows(step)).collect();
    if firsts.is_empty() {
        firsts.extend(lost.first());
    }
    for step in firsts {
        faults.add(
            step.place,
            "C1",
            format!("step '{}' can never be reached", step.id),
            "let an act or the end of a clock lead to it, or take it out",
        );
    }
}

/// Whether an act or the end of a clock of one step leads to another.
fn leads(checker: &Checker<'_>, from: &Step, to: &str) -> bool {
    let clocks = from.clocks.iter().filter_map(|id| checker.procedure.clocks.get(id));
    let ends = clocks.filter_map(|clock| clock.at_end.to.as_deref());
    let acts = from.acts.iter().filter_map(|act| act.to.as_deref());
    acts.chain(ends).any(|target| target == to)
}

/// C1: each act of a reachable open step can be done in some case.
fn acts_happen(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    let reached: BTreeSet<&str> = cases.all.iter().map(|case| case.step).collect();
    for step in checker.open_steps().filter(|step| reached.contains(step.id.as_str())) {
        for act in &step.acts {
            let done = |way: &Move<'_>| way.act.is_some_and(|done| std::ptr::eq(done, act));
            // A window that the step does not list is said by C4.
            let listed = act.during.as_ref().is_none_or(|window| step.clocks.contains(window));
            if listed && !cases.moves.iter().any(done) {
                faults.add(
                    act.place,
                    "C1",
                    format!("act '{}' in step '{}' can never be done", act.id, step.id),
                    "its window never runs there: let an act on the way start it, or drop 'while'",
                );
            }
        }
        for clock in &step.clocks {
            let runs = |case: &Case<'_>| case.step == step.id && case.running.contains(clock.as_str());
            let some_run = cases.all.iter().any(|case| case.step == step.id && !case.running.is_empty());
            if some_run && !cases.all.iter().any(runs) {
                faults.add(
                    step.place,
                    "C1",
                    format!("clock '{clock}' never runs in step '{}'", step.id),
                    "let an act on the way start it ('from'), or take it out of the step",
                );
            }
        }
    }
}

/// C3: in every case of an open step a clock runs.
fn clock_runs(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    for step in checker.open_steps() {
        if step.clocks.is_empty() {
            faults.add(
                step.place,
                "C3",
                format!("step '{}' has no clock", step.id),
                "add clock = \"<clock>\": nothing may lie for ever",
            );
            continue;
        }
        let silent = |case: &Case<'_>| case.step == step.id && case.running.is_empty();
        if let Some(number) = cases.all.iter().position(silent) {
            faults.add_path(
                step.place,
                "C3",
                format!("in step '{}' no clock runs on this path", step.id),
                &cases.path(number),
                "let an act on the path start one of its clocks ('from'), or list one that already runs",
            );
        }
    }
}

/// C5: from every case an end can be reached; where not, the step where it gets stuck is named.
fn end_in_sight(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    let can_end = cases.can_reach(|case| checker.procedure.is_end(case.step));
    let stuck = |number: usize| can_end.get(number) == Some(&false);
    let mut leaves: BTreeSet<usize> = BTreeSet::new();
    for way in cases.moves.iter().filter(|way| way.from != way.to) {
        leaves.insert(way.from);
    }
    let dead: Vec<usize> = (0..cases.all.len()).filter(|at| stuck(*at) && !leaves.contains(at)).collect();
    let shown =
        if dead.is_empty() { (0..cases.all.len()).find(|at| stuck(*at)).into_iter().collect() } else { dead };
    for number in shown {
        let Some(case) = cases.all.get(number) else {
            continue;
        };
        let Some(step) = checker.procedure.steps.get(case.step) else {
            continue;
        };
        faults.add_path(
            step.place,
            "C5",
            format!("from step '{}' no end can be reached", step.id),
            &cases.path(number),
            "let an act there lead on ('to'), or end the matter there (end = true)",
        );
    }
}
