//! A journal brought back from a backup, whole or up to a point; what was erased since stays erased.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use jiff::Timestamp;

use super::arrival::Arrival;
use super::chest::{self, Chest, Manifest};
use super::lines::{Chain, Line, PAGE, bytes, is_table, number, of_event, text};
use super::{Home, Watch, count};
use crate::attachment::ATTACHMENT;
use crate::database::{Connection, values};
use crate::erased;
use crate::error::StoreError;
use crate::folder;
use crate::journal::{HEAD, Signed};
use crate::keys::{Keys, hex};
use crate::leaf::{LEAF, SIGNED};
use crate::seal;
use crate::tally::FOLLOWER;
use crate::verify::Finding;

/// Parties of streams.
type Parties = BTreeSet<(String, u32)>;

/// How far to restore. A command is brought back whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// No event after this position.
    Position(u64),
    /// No event written after this moment.
    Time(Timestamp),
}

/// What to restore, and where to.
#[derive(Debug, Clone, Copy)]
pub struct RestoreAsked<'a> {
    /// The folder of the backup.
    pub from: &'a Path,
    /// The backup key file.
    pub key: &'a Path,
    /// How far; none: all of it.
    pub until: Option<Until>,
    /// Where to: a folder without a journal, or an empty database. The node's keys must be in the folder, if they are
    /// not in the backup.
    pub home: Home<'a>,
    /// How many leaves the public log is known to have been signed with, where that is known.
    pub published: Option<u64>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was taken.
    pub taken: Timestamp,
    /// Events that are back: up to this position.
    pub position: u64,
    /// Events of the backup that were left out.
    pub left_out: u64,
    /// Parties whose words stay erased: of events that are back, the key was gone when the backup was taken.
    pub erased: u64,
    /// Leaves of the public log.
    pub leaves: u64,
    /// Leaves of events that were left out: they stay in the log, which would otherwise contradict itself.
    pub leaves_alone: u64,
    /// Whether the node's keys came from the backup.
    pub keys_from_backup: bool,
}

/// Restores a backup into an empty place. Broken off, it goes on when it is asked again.
///
/// # Errors
/// The key does not fit, a file is missing or not what was written, the place is not empty, the node's keys are missing
/// or others, what is asked lies after the backup, or the public log would contradict what it signed.
pub fn restore(asked: &RestoreAsked<'_>, watch: &mut Watch<'_>) -> Result<Restored, StoreError> {
    let (chest, manifest) = Chest::to_open(asked.from, asked.key)?;
    check_until(asked.until, &manifest)?;
    for file in manifest.files() {
        file.check(&chest.folder)?;
    }
    let kept_apart = asked.home.key_file().is_none();
    let path = folder::keys_of(asked.home.folder);
    let from = format!("'huiyin restore' of backup {} of node {}", manifest.number, manifest.node);
    let keys_from_backup = manifest.keys.as_ref().filter(|_| !kept_apart && !path.exists());
    if keys_from_backup.is_none() && !kept_apart && !path.exists() {
        let why = format!(
            "the backup does not hold the keys of the node: put the node's key file at {} and restore again; without \
             it nothing sealed can be read",
            path.display()
        );
        return Err(StoreError::Refused(why));
    }
    if keys_from_backup.is_none() {
        // Told before anything is made: a wrong key file is the likeliest fault.
        Known::read(&chest, &manifest)?.check(&manifest, &asked.home.keys()?, asked)?;
    }
    let arrival = Arrival::begin(asked.home, &from)?;
    if let Some(file) = keys_from_backup {
        let clear = chest.open(file)?.all()?;
        chest::put_keys(&path, &text(clear.to_vec())?)?;
    }
    let (arrival, restored) = unpack(arrival, &chest, &manifest, &asked.home.keys()?, asked, watch)?;
    arrival.settle()?;
    Ok(Restored { keys_from_backup: keys_from_backup.is_some(), ..restored })
}

fn check_until(until: Option<Until>, manifest: &Manifest) -> Result<(), StoreError> {
    let ends = format!("the backup ends with event {}, taken {}", manifest.position, manifest.taken);
    let beyond = match until {
        Some(Until::Position(position)) => position > count(manifest.position),
        Some(Until::Time(time)) => time > manifest.taken,
        None => false,
    };
    if beyond { Err(StoreError::Refused(format!("{ends}: what came later is not in it"))) } else { Ok(()) }
}

/// Unpacks a backup into a place that is not settled yet.
pub(super) fn unpack(
    arrival: Arrival,
    chest: &Chest,
    manifest: &Manifest,
    keys: &Keys,
    asked: &RestoreAsked<'_>,
    watch: &mut Watch<'_>,
) -> Result<(Arrival, Restored), StoreError> {
    let known = Known::read(chest, manifest)?;
    known.check(manifest, keys, asked)?;
    arrival.keep(|take| {
        let mut file = chest.open(&manifest.tables)?;
        while let Some((table, line)) = file.line()? {
            if !is_table(table, &HEAD) {
                take(table, line)?;
            }
        }
        Ok(())
    })?;
    watch("tables", 0, count(manifest.position))?;
    let mut coming = Coming {
        before: arrival.end.clone(),
        arrival,
        until: asked.until,
        chain: Chain::start(),
        kept: Chain::start(),
        command: Vec::new(),
        page: Vec::new(),
        files: Files::default(),
        erased: BTreeSet::new(),
        left_out: BTreeSet::new(),
        ended: false,
    };
    for stretch in &manifest.events {
        let mut file = chest.open(&stretch.file)?;
        while let Some((table, line)) = file.line()? {
            if is_table(table, &ATTACHMENT) { coming.files.take(line) } else { coming.take(line)? }
        }
        watch("events", count(coming.chain.position), count(manifest.position))?;
    }
    if coming.chain.position != manifest.position || hex(&coming.chain.digest) != manifest.digest {
        return Err(StoreError::NotAsWritten(Finding::CutAfter(count(coming.chain.position))));
    }
    let (arrival, left_out, erased) = coming.end()?;
    let leaves_alone = leave_out(&arrival, &left_out)?;
    arrival.sign(keys)?;
    watch("verified", count(arrival.end.position), count(manifest.position))?;
    let restored = Restored {
        taken: manifest.taken,
        position: count(arrival.end.position),
        left_out: count(manifest.position - arrival.end.position),
        erased,
        leaves: known.leaves,
        leaves_alone,
        keys_from_backup: false,
    };
    Ok((arrival, restored))
}

/// What has to be known of the small tables before anything is written.
struct Known {
    signed: Signed,
    leaves: u64,
    /// Leaves of the tree that was signed last.
    published: u64,
}

impl Known {
    fn read(chest: &Chest, manifest: &Manifest) -> Result<Known, StoreError> {
        let mut known = Known { signed: Signed::default(), leaves: 0, published: 0 };
        let mut file = chest.open(&manifest.tables)?;
        while let Some((table, line)) = file.line()? {
            if is_table(table, &HEAD) {
                let (digest, mac) = (bytes(&line, 2).to_vec(), bytes(&line, 3).to_vec());
                known.signed = Signed { position: number(&line, 1).unwrap_or(-1), digest, mac };
            } else if is_table(table, &LEAF) {
                known.leaves += 1;
            } else if is_table(table, &FOLLOWER) && bytes(&line, 0) == SIGNED.as_bytes() {
                known.published = count(number(&line, 1).unwrap_or(0));
            }
        }
        Ok(known)
    }

    fn check(&self, manifest: &Manifest, keys: &Keys, asked: &RestoreAsked<'_>) -> Result<(), StoreError> {
        if !self.signed.mac.is_empty() && !self.signed.is_of(keys) {
            return Err(folder::origin_of(asked.home).unreadable("they are not the keys of this journal"));
        }
        if self.signed.position != manifest.position {
            return Err(StoreError::NotAsWritten(Finding::CutAfter(count(manifest.position))));
        }
        let published = asked.published.unwrap_or(0).max(self.published);
        if published > self.leaves {
            let why = format!(
                "the public log was signed with {published} leaves, the backup holds {}: what is signed next would \
                 contradict it; restore a later backup",
                self.leaves
            );
            return Err(StoreError::Refused(why));
        }
        Ok(())
    }
}

/// Files on their way, by stream and version.
#[derive(Default)]
struct Files {
    waiting: HashMap<(Vec<u8>, Option<i64>), Line>,
    bytes: usize,
}

/// What is held of files before a page of events is written.
const FILE_BYTES_HELD: usize = 32 << 20;

impl Files {
    fn take(&mut self, line: Line) {
        self.bytes += bytes(&line, 2).len();
        self.waiting.insert((bytes(&line, 0).to_vec(), number(&line, 1)), line);
    }

    /// The file that an event brought.
    fn of(&mut self, event: &Line) -> Option<Line> {
        let key = (bytes(event, of_event::STREAM).to_vec(), number(event, of_event::VERSION));
        let found = self.waiting.remove(&key)?;
        self.bytes -= bytes(&found, 2).len();
        Some(found)
    }
}

/// Events as they come from a backup, kept command by command until the point that was asked for.
struct Coming {
    arrival: Arrival,
    /// What was here before, from a restore that was broken off.
    before: Chain,
    until: Option<Until>,
    chain: Chain,
    /// As far as whole commands were taken.
    kept: Chain,
    /// Events of a command that may go on.
    command: Vec<Line>,
    page: Vec<Line>,
    /// Files of events that wait to be written.
    files: Files,
    /// Parties without a key whose words are here.
    erased: Parties,
    /// Parties with words in events that were left out.
    left_out: Parties,
    ended: bool,
}

impl Coming {
    fn take(&mut self, line: Line) -> Result<(), StoreError> {
        let before = self.chain.clone();
        self.chain.follow(&line)?;
        if number(&line, of_event::COMMAND_SEQ) == Some(0) {
            self.command_ended(before)?;
        }
        self.ended |= match self.until {
            Some(Until::Position(position)) => count(self.chain.position) > position,
            Some(Until::Time(time)) => self.chain.recorded > time.as_microsecond(),
            None => false,
        };
        self.command.push(line);
        Ok(())
    }

    /// What was gathered is a whole command, which ended with the chain as it is given.
    fn command_ended(&mut self, at: Chain) -> Result<(), StoreError> {
        let command = std::mem::take(&mut self.command);
        if self.ended {
            self.left_out.extend(command.iter().flat_map(parties));
            command.iter().for_each(|event| drop(self.files.of(event)));
            return Ok(());
        }
        self.kept = at;
        if self.kept.position == self.before.position && self.kept.digest != self.before.digest {
            return Err(self.arrival.occupied());
        }
        self.page.extend(command);
        if self.page.len() >= PAGE || self.files.bytes >= FILE_BYTES_HELD { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), StoreError> {
        let page = std::mem::take(&mut self.page);
        let of_page: Parties = page.iter().flat_map(parties).collect();
        self.erased.extend(without_key(&self.arrival.connection, of_page)?);
        // What is here from a restore that was broken off is here with its file.
        let (page, here): (Vec<Line>, Vec<Line>) =
            page.into_iter().partition(|line| number(line, of_event::POSITION) > Some(self.before.position));
        here.iter().for_each(|event| drop(self.files.of(event)));
        if page.is_empty() {
            return Ok(());
        }
        self.arrival.add_events(page, &self.kept, |event| Ok(self.files.of(event)))
    }

    /// The place with all that was to come, the parties of what was left out, and how many parties stay erased.
    fn end(mut self) -> Result<(Arrival, Parties, u64), StoreError> {
        self.command_ended(self.chain.clone())?;
        if !self.page.is_empty() {
            self.write()?;
        }
        // What a restore that was broken off brought here goes further than what is asked now.
        if self.arrival.end != self.kept {
            return Err(self.arrival.occupied());
        }
        Ok((self.arrival, self.left_out, self.erased.len() as u64))
    }
}

/// Whose words an event holds.
fn parties(line: &Line) -> Vec<(String, u32)> {
    let stream = String::from_utf8_lossy(bytes(line, of_event::STREAM)).into_owned();
    let parties = seal::parties(bytes(line, of_event::SEALED));
    parties.into_iter().map(|party| (stream.clone(), party.0)).collect()
}

/// The parties among some that have no key.
fn without_key(connection: &Connection, parties: Parties) -> Result<Parties, StoreError> {
    let mut without = parties;
    let mut streams: Vec<String> = without.iter().map(|(stream, _)| stream.clone()).collect();
    streams.dedup();
    let streams: Vec<&str> = streams.iter().map(String::as_str).collect();
    let sql = format!("SELECT stream, party FROM party_key WHERE {}", connection.among("stream", 1));
    let with = connection.all(&sql, &values![streams], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let with: Parties = with.into_iter().collect();
    without.retain(|key| !with.contains(key));
    Ok(without)
}

/// Removes what belongs to events that were left out: keys of words that are not here, and of leaves the place of
/// their event. The leaves themselves stay: they were published. How many.
fn leave_out(arrival: &Arrival, parties: &Parties) -> Result<u64, StoreError> {
    let (connection, end) = (&arrival.connection, arrival.end.position);
    let alone: u64 =
        connection.one("SELECT count(*) FROM leaf WHERE position > ?1", &values![end], |row| row.get(0))?;
    arrival.whole(|| {
        connection.execute("UPDATE leaf SET position = NULL WHERE position > ?1", &values![end])?;
        erased::cut_short(connection)?;
        for (stream, party) in parties {
            let sql = "SELECT sealed FROM event WHERE stream = ?1 AND version > coalesce(
                         (SELECT through FROM erased WHERE stream = ?1 AND party = ?2), 0)";
            let is_here = connection.read(sql, &values![stream, *party], |rows| {
                while let Some(row) = rows.next()? {
                    if seal::parties(&row.get::<Vec<u8>>(0)?).iter().any(|here| here.0 == *party) {
                        return Ok(true);
                    }
                }
                Ok(false)
            })?;
            if !is_here {
                let sql = "DELETE FROM party_key WHERE stream = ?1 AND party = ?2";
                connection.execute(sql, &values![stream, *party])?;
            }
        }
        Ok(())
    })?;
    Ok(alone)
}
