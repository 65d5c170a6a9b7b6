//! The journal: events in order, each chained to the one before by a salted digest, and how they are read.

use std::borrow::Cow;
use std::collections::HashMap;

use casework::event::{Event, Public, Stream};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::database::{Addition, Connection, Kind, Row, Table, Value, values};
use crate::error::StoreError;
use crate::keys::{self, Keys};

/// Version of the shapes in `public`.
pub(crate) const SCHEMA: i64 = 1;

/// How an event came to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// By a person, now.
    Live,
    /// From a story.
    Replay,
    /// From a file of another system.
    Import,
}

impl Source {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Source::Live => "live",
            Source::Replay => "replay",
            Source::Import => "import",
        }
    }
}

/// One event to write: the stream it belongs to and the version that stream must have now.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it belongs.
    pub stream: Stream,
    /// Version the stream must have before.
    pub expected: u64,
    /// Hash of the procedure it happens under, or empty.
    pub procedure: String,
    /// What happened.
    pub event: Event,
    /// The bytes of the file it attaches, encrypted.
    pub file: Option<Vec<u8>>,
}

/// Who did it, when, and what makes it happen once only.
#[derive(Debug, Clone)]
pub struct Context {
    /// Unique for the command: a second one with it is refused as a repeat.
    pub command: String,
    /// How it came.
    pub source: Source,
    /// Who.
    pub actor: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it is written. Never goes backwards: the writer takes the later of this and the last.
    pub recorded: Timestamp,
}

/// An event as it was written, its words still sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Place in the journal, from 1, without gaps.
    pub position: u64,
    /// Its stream.
    pub stream: Stream,
    /// Version of the stream after it.
    pub version: u64,
    /// When it happened.
    pub at: Timestamp,
    /// When it was written.
    pub recorded: Timestamp,
    /// Who.
    pub actor: String,
    /// `live`, `replay` or `import`.
    pub source: String,
    /// Hash of its procedure, or empty.
    pub procedure: String,
    /// What happened.
    pub public: Public,
}

/// An event as it lies in its table, but for its digest.
pub(crate) struct Raw<'a> {
    pub(crate) position: i64,
    pub(crate) id: String,
    pub(crate) node: &'a str,
    pub(crate) stream: &'a str,
    pub(crate) version: i64,
    pub(crate) at: i64,
    pub(crate) recorded: i64,
    pub(crate) source: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) command: &'a str,
    pub(crate) command_seq: i64,
    pub(crate) schema: i64,
    pub(crate) procedure: &'a str,
    pub(crate) public: &'a str,
    pub(crate) sealed: Cow<'a, [u8]>,
    pub(crate) salt: &'a [u8],
}

/// The journal's table, its columns in the order in which they are digested.
pub(crate) const EVENT: Table = Table {
    name: "event",
    key: "position",
    columns: &[
        ("position", Kind::Int),
        ("id", Kind::Text),
        ("node", Kind::Text),
        ("stream", Kind::Text),
        ("version", Kind::Int),
        ("at", Kind::Int),
        ("recorded", Kind::Int),
        ("source", Kind::Text),
        ("actor", Kind::Text),
        ("command", Kind::Text),
        ("command_seq", Kind::Int),
        ("schema", Kind::Int),
        ("procedure", Kind::Text),
        ("public", Kind::Text),
        ("sealed", Kind::Bytes),
        ("salt", Kind::Bytes),
        ("digest", Kind::Bytes),
    ],
    on_conflict: "",
};

impl Raw<'_> {
    pub(crate) fn digest(&self, before: &[u8]) -> [u8; 32] {
        let number = i64::to_be_bytes;
        let parts: [&[u8]; 16] = [
            self.salt,
            &number(self.position),
            self.id.as_bytes(),
            self.node.as_bytes(),
            self.stream.as_bytes(),
            &number(self.version),
            &number(self.at),
            &number(self.recorded),
            self.source.as_bytes(),
            self.actor.as_bytes(),
            self.command.as_bytes(),
            &number(self.command_seq),
            &number(self.schema),
            self.procedure.as_bytes(),
            self.public.as_bytes(),
            &self.sealed,
        ];
        digest(before, parts.into_iter())
    }

    /// A row of [`EVENT`].
    pub(crate) fn row<'a>(&'a self, digest: &'a [u8; 32]) -> Vec<Value<'a>> {
        values![
            self.position,
            &self.id,
            self.node,
            self.stream,
            self.version,
            self.at,
            self.recorded,
            self.source,
            self.actor,
            self.command,
            self.command_seq,
            self.schema,
            self.procedure,
            self.public,
            self.sealed.as_ref(),
            self.salt,
            digest.as_slice(),
        ]
        .into()
    }
}

/// SHA-256 over the digest before an event, its salt and every column, each with its length before it.
pub(crate) fn digest<'a>(before: &'a [u8], parts: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"huiyin event 1");
    for part in std::iter::once(before).chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Where the journal ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) position: i64,
    pub(crate) digest: Vec<u8>,
    pub(crate) recorded: i64,
}

pub(crate) const HEAD: Table = Table {
    name: "head",
    key: "one",
    columns: &[("one", Kind::Int), ("position", Kind::Int), ("digest", Kind::Bytes), ("mac", Kind::Bytes)],
    on_conflict: "ON CONFLICT (one) DO UPDATE SET position = excluded.position, digest = excluded.digest,
        mac = excluded.mac",
};

impl Head {
    pub(crate) fn of_nothing() -> Head {
        Head { position: 0, digest: vec![0; 32], recorded: 0 }
    }

    /// The signature that the journal ends here.
    pub(crate) fn addition(&self, keys: &Keys) -> Addition<'_> {
        let mac = head_mac(keys, self.position, &self.digest).to_vec();
        Addition::to(&HEAD, vec![values![1_i64, self.position, &self.digest, mac].into()])
    }
}

/// Signs the end of a journal without events, so that there is a row to wait at for whoever writes the first.
pub(crate) fn sign_nothing(connection: &Connection, keys: &Keys) -> Result<(), StoreError> {
    let Head { position, digest, .. } = Head::of_nothing();
    let mac = head_mac(keys, position, &digest);
    connection.execute(
        "INSERT INTO head (one, position, digest, mac) VALUES (1, ?1, ?2, ?3) ON CONFLICT DO NOTHING",
        &values![position, &digest, mac.as_slice()],
    )
}

/// Where the journal was signed to end.
#[derive(Default)]
pub(crate) struct Signed {
    pub(crate) position: i64,
    pub(crate) digest: Vec<u8>,
    /// Empty where there is no signature.
    pub(crate) mac: Vec<u8>,
}

impl Signed {
    /// The signature there is.
    pub(crate) fn read(connection: &Connection) -> Result<Option<Signed>, StoreError> {
        let sql = "SELECT position, digest, mac FROM head";
        connection
            .first(sql, &[], |row| Ok(Signed { position: row.get(0)?, digest: row.get(1)?, mac: row.get(2)? }))
    }

    /// Whether it was made with these keys.
    pub(crate) fn is_of(&self, keys: &Keys) -> bool {
        self.mac == head_mac(keys, self.position, &self.digest)
    }
}

/// Where the journal ends, as it was signed. Nothing is appended to a journal that ends otherwise: the new signature
/// would vouch for what was altered.
pub(crate) fn as_signed(end: Option<Head>, signed: Signed, keys: &Keys) -> Result<Head, StoreError> {
    let is_unsigned_start = end.is_none() && signed.mac.is_empty();
    let end = end.unwrap_or_else(Head::of_nothing);
    let is_signed = signed.position == end.position && signed.digest == end.digest && signed.is_of(keys);
    if is_unsigned_start || is_signed { Ok(end) } else { Err(StoreError::NotAsSigned) }
}

/// Version of a stream: 0 where it has no event.
pub(crate) fn version_of(connection: &Connection, stream: &str) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(version), 0) FROM event WHERE stream = ?1";
    connection.one(sql, &values![stream], |row| row.get(0))
}

/// Versions of some streams, in their order.
pub(crate) fn versions_of(connection: &Connection, streams: &[String]) -> Result<Vec<u64>, StoreError> {
    let texts: Vec<&str> = streams.iter().map(String::as_str).collect();
    let sql = format!(
        "SELECT value, (SELECT coalesce(max(version), 0) FROM event WHERE stream = value) FROM {}",
        connection.listed(1)
    );
    let found = connection.all(&sql, &values![texts], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: HashMap<String, u64> = found.into_iter().collect();
    Ok(streams.iter().map(|stream| found.get(stream).copied().unwrap_or(0)).collect())
}

/// Whether a command was carried out.
pub(crate) fn is_done(connection: &Connection, command: &str) -> Result<Option<Stream>, StoreError> {
    let sql = "SELECT stream FROM event WHERE command = ?1 AND command_seq = 0";
    let stream: Option<String> = connection.first(sql, &values![command], |row| row.get(0))?;
    Ok(stream.as_deref().and_then(Stream::from_key))
}

/// When the latest act on a matter or session happened.
pub(crate) fn last_at(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let of_work = "SELECT max(at) FROM event WHERE stream LIKE 'matter/%' OR stream LIKE 'session/%'";
    let last: Option<i64> = connection.one(of_work, &[], |row| row.get(0))?;
    last.map(moment).transpose()
}

const COLUMNS: &str = "position, stream, version, at, recorded, actor, source, procedure, public";

/// The events of a stream after a version, in order.
pub(crate) fn events_of(
    connection: &Connection,
    stream: &Stream,
    after: u64,
) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE stream = ?1 AND version > ?2 ORDER BY version");
    connection.all(&sql, &values![stream.to_string(), after], recorded)
}

/// What was handed to the upper office, by reference, after one, at most so many.
pub(crate) fn handed_up(connection: &Connection, after: &str, most: u32) -> Result<Vec<Recorded>, StoreError> {
    // Keys of these streams lie between `upper/` and `upper0`.
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE stream > ?1 AND stream < 'upper0' AND version = 1 ORDER BY stream LIMIT ?2"
    );
    connection.all(&sql, &values![format!("upper/{after}"), most], recorded)
}

/// Events after a position, in order, at most so many.
pub(crate) fn events_after(
    connection: &Connection,
    position: u64,
    most: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE position > ?1 ORDER BY position LIMIT ?2");
    connection.all(&sql, &values![position, most], recorded)
}

fn recorded(row: &Row<'_>) -> Result<Recorded, StoreError> {
    let key: String = row.get(1)?;
    let stream = Stream::from_key(&key).ok_or_else(|| StoreError::Damaged(format!("stream '{key}'")))?;
    let public: String = row.get(8)?;
    Ok(Recorded {
        position: row.get(0)?,
        version: row.get(2)?,
        at: moment(row.get(3)?)?,
        recorded: moment(row.get(4)?)?,
        actor: row.get(5)?,
        source: row.get(6)?,
        procedure: row.get(7)?,
        public: decode(&stream, &public)?,
        stream,
    })
}

pub(crate) fn moment(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// An event's public part as it is written.
pub(crate) fn encode(public: &Public) -> Result<String, StoreError> {
    serde_json::to_string(public).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// The stream says which vocabulary an event is of, so nothing has to be guessed from its shape.
pub(crate) fn decode(stream: &Stream, text: &str) -> Result<Public, StoreError> {
    let decoded = match stream {
        Stream::Matter(_) => serde_json::from_str(text).map(Public::Matter),
        Stream::Session(_) => serde_json::from_str(text).map(Public::Session),
        Stream::Directory => serde_json::from_str(text).map(Public::Directory),
        Stream::Law => serde_json::from_str(text).map(Public::Law),
        Stream::Numbers(..) => serde_json::from_str(text).map(Public::Number),
        Stream::Story(_) => serde_json::from_str(text).map(Public::Story),
        Stream::Upper(_) => serde_json::from_str(text).map(Public::Upper),
    };
    decoded.map_err(|error| StoreError::Damaged(format!("an event of {stream} cannot be read: {error}")))
}

fn head_mac(keys: &Keys, position: i64, digest: &[u8]) -> [u8; 32] {
    keys::keyed(&keys.head, &[b"head", &position.to_be_bytes(), digest])
}
