//! Disks that are full or take no writing: it is said, reading works, nothing is half done, and with room again all goes on.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use store::{Database, Store, StoreError};

use crate::chance::Chance;
use crate::filing;
use crate::load::{Load, Told};
use crate::place::Place;
use crate::servers::Servers;

/// What must be told where nothing can be written.
fn is_clear(told: &str) -> bool {
    told.starts_with("nothing can be written (")
        && told.ends_with("): free space or make the disk writable; what was acknowledged is safe")
}

/// Lets the files of a process grow to a size and no further.
fn limit(child: &Child, bytes: Option<u64>) {
    let size = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
    let status = Command::new("prlimit")
        .args(["--pid", &child.id().to_string(), &format!("--fsize={size}:unlimited")])
        .status();
    assert!(status.unwrap().success());
}

/// The disk is full in the middle of the load, at a random byte, again and again.
#[test]
fn a_full_disk_is_told_and_nothing_is_half_done() {
    let place = Place::file();
    let mut acknowledged = BTreeSet::new();
    let mut refused = 0;
    for seed in 0..3 {
        let mut chance = Chance::of(seed);
        let mut load = Load::start(place.path(), &place.database, &format!("f{seed}"));
        load.until(|told| *told == Told::Open);
        for _ in 0..3 {
            let before = load.acknowledged.len();
            while load.acknowledged.len() < before + 10 {
                load.until(|told| matches!(told, Told::Done(_)));
            }
            let log = fs::metadata(place.path().join("journal.db-wal")).unwrap().len();
            // Of all bytes after the end of the log one is the first that does not fit; sometimes nothing does.
            limit(&load.child, Some(if chance.one_in(4) { 0 } else { log + chance.below(40_000) }));
            let others = load.until(|told| matches!(told, Told::Refused(_)));
            let Some(Told::Refused(why)) = others.last() else { panic!("refused") };
            assert!(is_clear(why), "{why}");
            refused += 1;
            // Two looks, of which one at least began after the disk was full.
            let reads = [Told::Read, Told::Read].map(|read| load.until(|told| *told == read));
            for told in others.iter().chain(reads.iter().flatten()) {
                let Told::Failed(why) = told else { continue };
                assert!(is_clear(why), "followers are told the same, and reading works: {why}");
            }
            std::thread::sleep(Duration::from_millis(chance.below(60)));
            limit(&load.child, None);
        }
        let before = load.acknowledged.len();
        while load.acknowledged.len() < before + 10 {
            load.until(|told| matches!(told, Told::Done(_)));
        }
        acknowledged.extend(load.kill());
        let store = place.open();
        let found = filing::look(&store, &acknowledged);
        let beat = store.leaves(0, 10_000_000).unwrap().len() as u64 + 1;
        filing::look_at_followers(&store, &found, beat, 0);
    }
    println!("full disk: refused {refused} times, {} acknowledged, 0 lost", acknowledged.len());
}

const FOLDER: &str = "HUIYIN_TEST_FOLDER";
/// A small disk of its own that goes away with the process, with a stone on it that can be taken away.
const SMALL_DISK: &str = r#"mount -t tmpfs -o size=2m none "$HUIYIN_TEST_FOLDER" && exec "$0" "$@""#;

/// A whole small disk, where the machine lets us have one.
#[test]
fn a_small_disk_and_one_that_may_only_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    let alone = |command: &mut Command| {
        command.args(if is_root { &["-m"][..] } else { &["-r", "-m"] });
    };
    let mut may = Command::new("unshare");
    alone(&mut may);
    may.args(["sh", "-c", SMALL_DISK, "true"]).env(FOLDER, folder.path());
    if !may.stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success()) {
        println!("no small disk can be mounted here: only limits of file sizes were tried");
        return;
    }
    let mut child = Command::new("unshare");
    alone(&mut child);
    child.args(["sh", "-c", SMALL_DISK]).arg(std::env::current_exe().unwrap());
    child.args(["--exact", "disk::on_a_small_disk", "--ignored", "--quiet"]).env(FOLDER, folder.path());
    let out = child.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

/// The other process of the test above.
#[test]
#[ignore = "run by another test as a process of its own, on a disk of its own"]
fn on_a_small_disk() {
    let Ok(disk) = std::env::var(FOLDER) else { return };
    let disk = Path::new(&disk);
    let data = disk.join("data");
    let stone = |bytes: u64| fs::write(disk.join("stone"), vec![1; usize::try_from(bytes).unwrap()]);
    a_set_up_without_room(disk, &data);
    let mut acknowledged = BTreeSet::new();
    for round in 0..4_u64 {
        stone(700_000 + 4096 * round).unwrap();
        let store = Store::open(&data).unwrap();
        let refused = until_full(&store, round, &mut acknowledged);
        // Reading works, and nothing of what was refused is there.
        assert_eq!(store.done(&refused).unwrap(), None);
        filing::look(&store, &acknowledged);
        let again = filing::file(&store, &refused).map_err(|error| error.to_string());
        assert!(again.as_ref().is_err_and(|why| is_clear(why)), "{again:?}");
        // A follower's work may be small enough still.
        let leaves = store.add_leaves(1000, 100_000, filing::arrange).map_err(|error| error.to_string());
        assert!(leaves.as_ref().map_or_else(|why| is_clear(why), |_| true), "{leaves:?}");
        fs::remove_file(disk.join("stone")).unwrap();
        filing::file(&store, &refused).unwrap();
        acknowledged.insert(refused);
        let found = filing::look(&store, &acknowledged);
        filing::look_at_followers(&store, &found, 1001, 0);
        drop(store);
        // Room for the next round: what was filed is checked, so it may go.
        fs::remove_dir_all(&data).unwrap();
        acknowledged.clear();
    }
    a_batch_without_room(disk, &data);
    only_to_be_read(disk, &data);
    a_server_without_room();
}

/// The same of a server whose tables lie on a small disk.
fn a_server_without_room() {
    let Some(mut servers) = Servers::below(Path::new("/tmp")) else { return };
    servers.make(1);
    servers.start(1);
    let disk = servers.path("disk");
    fs::create_dir(&disk).unwrap();
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=24m,mode=777", "none"]).arg(&disk);
    assert!(mount.status().unwrap().success());
    let tables = disk.join("tables");
    fs::create_dir(&tables).unwrap();
    servers.give(&tables);
    let mut client = servers.client(1);
    client.batch_execute(&format!("CREATE TABLESPACE small LOCATION '{}'", tables.display())).unwrap();
    client.batch_execute("CREATE DATABASE full_one TABLESPACE small").unwrap();
    let data = tempfile::tempdir().unwrap();
    let store = Store::open_on(data.path(), &Database::Postgres(servers.url(&[1], "full_one"))).unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..2 {
        let mut stone = File::create(disk.join("stone")).unwrap();
        let _full = std::io::copy(&mut std::io::repeat(1), &mut stone);
        let refused = until_full(&store, round, &mut acknowledged);
        filing::look(&store, &acknowledged);
        assert_eq!(store.done(&refused).unwrap(), None);
        drop(stone);
        fs::remove_file(disk.join("stone")).unwrap();
        filing::file(&store, &refused).unwrap();
        acknowledged.insert(refused);
        let found = filing::look(&store, &acknowledged);
        assert_eq!(found.filings, acknowledged);
        filing::look_at_followers(&store, &found, round + 1, 0);
    }
    drop((client, store, servers.kill_first()));
    assert!(Command::new("umount").arg("-l").arg(&disk).status().unwrap().success());
}

/// A batch that did not fit says so, and each of its commands can be sent again: some of them stand, none by half.
fn a_batch_without_room(disk: &Path, data: &Path) {
    fs::write(disk.join("stone"), vec![1; 900_000]).unwrap();
    let store = Store::open(data).unwrap();
    let commands: Vec<String> = (0..2000).map(|number| format!("b-n{number}-e{}", 1 + number % 3)).collect();
    let result: Result<(), StoreError> = store.batch(|| {
        // Whoever goes on after a refusal does not make it worse.
        let answers: Vec<_> = commands.iter().map(|command| filing::file(&store, command)).collect();
        let refused = answers.iter().position(Result::is_err).expect("the disk is full at some time");
        assert!(answers[refused..].iter().all(Result::is_err), "nothing is written over a hole");
        Ok(())
    });
    let told = result.map_err(|error| error.to_string());
    assert!(told.as_ref().is_err_and(|why| is_clear(why)), "{told:?}");
    fs::remove_file(disk.join("stone")).unwrap();
    let found = filing::look(&store, &BTreeSet::new());
    // Those before and after the end of the first commit of a batch.
    for command in &commands[250..260] {
        let stands = found.filings.contains(command);
        assert_eq!(filing::file(&store, command).is_err(), stands, "{command}");
    }
    filing::look(&store, &commands[250..260].iter().cloned().collect());
    drop(store);
    fs::remove_dir_all(data).unwrap();
}

/// A set-up on a full disk says so, and goes on when there is room.
fn a_set_up_without_room(disk: &Path, data: &Path) {
    let stone = disk.join("stone");
    for left in [0, 3, 8, 20, 60, 120] {
        let mut file = File::create(&stone).unwrap();
        let _full = std::io::copy(&mut std::io::repeat(1), &mut file);
        let full = file.metadata().unwrap().len();
        file.set_len(full - left * 4096).unwrap();
        if let Err(error) = Store::open(data) {
            let told = error.to_string();
            let folder = format!("the data folder {} cannot be used", data.display());
            assert!(is_clear(&told) || (told.starts_with(&folder) && told.contains("No space left")), "{told}");
        }
        drop(file);
        fs::remove_file(&stone).unwrap();
        let store = Store::open(data).unwrap();
        filing::file(&store, "first-e1").unwrap();
        assert_eq!(filing::look(&store, &BTreeSet::new()).events, 1);
        drop(store);
        fs::remove_dir_all(data).unwrap();
    }
}

/// Files until the disk is full; the command that was refused.
fn until_full(store: &Store, round: u64, acknowledged: &mut BTreeSet<String>) -> String {
    for number in 0.. {
        let command = format!("d{round}-n{number}-e{}", 1 + number % 3);
        match filing::file(store, &command) {
            Ok(()) => drop(acknowledged.insert(command)),
            Err(error) => {
                assert!(matches!(error, StoreError::CannotWrite(_)) && is_clear(&error.to_string()), "{error}");
                return command;
            }
        }
    }
    panic!("the disk is never full")
}

/// A disk that is mounted to be read only: it says so, and nothing is harmed.
fn only_to_be_read(disk: &Path, data: &Path) {
    let store = Store::open(data).unwrap();
    filing::file(&store, "before-e2").unwrap();
    drop(store);
    let remount = |how: &str| {
        assert!(Command::new("mount").args(["-o", how]).arg(disk).status().unwrap().success());
    };
    remount("remount,ro");
    let Err(error) = Store::open(data) else { panic!("opened") };
    let told = error.to_string();
    assert!(told.contains("cannot be used") && told.contains("Read-only file system"), "{told}");
    remount("remount,rw");
    let store = Store::open(data).unwrap();
    filing::file(&store, "after-e2").unwrap();
    let both = ["before-e2", "after-e2"].map(str::to_owned).into();
    assert_eq!(filing::look(&store, &both).events, 4);
}
