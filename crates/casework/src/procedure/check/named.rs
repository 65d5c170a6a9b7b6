//! K8: an office that an act names is meant only where that act was done before: in the tracks it opened, and in those
//! that came of them.

use std::collections::BTreeSet;

use super::graph::Opener;
use super::tracks::openers;
use super::{Checker, Faults};
use crate::procedure::model::{Act, Place, Step, Who, WhoIs};
use crate::verb::Verb;

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    for who in checker.procedure.who.values() {
        unnamed(checker, who, faults);
        let Some(verbs) = naming(checker, &who.id) else { continue };
        let role = Role { id: &who.id, bound: bound(checker, &verbs), verbs };
        for step in checker.steps() {
            stands(step, &role, faults);
        }
        for (step, act) in checker.acts() {
            acts(step, act, &role, faults);
        }
        clocks(checker, &role, faults);
        letters(checker, &role, faults);
    }
}

/// A role that only an act names, and where it is known who that is.
struct Role<'a> {
    id: &'a str,
    verbs: Vec<Verb>,
    /// Tracks in which somebody was named.
    bound: BTreeSet<&'a str>,
}

impl Role<'_> {
    fn knows(&self, track: Option<&String>) -> bool {
        track.is_some_and(|track| self.bound.contains(track.as_str()))
    }

    fn fault(&self, place: Place, what: String, faults: &mut Faults) {
        let verbs: Vec<&str> = self.verbs.iter().map(|verb| verb.word()).collect();
        let (id, verbs) = (self.id, verbs.join("' or '"));
        let message = format!("{what}, where '{verbs}' need not have named '{id}'");
        let mend = format!(
            "let only '{verbs}' open the track, or say who it is otherwise: is = \"named in ..., else <role>\""
        );
        faults.add(place, "K8", message, mend);
    }
}

/// C1: some act names it.
fn unnamed(checker: &Checker<'_>, who: &Who, faults: &mut Faults) {
    let WhoIs::Named { by, .. } = &who.is else { return };
    for (verb, _) in by {
        if checker.acts().all(|(_, act)| act.verb != *verb) {
            let message = format!("no act here is '{}', so it never names '{}'", verb.word(), who.id);
            faults.add(who.place, "C1", message, "add the act, or name another");
        }
    }
}

/// The verbs that must have named a role (or whom it stands above); none where it is always somebody.
fn naming(checker: &Checker<'_>, role: &str) -> Option<Vec<Verb>> {
    let mut role = role;
    // A ladder that closes in itself is said by K6.
    for _ in 0..=checker.procedure.who.len() {
        match &checker.procedure.who.get(role)?.is {
            WhoIs::Above(of) | WhoIs::LeaderOf(of) => role = of,
            WhoIs::Named { otherwise: Some(other), .. } => role = other,
            WhoIs::Named { by, otherwise: None } => return Some(by.iter().map(|(verb, _)| *verb).collect()),
            WhoIs::Petitioner
            | WhoIs::Registers
            | WhoIs::Competent
            | WhoIs::AboveAccused
            | WhoIs::Accused
            | WhoIs::JointMeeting => return None,
        }
    }
    None
}

/// The tracks that nothing opens but acts of these verbs, and what is done or ends in such tracks.
fn bound<'p>(checker: &Checker<'p>, verbs: &[Verb]) -> BTreeSet<&'p str> {
    let mut bound: BTreeSet<&'p str> = BTreeSet::new();
    loop {
        let more: Vec<&'p str> = checker
            .procedure
            .tracks
            .keys()
            .map(String::as_str)
            .filter(|track| !bound.contains(track))
            .filter(|track| {
                let openers = openers(checker, track);
                !openers.is_empty() && openers.iter().all(|opener| names(checker, *opener, verbs, &bound))
            })
            .collect();
        if more.is_empty() {
            return bound;
        }
        bound.extend(more);
    }
}

fn names(checker: &Checker<'_>, opener: Opener<'_>, verbs: &[Verb], bound: &BTreeSet<&str>) -> bool {
    let known = |step: &Step| step.track.as_deref().is_some_and(|track| bound.contains(track));
    match opener {
        Opener::Filing => false,
        Opener::Act(act, _) => {
            let own = checker.acts().find(|(_, other)| std::ptr::eq(*other, act)).and_then(|(step, _)| step);
            verbs.contains(&act.verb) || own.is_some_and(known)
        }
        Opener::Clock(clock) => {
            let mut steps =
                checker.steps().filter(|step| step.clocks.iter().any(|listed| listed == clock)).peekable();
            steps.peek().is_some() && steps.all(known)
        }
    }
}

fn stands(step: &Step, role: &Role<'_>, faults: &mut Faults) {
    if step.owner.as_deref() == Some(role.id) && !role.knows(step.track.as_ref()) {
        role.fault(step.place, format!("'{}' owns step '{}'", role.id, step.id), faults);
    }
}

/// It may act elsewhere beside somebody who is always there, and be told by the very act that names it.
fn acts(step: Option<&Step>, act: &Act, role: &Role<'_>, faults: &mut Faults) {
    let known = role.knows(step.and_then(|step| step.track.as_ref()));
    let mine = |other: &String| other == role.id;
    if !known && !act.by.is_empty() && act.by.iter().all(mine) {
        role.fault(act.place, format!("only '{}' may do '{}'", role.id, act.id), faults);
    }
    if !known && !role.verbs.contains(&act.verb) && act.tells.iter().any(mine) {
        role.fault(act.place, format!("'{}' tells '{}'", act.id, role.id), faults);
    }
}

fn clocks(checker: &Checker<'_>, role: &Role<'_>, faults: &mut Faults) {
    for clock in checker.procedure.clocks.values() {
        let tells = clock.at_end.tells.iter().any(|told| told == role.id);
        let approves = clock.extend.iter().any(|rung| rung.approved_by == role.id);
        if !tells && !approves {
            continue;
        }
        let lists = |step: &&Step| step.clocks.contains(&clock.id);
        if let Some(step) = checker.steps().filter(lists).find(|step| !role.knows(step.track.as_ref())) {
            let what = if tells { "tells" } else { "is extended by" };
            role.fault(
                clock.place,
                format!("clock '{}' {what} '{}' in step '{}'", clock.id, role.id, step.id),
                faults,
            );
        }
    }
}

fn letters(checker: &Checker<'_>, role: &Role<'_>, faults: &mut Faults) {
    for letter in checker.procedure.letters.values().filter(|letter| letter.to == role.id) {
        let writes = |act: &Act| act.letter.as_ref() == Some(&letter.id);
        let astray = checker.acts().filter(|(_, act)| writes(act)).find(|(step, act)| {
            !role.verbs.contains(&act.verb) && !role.knows(step.and_then(|step| step.track.as_ref()))
        });
        if let Some((_, act)) = astray {
            role.fault(
                letter.place,
                format!("'{}' writes letter '{}' to '{}'", act.id, letter.id, role.id),
                faults,
            );
        }
    }
}

/// Whether two roles may be the same office: one and the same, named by the same act, or one where the other is not.
pub(super) fn may_be(checker: &Checker<'_>, one: &str, other: &str) -> bool {
    let named = |role: &str| {
        checker.procedure.who.get(role).and_then(|who| match &who.is {
            WhoIs::Named { by, otherwise } => Some((by, otherwise)),
            _ => None,
        })
    };
    let stands_in = |role: &str, for_whom: &str| {
        named(role).is_some_and(|(_, otherwise)| otherwise.as_deref() == Some(for_whom))
    };
    let shared = named(one)
        .zip(named(other))
        .is_some_and(|((by, _), (also, _))| by.iter().any(|field| also.contains(field)));
    one == other || shared || stands_in(one, other) || stands_in(other, one)
}
