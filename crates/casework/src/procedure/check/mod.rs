//! Proves a procedure before it may be used: every rule over every case it can come to, with the path that breaks it.

mod answers;
mod case;
mod choices;
mod clocks;
mod closes;
mod coupled;
mod graph;
mod hands;
mod live;
mod loops;
mod named;
mod names;
mod owners;
mod persons;
mod plan;
mod steps;
mod time;
mod tracks;
mod trail;
mod verbs;

use std::collections::BTreeSet;

use self::graph::{Cases, Move, Opener};
use self::plan::Plan;
use self::trail::Trail;
use super::fault::Fault;
use super::model::{Act, Place, Procedure, Step, WhoIs};
use super::story::story_of;

/// Proves a procedure; empty when it is sound.
///
/// Searches all cases: the main track with every side track that bears on it (steps, clocks that run, findings that
/// guards ask for, answer owed, counts used up), and each other side track alone, from whatever opens it. A rule that
/// holds here holds for every matter. Faults come in the order of the file.
pub fn check(procedure: &Procedure) -> Vec<Fault> {
    let checker = Checker { procedure };
    let searches = searches(&checker);
    let mut faults = Faults::default();
    owners::check(&checker, &mut faults);
    verbs::check(&checker, &mut faults);
    clocks::check(&checker, &mut faults);
    names::check(&checker, &mut faults);
    tracks::check(&checker, &mut faults);
    named::check(&checker, &mut faults);
    closes::check(&checker, &mut faults);
    hands::check(&checker, &mut faults);
    steps::check(&checker, &searches, &mut faults);
    persons::check(&checker, &mut faults);
    time::check(&checker, &searches, &mut faults);
    for cases in &searches {
        loops::check(&checker, cases, &mut faults);
        choices::check(cases, &mut faults);
    }
    answers::check(&checker, &searches, &mut faults);
    faults.in_order(procedure, &searches)
}

/// Every search there is to make: the main track first, then each side track that does not bear on it.
fn searches<'p>(checker: &Checker<'p>) -> Vec<Cases<'p>> {
    let coupled = coupled::coupled(checker);
    let mut searches = vec![Cases::explore(0, Plan::main(checker, &coupled), &[Opener::Filing])];
    let alone = checker.procedure.tracks.values().filter(|track| coupled.iter().all(|other| other.id != track.id));
    for (number, track) in (1..).zip(alone) {
        let openers = tracks::openers(checker, &track.id);
        searches.push(Cases::explore(number, Plan::alone(checker, track), &openers));
    }
    searches
}

/// Faults found so far; the same message at the same place is said once.
#[derive(Debug, Default)]
struct Faults {
    all: Vec<Fault>,
    said: BTreeSet<(Place, &'static str, String)>,
    /// The paths behind some of them, by number.
    trails: Vec<(usize, Trail)>,
}

impl Faults {
    /// Adds a fault, once per place, code and subject.
    fn add(&mut self, place: Place, code: &'static str, message: impl Into<String>, mend: impl Into<String>) {
        let message = message.into();
        if self.said.insert((place, code, message.clone())) {
            self.all.push(Fault::new(place, code, message, mend));
        }
    }

    /// Adds a fault that the path to a case shows; only the first (shortest) path to it is told.
    fn add_path(
        &mut self,
        place: Place,
        code: &'static str,
        message: String,
        (cases, case): (&Cases<'_>, usize),
        mend: impl Into<String>,
    ) {
        if self.said.insert((place, code, message.clone())) {
            let shown = format!("{message}: {}", cases.path(case));
            self.trails.push((self.all.len(), Trail::of(cases, case, &[])));
            self.all.push(Fault::new(place, code, shown, mend));
        }
    }

    /// Adds a fault that a way round shows, from a case back to it.
    fn add_round(
        &mut self,
        place: Place,
        code: &'static str,
        message: String,
        (cases, entry, round): (&Cases<'_>, usize, &[Move]),
        mend: impl Into<String>,
    ) {
        if self.said.insert((place, code, message.clone())) {
            let shown = format!("{message}: {}", cases.path(entry));
            // Once round and once more: that it is a loop is seen the second time.
            let twice: Vec<Move> = round.iter().chain(round).copied().collect();
            self.trails.push((self.all.len(), Trail::of(cases, entry, &twice)));
            self.all.push(Fault::new(place, code, shown, mend));
        }
    }

    fn in_order(mut self, procedure: &Procedure, searches: &[Cases<'_>]) -> Vec<Fault> {
        for (number, trail) in &self.trails {
            if let Some(fault) = self.all.get_mut(*number) {
                fault.story = trail.beats(searches).map(|beats| story_of(procedure, &beats));
            }
        }
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

    /// A public body; neither the person, nor the accused, nor a single leader.
    fn is_office(self, role: &str) -> bool {
        let beside = |is: &WhoIs| matches!(is, WhoIs::Petitioner | WhoIs::Accused | WhoIs::LeaderOf(_));
        self.procedure.who.get(role).is_some_and(|who| !beside(&who.is))
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

    /// Every act with the step it stands in; none for those open in many steps.
    fn acts(self) -> impl Iterator<Item = (Option<&'p Step>, &'p Act)> {
        self.procedure.acts()
    }

    /// Whether an act starts a clock anew.
    fn starts(self, act: &Act, clock: &str) -> bool {
        let clock = self.procedure.clocks.get(clock);
        clock.is_some_and(|clock| clock.from.iter().any(|from| *from == act.id || from == act.verb.word()))
    }
}
