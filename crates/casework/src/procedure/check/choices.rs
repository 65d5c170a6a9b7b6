//! C12: what an officer does is one thing: where one verb could be two acts that lead apart, their guards exclude
//! each other.

use super::Faults;
use super::graph::Cases;
use super::plan::{Deed, Plan};
use crate::procedure::model::Guard;
use crate::verb::{FieldKind, Verb};

pub(super) fn check(cases: &Cases<'_>, faults: &mut Faults) {
    if cases.too_many {
        return; // said by C1
    }
    let plan = &cases.plan;
    for (first, second) in pairs(plan) {
        let stands = |deed: &Deed<'_>| plan.steps.get(deed.step).map(|step| (step.lane, deed.step));
        let (Some(one), Some(other)) = (stands(first), stands(second)) else { continue };
        let both = cases.all.iter().position(|case| {
            case.step(one.0) == Some(one.1)
                && case.step(other.0) == Some(other.1)
                && plan.allows(case, first)
                && plan.allows(case, second)
        });
        if let Some(case) = both {
            let message = format!(
                "'{}' can mean both '{}' and '{}' on the same facts, and they lead apart",
                first.act.verb.word(),
                first.act.id,
                second.act.id
            );
            let mend = "let their guards (when) exclude each other, or give them to different roles";
            faults.add_path(second.act.place, "C12", message, (cases, case), mend);
        }
    }
}

/// Acts that somebody could mean by one word, and that lead to different steps.
fn pairs<'a, 'p>(plan: &'a Plan<'p>) -> Vec<(&'a Deed<'p>, &'a Deed<'p>)> {
    let mut pairs = Vec::new();
    for (at, first) in plan.deeds.iter().enumerate() {
        for second in plan.deeds.iter().skip(at + 1).filter(|second| second.act.verb == first.act.verb) {
            let meet = first.step == second.step
                || plan.steps.get(first.step).map(|step| step.lane)
                    != plan.steps.get(second.step).map(|step| step.lane);
            let apart = (&first.act.to, &first.act.main) != (&second.act.to, &second.act.main);
            let shared = first.act.by.iter().any(|role| second.act.by.contains(role));
            if meet && apart && shared && !told_apart(first, second) && !exclude(&first.act.when, &second.act.when)
            {
                pairs.push((first, second));
            }
        }
    }
    pairs
}

/// Whether what the act is told says which of the two is meant.
fn told_apart(first: &Deed<'_>, second: &Deed<'_>) -> bool {
    let (one, other) = (first.act, second.act);
    let by_outcome = one.verb.fields().iter().any(|field| field.kind == FieldKind::Outcome);
    let outcomes = by_outcome && one.outcomes.iter().all(|outcome| !other.outcomes.contains(outcome));
    outcomes || (one.verb == Verb::Serve && one.letter != other.letter)
}

/// Whether two lists of guards can never hold together.
fn exclude(first: &[Guard], second: &[Guard]) -> bool {
    first.iter().any(|one| second.iter().any(|other| contradict(one, other)))
}

fn contradict(one: &Guard, other: &Guard) -> bool {
    match (one, other) {
        (Guard::Track { track, open }, Guard::Track { track: same, open: opened }) => {
            track == same && open != opened
        }
        (
            Guard::Found { finding, not, values },
            Guard::Found { finding: same, not: not_other, values: values_other },
        ) if finding == same => match (not, not_other) {
            (false, false) => values.iter().all(|value| !values_other.contains(value)),
            (false, true) => values.iter().all(|value| values_other.contains(value)),
            (true, false) => values_other.iter().all(|value| values.contains(value)),
            (true, true) => false,
        },
        _ => false,
    }
}
