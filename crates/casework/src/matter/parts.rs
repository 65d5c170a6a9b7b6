//! What a matter is made of: comings, moments, positions, acts, documents with their services, files.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::event::{AttachedFile, Channel, DocumentMade, TrackName};
use crate::verb::Verb;

/// One coming of people with the matter: the registration is number 1, repeats follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// From 1.
    pub number: u32,
    /// How it came.
    pub channel: Channel,
    /// Heads.
    pub people: u32,
    /// When it was registered.
    pub at: Timestamp,
}

/// One event as the clocks see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Act id, or `clock`.
    pub act: String,
    /// Step afterwards.
    pub step: String,
    /// Days added, where it was an extension.
    pub extends_days: u16,
    /// The side track it was done in.
    pub track: Option<TrackName>,
    /// Side tracks it opened or moved, and where each then stood.
    pub tracks: BTreeMap<TrackName, String>,
    /// Side tracks it closed.
    pub closed: Vec<TrackName>,
    /// The day it set, for clocks that run to a day set.
    pub sets_day: Option<Date>,
    /// The day what was registered came in, where it was said: clocks that start at the registration count from it.
    pub received: Option<Date>,
}

/// Where a side track stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The step.
    pub step: String,
    /// Since when.
    pub since: Timestamp,
}

/// An act without a fact of its own, or a decision, as it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Did {
    /// The verb.
    pub verb: Verb,
    /// Which event of the matter it is, from 1.
    pub event: u64,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// In which side track; for an act that opened one, that one.
    pub track: Option<TrackName>,
    /// Its public fields.
    pub said: BTreeMap<String, String>,
}

/// A document made in the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Number and issuer.
    pub made: DocumentMade,
    /// Which event of the matter made it, from 1.
    pub event: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Outcome it tells, where it tells one.
    pub outcome: Option<String>,
    /// When and how it was first served.
    pub served: Option<(Timestamp, String)>,
    /// Every service of it, in order.
    pub services: Vec<Service>,
}

/// A file that came to the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Which event of the matter brought it, from 1.
    pub event: u64,
    /// When.
    pub at: Timestamp,
    /// What is known of it.
    pub file: AttachedFile,
}

/// How often a clock's run has been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The side track it runs in.
    pub track: Option<TrackName>,
    /// Clock id.
    pub clock: String,
    /// When the run started.
    pub started: Timestamp,
    /// How often its end was told.
    pub nth: u32,
}

/// A last day that moved without an act: the old one is kept, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The side track the clock runs in.
    pub track: Option<TrackName>,
    /// Clock id.
    pub clock: String,
    /// When the run started.
    pub started: Timestamp,
    /// The last day before.
    pub was: Date,
    /// The last day since.
    pub due: Date,
    /// `calendar <hash>` or `correction <event>`.
    pub because: String,
}

/// That a document reached somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Which event of the matter it is, from 1.
    pub event: u64,
    /// Whom of several people, by number; none: everybody it had not reached.
    pub party: Option<u32>,
    /// How.
    pub how: String,
}

/// What one of the people asked for: a review, a re-review, a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The verb.
    pub verb: Verb,
    /// Who, by number; 0 is the first.
    pub person: u32,
    /// Which event of the matter it is, from 1.
    pub event: u64,
}
