//! A backup beside a running server: the events that came since the last one, and the small tables anew.

use std::path::Path;

use jiff::Timestamp;

use super::chest::{Chest, EVENTS, FORMAT, Manifest, NODE_KEYS, Stretch, TABLES};
use super::lines::{Chain, Fingerprint, each, events, file_of, kept, number, of_event};
use super::sealed_file::Listed;
use super::{Home, Watch, count};
use crate::attachment::ATTACHMENT;
use crate::database::Connection;
use crate::error::StoreError;
use crate::folder;
use crate::journal::{EVENT, HEAD, Signed};
use crate::keys::hex;
use crate::verify::Finding;

/// A file of events is not made much larger.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// What to back up, and where.
#[derive(Debug, Clone, Copy)]
pub struct BackupAsked<'a> {
    /// The journal. Another process may be working on it.
    pub home: Home<'a>,
    /// The folder of the backup; made where it is new.
    pub to: &'a Path,
    /// The backup key file; made with the first backup. It lies neither in the backup nor in the data folder.
    pub key: &'a Path,
    /// Whether the keys of the node go into the backup as well, encrypted like all else.
    pub with_keys: bool,
    /// The moment it is.
    pub now: Timestamp,
}

/// What was backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Position of the last event in it.
    pub position: u64,
    /// Events that were new.
    pub new_events: u64,
    /// Bytes that were written.
    pub bytes: u64,
    /// Bytes of the whole backup.
    pub total: u64,
    /// Counts backups into this folder.
    pub number: u64,
    /// A digest over what is kept beside the events, as it was at that moment.
    pub(super) kept: String,
}

/// Backs up what came since the last backup into the same folder. Until it is finished, the last one stands.
///
/// # Errors
/// The journal cannot be read or is not as it was written; it is another than the one backed up before; the key lies
/// where it must not; the disk refuses.
pub fn back_up(asked: &BackupAsked<'_>, watch: &mut Watch<'_>) -> Result<BackedUp, StoreError> {
    let keys = asked.home.keys()?;
    let connection = asked.home.read_beside()?;
    let mut chest = Chest::to_fill(asked.to, asked.key, asked.home.folder)?;
    let number = chest.manifest.as_ref().map_or(1, |manifest| manifest.number + 1);
    let kept = connection.snapshot(|| tables(&connection, &chest, number))?;
    if !kept.signed.mac.is_empty() && !kept.signed.is_of(&keys) {
        return Err(StoreError::NotAsSigned);
    }
    watch("tables", 0, count(kept.signed.position))?;
    let mut chain = last(&chest, &connection)?;
    let before = chain.position;
    let mut stretches = chest.manifest.as_ref().map(|manifest| manifest.events.clone()).unwrap_or_default();
    let mut bytes = kept.file.bytes;
    while chain.position < kept.signed.position {
        let stretch = stretch(&connection, &chest, &mut chain, kept.signed.position, watch)?;
        bytes += stretch.file.bytes;
        stretches.push(stretch);
    }
    if kept.signed.position > 0 && chain.digest != kept.signed.digest {
        return Err(StoreError::NotAsWritten(Finding::CutAfter(count(chain.position))));
    }
    let node_keys = if asked.with_keys { Some(node_keys(asked.home, &chest, number)?) } else { None };
    bytes += node_keys.as_ref().map_or(0, |file| file.bytes);
    watch("manifest", count(chain.position), count(chain.position))?;
    let manifest = Manifest {
        format: FORMAT,
        number,
        taken: asked.now,
        node: folder::node_of(&connection, &keys)?,
        position: chain.position,
        digest: hex(&chain.digest),
        events: stretches,
        tables: kept.file,
        keys: node_keys,
    };
    let total = manifest.files().map(|file| file.bytes).sum();
    chest.conclude(manifest)?;
    Ok(BackedUp {
        position: count(chain.position),
        new_events: count(chain.position - before),
        bytes,
        total,
        number,
        kept: kept.print,
    })
}

/// Small tables as they were written, and where the journal ended at that moment.
struct Kept {
    file: Listed,
    signed: Signed,
    print: String,
}

/// Writes what is neither an event nor made from events. Events need no snapshot: those up to the signed end never
/// change, so a long backup holds nothing up.
fn tables(connection: &Connection, chest: &Chest, number: u64) -> Result<Kept, StoreError> {
    let mut file = chest.create(&format!("{TABLES}{number:012}"))?;
    let signed = Signed::read(connection)?.unwrap_or_default();
    if Chain::end_of(connection)?.position != signed.position {
        return Err(StoreError::NotAsSigned);
    }
    each(connection, &HEAD, &HEAD.select(), |line| file.line(&HEAD, &line))?;
    let mut print = Fingerprint::default();
    for (table, sql) in kept() {
        each(connection, table, &sql, |line| {
            print.take(&line);
            file.line(table, &line)
        })?;
    }
    Ok(Kept { file: file.finish()?, signed, print: print.hex() })
}

/// Where the last backup ended, which must be a place in this journal.
fn last(chest: &Chest, connection: &Connection) -> Result<Chain, StoreError> {
    let Some(manifest) = chest.manifest.as_ref().filter(|manifest| manifest.position > 0) else {
        return Ok(Chain::start());
    };
    let chain = Chain::at(connection, manifest.position)?;
    if chain.position == manifest.position && hex(&chain.digest) == manifest.digest {
        return Ok(chain);
    }
    let why = format!(
        "the backup in {} is of another journal, or this one was restored to an older point: begin a new folder and \
         keep the old one",
        chest.folder.display()
    );
    Err(StoreError::Refused(why))
}

/// Writes one file of events, each found to be chained to the one before.
fn stretch(
    connection: &Connection,
    chest: &Chest,
    chain: &mut Chain,
    to: i64,
    watch: &mut Watch<'_>,
) -> Result<Stretch, StoreError> {
    let from = chain.position + 1;
    let mut file = chest.create(&format!("{EVENTS}{from:012}"))?;
    while chain.position < to && file.bytes < FILE_BYTES_MAX {
        let page = events(connection, chain.position, to)?;
        if page.iter().find_map(|line| number(line, of_event::POSITION)).is_none() {
            return Err(StoreError::NotAsWritten(Finding::Dropped(count(chain.position + 1))));
        }
        for line in &page {
            chain.follow(line)?;
            file.line(&EVENT, line)?;
            if let Some(attached) = file_of(connection, line)? {
                file.line(&ATTACHMENT, &attached)?;
            }
        }
        watch("events", count(chain.position), count(to))?;
    }
    Ok(Stretch { from, to: chain.position, file: file.finish()? })
}

fn node_keys(home: Home<'_>, chest: &Chest, number: u64) -> Result<Listed, StoreError> {
    let path = home.key_file().ok_or_else(|| {
        let why =
            "the keys of the node are kept elsewhere (--key-command), not in its data folder: back them up there";
        StoreError::Refused(why.to_owned())
    })?;
    let text = crate::key_place::read(&path)?;
    let mut file = chest.create(&format!("{NODE_KEYS}{number:012}"))?;
    file.write(text.as_bytes())?;
    file.finish()
}
