//! What followers of the journal ask of the store: counters of reports, and the leaves of the transparency log.

use casework::event::Stream;
use casework::filter::Filter;
use casework::read::Fact;
use jiff::Timestamp;
use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::leaf::{Leaf, Written};
use crate::tally::{Counted, Uncounted};
use crate::verify::Finding;
use crate::{Store, keys, leaf, read, tally};

impl Store {
    /// Adds to the leaves of the log what `arrange` makes of the events that are in none yet, at most so many. `beat`
    /// counts up; of several processes at the same beat one adds. How many events went in; none where the beat is done.
    ///
    /// # Errors
    /// Those of `arrange`, or the disk refuses.
    pub fn add_leaves(
        &self,
        beat: u64,
        most: u64,
        arrange: impl FnOnce(Vec<Leaf>) -> Result<Vec<Leaf>, StoreError> + Send + 'static,
    ) -> Result<Option<u64>, StoreError> {
        let (told, added) = std::sync::mpsc::channel();
        self.task(move |connection| {
            let count = leaf::add(connection, beat, most, arrange)?;
            told.send(count).map_err(|_| StoreError::Stopped)
        })?;
        added.recv().map_err(|_| StoreError::Stopped)
    }

    /// The leaves of the log from a number on, at most so many.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn leaves(&self, number: u64, most: u64) -> Result<Vec<[u8; 32]>, StoreError> {
        self.read(move |connection| leaf::from(connection, number, most))
    }

    /// The first event of which the leaves tell otherwise than the journal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn verify_leaves(&self) -> Result<Option<Finding>, StoreError> {
        Ok(self.read(leaf::differing)?.map(Finding::LeafDiffers))
    }

    /// The number of the leaf of an event, once it has one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn leaf_of(&self, position: u64) -> Result<Option<u64>, StoreError> {
        self.read(move |connection| leaf::of(connection, position))
    }

    /// The largest tree of leaves that was signed: its size and root, as they were noted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn signed(&self) -> Result<Option<(u64, String)>, StoreError> {
        self.read(leaf::signed)
    }

    /// Notes that a tree is about to be signed.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn note_signed(&self, size: u64, root: String) -> Result<(), StoreError> {
        self.task(move |connection| leaf::sign(connection, size, &root))
    }

    /// An event of a stream, as a receipt tells of it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn written(&self, stream: &Stream, version: u64) -> Result<Option<Written>, StoreError> {
        let stream = stream.clone();
        self.read(move |connection| leaf::written(connection, &stream, version))
    }

    /// What follows what was counted by `rules`, at most so many events; none where all is counted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn uncounted(&self, rules: &str, most: u64) -> Result<Option<Uncounted>, StoreError> {
        let rules = rules.to_owned();
        self.read(move |connection| tally::uncounted(connection, &rules, most))
    }

    /// Adds what was counted of the positions after `from` up to `to`, unless somebody else has done so meanwhile.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn count(&self, rules: &str, from: u64, to: u64, counted: Counted) -> Result<(), StoreError> {
        let rules = rules.to_owned();
        self.task(move |connection| tally::count(connection, &rules, (from, to), &counted).map(drop))
    }

    /// What was counted of a report from one day to another, by place in the report, for what a filter allows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sums(
        &self,
        report: &str,
        filter: &Filter,
        from: Date,
        to: Date,
    ) -> Result<Vec<(usize, i64)>, StoreError> {
        let (report, filter) = (report.to_owned(), filter.clone());
        self.glance(move |connection| tally::sums(connection, &report, &filter, (from, to)))
    }

    /// The facts, before a moment, of matters that are not counted: a day of theirs was corrected.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn apart(&self, families: &[String], before: Timestamp, filter: &Filter) -> Result<Vec<Fact>, StoreError> {
        let (families, filter) = (families.to_vec(), filter.clone());
        self.glance(move |connection| tally::apart(connection, &families, before, &filter))
    }

    /// When the last fact before a moment happened that a filter allows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_fact(
        &self,
        families: &[String],
        before: Timestamp,
        filter: &Filter,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (families, filter) = (families.to_vec(), filter.clone());
        self.glance(move |connection| read::last_fact(connection, &families, before, &filter))
    }

    /// A secret for a purpose, always the same from the same keys.
    pub fn secret(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(keys::keyed(&self.keys.head, &[b"secret", purpose.as_bytes()]))
    }
}
