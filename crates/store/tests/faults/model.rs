//! What the store must hold, kept beside it in plain structures, and the comparison of both.

use std::collections::BTreeMap;

use casework::event::{MatterId, Stream};
use jiff::Timestamp;
use store::{Store, StoreError};

use crate::filing;
use crate::samples::at;

/// A command as it is sent: streams it writes to, each with the version it expects there.
#[derive(Debug, Clone)]
pub struct Sent {
    pub command: String,
    pub entries: Vec<(String, u64)>,
    /// When it is written, by the asker's clock.
    pub second: i64,
    /// The reference its first row takes instead of its own.
    pub reference: Option<String>,
}

/// What becomes of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Done,
    Conflict,
    Repeated,
    Taken,
}

#[derive(Default)]
pub struct Model {
    /// Stream, version, and when it was written.
    pub events: Vec<(String, u64, i64)>,
    pub versions: BTreeMap<String, u64>,
    /// Commands with the stream each began with.
    pub commands: BTreeMap<String, String>,
    /// The last beat, the last position that is in a leaf, and how many random leaves there are.
    pub beat: u64,
    pub in_leaves: u64,
    pub random_leaves: u64,
    /// The last position that was counted.
    pub counted: u64,
}

impl Model {
    pub fn version(&self, stream: &str) -> u64 {
        self.versions.get(stream).copied().unwrap_or(0)
    }

    pub fn end(&self) -> u64 {
        self.events.len() as u64
    }

    /// What must become of a command; where it is done, it stands in the model afterwards.
    pub fn take(&mut self, sent: &Sent) -> Fate {
        let mut versions = self.versions.clone();
        for (number, (stream, expected)) in sent.entries.iter().enumerate() {
            let version = versions.entry(stream.clone()).or_default();
            if version != expected {
                return Fate::Conflict;
            }
            if number == 0 && self.commands.contains_key(&sent.command) {
                return Fate::Repeated;
            }
            *version += 1;
        }
        if sent.reference.is_some() {
            return Fate::Taken;
        }
        self.versions = versions;
        for (stream, expected) in &sent.entries {
            let second = self.events.last().map_or(i64::MIN, |(.., second)| *second).max(sent.second);
            self.events.push((stream.clone(), expected + 1, second));
        }
        self.commands.insert(sent.command.clone(), sent.entries[0].0.clone());
        Fate::Done
    }

    /// What a follower finds who adds leaves at a beat.
    pub fn add_leaves(&mut self, beat: u64, most: u64) -> Option<u64> {
        if self.beat >= beat {
            return None;
        }
        let count = (self.end() - self.in_leaves).min(most);
        (self.in_leaves, self.random_leaves) = (self.in_leaves + count, self.random_leaves + 1);
        if count < most {
            self.beat = beat;
        }
        Some(count)
    }

    /// Everything of a store that is open.
    pub fn compare(&self, store: &Store) {
        assert_eq!(store.verify().unwrap(), Ok(self.end()));
        assert_eq!(store.verify_keys().unwrap(), None);
        let all = store.events_after(0, 1_000_000).unwrap();
        let seen: Vec<_> = all.iter().map(|of| (of.stream.clone(), of.version, of.recorded)).collect();
        let expected: Vec<_> =
            self.events.iter().map(|(name, version, second)| (stream(name), *version, at(*second))).collect();
        assert_eq!(seen, expected);
        assert!((1..).zip(&all).all(|(position, event)| event.position == position));
        for (command, first) in &self.commands {
            assert_eq!(store.done(command).unwrap(), Some(stream(first)), "{command}");
        }
        let mut next = 0_usize;
        let difference = store.compare(|| {
            let page: Vec<_> = self.events[next..].iter().take(40).cloned().collect();
            let first = next as u64 + 1;
            next += page.len();
            let rows =
                (first..).zip(page).map(|(position, (name, version, _))| (position, filing::rows(&name, version)));
            let rows: Vec<_> = rows.collect();
            Ok::<_, StoreError>(if rows.is_empty() { None } else { Some(rows) })
        });
        assert_eq!(difference.unwrap(), None);
        self.compare_followers(store);
    }

    fn compare_followers(&self, store: &Store) {
        let leaves = store.leaves(0, 1_000_000).unwrap();
        assert_eq!(leaves.len() as u64, self.in_leaves + self.random_leaves);
        for (position, (name, version, _)) in (1..).zip(&self.events) {
            let leaf = store.leaf_of(position).unwrap();
            assert_eq!(leaf.is_some(), position <= self.in_leaves, "leaf of {position}");
            let written = store.written(&stream(name), *version).unwrap().unwrap();
            if let Some(leaf) = leaf {
                assert_eq!(leaves[usize::try_from(leaf).unwrap()], written.digest);
            }
        }
        assert_eq!(filing::sum(store), i64::try_from(self.counted).unwrap(), "each fact that was counted, once");
        let next = store.uncounted(filing::RULES, 1_000_000).unwrap();
        let stretch = (self.counted < self.end()).then_some((self.counted, self.end()));
        assert_eq!(next.map(|next| (next.from, next.to)), stretch);
    }
}

pub fn stream(name: &str) -> Stream {
    Stream::Matter(MatterId(name.to_owned()))
}

pub fn moment(second: i64) -> Timestamp {
    at(second)
}
