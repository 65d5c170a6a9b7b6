//! What the actor `clock` writes when a last day moves without an act on its clock: a holiday table came, or the date of
//! an event was put right. The day itself is derived and needs no event; what is written keeps the old day with the
//! reason, and tells those concerned.

use super::Made;
use super::end_clock::CLOCK;
use super::motion::{Motion, Standing};
use crate::calendar::Calendar;
use crate::clock::{self, Run};
use crate::event::{Event, MatterFact, Public, Stream};
use crate::matter::Matter;
use crate::office::Directory;
use crate::procedure::Procedure;

/// Words that begin the reason of what a calendar moved; its hash follows.
const CALENDAR: &str = "calendar ";

/// What a new holiday table moves in a matter: one event for every running clock whose last day is another one now.
/// Nothing where they were written before.
pub fn moved_by_calendar(
    procedure: &Procedure,
    directory: &Directory,
    (old, new): (&Calendar, &Calendar),
    hash: &str,
    matter: &Matter,
) -> Made {
    let because = format!("{CALENDAR}{hash}");
    // The events of one table are written together, so one of them stands for all; an older table may come back.
    let by_calendar = matter.moved.iter().rev().find(|moved| moved.because.starts_with(CALENDAR));
    if by_calendar.is_some_and(|moved| moved.because == because) {
        return Made::new();
    }
    let before = clock::runs_of(procedure, old, matter);
    let after = clock::runs_of(procedure, new, matter);
    moved(procedure, directory, matter, &before, &after, &because)
}

/// What a correction moves: `before` is the matter up to the correction, `after` with it. Nothing where it was written
/// before.
pub fn moved_by_correction(
    procedure: &Procedure,
    directory: &Directory,
    calendar: &Calendar,
    before: &Matter,
    after: &Matter,
) -> Made {
    let because = format!("correction {}", before.version + 1);
    if after.moved.iter().any(|moved| moved.because == because) {
        return Made::new();
    }
    let was = clock::runs_of(procedure, calendar, before);
    let now = clock::runs_of(procedure, calendar, after);
    moved(procedure, directory, after, &was, &now, &because)
}

/// The runs are the same before and after, known by the event that started them; only their days differ.
fn moved(
    procedure: &Procedure,
    directory: &Directory,
    matter: &Matter,
    before: &[Run<'_>],
    after: &[Run<'_>],
    because: &str,
) -> Made {
    let mut made = Made::new();
    for run in after.iter().filter(|run| run.is_running()) {
        let same =
            |old: &&Run<'_>| old.event == run.event && old.clock.id == run.clock.id && old.track == run.track;
        let Some(old) = before.iter().find(same).filter(|old| old.due.day != run.due.day) else { continue };
        let standing = Standing { procedure, matter, track: run.track.as_deref() };
        let mut concerned = standing.owner();
        concerned.extend(run.clock.at_end.tells.iter().cloned());
        let fact = MatterFact::DueMoved {
            clock: run.clock.id.clone(),
            started: run.started,
            was: old.due.day,
            due: run.due.day,
            because: because.to_owned(),
            tells: standing.offices(directory, &concerned),
            tells_petitioner: standing.is_petitioner_among(&concerned),
        };
        let event = Motion::none(&standing).event(CLOCK, fact);
        made.push((Stream::Matter(matter.id.clone()), Event::public(Public::Matter(event))));
    }
    made
}
