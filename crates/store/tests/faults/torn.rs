//! Files that are torn or damaged: of a torn log what was whole stands and nothing is invented, and damage is named instead of
//! answered with.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use casework::event::Stream;
use casework::filter::Filter;
use store::{Recorded, Store, StoreError, Wanted};

use crate::chance::{Chance, seeds};
use crate::filing;
use crate::place::Place;
use crate::samples::at;
use crate::servers::memory;

const JOURNAL: &str = "journal.db";
const LOG: &str = "journal.db-wal";
const KEYS: &str = "keys/huiyin.keys";
const PAGE: usize = 4096;

/// A journal as it was at some moments, with the files of a process that was killed.
struct Torn {
    journal: Vec<u8>,
    log: Vec<u8>,
    keys: Vec<u8>,
    /// After each filing: how long the log was, how many events there were, and the digest of the read tables.
    moments: Vec<(u64, u64, String)>,
}

/// Files twice as often as `half`; what comes after `half` is in the log, and some of it in the database as well where it
/// `is_folded` while somebody reads, so that the log is not begun anew.
fn torn(half: u64, is_folded: bool) -> Torn {
    let place = Place::file();
    let store = place.open();
    let file =
        |store: &Store, number: u64| filing::file(store, &format!("n{number}-e{}", 1 + number % 3)).unwrap();
    (0..half).for_each(|number| file(&store, number));
    drop(store);
    let store = place.open();
    let path = |name: &str| place.path().join(name);
    let moment = |store: &Store| {
        let log = fs::metadata(path(LOG)).map_or(0, |log| log.len());
        (log, store.verify().unwrap().unwrap(), store.fingerprint().unwrap())
    };
    let mut moments = vec![(0, store.verify().unwrap().unwrap(), store.fingerprint().unwrap())];
    let reader = place.file_client();
    for number in half..2 * half {
        file(&store, number);
        moments.push(moment(&store));
        if is_folded && number == half + half / 3 {
            reader.execute_batch("BEGIN; SELECT count(*) FROM event").unwrap();
        }
        if is_folded && number == half + half / 2 {
            let fold = "PRAGMA wal_checkpoint(PASSIVE)";
            let folded = place.file_client().query_row(fold, [], |row| row.get::<_, i64>(2)).unwrap();
            assert!(folded > 0, "some of the log lies in the database");
        }
    }
    let read = |name: &str| fs::read(path(name)).unwrap();
    Torn { journal: read(JOURNAL), log: read(LOG), keys: read(KEYS), moments }
}

/// A folder with these files.
fn folder_of(journal: &[u8], log: Option<&[u8]>, keys: &[u8]) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir_in(memory()).unwrap();
    let keys_at = folder.path().join(KEYS);
    fs::create_dir(keys_at.parent().unwrap()).unwrap();
    fs::write(folder.path().join(JOURNAL), journal).unwrap();
    if let Some(log) = log {
        fs::write(folder.path().join(LOG), log).unwrap();
    }
    fs::write(&keys_at, keys).unwrap();
    fs::set_permissions(&keys_at, fs::Permissions::from_mode(0o600)).unwrap();
    folder
}

/// Tears a log at a random place.
fn tear(log: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.index(log.len());
    match chance.below(4) {
        0 => log.truncate(at),
        1 => log[at..].fill(0),
        2 => log[at] ^= 1 << chance.below(8),
        _ => {
            let end = (at + 512).min(log.len());
            log[at..end].iter_mut().for_each(|byte| *byte = !*byte);
        }
    }
}

#[test]
fn a_torn_log_keeps_what_was_whole_and_invents_nothing() {
    let torn = torn(20, false);
    for seed in seeds("HUIYIN_TORN", 40) {
        let mut log = torn.log.clone();
        tear(&mut log, &mut Chance::of(seed));
        let folder = folder_of(&torn.journal, Some(&log), &torn.keys);
        let store = Store::open(folder.path()).unwrap();
        let found = filing::look(&store, &BTreeSet::new());
        let first_torn = log.iter().zip(&torn.log).position(|(is, was)| is != was).unwrap_or(log.len()) as u64;
        let (_, events, fingerprint) = torn.moments.iter().rfind(|(length, ..)| *length <= first_torn).unwrap();
        assert_eq!((found.events, &store.fingerprint().unwrap()), (*events, fingerprint), "HUIYIN_SEED={seed}");
        filing::file(&store, "afterwards-e3").unwrap();
        assert_eq!(filing::look(&store, &BTreeSet::new()).events, events + 3);
    }
}

/// The log lies partly in the database already, and is torn before that: pages of two moments beside each other.
#[test]
fn a_log_torn_before_what_was_folded_is_named_or_whole() {
    let torn = torn(20, true);
    let (mut named, mut whole) = (0, 0);
    for seed in seeds("HUIYIN_TORN", 40) {
        let mut log = torn.log.clone();
        tear(&mut log, &mut Chance::of(seed));
        let folder = folder_of(&torn.journal, Some(&log), &torn.keys);
        match judge(folder.path()) {
            Err(_) => named += 1,
            Ok(seen) => {
                let moment = |moment: &&(u64, u64, String)| moment.1 == seen.events.len() as u64;
                let moment = torn.moments.iter().find(moment).expect("it ends where a filing ended");
                assert_eq!(moment.2, seen.fingerprint, "HUIYIN_SEED={seed}");
                whole += 1;
            }
        }
    }
    println!("torn before what was folded: {named} named, {whole} whole");
}

/// All that is seen of a journal that nothing is wrong with.
#[derive(PartialEq)]
struct Seen {
    events: Vec<Recorded>,
    words: Vec<String>,
    fingerprint: String,
}

/// What is wrong with a folder as the program finds it, or what is seen in it. Nothing may panic, and the writer may not
/// stop, whatever is asked.
fn judge(folder: &Path) -> Result<Seen, String> {
    let told = |error: StoreError| {
        assert!(!matches!(error, StoreError::Stopped), "the writer fell over");
        error.to_string()
    };
    let store = Store::open(folder).map_err(told)?;
    let asked = ask(&store).map_err(told);
    if let Err(finding) = store.verify().map_err(told)? {
        return Err(finding.to_string());
    }
    if let Some(finding) = store.verify_keys().map_err(told)? {
        return Err(finding.to_string());
    }
    let mut seen = 0;
    let difference = store.compare(|| {
        let page = store.events_after(seen, 1000)?;
        let Some(last) = page.last() else { return Ok::<_, StoreError>(None) };
        seen = last.position;
        let rows = |event: &Recorded| (event.position, filing::rows_of(&event.stream, event.version));
        Ok(Some(page.iter().map(rows).collect()))
    });
    if let Some(finding) = difference.map_err(told)? {
        return Err(finding.to_string());
    }
    asked
}

fn ask(store: &Store) -> Result<Seen, StoreError> {
    let everything = Filter::Everything;
    store.matters(&everything, &Wanted { limit: 50, ..Wanted::default() })?;
    store.facts(&["petition".to_owned()], at(100), &everything)?;
    store.open_matters()?;
    let events = store.events_after(0, 1_000_000)?;
    let words = |event: &Recorded| Ok(format!("{:?}", store.words(&event.stream, event.version)?));
    let words = events.iter().map(words).collect::<Result<_, StoreError>>()?;
    Ok(Seen { words, events, fingerprint: store.fingerprint()? })
}

/// Damages a database file in one of the ways disks do.
fn damage(journal: &mut [u8], earlier: &[u8], chance: &mut Chance) {
    let pages = journal.len() / PAGE;
    match chance.below(6) {
        0..3 => {
            for _ in 0..=chance.below(4) {
                let at = chance.index(journal.len());
                journal[at] ^= 1 << chance.below(8);
            }
        }
        3 => {
            let sector = chance.index(journal.len() / 512) * 512;
            journal[sector..sector + 512].fill(0);
        }
        4 => {
            // A page that was written to another's place.
            let (from, to) = (chance.index(pages) * PAGE, chance.index(pages) * PAGE);
            journal.copy_within(from..from + PAGE, to);
        }
        _ => {
            // A page that was never written: it is as it was before.
            let page = chance.index(earlier.len() / PAGE) * PAGE;
            journal[page..page + PAGE].copy_from_slice(&earlier[page..page + PAGE]);
        }
    }
}

#[test]
fn a_damaged_file_is_named_and_never_answered_wrong() {
    let place = Place::file();
    let file = |from: u64, to: u64| {
        let store = place.open();
        for number in from..to {
            filing::file(&store, &format!("n{number}-e{}", 1 + number % 3)).unwrap();
        }
        store.add_leaves(to, 1000, filing::arrange).unwrap();
        while filing::count(&store, 500).unwrap() {}
        drop(store);
        fs::read(place.path().join(JOURNAL)).unwrap()
    };
    let (earlier, whole) = (file(0, 20), file(20, 40));
    let keys = fs::read(place.path().join(KEYS)).unwrap();
    let Ok(before) = judge(place.path()) else { panic!("it is whole") };
    let (mut named, mut unchanged) = (0, 0);
    for seed in seeds("HUIYIN_FLIPS", 200) {
        let mut journal = whole.clone();
        damage(&mut journal, &earlier, &mut Chance::of(seed));
        let folder = folder_of(&journal, None, &keys);
        let judged = judge(folder.path());
        let is_named = judged.is_err();
        match judged {
            Err(why) => {
                assert!(!why.is_empty());
                named += 1;
            }
            Ok(seen) => {
                assert!(seen == before, "another answer and nobody says why: HUIYIN_SEED={seed}");
                unchanged += 1;
            }
        }
        write_on(folder.path(), seed, is_named);
    }
    println!("damaged files: {named} named, {unchanged} unchanged, 0 wrong");
}

/// Writing to a damaged file is refused or done; the writer does not fall over, and nothing is invented. Where the
/// damage is named, what was written may not be found through an index that lies.
fn write_on(folder: &Path, seed: u64, is_named: bool) {
    let Ok(store) = Store::open(folder) else { return };
    let written = filing::file(&store, "afterwards-e2");
    assert!(!matches!(written, Err(StoreError::Stopped)), "HUIYIN_SEED={seed}");
    let Ok(events) = store.events(&Stream::from_key("matter/afterwards-e2").unwrap(), 0) else { return };
    let whole = if written.is_ok() { 2 } else { 0 };
    assert!(
        events.len() == whole || (is_named && events.is_empty()),
        "HUIYIN_SEED={seed}: {} {written:?}",
        events.len()
    );
}
