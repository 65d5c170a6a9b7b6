//! A procedure made ready for the search: names become numbers, and what a rule needs of the past becomes slots.

use std::collections::BTreeMap;

use super::Checker;
use super::coupled::{finds_outcome, steps_of};
use crate::procedure::model::{Act, Clock, ClockKind, Guard, OUTCOME, Procedure, Step, Track};
use crate::verb::Verb;

/// Where in a case something is kept.
pub(super) type Slot = usize;

/// A finding that somebody outside the search may make: it may be anything.
pub(super) const UNKNOWN: u16 = u16::MAX;

/// Clocks a step may list: each is one bit.
pub(super) const CLOCKS_MAX: usize = 16;

/// What is searched: the main track with the tracks coupled to it, or one side track alone.
#[derive(Debug)]
pub(super) struct Plan<'p> {
    pub(super) procedure: &'p Procedure,
    /// The tracks searched together; the main one, where it is among them, is the first and has no entry.
    pub(super) lanes: Vec<Option<&'p Track>>,
    /// Every step of these tracks.
    pub(super) steps: Vec<StepPlan<'p>>,
    /// Every act of these steps, once for each step it is open in.
    pub(super) deeds: Vec<Deed<'p>>,
    /// Every clock of the procedure.
    pub(super) clocks: Vec<ClockPlan<'p>>,
    /// Slots in a case.
    pub(super) slots: Slots<'p>,
}

/// A step, by number.
#[derive(Debug)]
pub(super) struct StepPlan<'p> {
    pub(super) step: &'p Step,
    pub(super) lane: usize,
    /// Clocks it lists.
    pub(super) clocks: Vec<usize>,
    /// Clocks that stand still while something lies here.
    pub(super) pauses: Vec<usize>,
    /// Acts open here.
    pub(super) deeds: Vec<usize>,
}

/// A clock, by number.
#[derive(Debug)]
pub(super) struct ClockPlan<'p> {
    pub(super) clock: &'p Clock,
    /// Where its past is kept, if an act asks for it.
    pub(super) past: Option<Slot>,
    /// Where its end leads.
    pub(super) to: Option<usize>,
    /// Tracks its end opens.
    pub(super) opens: Vec<usize>,
}

/// An act in a step.
#[derive(Debug)]
pub(super) struct Deed<'p> {
    pub(super) act: &'p Act,
    /// The step it is done in.
    pub(super) step: usize,
    /// Its number among the acts of the file: the same wherever it is open.
    pub(super) number: u16,
    pub(super) to: Option<usize>,
    pub(super) main: Option<usize>,
    pub(super) opens: Vec<usize>,
    pub(super) closes: Vec<usize>,
    pub(super) tests: Vec<Test>,
    pub(super) sets: Vec<(Slot, u16)>,
    /// Counted, it or another of its name.
    pub(super) count: Option<Count>,
    /// Clocks it starts, where its track comes to lie in a step that lists them.
    pub(super) starts: Vec<usize>,
    pub(super) during: Option<Slot>,
    pub(super) after: Option<Slot>,
    /// The letter it leaves to be served.
    pub(super) makes: Option<Slot>,
    /// The letter it serves.
    pub(super) serves: Option<Slot>,
    /// Outcomes it may find, with the tracks each opens.
    pub(super) outcomes: Vec<(u16, Vec<usize>)>,
}

/// How often an act was done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    /// Where it is kept.
    pub(super) slot: Slot,
    /// How often it may be done; none where only another of its name is limited.
    pub(super) most: Option<u16>,
    /// Beyond, nobody asks.
    pub(super) cap: u16,
}

/// What must hold for an act.
#[derive(Debug)]
pub(super) enum Test {
    /// A slot holds one of these values (or none of them).
    Holds { slot: Slot, not: bool, values: Vec<u16> },
    /// A track is open (or closed).
    Open { lane: usize, open: bool },
}

/// Where in a case what is kept. Lanes come first: the step (from 1; 0 is closed) and the clocks that run there.
#[derive(Debug, Default)]
pub(super) struct Slots<'p> {
    /// How many slots a case has.
    pub(super) width: usize,
    pub(super) findings: BTreeMap<&'p str, Slot>,
    pub(super) outcome: Option<Slot>,
    counts: BTreeMap<&'p str, Slot>,
    /// Letters that may be served without answering, and how many of each wait (2 is "more than one").
    pub(super) letters: BTreeMap<&'p str, Slot>,
    /// The person waits for an answer: by track, since a side track may owe one of its own.
    pub(super) owed: Vec<Slot>,
    /// The act that decided what is not yet served, by track.
    pub(super) found: Vec<Slot>,
    /// The person has asked to withdraw.
    pub(super) willed: Slot,
    /// The last draft.
    pub(super) drafted: Slot,
    /// Relief was granted.
    pub(super) granted: Slot,
}

impl<'p> Slots<'p> {
    fn next(&mut self) -> Slot {
        self.width += 1;
        self.width - 1
    }
}

impl<'p> Plan<'p> {
    /// The main track with the tracks coupled to it.
    pub(super) fn main(checker: &Checker<'p>, coupled: &[&'p Track]) -> Plan<'p> {
        let lanes = std::iter::once(None).chain(coupled.iter().map(|track| Some(*track))).collect();
        Plan::of(checker, lanes)
    }

    /// One side track alone.
    pub(super) fn alone(checker: &Checker<'p>, track: &'p Track) -> Plan<'p> {
        Plan::of(checker, vec![Some(track)])
    }

    fn of(checker: &Checker<'p>, lanes: Vec<Option<&'p Track>>) -> Plan<'p> {
        let procedure = checker.procedure;
        let mut plan = Plan {
            procedure,
            lanes,
            steps: Vec::new(),
            deeds: Vec::new(),
            clocks: Vec::new(),
            slots: Slots::default(),
        };
        plan.slots.width = 2 * plan.lanes.len();
        for clock in procedure.clocks.values() {
            plan.clocks.push(ClockPlan { clock, past: None, to: None, opens: Vec::new() });
        }
        plan.lay_out_steps(checker);
        let open: Vec<(usize, &'p Act)> = plan.acts_of_steps();
        plan.lay_out_slots(checker, &open);
        for at in 0..plan.clocks.len() {
            let clock = plan.clocks[at].clock;
            plan.clocks[at].to = clock.at_end.to.as_ref().and_then(|to| plan.step_number(to));
            plan.clocks[at].opens = plan.lane_numbers(&clock.at_end.opens);
        }
        for (step, act) in open {
            let deed = plan.deed(checker, step, act, plan.number_of(act).unwrap_or(0));
            let at = plan.deeds.len();
            plan.deeds.push(deed);
            plan.steps[step].deeds.push(at);
        }
        plan.forget_idle_counts();
        plan
    }

    /// How often something is done that changes nothing makes no difference.
    fn forget_idle_counts(&mut self) {
        let busy: Vec<&'p str> = self
            .deeds
            .iter()
            .filter(|deed| self.changes_something(deed))
            .map(|deed| deed.act.id.as_str())
            .collect();
        for deed in self.deeds.iter_mut().filter(|deed| !busy.contains(&deed.act.id.as_str())) {
            deed.count = None;
        }
    }

    /// Whether a case after an act can differ from the one before.
    pub(super) fn changes_something(&self, deed: &Deed<'_>) -> bool {
        let opens = deed.outcomes.iter().any(|(_, opens)| !opens.is_empty());
        let finds = self.slots.outcome.is_some() && finds_outcome(deed.act);
        let tracks = !deed.opens.is_empty() || !deed.closes.is_empty() || opens;
        let moves = deed.to.is_some() || deed.main.is_some() || tracks;
        let leaves = !deed.sets.is_empty() || deed.makes.is_some() || deed.serves.is_some() || finds;
        moves || leaves || !deed.starts.is_empty() || is_remembered(deed.act)
    }

    /// Whether the main track is among what is searched.
    pub(super) fn has_main(&self) -> bool {
        self.lanes.first().is_some_and(Option::is_none)
    }

    /// The number of an act among all acts of the file.
    pub(super) fn number_of(&self, act: &Act) -> Option<u16> {
        let at = self.procedure.acts().position(|(_, other)| std::ptr::eq(other, act))?;
        u16::try_from(at).ok()
    }

    /// The number of a step.
    pub(super) fn step_number(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.step.id == id)
    }

    fn lane_numbers(&self, ids: &[String]) -> Vec<usize> {
        let number = |id: &String| self.lanes.iter().position(|lane| lane.is_some_and(|track| track.id == *id));
        ids.iter().filter_map(number).collect()
    }

    /// The number of a clock.
    pub(super) fn clock_number(&self, id: &str) -> Option<usize> {
        self.clocks.iter().position(|clock| clock.clock.id == id)
    }

    fn lay_out_steps(&mut self, checker: &Checker<'p>) {
        for lane in 0..self.lanes.len() {
            let steps: Vec<&'p Step> = match self.lanes[lane] {
                None => checker.steps().filter(|step| step.track.is_none()).collect(),
                Some(track) => steps_of(checker, track).collect(),
            };
            for step in steps {
                let numbers =
                    |ids: &[String]| ids.iter().filter_map(|id| self.clock_number(id)).collect::<Vec<_>>();
                let mut clocks = numbers(&step.clocks);
                clocks.truncate(CLOCKS_MAX);
                let pauses = step.pauses.as_ref().map_or_else(Vec::new, |(clocks, _)| numbers(clocks));
                self.steps.push(StepPlan { step, lane, clocks, pauses, deeds: Vec::new() });
            }
        }
    }

    /// Every act with the step it is open in. After an end only what is open everywhere is.
    fn acts_of_steps(&self) -> Vec<(usize, &'p Act)> {
        let mut all = Vec::new();
        for (number, step) in self.steps.iter().enumerate() {
            if step.step.id == self.procedure.begins {
                // Before registration there is nothing else to act on.
                all.extend(step.step.acts.iter().map(|act| (number, act)));
            } else if !step.step.end {
                all.extend(self.procedure.acts_in(&step.step.id).map(|act| (number, act)));
            } else if step.step.track.is_none() {
                all.extend(self.procedure.everywhere.iter().map(|act| (number, act)));
            }
        }
        all
    }

    fn lay_out_slots(&mut self, checker: &Checker<'p>, open: &[(usize, &'p Act)]) {
        for (_, act) in open {
            let bears = self.bears(act);
            for guard in act.when.iter().filter(|_| bears) {
                let Guard::Found { finding, .. } = guard else { continue };
                if finding == OUTCOME {
                    if self.slots.outcome.is_none() && self.knows_outcome(checker) {
                        self.slots.outcome = Some(self.slots.next());
                    }
                } else if !self.slots.findings.contains_key(finding.as_str()) && self.knows(checker, finding) {
                    let slot = self.slots.next();
                    self.slots.findings.insert(finding, slot);
                }
            }
            if act.at_most.is_some() && !self.slots.counts.contains_key(act.id.as_str()) {
                let slot = self.slots.next();
                self.slots.counts.insert(&act.id, slot);
            }
            for clock in act.during.iter().chain(&act.after) {
                if let Some(number) = self.clock_number(clock)
                    && self.clocks[number].past.is_none()
                {
                    self.clocks[number].past = Some(self.slots.next());
                }
            }
            if let Some(letter) = act.letter.as_ref().filter(|_| act.verb == Verb::Serve && !act.answers)
                && !self.slots.letters.contains_key(letter.as_str())
            {
                let slot = self.slots.next();
                self.slots.letters.insert(letter, slot);
            }
        }
        for _ in 0..self.lanes.len() {
            let (owed, found) = (self.slots.next(), self.slots.next());
            self.slots.owed.push(owed);
            self.slots.found.push(found);
        }
        self.slots.willed = self.slots.next();
        self.slots.drafted = self.slots.next();
        self.slots.granted = self.slots.next();
    }

    /// Whether doing an act or not can make a difference to the search: what only idle acts ask for need not be kept.
    fn bears(&self, act: &Act) -> bool {
        let opens =
            act.outcomes.iter().filter_map(|id| self.procedure.outcomes.get(id)).flat_map(|found| &found.opens);
        let opened = act
            .opens
            .iter()
            .chain(&act.closes)
            .chain(opens)
            .any(|id| !self.lane_numbers(std::slice::from_ref(id)).is_empty());
        let starts = self
            .procedure
            .clocks
            .values()
            .any(|clock| clock.from.iter().any(|from| *from == act.id || from == act.verb.word()));
        let moves = act.to.is_some() || act.main.is_some();
        moves || opened || starts || !act.sets.is_empty() || act.verb == Verb::Serve || is_remembered(act)
    }

    /// Whether a finding is made only by what is searched here.
    fn knows(&self, checker: &Checker<'p>, finding: &str) -> bool {
        self.only_here(checker, |act| act.sets.contains_key(finding))
    }

    fn knows_outcome(&self, checker: &Checker<'p>) -> bool {
        self.only_here(checker, finds_outcome)
    }

    fn only_here(&self, checker: &Checker<'p>, sets: impl Fn(&Act) -> bool) -> bool {
        let here = |step: Option<&Step>| match step.and_then(|step| step.track.as_ref()) {
            None => self.has_main(),
            Some(track) => self.lanes.iter().flatten().any(|lane| lane.id == *track),
        };
        checker.acts().all(|(step, act)| here(step) || !sets(act))
    }

    fn deed(&self, checker: &Checker<'p>, step: usize, act: &'p Act, number: u16) -> Deed<'p> {
        let outcome_number = |id: &String| {
            let at = self.procedure.outcomes.keys().position(|known| known == id)?;
            let opens = self.lane_numbers(&self.procedure.outcomes.get(id)?.opens);
            Some((u16::try_from(at + 1).ok()?, opens))
        };
        let starts = (0..self.clocks.len()).filter(|clock| checker.starts(act, &self.clocks[*clock].clock.id));
        let past = |clock: &Option<String>| self.clocks[self.clock_number(clock.as_deref()?)?].past;
        let letter = || act.letter.as_deref().and_then(|letter| self.slots.letters.get(letter)).copied();
        Deed {
            act,
            step,
            number,
            to: act.to.as_ref().and_then(|to| self.step_number(to)),
            main: act.main.as_ref().filter(|_| self.has_main()).and_then(|to| self.step_number(to)),
            opens: self.lane_numbers(&act.opens),
            closes: self.lane_numbers(&act.closes),
            tests: act.when.iter().filter_map(|guard| self.test(guard)).collect(),
            sets: act.sets.iter().filter_map(|(finding, value)| self.setting(finding, value)).collect(),
            count: self.slots.counts.get(act.id.as_str()).map(|slot| Count {
                slot: *slot,
                most: act.at_most.map(u16::from),
                cap: checker
                    .acts()
                    .filter(|(_, other)| other.id == act.id)
                    .filter_map(|(_, other)| other.at_most)
                    .max()
                    .map_or(0, u16::from),
            }),
            starts: starts.collect(),
            during: past(&act.during),
            after: past(&act.after),
            makes: letter().filter(|_| makes_a_document(act.verb)),
            serves: letter().filter(|_| act.verb == Verb::Serve),
            outcomes: act.outcomes.iter().filter_map(outcome_number).collect(),
        }
    }

    fn setting(&self, finding: &str, value: &str) -> Option<(Slot, u16)> {
        let slot = self.slots.findings.get(finding)?;
        let values = &self.procedure.findings.get(finding)?.values;
        Some((*slot, u16::try_from(values.iter().position(|known| known == value)?).ok()?))
    }

    /// A guard about something outside the search has no test: it may hold or not.
    fn test(&self, guard: &Guard) -> Option<Test> {
        match guard {
            Guard::Track { track, open } => {
                let lane = self.lane_numbers(std::slice::from_ref(track)).into_iter().next()?;
                Some(Test::Open { lane, open: *open })
            }
            Guard::Found { finding, not, values } if finding == OUTCOME => {
                let number = |id: &String| {
                    let at = self.procedure.outcomes.keys().position(|known| known == id)?;
                    u16::try_from(at + 1).ok()
                };
                let values = values.iter().filter_map(number).collect();
                Some(Test::Holds { slot: self.slots.outcome?, not: *not, values })
            }
            Guard::Found { finding, not, values } => {
                let known = &self.procedure.findings.get(finding)?.values;
                let number = |value: &String| u16::try_from(known.iter().position(|one| one == value)?).ok();
                let values = values.iter().filter_map(number).collect();
                Some(Test::Holds { slot: *self.slots.findings.get(finding.as_str())?, not: *not, values })
            }
        }
    }

    /// Whether a clock that runs will make itself heard: a floor only waits.
    pub(super) fn speaks(&self, clock: usize) -> bool {
        self.clocks.get(clock).is_some_and(|clock| clock.clock.kind != ClockKind::Floor)
    }
}

/// Verbs that settle what is owed, or that another verb needs to have been done.
fn is_remembered(act: &Act) -> bool {
    let others = [
        Verb::Register,
        Verb::RequestReview,
        Verb::RequestReReview,
        Verb::AskSupervision,
        Verb::OpenReexamination,
        Verb::Merge,
        Verb::Unmerge,
        Verb::Withdraw,
        Verb::TakeBackWithdrawal,
        Verb::Draft,
    ];
    act.answers || finds_outcome(act) || others.contains(&act.verb)
}

/// Verbs whose letter becomes a document with a number; the others serve one, or are the person's own words.
fn makes_a_document(verb: Verb) -> bool {
    !matches!(verb, Verb::Serve | Verb::Register | Verb::Repeat | Verb::RequestReview | Verb::MarkKey | Verb::Rate)
}
