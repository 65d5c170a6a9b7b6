//! Clocks and side tracks of a matter as one reader sees them: each with its sum, who is bound, and what its end does.

use casework::act;
use casework::clock::{self, Run};
use casework::command::Actor;
use casework::day;
use casework::event::track_of;
use casework::procedure::{ClockKind, Procedure, WhoIs};
use casework::verb::Verb;
use casework::world::World;
use jiff::Timestamp;
use jiff::civil::Date;

use super::matter::{ClockShown, SumShown, TrackShown, office_or_role};
use crate::Law;

/// Whether a side track is an office's own deliberation, which the person does not read: every verb in it is.
pub(super) fn inner_to(actor: &Actor, procedure: &Procedure, track: Option<&str>) -> bool {
    let Some(track) = track.filter(|_| actor.is_for_the_person()) else { return false };
    let (id, _) = track_of(track);
    let steps = procedure.steps.values().filter(|step| step.track.as_deref() == Some(id) && !step.end);
    steps.flat_map(|step| &step.acts).all(|act| act.verb.is_inner() || act.verb == Verb::Seal)
}

pub(super) fn tracks(world: &World<'_>, actor: &Actor) -> Vec<TrackShown> {
    let open = world.matter.into_iter().flat_map(|matter| &matter.tracks);
    open.filter(|(name, _)| !inner_to(actor, world.procedure, Some(name.as_str())))
        .map(|(name, position)| {
            let step = world.procedure.steps.get(&position.step);
            TrackShown {
                name: track_name(world.procedure, name),
                step_name: step.map_or_else(|| position.step.clone(), |step| step.name.clone()),
                owner: step
                    .and_then(|step| step.owner.as_deref())
                    .map_or_else(String::new, |who| office_or_role(world, Some(name.as_str()), who)),
                since: position.since,
            }
        })
        .collect()
}

/// A side track as a person reads it: 督办, 承诺（2）.
pub(super) fn track_name(procedure: &Procedure, track: &str) -> String {
    let (id, number) = track_of(track);
    let name = procedure.tracks.get(id).map_or(id, |track| track.name.as_str());
    number.map_or_else(|| name.to_owned(), |number| format!("{name}（{number}）"))
}

/// One run of a clock.
pub(super) fn clock_shown(world: &World<'_>, law: &Law, run: &Run<'_>) -> ClockShown {
    let until = run.stopped.unwrap_or(world.now);
    let started = run.first_day();
    let clock = run.clock;
    let line = |line: &clock::SumLine| SumShown { label: line.label(), text: line.in_words() };
    let mut sum: Vec<SumShown> = run.due.sum.iter().map(line).collect();
    let text = format!("{}，这一天结束以前都算", day::in_words(run.due.day));
    sum.push(SumShown { label: "最后一天", text });
    let told: Vec<String> =
        clock.at_end.tells.iter().map(|who| office_or_role(world, run.track.as_deref(), who)).collect();
    let at_end = match (&clock.at_end.lapses, told.is_empty()) {
        (Some(right), _) => format!("过了最后一天，{right}就没有了"),
        (None, false) => format!("到期还没有办的，系统自动告诉{}", told.join("、")),
        (None, true) => String::new(),
    };
    let rungs = clock.extend.iter().map(|extension| {
        let by = world.procedure.who.get(&extension.approved_by).map_or("", |who| who.name.as_str());
        format!("经{by}批准可延长一次，最多{}（{}）", extension.most, world.procedure.cite(&extension.basis))
    });
    let extension = rungs.collect::<Vec<_>>().join("；");
    // Who held the matter when the clock started is whom it binds.
    let begun = world.matter.and_then(|matter| matter.history.iter().find(|moment| moment.at == run.started));
    // What reached one of several people opened their window wherever the matter then lay.
    let own = world.matter.is_some_and(|matter| matter.is_joint()) && clock.kind == ClockKind::Window;
    let listed = world.procedure.steps.values().find(|step| own && step.clocks.contains(&clock.id));
    let lay = begun
        .and_then(|moment| match &run.track {
            Some(track) => moment.tracks.get(track),
            None => Some(&moment.step),
        })
        .and_then(|step| world.procedure.steps.get(step));
    let role = listed.or(lay).and_then(|step| step.owner.as_deref());
    let owner = role.map_or_else(String::new, |who| office_or_role(world, run.track.as_deref(), who));
    let of_person = |who| world.procedure.who.get(who).is_some_and(|who| who.is == WhoIs::Petitioner);
    debug_assert!(law.calendar.knows(run.due.day) || run.due.provisional, "a date past the table is provisional");
    ClockShown {
        id: clock.id.clone(),
        track: run.track.as_deref().map_or_else(String::new, |track| track_name(world.procedure, track)),
        paused: run.stands_still(),
        name: clock.name.clone(),
        kind: clock.kind,
        of_person: role.is_some_and(of_person),
        owner,
        limit: clock.limit.to_string(),
        cite: world.procedure.cite(&clock.basis),
        started,
        stopped: run.stopped.map(day::day_of),
        due: run.due.day,
        provisional: run.due.provisional,
        days: day::days_between(started, run.due.day),
        passed: day::days_between(started, day::day_of(until)),
        stood: run.due.sum.iter().filter_map(|line| stood(line, started, day::day_of(until))).collect(),
        extended_days: run.extended_days(),
        late: run.is_past(until),
        missed: run.stopped.is_some_and(|at| run.is_past(at) && by_time(world, run, at)),
        sum,
        extension,
        at_end,
    }
}

/// When a clock stood still, in days after its start, and how many days that took up to a day.
fn stood(line: &clock::SumLine, started: Date, today: Date) -> Option<(i32, i32)> {
    let clock::SumLine::Stopped { from, until, .. } = line else { return None };
    let days = day::days_between(*from, until.unwrap_or(today).min(today));
    (days > 0).then(|| (day::days_between(started, *from), days))
}

/// Whether time itself moved the matter on where a clock stopped.
fn by_time(world: &World<'_>, run: &Run<'_>, at: Timestamp) -> bool {
    let mut then = world.matter.into_iter().flat_map(|matter| &matter.history).filter(|moment| moment.at == at);
    then.any(|moment| moment.act == act::CLOCK && moment.track == run.track)
}
