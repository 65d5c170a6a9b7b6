//! What of the past still matters: a slot that nothing ahead will read is forgotten, or cases that differ in it alone
//! would all be searched.

use super::case::Case;
use super::plan::{Deed, Plan, Slot, Test};
use crate::verb::Verb;

/// For each slot, the steps (of any track) from which something that reads it can still be done.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// By slot, then by step; none: never forgotten.
    at: Vec<Option<Vec<bool>>>,
}

/// A way the search can take from one step to another.
struct Edge<'a, 'p> {
    from: usize,
    to: usize,
    deed: Option<&'a Deed<'p>>,
    /// The track that comes to lie in `to` is the one that left `from`.
    same: bool,
}

impl Live {
    pub(super) fn of(plan: &Plan<'_>) -> Live {
        let edges = edges(plan);
        let first = 2 * plan.lanes.len();
        let kept: Vec<Slot> = plan.slots.owed.iter().chain(&plan.slots.found).copied().collect();
        let at = (0..plan.slots.width)
            .map(|slot| (slot >= first && !kept.contains(&slot)).then(|| steps_before(plan, &edges, slot)))
            .collect();
        Live { at }
    }

    /// Forgets what nothing ahead will read.
    pub(super) fn forget(&self, plan: &Plan<'_>, case: &mut Case) {
        for (slot, live) in self.at.iter().enumerate() {
            let Some(live) = live.as_ref().filter(|_| case.get(slot) != 0) else { continue };
            let mut stands = (0..plan.lanes.len()).filter_map(|lane| case.step(lane));
            if !stands.any(|step| live.get(step) == Some(&true)) {
                case.set(slot, 0);
            }
        }
    }
}

/// Steps from which an act that reads a slot can be reached without its being written anew on the way.
fn steps_before(plan: &Plan<'_>, edges: &[Edge<'_, '_>], slot: Slot) -> Vec<bool> {
    let mut live = vec![false; plan.steps.len()];
    for deed in plan.deeds.iter().filter(|deed| reads(plan, deed, slot)) {
        live[deed.step] = true;
    }
    let open: Vec<&Edge<'_, '_>> = edges.iter().filter(|edge| !writes(plan, edge, slot)).collect();
    loop {
        let mut grown = false;
        for edge in &open {
            if live[edge.to] && !live[edge.from] {
                live[edge.from] = true;
                grown = true;
            }
        }
        if !grown {
            return live;
        }
    }
}

fn edges<'a, 'p>(plan: &'a Plan<'p>) -> Vec<Edge<'a, 'p>> {
    let mut edges = Vec::new();
    let begins = |lane: &usize| plan.lanes[*lane].and_then(|track| plan.step_number(&track.begins));
    let main_steps: Vec<usize> =
        (0..plan.steps.len()).filter(|step| plan.has_main() && plan.steps[*step].lane == 0).collect();
    for deed in &plan.deeds {
        let mut lead = |from, to, same| edges.push(Edge { from, to, deed: Some(deed), same });
        deed.to.into_iter().for_each(|to| lead(deed.step, to, true));
        let opened = deed.opens.iter().chain(deed.outcomes.iter().flat_map(|(_, opens)| opens));
        opened.filter_map(begins).for_each(|to| lead(deed.step, to, false));
        if let Some(main) = deed.main {
            lead(deed.step, main, false);
            // The main track may lie anywhere when a side track moves it.
            main_steps.iter().for_each(|from| lead(*from, main, true));
        }
    }
    for (from, step) in plan.steps.iter().enumerate() {
        for clock in step.clocks.iter().filter_map(|clock| plan.clocks.get(*clock)) {
            let opened = clock.opens.iter().filter_map(begins).map(|to| (to, false));
            let moved = clock.to.map(|to| (to, true));
            edges.extend(moved.into_iter().chain(opened).map(|(to, same)| Edge { from, to, deed: None, same }));
        }
    }
    edges
}

/// Whether an act asks for what a slot holds. One that changes nothing may: nobody learns of it.
fn reads(plan: &Plan<'_>, deed: &Deed<'_>, slot: Slot) -> bool {
    let tested = deed.tests.iter().any(|test| matches!(test, Test::Holds { slot: read, .. } if *read == slot));
    let counted = deed.count.is_some_and(|count| count.slot == slot);
    let asked = [deed.during, deed.after, deed.serves, deed.makes].contains(&Some(slot));
    let prepared = match deed.act.verb {
        Verb::Check | Verb::Countersign | Verb::Sign | Verb::Seal => slot == plan.slots.drafted,
        Verb::PayRelief => slot == plan.slots.granted,
        Verb::ConfirmWithdrawal => slot == plan.slots.willed,
        _ => false,
    };
    let answers = deed.act.answers && plan.slots.outcome == Some(slot);
    tested || counted || asked || prepared || answers
}

/// Whether a way writes a slot anew, so that what it held before no longer matters there.
fn writes(plan: &Plan<'_>, edge: &Edge<'_, '_>, slot: Slot) -> bool {
    if let Some(deed) = edge.deed {
        let drafts = deed.act.verb == Verb::Draft && slot == plan.slots.drafted;
        if drafts || deed.sets.iter().any(|(set, _)| *set == slot) {
            return true;
        }
    }
    // A clock that starts afresh on this way forgets what was before.
    let Some(number) = plan.clocks.iter().position(|clock| clock.past == Some(slot)) else { return false };
    let (from, to) = (&plan.steps[edge.from], &plan.steps[edge.to]);
    if !to.clocks.contains(&number) {
        return false;
    }
    let by_entry = plan.clocks[number].clock.from.is_empty() && !(edge.same && from.clocks.contains(&number));
    let by_act = edge.deed.is_some_and(|deed| deed.starts.contains(&number));
    by_act || (by_entry && (!edge.same || from.lane == to.lane))
}
