//! X3, X4: nothing is found out about persons, and neither a clock nor a letter penalises one.

use super::{Checker, Faults};
use crate::refused;

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    let procedure = checker.procedure;
    for finding in procedure.findings.values() {
        let texts = [&finding.id, &finding.name].into_iter().chain(&finding.values);
        for word in texts.filter_map(|text| refused::in_finding(text)) {
            let message =
                format!("finding '{}' is about a person ('{word}'): only matters have findings", finding.id);
            faults.add(finding.place, "X3", message, "find something about the matter instead");
        }
    }
    for letter in procedure.letters.values() {
        let texts = [&letter.id, &letter.name].into_iter().chain(&letter.must_state);
        for word in texts.filter_map(|text| refused::in_consequence(text)) {
            let message = format!("letter '{}' penalises a person ('{word}')", letter.id);
            faults.add(letter.place, "X4", message, "a petition has no penalty: take it out");
        }
    }
    for clock in procedure.clocks.values() {
        let texts = [&clock.id, &clock.name].into_iter().chain(&clock.at_end.lapses);
        for word in texts.filter_map(|text| refused::in_consequence(text)) {
            let message = format!("the end of clock '{}' penalises a person ('{word}')", clock.id);
            faults.add(clock.place, "X4", message, "a petition has no penalty: take it out");
        }
    }
    for outcome in procedure.outcomes.values() {
        let texts = [&outcome.id, &outcome.name].into_iter().chain(&outcome.remains);
        for word in texts.filter_map(|text| refused::in_consequence(text)) {
            let message = format!("outcome '{}' penalises a person ('{word}')", outcome.id);
            faults.add(outcome.place, "X4", message, "a petition has no penalty: take it out");
        }
    }
}
