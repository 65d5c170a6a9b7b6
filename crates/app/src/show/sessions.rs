//! Reception sessions of an office: announced, held, who was received.

use casework::command::Actor;
use casework::day;
use casework::event::{Attendance, Public, SessionEvent, SessionId, Stream};
use casework::office::Login;
use casework::read::SessionRow;
use casework::refusal::Refusal;
use casework::session::Session;
use casework::words;
use jiff::Timestamp;

use crate::App;
use crate::error::AppError;

/// Somebody received at a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedShown {
    /// The matter's reference; empty where the reader may not see it.
    pub reference: String,
    /// Heads.
    pub people: u32,
    /// What came of it, in words.
    pub result: String,
}

/// A session for an officer of the office that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionShown {
    /// Its id.
    pub id: SessionId,
    /// In words, e.g. 领导接访.
    pub kind: String,
    /// When it was announced.
    pub announced: Timestamp,
    /// When it starts.
    pub starts: Timestamp,
    /// Where.
    pub place: String,
    /// Names of those who receive.
    pub leaders: Vec<String>,
    /// Who was there, once held.
    pub attended: Option<Vec<Attendance>>,
    /// Who was received.
    pub received: Vec<ReceivedShown>,
    /// Intakes of that day that can still be received: reference, intake number, heads.
    pub to_receive: Vec<(String, u32, u32)>,
}

impl App {
    /// Sessions of the officer's office, latest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn sessions(&self, actor: &Actor) -> Result<Vec<SessionRow>, AppError> {
        let Actor::Officer { office, .. } = actor else { return Ok(Vec::new()) };
        Ok(self.store.sessions(Some(office))?)
    }

    /// The next sessions of all offices that start after a moment, soonest first, each with the names of those who
    /// receive: they are public.
    ///
    /// # Errors
    /// The store fails.
    pub fn announced_sessions(
        &self,
        now: Timestamp,
        most: usize,
    ) -> Result<Vec<(SessionRow, Vec<String>)>, AppError> {
        let mut sessions = self.store.sessions(None)?;
        sessions.retain(|session| session.starts > now);
        sessions.reverse();
        sessions.truncate(most);
        let directory = self.directory()?;
        let name =
            |login: &Login| directory.officer(login).map_or_else(String::new, |officer| officer.name.clone());
        sessions
            .into_iter()
            .map(|row| {
                let leaders = self.load_session(&row.id)?.leaders.iter().map(name).collect();
                Ok((row, leaders))
            })
            .collect()
    }

    /// One session of the officer's office.
    ///
    /// # Errors
    /// There is none, or the store fails.
    pub fn session(&self, actor: &Actor, id: &SessionId) -> Result<SessionShown, AppError> {
        let session = self.load_session(id)?;
        match actor {
            Actor::Officer { office, .. } if *office == session.office => {}
            _ => return Err(Refusal::NoSuchSession.into()),
        }
        let directory = self.directory()?;
        let name = |login| directory.officer(login).map_or_else(String::new, |officer| officer.name.clone());
        let filter = self.filter_of(actor);
        let mut received = Vec::new();
        for recorded in self.store.events(&Stream::Session(id.clone()), 0)? {
            if let Public::Session(SessionEvent::SessionReceived { matter, people, result, .. }) = recorded.public
            {
                // What is kept from the officer was not received there, for all they can see.
                if !self.store.lets_through(&filter, &matter)? {
                    continue;
                }
                let row = self.store.matter_by_id(&matter)?;
                received.push(ReceivedShown {
                    reference: row.map_or_else(String::new, |row| row.reference),
                    people,
                    result: words::name_in(words::RECEPTION_RESULTS, &result),
                });
            }
        }
        Ok(SessionShown {
            kind: words::name_in(words::SESSION_KINDS, &session.kind),
            announced: session.announced,
            starts: session.starts,
            place: session.place.clone(),
            leaders: session.leaders.iter().map(name).collect(),
            attended: session.attended.clone(),
            received,
            to_receive: self.to_receive(actor, &session)?,
            id: session.id,
        })
    }

    fn to_receive(&self, actor: &Actor, session: &Session) -> Result<Vec<(String, u32, u32)>, AppError> {
        let today = day::day_of(session.starts);
        let (from, to) = (day::start_of(today), day::end_of(today));
        let families: Vec<String> = self.law().procedures().map(|procedure| procedure.family.clone()).collect();
        let facts = self.store.facts(&families, to, &self.filter_of(actor))?;
        let mut open = Vec::new();
        for fact in facts.iter().filter(|fact| fact.kind == "intake" && fact.at >= from) {
            let Some(id) = fact.matter.as_ref() else { continue };
            let matter = self.load(id)?.matter;
            let Some(intake) = matter.intakes.iter().find(|intake| intake.at == fact.at) else { continue };
            let received = session.received.contains(&(id.clone(), intake.number));
            if !received && matter.home == session.office {
                open.push((matter.reference.clone(), intake.number, intake.people));
            }
        }
        Ok(open)
    }
}
