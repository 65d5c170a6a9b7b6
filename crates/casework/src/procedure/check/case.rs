//! A case and what can happen in it, exactly as acts, motions and clocks do it to a matter.

use super::plan::{Deed, Plan, Slot, Test, UNKNOWN};
use crate::procedure::model::ClockKind;
use crate::verb::Verb;

/// A clock an act asks about never ran so far.
const NEVER: u16 = 0;
/// It runs, or stopped before its last day was over.
const LIVE: u16 = 1;
/// Its time is over.
const PAST: u16 = 2;

/// Where the matter lies and what of its past matters for the rules: one number per slot of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Case(pub(super) Box<[u16]>);

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// An act was done: its number among the deeds, and the outcome it found (from 1; 0: whichever).
    Act { deed: u32, outcome: u16 },
    /// A clock of a track ended.
    End { lane: u16, clock: u16 },
    /// A window that had stopped ran out unheard.
    Lapse { clock: u16 },
    /// A notice that answers nothing was served.
    Notice { letter: u16 },
}

impl Case {
    /// Nothing is open, nothing has happened.
    pub(super) fn blank(width: usize) -> Case {
        Case(vec![0; width].into_boxed_slice())
    }

    pub(super) fn get(&self, slot: Slot) -> u16 {
        self.0.get(slot).copied().unwrap_or(0)
    }

    pub(super) fn set(&mut self, slot: Slot, value: u16) {
        if let Some(place) = self.0.get_mut(slot) {
            *place = value;
        }
    }

    /// The step a track lies in; none where it is closed.
    pub(super) fn step(&self, lane: usize) -> Option<usize> {
        usize::from(self.get(2 * lane)).checked_sub(1)
    }

    /// The clocks that run there, one bit each in the order of the step's list.
    pub(super) fn mask(&self, lane: usize) -> u16 {
        self.get(2 * lane + 1)
    }

    fn stand(&mut self, lane: usize, step: Option<usize>, mask: u16) {
        let number = step.and_then(|step| u16::try_from(step + 1).ok()).unwrap_or(0);
        self.set(2 * lane, number);
        self.set(2 * lane + 1, mask);
    }
}

impl Plan<'_> {
    /// The step a track lies in, by its own table.
    fn listed(&self, step: Option<usize>) -> &[usize] {
        step.and_then(|step| self.steps.get(step)).map_or(&[], |step| &step.clocks)
    }

    /// Whether a clock runs in a track.
    pub(super) fn runs(&self, case: &Case, lane: usize, clock: usize) -> bool {
        let at = self.listed(case.step(lane)).iter().position(|listed| *listed == clock);
        at.is_some_and(|at| case.mask(lane) >> at & 1 == 1)
    }

    /// The clocks that run in a track.
    pub(super) fn running<'a>(&'a self, case: &'a Case, lane: usize) -> impl Iterator<Item = usize> + 'a {
        let mask = case.mask(lane);
        let listed = self.listed(case.step(lane)).iter().enumerate();
        listed.filter(move |(at, _)| mask >> at & 1 == 1).map(|(_, clock)| *clock)
    }

    /// Whether a clock stands still: something lies in a step that stops it.
    pub(super) fn stands_still(&self, case: &Case, clock: usize) -> bool {
        let steps = (0..self.lanes.len()).filter_map(|lane| self.steps.get(case.step(lane)?));
        steps.into_iter().any(|step| step.pauses.contains(&clock))
    }

    /// Whether the matter has ended; a side track alone knows nothing of it.
    pub(super) fn main_ended(&self, case: &Case) -> bool {
        self.has_main() && case.step(0).and_then(|step| self.steps.get(step)).is_some_and(|step| step.step.end)
    }

    /// Whether an act can be done in a case, by somebody.
    pub(super) fn allows(&self, case: &Case, deed: &Deed<'_>) -> bool {
        let left = deed.count.is_none_or(|count| count.most.is_none_or(|most| case.get(count.slot) < most));
        left && deed.during.is_none_or(|slot| case.get(slot) != PAST)
            && deed.serves.is_none_or(|slot| case.get(slot) > 0)
            && deed.tests.iter().all(|test| self.holds(case, test))
            && self.prepared(case, deed)
    }

    fn holds(&self, case: &Case, test: &Test) -> bool {
        match test {
            Test::Open { lane, open } => case.step(*lane).is_some() == *open,
            Test::Holds { slot, not, values } => {
                let value = case.get(*slot);
                value == UNKNOWN || values.contains(&value) != *not
            }
        }
    }

    /// What a verb needs to have happened before.
    fn prepared(&self, case: &Case, deed: &Deed<'_>) -> bool {
        match deed.act.verb {
            Verb::Check | Verb::Countersign | Verb::Sign | Verb::Seal => case.get(self.slots.drafted) > 0,
            Verb::PayRelief => case.get(self.slots.granted) > 0,
            _ => true,
        }
    }

    /// Whether the window (or floor) an act asks for never began: then nothing holds the act back.
    pub(super) fn unbounded(&self, case: &Case, deed: &Deed<'_>) -> bool {
        deed.during.into_iter().chain(deed.after).any(|slot| case.get(slot) == NEVER)
    }

    /// Everything that can happen next, with where it leads.
    pub(super) fn ways(&self, case: &Case) -> Vec<(Cause, Case)> {
        let mut ways = Vec::new();
        for lane in 0..self.lanes.len() {
            let Some(step) = case.step(lane).and_then(|step| self.steps.get(step)) else { continue };
            for number in &step.deeds {
                if let Some(deed) = self.deeds.get(*number).filter(|deed| self.allows(case, deed)) {
                    self.acts(case, lane, *number, deed, &mut ways);
                }
            }
            let mut mask = case.mask(lane);
            for (at, clock) in step.clocks.iter().enumerate() {
                if mask & 1 == 1 && !self.stands_still(case, *clock) {
                    self.ends(case, lane, at, *clock, &mut ways);
                }
                mask >>= 1;
            }
        }
        self.lapses(case, &mut ways);
        self.notices(case, &mut ways);
        ways
    }

    /// An act, once for each outcome where the outcome makes a difference.
    fn acts(&self, case: &Case, lane: usize, number: usize, deed: &Deed<'_>, ways: &mut Vec<(Cause, Case)>) {
        let Ok(number) = u32::try_from(number) else { return };
        let outcomes = self.outcomes(case, deed);
        let apart = self.slots.outcome.is_some() || outcomes.iter().any(|(_, opens)| !opens.is_empty());
        if outcomes.is_empty() || !apart {
            ways.push((Cause::Act { deed: number, outcome: 0 }, self.done(case, lane, deed, 0, &[])));
            return;
        }
        for (outcome, opens) in outcomes {
            let target = self.done(case, lane, deed, *outcome, opens);
            ways.push((Cause::Act { deed: number, outcome: *outcome }, target));
        }
    }

    /// The outcomes an act may find: its own, or, where it seals, those of the draft.
    fn outcomes<'a>(&'a self, case: &Case, deed: &'a Deed<'_>) -> &'a [(u16, Vec<usize>)] {
        if deed.act.verb == Verb::Seal
            && let Some(number) = case.get(self.slots.drafted).checked_sub(1)
            && let Some(draft) = self.deeds.iter().find(|draft| draft.number == number)
        {
            return &draft.outcomes;
        }
        if deed.act.verb.row().outcome == crate::verb::Need::Must { &deed.outcomes } else { &[] }
    }

    /// The case after an act.
    fn done(&self, case: &Case, lane: usize, deed: &Deed<'_>, outcome: u16, opened: &[usize]) -> Case {
        let mut target = case.clone();
        if let Some(count) = deed.count {
            target.set(count.slot, (case.get(count.slot) + 1).min(count.cap));
        }
        for (slot, value) in &deed.sets {
            target.set(*slot, *value);
        }
        if let Some(slot) = self.slots.outcome.filter(|_| outcome > 0) {
            target.set(slot, outcome);
        }
        if let Some(slot) = deed.makes {
            target.set(slot, (case.get(slot) + 1).min(2));
        }
        if let Some(slot) = deed.serves {
            target.set(slot, case.get(slot).saturating_sub(1));
        }
        self.settle(&mut target, lane, deed);
        let opens: Vec<usize> = deed.opens.iter().chain(opened).copied().collect();
        self.motion(
            case,
            &mut target,
            Motion {
                lane,
                to: deed.to,
                main: deed.main,
                opens: &opens,
                closes: &deed.closes,
                starts: &deed.starts,
            },
        );
        target
    }

    /// What the act makes of the answer that is owed: in its own track, or in the one it opens or moves.
    fn settle(&self, case: &mut Case, lane: usize, deed: &Deed<'_>) {
        let slots = &self.slots;
        let this = deed.number + 1;
        // A track that is open already is not opened anew.
        let opened: Vec<usize> = deed.opens.iter().copied().filter(|lane| case.step(*lane).is_none()).collect();
        let mut owe = |lane: usize, owed: u16, found: u16| {
            if let (Some(owes), Some(finds)) = (slots.owed.get(lane), slots.found.get(lane)) {
                case.set(*owes, owed);
                case.set(*finds, found);
            }
        };
        match deed.act.verb {
            Verb::Serve if deed.act.answers => owe(lane, 0, 0),
            Verb::Merge if deed.to.is_some() => owe(lane, 0, 0),
            Verb::ConfirmWithdrawal => {
                // Whether they asked is said by C13; what is confirmed is answered.
                owe(lane, 0, this);
                if deed.main.is_some() {
                    owe(0, 0, this);
                }
            }
            verb if asks_anew(verb) => {
                let moves = deed.to.is_some() || deed.main.is_some();
                for opened in opened.into_iter().filter(|_| !moves) {
                    owe(opened, 1, 0);
                }
                if moves {
                    owe(if deed.main.is_some() { 0 } else { lane }, 1, 0);
                }
            }
            verb if decides(verb) => {
                let found = if deed.outcomes.is_empty() { 0 } else { this };
                if deed.main.is_some() {
                    owe(lane, 0, 0);
                    owe(0, 1, found);
                } else {
                    owe(lane, 1, found);
                }
            }
            _ => {}
        }
        match deed.act.verb {
            Verb::Draft => case.set(slots.drafted, this),
            Verb::GrantRelief => case.set(slots.granted, 1),
            Verb::Withdraw => case.set(slots.willed, 1),
            Verb::TakeBackWithdrawal => case.set(slots.willed, 0),
            _ => {}
        }
    }

    /// The end of a clock: a window is over, a duty is over or told again.
    fn ends(&self, case: &Case, lane: usize, at: usize, number: usize, ways: &mut Vec<(Cause, Case)>) {
        let Some(clock) = self.clocks.get(number).filter(|clock| clock.clock.kind != ClockKind::Floor) else {
            return;
        };
        let once = clock.clock.again.is_none() && (clock.to.is_some() || clock.clock.at_end.lapses.is_some());
        if !once && clock.to.is_none() && clock.opens.is_empty() {
            return;
        }
        let mut target = case.clone();
        if once {
            target.set(2 * lane + 1, case.mask(lane) & !(1 << at));
        }
        if let Some(slot) = clock.past {
            target.set(slot, PAST);
        }
        let before = target.clone();
        self.motion(
            &before,
            &mut target,
            Motion { lane, to: clock.to, main: None, opens: &clock.opens, closes: &[], starts: &[] },
        );
        if let (Ok(lane), Ok(clock)) = (u16::try_from(lane), u16::try_from(number)) {
            ways.push((Cause::End { lane, clock }, target));
        }
    }

    /// A window that was left before its last day goes on counting unheard: an act may come too late for it.
    fn lapses(&self, case: &Case, ways: &mut Vec<(Cause, Case)>) {
        for (number, clock) in self.clocks.iter().enumerate() {
            let Some(slot) = clock.past.filter(|slot| case.get(*slot) == LIVE) else { continue };
            let runs = (0..self.lanes.len()).any(|lane| self.runs(case, lane, number));
            let asked = || {
                let steps = (0..self.lanes.len()).filter_map(|lane| self.steps.get(case.step(lane)?));
                steps.flat_map(|step| &step.deeds).any(|deed| self.deeds[*deed].during == Some(slot))
            };
            if clock.clock.kind != ClockKind::Floor && !runs && asked() {
                let mut target = case.clone();
                target.set(slot, PAST);
                ways.push((Cause::Lapse { clock: u16::try_from(number).unwrap_or(u16::MAX) }, target));
            }
        }
    }

    /// A document that answers nothing may be served whenever it is ready, where no act of the step serves it.
    fn notices(&self, case: &Case, ways: &mut Vec<(Cause, Case)>) {
        for (number, (letter, slot)) in self.slots.letters.iter().enumerate() {
            let serves =
                |deed: &Deed<'_>| deed.act.verb == Verb::Serve && deed.act.letter.as_deref() == Some(*letter);
            let answers = self.deeds.iter().any(|deed| serves(deed) && deed.act.answers);
            let stands = (0..self.lanes.len())
                .filter_map(|lane| self.steps.get(case.step(lane)?))
                .flat_map(|step| &step.deeds)
                .any(|deed| serves(&self.deeds[*deed]));
            if case.get(*slot) > 0 && !answers && !stands {
                let mut target = case.clone();
                target.set(*slot, case.get(*slot) - 1);
                ways.push((Cause::Notice { letter: u16::try_from(number).unwrap_or(u16::MAX) }, target));
            }
        }
    }

    /// Moves tracks: where the act or clock leads, what it opens, what an end closes, which clocks stop and start.
    pub(super) fn motion(&self, before: &Case, target: &mut Case, motion: Motion<'_>) {
        let Motion { lane, to, main: to_main, opens, closes, starts } = motion;
        let is_end = |step: usize| self.steps.get(step).is_some_and(|step| step.step.end);
        let lives_on = |lane: usize| self.lanes[lane].is_none_or(|track| track.lives_on);
        let on_main = self.has_main() && lane == 0;
        let mut main = before.step(0).filter(|_| self.has_main());
        let mut moved: Vec<(usize, usize)> = Vec::new();
        let mut closed: Vec<usize> = closes.to_vec();
        if let Some(to) = to {
            if on_main {
                main = Some(to);
            } else {
                moved.push((lane, to));
                closed.extend(is_end(to).then_some(lane));
            }
        } else if let Some(stays) = before.step(lane).filter(|_| !on_main && !starts.is_empty()) {
            moved.push((lane, stays));
        }
        for opened in opens {
            let open = before.step(*opened).is_some() && !closed.contains(opened);
            let begins = self.lanes[*opened].and_then(|track| self.step_number(&track.begins));
            if let Some(begins) = begins.filter(|_| !open) {
                moved.push((*opened, begins));
            }
        }
        let ended = |main: Option<usize>| main != before.step(0) && main.is_some_and(is_end);
        let mut ends = self.has_main() && ended(main);
        if let Some(to) = to_main {
            main = Some(to);
            ends |= ended(main);
        }
        if ends {
            closed.extend((0..self.lanes.len()).filter(|lane| !lives_on(*lane)));
        }
        if self.has_main() {
            // What is done beside the main track starts none of its clocks, unless it moves it.
            let moves = on_main || to_main.is_some();
            self.enter(before, target, 0, main, if moves { starts } else { &[] });
        }
        for lane in &closed {
            self.enter(before, target, *lane, None, starts);
            for slot in self.slots.owed.get(*lane).into_iter().chain(self.slots.found.get(*lane)) {
                target.set(*slot, 0);
            }
        }
        for (lane, to) in moved {
            if !closed.contains(&lane) {
                self.enter(before, target, lane, Some(to), starts);
            }
        }
    }

    /// A track comes to lie in a step (or closes): clocks it does not list stop, those that start there run.
    fn enter(&self, before: &Case, target: &mut Case, lane: usize, to: Option<usize>, starts: &[usize]) {
        let left = self.listed(before.step(lane));
        let was = before.mask(lane);
        let mut mask = 0;
        for (at, number) in self.listed(to).iter().enumerate() {
            let Some(clock) = self.clocks.get(*number) else { continue };
            let listed = left.iter().position(|clock| clock == number);
            let begins = if clock.clock.from.is_empty() { listed.is_none() } else { starts.contains(number) };
            if begins || listed.is_some_and(|at| was >> at & 1 == 1) {
                mask |= 1 << at;
            }
            if let Some(slot) = clock.past.filter(|_| begins) {
                target.set(slot, LIVE);
            }
        }
        target.stand(lane, to, mask);
    }
}

/// A move about to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Motion<'a> {
    /// The track it is made in.
    pub(super) lane: usize,
    pub(super) to: Option<usize>,
    pub(super) main: Option<usize>,
    pub(super) opens: &'a [usize],
    pub(super) closes: &'a [usize],
    pub(super) starts: &'a [usize],
}

/// After these the person waits for an answer that nobody has found yet.
pub(super) fn asks_anew(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Register
            | Verb::RequestReview
            | Verb::RequestReReview
            | Verb::AskSupervision
            | Verb::OpenReexamination
            | Verb::Unmerge
    )
}

/// These find the answer: what was decided must reach the person before the matter may end.
pub(super) fn decides(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Refuse
            | Verb::ConfirmRefusal
            | Verb::Divert
            | Verb::Seal
            | Verb::Decide
            | Verb::RefuseReview
            | Verb::DecideReview
            | Verb::RefuseReReview
            | Verb::DecideReReview
            | Verb::DecideReexamination
            | Verb::DecideDemand
    )
}
