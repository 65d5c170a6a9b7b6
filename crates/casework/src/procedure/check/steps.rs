//! C1, C2, C3, C5, C6: every step can be reached, has an owner and a running clock, and leads to an end.

use std::collections::BTreeSet;

use super::case::Case;
use super::graph::{CASES_MAX, Cases};
use super::plan::CLOCKS_MAX;
use super::{Checker, Faults};
use crate::procedure::model::{Act, Step};

pub(super) fn check(checker: &Checker<'_>, searches: &[Cases<'_>], faults: &mut Faults) {
    for step in checker.steps() {
        owner(step, faults);
    }
    if let Some(cases) = searches.iter().find(|cases| cases.too_many) {
        let place = cases.plan.steps.iter().map(|step| step.step.place).min().unwrap_or_default();
        let message = format!("the procedure comes to more than {CASES_MAX} cases, more than can be searched");
        faults.add(
            place,
            "C1",
            message,
            "make it smaller: lower 'at_most', fewer findings in 'when', fewer tracks that ask about each other",
        );
        return;
    }
    let reached = reached(searches);
    reachable(checker, &reached, faults);
    acts_happen(checker, searches, &reached, faults);
    for cases in searches {
        clock_runs(cases, faults);
        clocks_run_somewhere(cases, &reached, faults);
        end_in_sight(cases, faults);
        tracks_end(cases, faults);
    }
}

/// Every step something lies in, in some case.
fn reached<'p>(searches: &[Cases<'p>]) -> BTreeSet<&'p str> {
    let mut reached = BTreeSet::new();
    for cases in searches {
        let mut numbers: BTreeSet<usize> = BTreeSet::new();
        for case in &cases.all {
            numbers.extend((0..cases.plan.lanes.len()).filter_map(|lane| case.step(lane)));
        }
        reached.extend(
            numbers.iter().filter_map(|step| cases.plan.steps.get(*step)).map(|step| step.step.id.as_str()),
        );
        // Where a side track ends it closes at once: no case lies there, but acts and clocks lead there.
        let done = cases.plan.deeds.iter().zip(&cases.done).filter(|(_, first)| first.is_some());
        let ends = done.flat_map(|(deed, _)| [deed.act.to.as_deref(), deed.act.main.as_deref()]).flatten();
        reached.extend(ends.chain(ended_by_clocks(cases)).filter(|to| cases.plan.procedure.is_end(to)));
    }
    reached
}

fn ended_by_clocks<'a, 'p>(cases: &'a Cases<'p>) -> impl Iterator<Item = &'p str> + use<'a, 'p> {
    cases.moves.iter().filter_map(|way| match way.cause {
        super::case::Cause::End { clock, .. } => {
            cases.plan.clocks.get(usize::from(clock)).and_then(|clock| clock.clock.at_end.to.as_deref())
        }
        _ => None,
    })
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
    if step.end && (!step.clocks.is_empty() || step.pauses.is_some()) {
        faults.add(
            step.place,
            "C3",
            format!("the matter ends in step '{id}', so no clock runs or stands still there"),
            "drop the clock, or end = true",
        );
    }
    if step.clocks.len() > CLOCKS_MAX {
        let message = format!("step '{id}' lists more than {CLOCKS_MAX} clocks");
        faults.add(step.place, "C3", message, "keep those that matter");
    }
}

/// C1: each step is the step of some case.
fn reachable(checker: &Checker<'_>, reached: &BTreeSet<&str>, faults: &mut Faults) {
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
    let acts = from.acts.iter().flat_map(|act| [act.to.as_deref(), act.main.as_deref()]).flatten();
    acts.chain(ends).any(|target| target == to)
}

/// C1: each act of a reachable step can be done in some case.
fn acts_happen(checker: &Checker<'_>, searches: &[Cases<'_>], reached: &BTreeSet<&str>, faults: &mut Faults) {
    let mut done: BTreeSet<*const Act> = BTreeSet::new();
    for cases in searches {
        let deeds = cases.plan.deeds.iter().zip(&cases.done).filter(|(_, first)| first.is_some());
        done.extend(deeds.map(|(deed, _)| std::ptr::from_ref(deed.act)));
    }
    for (step, act) in checker.acts() {
        let open = step.is_none_or(|step| !step.end && reached.contains(step.id.as_str()));
        if open && !done.contains(&std::ptr::from_ref(act)) {
            let whence =
                step.map_or_else(|| "open in many steps".to_owned(), |step| format!("in step '{}'", step.id));
            faults.add(
                act.place,
                "C1",
                format!("act '{}' {whence} can never be done", act.id),
                "what it needs never holds there ('when', 'while', a document to serve, a draft): mend that, or take it out",
            );
        }
    }
}

/// C1: each clock a step lists runs there in some case.
fn clocks_run_somewhere(cases: &Cases<'_>, reached: &BTreeSet<&str>, faults: &mut Faults) {
    let plan = &cases.plan;
    let mut runs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for case in &cases.all {
        for lane in 0..plan.lanes.len() {
            let Some(step) = case.step(lane) else { continue };
            runs.extend(plan.running(case, lane).map(|clock| (step, clock)));
        }
    }
    for (number, step) in plan.steps.iter().enumerate().filter(|(_, step)| reached.contains(step.step.id.as_str()))
    {
        let some_run = step.clocks.iter().any(|clock| runs.contains(&(number, *clock)));
        for clock in step.clocks.iter().filter(|clock| some_run && !runs.contains(&(number, **clock))) {
            let clock = plan.clocks.get(*clock).map_or("", |clock| clock.clock.id.as_str());
            faults.add(
                step.step.place,
                "C1",
                format!("clock '{clock}' never runs in step '{}'", step.step.id),
                "let an act on the way start it ('from'), or take it out of the step",
            );
        }
    }
}

/// C3: in every case of an open step a clock of its track runs; where something else stops it, that has its own.
fn clock_runs(cases: &Cases<'_>, faults: &mut Faults) {
    let plan = &cases.plan;
    for (number, step) in plan.steps.iter().enumerate().filter(|(_, step)| !step.step.end) {
        let id = &step.step.id;
        if step.clocks.is_empty() {
            let message = format!("step '{id}' has no clock");
            faults.add(step.step.place, "C3", message, "add clock = \"<clock>\": nothing may lie for ever");
            continue;
        }
        // What another track stops is taken up by that track: it has a clock of its own (C3).
        let heard = |clock: usize| plan.speaks(clock) && !step.pauses.contains(&clock);
        let silent =
            |case: &Case| case.step(step.lane) == Some(number) && !plan.running(case, step.lane).any(heard);
        if let Some(case) = cases.all.iter().position(silent) {
            faults.add_path(
                step.step.place,
                "C3",
                format!("in step '{id}' no clock runs on this path"),
                (cases, case),
                "let an act on the path start one of its clocks ('from'), or list one that already runs",
            );
        }
    }
}

/// C5: from every case an end of the matter (or, alone, of the track) can be reached; where not, the step where it
/// gets stuck is named.
fn end_in_sight(cases: &Cases<'_>, faults: &mut Faults) {
    let plan = &cases.plan;
    let ended = |case: &Case| if plan.has_main() { plan.main_ended(case) } else { case.step(0).is_none() };
    let can_end = cases.can_reach(ended);
    let stuck = |number: usize| can_end.get(number) == Some(&false);
    let mut leaves: BTreeSet<usize> = BTreeSet::new();
    for way in cases.moves.iter().filter(|way| way.from != way.to) {
        leaves.insert(way.from);
    }
    let dead: Vec<usize> = (0..cases.all.len()).filter(|at| stuck(*at) && !leaves.contains(at)).collect();
    let shown =
        if dead.is_empty() { (0..cases.all.len()).find(|at| stuck(*at)).into_iter().collect() } else { dead };
    for number in shown {
        let Some(step) = cases.all.get(number).and_then(|case| plan.steps.get(case.step(0)?)) else { continue };
        faults.add_path(
            step.step.place,
            "C5",
            format!("from step '{}' no end can be reached", step.step.id),
            (cases, number),
            "let an act there lead on ('to'), or end the matter there (end = true)",
        );
    }
}

/// C6: an open side track can always come to its own end, or the matter to its end, which closes it.
fn tracks_end(cases: &Cases<'_>, faults: &mut Faults) {
    let plan = &cases.plan;
    for (lane, track) in plan.lanes.iter().enumerate().filter_map(|(lane, track)| Some((lane, (*track)?))) {
        if !plan.has_main() {
            continue; // said by C5
        }
        let can_close = cases.can_reach(|case| case.step(lane).is_none());
        if let Some(case) = can_close.iter().position(|can| !can) {
            faults.add_path(
                track.place,
                "C6",
                format!("track '{}' can come to where it never ends", track.id),
                (cases, case),
                "let an act there lead on to an end of the track",
            );
        }
    }
}
