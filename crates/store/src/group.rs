//! A group of commands that share a transaction: what the database knows of all of them is asked at once, each is planned
//! in memory, and all that stand are written together. A command that does not stand leaves no trace in the plan.

use std::borrow::Cow;
use std::collections::HashMap;

use casework::read::Row;

use crate::attachment::ATTACHMENT;
use crate::database::{Addition, Connection, values};
use crate::erased::{self, Erasure};
use crate::error::StoreError;
use crate::journal::{self, Context, EVENT, Entry, Head, Raw, SCHEMA, Signed};
use crate::keys::Keys;
use crate::rows;
use crate::seal::{self, Ring};
use crate::sealing::{SEALING, Sealing};

/// Events of one command with the rows each leaves, and of their writing all that needs no place in the journal. Whoever
/// asks makes it on a thread of their own: the writer is left with what must be done in order.
pub(crate) struct Append {
    context: Context,
    entries: Vec<Prepared>,
    /// The keys of the streams it begins.
    ring: Ring,
}

/// An event to write, as far as it can be made beforehand.
struct Prepared {
    entry: Entry,
    rows: Vec<Row>,
    stream: String,
    public: String,
    /// Its words. Those of a stream that was begun by another command are left to the writer, who knows its keys.
    sealed: Option<Vec<u8>>,
    /// What makes its id unlike every other.
    chance: [u8; 10],
    salt: [u8; 16],
}

impl Append {
    /// Prepares a command.
    pub(crate) fn prepare(
        keys: &Keys,
        context: Context,
        entries: Vec<(Entry, Vec<Row>)>,
    ) -> Result<Append, StoreError> {
        let mut append = Append { context, entries: Vec::with_capacity(entries.len()), ring: Ring::default() };
        for (entry, rows) in entries {
            let stream = entry.stream.to_string();
            // A stream without events has no keys yet.
            let is_own =
                entry.expected == 0 || append.entries.iter().any(|of| of.stream == stream && of.sealed.is_some());
            let sealed = if is_own || !seal::has_words(&entry.event.sealed) {
                let version = entry.expected + 1;
                Some(seal::seal(&mut append.ring, keys, &stream, version, &entry.event.sealed)?)
            } else {
                None
            };
            let (mut chance, mut salt) = ([0_u8; 10], [0_u8; 16]);
            getrandom::fill(&mut chance)?;
            getrandom::fill(&mut salt)?;
            let public = journal::encode(&entry.event.public)?;
            append.entries.push(Prepared { entry, rows, stream, public, sealed, chance, salt });
        }
        Ok(append)
    }

    /// The references of the matters it writes, each with the matter's id.
    fn references(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().flat_map(|of| &of.rows).filter_map(|row| match row {
            Row::Matter(matter) => Some((matter.reference.as_str(), matter.id.0.as_str())),
            _ => None,
        })
    }
}

/// The plan of a group. Whoever makes one is alone in writing until it is written.
pub(crate) struct Group<'a> {
    keys: &'a Keys,
    node: &'a str,
    head: Head,
    /// Versions of the streams it writes to, as they will be.
    versions: HashMap<String, u64>,
    /// Commands carried out, with the id of the first event of each.
    commands: HashMap<String, String>,
    /// References taken, with the matter each belongs to.
    references: HashMap<String, String>,
    ring: Ring,
    events: Vec<(Raw<'a>, [u8; 32])>,
    rows: Vec<(u64, &'a [Row])>,
    /// Files with their streams and the versions they come with.
    files: Vec<(&'a str, u64, &'a [u8])>,
    erased: Vec<Erasure<'a>>,
}

/// What a row of the answer is about, in the first of its columns: `about, name, of, number, other, bytes`.
mod about {
    pub(super) const END: i64 = 0;
    pub(super) const SIGNED: i64 = 1;
    pub(super) const SIGNATURE: i64 = 2;
    pub(super) const STREAM: i64 = 3;
    pub(super) const COMMAND: i64 = 4;
    pub(super) const REFERENCE: i64 = 5;
    pub(super) const KEY: i64 = 6;
    pub(super) const SEALING: i64 = 7;
}

/// All that has to be known, in one statement: on a server every question is a journey. Values: streams, commands,
/// references, streams whose keys are needed.
fn question(connection: &Connection) -> String {
    format!(
        "SELECT 0, '', '', position, recorded, digest
           FROM (SELECT position, recorded, digest FROM event ORDER BY position DESC LIMIT 1) AS last
         UNION ALL SELECT 1, '', '', position, 0, digest FROM head
         UNION ALL SELECT 2, '', '', 0, 0, mac FROM head
         UNION ALL SELECT 3, value, '', (SELECT coalesce(max(version), 0) FROM event WHERE stream = value), 0, NULL
           FROM {}
         UNION ALL SELECT 4, command, id, 0, 0, NULL FROM event WHERE command_seq = 0 AND {}
         UNION ALL SELECT 5, reference, id, 0, 0, NULL FROM matter WHERE {}
         UNION ALL SELECT 6, stream, '', party, 0, wrapped FROM party_key WHERE {}
         UNION ALL SELECT 7, rules, '', 0, 0, NULL FROM follower WHERE name = '{SEALING}'",
        connection.listed(1),
        connection.among("command", 2),
        connection.among("reference", 3),
        connection.among("stream", 4),
    )
}

impl<'a> Group<'a> {
    /// Asks what has to be known to plan some commands.
    pub(crate) fn of(
        connection: &Connection,
        keys: &'a Keys,
        node: &'a str,
        appends: &[&Append],
    ) -> Result<Group<'a>, StoreError> {
        let entries = || appends.iter().flat_map(|append| &append.entries);
        let streams = sorted(entries().map(|of| of.stream.as_str()));
        let commands = sorted(appends.iter().map(|append| append.context.command.as_str()));
        let references =
            sorted(appends.iter().flat_map(|append| append.references()).map(|(reference, _)| reference));
        let to_seal = sorted(entries().filter(|of| of.sealed.is_none()).map(|of| of.stream.as_str()));
        let mut group = Group {
            keys,
            node,
            head: Head::of_nothing(),
            versions: HashMap::with_capacity(streams.len()),
            commands: HashMap::with_capacity(commands.len()),
            references: HashMap::with_capacity(references.len()),
            ring: Ring::default(),
            events: Vec::new(),
            rows: Vec::new(),
            files: Vec::new(),
            erased: Vec::new(),
        };
        let (mut end, mut signed) = (None, Signed::default());
        let known = &values![streams, commands, references, to_seal];
        connection.read(&question(connection), known, |rows| {
            while let Some(row) = rows.next()? {
                match row.get::<i64>(0)? {
                    about::END => {
                        end = Some(Head { position: row.get(3)?, recorded: row.get(4)?, digest: row.get(5)? });
                    }
                    about::SIGNED => (signed.position, signed.digest) = (row.get(3)?, row.get(5)?),
                    about::SIGNATURE => signed.mac = row.get(5)?,
                    about::STREAM => drop(group.versions.insert(row.get(1)?, row.get(3)?)),
                    about::COMMAND => drop(group.commands.insert(row.get(1)?, row.get(2)?)),
                    about::REFERENCE => drop(group.references.insert(row.get(1)?, row.get(2)?)),
                    about::SEALING => Sealing::parse(&row.get::<String>(1)?)?.take_up(keys)?,
                    about::KEY => group.ring.has(row.get(1)?, row.get(3)?, row.get(5)?),
                    _ => {}
                }
            }
            Ok(())
        })?;
        group.head = journal::as_signed(end, signed, keys)?;
        Ok(group)
    }

    /// Plans a command, whole or not at all; the id of its first event. `before` is the id it was planned with when
    /// it was last sent and no answer came: if that stands in the journal, the command is done.
    pub(crate) fn take(
        &mut self,
        append: &'a Append,
        before: Option<&String>,
    ) -> Result<Option<String>, StoreError> {
        if before.is_some() && self.commands.get(&append.context.command) == before {
            return Ok(before.cloned());
        }
        let (events, made) = (self.events.len(), self.ring.made());
        let (head, mut versions) = (self.head.clone(), Vec::new());
        let planned = self.plan(append, &mut versions).and_then(|()| self.ring.take(&append.ring, self.keys));
        if let Err(error) = planned {
            self.events.truncate(events);
            self.ring.forget_after(made);
            self.head = head;
            // In reverse, so that a stream written to twice is put back to what it was before the first.
            for (stream, version) in versions.into_iter().rev() {
                self.versions.insert(stream.to_owned(), version);
            }
            return Err(error);
        }
        let id = self.events.get(events).map(|(raw, _)| raw.id.clone());
        let written = append.entries.iter().map(|of| of.rows.as_slice());
        let positions = self.events[events..].iter().map(|(raw, _)| u64::try_from(raw.position).unwrap_or(0));
        self.rows.extend(positions.zip(written));
        let with_file = |of: &'a Prepared| {
            of.entry.file.as_deref().map(|bytes| (of.stream.as_str(), of.entry.expected + 1, bytes))
        };
        self.files.extend(append.entries.iter().filter_map(with_file));
        self.destroy(append);
        self.references.extend(append.references().map(|(reference, id)| (reference.to_owned(), id.to_owned())));
        if let Some(id) = &id {
            self.commands.insert(append.context.command.clone(), id.clone());
        }
        Ok(id)
    }

    /// Keys of words that the command erases go with it: what the group still writes to the stream gets new ones.
    fn destroy(&mut self, append: &'a Append) {
        for of in &append.entries {
            for party in erased::parties_of(&of.entry.event.public) {
                self.ring.destroy(&of.stream, *party);
                let through = of.entry.expected + 1;
                self.erased.push(Erasure { stream: &of.stream, party: *party, through });
            }
        }
    }

    /// `changed` gets each stream that is written to with its version before.
    fn plan(&mut self, append: &'a Append, changed: &mut Vec<(&'a str, u64)>) -> Result<(), StoreError> {
        for (command_seq, of) in (0_i64..).zip(&append.entries) {
            let version = self.versions.get(&of.stream).copied().unwrap_or(0);
            if version != of.entry.expected {
                return Err(StoreError::Conflict(of.stream.clone()));
            }
            if command_seq == 0 && self.commands.contains_key(&append.context.command) {
                return Err(StoreError::Repeated(append.context.command.clone()));
            }
            let raw = self.next(&append.context, of, command_seq)?;
            changed.push((&of.stream, version));
            self.versions.insert(of.stream.clone(), version + 1);
            let digest = raw.digest(&self.head.digest);
            self.head = Head { position: raw.position, digest: digest.to_vec(), recorded: raw.recorded };
            self.events.push((raw, digest));
        }
        let taken = |(reference, id): (&str, &str)| self.references.get(reference).is_some_and(|of| of != id);
        if append.references().any(taken) { Err(StoreError::ReferenceTaken) } else { Ok(()) }
    }

    fn next(&mut self, context: &'a Context, of: &'a Prepared, command_seq: i64) -> Result<Raw<'a>, StoreError> {
        let version = of.entry.expected + 1;
        let sealed = match &of.sealed {
            Some(sealed) => Cow::Borrowed(sealed.as_slice()),
            None => {
                Cow::Owned(seal::seal(&mut self.ring, self.keys, &of.stream, version, &of.entry.event.sealed)?)
            }
        };
        let recorded = context.recorded.as_microsecond().max(self.head.recorded);
        let millis = u64::try_from(recorded / 1000).unwrap_or(0);
        Ok(Raw {
            position: self.head.position + 1,
            id: uuid::Builder::from_unix_timestamp_millis(millis, &of.chance).into_uuid().to_string(),
            node: self.node,
            stream: &of.stream,
            version: i64::try_from(version).unwrap_or(i64::MAX),
            at: context.at.as_microsecond(),
            recorded,
            source: context.source.word(),
            actor: &context.actor,
            command: &context.command,
            command_seq,
            schema: SCHEMA,
            procedure: &of.entry.procedure,
            public: &of.public,
            sealed,
            salt: &of.salt,
        })
    }

    /// Writes what was planned: events, keys, rows, and the signature of the new end.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.events.is_empty() {
            return Ok(());
        }
        connection.make_room(self.head.position)?;
        erased::write(connection, &self.erased)?;
        let events = self.events.iter().map(|(raw, digest)| raw.row(digest)).collect();
        let mut all = vec![Addition::to(&EVENT, events), self.ring.addition()];
        let files = self.files.iter().map(|(stream, version, bytes)| values![*stream, *version, *bytes].to_vec());
        all.push(Addition::to(&ATTACHMENT, files.collect()));
        all.extend(rows::additions(&self.rows));
        all.push(self.head.addition(self.keys));
        connection.add(&all)
    }
}

/// Each once, in order: the same commands make the same statement.
fn sorted<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<&str> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}
