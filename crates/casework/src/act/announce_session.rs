//! 公告接访: time, place and who receives, told to the public at least five days ahead.

use jiff::Timestamp;

use super::{Made, one_of, required};
use crate::command::{Actor, SessionCommand};
use crate::day;
use crate::event::{Event, Public, SessionEvent, Stream};
use crate::office::{Directory, Role};
use crate::refusal::Refusal;
use crate::words;

/// Days of notice a session needs (DOMAIN 11.4: announced 5 days before).
const NOTICE_DAYS: i32 = 5;

pub(super) fn act(
    directory: &Directory,
    actor: &Actor,
    now: Timestamp,
    command: &SessionCommand,
) -> Result<Made, Refusal> {
    let SessionCommand::Announce { id, origin, kind, office, starts, place, leaders } = command else {
        return Err(Refusal::NoSuchSession);
    };
    super::hold_session::own(actor, office, "公告接访")?;
    if directory.office(office).is_none() {
        return Err(Refusal::OfficeUnknown { code: office.0.clone() });
    }
    one_of("场次类型", kind, words::SESSION_KINDS)?;
    required("地点", place)?;
    super::bounded("地点", place, 200)?;
    for login in leaders {
        let unknown = || Refusal::OfficerUnknown { login: login.0.chars().take(40).collect() };
        let officer = directory.officer(login).ok_or_else(unknown)?;
        if !officer.roles.contains(&Role::Leader) {
            return Err(Refusal::NotALeader { login: login.0.clone() });
        }
    }
    let earliest = day::plus_days(day::day_of(now), NOTICE_DAYS);
    if day::day_of(*starts) < earliest {
        return Err(Refusal::NoticeTooShort { earliest });
    }
    let event = SessionEvent::SessionAnnounced {
        origin: origin.clone(),
        kind: kind.clone(),
        office: office.clone(),
        starts: *starts,
        place: place.clone(),
        leaders: leaders.clone(),
    };
    Ok(vec![(Stream::Session(id.clone()), Event::public(Public::Session(event)))])
}
