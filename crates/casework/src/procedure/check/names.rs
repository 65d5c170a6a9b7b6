//! C1: nothing is declared that nothing uses; what is never used is usually a slip elsewhere.

use std::collections::BTreeSet;

use super::{Checker, Faults};
use crate::procedure::model::{Place, Procedure, WhoIs};

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
    let roles = roles_used(checker);
    for who in procedure.who.values() {
        unused(&roles, "role", &who.id, who.place, "let it own, act or be told", faults);
    }
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
    let Procedure { who, clocks, letters, outcomes, steps, .. } = checker.procedure;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    used.extend(steps.values().filter_map(|step| step.owner.as_deref()));
    for (_, act) in checker.acts() {
        used.extend(act.by.iter().chain(&act.tells).map(String::as_str));
    }
    for clock in clocks.values() {
        used.extend(clock.at_end.tells.iter().map(String::as_str));
        used.extend(clock.extend.iter().map(|extension| extension.approved_by.as_str()));
    }
    used.extend(letters.values().map(|letter| letter.to.as_str()));
    used.extend(outcomes.values().filter_map(|outcome| outcome.remedy.as_ref()).map(|remedy| remedy.to.as_str()));
    // A rung of the ladder is used when the rung above it is found through it.
    used.extend(who.values().filter_map(|who| match &who.is {
        WhoIs::Above(role) | WhoIs::LeaderOf(role) => Some(role.as_str()),
        _ => None,
    }));
    used
}
