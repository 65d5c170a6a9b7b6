//! Suites, master keys and where they are kept: chosen once, changed while everybody works, dropped when nothing needs them.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use casework::office::Login;
use store::{Home, KeyPlace, KeyStanding, Store, StoreError, Suite, make_key_file, retire, rotate, standing};
use totp_rs::{Builder, Secret};

use crate::on_both;
use crate::place::Place;
use crate::samples::{at, context, entry, stream};

const KEY_FILE: &str = "keys/huiyin.keys";

on_both!(
    a_database_keeps_to_the_suite_it_was_set_up_with,
    what_the_last_release_wrapped_is_opened_and_moved,
    a_key_is_changed_while_everybody_writes,
    keys_a_command_says,
);

fn write(store: &Store, name: &str, expected: u64) {
    store.append(context(&format!("{name}-{expected}")), vec![(entry(name, expected), Vec::new())]).unwrap();
}

fn is_read(store: &Store, name: &str, version: u64) {
    let words = store.words(&stream(name), version).unwrap();
    assert_eq!((words.len(), words[0].fields["title"].as_str()), (2, "第一个人的话"), "{name} {version}");
}

/// What a column of bytes holds, in order.
fn bytes(place: &Place, sql: &str) -> Vec<Vec<u8>> {
    if place.is_postgres() {
        return place.client().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    }
    let client = place.file_client();
    let mut statement = client.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

const WRAPPED: &str = "SELECT wrapped FROM party_key ORDER BY stream, party";
const SEALED: &str = "SELECT sealed FROM event WHERE length(sealed) > 0 ORDER BY position";

fn to_the_end(store: &Store) -> u64 {
    let mut moved = 0;
    loop {
        let gone = store.rewrap().unwrap();
        moved += gone.moved;
        assert_eq!(gone.stuck, 0);
        if gone.done {
            return moved;
        }
    }
}

/// Name, pieces, in use.
fn told(all: &[KeyStanding]) -> Vec<(&str, u64, bool)> {
    all.iter().map(|key| (key.id.as_str(), key.pieces, key.in_use)).collect()
}

fn a_database_keeps_to_the_suite_it_was_set_up_with(place: &Place) {
    let store = Store::open_at(place.home(), Some(Suite::Sm4Gcm)).unwrap();
    write(&store, "a", 0);
    is_read(&store, "a", 1);
    drop(store);
    let other = Store::open_at(place.home(), Some(Suite::Aes256Gcm)).map(|_| ());
    assert!(matches!(&other, Err(StoreError::Refused(why)) if why.contains("sm4-gcm")), "{other:?}");
    let store = place.open();
    write(&store, "a", 1);
    write(&store, "b", 0);
    for (name, version) in [("a", 1), ("a", 2), ("b", 1)] {
        is_read(&store, name, version);
    }
    assert!(bytes(place, WRAPPED).iter().all(|wrapped| wrapped[0] == 0x82), "keys lie under SM4");
    assert!(bytes(place, SEALED).iter().all(|sealed| sealed[8] == 2), "and so do words");
    assert_eq!((store.verify().unwrap(), store.verify_keys().unwrap()), (Ok(3), None));
    drop(store);
    // Without the word, a database seals with AES; one that holds events already is not asked.
    let Some(usual) = (if place.is_postgres() { Place::postgres() } else { Some(Place::file()) }) else { return };
    write(&usual.open(), "a", 0);
    assert!(bytes(&usual, WRAPPED).iter().all(|wrapped| wrapped[0] == 0x81));
    usual.run("DELETE FROM follower WHERE name = 'sealing'").unwrap();
    assert!(Store::open_at(usual.home(), Some(Suite::Sm4Gcm)).is_err());
}

/// The key of a line of the key file.
fn key_of(place: &Place, line: usize) -> [u8; 32] {
    let text = fs::read_to_string(place.path().join(KEY_FILE)).unwrap();
    let hex = text.lines().nth(line).unwrap().split(" = ").nth(1).unwrap();
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    std::array::from_fn(byte)
}

/// Puts a piece back into the form 0.1 gave it: without the name of its key.
fn as_in_last_release(master: &[u8; 32], piece: &[u8], aad: &[u8]) -> Vec<u8> {
    assert_eq!(piece[0], 0x81);
    let cipher = Aes256Gcm::new(master.into());
    let nonce: [u8; 12] = piece[5..17].try_into().unwrap();
    let clear = cipher.decrypt(&nonce.into(), Payload { msg: &piece[17..], aad }).unwrap();
    let nonce = [9; 12];
    let boxed = cipher.encrypt(&nonce.into(), Payload { msg: &clear, aad }).unwrap();
    [&[1][..], &nonce, &boxed].concat()
}

fn literal(place: &Place, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if place.is_postgres() { format!("'\\x{hex}'") } else { format!("X'{hex}'") }
}

fn what_the_last_release_wrapped_is_opened_and_moved(place: &Place) {
    let (clerk, now) = (Login("clerk".to_owned()), at(0));
    let store = place.open();
    write(&store, "a", 0);
    let factor = store.fresh_factor(&clerk).unwrap();
    let secret = Secret::try_from_base32(&factor.secret).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("clerk").build().unwrap();
    let code = |at: jiff::Timestamp| totp.generate(u64::try_from(at.as_second()).unwrap()).to_string();
    assert!(store.set_factor(&clerk, &factor.secret, &code(now), now).unwrap());
    drop(store);
    let master = key_of(place, 1);
    for (party, piece) in bytes(place, WRAPPED).iter().enumerate() {
        let aad = format!("party key {} {party}", stream("a"));
        let old = literal(place, &as_in_last_release(&master, piece, aad.as_bytes()));
        place.run(&format!("UPDATE party_key SET wrapped = {old} WHERE party = {party}")).unwrap();
    }
    let old = as_in_last_release(&master, &bytes(place, "SELECT secret FROM factor")[0], b"factor clerk");
    place.run(&format!("UPDATE factor SET secret = {}", literal(place, &old))).unwrap();
    place.run("DELETE FROM follower WHERE name = 'sealing'").unwrap();

    let store = place.open();
    is_read(&store, "a", 1);
    assert_eq!(store.verify_keys().unwrap(), None);
    write(&store, "a", 1);
    write(&store, "b", 0);
    assert_eq!(to_the_end(&store), 0, "while there is one key, nothing is moved");
    let first = standing(place.home()).unwrap();
    assert_eq!(first.iter().map(|key| (key.pieces, key.in_use)).collect::<Vec<_>>(), [(5, true)]);
    let second = rotate(place.home(), false).unwrap();
    assert_eq!(to_the_end(&store), 5, "four keys of parties and a secret");
    assert_eq!(told(&standing(place.home()).unwrap()), [(&*first[0].id, 0, false), (&second, 5, true)]);
    assert_eq!(retire(place.home()).unwrap(), [first[0].id.clone()]);
    for store in [store, place_again(place)] {
        for (name, version) in [("a", 1), ("a", 2), ("b", 1)] {
            is_read(&store, name, version);
        }
    }
    let later = at(60);
    assert!(place.open().use_code(&clerk, &code(later), later).unwrap(), "codes of the telephone stay good");
}

/// Another process on the server; none is allowed on a file, so there it is the next.
fn place_again(place: &Place) -> Store {
    if place.is_postgres() {
        return place.again(None).open();
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("keys")).unwrap();
    fs::copy(place.path().join(KEY_FILE), folder.path().join(KEY_FILE)).unwrap();
    place.file_client().execute("VACUUM INTO ?1", [folder.path().join("journal.db").to_str().unwrap()]).unwrap();
    Store::open(&folder.keep()).unwrap()
}

fn a_key_is_changed_while_everybody_writes(place: &Place) {
    let store = place.open();
    for number in 0..240 {
        write(&store, &format!("old{number}"), 0);
    }
    let sealed = bytes(place, SEALED);
    let (stop, written) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut old = String::new();
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let (store, stop, written) = (&store, &stop, &written);
            scope.spawn(move || {
                let mut number = 0;
                while !stop.load(Ordering::SeqCst) {
                    // New people, and further words of those there were.
                    write(store, &format!("new{thread}-{number}"), 0);
                    write(store, &format!("old{}", thread * 80 + number % 80), 1 + number / 80);
                    number += 1;
                    written.fetch_add(2, Ordering::SeqCst);
                }
            });
        }
        let some_written = || {
            while written.fetch_add(0, Ordering::SeqCst) < 12 {
                std::thread::yield_now()
            }
        };
        some_written();
        old = standing(place.home()).unwrap()[0].id.clone();
        rotate(place.home(), false).unwrap();
        assert!(matches!(retire(place.home()), Ok(dropped) if dropped.is_empty()), "the old one is in use still");
        let first = store.rewrap().unwrap();
        assert!(!first.done && first.moved <= 100, "a little at a time");
        let refused = retire(place.home());
        assert!(
            matches!(&refused, Err(StoreError::Refused(why)) if why.contains("still lie under")),
            "{refused:?}"
        );
        to_the_end(&store);
        written.store(0, Ordering::SeqCst);
        some_written();
        stop.store(true, Ordering::SeqCst);
    });
    let all = standing(place.home()).unwrap();
    assert_eq!((all.len(), all[0].pieces, all[0].in_use, all[1].in_use), (2, 0, false, true));
    assert_eq!(bytes(place, SEALED)[..sealed.len()], sealed, "the journal is as it was");
    assert_eq!(retire(place.home()).unwrap(), [old]);
    drop(store);
    let store = place.open();
    assert_eq!(to_the_end(&store), 0);
    for number in 0..240 {
        is_read(&store, &format!("old{number}"), 1);
    }
    assert_eq!(store.verify_keys().unwrap(), None);
    assert!(store.verify().unwrap().is_ok());
}

/// Of several processes on a server each has a copy of the key file. One that lacks the new key says so, and goes on as
/// soon as it has it; one that was given it beforehand does not notice.
#[test]
fn several_processes_change_together() {
    let Some(place) = Place::postgres() else { return };
    let here = place.open();
    write(&here, "a", 0);
    let (with, without) = (place.again(None), place.again(None));
    let copy = |to: &Place| fs::copy(place.path().join(KEY_FILE), to.path().join(KEY_FILE)).unwrap();
    let (informed, uninformed) = (with.open(), without.open());
    let prepared = rotate(place.home(), true).unwrap();
    assert!(rotate(place.home(), true).is_err(), "one at a time");
    copy(&with);
    assert_eq!(to_the_end(&informed), 0);
    write(&informed, "b", 0);
    let told_of_new = |all: Vec<KeyStanding>| all.into_iter().find(|key| key.id == prepared).unwrap();
    let standing_of_new = told_of_new(standing(place.home()).unwrap());
    assert!(standing_of_new.prepared && !standing_of_new.in_use && standing_of_new.pieces == 0);
    assert_eq!(rotate(place.home(), false).unwrap(), prepared, "the prepared one, not another");
    // Whoever takes it up first decides for all: from here on nobody wraps under the old one.
    assert_eq!(to_the_end(&here), 4);
    write(&informed, "c", 0);
    assert_eq!(told_of_new(standing(place.home()).unwrap()).pieces, 6);
    let refused = uninformed.append(context("d"), vec![(entry("d", 0), Vec::new())]);
    assert!(matches!(&refused, Err(StoreError::MasterKeyAbsent(id)) if *id == prepared), "{refused:?}");
    assert!(matches!(uninformed.words(&stream("c"), 1), Err(StoreError::MasterKeyAbsent(_))));
    copy(&without);
    is_read(&uninformed, "c", 1);
    write(&uninformed, "d", 0);
    assert_eq!(retire(place.home()).unwrap().len(), 1);
    copy(&with);
    copy(&without);
    for (store, name) in [(&here, "d"), (&informed, "d"), (&uninformed, "a")] {
        to_the_end(store);
        is_read(store, name, 1);
        write(store, name, store.version(&stream(name)).unwrap());
    }
    assert_eq!(here.verify_keys().unwrap(), None);
}

fn keys_a_command_says(place: &Place) {
    let vault = tempfile::tempdir().unwrap();
    let file = vault.path().join("node.keys");
    make_key_file(&file).unwrap();
    assert!(make_key_file(&file).is_err(), "a key is never written over");
    let said_by = |path: &Path| KeyPlace::Command(format!("cat '{}'", path.display()));
    let keys = said_by(&file);
    let home = Home { keys: &keys, ..place.home() };
    let store = Store::open_at(home, None).unwrap();
    write(&store, "a", 0);
    drop(store);
    assert!(!place.path().join("keys").exists(), "no key lies in the data folder");
    let store = Store::open_existing_at(home).unwrap();
    is_read(&store, "a", 1);
    let refused = rotate(home, false);
    assert!(matches!(&refused, Err(StoreError::Refused(why)) if why.contains("--key-command")), "{refused:?}");
    drop(store);
    let missing = place.open_again().map(|_| ());
    assert!(matches!(missing, Err(StoreError::KeysMissing { .. })), "{missing:?}");
    let nothing = said_by(&vault.path().join("absent"));
    let refused = Store::open_existing_at(Home { keys: &nothing, ..home }).map(|_| ());
    let why = refused.unwrap_err().to_string();
    assert!(why.contains("--key-command") && !why.contains("absent"), "the command itself may be a secret: {why}");
    // Those of another node.
    let other = vault.path().join("other.keys");
    make_key_file(&other).unwrap();
    let other = said_by(&other);
    let wrong = Store::open_existing_at(Home { keys: &other, ..home }).map(|_| ());
    assert!(matches!(wrong, Err(StoreError::MasterKeyAbsent(_))), "{wrong:?}");
}
