//! What the actor `clock` writes when a clock ends: who is told, what lapses, where the matter moves. It decides nothing.

use jiff::Timestamp;

use super::Made;
use crate::calendar::Calendar;
use crate::clock;
use crate::event::{Event, MatterEvent, MatterFact, Public, Stream};
use crate::matter::Matter;
use crate::office::Directory;
use crate::procedure::{Procedure, WhoIs};
use crate::world;

/// What stands for an act where time acted.
pub const CLOCK: &str = "clock";

/// The next consequence of time for a matter, due by `now`: when it fell due, and the event. `None` when time has
/// nothing to say yet.
pub fn end_clock(
    procedure: &Procedure,
    calendar: &Calendar,
    directory: &Directory,
    matter: &Matter,
    now: Timestamp,
) -> Option<(Timestamp, Made)> {
    let runs = clock::runs_of(procedure, calendar, matter);
    let (at, nth, run) = clock::next_end(&runs, matter, calendar)?;
    if at > now {
        return None;
    }
    let end = &run.clock.at_end;
    let is_petitioner = |who: &&String| procedure.who.get(*who).is_some_and(|who| who.is == WhoIs::Petitioner);
    let mut tells = Vec::new();
    for office in end.tells.iter().filter_map(|who| world::office_of(procedure, directory, Some(matter), who)) {
        if !tells.contains(&office) {
            tells.push(office);
        }
    }
    let event = MatterEvent {
        act: CLOCK.to_owned(),
        step: end.to.clone().unwrap_or_else(|| matter.step.clone()),
        made: None,
        fact: MatterFact::ClockEnded {
            clock: run.clock.id.clone(),
            started: run.started,
            due: run.due.day,
            nth,
            tells,
            tells_petitioner: end.tells.iter().any(|who| is_petitioner(&who)),
            lapses: end.lapses.clone(),
        },
    };
    // A consequence can never lie before what already happened (an event entered late may have been written first).
    let at = at.max(matter.last_at);
    Some((at, vec![(Stream::Matter(matter.id.clone()), Event::public(Public::Matter(event)))]))
}
