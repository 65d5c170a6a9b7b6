//! Verifying the journal: every digest recomputed, the signed end compared, the first fault named.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::StoreError;
use crate::journal;
use crate::keys::Keys;
use crate::seal;

/// What is wrong with a journal, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The event at this position is not what was written.
    Altered(u64),
    /// The event at this position is missing.
    Dropped(u64),
    /// The event at this position claims to be written before the one it follows.
    BackDated(u64),
    /// Events after this position are missing, or the whole journal was written anew.
    CutAfter(u64),
    /// The event at this position cannot be read from the file.
    Unreadable(u64),
    /// The words of the event at this position lost the key that opens them.
    KeyGone(u64),
    /// A key belongs to no sealed words: the stream it is for.
    KeyOfNobody(String),
    /// A row of a read table is not what the journal says: the table and the row.
    TableDiffers {
        /// Its name.
        table: &'static str,
        /// The row's key.
        row: String,
    },
    /// Every event is as written, but the file around them is damaged: indexes or tables do not agree.
    FileDamaged(String),
}

impl std::fmt::Display for Finding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Finding::Altered(position) => write!(out, "event {position} was altered: its digest does not fit"),
            Finding::Dropped(position) => write!(out, "event {position} was dropped"),
            Finding::BackDated(position) => {
                write!(out, "event {position} is back-dated: it claims to be written before the event it follows")
            }
            Finding::CutAfter(position) => {
                write!(
                    out,
                    "the journal does not end as it was signed: events after {position} were dropped, or it was written anew"
                )
            }
            Finding::Unreadable(position) => {
                write!(out, "event {position} cannot be read: the database file is damaged there")
            }
            Finding::KeyGone(position) => {
                write!(
                    out,
                    "every event is as written, but the key that opens the words of event {position} is gone or altered"
                )
            }
            Finding::KeyOfNobody(stream) => {
                write!(
                    out,
                    "every event is as written, but there is a key for words of {stream} that no event holds"
                )
            }
            Finding::TableDiffers { table, row } => {
                write!(
                    out,
                    "every event is as written, but row {row} of the read table '{table}' is not what they say"
                )
            }
            Finding::FileDamaged(what) => {
                write!(out, "every event is as written, but the database file around them is damaged ({what})")
            }
        }
    }
}

impl Finding {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Finding::TableDiffers { .. } => "run 'huiyin rebuild', and find out who can write to the file",
            _ => "restore a backup and compare",
        }
    }
}

/// The first sealed part whose party has no key that opens, or the first key that is for no sealed part.
pub(crate) fn keys(connection: &Connection, keys: &Keys) -> Result<Option<Finding>, StoreError> {
    let mut needed = BTreeSet::new();
    let mut events = connection
        .prepare("SELECT position, stream, sealed FROM event WHERE length(sealed) > 0 ORDER BY position")?;
    let mut rows = events.query([])?;
    while let Some(row) = rows.next()? {
        let (position, stream, sealed): (i64, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        for party in seal::parties(&sealed) {
            let fresh = needed.insert((stream.clone(), i64::from(party.0)));
            if fresh && !seal::has_key(connection, keys, &stream, party)? {
                return Ok(Some(Finding::KeyGone(unsigned(position))));
            }
        }
    }
    let mut held = connection.prepare("SELECT stream, party FROM party_key ORDER BY stream, party")?;
    let mut rows = held.query([])?;
    while let Some(row) = rows.next()? {
        let key: (String, i64) = (row.get(0)?, row.get(1)?);
        if !needed.contains(&key) {
            return Ok(Some(Finding::KeyOfNobody(key.0)));
        }
    }
    Ok(None)
}

/// Recomputes every digest and names the first event that is not as it was written; else how many events there are.
pub(crate) fn verify(connection: &Connection, keys: &Keys) -> Result<Result<u64, Finding>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT position, id, node, stream, version, at, recorded, source, actor, command, command_seq, schema,
                procedure, public, sealed, salt, digest FROM event ORDER BY position",
    )?;
    let mut rows = statement.query([])?;
    let mut before = End { position: 0, digest: vec![0; 32], recorded: i64::MIN };
    loop {
        let expected = before.position + 1;
        let read = rows.next().and_then(|row| row.map(written).transpose());
        let event = match read {
            Ok(None) => break,
            Ok(Some(event)) => event,
            Err(_) => return Ok(Err(Finding::Unreadable(unsigned(expected)))),
        };
        if event.position != expected {
            return Ok(Err(Finding::Dropped(unsigned(expected))));
        }
        if event.digest_over(&before.digest) != event.digest[..] {
            return Ok(Err(Finding::Altered(unsigned(expected))));
        }
        if event.recorded < before.recorded {
            return Ok(Err(Finding::BackDated(unsigned(expected))));
        }
        before = End { position: event.position, digest: event.digest, recorded: event.recorded };
    }
    if !is_signed(connection, keys, &before)? {
        return Ok(Err(Finding::CutAfter(unsigned(before.position))));
    }
    // Streams are found through indexes: one that was altered would hide an event that is still there.
    let sound: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok(if sound == "ok" { Ok(unsigned(before.position)) } else { Err(Finding::FileDamaged(sound)) })
}

/// How far a journal was read.
struct End {
    position: i64,
    digest: Vec<u8>,
    recorded: i64,
}

fn is_signed(connection: &Connection, keys: &Keys, end: &End) -> Result<bool, StoreError> {
    let signed: Option<(i64, Vec<u8>, Vec<u8>)> = connection
        .query_row("SELECT position, digest, mac FROM head", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(match signed {
        None => end.position == 0,
        Some((position, digest, mac)) => {
            position == end.position
                && digest == end.digest
                && mac == journal::head_mac(keys, end.position, &end.digest)
        }
    })
}

/// A row as it lies in the file: bytes, since an altered text need not be a text any more.
struct Written {
    position: i64,
    recorded: i64,
    digest: Vec<u8>,
    parts: Vec<Vec<u8>>,
}

impl Written {
    fn digest_over(&self, before: &[u8]) -> [u8; 32] {
        journal::digest(before, self.parts.iter().map(Vec::as_slice))
    }
}

fn written(row: &Row<'_>) -> rusqlite::Result<Written> {
    // Salt first, then the columns in the order of the table: as `journal` digests them.
    const SALT: usize = 15;
    const DIGEST: usize = 16;
    let bytes = |column: usize| -> rusqlite::Result<Vec<u8>> {
        Ok(match row.get_ref(column)? {
            ValueRef::Integer(number) => number.to_be_bytes().to_vec(),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
            ValueRef::Real(number) => number.to_be_bytes().to_vec(),
            ValueRef::Null => Vec::new(),
        })
    };
    let parts = std::iter::once(SALT).chain(0..SALT).map(bytes).collect::<Result<_, _>>()?;
    Ok(Written { position: row.get(0)?, recorded: row.get(6)?, digest: bytes(DIGEST)?, parts })
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
