//! Whose words an event holds: what is public, and for each party what only its key opens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Public;

/// Whose words a sealed part holds: each party of a stream has a key of its own, so that one can be erased alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartyNumber(pub u32);

impl PartyNumber {
    /// The petitioner, and what is said to and about them; in other streams, whoever the stream is about.
    pub const FIRST: PartyNumber = PartyNumber(0);
}

/// Words of one party in one event: field name → text. In clear only in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Whose.
    pub party: PartyNumber,
    /// Field name → text.
    pub fields: BTreeMap<String, String>,
}

impl Sealed {
    /// Words of the stream's first party. Empty texts are left out.
    pub fn first<const N: usize>(fields: [(&str, &str); N]) -> Sealed {
        Sealed::of(PartyNumber::FIRST, fields)
    }

    /// Words of one party. Empty texts are left out.
    pub fn of<const N: usize>(party: PartyNumber, fields: [(&str, &str); N]) -> Sealed {
        let fields = fields
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        Sealed { party, fields }
    }
}

/// An event about to be written: the public part and the words to seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What anyone may know.
    pub public: Public,
    /// What only keys open.
    pub sealed: Vec<Sealed>,
}

impl Event {
    /// An event with nothing to seal.
    pub fn public(public: Public) -> Event {
        Event { public, sealed: Vec::new() }
    }
}
