//! Backups: consistent beside writers, growing by what is new, proven, and every damage to their files named.

use std::fs;
use std::path::{Path, PathBuf};

use casework::office::Login;
use store::{BackedUp, BackupAsked, Home, Leaf, RestoreAsked, Restored, Store, StoreError, Until, Watch};

use crate::on_both;
use crate::place::Place;
use crate::samples::{at, context, entry, origin, stream};

on_both!(
    a_backup_beside_writers_is_consistent,
    the_next_backup_holds_what_is_new,
    what_was_backed_up_comes_back_as_it_was,
    a_backup_broken_off_leaves_the_last_one,
    a_backup_is_proven,
    another_journal_does_not_go_into_the_same_backup,
    keys_lie_apart,
);

/// A folder of a backup with its key beside it.
pub struct Chest {
    folder: tempfile::TempDir,
}

impl Chest {
    pub fn new() -> Chest {
        Chest { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    pub fn key(&self) -> PathBuf {
        self.folder.path().join("backup.key")
    }

    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "lock")
            .collect();
        names.sort();
        names
    }

    pub fn fill(&self, place: &Place, second: i64, watch: &mut Watch<'_>) -> Result<BackedUp, StoreError> {
        let (to, key) = (self.path(), self.key());
        let asked = BackupAsked { home: place.home(), to: &to, key: &key, with_keys: false, now: at(second) };
        store::back_up(&asked, watch)
    }

    /// Restores into a place that has the keys of another.
    pub fn restore(&self, to: Home<'_>, keys: &Place, until: Option<Until>) -> Result<Restored, StoreError> {
        keys_to(keys, to.folder);
        let (from, key) = (self.path(), self.key());
        let asked = RestoreAsked { from: &from, key: &key, until, home: to, published: None };
        store::restore(&asked, &mut quiet)
    }
}

/// A copy of the keys of a node, as an operator puts it there.
pub fn keys_to(from: &Place, to: &Path) {
    fs::create_dir_all(to.join("keys")).unwrap();
    fs::copy(from.path().join("keys/huiyin.keys"), to.join("keys/huiyin.keys")).unwrap();
}

pub fn quiet(_: &'static str, _: u64, _: u64) -> Result<(), StoreError> {
    Ok(())
}

/// Some commands of two events each, in streams of their own, an account and leaves.
pub fn some_work(store: &Store, from: u64, to: u64) {
    for number in from..to {
        let name = format!("s{number}");
        let mut context = context(&name);
        context.recorded = at(i64::try_from(number).unwrap());
        let entries = vec![(entry(&name, 0), vec![origin(&name)]), (entry(&name, 1), Vec::new())];
        store.append(context, entries).unwrap();
    }
    let clerk = Login("clerk".to_owned());
    store.set_password(&clerk, "p").unwrap();
    assert!(store.link(&clerk, "https://sso.example", "1", at(0)).unwrap());
    let alone = Leaf { digest: [7; 32], position: None };
    let arranged = move |waiting: Vec<Leaf>| Ok([vec![alone], waiting].concat());
    store.add_leaves(from + 1, 1000, arranged).unwrap();
    let leaves = store.leaves(0, 10_000).unwrap().len() as u64;
    store.note_signed(leaves, "root".to_owned()).unwrap();
}

/// What people hold receipts of, and all the journal says.
pub fn told(store: &Store, streams: u64) -> String {
    let mut told = String::new();
    for number in 0..streams {
        for version in 1..=2 {
            let stream = stream(&format!("s{number}"));
            let written = store.written(&stream, version).unwrap().unwrap();
            let leaf = store.leaf_of(written.position).unwrap();
            let words = store.words(&stream, version).unwrap();
            told.push_str(&format!("{written:?} {leaf:?} {words:?}\n"));
        }
    }
    let events = store.events_after(0, 10_000).unwrap();
    let leaves = store.leaves(0, 10_000).unwrap();
    let clerk = store.linked_to("https://sso.example", "1").unwrap();
    told + &format!("{} {events:?} {leaves:?} {:?} {clerk:?}", store.node(), store.signed().unwrap())
}

pub fn a_backup_beside_writers_is_consistent(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    let mut last = 0;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..60 {
                    let name = format!("{thread}-{number}");
                    let entries = vec![(entry(&name, 0), Vec::new()), (entry(&name, 1), Vec::new())];
                    store.append(context(&name), entries).unwrap();
                }
            });
        }
        for second in 10..16 {
            let done = chest.fill(place, second, &mut quiet).unwrap();
            assert!(done.position >= last);
            assert_eq!(done.position % 2, 0, "no half command");
            last = done.position;
            let to = Place::file();
            let restored = chest.restore(to.home(), place, None).unwrap();
            assert_eq!((restored.position, restored.left_out, restored.erased), (done.position, 0, 0));
            let back = to.open();
            assert_eq!(back.verify().unwrap(), Ok(done.position));
            assert_eq!(back.verify_keys().unwrap(), None);
        }
    });
    let done = chest.fill(place, 20, &mut quiet).unwrap();
    assert_eq!(done.position, 480);
    assert_eq!(store.verify().unwrap(), Ok(480));
}

pub fn the_next_backup_holds_what_is_new(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 20);
    let first = chest.fill(place, 100, &mut quiet).unwrap();
    assert_eq!((first.position, first.new_events, first.number), (40, 40, 1));
    let old = fs::read(chest.path().join("events-000000000001")).unwrap();
    let same = chest.fill(place, 101, &mut quiet).unwrap();
    assert_eq!((same.new_events, same.number), (0, 2));
    assert_eq!(chest.files(), ["events-000000000001", "manifest", "tables-000000000002"]);
    some_work(&store, 20, 23);
    let next = chest.fill(place, 102, &mut quiet).unwrap();
    assert_eq!((next.position, next.new_events), (46, 6));
    assert!(next.bytes < next.total);
    let files = ["events-000000000001", "events-000000000041", "manifest", "tables-000000000003"];
    assert_eq!(chest.files(), files);
    assert_eq!(fs::read(chest.path().join("events-000000000001")).unwrap(), old, "never changed");
    // Nothing of it can be read without the key.
    for name in chest.files() {
        let bytes = fs::read(chest.path().join(name)).unwrap();
        for word in ["第一个人的话", "story/s", "clerk", "argon2"] {
            assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
        }
    }
}

pub fn what_was_backed_up_comes_back_as_it_was(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 20);
    chest.fill(place, 100, &mut quiet).unwrap();
    some_work(&store, 20, 30);
    chest.fill(place, 101, &mut quiet).unwrap();
    let before = told(&store, 30);
    // Into a file and, where there is one, into a server.
    for to in [Some(Place::file()), Place::postgres()].into_iter().flatten() {
        let restored = chest.restore(to.home(), place, None).unwrap();
        assert_eq!((restored.position, restored.leaves, restored.leaves_alone), (60, 62, 0));
        let back = to.open();
        assert_eq!(told(&back, 30), before);
        assert_eq!((back.verify().unwrap(), back.verify_keys().unwrap()), (Ok(60), None));
        assert!(back.password_fits(&Login("clerk".to_owned()), "p").unwrap());
        assert!(back.is_stale().unwrap(), "read tables are made anew at the start");
        assert_eq!(back.code_for("x"), store.code_for("x"));
        some_work(&back, 30, 31);
        assert_eq!(back.verify().unwrap(), Ok(62));
        let again = chest.restore(to.home(), place, None);
        drop(back);
        assert!(matches!(again, Err(StoreError::InUse(_) | StoreError::NotEmpty(_))), "{again:?}");
        let again = chest.restore(to.home(), place, None);
        assert!(matches!(again, Err(StoreError::NotEmpty(_))), "{again:?}");
    }
}

/// Broken off wherever it may be, the last backup stands as it was, and the next one is whole.
pub fn a_backup_broken_off_leaves_the_last_one(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 5);
    chest.fill(place, 100, &mut quiet).unwrap();
    for step in 0.. {
        some_work(&store, 5 + step * 2, 7 + step * 2);
        let mut left = step;
        let done = chest.fill(place, 101, &mut |_, _, _| {
            left = left.checked_sub(1).ok_or(StoreError::Stopped)?;
            Ok(())
        });
        if done.is_ok() {
            assert!(step >= 3, "it was broken off at {step} places");
            break;
        }
        let to = Place::file();
        let restored = chest.restore(to.home(), place, None).unwrap();
        assert_eq!(restored.position, 10, "the last one stands");
    }
    // Cut off by the machine, it leaves pieces aside and whole files nobody lists.
    fs::write(chest.path().join("events-000000000099.new"), "half").unwrap();
    fs::write(chest.path().join("tables-000000000099"), "stray").unwrap();
    let done = chest.fill(place, 102, &mut quiet).unwrap();
    assert!(!chest.files().iter().any(|name| name.contains("99")));
    let to = Place::file();
    assert_eq!(chest.restore(to.home(), place, None).unwrap().position, done.position);
}

pub fn a_backup_is_proven(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 10);
    let (to, key) = (chest.path(), chest.key());
    let asked = BackupAsked { home: place.home(), to: &to, key: &key, with_keys: true, now: at(100) };
    let proven = store::prove(&asked, &mut quiet).unwrap();
    assert_eq!((proven.events, proven.leaves, proven.erased, proven.fingerprint.len()), (20, 21, 0, 64));
    assert!(!place.path().join("proving").exists());
    // With its keys in it, it needs nothing but the backup key.
    let fresh = Place::file();
    let asked = RestoreAsked { from: &to, key: &key, until: None, home: fresh.home(), published: None };
    assert!(store::restore(&asked, &mut quiet).unwrap().keys_from_backup);
    assert_eq!(told(&fresh.open(), 10), told(&store, 10));
    // The next without them forgets them.
    chest.fill(place, 101, &mut quiet).unwrap();
    assert!(!chest.files().iter().any(|name| name.starts_with("keys-")));
    let fresh = Place::file();
    let asked = RestoreAsked { home: fresh.home(), ..asked };
    let without = store::restore(&asked, &mut quiet).unwrap_err();
    assert!(matches!(&without, StoreError::Refused(why) if why.contains("huiyin.keys")), "{without}");
    assert!(!fresh.path().join("journal.db").exists());
}

pub fn another_journal_does_not_go_into_the_same_backup(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 3);
    chest.fill(place, 100, &mut quiet).unwrap();
    let other = Place::file();
    some_work(&other.open(), 0, 4);
    let refused = chest.fill(&other, 101, &mut quiet);
    assert!(matches!(&refused, Err(StoreError::Refused(why)) if why.contains("another journal")), "{refused:?}");
    // Nor a journal that was altered since.
    drop(store);
    place.edit("UPDATE event SET actor = 'nobody' WHERE position = 6");
    let fresh = Chest::new();
    let altered = fresh.fill(place, 101, &mut quiet);
    assert!(matches!(altered, Err(StoreError::NotAsWritten(store::Finding::Altered(6)))), "{altered:?}");
    place.edit("DELETE FROM event WHERE position > 5");
    assert!(matches!(fresh.fill(place, 101, &mut quiet), Err(StoreError::NotAsSigned)));
}

pub fn keys_lie_apart(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 2);
    let to = chest.path();
    let ask = |to: &Path, key: &Path| {
        store::back_up(&BackupAsked { home: place.home(), to, key, with_keys: false, now: at(100) }, &mut quiet)
    };
    let refused = |done: Result<BackedUp, StoreError>| matches!(done, Err(StoreError::Refused(_)));
    assert!(refused(ask(&to, &to.join("key"))));
    assert!(refused(ask(&to, &place.path().join("keys/backup.key"))));
    assert!(refused(ask(&to, &to.join("../backup/key"))));
    assert!(refused(ask(&place.path().join("backup"), &chest.key())));
    ask(&to, &chest.key()).unwrap();
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(chest.key()).unwrap().permissions().mode() & 0o777, 0o600);
    for name in chest.files() {
        assert_eq!(fs::metadata(to.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let away = chest.key().with_extension("away");
    fs::rename(chest.key(), &away).unwrap();
    assert!(refused(ask(&to, &chest.key())), "a key that is gone is not made anew");
    let other = Chest::new();
    other.fill(place, 100, &mut quiet).unwrap();
    fs::copy(other.key(), chest.key()).unwrap();
    assert!(matches!(ask(&to, &chest.key()), Err(StoreError::BackupDamaged { .. })), "another key does not fit");
    fs::rename(&away, chest.key()).unwrap();
    let fresh = Place::file();
    drop(fresh.open());
    let back = Place::file();
    let wrong = chest.restore(back.home(), &fresh, None);
    assert!(
        matches!(wrong, Err(StoreError::KeysUnreadable(..))),
        "the keys of another node do not fit: {wrong:?}"
    );
}

/// Whatever is done to a file of a backup, that file is named, and nothing is restored.
#[test]
fn every_damage_to_a_file_is_named() {
    let (place, chest) = (Place::file(), Chest::new());
    let store = place.open();
    some_work(&store, 0, 20);
    chest.fill(&place, 100, &mut quiet).unwrap();
    some_work(&store, 20, 30);
    chest.fill(&place, 101, &mut quiet).unwrap();
    let named = |file: &str, what: &str| {
        let to = Place::file();
        match chest.restore(to.home(), &place, None) {
            Err(StoreError::BackupDamaged { file: found, .. }) => {
                assert_eq!(found, chest.path().join(file), "{what}");
            }
            other => panic!("{file} {what}: {other:?}"),
        }
        assert!(!to.path().join("journal.db").exists());
    };
    for file in chest.files() {
        let path = chest.path().join(&file);
        let whole = fs::read(&path).unwrap();
        for byte in [0, 20, 60, whole.len() / 2, whole.len() - 2] {
            let mut bytes = whole.clone();
            bytes[byte] ^= 1;
            fs::write(&path, bytes).unwrap();
            named(&file, "altered");
        }
        for length in [0, 10, whole.len() / 2, whole.len() - 2] {
            fs::write(&path, &whole[..length]).unwrap();
            named(&file, "cut");
        }
        fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        if file != "manifest" {
            named(&file, "longer");
        }
        fs::remove_file(&path).unwrap();
        named(&file, "removed");
        fs::write(&path, whole).unwrap();
    }
    let (a, b) = (chest.path().join("events-000000000001"), chest.path().join("events-000000000041"));
    let (first, second) = (fs::read(&a).unwrap(), fs::read(&b).unwrap());
    fs::write(&a, &second).unwrap();
    fs::write(&b, &first).unwrap();
    named("events-000000000001", "swapped");
    fs::write(&a, first).unwrap();
    fs::write(&b, second).unwrap();
    assert_eq!(chest.restore(Place::file().home(), &place, None).unwrap().position, 60);
}
