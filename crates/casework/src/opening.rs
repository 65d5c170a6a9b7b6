//! 开启身份: who asked to know who brought a matter, why, and what a custodian decided. One reading of the matter's acts for
//! the rule, the custodians' list and the person's own page.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::conflict::Bar;
use crate::event::{MatterId, TrackName};
use crate::matter::{Did, Matter};
use crate::office::{Directory, Login, OfficeCode};
use crate::verb::Verb;
use crate::words;

/// How long what was opened stays open.
const OPEN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// When what was opened is sealed again.
pub fn sealed_again(opened: Timestamp) -> Timestamp {
    opened.saturating_add(OPEN).unwrap_or(Timestamp::MAX)
}

/// Whether the custodians of an office keep the identities of a matter: their office, or one below it, registered it.
pub fn is_kept_by(directory: &Directory, home: &OfficeCode, office: &OfficeCode) -> bool {
    directory.falls_under(home, office)
}

/// What a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It waits for a custodian.
    Asked,
    /// Opened to whoever asked.
    Opened,
    /// Declined.
    Kept,
    /// Nobody decided in time: it stays sealed.
    Lapsed,
}

impl Came {
    /// Every one.
    pub const ALL: [Came; 4] = [Came::Asked, Came::Opened, Came::Kept, Came::Lapsed];

    /// As read tables hold it.
    pub fn word(self) -> &'static str {
        match self {
            Came::Asked => "asked",
            Came::Opened => words::OPENED,
            Came::Kept => "kept",
            Came::Lapsed => "lapsed",
        }
    }

    /// The one a word names.
    pub fn from_word(word: &str) -> Option<Came> {
        Came::ALL.into_iter().find(|came| came.word() == word)
    }
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Opened, declined or lapsed.
    pub came: Came,
    /// When.
    pub at: Timestamp,
    /// Which event of the matter it is, from 1.
    pub event: u64,
    /// The custodian; nobody where it lapsed.
    pub by: Option<Login>,
}

/// One request to open who brought a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Which event of the matter it is, from 1.
    pub event: u64,
    /// Who asked.
    pub login: Login,
    /// The class of reason.
    pub ground: String,
    /// When.
    pub at: Timestamp,
    /// The side track it waits in.
    pub track: Option<TrackName>,
    /// How it ended; none while it waits.
    pub ended: Option<Ended>,
}

/// The requests of a matter, in order. One decision is on the latest; any that waited beside it has lapsed.
pub fn openings(matter: &Matter) -> Vec<Opening> {
    let mut openings: Vec<Opening> = Vec::new();
    let mut acts = matter.did.iter().filter(|did| matches!(did.verb, Verb::AskIdentity | Verb::DecideIdentity));
    let mut next = acts.next();
    for (event, moment) in (1_u64..).zip(&matter.history) {
        if let Some(did) = next.filter(|did| did.event == event) {
            next = acts.next();
            if did.verb == Verb::AskIdentity {
                let beside = openings.iter().rev().find(|opening| opening.ended.is_none());
                let track = did.track.clone().or_else(|| beside.and_then(|beside| beside.track.clone()));
                openings.extend(asked(did, track));
                continue;
            }
            let came = match did.said.get("result").map(String::as_str) {
                Some(words::OPENED) => Came::Opened,
                _ => Came::Kept,
            };
            let ended = Ended { came, at: did.at, event, by: officer(did) };
            if let Some(last) = openings.iter_mut().rev().find(|opening| opening.ended.is_none()) {
                last.ended = Some(ended);
            }
        }
        let closed = |opening: &&mut Opening| {
            let track = opening.track.as_ref();
            opening.ended.is_none() && track.is_none_or(|track| moment.closed.contains(track))
        };
        for lapsed in openings.iter_mut().filter(closed) {
            lapsed.ended = Some(Ended { came: Came::Lapsed, at: moment.at, event, by: None });
        }
    }
    openings
}

fn asked(did: &Did, track: Option<TrackName>) -> Option<Opening> {
    Some(Opening {
        event: did.event,
        login: officer(did)?,
        ground: did.said.get("ground").cloned().unwrap_or_default(),
        at: did.at,
        track,
        ended: None,
    })
}

fn officer(did: &Did) -> Option<Login> {
    did.by.strip_prefix("officer/").map(Login::from)
}

/// What one request left in the read table: that it was asked, or how it ended. Holds no word of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningRow {
    /// The matter.
    pub matter: MatterId,
    /// Which event asked.
    pub asked: u64,
    /// That it was asked, or what it came to.
    pub came: Came,
    /// Which event says so.
    pub event: u64,
    /// When.
    pub at: Timestamp,
    /// The office that registered the matter.
    pub home: OfficeCode,
    /// Who asked.
    pub login: Login,
    /// Where they worked when they asked, or when it ended.
    pub office: OfficeCode,
    /// The class of reason.
    pub ground: String,
    /// The side track it waits in.
    pub track: TrackName,
    /// The custodian, where one decided.
    pub by: Option<Login>,
}

/// What an act left: rows of requests that were made or ended since.
pub(crate) fn rows(directory: &Directory, before: Option<&Matter>, after: &Matter) -> Vec<OpeningRow> {
    // Most matters have none: looking through their acts is all it costs.
    if after.did(Verb::AskIdentity).next().is_none() {
        return Vec::new();
    }
    let known = before.map(openings).unwrap_or_default();
    let mut rows = Vec::new();
    for (place, opening) in openings(after).into_iter().enumerate() {
        let was = known.get(place);
        let row = |came, event, at, by| OpeningRow {
            matter: after.id.clone(),
            asked: opening.event,
            came,
            event,
            at,
            home: after.home.clone(),
            login: opening.login.clone(),
            office: directory.officer(&opening.login).map_or_else(|| after.home.clone(), |one| one.office.clone()),
            ground: opening.ground.clone(),
            track: opening.track.clone().unwrap_or_default(),
            by,
        };
        if was.is_none() {
            rows.push(row(Came::Asked, opening.event, opening.at, None));
        }
        if let Some(ended) = opening.ended.as_ref().filter(|_| was.is_none_or(|was| was.ended.is_none())) {
            rows.push(row(ended.came, ended.event, ended.at, ended.by.clone()));
        }
    }
    rows
}

/// What a custodian may know of: requests in matters registered by these offices, but for those kept from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// The offices.
    pub homes: Vec<OfficeCode>,
    /// What would keep a matter from them.
    pub but: Vec<Bar>,
}

impl Custody {
    /// That of an officer who is custodian at an office.
    pub fn of(directory: &Directory, login: &Login, office: &OfficeCode) -> Custody {
        let kept = directory.offices().filter(|home| is_kept_by(directory, &home.code, office));
        let homes: BTreeSet<OfficeCode> = kept.map(|home| home.code.clone()).collect();
        Custody { homes: homes.into_iter().collect(), but: Bar::of(directory, login, office) }
    }
}
