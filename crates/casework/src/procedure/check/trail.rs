//! The path behind a fault, as what happens on it: for a side track proven alone, from the filing of the matter on.

use super::case::Cause;
use super::graph::{Cases, Move, Opener};
use super::plan::Deed;
use crate::procedure::model::{Act, WhoIs};
use crate::procedure::story::Beat;
use crate::verb::Verb;

/// Where a fault was found: in which search, from which beginning, by which ways.
#[derive(Debug, Clone)]
pub(super) struct Trail {
    pub(super) search: usize,
    pub(super) root: usize,
    pub(super) ways: Vec<Move>,
}

impl Trail {
    /// The path to a case, and on by some more ways.
    pub(super) fn of(cases: &Cases<'_>, case: usize, further: &[Move]) -> Trail {
        let (root, mut ways) = cases.ways_to(case);
        ways.extend(further);
        Trail { search: cases.number, root, ways }
    }

    /// What happens, from the filing on; none where that cannot be told: what begins a track a second time must be
    /// something that can be done twice, and what opens a track must not need it open already.
    pub(super) fn beats<'p>(&self, searches: &[Cases<'p>]) -> Option<Vec<Beat<'p>>> {
        self.beats_within(searches, searches.len())
    }

    /// `tracks`: how many more tracks the story may come through, so that tracks that open each other end it.
    fn beats_within<'p>(&self, searches: &[Cases<'p>], tracks: usize) -> Option<Vec<Beat<'p>>> {
        let cases = searches.get(self.search)?;
        let first = first_time(cases, self.root);
        let opener = match first {
            Some(_) => Some(open_everywhere(cases)?),
            None => cases.roots.iter().find(|(case, _)| *case == self.root).map(|(_, opener)| *opener),
        };
        let mut beats = match opener {
            Some(Opener::Act(act, outcome)) => until_act(searches, act, outcome, tracks.checked_sub(1)?)?,
            Some(Opener::Clock(clock)) => until_end(searches, clock, tracks.checked_sub(1)?)?,
            None | Some(Opener::Filing) => Vec::new(),
        };
        if let Some(first) = first {
            // It was open before: once through it, and then what opens it again.
            let again = beats.last().copied();
            beats.extend(way_out(cases, first).iter().filter_map(|way| beat(cases, *way)));
            beats.extend(again);
        }
        beats.extend(self.ways.iter().filter_map(|way| beat(cases, *way)));
        Some(beats)
    }
}

/// Where a track begins the first time, for a beginning that is another.
fn first_time(cases: &Cases<'_>, root: usize) -> Option<usize> {
    let plan = &cases.plan;
    let track = plan.lanes.first().copied().flatten()?;
    let begins = |case: usize, step: &String| {
        let stands = cases.all.get(case).and_then(|case| plan.steps.get(case.step(0)?));
        stands.is_some_and(|stands| stands.step.id == *step)
    };
    track.begins_again.as_ref().filter(|again| begins(root, again))?;
    cases.roots.iter().map(|(case, _)| *case).find(|case| begins(*case, &track.begins))
}

/// What opens a track proven alone and can be done twice, wherever the matter lies.
fn open_everywhere<'p>(cases: &Cases<'p>) -> Option<Opener<'p>> {
    let track = cases.plan.lanes.first().copied().flatten()?;
    let act = cases.plan.procedure.everywhere.iter().find(|act| act.opens.contains(&track.id))?;
    Some(Opener::Act(act, None))
}

/// A shortest way from a case to where a track proven alone is closed.
fn way_out(cases: &Cases<'_>, from: usize) -> Vec<Move> {
    let mut reached: Vec<(usize, Vec<Move>)> = vec![(from, Vec::new())];
    let mut at = 0;
    while let Some((case, ways)) = reached.get(at).cloned() {
        if cases.all.get(case).is_some_and(|case| case.step(0).is_none()) {
            return ways;
        }
        for way in cases.moves.iter().filter(|way| way.from == case) {
            if reached.iter().all(|(seen, _)| *seen != way.to) {
                reached.push((way.to, ways.iter().copied().chain([*way]).collect()));
            }
        }
        at += 1;
    }
    Vec::new()
}

fn beat<'p>(cases: &Cases<'p>, way: Move) -> Option<Beat<'p>> {
    let plan = &cases.plan;
    match way.cause {
        Cause::Act { deed, outcome } => {
            let deed = plan.deeds.get(deed as usize)?;
            let lane = plan.steps.get(deed.step)?.lane;
            let track = plan.lanes.get(lane).copied().flatten().map(|track| track.id.as_str());
            let outcome =
                usize::from(outcome).checked_sub(1).and_then(|at| plan.procedure.outcomes.keys().nth(at));
            Some(Beat::Act { act: deed.act, track, outcome: outcome.map(String::as_str) })
        }
        Cause::End { clock, .. } | Cause::Lapse { clock } => {
            Some(Beat::End { clock: &plan.clocks.get(usize::from(clock))?.clock.id })
        }
        Cause::Notice { letter } => {
            Some(Beat::Notice { letter: plan.slots.letters.keys().nth(usize::from(letter))? })
        }
    }
}

/// The shortest path to an act that opens a track, with that act.
fn until_act<'p>(
    searches: &[Cases<'p>],
    act: &'p Act,
    outcome: Option<&'p str>,
    tracks: usize,
) -> Option<Vec<Beat<'p>>> {
    for cases in searches {
        let deeds = cases.plan.deeds.iter().zip(&cases.done);
        let first = deeds
            .filter(|(deed, _)| std::ptr::eq(deed.act, act))
            .filter_map(|(deed, first)| Some((deed, (*first)?)));
        // What is open in every step is told where its doer has the matter: before, there may be no such office.
        let elsewhere = |deed: &Deed<'_>| {
            let owner = cases.plan.steps.get(deed.step).and_then(|step| step.step.owner.as_ref());
            let who = owner.and_then(|owner| cases.plan.procedure.who.get(owner));
            !who.is_some_and(|who| match act.verb {
                Verb::Supervise | Verb::Urge => who.is == WhoIs::Competent,
                _ => act.by.contains(&who.id),
            })
        };
        let Some((deed, case)) = first.min_by_key(|(deed, case)| (elsewhere(deed), *case)) else { continue };
        let Some(mut beats) = Trail::of(cases, case, &[]).beats_within(searches, tracks) else { continue };
        let lane = cases.plan.steps.get(deed.step).map_or(0, |step| step.lane);
        let track = cases.plan.lanes.get(lane).copied().flatten().map(|track| track.id.as_str());
        beats.push(Beat::Act { act, track, outcome });
        return Some(beats);
    }
    None
}

/// The shortest path to the end of a clock that opens a track.
fn until_end<'p>(searches: &[Cases<'p>], clock: &'p str, tracks: usize) -> Option<Vec<Beat<'p>>> {
    for cases in searches {
        let plan = &cases.plan;
        let Some(number) = plan.clock_number(clock) else { continue };
        let runs = |lane: usize, case: &super::case::Case| {
            plan.runs(case, lane, number) && !plan.stands_still(case, number)
        };
        let at = cases.all.iter().position(|case| (0..plan.lanes.len()).any(|lane| runs(lane, case)));
        // Before registration no clock of the matter is heard.
        let Some(case) = at.filter(|case| *case != 0 || !plan.has_main()) else { continue };
        let Some(mut beats) = Trail::of(cases, case, &[]).beats_within(searches, tracks) else { continue };
        beats.push(Beat::End { clock });
        return Some(beats);
    }
    None
}
