//! Requests to know who brought a matter: for the custodian who decides, and for the person whom it is about.

use casework::command::Actor;
use casework::day;
use casework::event::{MatterId, PartyNumber, Stream};
use casework::matter::Matter;
use casework::office::{Directory, Login};
use casework::opening::{self, Came, Custody, Ended};
use casework::refusal::Refusal;
use casework::{clock, words};
use jiff::Timestamp;
use jiff::civil::Date;
use store::Requested;

use crate::App;
use crate::error::AppError;
use crate::perform::Loaded;

/// Requests shown that wait; and as many that ended.
const MOST: u32 = 200;

/// How often an officer asked, and how often it was granted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AskedShown {
    /// Requests.
    pub asked: u32,
    /// Of which opened, by the day they were.
    pub opened: u32,
}

/// How a request ended, for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedShown {
    /// What it came to.
    pub came: Came,
    /// When.
    pub at: Timestamp,
    /// The custodian's name and office; empty where it lapsed.
    pub by: String,
    /// Why, in the custodian's words.
    pub reason: String,
    /// When it is sealed again, where it was opened.
    pub sealed_again: Option<Timestamp>,
}

/// A request, for a custodian: nothing of the matter but its reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestShown {
    /// The matter's reference, as a handle.
    pub reference: String,
    /// Who asks.
    pub officer: String,
    /// Where they work.
    pub office: String,
    /// The class of reason, in words.
    pub ground: String,
    /// Why, in their words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Until when to decide.
    pub due: Option<Date>,
    /// What they asked today, in the last 30 days, this year, as far as this custodian may know.
    pub asked: [AskedShown; 3],
    /// How it ended; none while it waits.
    pub ended: Option<EndedShown>,
}

/// What a custodian sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningsShown {
    /// What waits, the longest first.
    pub waiting: Vec<RequestShown>,
    /// What ended, the latest first.
    pub ended: Vec<RequestShown>,
}

/// A request, for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningShown {
    /// Name of who asked, once it is decided.
    pub officer: String,
    /// Where they work.
    pub office: String,
    /// The class of reason, in words.
    pub ground: String,
    /// Why, in their words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Until when it is to be decided, while it waits.
    pub due: Option<Date>,
    /// How it ended; none while it waits.
    pub ended: Option<EndedShown>,
}

impl App {
    /// The requests a custodian decides on and has decided on: of their own line, and none that is kept from them. To
    /// everybody else there is no such list.
    ///
    /// # Errors
    /// [`Refusal::NoSuchMatter`] for whoever is no custodian, or the store fails.
    pub fn openings(&self, actor: &Actor, now: Timestamp) -> Result<OpeningsShown, AppError> {
        let custody = self.custody(actor).ok_or(Refusal::NoSuchMatter)?;
        self.wake(now, now)?;
        let directory = self.known_directory();
        let shown = |waiting| -> Result<Vec<RequestShown>, AppError> {
            let requested = self.store.requested(&custody, waiting, MOST)?;
            requested.iter().map(|one| self.request_shown(&custody, &directory, one, now)).collect()
        };
        Ok(OpeningsShown { waiting: shown(true)?, ended: shown(false)? })
    }

    fn request_shown(
        &self,
        custody: &Custody,
        directory: &Directory,
        requested: &Requested,
        now: Timestamp,
    ) -> Result<RequestShown, AppError> {
        let Requested { row, reference, due, ended } = requested;
        let asked = match ended {
            None => self.asked_by(custody, &row.login, now)?,
            Some(_) => Default::default(),
        };
        Ok(RequestShown {
            reference: reference.clone(),
            officer: name_of(directory, &row.login),
            office: directory.name_of(&row.office),
            ground: words::name_in(words::IDENTITY_GROUNDS, &row.ground),
            reason: self.reason_at(&row.matter, row.event)?,
            at: row.at,
            due: *due,
            asked,
            ended: self.ended_shown(directory, &row.matter, ended.as_ref())?,
        })
    }

    /// What an officer asked today, in the last 30 days and this year: counts of officers, never of who petitions.
    fn asked_by(&self, custody: &Custody, login: &Login, now: Timestamp) -> Result<[AskedShown; 3], AppError> {
        let today = day::day_of(now);
        let year = Date::new(today.year(), 1, 1).unwrap_or(today);
        let until = day::start_of(day::plus_days(today, 1));
        let mut shown = [AskedShown::default(); 3];
        for (from, shown) in [today, day::plus_days(today, -29), year].into_iter().zip(&mut shown) {
            let count =
                |came| self.store.count_requested(Some(custody), (login, came), (day::start_of(from), until));
            *shown = AskedShown { asked: count(Came::Asked)?, opened: count(Came::Opened)? };
        }
        Ok(shown)
    }

    fn ended_shown(
        &self,
        directory: &Directory,
        matter: &MatterId,
        ended: Option<&Ended>,
    ) -> Result<Option<EndedShown>, AppError> {
        let Some(Ended { came, at, event, by }) = ended else { return Ok(None) };
        let by = by.as_ref().map(|by| {
            let office = directory.officer(by).map(|officer| directory.name_of(&officer.office));
            format!("{} {}", office.unwrap_or_default(), name_of(directory, by)).trim().to_owned()
        });
        let reason = if by.is_some() { self.reason_at(matter, *event)? } else { String::new() };
        let sealed_again = (*came == Came::Opened).then(|| opening::sealed_again(*at));
        Ok(Some(EndedShown { came: *came, at: *at, by: by.unwrap_or_default(), reason, sealed_again }))
    }

    /// The reason somebody gave in an event, and no other word of it.
    fn reason_at(&self, matter: &MatterId, event: u64) -> Result<String, AppError> {
        let words = self.store.words(&Stream::Matter(matter.clone()), event)?;
        let mine = words.iter().find(|words| words.party == PartyNumber::FIRST);
        Ok(mine.and_then(|words| words.fields.get("reason")).cloned().unwrap_or_default())
    }

    /// For the person and who helps them: every request to know who they are, the latest first.
    pub(super) fn openings_of(&self, loaded: &Loaded, actor: &Actor) -> Result<Vec<OpeningShown>, AppError> {
        let matter: &Matter = &loaded.matter;
        if !actor.is_for_the_person() {
            return Ok(Vec::new());
        }
        let (law, directory) = (self.law(), self.known_directory());
        let mut shown = Vec::new();
        for opening in opening::openings(matter).into_iter().rev() {
            let officer = directory.officer(&opening.login);
            let runs = clock::runs_of(&loaded.procedure, &law.calendar, matter);
            let due = clock::governing_in(&runs, opening.track.as_deref()).map(|run| run.due.day);
            shown.push(OpeningShown {
                officer: match opening.ended {
                    Some(_) => name_of(&directory, &opening.login),
                    None => String::new(),
                },
                office: officer.map_or_else(String::new, |officer| directory.name_of(&officer.office)),
                ground: words::name_in(words::IDENTITY_GROUNDS, &opening.ground),
                reason: self.reason_at(&matter.id, opening.event)?,
                at: opening.at,
                due: due.filter(|_| opening.ended.is_none()),
                ended: self.ended_shown(&directory, &matter.id, opening.ended.as_ref())?,
            });
        }
        Ok(shown)
    }
}

fn name_of(directory: &Directory, login: &Login) -> String {
    directory.officer(login).map_or_else(|| login.0.clone(), |officer| officer.name.clone())
}
