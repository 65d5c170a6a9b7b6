//! C16: what is opened anew because it was wrong goes to other hands.

use std::collections::BTreeSet;

use super::{Checker, Faults};
use crate::procedure::model::Act;
use crate::verb::Verb;

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    for (_, act) in checker.acts() {
        let anew = decided_anew(checker, act);
        if anew && act.verb == Verb::DecideReexamination && !act.other_hands {
            let message =
                format!("'{}' sends the matter back, and whoever decided it may decide it again", act.id);
            faults.add(act.place, "C16", message, "add other_hands = true");
        }
        if !act.other_hands {
            continue;
        }
        if !anew {
            let message = format!("'{}' asks for other hands, but nobody decides after it", act.id);
            faults.add(act.place, "C1", message, "drop other_hands, or lead to where the matter is decided anew");
        }
        // What was done is known by the name of the act.
        if checker.acts().any(|(_, other)| other.id == act.id && !other.other_hands) {
            let message = format!("'{}' asks for other hands in one step and not in another", act.id);
            faults.add(act.place, "K2", message, "give one of them another id");
        }
    }
}

/// Whether the act leads the main track to where the merits are decided before the person is answered.
fn decided_anew(checker: &Checker<'_>, act: &Act) -> bool {
    let mut next: Vec<&str> = act.main.iter().chain(&act.to).map(String::as_str).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(step) = next.pop().and_then(|id| checker.procedure.steps.get(id)) {
        if step.track.is_some() || step.end || !seen.insert(&step.id) {
            continue;
        }
        if step.acts.iter().any(|act| matches!(act.verb, Verb::Decide | Verb::Draft)) {
            return true;
        }
        next.extend(step.acts.iter().filter(|act| !act.answers).filter_map(|act| act.to.as_deref()));
        let clocks = step.clocks.iter().filter_map(|id| checker.procedure.clocks.get(id));
        next.extend(clocks.filter_map(|clock| clock.at_end.to.as_deref()));
    }
    false
}
