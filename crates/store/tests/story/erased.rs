//! Erasure: gone with its event, here, in every backup and wherever the journal moves; everything else stands.

use casework::event::{Event, MatterEvent, MatterFact, MatterId, PartyNumber, Public, Sealed, Stream};
use store::{Entry, Finding, Store, Until};

use crate::backup::{Chest, keys_to, quiet};
use crate::on_both;
use crate::place::Place;
use crate::samples::{at, context};

on_both!(
    words_go_with_the_event_that_says_so,
    who_writes_beside_an_erasure_loses_nothing,
    no_restore_brings_them_back,
    they_stay_erased_where_the_journal_moves,
);

fn of(name: &str) -> Stream {
    Stream::Matter(MatterId(name.to_owned()))
}

fn event(name: &str, expected: u64, fact: MatterFact, sealed: Vec<Sealed>) -> Entry {
    let public = MatterEvent {
        act: "x".to_owned(),
        step: "ended".to_owned(),
        track: None,
        tracks: Default::default(),
        closed: Vec::new(),
        found: Default::default(),
        made: None,
        fact,
    };
    let event = Event { public: Public::Matter(public), sealed };
    Entry { stream: of(name), expected, procedure: String::new(), event, file: None }
}

/// An event with words of two parties, which say their version.
fn said(name: &str, expected: u64) -> Entry {
    let text = format!("第{}次", expected + 1);
    let sealed = [0, 1].map(|party| Sealed::of(PartyNumber(party), [("text", text.as_str())]));
    event(name, expected, MatterFact::Accepted {}, sealed.into())
}

fn erased(name: &str, expected: u64) -> Entry {
    let (why, by) = ("asked".to_owned(), "officer/clerk".to_owned());
    event(name, expected, MatterFact::Erased { parties: vec![PartyNumber::FIRST], why, by }, Vec::new())
}

fn write(store: &Store, entry: Entry) {
    let command = format!("{}{}", entry.stream, entry.expected);
    store.append(context(&command), vec![(entry, Vec::new())]).unwrap();
}

/// Whose words of a version are there.
fn left(store: &Store, name: &str, version: u64) -> Vec<u32> {
    let alone: Vec<u32> = store.words(&of(name), version).unwrap().iter().map(|words| words.party.0).collect();
    let all = store.all_words(&of(name)).unwrap().remove(&version).unwrap();
    assert_eq!(alone, all.iter().map(|words| words.party.0).collect::<Vec<_>>());
    let first = store.first_words(&[MatterId(name.to_owned())]).unwrap();
    if version == 1 {
        assert_eq!(first.values().flatten().count(), alone.len());
    }
    alone
}

fn sound(store: &Store) {
    assert!(store.verify().unwrap().is_ok());
    assert_eq!(store.verify_keys().unwrap(), None);
}

/// `a` with words, their erasure, and a letter after it; `b` beside it.
fn some_life(store: &Store) {
    for entry in [said("a", 0), said("b", 0), said("a", 1), erased("a", 2), said("a", 3)] {
        write(store, entry);
    }
}

pub fn words_go_with_the_event_that_says_so(place: &Place) {
    let store = place.open();
    write(&store, said("a", 0));
    write(&store, said("b", 0));
    let before = store.written(&of("a"), 1).unwrap().unwrap();
    write(&store, erased("a", 1));
    assert_eq!((left(&store, "a", 1), left(&store, "b", 1)), (vec![1], vec![0, 1]));
    assert_eq!(store.parties_with_words(&of("a")).unwrap(), [PartyNumber(1)]);
    sound(&store);
    // What comes later is read again; what went stays gone, also when the store is opened anew.
    write(&store, said("a", 2));
    drop(store);
    let store = place.open();
    assert_eq!((left(&store, "a", 1), left(&store, "a", 3)), (vec![1], vec![0, 1]));
    assert_eq!(store.written(&of("a"), 1).unwrap().unwrap(), before, "what was proven stays provable");
    sound(&store);
    // Again: the new key goes as the first did.
    write(&store, erased("a", 3));
    assert_eq!((left(&store, "a", 1), left(&store, "a", 3)), (vec![1], vec![1]));
    sound(&store);
    // A key that came back by another way is found.
    place.run("INSERT INTO party_key SELECT 'matter/a', party, wrapped FROM party_key WHERE stream = 'matter/b' AND party = 0").unwrap();
    assert_eq!(store.verify_keys().unwrap(), Some(Finding::KeyOfNobody("matter/a".to_owned())));
}

/// Commands that share a commit with an erasure, before it and after it in one stream.
pub fn who_writes_beside_an_erasure_loses_nothing(place: &Place) {
    let store = place.open();
    let all: Vec<_> = [said("a", 0), said("a", 1), erased("a", 2), said("a", 3), said("a", 4), said("b", 0)]
        .into_iter()
        .map(|entry| {
            let command = format!("{}{}", entry.stream, entry.expected);
            store.submit(context(&command), vec![(entry, Vec::new())]).unwrap()
        })
        .collect();
    all.into_iter().for_each(|answer| answer.wait().unwrap());
    let left_of_a: Vec<Vec<u32>> = [1, 2, 4, 5].map(|version| left(&store, "a", version)).into();
    assert_eq!(left_of_a, [vec![1], vec![1], vec![0, 1], vec![0, 1]]);
    assert_eq!(left(&store, "b", 1), [0, 1]);
    sound(&store);
    // A command that does not stand takes no key with it.
    let torn = store.append(context("torn"), vec![(erased("b", 1), Vec::new()), (said("a", 0), Vec::new())]);
    assert!(torn.is_err());
    write(&store, said("b", 1));
    assert_eq!((left(&store, "b", 1), left(&store, "b", 2)), (vec![0, 1], vec![0, 1]));
}

pub fn no_restore_brings_them_back(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    write(&store, said("a", 0));
    chest.fill(place, 100, &mut quiet).unwrap();
    for entry in [said("b", 0), said("a", 1), erased("a", 2), said("a", 3)] {
        write(&store, entry);
    }
    chest.fill(place, 101, &mut quiet).unwrap();
    for until in [None, Some(Until::Position(3)), Some(Until::Position(1))] {
        let to = Place::file();
        chest.restore(to.home(), place, until).unwrap();
        let back = to.open();
        assert_eq!(left(&back, "a", 1), [1], "{until:?}");
        sound(&back);
        // At an earlier point what is said from there on is read.
        let version = back.version(&of("a")).unwrap();
        write(&back, said("a", version));
        assert_eq!((left(&back, "a", version + 1), left(&back, "a", 1)), (vec![0, 1], vec![1]), "{until:?}");
        sound(&back);
    }
    let to = Place::file();
    chest.restore(to.home(), place, Some(Until::Time(at(-1)))).unwrap();
    write(&to.open(), said("a", 0));
    assert_eq!(left(&to.open(), "a", 1), [0, 1]);
}

pub fn they_stay_erased_where_the_journal_moves(place: &Place) {
    let store = place.open();
    some_life(&store);
    drop(store);
    // From one database to the other.
    let Some(to) = (if place.is_postgres() { Some(Place::file()) } else { Place::postgres() }) else { return };
    keys_to(place, to.path());
    store::migrate(place.home(), to.home(), &mut quiet).unwrap();
    let moved = to.open();
    assert_eq!([1, 2, 4].map(|version| left(&moved, "a", version)), [vec![1], vec![1], vec![0, 1]]);
    assert_eq!(left(&moved, "b", 1), [0, 1]);
    sound(&moved);
}
