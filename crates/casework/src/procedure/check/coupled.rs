//! Which side tracks bear on the main one, and so must be searched together with it; the rest are proven alone.

use std::collections::BTreeSet;

use super::Checker;
use crate::procedure::model::{Act, Guard, OUTCOME, Step, Track};
use crate::verb::{Need, Verb};

/// The side tracks that must be searched together with the main track, in the order of their ids.
///
/// A track is one of them where a guard of the main track (or of another of them) asks about it or about something it
/// finds, where one of its steps stops a clock of another track, or where one of its acts moves the main track (but for the
/// confirmed withdrawal, which only ends it). Whatever they ask about belongs to them as well.
pub(super) fn coupled<'p>(checker: &Checker<'p>) -> Vec<&'p Track> {
    let tracks = &checker.procedure.tracks;
    let mut found: BTreeSet<&str> = BTreeSet::new();
    loop {
        let asked = Asked::by(checker, &found);
        let more: Vec<&str> = tracks
            .values()
            .filter(|track| !found.contains(track.id.as_str()))
            .filter(|track| asked.about(checker, track) || reaches_out(checker, track))
            .map(|track| track.id.as_str())
            .collect();
        if more.is_empty() {
            return tracks.values().filter(|track| found.contains(track.id.as_str())).collect();
        }
        found.extend(more);
    }
}

/// What the guards of the main track and of the tracks found so far ask about.
struct Asked<'p> {
    tracks: BTreeSet<&'p str>,
    findings: BTreeSet<&'p str>,
}

impl<'p> Asked<'p> {
    fn by(checker: &Checker<'p>, found: &BTreeSet<&str>) -> Asked<'p> {
        let mut asked = Asked { tracks: BTreeSet::new(), findings: BTreeSet::new() };
        for (step, act) in checker.acts() {
            let asks = step.and_then(|step| step.track.as_deref()).is_none_or(|track| found.contains(track));
            for guard in act.when.iter().filter(|_| asks) {
                match guard {
                    Guard::Track { track, .. } => asked.tracks.insert(track),
                    Guard::Found { finding, .. } => asked.findings.insert(finding),
                };
            }
        }
        asked
    }

    fn about(&self, checker: &Checker<'p>, track: &Track) -> bool {
        let finds = |act: &Act| {
            act.sets.keys().any(|finding| self.findings.contains(finding.as_str()))
                || (self.findings.contains(OUTCOME) && finds_outcome(act))
        };
        self.tracks.contains(track.id.as_str()) || steps_of(checker, track).any(|step| step.acts.iter().any(finds))
    }
}

/// Whether an act leaves an outcome behind.
pub(super) fn finds_outcome(act: &Act) -> bool {
    act.verb.row().outcome == Need::Must
}

pub(super) fn steps_of<'p>(checker: &Checker<'p>, track: &Track) -> impl Iterator<Item = &'p Step> {
    let id = track.id.clone();
    checker.steps().filter(move |step| step.track.as_deref() == Some(id.as_str()))
}

/// Whether something in a track bears on other tracks by itself.
fn reaches_out(checker: &Checker<'_>, track: &Track) -> bool {
    let own: BTreeSet<&str> = steps_of(checker, track).flat_map(|step| &step.clocks).map(String::as_str).collect();
    let stops_others = |step: &Step| {
        step.pauses.as_ref().is_some_and(|(clocks, _)| clocks.iter().any(|clock| !own.contains(clock.as_str())))
    };
    let moves_main = |act: &Act| act.main.is_some() && !only_withdraws(checker, act);
    steps_of(checker, track).any(|step| stops_others(step) || step.acts.iter().any(moves_main))
}

/// Whether an act only ends the matter by the person's own will: nothing comes after it, so the main track need not
/// be searched once more for every moment at which it may be done.
pub(super) fn only_withdraws(checker: &Checker<'_>, act: &Act) -> bool {
    let ends = act.main.as_deref().is_some_and(|main| checker.procedure.is_end(main));
    act.verb == Verb::ConfirmWithdrawal && ends
}
