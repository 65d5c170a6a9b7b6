//! K7, C13, C14: an act closes another side track only aloud, from above, and never one that owes an answer.

use super::case::asks_anew;
use super::coupled::{coupled, finds_outcome, steps_of};
use super::graph::Opener;
use super::tracks::{openers, subject};
use super::{Checker, Faults};
use crate::procedure::model::{Act, Step, Track};

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    for (step, act) in checker.acts() {
        for id in &act.closes {
            let Some(track) = checker.procedure.tracks.get(id) else { continue };
            reaches(step, act, track, faults);
            aloud(checker, act, track, faults);
            from_above(checker, act, track, faults);
        }
    }
    for track in checker.procedure.tracks.values() {
        again(checker, track, faults);
    }
}

/// K7: a track comes to its own end in a step of its own, and what is closed is not opened in one breath.
fn reaches(step: Option<&Step>, act: &Act, track: &Track, faults: &mut Faults) {
    if step.is_some_and(|step| step.track.as_ref() == Some(&track.id)) {
        let message = format!("act '{}' closes track '{}', in which it is done", act.id, track.id);
        faults.add(act.place, "K7", message, "lead to a step of the track with end = true");
    }
    if act.opens.contains(&track.id) {
        let message = format!("act '{}' closes track '{}' and opens it", act.id, track.id);
        faults.add(act.place, "K7", message, "let one act close it and a later one open it");
    }
}

/// C13: the person is told, and what owes them an answer of its own is not closed from outside.
fn aloud(checker: &Checker<'_>, act: &Act, track: &Track, faults: &mut Faults) {
    let letter = act.letter.as_ref().and_then(|letter| checker.procedure.letters.get(letter));
    let told = letter.is_some_and(|letter| checker.is_petitioner(&letter.to))
        || act.tells.iter().any(|role| checker.is_petitioner(role));
    if !told {
        let message = format!("'{}' closes track '{}' and the petitioner is not told", act.id, track.id);
        faults.add(act.place, "C13", message, "add tells = \"<petitioner>\" or a letter to them");
    }
    let asked = openers(checker, &track.id);
    let asked = asked.iter().any(|opener| matches!(opener, Opener::Act(opened, _) if asks_anew(opened.verb)));
    if asked || steps_of(checker, track).any(|step| step.acts.iter().any(finds_outcome)) {
        let message = format!("'{}' closes track '{}', which owes an answer of its own", act.id, track.id);
        faults.add(act.place, "C13", message, "let the track come to its own end");
    }
}

/// C14: what is held against an office is closed by somebody above it.
fn from_above(checker: &Checker<'_>, act: &Act, track: &Track, faults: &mut Faults) {
    let Some(over) = &track.over else { return };
    let below = |role: &&String| subject(checker, role, over) || !checker.is_above(role, over);
    if let Some(role) = act.by.iter().find(below) {
        let message = format!("'{role}' can close track '{}' with '{}', which is over '{over}'", track.id, act.id);
        faults.add(act.place, "C14", message, "let an office above it close the track");
    }
}

/// K7: where a track begins when it is opened again is another open step of its own; and nothing depends on which.
fn again(checker: &Checker<'_>, track: &Track, faults: &mut Faults) {
    let Some(again) = track.begins_again.as_ref().and_then(|id| checker.procedure.steps.get(id)) else { return };
    if again.track.as_ref() != Some(&track.id) || again.end || again.id == track.begins {
        let message = format!("track '{}' cannot begin again in step '{}'", track.id, again.id);
        faults.add(track.place, "K7", message, "name another open step of the track, or drop 'begins_again'");
    }
    if coupled(checker).iter().any(|other| other.id == track.id) {
        let message =
            format!("track '{}' bears on the main one and cannot begin elsewhere the second time", track.id);
        faults.add(track.place, "K7", message, "drop 'begins_again'");
    }
}
