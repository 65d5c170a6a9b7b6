//! C9, C13: every end comes after a served answer or by the person's own will, and every adverse answer has a remedy
//! that is really open.

use super::case::{Case, Cause, decides};
use super::coupled::finds_outcome;
use super::graph::{Cases, Move};
use super::{Checker, Faults};
use crate::procedure::model::{Act, Outcome, Remedy, WhoIs};
use crate::verb::Verb;

/// What a letter with an adverse outcome must state.
const REMEDY_STATED: &str = "救济途径";

pub(super) fn check(checker: &Checker<'_>, searches: &[Cases<'_>], faults: &mut Faults) {
    for outcome in checker.procedure.outcomes.values() {
        named(checker, outcome, faults);
    }
    refusals(checker, faults);
    relief(checker, faults);
    withdrawals(checker, faults);
    merges(checker, faults);
    for cases in searches.iter().filter(|cases| !cases.too_many) {
        ends(cases, faults);
        unwilled(cases, faults);
        drafts(checker, cases, faults);
        for way in &cases.moves {
            if let Some(serve) = cases.act_of(way.cause).filter(|act| act.answers && act.verb == Verb::Serve) {
                served(checker, cases, *way, serve, faults);
            }
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
    let refuses = |act: &Act| {
        let verbs =
            [Verb::Refuse, Verb::ConfirmRefusal, Verb::RefuseReview, Verb::RefuseReReview, Verb::DeclineRelief];
        verbs.contains(&act.verb)
    };
    for (_, act) in checker.acts().filter(|(_, act)| refuses(act)) {
        for outcome in act.outcomes.iter().filter_map(|id| checker.procedure.outcomes.get(id)) {
            if !outcome.adverse {
                let message =
                    format!("'{}' refuses the matter with outcome '{}', which is not adverse", act.id, outcome.id);
                faults.add(outcome.place, "C9", message, "add adverse = true and its remedy");
            }
        }
    }
}

/// Only a review can be the last instance, and only where an article makes it so; a review that can itself be
/// reviewed is not the last.
fn is_last_instance(checker: &Checker<'_>, outcome: &Outcome) -> bool {
    let cites = outcome
        .remains
        .as_ref()
        .is_some_and(|remains| checker.procedure.law.keys().any(|law| remains.contains(law.as_str())));
    let goes_on = checker.acts().any(|(_, act)| act.verb == Verb::RequestReReview);
    let last = |verb: Verb| match verb {
        Verb::DecideReview | Verb::RefuseReview => !goes_on,
        Verb::DecideReReview | Verb::RefuseReReview | Verb::ConfirmRefusal | Verb::DecideReexamination => true,
        _ => false,
    };
    let mut finders = checker.acts().filter(|(_, act)| act.outcomes.contains(&outcome.id));
    cites && finders.all(|(_, act)| act.verb == Verb::Draft || act.verb == Verb::Seal || last(act.verb))
}

/// C9: a decision that is no answer to the request (relief) goes out by its own letter, which names the remedy.
fn relief(checker: &Checker<'_>, faults: &mut Faults) {
    let apart = |act: &Act| finds_outcome(act) && !decides(act.verb) && act.verb != Verb::ConfirmWithdrawal;
    for (_, act) in checker.acts().filter(|(_, act)| apart(act)) {
        for outcome in act.outcomes.iter().filter_map(|id| checker.procedure.outcomes.get(id)) {
            if let Some(remedy) = &outcome.remedy {
                stated(checker, outcome, act, faults);
                addressee(checker, outcome, remedy, act, faults);
            }
        }
    }
}

/// C13: only the person withdraws, may think better of it for a while, and another office than the one that handles
/// the matter confirms that it was their own will.
fn withdrawals(checker: &Checker<'_>, faults: &mut Faults) {
    for (step, act) in checker.acts().filter(|(_, act)| act.verb == Verb::ConfirmWithdrawal) {
        let competent = |role: &&String| {
            checker.procedure.who.get(role.as_str()).is_some_and(|who| who.is == WhoIs::Competent)
        };
        if let Some(role) = act.by.iter().find(competent) {
            let message = format!("'{role}' handles the matter and may confirm its withdrawal with '{}'", act.id);
            faults.add(act.place, "C13", message, "let another office confirm that it is the person's own will");
        }
        if act.after.is_none() {
            let message =
                format!("'{}' may confirm a withdrawal at once, without time to think better of it", act.id);
            faults.add(
                act.place,
                "C13",
                message,
                "add after = \"<floor>\", a clock of kind \"floor\" that 'withdraw' starts",
            );
        }
        let back = step.is_some_and(|step| step.acts.iter().any(|act| act.verb == Verb::TakeBackWithdrawal));
        if !back {
            let message = format!("where '{}' confirms a withdrawal, the person cannot take it back", act.id);
            faults.add(act.place, "C13", message, "add act.take_back_withdrawal to the step");
        }
    }
}

/// C13: who is merged into another matter is told, and may have it undone.
fn merges(checker: &Checker<'_>, faults: &mut Faults) {
    for (_, act) in checker.acts().filter(|(_, act)| act.verb == Verb::Merge) {
        let letter = act.letter.as_ref().and_then(|letter| checker.procedure.letters.get(letter));
        let told = letter.is_some_and(|letter| checker.is_petitioner(&letter.to))
            || act.tells.iter().any(|role| checker.is_petitioner(role));
        if !told {
            let message = format!("'{}' merges the matter into another and the petitioner is not told", act.id);
            faults.add(act.place, "C13", message, "add tells = \"<petitioner>\" or a letter to them");
        }
        let to = act.to.as_ref().and_then(|to| checker.procedure.steps.get(to));
        let undone =
            |other: &Act| other.verb == Verb::Unmerge && other.by.iter().any(|role| checker.is_petitioner(role));
        if to.is_some_and(|to| !to.acts.iter().any(undone)) {
            let message =
                format!("'{}' merges the matter into another, and the petitioner cannot have it undone", act.id);
            faults.add(
                act.place,
                "C13",
                message,
                "add act.unmerge, open to the petitioner, to the step it leads to",
            );
        }
    }
}

/// C13: nobody's withdrawal is confirmed who did not ask for it.
fn unwilled(cases: &Cases<'_>, faults: &mut Faults) {
    for way in &cases.moves {
        let confirms = cases.act_of(way.cause).filter(|act| act.verb == Verb::ConfirmWithdrawal);
        let asked = cases.all.get(way.from).is_some_and(|case| case.get(cases.plan.slots.willed) == 1);
        if let Some(act) = confirms.filter(|_| !asked) {
            faults.add_path(
                act.place,
                "C13",
                format!("'{}' confirms a withdrawal the petitioner did not ask for", act.id),
                (cases, way.from),
                "let 'withdraw' alone lead to this step",
            );
        }
    }
}

/// K2: a seal makes what was drafted: every outcome a draft may propose is one the seal may find.
fn drafts(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    for way in cases.moves.iter().filter(|way| matches!(way.cause, Cause::Act { .. })) {
        let Some(seal) = cases.act_of(way.cause).filter(|act| act.verb == Verb::Seal) else { continue };
        let drafted = cases.all.get(way.from).and_then(|case| case.get(cases.plan.slots.drafted).checked_sub(1));
        let draft = drafted.and_then(|number| checker.acts().nth(usize::from(number))).map(|(_, act)| act);
        let missing = draft.and_then(|draft| draft.outcomes.iter().find(|id| !seal.outcomes.contains(id)));
        if let (Some(outcome), Some(draft)) = (missing, draft) {
            let message = format!("'{}' may propose '{outcome}', but '{}' may not find it", draft.id, seal.id);
            faults.add(seal.place, "K2", message, "give the seal every outcome of the draft");
        }
    }
}

/// C13: no quiet closing, of the matter or of a side track that owes an answer of its own.
fn ends(cases: &Cases<'_>, faults: &mut Faults) {
    let plan = &cases.plan;
    for (number, case) in cases.all.iter().enumerate().filter(|_| plan.has_main()) {
        let step = case.step(0).and_then(|step| plan.steps.get(step)).map(|step| step.step);
        let Some(step) = step.filter(|step| step.end) else { continue };
        if plan.slots.owed.first().is_some_and(|slot| case.get(*slot) == 1) {
            faults.add_path(
                step.place,
                "C13",
                format!("a matter can end in '{}' without an answer", step.id),
                (cases, number),
                "let a 'serve' with answers = true come before the end",
            );
        }
    }
    let sides = plan.lanes.iter().enumerate().filter_map(|(lane, track)| Some((lane, (*track)?)));
    for (lane, track) in sides {
        let owes = |case: &Case| plan.slots.owed.get(lane).is_some_and(|slot| case.get(*slot) == 1);
        let quiet = cases.moves.iter().find(|way| {
            let (Some(before), Some(after)) = (cases.all.get(way.from), cases.all.get(way.to)) else {
                return false;
            };
            let hands_over = cases.act_of(way.cause).is_some_and(|act| act.main.is_some());
            let with_the_matter = plan.main_ended(after) && !plan.main_ended(before);
            owes(before) && after.step(lane).is_none() && !answers(cases, **way) && !hands_over && !with_the_matter
        });
        if let Some(way) = quiet {
            let message = format!("track '{}' can end without an answer", track.id);
            let mend = "let a 'serve' with answers = true come before its end";
            faults.add_path(track.place, "C13", message, (cases, way.from), mend);
        }
    }
}

fn answers(cases: &Cases<'_>, way: Move) -> bool {
    cases.act_of(way.cause).is_some_and(|act| act.answers)
}

/// What is served is what was decided; and then each remedy it names is open.
fn served(checker: &Checker<'_>, cases: &Cases<'_>, way: Move, serve: &Act, faults: &mut Faults) {
    let (Some(before), Some(after)) = (cases.all.get(way.from), cases.all.get(way.to)) else {
        return;
    };
    let found = cases.lane_of(way.cause).and_then(|lane| cases.plan.slots.found.get(lane));
    let found = found.and_then(|slot| before.get(*slot).checked_sub(1));
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
