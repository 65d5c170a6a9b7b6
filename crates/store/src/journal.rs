//! The journal: events appended in order, each chained to the one before by a salted digest, and how to verify them.

use casework::event::{Event, Public, Stream};
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::keys::{self, Keys};
use crate::seal;

/// Version of the shapes in `public`.
const SCHEMA: i64 = 1;

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
    fn word(self) -> &'static str {
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

struct Raw {
    position: i64,
    id: String,
    node: String,
    stream: String,
    version: i64,
    at: i64,
    recorded: i64,
    source: String,
    actor: String,
    command: String,
    command_seq: i64,
    schema: i64,
    procedure: String,
    public: String,
    sealed: Vec<u8>,
    salt: Vec<u8>,
}

impl Raw {
    fn digest(&self, before: &[u8]) -> [u8; 32] {
        let number = i64::to_be_bytes;
        let parts: [&[u8]; 16] = [
            &self.salt,
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
struct Head {
    position: i64,
    digest: Vec<u8>,
    recorded: i64,
}

/// Where the journal ends, as it was signed. Nothing is appended to a journal that ends otherwise: the new signature
/// would vouch for what was altered.
fn head(connection: &Connection, keys: &Keys) -> Result<Head, StoreError> {
    let signed: Option<(i64, Vec<u8>, Vec<u8>)> = connection
        .prepare_cached("SELECT position, digest, mac FROM head")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let last: Option<(i64, Vec<u8>, i64)> = connection
        .prepare_cached("SELECT position, digest, recorded FROM event ORDER BY position DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    match (signed, last) {
        (None, None) => Ok(Head { position: 0, digest: vec![0; 32], recorded: 0 }),
        (Some((signed, signed_digest, mac)), Some((position, digest, recorded)))
            if signed == position && signed_digest == digest && mac == head_mac(keys, position, &digest) =>
        {
            Ok(Head { position, digest, recorded })
        }
        _ => Err(StoreError::NotAsSigned),
    }
}

/// Writes the events of one command. Nothing is written unless all are.
pub(crate) fn append(
    connection: &Connection,
    keys: &Keys,
    node: &str,
    context: &Context,
    entries: &[Entry],
) -> Result<Vec<u64>, StoreError> {
    let mut head = head(connection, keys)?;
    let mut positions = Vec::with_capacity(entries.len());
    for (command_seq, entry) in (0_i64..).zip(entries) {
        let raw = next(connection, keys, node, context, entry, command_seq, &head)?;
        let digest = raw.digest(&head.digest);
        insert(connection, &raw, &digest)?;
        positions.push(u64::try_from(raw.position).unwrap_or(0));
        head = Head { position: raw.position, digest: digest.to_vec(), recorded: raw.recorded };
    }
    let mac = head_mac(keys, head.position, &head.digest);
    connection
        .prepare_cached(
            "INSERT INTO head (one, position, digest, mac) VALUES (1, ?1, ?2, ?3)
             ON CONFLICT (one) DO UPDATE SET position = excluded.position, digest = excluded.digest, mac = excluded.mac",
        )?
        .execute((head.position, &head.digest, &mac[..]))?;
    Ok(positions)
}

fn next(
    connection: &Connection,
    keys: &Keys,
    node: &str,
    context: &Context,
    entry: &Entry,
    command_seq: i64,
    head: &Head,
) -> Result<Raw, StoreError> {
    let stream = entry.stream.to_string();
    if version_of(connection, &stream)? != entry.expected {
        return Err(StoreError::Conflict(stream));
    }
    let version = entry.expected + 1;
    let mut random = [0_u8; 26];
    getrandom::fill(&mut random)?;
    let (for_id, salt) = random.split_at(10);
    let recorded = context.recorded.as_microsecond().max(head.recorded);
    let millis = u64::try_from(recorded / 1000).unwrap_or(0);
    let for_id: [u8; 10] = for_id.try_into().unwrap_or_default();
    Ok(Raw {
        position: head.position + 1,
        id: uuid::Builder::from_unix_timestamp_millis(millis, &for_id).into_uuid().to_string(),
        node: node.to_owned(),
        version: i64::try_from(version).unwrap_or(i64::MAX),
        at: context.at.as_microsecond(),
        recorded,
        source: context.source.word().to_owned(),
        actor: context.actor.clone(),
        command: context.command.clone(),
        command_seq,
        schema: SCHEMA,
        procedure: entry.procedure.clone(),
        public: encode(&entry.event.public)?,
        sealed: seal::seal(connection, keys, &stream, version, &entry.event.sealed)?,
        salt: salt.to_vec(),
        stream,
    })
}

fn insert(connection: &Connection, raw: &Raw, digest: &[u8; 32]) -> Result<(), StoreError> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO event (position, id, node, stream, version, at, recorded, source, actor, command,
                                command_seq, schema, procedure, public, sealed, salt, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?
        .execute(rusqlite::params![
            raw.position,
            raw.id,
            raw.node,
            raw.stream,
            raw.version,
            raw.at,
            raw.recorded,
            raw.source,
            raw.actor,
            raw.command,
            raw.command_seq,
            raw.schema,
            raw.procedure,
            raw.public,
            raw.sealed,
            raw.salt,
            &digest[..],
        ]);
    match inserted {
        Ok(_) => Ok(()),
        // Version and position were checked just before, on the one connection that writes: only the command can clash,
        // and the guard against replacing says so before the index does.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Err(StoreError::Repeated(raw.command.clone()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Version of a stream: 0 where it has no event.
pub(crate) fn version_of(connection: &Connection, stream: &str) -> Result<u64, StoreError> {
    let version: i64 = connection
        .prepare_cached("SELECT coalesce(max(version), 0) FROM event WHERE stream = ?1")?
        .query_row([stream], |row| row.get(0))?;
    Ok(u64::try_from(version).unwrap_or(0))
}

/// Whether a command was carried out.
pub(crate) fn is_done(connection: &Connection, command: &str) -> Result<Option<Stream>, StoreError> {
    let stream: Option<String> = connection
        .prepare_cached("SELECT stream FROM event WHERE command = ?1 AND command_seq = 0")?
        .query_row([command], |row| row.get(0))
        .optional()?;
    Ok(stream.as_deref().and_then(Stream::from_key))
}

/// When the latest act on a matter or session happened.
pub(crate) fn last_at(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let of_work = "SELECT max(at) FROM event WHERE stream LIKE 'matter/%' OR stream LIKE 'session/%'";
    let last: Option<i64> = connection.query_row(of_work, [], |row| row.get(0))?;
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
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((stream.to_string(), i64::try_from(after).unwrap_or(i64::MAX)))?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(recorded(row)?);
    }
    Ok(events)
}

/// Events after a position, in order, at most so many.
pub(crate) fn events_after(
    connection: &Connection,
    position: u64,
    most: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE position > ?1 ORDER BY position LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((i64::try_from(position).unwrap_or(i64::MAX), most))?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(recorded(row)?);
    }
    Ok(events)
}

fn recorded(row: &Row<'_>) -> Result<Recorded, StoreError> {
    let key: String = row.get(1)?;
    let stream = Stream::from_key(&key).ok_or_else(|| StoreError::Damaged(format!("stream '{key}'")))?;
    let public: String = row.get(8)?;
    Ok(Recorded {
        position: unsigned(row.get(0)?),
        version: unsigned(row.get(2)?),
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

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn encode(public: &Public) -> Result<String, StoreError> {
    serde_json::to_string(public).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// The stream says which vocabulary an event is of, so nothing has to be guessed from its shape.
fn decode(stream: &Stream, text: &str) -> Result<Public, StoreError> {
    let decoded = match stream {
        Stream::Matter(_) => serde_json::from_str(text).map(Public::Matter),
        Stream::Session(_) => serde_json::from_str(text).map(Public::Session),
        Stream::Directory => serde_json::from_str(text).map(Public::Directory),
        Stream::Law => serde_json::from_str(text).map(Public::Law),
        Stream::Numbers(..) => serde_json::from_str(text).map(Public::Number),
        Stream::Story(_) => serde_json::from_str(text).map(Public::Story),
    };
    decoded.map_err(|error| StoreError::Damaged(format!("an event of {stream} cannot be read: {error}")))
}

pub(crate) fn head_mac(keys: &Keys, position: i64, digest: &[u8]) -> [u8; 32] {
    keys::keyed(&keys.head, &[b"head", &position.to_be_bytes(), digest])
}
