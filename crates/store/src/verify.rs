//! Verifying the journal: every digest recomputed, the signed end compared, the first fault named.

use std::collections::BTreeSet;

use crate::database::{Connection, Row, values};
use crate::erased;
use crate::error::StoreError;
use crate::journal::{self, Signed};
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
    /// The bytes of the file that the event at this position brought are gone.
    FileGone(u64),
    /// The bytes of the file that the event at this position brought are others.
    FileAltered(u64),
    /// A file lies there that no event brought: the stream it is for.
    FileOfNobody(String),
    /// The public log holds another digest for the event at this position.
    LeafDiffers(u64),
    /// The leaves of the public log are not those over which it was signed last.
    LogDiffers,
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
            Finding::FileGone(position) => {
                write!(out, "every event is as written, but the file that event {position} brought is gone")
            }
            Finding::FileAltered(position) => {
                write!(out, "every event is as written, but the file that event {position} brought was altered")
            }
            Finding::FileOfNobody(stream) => {
                write!(out, "every event is as written, but a file lies with {stream} that no event brought")
            }
            Finding::LeafDiffers(position) => {
                write!(
                    out,
                    "the public log tells of another event {position} than the journal: one of them was altered"
                )
            }
            Finding::LogDiffers => {
                write!(
                    out,
                    "the leaves of the public log are not those it was signed over: some were altered or dropped"
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

/// Events whose sealed parts are looked at in one go.
const PAGE: i64 = 1000;

/// The first sealed part whose party has no key that opens, or the first key that is for no sealed part.
pub(crate) fn keys(connection: &Connection, keys: &Keys) -> Result<Option<Finding>, StoreError> {
    connection.snapshot(|| {
        let erased = erased::all(connection)?;
        let mut needed = BTreeSet::new();
        let mut after = 0_i64;
        loop {
            let page = connection.all(
                "SELECT position, stream, version, sealed FROM event WHERE length(sealed) > 0 AND position > ?1
                 ORDER BY position LIMIT ?2",
                &values![after, PAGE],
                |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<u64>(2)?, row.get::<Vec<u8>>(3)?)),
            )?;
            let Some((last, ..)) = page.last() else { break };
            after = *last;
            for (position, stream, version, sealed) in page {
                for party in seal::parties(&sealed) {
                    let name = (stream.clone(), party.0);
                    if erased.get(&name).is_some_and(|through| version <= *through) {
                        continue;
                    }
                    let fresh = needed.insert(name);
                    if fresh && !seal::has_key(connection, keys, &stream, party)? {
                        return Ok(Some(Finding::KeyGone(unsigned(position))));
                    }
                }
            }
        }
        connection.read("SELECT stream, party FROM party_key ORDER BY stream, party", &[], |rows| {
            while let Some(row) = rows.next()? {
                let key: (String, u32) = (row.get(0)?, row.get(1)?);
                if !needed.contains(&key) {
                    return Ok(Some(Finding::KeyOfNobody(key.0)));
                }
            }
            Ok(None)
        })
    })
}

/// Recomputes every digest and names the first event that is not as it was written; else how many events there are.
pub(crate) fn verify(connection: &Connection, keys: &Keys) -> Result<Result<u64, Finding>, StoreError> {
    connection.snapshot(|| {
        let end = match chain(connection)? {
            Ok(end) => end,
            Err(finding) => return Ok(Err(finding)),
        };
        if !is_signed(connection, keys, &end)? {
            return Ok(Err(Finding::CutAfter(unsigned(end.position))));
        }
        // Streams are found through indexes: one that was altered would hide an event that is still there.
        Ok(match connection.damage()? {
            None => Ok(unsigned(end.position)),
            Some(damage) => Err(Finding::FileDamaged(damage)),
        })
    })
}

/// Follows the digests from the first event to the last, or to the first that does not fit.
fn chain(connection: &Connection) -> Result<Result<End, Finding>, StoreError> {
    connection.read(&journal::EVENT.select(), &[], |rows| {
        let mut before = End { position: 0, digest: vec![0; 32], recorded: i64::MIN };
        loop {
            let expected = before.position + 1;
            let read = rows.next().and_then(|row| row.map(|row| written(&row)).transpose());
            let event = match read {
                Ok(None) => return Ok(Ok(before)),
                Ok(Some(event)) => event,
                Err(error) if error.is_lost() => return Err(error),
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
    })
}

/// How far a journal was read.
struct End {
    position: i64,
    digest: Vec<u8>,
    recorded: i64,
}

fn is_signed(connection: &Connection, keys: &Keys, end: &End) -> Result<bool, StoreError> {
    Ok(match Signed::read(connection)? {
        None => end.position == 0,
        Some(signed) => signed.position == end.position && signed.digest == end.digest && signed.is_of(keys),
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

fn written(row: &Row<'_>) -> Result<Written, StoreError> {
    // Salt first, then the columns in the order of the table: as `journal` digests them.
    const SALT: usize = 15;
    const DIGEST: usize = 16;
    let bytes = |column: usize| row.cell(column).map(|cell| cell.to_bytes());
    let parts = std::iter::once(SALT).chain(0..SALT).map(bytes).collect::<Result<_, _>>()?;
    Ok(Written { position: row.get(0)?, recorded: row.get(6)?, digest: bytes(DIGEST)?, parts })
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
