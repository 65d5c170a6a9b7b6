//! A log in a folder: its tiles and its checkpoint as files, written so that a crash leaves the log before or after.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;

use crate::tile::Tile;
use crate::tiles::{CHECKPOINT, Tiles};

/// Files waiting for the disk at once; more would run out of open files.
const PENDING_MAX: usize = 512;

/// Threads that wait for the disk together: it takes what many ask for in one go.
const WAITING_MAX: usize = 16;

/// Tiles that can also be written. What a checkpoint needs is on disk before the checkpoint is.
pub trait Storage: Tiles {
    /// Writes a tile; it may still be lost in a crash until [`Storage::sync`]. No published tile is ever written again.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(&mut self, tile: Tile, bytes: &[u8]) -> io::Result<()>;

    /// Returns when everything written is on disk.
    ///
    /// # Errors
    /// It cannot be known to be there.
    fn sync(&mut self) -> io::Result<()>;

    /// Puts the checkpoint in the place of the one before: at every moment the one or the other is there, whole.
    ///
    /// # Errors
    /// It cannot be written; either may be there.
    fn replace_checkpoint(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// The full tiles beside which partial ones stand; also those whose full tile is not there yet.
    ///
    /// # Errors
    /// The storage cannot say.
    fn with_partials(&self) -> io::Result<Vec<Tile>>;

    /// Removes the partial tiles that stand beside this full one.
    ///
    /// # Errors
    /// They cannot be removed.
    fn remove_partials(&mut self, tile: Tile) -> io::Result<()>;
}

/// A folder with the files of a log under the very paths they are served at.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    pending: Vec<File>,
    /// Folders with new names in them.
    renamed: BTreeSet<PathBuf>,
}

impl Folder {
    /// The folder; made with the first tile where it is absent.
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into(), pending: Vec::new(), renamed: BTreeSet::new() }
    }

    /// Makes a folder and remembers which ones above have a new name in them.
    fn make(&mut self, folder: &Path) -> io::Result<()> {
        let absent: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        if absent.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        self.renamed.extend(absent.iter().filter_map(|folder| folder.parent()).map(|above| match above {
            above if above.as_os_str().is_empty() => PathBuf::from("."),
            above => above.to_owned(),
        }));
        Ok(())
    }
}

impl Tiles for Folder {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        if path != CHECKPOINT && Tile::parse(path).is_none() {
            return Ok(None);
        }
        match fs::read(self.root.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Storage for Folder {
    fn write(&mut self, tile: Tile, bytes: &[u8]) -> io::Result<()> {
        let path = self.root.join(tile.path());
        let folder = path.parent().unwrap_or(&self.root).to_owned();
        self.make(&folder)?;
        let mut file = File::create(&path)?;
        file.write_all(bytes)?;
        self.renamed.insert(folder);
        self.pending.push(file);
        if self.pending.len() >= PENDING_MAX { self.sync() } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        for folder in std::mem::take(&mut self.renamed) {
            self.pending.push(File::open(folder)?);
        }
        sync_all(&std::mem::take(&mut self.pending))
    }

    fn replace_checkpoint(&mut self, bytes: &[u8]) -> io::Result<()> {
        let root = self.root.clone();
        self.make(&root)?;
        self.sync()?;
        replace(&root.join(CHECKPOINT), bytes)
    }

    fn with_partials(&self) -> io::Result<Vec<Tile>> {
        let mut found = Vec::new();
        let top = self.root.join("tile");
        if top.exists() {
            partial_folders(&self.root, &top, &mut found)?;
        }
        Ok(found)
    }

    fn remove_partials(&mut self, tile: Tile) -> io::Result<()> {
        let folder = self.root.join(format!("{}.p", tile.full().path()));
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Returns when all of these are on disk, as far as that can be known.
fn sync_all(files: &[File]) -> io::Result<()> {
    let share = files.len().div_ceil(WAITING_MAX).max(1);
    let sync = |files: &[File]| files.iter().try_for_each(File::sync_all);
    thread::scope(|scope| {
        let start = |files| thread::Builder::new().spawn_scoped(scope, move || sync(files));
        let waiting = files.chunks(share).map(start).collect::<io::Result<Vec<_>>>()?;
        let stopped = |_| Err(io::Error::other("a thread that waited for the disk has stopped"));
        waiting.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(stopped))
    })
}

/// Writes a file aside, flushes it, and puts it in the place of the one before, also on disk.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = File::create(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// Names alone are looked at, so that a folder of a million tiles is walked in a moment.
fn partial_folders(root: &Path, folder: &Path, found: &mut Vec<Tile>) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        if !item.file_type()?.is_dir() {
            continue;
        }
        let path = item.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        match name.strip_suffix(".p") {
            Some(full) => found.extend(Tile::parse(full)),
            None => partial_folders(root, &path, found)?,
        }
    }
    Ok(())
}
