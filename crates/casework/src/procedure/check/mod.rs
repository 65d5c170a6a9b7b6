//! Proves a procedure before it may be used: every rule over every case it can come to, with the path that breaks it.

mod answers;
mod clocks;
mod graph;
mod names;
mod owners;
mod steps;
mod verbs;

use std::collections::BTreeSet;

use self::graph::Cases;
use super::fault::Fault;
use super::model::{Act, Place, Procedure, Step, WhoIs};

/// Proves a procedure; empty when it is sound.
///
/// Searches all cases (step, clocks that run, answer owed, counts used up), so a rule that holds here holds for
/// every matter. Faults come in the order of the file.
pub fn check(procedure: &Procedure) -> Vec<Fault> {
    let checker = Checker { procedure };
    let cases = Cases::explore(&checker);
    let mut faults = Faults::default();
    owners::check(&checker, &mut faults);
    verbs::check(&checker, &mut faults);
    clocks::check(&checker, &mut faults);
    names::check(&checker, &mut faults);
    steps::check(&checker, &cases, &mut faults);
    answers::check(&checker, &cases, &mut faults);
    faults.in_order()
}

/// Faults found so far; the same message at the same place is said once.
#[derive(Debug, Default)]
struct Faults {
    all: Vec<Fault>,
    said: BTreeSet<(Place, &'static str, String)>,
}

impl Faults {
    /// Adds a fault, once per place, code and subject.
    fn add(&mut self, place: Place, code: &'static str, message: impl Into<String>, mend: impl Into<String>) {
        let message = message.into();
        if self.said.insert((place, code, message.clone())) {
            self.all.push(Fault::new(place, code, message, mend));
        }
    }

    /// Adds a fault that a path shows; only the first (shortest) path to it is told.
    fn add_path(
        &mut self,
        place: Place,
        code: &'static str,
        message: String,
        path: &str,
        mend: impl Into<String>,
    ) {
        if self.said.insert((place, code, message.clone())) {
            let shown = format!("{message}: {path}");
            self.all.push(Fault::new(place, code, shown, mend));
        }
    }

    fn in_order(mut self) -> Vec<Fault> {
        self.all.sort_by_key(|fault| fault.place);
        self.all
    }
}

/// The procedure, with the questions the rules ask of it.
#[derive(Debug, Clone, Copy)]
struct Checker<'p> {
    procedure: &'p Procedure,
}

impl<'p> Checker<'p> {
    fn is_petitioner(self, role: &str) -> bool {
        let who = self.procedure.who.get(role);
        who.is_some_and(|who| who.is == WhoIs::Petitioner)
    }

    /// A public body; neither the person nor a single leader.
    fn is_office(self, role: &str) -> bool {
        self.procedure.who.get(role).is_some_and(|who| !matches!(who.is, WhoIs::Petitioner | WhoIs::LeaderOf(_)))
    }

    /// A single leader of a public body.
    fn is_leader(self, role: &str) -> bool {
        self.procedure.who.get(role).is_some_and(|who| matches!(who.is, WhoIs::LeaderOf(_)))
    }

    /// Whether `upper` stands above `lower`, directly or through others.
    fn is_above(self, upper: &str, lower: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut next = vec![upper];
        while let Some(role) = next.pop() {
            let Some(who) = self.procedure.who.get(role) else {
                continue;
            };
            for below in &who.above {
                if below == lower {
                    return true;
                }
                if seen.insert(below.as_str()) {
                    next.push(below);
                }
            }
        }
        false
    }

    fn steps(self) -> impl Iterator<Item = &'p Step> {
        self.procedure.steps.values()
    }

    fn open_steps(self) -> impl Iterator<Item = &'p Step> {
        self.steps().filter(|step| !step.end)
    }

    /// Every act with the step it stands in; none for those open everywhere.
    fn acts(self) -> impl Iterator<Item = (Option<&'p Step>, &'p Act)> {
        let own = self.steps().flat_map(|step| step.acts.iter().map(move |act| (Some(step), act)));
        own.chain(self.procedure.everywhere.iter().map(|act| (None, act)))
    }

    /// Whether an act starts a clock anew.
    fn starts(self, act: &Act, clock: &str) -> bool {
        let clock = self.procedure.clocks.get(clock);
        clock.is_some_and(|clock| clock.from.iter().any(|from| *from == act.id || from == act.verb.word()))
    }
}
