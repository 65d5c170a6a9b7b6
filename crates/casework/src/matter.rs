//! A matter as its events have left it: who holds it, in which step, what was made and served.

mod parts;
mod people;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

pub use parts::{Attachment, Did, Document, Ended, Intake, Moment, Moved, Position, Request, Service};

use crate::command;
use crate::conflict::Accused;
use crate::erased::Gone;
use crate::event::{MatterEvent, MatterFact, MatterId, PartyNumber, TrackName, track_of};
use crate::office::{Login, OfficeCode};
use crate::opening;
use crate::procedure::OUTCOME;
use crate::verb::Verb;
use crate::words::{self, ASKED};

/// A matter, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Its id.
    pub id: MatterId,
    /// Events so far.
    pub version: u64,
    /// Shown to people.
    pub reference: String,
    /// Digest of the secret code.
    pub code_digest: String,
    /// Procedure id.
    pub procedure: String,
    /// The office that registered it.
    pub home: OfficeCode,
    /// The office that must answer.
    pub competent: Option<OfficeCode>,
    /// Every office that has held it.
    pub held_by: Vec<OfficeCode>,
    /// Offices complained of.
    pub accused: Vec<OfficeCode>,
    /// Officers complained of.
    pub accused_officers: Vec<Login>,
    /// Offices whose own decision is complained of.
    pub respondents: Vec<OfficeCode>,
    /// Officers who recused themselves, or were recused.
    pub recused: Vec<Login>,
    /// Officers to whom it was opened who brought it, and since when.
    pub opened_to: Vec<(Login, Timestamp)>,
    /// Place it concerns.
    pub place: OfficeCode,
    /// Classification.
    pub category: String,
    /// No name was given.
    pub anonymous: bool,
    /// Named representatives.
    pub representatives: u32,
    /// Main step it lies in.
    pub step: String,
    /// Side tracks that are open.
    pub tracks: BTreeMap<TrackName, Position>,
    /// How often each side track was opened.
    pub opened: BTreeMap<String, u32>,
    /// What was found, by finding; `outcome` is what was last decided.
    pub found: BTreeMap<String, String>,
    /// Acts without a fact of their own, and decisions, in order.
    pub did: Vec<Did>,
    /// Last days that moved without an act, in order.
    pub moved: Vec<Moved>,
    /// Clock runs whose warning was given.
    pub warned: Vec<(Option<TrackName>, String, Timestamp)>,
    /// Comings, in order.
    pub intakes: Vec<Intake>,
    /// Events as clocks see them, in order.
    pub history: Vec<Moment>,
    /// Documents, in order.
    pub documents: Vec<Document>,
    /// Files, in order.
    pub attachments: Vec<Attachment>,
    /// Whose words were erased.
    pub erased: BTreeMap<PartyNumber, Gone>,
    /// What its people asked for, in order.
    pub requests: Vec<Request>,
    /// When a final answer was first served, and by which document.
    pub answered: Option<(Timestamp, String)>,
    /// Marked key, with the ground.
    pub key: Option<String>,
    /// Object rated → rating.
    pub ratings: BTreeMap<String, String>,
    /// How often each act was done.
    pub done: BTreeMap<String, u32>,
    /// Clock runs whose end was told.
    pub ended: Vec<Ended>,
    /// When the last event happened.
    pub last_at: Timestamp,
    /// Since when it lies in its step.
    pub step_since: Timestamp,
}

impl Matter {
    /// The first event of a stream makes the matter; `None` where it is not a registration.
    pub fn begin(id: MatterId, event: &MatterEvent, at: Timestamp) -> Option<Matter> {
        let MatterFact::Registered {
            reference,
            code_digest,
            procedure,
            channel,
            people,
            place,
            category,
            anonymous,
            representatives,
            accused,
            accused_officers,
            respondents,
            home,
            competent,
            ..
        } = &event.fact
        else {
            return None;
        };
        let mut held_by = vec![home.clone()];
        held_by.extend(competent.clone().filter(|office| office != home));
        let mut matter = Matter {
            id,
            version: 0,
            reference: reference.clone(),
            code_digest: code_digest.clone(),
            procedure: procedure.clone(),
            home: home.clone(),
            competent: competent.clone(),
            held_by,
            accused: accused.clone(),
            accused_officers: accused_officers.clone(),
            respondents: respondents.clone(),
            recused: Vec::new(),
            opened_to: Vec::new(),
            place: place.clone(),
            category: category.clone(),
            anonymous: *anonymous,
            representatives: *representatives,
            step: String::new(),
            tracks: BTreeMap::new(),
            opened: BTreeMap::new(),
            found: BTreeMap::new(),
            did: Vec::new(),
            moved: Vec::new(),
            warned: Vec::new(),
            intakes: vec![Intake { number: 1, channel: *channel, people: *people, at }],
            history: Vec::new(),
            documents: Vec::new(),
            attachments: Vec::new(),
            erased: BTreeMap::new(),
            requests: Vec::new(),
            answered: None,
            key: None,
            ratings: BTreeMap::new(),
            done: BTreeMap::new(),
            ended: Vec::new(),
            last_at: at,
            step_since: at,
        };
        matter.record(event, at);
        Some(matter)
    }

    /// Takes in the next event. Total: an event that cannot follow changes only version and history.
    pub fn apply(&mut self, event: &MatterEvent, at: Timestamp) {
        match &event.fact {
            MatterFact::Registered { .. }
            | MatterFact::Accepted {}
            | MatterFact::Refused { .. }
            | MatterFact::Diverted { .. }
            | MatterFact::Extended { .. }
            | MatterFact::ReviewAccepted {}
            | MatterFact::ReviewDecided { .. }
            | MatterFact::DemandTold(_) => {}
            MatterFact::Decided { outcome, by } => {
                let said = BTreeMap::from([(OUTCOME.to_owned(), outcome.clone())]);
                self.note(Verb::Decide, by.as_deref().unwrap_or_default(), said, event, at);
            }
            MatterFact::IntakeRepeated { intake, channel, people, .. } => {
                self.intakes.push(Intake { number: *intake, channel: *channel, people: *people, at });
            }
            MatterFact::Transferred { to } => self.send_to(to),
            MatterFact::ReviewRequested { party } => {
                self.ask(Verb::RequestReview, party.unwrap_or(command::FIRST));
            }
            MatterFact::Served { document, how, answers, party } => {
                let service = Service { event: self.version + 1, party: *party, how: how.clone() };
                let index = self.reached_by(document, *party);
                if let Some(made) = index.and_then(|index| self.documents.get_mut(index)) {
                    made.served.get_or_insert_with(|| (at, how.clone()));
                    made.services.push(service);
                }
                if *answers && self.answered.is_none() {
                    self.answered = Some((at, document.clone()));
                }
            }
            MatterFact::Done { verb, by, said } => self.apply_done(*verb, by, said, event, at),
            MatterFact::ClockWarned { clock, started, .. } => {
                self.warned.push((event.track.clone(), clock.clone(), *started));
            }
            MatterFact::DueMoved { clock, started, was, due, because, .. } => self.moved.push(Moved {
                track: event.track.clone(),
                clock: clock.clone(),
                started: *started,
                was: *was,
                due: *due,
                because: because.clone(),
            }),
            MatterFact::Attached(file) => {
                self.attachments.push(Attachment { event: self.version + 1, at, file: file.clone() });
            }
            MatterFact::Erased { parties, why, .. } => {
                let gone = Gone { through: self.version + 1, at, asked: why == ASKED };
                self.erased.extend(parties.iter().map(|party| (*party, gone.clone())));
            }
            MatterFact::KeyMarked { ground } => self.key = Some(ground.clone()),
            MatterFact::Rated { about, rating } => {
                self.ratings.insert(about.clone(), rating.clone());
            }
            MatterFact::ClockEnded { clock, started, nth, .. } => {
                let same = |ended: &Ended| {
                    ended.clock == *clock && ended.started == *started && ended.track == event.track
                };
                self.ended.retain(|ended| !same(ended));
                let track = event.track.clone();
                self.ended.push(Ended { track, clock: clock.clone(), started: *started, nth: *nth });
            }
        }
        self.record(event, at);
    }

    fn send_to(&mut self, to: &OfficeCode) {
        self.competent = Some(to.clone());
        if !self.held_by.contains(to) {
            self.held_by.push(to.clone());
        }
    }

    fn ask(&mut self, verb: Verb, person: u32) {
        self.requests.push(Request { verb, person, event: self.version + 1 });
    }

    fn recuse(&mut self, login: Option<&str>) {
        let login = login.map(Login::from).filter(|login| !self.recused.contains(login));
        self.recused.extend(login);
    }

    fn apply_done(
        &mut self,
        verb: Verb,
        by: &str,
        said: &BTreeMap<String, String>,
        event: &MatterEvent,
        at: Timestamp,
    ) {
        match verb {
            Verb::Assign | Verb::DecideJurisdiction => {
                if let Some(to) = said.get("to") {
                    self.send_to(&OfficeCode(to.clone()));
                }
            }
            Verb::Recuse => self.recuse(by.strip_prefix("officer/")),
            Verb::RequestReReview | Verb::AskSupervision => {
                self.ask(verb, command::person_of(by).unwrap_or(command::FIRST));
            }
            Verb::DecideRecusal if said.get("result").is_some_and(|result| result == words::RECUSED) => {
                self.recuse(said.get("officer").map(String::as_str));
            }
            Verb::DecideIdentity if said.get("result").is_some_and(|result| result == words::OPENED) => {
                let asked = self.did(Verb::AskIdentity).next_back().map(|asked| asked.by.clone());
                let login = asked.as_deref().and_then(|by| by.strip_prefix("officer/")).map(Login::from);
                self.opened_to.extend(login.map(|login| (login, at)));
            }
            Verb::Correct => {
                let index = said.get("event").and_then(|number| number.parse::<usize>().ok());
                let day = said.get("day").and_then(|day| day.parse::<Date>().ok());
                if let (Some(index), Some(day)) = (index, day)
                    && let Some(moment) = self.history.get_mut(index.saturating_sub(1))
                {
                    moment.at = crate::day::moved_to(moment.at, day);
                }
            }
            _ => {}
        }
        self.note(verb, by, said.clone(), event, at);
    }

    fn note(&mut self, verb: Verb, by: &str, said: BTreeMap<String, String>, event: &MatterEvent, at: Timestamp) {
        let track = event.track.clone().or_else(|| event.tracks.keys().next().cloned());
        self.did.push(Did { verb, event: self.version + 1, by: by.to_owned(), at, track, said });
    }

    fn record(&mut self, event: &MatterEvent, at: Timestamp) {
        if let Some(made) = &event.made {
            let outcome = event.found.get(OUTCOME).cloned().or_else(|| match &event.fact {
                MatterFact::Decided { outcome, .. } | MatterFact::ReviewDecided { outcome } => {
                    Some(outcome.clone())
                }
                _ => None,
            });
            if !self.held_by.contains(&made.office) {
                self.held_by.push(made.office.clone());
            }
            let event = self.version + 1;
            let services = Vec::new();
            self.documents.push(Document { made: made.clone(), event, at, outcome, served: None, services });
        }
        let extends_days = match &event.fact {
            MatterFact::Extended { days, .. } => *days,
            _ => 0,
        };
        if self.step != event.step {
            self.step_since = at;
        }
        self.step.clone_from(&event.step);
        for (track, step) in &event.tracks {
            if !self.tracks.contains_key(track) {
                let (name, _) = track_of(track);
                *self.opened.entry(name.to_owned()).or_default() += 1;
            }
            self.tracks.insert(track.clone(), Position { step: step.clone(), since: at });
        }
        for track in &event.closed {
            self.tracks.remove(track);
        }
        self.found.extend(event.found.clone());
        if let MatterFact::Decided { outcome, .. } | MatterFact::ReviewDecided { outcome } = &event.fact {
            self.found.insert(OUTCOME.to_owned(), outcome.clone());
        }
        let sets_day = match &event.fact {
            MatterFact::Done { verb, said, .. } => day_set(*verb, said),
            _ => None,
        };
        let received = match &event.fact {
            MatterFact::Registered { received, .. } => *received,
            _ => None,
        };
        self.history.push(Moment {
            at,
            act: event.act.clone(),
            step: event.step.clone(),
            extends_days,
            track: event.track.clone(),
            tracks: event.tracks.clone(),
            closed: event.closed.clone(),
            sets_day,
            received,
        });
        *self.done.entry(event.act.clone()).or_default() += 1;
        self.last_at = at;
        self.version += 1;
    }

    /// Whether somebody is complained of: nothing of it may show where they look, not even as a gap in a series.
    pub fn is_kept_from_somebody(&self) -> bool {
        !self.accused.is_empty() || !self.accused_officers.is_empty()
    }

    /// Whether an officer may know at a moment who brought it: where nobody is complained of, all who see it; else the
    /// office that registered, which took it in, and to whom it was opened, for a week.
    pub fn tells_who(&self, login: &Login, office: &OfficeCode, now: Timestamp) -> bool {
        let opened = |(to, at): &(Login, Timestamp)| to == login && now <= opening::sealed_again(*at);
        !self.is_kept_from_somebody() || self.home == *office || self.opened_to.iter().any(opened)
    }

    /// Who is complained of.
    pub fn complained_of(&self) -> Accused<'_> {
        Accused { offices: &self.accused, officers: &self.accused_officers }
    }

    /// What was done with a verb, in order.
    pub fn did(&self, verb: Verb) -> impl DoubleEndedIterator<Item = &Did> {
        self.did.iter().filter(move |did| did.verb == verb)
    }

    /// The event that opened a side track, looking back from an event on (both from 1): of several openings of one
    /// name, the last before.
    pub fn opener_of(&self, track: &str, until: usize) -> Option<usize> {
        let mut opened = None;
        let mut open = false;
        for (number, moment) in (1..).zip(&self.history).take(until) {
            if !open && moment.tracks.contains_key(track) {
                opened = Some(number);
                open = true;
            }
            open &= !moment.closed.iter().any(|closed| closed == track);
        }
        opened
    }

    /// The document of this name that was made and not yet served.
    pub fn unserved(&self, document: &str) -> Option<&Document> {
        self.documents.iter().find(|made| made.made.document == document && made.served.is_none())
    }
}

/// The day an act sets for a clock: its first field that is a day and must be there.
fn day_set(verb: Verb, said: &BTreeMap<String, String>) -> Option<Date> {
    let field = verb.fields().iter().find(|field| field.kind == crate::verb::FieldKind::Day)?;
    said.get(field.name)?.parse().ok()
}
