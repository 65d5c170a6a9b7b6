//! 举行接访: it takes place; who was there is counted by tier. It does not close the session.

use jiff::Timestamp;

use super::{Made, one_of};
use crate::command::Actor;
use crate::day;
use crate::event::{Attendance, Event, Public, SessionEvent, Stream};
use crate::office::OfficeCode;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::words;

pub(super) fn act(
    session: &Session,
    actor: &Actor,
    now: Timestamp,
    attended: &[Attendance],
) -> Result<Made, Refusal> {
    own(actor, &session.office, "登记接访举行")?;
    if session.attended.is_some() {
        return Err(Refusal::HeldBefore);
    }
    let starts = day::day_of(session.starts);
    if day::day_of(now) < starts {
        return Err(Refusal::HeldTooEarly { starts });
    }
    for row in attended {
        one_of("层级", &row.tier, words::TIERS)?;
    }
    let event = SessionEvent::SessionHeld { attended: attended.to_vec() };
    Ok(vec![(Stream::Session(session.id.clone()), Event::public(Public::Session(event)))])
}

/// Sessions are kept by the office that holds them; to others they are no business.
pub(super) fn own(actor: &Actor, office: &OfficeCode, action: &str) -> Result<(), Refusal> {
    match actor {
        Actor::Officer { office: own, .. } if own == office => Ok(()),
        _ => Err(Refusal::NotYourRole { action: action.to_owned(), roles: "举办机关".to_owned() }),
    }
}
