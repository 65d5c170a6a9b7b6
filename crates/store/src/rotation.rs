//! Master keys come and go in the key file: made beside the old one, taken up by whoever runs, dropped when nothing lies
//! under them. The database is asked, never changed: what stands in the file is for those who work on it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::carry::Home;
use crate::database::{Connection, values};
use crate::error::StoreError;
use crate::key_place::{Origin, folder_of};
use crate::keys::{KeyFile, fresh_key};
use crate::masters::{KeyId, NAMES_ITS_KEY, Under};
use crate::sealing::Sealing;

/// How it stands with a master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStanding {
    /// Its name; tells nothing of it.
    pub id: String,
    /// New pieces are wrapped under it.
    pub in_use: bool,
    /// It is in the key file for others to copy, and not to be used yet.
    pub prepared: bool,
    /// Pieces that lie under it: keys of parties and secrets of one-time codes.
    pub pieces: u64,
}

/// Makes a key file for a node that keeps its keys elsewhere.
///
/// # Errors
/// There is a file already, or the disk refuses.
pub fn make_key_file(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Err(StoreError::Refused(format!("{} is there already: nothing was changed", path.display())));
    }
    KeyFile::fresh()?.write(path).map_err(|error| cannot_write(path, &error))
}

/// Adds a master key to the key file. One that was prepared is used from now on; else a fresh one is, or is only prepared.
/// Whoever works on the journal takes it up by themselves. The key's name.
///
/// # Errors
/// The keys are kept elsewhere, the file cannot be read or written, or one is prepared already.
pub fn rotate(home: Home<'_>, only_prepare: bool) -> Result<String, StoreError> {
    let mut id = None;
    change(home, |file| {
        match (file.next.take(), only_prepare) {
            (Some(_), true) => {
                let why =
                    "a key is prepared already: copy the key file to every process, then run it without --prepare";
                return Err(StoreError::Refused(why.to_owned()));
            }
            (Some(prepared), false) => file.seals.push(prepared),
            (None, true) => file.next = Some(fresh_key()?),
            (None, false) => file.seals.push(fresh_key()?),
        }
        id = file.next.as_ref().or(file.seals.last()).map(|key| KeyId::of(key));
        Ok(())
    })?;
    Ok(id.map_or_else(String::new, |id| id.to_string()))
}

/// How it stands with each master key, the oldest first; those that are not in the key file at the end.
///
/// # Errors
/// There is no journal or no key, or the database cannot be read.
pub fn standing(home: Home<'_>) -> Result<Vec<KeyStanding>, StoreError> {
    let keys = home.keys()?;
    let connection = home.read_beside()?;
    let (sealing, mut under) = connection.snapshot(|| Ok((Sealing::read(&connection)?, pieces(&connection)?)))?;
    let masters = keys.masters();
    let in_use = sealing.map_or(masters.in_use(), |sealing| sealing.key);
    let mut all: Vec<KeyStanding> = Vec::new();
    for (place, (id, prepared)) in masters.ids().enumerate() {
        let named = under.remove(&Some(id)).unwrap_or(0);
        // What names no key was wrapped under the first there was.
        let unnamed = if place == 0 { under.remove(&None).unwrap_or(0) } else { 0 };
        let standing = KeyStanding { id: id.to_string(), in_use: id == in_use, prepared, pieces: named + unnamed };
        all.push(standing);
    }
    for (id, pieces) in under {
        let id = id.map_or_else(|| "unnamed".to_owned(), |id| id.to_string());
        all.push(KeyStanding { id, in_use: false, prepared: false, pieces });
    }
    Ok(all)
}

/// Drops from the key file every master key older than the one in use. Their names.
///
/// # Errors
/// Something still lies under another key than the one in use; the keys are kept elsewhere; the file cannot be written.
pub fn retire(home: Home<'_>) -> Result<Vec<String>, StoreError> {
    let connection = home.read_beside()?;
    let sealing = Sealing::read(&connection)?;
    let sealing = sealing.ok_or_else(|| {
        StoreError::Refused("start the server on this journal once: it does not know yet how it seals".to_owned())
    })?;
    let mut dropped = Vec::new();
    change(home, |file| {
        let ids: Vec<KeyId> = file.seals.iter().map(|key| KeyId::of(key)).collect();
        let Some(place) = ids.iter().position(|id| *id == sealing.key) else {
            return Err(StoreError::MasterKeyAbsent(sealing.key.to_string()));
        };
        // Read after the key came into use: from then on nothing comes to lie under an older one.
        let under = connection.snapshot(|| pieces(&connection))?;
        let others: u64 = under.iter().filter(|(id, _)| **id != Some(sealing.key)).map(|(_, count)| count).sum();
        if others > 0 {
            return Err(StoreError::Refused(format!(
                "{others} keys of parties and secrets still lie under other master keys, so none can be dropped: let \
                 'huiyin serve' run, or run 'huiyin keys rewrap', until 'huiyin keys status' says 0"
            )));
        }
        file.seals.drain(..place);
        dropped = ids.into_iter().take(place).map(|id| id.to_string()).collect();
        Ok(())
    })?;
    Ok(dropped)
}

/// Changes the key file under a lock, so that two who do so at once do not undo one another's work.
fn change(home: Home<'_>, work: impl FnOnce(&mut KeyFile) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let Some(path) = home.key_file() else {
        let why = "the keys are kept where --key-command takes them from: add the line there ('seal = ' and 64 hex \
                   digits, after the others), or drop it there, as docs/operating/keys.md says";
        return Err(StoreError::Refused(why.to_owned()));
    };
    if !path.exists() {
        return Err(StoreError::KeysMissing { journal: home.folder.to_owned(), keys: path });
    }
    let folder = folder_of(&path).map_err(|error| cannot_write(&path, &error))?;
    folder.lock().map_err(|error| cannot_write(&path, &error))?;
    let mut file = KeyFile::read(&Origin::File(path.clone()))?;
    work(&mut file)?;
    file.write(&path).map_err(|error| cannot_write(&path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::CannotWrite(format!("{}: {error}", path.display()))
}

/// How many pieces lie under each key; none: under one that they do not name.
fn pieces(connection: &Connection) -> Result<BTreeMap<Option<KeyId>, u64>, StoreError> {
    let mut under = BTreeMap::new();
    let sql = "SELECT head, count(*) FROM (
           SELECT CASE WHEN wrapped < ?1 THEN ?2 ELSE substr(wrapped, 1, 5) END AS head FROM party_key
           UNION ALL SELECT CASE WHEN secret < ?1 THEN ?2 ELSE substr(secret, 1, 5) END FROM factor) AS piece
         GROUP BY head";
    connection.read(sql, &values![&[NAMES_ITS_KEY][..], &[0_u8][..]], |rows| {
        while let Some(row) = rows.next()? {
            let id = match Under::of(&row.get::<Vec<u8>>(0)?) {
                Some(Under::Key(id)) => Some(id),
                Some(Under::First) | None => None,
            };
            *under.entry(id).or_insert(0) += row.get::<u64>(1)?;
        }
        Ok(under)
    })
}
