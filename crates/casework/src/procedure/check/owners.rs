//! K3, K4, K5, K6: the roles are in order; the owner can act, and nobody acts who has no business there.

use super::{Checker, Faults};
use crate::procedure::model::{Act, ClockKind, Place, Step, WhoIs};
use crate::verb::Verb;

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    roles(checker, faults);
    for step in checker.open_steps() {
        let Some(owner) = &step.owner else {
            continue; // said by C2
        };
        strangers(checker, step, owner, faults);
        if step.track.is_none() && step.id != checker.procedure.begins {
            movers(checker, step, owner, faults);
        }
        idle(checker, step, owner, faults);
        duties(checker, step, owner, faults);
    }
}

/// K3: what moves a matter from many steps at once is done by the petitioner, or by who is above every owner.
fn movers(checker: &Checker<'_>, step: &Step, owner: &str, faults: &mut Faults) {
    for act in checker.procedure.while_open.iter().filter(|act| act.to.is_some()) {
        for role in &act.by {
            if role != owner && !checker.is_petitioner(role) && !checker.is_above(role, owner) {
                let message = format!(
                    "'{role}' may do '{}' in every open step, also in '{}', which '{owner}' owns",
                    act.id, step.id
                );
                faults.add(act.place, "K3", message, "put it into the steps whose owner this is or stands below");
                return;
            }
        }
    }
}

/// K6: one petitioner, one office that registers, one that is competent; nobody above themselves.
fn roles(checker: &Checker<'_>, faults: &mut Faults) {
    let everyone = &checker.procedure.who;
    let first = everyone.values().map(|who| who.place).min().unwrap_or(Place { line: 1, column: 1 });
    for (is, word) in
        [(WhoIs::Petitioner, "petitioner"), (WhoIs::Registers, "registers"), (WhoIs::Competent, "competent")]
    {
        let mut same = everyone.values().filter(|who| who.is == is);
        // In a report against somebody, whoever stands above them is competent.
        let from_above = is == WhoIs::Competent && everyone.values().any(|who| who.is == WhoIs::AboveAccused);
        // What another body demands is answered by the office that registered the matter it is about.
        let itself = is == WhoIs::Competent && checker.procedure.family == crate::demand::FAMILY;
        if same.next().is_none() && !from_above && !itself {
            let message = format!("no role is \"{word}\"");
            faults.add(
                first,
                "K6",
                message,
                "every procedure has a petitioner, an office that registers and one that is competent, or stands above the accused",
            );
        }
        if let Some(second) = same.next() {
            let message = format!("'{}' is a second role that is \"{word}\"", second.id);
            faults.add(second.place, "K6", message, "keep one");
        }
    }
    for who in everyone.values() {
        if checker.is_above(&who.id, &who.id) {
            let message = format!("'{}' stands above itself", who.id);
            faults.add(who.place, "K6", message, "mend 'is' and 'above' until they form a ladder");
        }
        if who.is == WhoIs::Petitioner && !who.above.is_empty() {
            let message = format!("'{}' is the petitioner and stands above nobody", who.id);
            faults.add(who.place, "K6", message, "drop 'above'");
        }
        if let Some(below) = who.above.iter().find(|below| !checker.is_office(below)) {
            let message = format!("'{}' stands above '{below}', which is no office", who.id);
            faults.add(who.place, "K6", message, "only offices have others above them");
        }
    }
}

/// K3: who acts is the owner, the petitioner or somebody above the owner; who is supervised may reply.
fn strangers(checker: &Checker<'_>, step: &Step, owner: &str, faults: &mut Faults) {
    // Whoever takes a matter down is its owner from then on: before, it has none.
    for act in step.acts.iter().filter(|act| act.verb != Verb::Register) {
        for role in &act.by {
            // Whoever is asked first registers: nobody has the matter yet.
            let registers = act.verb == Verb::Register && checker.is_office(role);
            // Who is supervised may always say something to it.
            let over = step.track.as_ref().and_then(|track| checker.procedure.tracks.get(track)?.over.as_ref());
            let heard = act.verb == Verb::ReplySupervision && over == Some(role);
            let above = checker.is_above(role, owner);
            let may = role == owner || checker.is_petitioner(role) || above || registers || heard;
            if !may {
                faults.add(
                    act.place,
                    "K3",
                    format!("'{role}' may do '{}' in step '{}', which '{owner}' owns", act.id, step.id),
                    "only the owner, the petitioner and whoever stands above the owner may act",
                );
            }
        }
    }
}

/// K4: who must act next has an act that leads on; or a right that lapses and leads on by itself.
fn idle(checker: &Checker<'_>, step: &Step, owner: &str, faults: &mut Faults) {
    let moves = |act: &Act| act.to.is_some() || act.main.is_some() || !act.opens.is_empty();
    let leads = |act: &&Act| moves(act) && act.by.iter().any(|role| role == owner);
    let acts = step.acts.iter().any(|act| leads(&act));
    let lapses = step.clocks.iter().filter_map(|id| checker.procedure.clocks.get(id));
    let lapses = lapses.into_iter().any(|clock| clock.at_end.lapses.is_some() && clock.at_end.to.is_some());
    if !acts && !lapses {
        faults.add(
            step.place,
            "K4",
            format!("'{owner}' owns step '{}' but has no act there that leads on", step.id),
            "give the owner an act with 'to', or name the owner who has one",
        );
    }
}

/// K5: nobody lays a duty on the person who brought the matter.
fn duties(checker: &Checker<'_>, step: &Step, owner: &str, faults: &mut Faults) {
    let clocks = || step.clocks.iter().filter_map(|id| checker.procedure.clocks.get(id));
    if checker.is_petitioner(owner) {
        for clock in clocks().filter(|clock| clock.kind == ClockKind::Due) {
            faults.add(
                step.place,
                "K5",
                format!("clock '{}' lays a duty on '{owner}', a person", clock.id),
                "give the person a window (kind = \"window\"), or the step to an office",
            );
        }
    } else if !step.clocks.is_empty() && clocks().all(|clock| clock.kind != ClockKind::Due) {
        faults.add(
            step.place,
            "K5",
            format!("'{owner}' owns step '{}' and no clock there lays a duty on it", step.id),
            "list a due clock: an office must act, not may",
        );
    }
}
