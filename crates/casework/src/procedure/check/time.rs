//! C15: times fit together: what must wait can still be done in time, what is bounded has begun, a day set is named.

use super::graph::Cases;
use super::{Checker, Faults};
use crate::procedure::model::{Act, Clock, ClockKind, Limit, Step};
use crate::verb::{FieldKind, Verb};

pub(super) fn check(checker: &Checker<'_>, searches: &[Cases<'_>], faults: &mut Faults) {
    for (step, act) in checker.acts() {
        waits_too_long(checker, step, act, faults);
    }
    for clock in checker.procedure.clocks.values().filter(|clock| clock.limit == Limit::Set) {
        day_named(checker, clock, faults);
    }
    for cases in searches.iter().filter(|cases| !cases.too_many) {
        begun(cases, faults);
    }
}

/// An act that waits for a floor is possible before its window, or any clock that leads off, is over.
fn waits_too_long(checker: &Checker<'_>, step: Option<&Step>, act: &Act, faults: &mut Faults) {
    let clocks = &checker.procedure.clocks;
    let (Some(floor), Some(step)) = (act.after.as_ref().and_then(|id| clocks.get(id)), step) else { return };
    let Some(wait) = days(floor.limit) else { return };
    for clock in step.clocks.iter().filter_map(|id| clocks.get(id)).filter(|clock| clock.id != floor.id) {
        let hinders = act.during.as_ref() == Some(&clock.id) || clock.kind == ClockKind::Due;
        let together = clock.from == floor.from || clock.from.iter().any(|from| floor.from.contains(from));
        let Some(time) = days(clock.limit).filter(|_| hinders && together) else { continue };
        if time <= wait {
            let message = format!(
                "'{}' must wait {} ('{}'), but '{}' leaves only {}",
                act.id, floor.limit, floor.id, clock.id, clock.limit
            );
            faults.add(act.place, "C15", message, "make the floor shorter, or the other clock longer");
        }
    }
}

/// About how many calendar days a limit is: a working week has seven.
fn days(limit: Limit) -> Option<u32> {
    match limit {
        Limit::AtOnce => Some(0),
        Limit::Days(days) => Some(u32::from(days)),
        Limit::WorkingDays(days) => Some(u32::from(days) * 7 / 5),
        Limit::Months(months) => Some(u32::from(months) * 30),
        Limit::Set => None,
    }
}

/// A clock that runs to the day set is started only by acts that name a day.
fn day_named(checker: &Checker<'_>, clock: &Clock, faults: &mut Faults) {
    let id = &clock.id;
    let mend = "let it be started by an act that must name a day, e.g. promise, assign, announce_hearing";
    if clock.from.is_empty() {
        for step in checker.steps().filter(|step| step.clocks.contains(id)) {
            for act in entering(checker, step, id) {
                if !names_a_day(act.verb) {
                    let message =
                        format!("clock '{id}' runs to the day set, but '{}' starts it and sets none", act.id);
                    faults.add(clock.place, "C15", message, mend);
                }
            }
            let ends = |other: &&Clock| {
                let begins = |track: &String| {
                    checker.procedure.tracks.get(track).is_some_and(|track| track.begins_in(&step.id))
                };
                other.at_end.to.as_ref() == Some(&step.id) || other.at_end.opens.iter().any(begins)
            };
            if let Some(other) = checker.procedure.clocks.values().find(ends) {
                let message = format!(
                    "clock '{id}' runs to the day set, but the end of clock '{}' starts it and sets none",
                    other.id
                );
                faults.add(clock.place, "C15", message, mend);
            }
        }
        return;
    }
    for from in &clock.from {
        let named = |act: &&Act| act.id == *from || act.verb.word() == from;
        let acts = checker.acts().map(|(_, act)| act).filter(named);
        for act in acts.filter(|act| !names_a_day(act.verb)) {
            let message = format!("clock '{id}' runs to the day set, but '{}' starts it and sets none", act.id);
            faults.add(clock.place, "C15", message, mend);
        }
    }
}

/// The acts by which a track comes to lie in a step and a clock starts there on entry.
fn entering<'p>(checker: &Checker<'p>, step: &'p Step, clock: &str) -> Vec<&'p Act> {
    let lists = |step: Option<&Step>| step.is_some_and(|step| step.clocks.iter().any(|listed| listed == clock));
    let begins = |id: &String| checker.procedure.tracks.get(id).is_some_and(|track| track.begins_in(&step.id));
    let outcome_opens =
        |id: &String| checker.procedure.outcomes.get(id).is_some_and(|outcome| outcome.opens.iter().any(begins));
    checker
        .acts()
        .filter(|(own, act)| {
            let leads = (act.to.as_ref() == Some(&step.id) && !lists(*own)) || act.main.as_ref() == Some(&step.id);
            leads || act.opens.iter().any(begins) || act.outcomes.iter().any(outcome_opens)
        })
        .map(|(_, act)| act)
        .collect()
}

/// Whether a verb must be told a day: the first it is told is the one that counts.
fn names_a_day(verb: Verb) -> bool {
    verb.fields().iter().find(|field| field.kind == FieldKind::Day).is_some_and(|field| field.required)
}

/// `while` and `after` ask for a clock that has begun: one that never did holds nothing back.
fn begun(cases: &Cases<'_>, faults: &mut Faults) {
    for (deed, case) in cases.plan.deeds.iter().zip(&cases.unbounded) {
        let Some(case) = case else { continue };
        let clocks: Vec<&str> = deed.act.during.iter().chain(&deed.act.after).map(String::as_str).collect();
        let message = format!(
            "'{}' asks for clock '{}', which never began on this path",
            deed.act.id,
            clocks.join("' or '")
        );
        let mend = "let an act on the path start it ('from'), or list it in a step on the way";
        faults.add_path(deed.act.place, "C15", message, (cases, *case), mend);
    }
}
