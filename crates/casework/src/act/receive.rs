//! 接待: an intake of that day is received at the session. It adds no intake.

use super::{Made, one_of};
use crate::command::Actor;
use crate::conflict::{self, Respondents};
use crate::day;
use crate::event::{Event, Public, SessionEvent, Stream};
use crate::matter::Matter;
use crate::office::Directory;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::words;

pub(super) fn act(
    directory: &Directory,
    session: &Session,
    matter: &Matter,
    actor: &Actor,
    intake: u32,
    people: u32,
    result: &str,
) -> Result<Made, Refusal> {
    super::hold_session::own(actor, &session.office, "登记接待")?;
    if matter.home != session.office {
        return Err(Refusal::NoSuchMatter);
    }
    // Nobody receives people who complain of them, or of what their office decided.
    let posted = session.leaders.iter().filter_map(|login| directory.officer(login));
    let mut barred = posted.filter(|leader| {
        conflict::bars(directory, matter, &leader.login, &leader.office)
            || Respondents::of(matter).reach(directory, &leader.office)
    });
    if let Some(leader) = barred.next() {
        return Err(Refusal::Barred { officer: leader.name.clone() });
    }
    if session.attended.is_none() {
        return Err(Refusal::NotHeldYet);
    }
    if people == 0 {
        return Err(Refusal::NobodyCame);
    }
    one_of("接待结果", result, words::RECEPTION_RESULTS)?;
    let came = matter.intakes.iter().find(|came| came.number == intake).ok_or(Refusal::NoSuchMatter)?;
    if day::day_of(came.at) != day::day_of(session.starts) {
        return Err(Refusal::NotOfThatDay);
    }
    if session.received.contains(&(matter.id.clone(), intake)) {
        return Err(Refusal::ReceivedBefore);
    }
    let event =
        SessionEvent::SessionReceived { matter: matter.id.clone(), intake, people, result: result.to_owned() };
    Ok(vec![(Stream::Session(session.id.clone()), Event::public(Public::Session(event)))])
}
