//! A log stopped at every step of its writing comes up again and ends with the very same files.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::rc::Rc;

use transparency::{Folder, Head, Log, LogError, Storage, Tile, Tiles};

use super::place::{entries, signer, vkey};

/// Sizes after each batch: within a tile, over its end, several tiles at once, nothing, up to the end of a tile.
const SIZES: [u64; 7] = [3, 250, 255, 800, 800, 1024, 1030];

/// How a step fails.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// Nothing of it happens.
    Before,
    /// Half of it happens.
    Torn,
    /// All of it happens, and nobody hears of it.
    After,
}

/// A folder whose disk fails once, after so many steps.
struct Failing {
    folder: Folder,
    steps_left: Rc<Cell<u32>>,
    fault: Fault,
}

impl Failing {
    fn step(
        &mut self,
        whole: impl FnOnce(&mut Folder) -> io::Result<()>,
        half: impl FnOnce(&mut Folder) -> io::Result<()>,
    ) -> io::Result<()> {
        let left = self.steps_left.get();
        if left > 0 {
            self.steps_left.set(left - 1);
            return whole(&mut self.folder);
        }
        match self.fault {
            Fault::Before => {}
            Fault::Torn => half(&mut self.folder)?,
            Fault::After => whole(&mut self.folder)?,
        }
        Err(io::Error::other("the power is out"))
    }
}

impl Tiles for Failing {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.folder.read(path)
    }
}

impl Storage for Failing {
    fn write(&mut self, tile: Tile, bytes: &[u8]) -> io::Result<()> {
        let half = &bytes[..bytes.len() / 2];
        self.step(|folder| folder.write(tile, bytes), |folder| folder.write(tile, half))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.step(Storage::sync, |_| Ok(()))
    }

    fn replace_checkpoint(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.step(|folder| folder.replace_checkpoint(bytes), |_| Ok(()))
    }

    fn with_partials(&self) -> io::Result<Vec<Tile>> {
        self.folder.with_partials()
    }

    fn remove_partials(&mut self, tile: Tile) -> io::Result<()> {
        self.step(|folder| folder.remove_partials(tile), |_| Ok(()))
    }
}

/// What is kept elsewhere: the head written down before it is signed.
type Written = Cell<Option<Head>>;

/// Brings the log to the last size, batch by batch, from wherever it stands.
fn go_on<S: Storage>(log: &mut Log<S>, written: &Written) -> Result<(), LogError> {
    let from = log.published().size;
    for size in SIZES.into_iter().filter(|size| *size > from) {
        let head = log.append(&entries(log.head().size, size))?;
        written.set(Some(head));
        log.publish(&signer())?;
    }
    Ok(())
}

/// A folder in memory where the system has one: what is asked of the disk is the same, and it answers at once.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for item in fs::read_dir(next).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn stopped_at_every_step() {
    let whole = scratch();
    let written = Written::new(None);
    go_on(&mut Log::in_folder(whole.path(), &vkey(), None).unwrap(), &written).unwrap();
    let wanted = files(whole.path());
    assert!(wanted.contains_key("tile/0/003") && wanted.contains_key("tile/entries/004.p/6"));
    let mut stops = 0;
    for fault in [Fault::Before, Fault::Torn, Fault::After] {
        for step in 0.. {
            let folder = scratch();
            let written = Written::new(None);
            let steps_left = Rc::new(Cell::new(step));
            let storage = Failing { folder: Folder::new(folder.path()), steps_left, fault };
            let mut log = Log::open(storage, &vkey(), None).unwrap();
            if go_on(&mut log, &written).is_ok() {
                assert!(step > 30, "{step} steps only");
                break;
            }
            drop(log);
            // A temporary file that was being written stays behind too.
            fs::write(folder.path().join("checkpoint.new"), "half a checkp").unwrap();
            let mut log = Log::in_folder(folder.path(), &vkey(), written.get()).unwrap();
            go_on(&mut log, &written).unwrap();
            let _ = fs::remove_file(folder.path().join("checkpoint.new"));
            assert_eq!(files(folder.path()), wanted, "{fault:?} at {step}");
            stops += 1;
        }
    }
    println!("stopped {stops} times, and every time it ended with the same files");
}

/// Other padding after the crash: what the lost batch left behind is never read.
#[test]
fn another_batch_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(folder.path(), &vkey(), None).unwrap();
    log.append(&entries(0, 250)).unwrap();
    log.publish(&signer()).unwrap();
    // Tiles on disk, no checkpoint, not written down.
    log.append(&entries(10_000, 10_700)).unwrap();
    drop(log);
    let log = Log::in_folder(folder.path(), &vkey(), None).unwrap();
    assert_eq!(log.head().size, 250);
    // The full tile of the lost batch stands beside the published partial one, which is not taken for superfluous.
    assert!(log.storage().read("tile/0/000").unwrap().is_some());
    assert!(log.storage().read("tile/0/000.p/250").unwrap().is_some());
    // Even without it the published tree is there: the full tile begins with it.
    let head = log.head();
    drop(log);
    for path in ["tile/0/000.p/250", "tile/entries/000.p/250"] {
        fs::remove_file(folder.path().join(path)).unwrap();
    }
    let mut log = Log::in_folder(folder.path(), &vkey(), Some(head)).unwrap();
    assert_eq!(transparency::audit(log.storage(), &vkey(), None).unwrap().leaves, 250);
    for (from, to) in [(250, 253), (253, 900)] {
        log.append(&entries(from, to)).unwrap();
        log.publish(&signer()).unwrap();
        transparency::audit(log.storage(), &vkey(), None).unwrap();
        assert_eq!(log.published().root, super::naive::root(&entries(0, to)));
    }
    drop(log);
    // What lies beside full tiles goes with the next opening.
    let log = Log::in_folder(folder.path(), &vkey(), None).unwrap();
    let beside = |tile: &Tile| tile.index() < 3 && tile.level() != Some(1);
    assert_eq!(log.storage().with_partials().unwrap().iter().filter(|tile| beside(tile)).count(), 0);
}
