//! A session: people at a table; announced, held, and who was received there.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::event::{Attendance, MatterId, SessionEvent, SessionId};
use crate::office::{Login, OfficeCode};

/// A session, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Events so far.
    pub version: u64,
    /// `reception`, …
    pub kind: String,
    /// The office that holds it.
    pub office: OfficeCode,
    /// When it was announced.
    pub announced: Timestamp,
    /// When it starts.
    pub starts: Timestamp,
    /// Where.
    pub place: String,
    /// Who receives.
    pub leaders: Vec<Login>,
    /// Who was there, once held.
    pub attended: Option<Vec<Attendance>>,
    /// Intakes received, by matter and number.
    pub received: BTreeSet<(MatterId, u32)>,
    /// When the last event happened.
    pub last_at: Timestamp,
}

impl Session {
    /// The first event makes the session; `None` where it is not an announcement.
    pub fn begin(id: SessionId, event: &SessionEvent, at: Timestamp) -> Option<Session> {
        let SessionEvent::SessionAnnounced { kind, office, starts, place, leaders, .. } = event else {
            return None;
        };
        Some(Session {
            id,
            version: 1,
            kind: kind.clone(),
            office: office.clone(),
            announced: at,
            starts: *starts,
            place: place.clone(),
            leaders: leaders.clone(),
            attended: None,
            received: BTreeSet::new(),
            last_at: at,
        })
    }

    /// Takes in the next event. Total.
    pub fn apply(&mut self, event: &SessionEvent, at: Timestamp) {
        match event {
            SessionEvent::SessionAnnounced { .. } => {}
            SessionEvent::SessionHeld { attended } => self.attended = Some(attended.clone()),
            SessionEvent::SessionReceived { matter, intake, .. } => {
                self.received.insert((matter.clone(), *intake));
            }
        }
        self.version += 1;
        self.last_at = at;
    }
}
