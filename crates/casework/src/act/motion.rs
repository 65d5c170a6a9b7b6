//! Where an act, or the end of a clock, leaves a matter: its main step, the side tracks it opens, moves and closes.

use std::collections::BTreeMap;

use crate::event::{MatterEvent, MatterFact, TrackName, track_of};
use crate::matter::Matter;
use crate::office::{Directory, OfficeCode};
use crate::procedure::{Act, Procedure, WhoIs};
use crate::world;

/// Where something happens: in the main track of a matter, or in a side track.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) procedure: &'a Procedure,
    pub(super) matter: &'a Matter,
    pub(super) track: Option<&'a str>,
}

impl Standing<'_> {
    /// The step it happens in.
    pub(super) fn step(&self) -> &str {
        match self.track.and_then(|track| self.matter.tracks.get(track)) {
            Some(position) => &position.step,
            None => &self.matter.step,
        }
    }

    /// The role that must act next there; at most one.
    pub(super) fn owner(&self) -> Vec<String> {
        let step = self.procedure.steps.get(self.step());
        step.and_then(|step| step.owner.clone()).into_iter().collect()
    }

    /// The offices that play these roles, each once.
    pub(super) fn offices(&self, directory: &Directory, roles: &[String]) -> Vec<OfficeCode> {
        let mut told: Vec<OfficeCode> = Vec::new();
        let office =
            |who: &String| world::office_in(self.procedure, directory, Some(self.matter), self.track, who);
        for office in roles.iter().filter_map(office) {
            if !told.contains(&office) {
                told.push(office);
            }
        }
        told
    }

    /// Whether the petitioner is among these roles.
    pub(super) fn is_petitioner_among(&self, roles: &[String]) -> bool {
        let is = |who: &String| self.procedure.who.get(who).is_some_and(|who| who.is == WhoIs::Petitioner);
        roles.iter().any(is)
    }
}

/// Where things stand afterwards.
#[derive(Debug, Clone, Default)]
pub(super) struct Motion {
    step: String,
    track: Option<TrackName>,
    tracks: BTreeMap<TrackName, String>,
    closed: Vec<TrackName>,
    found: BTreeMap<String, String>,
}

impl Motion {
    /// Nothing moves.
    pub(super) fn none(standing: &Standing<'_>) -> Motion {
        Motion {
            step: standing.matter.step.clone(),
            track: standing.track.map(str::to_owned),
            ..Motion::default()
        }
    }

    /// The track moves to a step (none: it stays) and side tracks open. The end of a side track closes it; the end
    /// of the matter closes every side track that does not live on.
    pub(super) fn to(standing: &Standing<'_>, to: Option<&str>, opens: &[String]) -> Motion {
        let mut motion = Motion::none(standing);
        match (to, standing.track) {
            (Some(to), None) => to.clone_into(&mut motion.step),
            (Some(to), Some(track)) => motion.move_side(standing, track, to),
            (None, _) => {}
        }
        motion.open(standing, opens);
        motion.close_at_end(standing);
        motion
    }

    /// As the act says, with the outcome it finds.
    pub(super) fn by(standing: &Standing<'_>, act: &Act, outcome: Option<&str>) -> Motion {
        let opened_by_outcome = outcome.and_then(|id| standing.procedure.outcomes.get(id));
        let mut opens = act.opens.clone();
        opens.extend(opened_by_outcome.into_iter().flat_map(|outcome| outcome.opens.clone()));
        let mut motion = Motion::to(standing, act.to.as_deref(), &opens);
        motion.close(standing, &act.closes);
        motion.found.extend(act.sets.clone());
        if let Some(main) = &act.main {
            motion.step.clone_from(main);
            motion.close_at_end(standing);
        }
        motion
    }

    fn move_side(&mut self, standing: &Standing<'_>, track: &str, to: &str) {
        self.tracks.insert(track.to_owned(), to.to_owned());
        if standing.procedure.is_end(to) {
            self.closed.push(track.to_owned());
        }
    }

    /// An open track is not opened twice, unless it may be open several times.
    fn open(&mut self, standing: &Standing<'_>, opens: &[String]) {
        for id in opens {
            let Some(track) = standing.procedure.tracks.get(id) else { continue };
            let name = if track.many {
                let number = standing.matter.opened.get(id).copied().unwrap_or(0) + 1;
                format!("{id}#{number}")
            } else {
                id.clone()
            };
            let is_open = standing.matter.tracks.contains_key(&name) && !self.closed.contains(&name);
            if !is_open {
                // What was opened in this matter before may begin elsewhere: a second breach is not ordered like a first.
                let before = standing.matter.opened.get(id).is_some_and(|times| *times > 0);
                let again = track.begins_again.as_ref().filter(|_| before);
                self.tracks.insert(name, again.unwrap_or(&track.begins).clone());
            }
        }
    }

    /// Side tracks that the act closes, every one of a name.
    fn close(&mut self, standing: &Standing<'_>, closes: &[String]) {
        for name in standing.matter.tracks.keys().filter(|name| closes.iter().any(|id| id == track_of(name).0)) {
            if !self.closed.contains(name) {
                self.closed.push(name.clone());
            }
        }
    }

    fn close_at_end(&mut self, standing: &Standing<'_>) {
        if self.step == standing.matter.step || !standing.procedure.is_end(&self.step) {
            return;
        }
        let open: Vec<TrackName> = standing.matter.tracks.keys().chain(self.tracks.keys()).cloned().collect();
        for name in open {
            let (id, _) = track_of(&name);
            let lives_on = standing.procedure.tracks.get(id).is_some_and(|track| track.lives_on);
            if !lives_on && !self.closed.contains(&name) {
                self.closed.push(name);
            }
        }
    }

    /// The event of it.
    pub(super) fn event(self, act: &str, fact: MatterFact) -> MatterEvent {
        MatterEvent {
            act: act.to_owned(),
            step: self.step,
            track: self.track,
            tracks: self.tracks,
            closed: self.closed,
            found: self.found,
            made: None,
            fact,
        }
    }
}
