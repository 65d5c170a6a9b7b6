//! All cases a matter can come to under a procedure, found breadth first, so that the path to each is a shortest one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Checker;
use crate::procedure::model::Act;
use crate::verb::Verb;

/// More cases than a procedure for people can need; beyond, the file is refused rather than half searched.
const CASES_MAX: usize = 20_000;

/// A case: where the matter lies and what of its past matters for the rules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Case<'p> {
    /// The step it lies in.
    pub(super) step: &'p str,
    /// The clocks that run.
    pub(super) running: BTreeSet<&'p str>,
    /// The petitioner is owed an answer that is not yet served.
    pub(super) owed: bool,
    /// What was decided and not yet served: step and number of the act.
    pub(super) found: Option<(&'p str, usize)>,
    /// How often counted acts were done.
    taken: BTreeMap<(&'p str, usize), u8>,
}

/// A way from one case to another.
#[derive(Debug, Clone)]
pub(super) struct Move<'p> {
    /// Number of the case it leaves.
    pub(super) from: usize,
    /// Number of the case it leads to.
    pub(super) to: usize,
    /// The act done; none when a clock ended.
    pub(super) act: Option<&'p Act>,
    label: String,
}

/// Every case and every way between them.
#[derive(Debug)]
pub(super) struct Cases<'p> {
    /// The cases, the first one before registration.
    pub(super) all: Vec<Case<'p>>,
    /// The ways between them.
    pub(super) moves: Vec<Move<'p>>,
    /// The search was given up: there are too many.
    pub(super) too_many: bool,
    first_way: Vec<Option<usize>>,
}

impl<'p> Cases<'p> {
    /// Searches all cases.
    pub(super) fn explore(checker: &Checker<'p>) -> Cases<'p> {
        let mut cases = Cases { all: Vec::new(), moves: Vec::new(), too_many: false, first_way: Vec::new() };
        let Some(first) = first_case(checker) else {
            return cases;
        };
        let mut numbers = HashMap::from([(first.clone(), 0)]);
        cases.all.push(first);
        cases.first_way.push(None);
        let mut next = 0;
        while let Some(case) = cases.all.get(next).cloned() {
            for (act, label, target) in ways(checker, &case) {
                let to = *numbers.entry(target.clone()).or_insert(cases.all.len());
                if to == cases.all.len() {
                    cases.all.push(target);
                    cases.first_way.push(Some(cases.moves.len()));
                }
                cases.moves.push(Move { from: next, to, act, label });
            }
            if cases.all.len() > CASES_MAX {
                cases.too_many = true;
                return cases;
            }
            next += 1;
        }
        cases
    }

    /// The shortest way to a case, as a story: `filed > register > registered`.
    pub(super) fn path(&self, case: usize) -> String {
        let mut words: Vec<&str> = Vec::new();
        let mut at = case;
        while let Some(here) = self.all.get(at) {
            words.push(here.step);
            let way = self.first_way.get(at).copied().flatten();
            let Some(way) = way.and_then(|number| self.moves.get(number)) else {
                break;
            };
            words.push(&way.label);
            at = way.from;
        }
        words.reverse();
        words.join(" > ")
    }

    /// For each case, whether one for which `wanted` holds can still be reached.
    pub(super) fn can_reach(&self, wanted: impl Fn(&Case<'p>) -> bool) -> Vec<bool> {
        let mut can: Vec<bool> = self.all.iter().map(wanted).collect();
        let mut ways_into: Vec<Vec<usize>> = vec![Vec::new(); self.all.len()];
        for way in &self.moves {
            if let Some(into) = ways_into.get_mut(way.to) {
                into.push(way.from);
            }
        }
        let mut next: Vec<usize> = (0..can.len()).filter(|at| can.get(*at) == Some(&true)).collect();
        while let Some(at) = next.pop() {
            for from in ways_into.get(at).into_iter().flatten() {
                if let Some(known) = can.get_mut(*from).filter(|known| !**known) {
                    *known = true;
                    next.push(*from);
                }
            }
        }
        can
    }
}

/// Before registration: the clocks of the first step that need no act to start.
fn first_case<'p>(checker: &Checker<'p>) -> Option<Case<'p>> {
    let step = checker.procedure.steps.get(&checker.procedure.begins)?;
    let mut case = Case { step: "", running: BTreeSet::new(), owed: true, found: None, taken: BTreeMap::new() };
    enter(checker, &mut case, &step.id, None);
    Some(case)
}

type Way<'p> = (Option<&'p Act>, String, Case<'p>);

/// What can happen next in a case: an act of the step, or the end of a clock. An ended matter stays ended.
fn ways<'p>(checker: &Checker<'p>, case: &Case<'p>) -> Vec<Way<'p>> {
    let Some(step) = checker.procedure.steps.get(case.step).filter(|step| !step.end) else {
        return Vec::new();
    };
    let mut ways = Vec::new();
    for (number, act) in step.acts.iter().enumerate() {
        let open = act.during.as_deref().is_none_or(|window| case.running.contains(window));
        let key = (case.step, number);
        let taken = case.taken.get(&key).copied().unwrap_or(0);
        if !open || act.at_most.is_some_and(|most| taken >= most) {
            continue;
        }
        let mut target = case.clone();
        if act.at_most.is_some() {
            target.taken.insert(key, taken + 1);
        }
        if opens_a_debt(act.verb) {
            target.owed = true;
            target.found = (!act.outcomes.is_empty()).then_some(key);
        }
        if act.answers && act.verb == Verb::Serve {
            target.owed = false;
            target.found = None;
        }
        enter(checker, &mut target, act.to.as_deref().unwrap_or(case.step), Some(act));
        ways.push((Some(act), act.id.clone(), target));
    }
    for clock in case.running.iter().filter_map(|id| checker.procedure.clocks.get(*id)) {
        let mut target = case.clone();
        if let Some(to) = &clock.at_end.to {
            target.running.remove(clock.id.as_str());
            enter(checker, &mut target, to, None);
        } else if clock.at_end.lapses.is_some() {
            target.running.remove(clock.id.as_str());
        } else {
            continue;
        }
        ways.push((None, format!("{} ends", clock.id), target));
    }
    ways
}

/// After these the petitioner waits for an answer: what was decided must reach them before the matter may end.
fn opens_a_debt(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Register | Verb::Refuse | Verb::Divert | Verb::Decide | Verb::RequestReview | Verb::DecideReview
    )
}

/// Moves a case into a step: clocks it does not list stop, those the act starts or the entry starts begin to run.
fn enter<'p>(checker: &Checker<'p>, case: &mut Case<'p>, to: &'p str, act: Option<&'p Act>) {
    let steps = &checker.procedure.steps;
    let clocks_of = |step: &str| steps.get(step).map_or(&[] as &[String], |step| &step.clocks);
    let before = clocks_of(case.step);
    let mut running = BTreeSet::new();
    for clock in clocks_of(to) {
        let by_entry = !before.contains(clock)
            && checker.procedure.clocks.get(clock).is_some_and(|clock| clock.from.is_empty());
        let by_act = act.is_some_and(|act| checker.starts(act, clock));
        if case.running.contains(clock.as_str()) || by_entry || by_act {
            running.insert(clock.as_str());
        }
    }
    case.step = to;
    case.running = running;
}
