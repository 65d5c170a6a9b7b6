//! What the actor `clock` writes when time is up, or nearly: who is told, what lapses, what opens, where the matter
//! moves. It decides nothing.

use jiff::Timestamp;

use super::Made;
use super::motion::{Motion, Standing};
use crate::calendar::Calendar;
use crate::clock::{self, Run, Saying};
use crate::event::{Event, MatterFact, Public, Stream};
use crate::matter::Matter;
use crate::office::{Directory, OfficeCode};
use crate::procedure::Procedure;

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
    let (at, saying, run) = clock::next_saying(&runs, matter, calendar)?;
    if at > now {
        return None;
    }
    let standing = Standing { procedure, matter, track: run.track.as_deref() };
    let event = match saying {
        Saying::Warning => Motion::none(&standing).event(
            CLOCK,
            MatterFact::ClockWarned {
                clock: run.clock.id.clone(),
                started: run.started,
                due: run.due.day,
                tells: standing.offices(directory, &standing.owner()),
            },
        ),
        Saying::End(nth) => ended(&standing, run, nth, standing.offices(directory, &run.clock.at_end.tells)),
    };
    // A consequence can never lie before what already happened (an event entered late may have been written first).
    let at = at.max(matter.last_at);
    Some((at, vec![(Stream::Matter(matter.id.clone()), Event::public(Public::Matter(event)))]))
}

fn ended(standing: &Standing<'_>, run: &Run<'_>, nth: u32, tells: Vec<OfficeCode>) -> crate::event::MatterEvent {
    let end = &run.clock.at_end;
    // What is told again opens nothing again.
    let opens = if nth == 1 { end.opens.as_slice() } else { &[] };
    // What is owed to some of several people is told; the matter itself has gone on.
    let to = end.to.as_deref().filter(|_| !run.owed);
    Motion::to(standing, to, opens).event(
        CLOCK,
        MatterFact::ClockEnded {
            clock: run.clock.id.clone(),
            started: run.started,
            due: run.due.day,
            nth,
            tells,
            tells_petitioner: standing.is_petitioner_among(&end.tells),
            lapses: end.lapses.clone(),
        },
    )
}
