//! C7, C8: nobody is sent round for ever without being told: every loop is counted, told, or bounded by a clock.

use std::collections::BTreeSet;

use super::case::Cause;
use super::graph::{Cases, Move};
use super::{Checker, Faults};
use crate::procedure::model::{ClockKind, Step};
use crate::verb::Verb;

/// Which loops are looked for.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    /// Of offices and clocks alone, where the petitioner is told nothing (C7).
    Offices,
    /// Of anybody, where nobody is told anything (C8).
    Anybody,
}

pub(super) fn check(checker: &Checker<'_>, cases: &Cases<'_>, faults: &mut Faults) {
    if cases.too_many {
        return; // said by C1
    }
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for which in [Which::Offices, Which::Anybody] {
        let quiet: Vec<Move> =
            cases.moves.iter().copied().filter(|way| is_quiet(checker, cases, *way, which)).collect();
        let found = components(cases.all.len(), &quiet);
        let mut part = vec![usize::MAX; cases.all.len()];
        for (number, component) in found.iter().enumerate() {
            component.iter().for_each(|case| part[*case] = number);
        }
        let mut ways_in: Vec<Vec<Move>> = vec![Vec::new(); found.len()];
        for way in quiet.iter().filter(|way| part[way.from] == part[way.to]) {
            if let Some(ways) = ways_in.get_mut(part[way.from]) {
                ways.push(*way);
            }
        }
        for (component, ways) in found.into_iter().zip(ways_in) {
            if ways.is_empty() || component.iter().any(|case| told.contains(case)) {
                continue;
            }
            if !bounded(checker, cases, &component, &ways, which) {
                told.extend(&component);
                report(cases, &component, &ways, which, faults);
            }
        }
    }
}

/// Whether a move tells nothing to whom it should.
fn is_quiet(checker: &Checker<'_>, cases: &Cases<'_>, way: Move, which: Which) -> bool {
    let tells_petitioner = |roles: &[String]| roles.iter().any(|role| checker.is_petitioner(role));
    match way.cause {
        Cause::Act { .. } => {
            let Some(act) = cases.act_of(way.cause) else { return false };
            let by_person = act.by.iter().all(|role| checker.is_petitioner(role));
            let letter = act.letter.as_ref().and_then(|letter| checker.procedure.letters.get(letter));
            match which {
                // What is open to an office or to the person may always be done by the office.
                Which::Offices => {
                    let written = letter.is_some_and(|letter| checker.is_petitioner(&letter.to));
                    !by_person && !tells_petitioner(&act.tells) && !written && act.verb != Verb::Serve
                }
                Which::Anybody => act.tells.is_empty() && letter.is_none(),
            }
        }
        Cause::End { clock, .. } => {
            let clock = cases.plan.clocks.get(usize::from(clock)).map(|clock| clock.clock);
            clock.is_some_and(|clock| match which {
                Which::Offices => !tells_petitioner(&clock.at_end.tells),
                Which::Anybody => clock.at_end.tells.is_empty(),
            })
        }
        Cause::Lapse { .. } => true,
        Cause::Notice { .. } => false,
    }
}

/// Whether some clock runs unbroken through every way of a loop, and at its end speaks up or leads out.
fn bounded(checker: &Checker<'_>, cases: &Cases<'_>, component: &[usize], ways: &[Move], which: Which) -> bool {
    let plan = &cases.plan;
    (0..plan.lanes.len()).any(|lane| {
        (0..plan.clocks.len()).any(|clock| {
            let runs = |case: &usize| {
                cases
                    .all
                    .get(*case)
                    .is_some_and(|case| plan.runs(case, lane, clock) && !plan.stands_still(case, clock))
            };
            component.iter().all(runs)
                && !ways.iter().any(|way| plan.restarts(way.cause, lane, clock))
                && speaks_up(checker, cases, component, lane, clock, which)
        })
    })
}

fn speaks_up(
    checker: &Checker<'_>,
    cases: &Cases<'_>,
    component: &[usize],
    lane: usize,
    clock: usize,
    which: Which,
) -> bool {
    let Some(clock) = cases.plan.clocks.get(clock).map(|clock| clock.clock) else { return false };
    if clock.kind == ClockKind::Floor {
        return false;
    }
    if clock.at_end.to.is_some() {
        return true;
    }
    let owner = |case: &usize| {
        let step: Option<&Step> =
            cases.all.get(*case).and_then(|case| Some(cases.plan.steps.get(case.step(lane)?)?.step));
        step.and_then(|step| step.owner.as_deref())
    };
    let owners: BTreeSet<&str> = component.iter().filter_map(owner).collect();
    clock.at_end.tells.iter().any(|told| match which {
        Which::Anybody => true,
        Which::Offices => checker.is_petitioner(told) || owners.iter().all(|owner| checker.is_above(told, owner)),
    })
}

fn report(cases: &Cases<'_>, component: &[usize], ways: &[Move], which: Which, faults: &mut Faults) {
    let Some(entry) = component.iter().min().copied() else { return };
    let round = round(entry, ways);
    let words: Vec<String> = round.iter().flat_map(|way| cases.told(*way)).collect();
    let lane = round.first().and_then(|way| cases.lane_of(way.cause)).unwrap_or(0);
    let step = cases.all.get(entry).and_then(|case| Some(cases.plan.steps.get(case.step(lane)?)?.step));
    let Some(step) = step else { return };
    let again = words.join(" > ");
    let (code, message, mend) = match which {
        Which::Offices => (
            "C7",
            format!(
                "from step '{}' offices alone can go round for ever, and the petitioner is never told ({again}, again and again)",
                step.id
            ),
            "count one of these acts (at_most), let one tell the petitioner, or let a clock run through them all that tells somebody above",
        ),
        Which::Anybody => (
            "C8",
            format!("from step '{}' a loop tells nobody ({again}, again and again)", step.id),
            "let one of these acts tell somebody (tells, letter), or count it (at_most)",
        ),
    };
    faults.add_round(step.place, code, message, (cases, entry, &round), mend);
}

/// A shortest way round from a case back to itself.
fn round(entry: usize, ways: &[Move]) -> Vec<Move> {
    let mut reached: Vec<(usize, Vec<Move>)> = vec![(entry, Vec::new())];
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut at = 0;
    while let Some((case, path)) = reached.get(at).cloned() {
        for way in ways.iter().filter(|way| way.from == case) {
            let mut longer = path.clone();
            longer.push(*way);
            if way.to == entry {
                return longer;
            }
            if seen.insert(way.to) {
                reached.push((way.to, longer));
            }
        }
        at += 1;
    }
    Vec::new()
}

/// The parts of a graph in which every case can be reached from every other (Tarjan, without recursion); single
/// cases only where they lead to themselves.
fn components(size: usize, ways: &[Move]) -> Vec<Vec<usize>> {
    let mut first = vec![0usize; size + 1];
    for way in ways {
        first[way.from + 1] += 1;
    }
    for at in 0..size {
        first[at + 1] += first[at];
    }
    let mut targets = vec![0usize; ways.len()];
    let mut place = first.clone();
    let mut own = vec![false; size];
    for way in ways {
        targets[place[way.from]] = way.to;
        place[way.from] += 1;
        own[way.from] |= way.from == way.to;
    }
    let mut search = Tarjan {
        order: vec![0; size],
        low: vec![0; size],
        on_stack: vec![false; size],
        stack: Vec::new(),
        found: Vec::new(),
        count: 0,
    };
    for case in 0..size {
        if search.order[case] == 0 {
            search.visit(case, &first, &targets);
        }
    }
    search.found.retain(|component| component.len() > 1 || component.iter().any(|case| own[*case]));
    search.found.sort_by_key(|component| component.iter().min().copied());
    search.found
}

struct Tarjan {
    order: Vec<usize>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    found: Vec<Vec<usize>>,
    count: usize,
}

impl Tarjan {
    fn enter(&mut self, case: usize) {
        self.count += 1;
        self.order[case] = self.count;
        self.low[case] = self.count;
        self.on_stack[case] = true;
        self.stack.push(case);
    }

    fn visit(&mut self, root: usize, first: &[usize], targets: &[usize]) {
        let mut calls = vec![(root, first[root])];
        self.enter(root);
        while let Some((case, at)) = calls.last_mut() {
            let case = *case;
            if *at < first[case + 1] {
                let to = targets[*at];
                *at += 1;
                if self.order[to] == 0 {
                    self.enter(to);
                    calls.push((to, first[to]));
                } else if self.on_stack[to] {
                    self.low[case] = self.low[case].min(self.order[to]);
                }
                continue;
            }
            calls.pop();
            if let Some((caller, _)) = calls.last() {
                self.low[*caller] = self.low[*caller].min(self.low[case]);
            }
            if self.low[case] == self.order[case] {
                self.close(case);
            }
        }
    }

    fn close(&mut self, case: usize) {
        let mut component = Vec::new();
        while let Some(member) = self.stack.pop() {
            self.on_stack[member] = false;
            component.push(member);
            if member == case {
                break;
            }
        }
        self.found.push(component);
    }
}
