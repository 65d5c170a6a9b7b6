//! The leaves of the transparency log: which digests stand in it, in which order, and what of it was signed last.

use casework::event::Stream;
use jiff::Timestamp;

use crate::database::Kind::{Bytes, Int};
use crate::database::{Addition, Connection, Table, values};
use crate::error::StoreError;
use crate::journal;
use crate::tally::FOLLOWER;

/// A leaf: the digest of an event, or a random one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// What the log holds.
    pub digest: [u8; 32],
    /// The event's position; none of a random one.
    pub position: Option<u64>,
}

/// An event as a receipt tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its place in the journal.
    pub position: u64,
    /// When it was written.
    pub recorded: Timestamp,
    /// Its salted digest.
    pub digest: [u8; 32],
}

pub(crate) const LEAF: Table = Table {
    name: "leaf",
    key: "number",
    columns: &[("number", Int), ("digest", Bytes), ("position", Int)],
    on_conflict: "",
};
/// Whose turn it was last, and the tree that was signed last.
pub(crate) const BEAT: &str = "beat";
pub(crate) const SIGNED: &str = "signed";

/// Adds what `arrange` makes of the events that are in no leaf yet, at most so many. `beat` counts up: of several
/// processes at the same beat one adds. How many events went in; none where the beat is done already.
pub(crate) fn add(
    connection: &Connection,
    beat: u64,
    most: u64,
    arrange: impl FnOnce(Vec<Leaf>) -> Result<Vec<Leaf>, StoreError>,
) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT position FROM follower WHERE name = ?1";
    let done: Option<u64> = connection.first(sql, &values![BEAT], |row| row.get(0))?;
    if done.is_some_and(|done| done >= beat) {
        return Ok(None);
    }
    let after: u64 = connection.one("SELECT coalesce(max(position), 0) FROM leaf", &[], |row| row.get(0))?;
    let sql = "SELECT position, digest FROM event WHERE position > ?1 ORDER BY position LIMIT ?2";
    let waiting = connection.all(sql, &values![after, most], |row| {
        Ok(Leaf { position: Some(row.get(0)?), digest: whole(&row.get::<Vec<u8>>(1)?)? })
    })?;
    let count = u64::try_from(waiting.len()).unwrap_or(u64::MAX);
    let first: u64 = connection.one("SELECT coalesce(max(number) + 1, 0) FROM leaf", &[], |row| row.get(0))?;
    let leaves = arrange(waiting)?;
    let rows = (first..)
        .zip(&leaves)
        .map(|(number, leaf)| values![number, leaf.digest.as_slice(), leaf.position].to_vec());
    connection.add(&[Addition::to(&LEAF, rows.collect())])?;
    // A full stretch is followed by another in the same beat.
    if count < most {
        connection.add(&[Addition::to(&FOLLOWER, vec![values![BEAT, beat, ""].to_vec()])])?;
    }
    Ok(Some(count))
}

/// The leaves from a number on, at most so many.
pub(crate) fn from(connection: &Connection, number: u64, most: u64) -> Result<Vec<[u8; 32]>, StoreError> {
    let sql = "SELECT digest FROM leaf WHERE number >= ?1 ORDER BY number LIMIT ?2";
    connection.all(sql, &values![number, most], |row| whole(&row.get::<Vec<u8>>(0)?))
}

/// The first event of which the log tells otherwise than the journal, or that is in the log and not in the journal.
pub(crate) fn differing(connection: &Connection) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT leaf.position FROM leaf LEFT JOIN event ON event.position = leaf.position
               WHERE leaf.position IS NOT NULL AND (event.digest IS NULL OR event.digest <> leaf.digest)
               ORDER BY leaf.position LIMIT 1";
    connection.first(sql, &[], |row| row.get(0))
}

/// The number of the leaf of an event.
pub(crate) fn of(connection: &Connection, position: u64) -> Result<Option<u64>, StoreError> {
    connection.first("SELECT number FROM leaf WHERE position = ?1", &values![position], |row| row.get(0))
}

/// The largest tree that was signed: leaves, and the root over them.
pub(crate) fn signed(connection: &Connection) -> Result<Option<(u64, String)>, StoreError> {
    let sql = "SELECT position, rules FROM follower WHERE name = ?1";
    connection.first(sql, &values![SIGNED], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Notes that a tree is about to be signed. A smaller one does not take the place of a larger.
pub(crate) fn sign(connection: &Connection, size: u64, root: &str) -> Result<(), StoreError> {
    if signed(connection)?.is_none_or(|(before, _)| before <= size) {
        connection.add(&[Addition::to(&FOLLOWER, vec![values![SIGNED, size, root].to_vec()])])?;
    }
    Ok(())
}

/// An event of a stream.
pub(crate) fn written(
    connection: &Connection,
    stream: &Stream,
    version: u64,
) -> Result<Option<Written>, StoreError> {
    let sql = "SELECT position, recorded, digest FROM event WHERE stream = ?1 AND version = ?2";
    connection.first(sql, &values![stream.to_string(), version], |row| {
        let recorded = journal::moment(row.get(1)?)?;
        Ok(Written { position: row.get(0)?, recorded, digest: whole(&row.get::<Vec<u8>>(2)?)? })
    })
}

fn whole(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged("a digest has not 32 bytes".to_owned()))
}
