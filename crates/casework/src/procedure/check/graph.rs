//! All cases that can come of a plan, found breadth first, so that the path to each is a shortest one.

use std::collections::HashMap;

use super::case::{Case, Cause, Motion, asks_anew};
use super::live::Live;
use super::plan::{Plan, UNKNOWN};
use crate::procedure::model::Act;
use crate::verb::Verb;

/// More cases than a procedure for people can need; beyond, the file is refused rather than half searched.
pub(super) const CASES_MAX: usize = 100_000;

/// A way from one case to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    /// Number of the case it leaves.
    pub(super) from: usize,
    /// Number of the case it leads to.
    pub(super) to: usize,
    /// What happened.
    pub(super) cause: Cause,
}

/// What opens a side track from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener<'p> {
    /// The matter itself begins.
    Filing,
    /// An act, where it finds this outcome (none: whichever).
    Act(&'p Act, Option<&'p str>),
    /// The end of a clock.
    Clock(&'p str),
}

/// Every case and every way between them.
#[derive(Debug)]
pub(super) struct Cases<'p> {
    /// Which of the searches of the procedure this is: 0 for the main track, then one for each side track alone.
    pub(super) number: usize,
    /// What was searched.
    pub(super) plan: Plan<'p>,
    /// The cases, the first ones where it begins.
    pub(super) all: Vec<Case>,
    /// The ways between them; an act that changes nothing and starts no clock is not among them.
    pub(super) moves: Vec<Move>,
    /// For each deed of the plan, the first case in which it can be done.
    pub(super) done: Vec<Option<usize>>,
    /// For each deed of the plan, the first case in which a clock it asks for never began.
    pub(super) unbounded: Vec<Option<usize>>,
    /// The search was given up: there are too many.
    pub(super) too_many: bool,
    /// Where it begins, and by what.
    pub(super) roots: Vec<(usize, Opener<'p>)>,
    first_way: Vec<Option<usize>>,
}

impl<'p> Cases<'p> {
    /// Searches all cases of a plan from where each opener lets it begin.
    pub(super) fn explore(number: usize, plan: Plan<'p>, openers: &[Opener<'p>]) -> Cases<'p> {
        let done = vec![None; plan.deeds.len()];
        let unbounded = done.clone();
        let mut cases = Cases {
            number,
            plan,
            all: Vec::new(),
            moves: Vec::new(),
            done,
            unbounded,
            too_many: false,
            roots: Vec::new(),
            first_way: Vec::new(),
        };
        let live = Live::of(&cases.plan);
        let mut numbers: HashMap<Case, usize> = HashMap::new();
        for opener in openers {
            for first in cases.first_cases(*opener) {
                if numbers.contains_key(&first) {
                    continue;
                }
                numbers.insert(first.clone(), cases.all.len());
                cases.roots.push((cases.all.len(), *opener));
                cases.all.push(first);
                cases.first_way.push(None);
            }
        }
        let mut next = 0;
        while let Some(case) = cases.all.get(next).cloned() {
            for (cause, mut target) in cases.plan.ways(&case) {
                live.forget(&cases.plan, &mut target);
                cases.note(&case, next, cause);
                let answers = cases.act_of(cause).is_some_and(|act| act.answers);
                if target == case && !answers && !cases.starts_a_clock(&case, cause) {
                    continue;
                }
                let to = *numbers.entry(target).or_insert_with_key(|target| {
                    cases.all.push(target.clone());
                    cases.first_way.push(Some(cases.moves.len()));
                    cases.all.len() - 1
                });
                cases.moves.push(Move { from: next, to, cause });
            }
            if cases.all.len() > CASES_MAX {
                cases.too_many = true;
                return cases;
            }
            next += 1;
        }
        cases
    }

    fn note(&mut self, case: &Case, number: usize, cause: Cause) {
        let Cause::Act { deed, .. } = cause else { return };
        let at = deed as usize;
        if let Some(first) = self.done.get_mut(at) {
            first.get_or_insert(number);
        }
        let unbounded = self.plan.deeds.get(at).is_some_and(|deed| self.plan.unbounded(case, deed));
        if let Some(first) = self.unbounded.get_mut(at).filter(|_| unbounded) {
            first.get_or_insert(number);
        }
    }

    /// Where it begins: the main track before registration, a side track as its opener leaves it, the first time or
    /// again.
    fn first_cases(&self, opener: Opener<'p>) -> Vec<Case> {
        let begins = match self.plan.lanes.first() {
            Some(Some(track)) => vec![Some(&track.begins), track.begins_again.as_ref()],
            Some(None) => vec![Some(&self.plan.procedure.begins)],
            None => Vec::new(),
        };
        begins.into_iter().flatten().filter_map(|begins| self.first_case(opener, begins)).collect()
    }

    fn first_case(&self, opener: Opener<'p>, begins: &str) -> Option<Case> {
        let plan = &self.plan;
        let blank = Case::blank(plan.slots.width);
        let mut case = blank.clone();
        if !plan.has_main() {
            for slot in plan.slots.findings.values().chain(&plan.slots.outcome) {
                case.set(*slot, UNKNOWN);
            }
        }
        let asks = matches!(opener, Opener::Act(act, _) if asks_anew(act.verb) && act.to.is_none());
        if let Some(slot) = plan.slots.owed.first() {
            case.set(*slot, u16::from(plan.has_main() || asks));
        }
        let asked = matches!(opener, Opener::Act(act, _) if act.verb == Verb::Withdraw);
        case.set(plan.slots.willed, u16::from(asked));
        if let Opener::Act(act, _) = opener
            && act.verb == Verb::Draft
            && let Some(number) = plan.number_of(act)
        {
            case.set(plan.slots.drafted, number + 1);
        }
        let starts: Vec<usize> = match (plan.lanes.first()?, opener) {
            (Some(_), Opener::Act(act, _)) => {
                let named = |from: &String| *from == act.id || from == act.verb.word();
                let starts = |clock: &usize| plan.clocks[*clock].clock.from.iter().any(named);
                (0..plan.clocks.len()).filter(starts).collect()
            }
            _ => Vec::new(),
        };
        let to = Some(plan.step_number(begins)?);
        plan.motion(
            &blank,
            &mut case,
            Motion { lane: 0, to, main: None, opens: &[], closes: &[], starts: &starts },
        );
        Some(case)
    }

    /// Whether an act that changes nothing begins a clock anew.
    fn starts_a_clock(&self, case: &Case, cause: Cause) -> bool {
        (0..self.plan.lanes.len())
            .any(|lane| self.plan.running(case, lane).any(|clock| self.plan.restarts(cause, lane, clock)))
    }

    /// The deed of a move.
    pub(super) fn act_of(&self, cause: Cause) -> Option<&'p Act> {
        match cause {
            Cause::Act { deed, .. } => self.plan.deeds.get(deed as usize).map(|deed| deed.act),
            _ => None,
        }
    }

    /// The track a move was made in.
    pub(super) fn lane_of(&self, cause: Cause) -> Option<usize> {
        match cause {
            Cause::Act { deed, .. } => {
                let step = self.plan.deeds.get(deed as usize)?.step;
                self.plan.steps.get(step).map(|step| step.lane)
            }
            Cause::End { lane, .. } => Some(usize::from(lane)),
            Cause::Lapse { .. } | Cause::Notice { .. } => None,
        }
    }

    /// The ways from a beginning to a case, in order.
    pub(super) fn ways_to(&self, case: usize) -> (usize, Vec<Move>) {
        let mut ways = Vec::new();
        let mut at = case;
        while let Some(way) = self.first_way.get(at).copied().flatten().and_then(|way| self.moves.get(way)) {
            ways.push(*way);
            at = way.from;
        }
        ways.reverse();
        (at, ways)
    }

    /// The shortest way to a case, as a story: `filed > register > registered`.
    pub(super) fn path(&self, case: usize) -> String {
        let (root, ways) = self.ways_to(case);
        let mut words = self.beginning(root);
        for way in ways {
            words.extend(self.told(way));
        }
        words.join(" > ")
    }

    /// How a story begins: for a side track, with what opens it.
    fn beginning(&self, root: usize) -> Vec<String> {
        let opener = self.roots.iter().find(|(case, _)| *case == root).map(|(_, opener)| *opener);
        let step = self.standing(root, 0);
        match opener {
            None | Some(Opener::Filing) => vec![step],
            Some(Opener::Act(act, None)) => vec![act.id.clone(), step],
            Some(Opener::Act(act, Some(outcome))) => vec![format!("{} ({outcome})", act.id), step],
            Some(Opener::Clock(clock)) => vec![format!("{clock} ends"), step],
        }
    }

    fn standing(&self, case: usize, lane: usize) -> String {
        let step = self.all.get(case).and_then(|case| case.step(lane));
        step.and_then(|step| self.plan.steps.get(step)).map_or_else(String::new, |step| step.step.id.clone())
    }

    /// One move in words: what happened, and where it led.
    pub(super) fn told(&self, way: Move) -> Vec<String> {
        let plan = &self.plan;
        let clock = |number: u16| plan.clocks.get(usize::from(number)).map_or("", |clock| clock.clock.id.as_str());
        let (what, lane) = match way.cause {
            Cause::Act { deed, outcome } => {
                let Some(deed) = plan.deeds.get(deed as usize) else { return Vec::new() };
                let found =
                    usize::from(outcome).checked_sub(1).and_then(|at| plan.procedure.outcomes.keys().nth(at));
                let lane = plan.steps.get(deed.step).map_or(0, |step| step.lane);
                (found.map_or_else(|| deed.act.id.clone(), |found| format!("{} ({found})", deed.act.id)), lane)
            }
            Cause::End { lane, clock: ended } => (format!("{} ends", clock(ended)), usize::from(lane)),
            Cause::Lapse { clock: ended } => (format!("{} runs out", clock(ended)), 0),
            Cause::Notice { letter } => {
                let letter = plan.slots.letters.keys().nth(usize::from(letter)).copied().unwrap_or_default();
                (format!("serve {letter}"), 0)
            }
        };
        let moved = |lane: &usize| self.standing(way.from, *lane) != self.standing(way.to, *lane);
        let others = (0..plan.lanes.len()).filter(|other| *other != lane).filter(moved);
        let mut stands = vec![self.standing(way.to, lane)];
        stands.extend(others.map(|other| self.standing(way.to, other)));
        stands.retain(|step| !step.is_empty());
        let stands = if stands.is_empty() { self.standing(way.to, 0) } else { stands.join(" + ") };
        [what, stands].into_iter().filter(|word| !word.is_empty()).collect()
    }

    /// For each case, whether one for which `wanted` holds can still be reached.
    pub(super) fn can_reach(&self, wanted: impl Fn(&Case) -> bool) -> Vec<bool> {
        let mut can: Vec<bool> = self.all.iter().map(wanted).collect();
        let mut ways_into: Vec<Vec<u32>> = vec![Vec::new(); self.all.len()];
        for way in &self.moves {
            if let (Some(into), Ok(from)) = (ways_into.get_mut(way.to), u32::try_from(way.from)) {
                into.push(from);
            }
        }
        let mut next: Vec<usize> = (0..can.len()).filter(|at| can.get(*at) == Some(&true)).collect();
        while let Some(at) = next.pop() {
            for from in ways_into.get(at).into_iter().flatten() {
                if let Some(known) = can.get_mut(*from as usize).filter(|known| !**known) {
                    *known = true;
                    next.push(*from as usize);
                }
            }
        }
        can
    }
}

impl Plan<'_> {
    /// Whether what happened begins a clock anew in a track.
    pub(super) fn restarts(&self, cause: Cause, lane: usize, clock: usize) -> bool {
        let Cause::Act { deed, .. } = cause else { return false };
        let Some(deed) = self.deeds.get(deed as usize) else { return false };
        let acts_in = self.steps.get(deed.step).map_or(0, |step| step.lane);
        let main = lane == 0 && self.has_main();
        let touched = (main && (acts_in == 0 || deed.main.is_some())) || acts_in == lane;
        let named = self.clocks.get(clock).is_some_and(|clock| !clock.clock.from.is_empty());
        touched && named && deed.starts.contains(&clock)
    }
}
