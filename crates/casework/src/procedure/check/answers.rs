//! C9, C13: every end comes after a served answer, and every adverse answer has a remedy that is really open.

use super::case::{Case, decides};
use super::graph::{Cases, Move};
use super::{Checker, Faults};
use crate::procedure::model::{Act, Outcome, Remedy};
use crate::verb::Verb;

/// What a letter with an adverse outcome must state.
const REMEDY_STATED: &str = "救济途径";

pub(super) fn check(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    for outcome in checker.procedure.outcomes.values() {
        named(checker, outcome, faults);
    }
    refusals(checker, faults);
    if cases.too_many {
        return; // said by C1
    }
    ends(cases, faults);
    for way in &cases.moves {
        if let Some(serve) = cases.act_of(way.cause).filter(|act| act.answers && act.verb == Verb::Serve) {
            served(checker, cases, *way, serve, faults);
        }
    }
}

/// C9: an adverse outcome names a remedy: an act here, or in words what to do elsewhere.
fn named(checker: &Checker<'_>, outcome: &Outcome, faults: &mut Faults) {
    let id = &outcome.id;
    match &outcome.remedy {
        None if outcome.adverse && !is_last_instance(checker, outcome) => faults.add(
            outcome.place,
            "C9",
            format!("outcome '{id}' is adverse and names no remedy"),
            "add remedy = { act = ..., to = ..., limit = ..., law = ... }",
        ),
        Some(remedy) if remedy.act.is_some() == remedy.elsewhere.is_some() => faults.add(
            outcome.place,
            "C9",
            format!("the remedy of outcome '{id}' must be an act here or a way elsewhere"),
            "give one of act = \"<act>\" and elsewhere = \"<what to do>\"",
        ),
        _ => {}
    }
}

/// C9: to be refused is adverse, whatever the file calls it.
fn refusals(checker: &Checker<'_>, faults: &mut Faults) {
    for (_, act) in checker.acts().filter(|(_, act)| act.verb == Verb::Refuse) {
        for outcome in act.outcomes.iter().filter_map(|id| checker.procedure.outcomes.get(id)) {
            if !outcome.adverse {
                let message =
                    format!("'{}' refuses the matter with outcome '{}', which is not adverse", act.id, outcome.id);
                faults.add(outcome.place, "C9", message, "add adverse = true and its remedy");
            }
        }
    }
}

/// Only a review can be the last instance, and only where an article makes it so.
fn is_last_instance(checker: &Checker<'_>, outcome: &Outcome) -> bool {
    let cites = outcome
        .remains
        .as_ref()
        .is_some_and(|remains| checker.procedure.law.keys().any(|law| remains.contains(law.as_str())));
    let mut finders = checker.acts().filter(|(_, act)| act.outcomes.contains(&outcome.id));
    cites && finders.all(|(_, act)| act.verb == Verb::DecideReview)
}

/// C13: no quiet closing.
fn ends(cases: &Cases<'_>, faults: &mut Faults) {
    for (number, case) in cases.all.iter().enumerate() {
        let step = case.step(0).and_then(|step| cases.plan.steps.get(step)).map(|step| step.step);
        let Some(step) = step.filter(|step| step.end) else { continue };
        if case.get(cases.plan.slots.owed) == 1 {
            faults.add_path(
                step.place,
                "C13",
                format!("a matter can end in '{}' without an answer", step.id),
                (cases, number),
                "let a 'serve' with answers = true come before the end",
            );
        }
    }
}

/// What is served is what was decided; and then each remedy it names is open.
fn served(checker: &Checker<'_>, cases: &Cases<'_>, way: Move, serve: &Act, faults: &mut Faults) {
    let (Some(before), Some(after)) = (cases.all.get(way.from), cases.all.get(way.to)) else {
        return;
    };
    let found = before.get(cases.plan.slots.found).checked_sub(1);
    let decided = found.and_then(|number| checker.acts().nth(usize::from(number))).map(|(_, act)| act);
    let Some(decided) = decided else {
        faults.add_path(
            serve.place,
            "C13",
            format!("'{}' answers where nothing was decided", serve.id),
            (cases, way.from),
            "let an act with an outcome come before it",
        );
        return;
    };
    if serve.letter.is_some() && decided.letter != serve.letter {
        faults.add_path(
            serve.place,
            "C13",
            format!("'{}' answers with another letter than '{}' made", serve.id, decided.id),
            (cases, way.from),
            "serve the letter of the act that decided",
        );
    }
    // Where guards ask for the outcome, the search knows which it was.
    let known = cases.plan.slots.outcome.and_then(|slot| usize::from(before.get(slot)).checked_sub(1));
    let known = known.and_then(|at| checker.procedure.outcomes.keys().nth(at));
    let may_be = |id: &&String| known.is_none_or(|known| known == *id);
    for outcome in decided.outcomes.iter().filter(may_be).filter_map(|id| checker.procedure.outcomes.get(id)) {
        if let Some(remedy) = &outcome.remedy {
            stated(checker, outcome, serve, faults);
            addressee(checker, outcome, remedy, decided, faults);
            open(checker, outcome, remedy, (cases, way.to, after), faults);
        }
    }
}

/// C9: the letter says where to go.
fn stated(checker: &Checker<'_>, outcome: &Outcome, serve: &Act, faults: &mut Faults) {
    let letter = serve.letter.as_ref().and_then(|id| checker.procedure.letters.get(id));
    let silent = |must: &[String]| !must.iter().any(|item| item == REMEDY_STATED);
    if let Some(letter) = letter.filter(|letter| silent(&letter.must_state)) {
        faults.add(
            letter.place,
            "C9",
            format!("letter '{}' serves outcome '{}' but need not state the remedy", letter.id, outcome.id),
            format!("add \"{REMEDY_STATED}\" to must_state"),
        );
    }
}

/// C9: an appeal goes to somebody above who decided.
fn addressee(checker: &Checker<'_>, outcome: &Outcome, remedy: &Remedy, decided: &Act, faults: &mut Faults) {
    // A decider that is no office at all is said by K1.
    let offices = decided.by.iter().filter(|role| checker.is_office(role));
    for role in offices.filter(|role| !checker.is_above(&remedy.to, role)) {
        faults.add(
            outcome.place,
            "C9",
            format!(
                "the remedy of '{}' goes to '{}', who does not stand above '{role}', who decided",
                outcome.id, remedy.to
            ),
            "address it to an office above the decider",
        );
    }
}

/// C9: the act that takes the remedy is open to the person right after service, for exactly the time promised.
fn open(
    checker: &Checker<'_>,
    outcome: &Outcome,
    remedy: &Remedy,
    (cases, number, after): (&Cases<'_>, usize, &Case),
    faults: &mut Faults,
) {
    let Some(wanted) = &remedy.act else {
        return;
    };
    let id = &outcome.id;
    let plan = &cases.plan;
    let standing = (0..plan.lanes.len()).filter_map(|lane| plan.steps.get(after.step(lane)?));
    let deed = standing.flat_map(|step| &step.deeds).filter_map(|deed| plan.deeds.get(*deed)).find(|deed| {
        let act = deed.act;
        act.id == *wanted && act.by.iter().any(|role| checker.is_petitioner(role)) && plan.allows(after, deed)
    });
    let Some(act) = deed.map(|deed| deed.act) else {
        faults.add_path(
            outcome.place,
            "C9",
            format!("outcome '{id}' promises '{wanted}', but after service the petitioner cannot do it"),
            (cases, number),
            format!("let the answer lead to a step where the petitioner may do '{wanted}'"),
        );
        return;
    };
    let runs = |clock: &&str| {
        let number = plan.clock_number(clock);
        number.is_some_and(|clock| (0..plan.lanes.len()).any(|lane| plan.runs(after, lane, clock)))
    };
    let window = act.during.as_deref().filter(runs).and_then(|window| checker.procedure.clocks.get(window));
    match window {
        None => faults.add_path(
            outcome.place,
            "C9",
            format!("outcome '{id}' promises time for '{wanted}', but no window of that act runs after service"),
            (cases, number),
            format!("give '{wanted}' while = \"<window>\", and start that window from 'serve'"),
        ),
        Some(window) if window.limit != remedy.limit => faults.add(
            outcome.place,
            "C9",
            format!(
                "outcome '{id}' promises {} for '{wanted}', but window '{}' gives {}",
                remedy.limit, window.id, window.limit
            ),
            "make the two limits equal",
        ),
        Some(_) => {}
    }
    let next = act.to.as_ref().and_then(|step| checker.procedure.steps.get(step));
    if next.and_then(|step| step.owner.as_ref()) != Some(&remedy.to) {
        faults.add(
            outcome.place,
            "C9",
            format!(
                "outcome '{id}' promises that '{}' hears the appeal, but '{wanted}' does not lead to it",
                remedy.to
            ),
            format!("let '{wanted}' lead to a step that '{}' owns", remedy.to),
        );
    }
}
