//! A group of commands that share a transaction: what the database knows of all of them is asked at once, each is planned
//! in memory, and all that stand are written together. A command that does not stand leaves no trace in the plan.

use std::collections::HashMap;

use casework::read::Row;

use crate::database::{Connection, Value, values};
use crate::error::StoreError;
use crate::journal::{self, Context, EVENT, Entry, Head, Raw, SCHEMA};
use crate::keys::Keys;
use crate::rows;
use crate::seal::{self, Ring};

/// Events of one command with the rows each leaves.
pub(crate) struct Append {
    pub(crate) context: Context,
    pub(crate) entries: Vec<(Entry, Vec<Row>)>,
}

impl Append {
    /// The references of the matters it writes, each with the matter's id.
    fn references(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().flat_map(|(_, rows)| rows).filter_map(|row| match row {
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
}

impl<'a> Group<'a> {
    /// Asks what has to be known to plan some commands.
    pub(crate) fn of(
        connection: &Connection,
        keys: &'a Keys,
        node: &'a str,
        appends: &[&Append],
    ) -> Result<Group<'a>, StoreError> {
        let head = journal::head(connection, keys)?;
        let entries = || appends.iter().flat_map(|append| &append.entries);
        let streams: Vec<String> = sorted(entries().map(|(entry, _)| entry.stream.to_string()));
        let versions = versions(connection, &streams)?;
        let commands = sorted(appends.iter().map(|append| append.context.command.as_str()));
        let sql =
            format!("SELECT command, id FROM event WHERE command_seq = 0 AND {}", connection.among("command", 1));
        let commands = connection.all(&sql, &values![commands], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sought = sorted(appends.iter().flat_map(|append| append.references()).map(|(reference, _)| reference));
        let references = if sought.is_empty() {
            Vec::new()
        } else {
            let sql = format!("SELECT reference, id FROM matter WHERE {}", connection.among("reference", 1));
            connection.all(&sql, &values![sought], |row| Ok((row.get(0)?, row.get(1)?)))?
        };
        // A stream without events has no keys yet.
        let begun = versions.iter().filter(|(_, version)| **version > 0).map(|(stream, _)| stream.as_str());
        let ring = Ring::of(connection, begun.collect())?;
        Ok(Group {
            keys,
            node,
            head,
            versions,
            commands: commands.into_iter().collect(),
            references: references.into_iter().collect(),
            ring,
            events: Vec::new(),
            rows: Vec::new(),
        })
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
        let planned = self.plan(append, &mut versions);
        if let Err(error) = planned {
            self.events.truncate(events);
            self.ring.forget_after(made);
            self.head = head;
            // In reverse, so that a stream written to twice is put back to what it was before the first.
            self.versions.extend(versions.into_iter().rev());
            return Err(error);
        }
        let id = self.events.get(events).map(|(raw, _)| raw.id.clone());
        let written = append.entries.iter().map(|(_, rows)| rows.as_slice());
        let positions = self.events[events..].iter().map(|(raw, _)| u64::try_from(raw.position).unwrap_or(0));
        self.rows.extend(positions.zip(written));
        self.references.extend(append.references().map(|(reference, id)| (reference.to_owned(), id.to_owned())));
        if let Some(id) = &id {
            self.commands.insert(append.context.command.clone(), id.clone());
        }
        Ok(id)
    }

    /// `changed` gets each stream that is written to with its version before.
    fn plan(&mut self, append: &'a Append, changed: &mut Vec<(String, u64)>) -> Result<(), StoreError> {
        for (command_seq, (entry, _)) in (0_i64..).zip(&append.entries) {
            let stream = entry.stream.to_string();
            let version = self.versions.get(&stream).copied().unwrap_or(0);
            if version != entry.expected {
                return Err(StoreError::Conflict(stream));
            }
            if command_seq == 0 && self.commands.contains_key(&append.context.command) {
                return Err(StoreError::Repeated(append.context.command.clone()));
            }
            let raw = self.next(&append.context, entry, command_seq, stream)?;
            changed.push((raw.stream.clone(), version));
            self.versions.insert(raw.stream.clone(), version + 1);
            let digest = raw.digest(&self.head.digest);
            self.head = Head { position: raw.position, digest: digest.to_vec(), recorded: raw.recorded };
            self.events.push((raw, digest));
        }
        let taken = |(reference, id): (&str, &str)| self.references.get(reference).is_some_and(|of| of != id);
        if append.references().any(taken) { Err(StoreError::ReferenceTaken) } else { Ok(()) }
    }

    fn next(
        &mut self,
        context: &'a Context,
        entry: &'a Entry,
        command_seq: i64,
        stream: String,
    ) -> Result<Raw<'a>, StoreError> {
        let version = entry.expected + 1;
        let mut random = [0_u8; 26];
        getrandom::fill(&mut random)?;
        let (for_id, salt) = random.split_at(10);
        let recorded = context.recorded.as_microsecond().max(self.head.recorded);
        let millis = u64::try_from(recorded / 1000).unwrap_or(0);
        let for_id: [u8; 10] = for_id.try_into().unwrap_or_default();
        Ok(Raw {
            position: self.head.position + 1,
            id: uuid::Builder::from_unix_timestamp_millis(millis, &for_id).into_uuid().to_string(),
            node: self.node,
            version: i64::try_from(version).unwrap_or(i64::MAX),
            at: context.at.as_microsecond(),
            recorded,
            source: context.source.word(),
            actor: &context.actor,
            command: &context.command,
            command_seq,
            schema: SCHEMA,
            procedure: &entry.procedure,
            public: journal::encode(&entry.event.public)?,
            sealed: seal::seal(&mut self.ring, self.keys, &stream, version, &entry.event.sealed)?,
            salt: salt.to_vec(),
            stream,
        })
    }

    /// Writes what was planned: events, keys, rows, and the signature of the new end.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.events.is_empty() {
            return Ok(());
        }
        let events: Vec<Vec<Value<'_>>> = self.events.iter().map(|(raw, digest)| raw.row(digest)).collect();
        connection.insert(&EVENT, &events)?;
        self.ring.write(connection)?;
        rows::write(connection, &self.rows)?;
        self.head.write(connection, self.keys)
    }
}

/// Each once, in order: the same commands make the same statement.
fn sorted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn versions(connection: &Connection, streams: &[String]) -> Result<HashMap<String, u64>, StoreError> {
    let sql = format!(
        "SELECT value, (SELECT coalesce(max(version), 0) FROM event WHERE stream = value) FROM {}",
        connection.listed(1)
    );
    let streams: Vec<&str> = streams.iter().map(String::as_str).collect();
    Ok(connection.all(&sql, &values![streams], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}
