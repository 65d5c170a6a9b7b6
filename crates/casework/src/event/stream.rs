//! Streams: what events are ordered within, and the key each is stored under.

use std::fmt;

use super::{MatterId, SessionId};
use crate::office::OfficeCode;

/// What events are ordered within.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// One matter.
    Matter(MatterId),
    /// One session.
    Session(SessionId),
    /// Offices and officers.
    Directory,
    /// Calendars, procedures, figure definitions and letter templates adopted here.
    Law,
    /// Document numbers of an office in a year: the stream's version is the last number given.
    Numbers(OfficeCode, i16),
    /// A story being replayed.
    Story(String),
    /// A filing handed to the upper office under seal, by the reference its person was given.
    Upper(String),
}

impl fmt::Display for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stream::Matter(id) => write!(out, "matter/{id}"),
            Stream::Session(id) => write!(out, "session/{}", id.0),
            Stream::Directory => out.write_str("directory"),
            Stream::Law => out.write_str("law"),
            Stream::Numbers(office, year) => write!(out, "numbers/{year}/{office}"),
            Stream::Story(id) => write!(out, "story/{id}"),
            Stream::Upper(reference) => write!(out, "upper/{reference}"),
        }
    }
}

impl Stream {
    /// The stream a key names; `None` where it is not a key of ours.
    pub fn from_key(key: &str) -> Option<Stream> {
        let (kind, rest) = key.split_once('/').unwrap_or((key, ""));
        match kind {
            "matter" => Some(Stream::Matter(MatterId(rest.to_owned()))),
            "session" => Some(Stream::Session(SessionId(rest.to_owned()))),
            "directory" => Some(Stream::Directory),
            "law" => Some(Stream::Law),
            "story" => Some(Stream::Story(rest.to_owned())),
            "upper" => Some(Stream::Upper(rest.to_owned())),
            "numbers" => {
                let (year, office) = rest.split_once('/')?;
                Some(Stream::Numbers(office.into(), year.parse().ok()?))
            }
            _ => None,
        }
    }
}
