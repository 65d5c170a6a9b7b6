//! The folder of a backup: its key, its manifest, and which files belong to it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::sealed_file::{Listed, Opener, Sealer, cannot_write};
use crate::error::StoreError;
use crate::key_place;
use crate::keys::{self, hex, keyed};

const MANIFEST: &str = "manifest";
const LOCK: &str = "lock";
const KEY_HEAD: &str = "huiyin backup key 1";
/// The version manifests are written in.
pub(super) const FORMAT: u32 = 1;
/// What our files begin with.
pub(super) const EVENTS: &str = "events-";
pub(super) const TABLES: &str = "tables-";
pub(super) const NODE_KEYS: &str = "keys-";

/// A file of events: written once, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stretch {
    /// First position in it.
    pub(super) from: i64,
    /// Last position in it.
    pub(super) to: i64,
    #[serde(flatten)]
    pub(super) file: Listed,
}

/// What a backup holds. Whatever is in its folder and not listed here does not belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// Counts backups into this folder, from 1.
    pub(super) number: u64,
    pub(super) taken: Timestamp,
    pub(super) node: String,
    /// The last event.
    pub(super) position: i64,
    /// Its digest, in hex.
    pub(super) digest: String,
    pub(super) events: Vec<Stretch>,
    pub(super) tables: Listed,
    /// The keys of the node, where they were asked for.
    pub(super) keys: Option<Listed>,
}

impl Manifest {
    pub(super) fn files(&self) -> impl Iterator<Item = &Listed> {
        self.events.iter().map(|stretch| &stretch.file).chain([&self.tables]).chain(&self.keys)
    }
}

/// The folder of a backup and the key to it.
pub(super) struct Chest {
    pub(super) folder: PathBuf,
    key: Zeroizing<[u8; 32]>,
    /// Of the last backup that was finished.
    pub(super) manifest: Option<Manifest>,
    _lock: Option<File>,
}

impl Chest {
    /// The folder to back up into, made where it is new, with its key.
    pub(super) fn to_fill(folder: &Path, key: &Path, data: &Path) -> Result<Chest, StoreError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| cannot_write(folder, &error))?;
        apart(folder, data, "the backup folder lies in the data folder: what destroys one destroys both")?;
        let why = "the key file lies in the backup folder or the data folder: whoever gets the backup would get its \
                   key as well; keep it elsewhere";
        apart(key, folder, why)?;
        apart(key, data, why)?;
        let lock = lock(folder)?;
        if !key.exists() {
            if folder.join(MANIFEST).exists() {
                let why = format!("the key file {} of this backup is gone: put it back", key.display());
                return Err(StoreError::Refused(format!("{why}, or begin a backup in a new folder")));
            }
            let fresh = Zeroizing::new(format!("key = {}", hex(&*keys::fresh_key()?)));
            key_place::put(key, &[KEY_HEAD, &fresh]).map_err(|error| cannot_write(key, &error))?;
        }
        let mut chest =
            Chest { folder: folder.to_owned(), key: read_key(key)?, manifest: None, _lock: Some(lock) };
        chest.manifest = chest.read_manifest()?;
        Ok(chest)
    }

    /// A folder that holds a backup.
    pub(super) fn to_open(folder: &Path, key: &Path) -> Result<(Chest, Manifest), StoreError> {
        if !folder.is_dir() {
            return Err(StoreError::Refused(format!(
                "{} is no folder: give the folder of a backup",
                folder.display()
            )));
        }
        let chest = Chest { folder: folder.to_owned(), key: read_key(key)?, manifest: None, _lock: None };
        let manifest = chest.read_manifest()?.ok_or_else(|| StoreError::BackupDamaged {
            file: folder.join(MANIFEST),
            what: "is missing: no backup was finished here",
        })?;
        Ok((chest, manifest))
    }

    pub(super) fn create(&self, name: &str) -> Result<Sealer, StoreError> {
        Sealer::create(&self.folder, name, &self.key)
    }

    pub(super) fn open(&self, file: &Listed) -> Result<Opener, StoreError> {
        Opener::open(&self.folder, &file.name, &self.key)
    }

    /// Puts a new manifest in the place of the old one: from this moment the new backup is the valid one.
    pub(super) fn conclude(&mut self, manifest: Manifest) -> Result<(), StoreError> {
        let body = serde_json::to_string(&manifest).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let path = self.folder.join(MANIFEST);
        let mac = hex(&self.mac(&body));
        key_place::put(&path, &[&body, &mac]).map_err(|error| cannot_write(&path, &error))?;
        self.manifest = Some(manifest);
        self.sweep()
    }

    /// Removes our files that no manifest lists: what was broken off, and older tables, which may hold keys of parties
    /// erased since.
    fn sweep(&self) -> Result<(), StoreError> {
        let Some(manifest) = &self.manifest else { return Ok(()) };
        let failed = |error: std::io::Error| cannot_write(&self.folder, &error);
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_ours = [EVENTS, TABLES, NODE_KEYS].iter().any(|begin| name.starts_with(begin));
            if is_ours && !manifest.files().any(|file| file.name == name) {
                fs::remove_file(&path).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn read_manifest(&self) -> Result<Option<Manifest>, StoreError> {
        let file = self.folder.join(MANIFEST);
        if !file.exists() {
            return Ok(None);
        }
        let damaged = |what| StoreError::BackupDamaged { file: file.clone(), what };
        let text = fs::read_to_string(&file).map_err(|_| damaged("cannot be read"))?;
        let (body, mac) = text.split_once('\n').ok_or_else(|| damaged("was cut short"))?;
        let mac = keys::unhex(mac.trim_end()).ok_or_else(|| damaged("was cut short"))?;
        if *mac != self.mac(body) {
            return Err(damaged("was altered, or the key file is that of another backup"));
        }
        let manifest: Manifest = serde_json::from_str(body).map_err(|_| damaged("is of another version"))?;
        if manifest.format == FORMAT { Ok(Some(manifest)) } else { Err(damaged("is of another version")) }
    }

    fn mac(&self, body: &str) -> [u8; 32] {
        keyed(&self.key, &[b"huiyin backup manifest", body.as_bytes()])
    }
}

fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(|error| cannot_write(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StoreError::Refused(format!("another backup into {} is at work", folder.display())))
        }
        Err(TryLockError::Error(error)) => Err(cannot_write(&path, &error)),
    }
}

/// Refuses a path that lies in a folder, however it is written. The path itself need not be there yet.
fn apart(path: &Path, folder: &Path, why: &str) -> Result<(), StoreError> {
    let absolute = std::path::absolute(path).map_err(|error| cannot_write(path, &error))?;
    let there = absolute.ancestors().find_map(|above| fs::canonicalize(above).ok());
    let folder = fs::canonicalize(folder).map_err(|error| cannot_write(folder, &error))?;
    if there.is_some_and(|there| there.starts_with(&folder)) {
        return Err(StoreError::Refused(why.to_owned()));
    }
    Ok(())
}

fn read_key(path: &Path) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let text = key_place::read(path)?;
    let key = text.strip_prefix(KEY_HEAD).and_then(|rest| rest.trim().strip_prefix("key = "));
    let no_key = || StoreError::KeysUnreadable(path.to_owned(), "it is no key file of a backup".to_owned());
    key.and_then(keys::unhex).ok_or_else(no_key)
}

/// Writes a file only its owner may read, in a folder only its owner may enter.
pub(super) fn put_keys(path: &Path, text: &str) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let done = fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, Permissions::from_mode(0o700)))
        .and_then(|()| key_place::put(path, &[text.trim_end()]));
    done.map_err(|error| cannot_write(path, &error))
}
