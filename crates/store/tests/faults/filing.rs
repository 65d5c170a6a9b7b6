//! What is filed under a fault, and what must then be found: nothing acknowledged missing, nothing half, nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use casework::event::{Event, MatterEvent, MatterFact, MatterId, Public, Sealed, Stream};
use casework::filter::Filter;
use casework::read::Row;
use jiff::civil::date;
use store::{Context, Counted, Entry, Leaf, Store, StoreError, Unit};

use crate::samples::{context, fact, matter, matter_row, origin};

/// The rules the tests count by: every fact adds one.
pub const RULES: &str = "one each";

/// A filing is made from its command, so that whoever finds one knows what must be there: `…-e3` leaves three events.
pub fn events_of(command: &str) -> u64 {
    command.rsplit_once("-e").and_then(|(_, events)| events.parse().ok()).expect("a command of a filing")
}

pub fn stream_of(command: &str) -> Stream {
    Stream::Matter(MatterId(command.to_owned()))
}

pub fn event() -> Event {
    let public = MatterEvent {
        act: "accept".to_owned(),
        step: "accepted".to_owned(),
        track: None,
        tracks: BTreeMap::new(),
        closed: Vec::new(),
        found: BTreeMap::new(),
        made: None,
        fact: MatterFact::Accepted {},
    };
    Event { public: Public::Matter(public), sealed: vec![Sealed::first([("text", "一个人的话")])] }
}

/// The rows that event `version` of a filing leaves.
pub fn rows(command: &str, version: u64) -> Vec<Row> {
    let counted = fact("intake", command, "甲", 1);
    if version > 1 {
        return vec![counted];
    }
    vec![matter_row(matter(command, &format!("R-{command}"), "甲")), counted, origin(command)]
}

pub fn entries(command: &str) -> Vec<(Entry, Vec<Row>)> {
    let entry = |version: u64| Entry {
        stream: stream_of(command),
        expected: version - 1,
        procedure: String::new(),
        event: event(),
        file: None,
    };
    (1..=events_of(command)).map(|version| (entry(version), rows(command, version))).collect()
}

pub fn file(store: &Store, command: &str) -> Result<(), StoreError> {
    store.append(context(command), entries(command))
}

/// The same at a time the asker's clock gives.
pub fn file_at(store: &Store, command: &str, second: i64) -> Result<(), StoreError> {
    let context = Context { recorded: crate::samples::at(second), ..context(command) };
    store.append(context, entries(command))
}

/// Turned round, with a random leaf at the end.
pub fn arrange(mut waiting: Vec<Leaf>) -> Result<Vec<Leaf>, StoreError> {
    waiting.reverse();
    let mut digest = [0; 32];
    store::fill(&mut digest)?;
    waiting.push(Leaf { digest, position: None });
    Ok(waiting)
}

/// What some units add: one for each fact that was not counted before.
pub fn counted(units: &[Unit]) -> Counted {
    let new: usize = units.iter().map(|unit| unit.now.len() - unit.before.len()).sum();
    let mut counted = Counted::default();
    if new > 0 {
        let place = (String::new(), "r".to_owned(), 0, Some(date(2024, 1, 5)), date(2024, 1, 5));
        counted.amounts.insert(place, i64::try_from(new).unwrap());
    }
    counted
}

/// Counts the next stretch; whether there was one.
pub fn count(store: &Store, most: u64) -> Result<bool, StoreError> {
    let Some(next) = store.uncounted(RULES, most)? else { return Ok(false) };
    store.count(RULES, next.from, next.to, counted(&next.units))?;
    Ok(true)
}

/// What was counted in all.
pub fn sum(store: &Store) -> i64 {
    let (from, to) = (date(2024, 1, 1), date(2024, 2, 1));
    store.sums("r", &Filter::Everything, from, to).unwrap().iter().map(|(_, amount)| amount).sum()
}

/// What is found of filings.
pub struct Found {
    /// Events in all.
    pub events: u64,
    /// The filings there are.
    pub filings: BTreeSet<String>,
}

/// Opens the journal's books: the chain and its end, positions, each filing whole and once, each row as it must be, and every
/// acknowledged filing there.
pub fn look(store: &Store, acknowledged: &BTreeSet<String>) -> Found {
    let events = store.verify().unwrap().unwrap();
    assert_eq!(store.verify_keys().unwrap(), None);
    let all = store.events_after(0, 10_000_000).unwrap();
    assert_eq!(all.len() as u64, events);
    assert!((1..).zip(&all).all(|(position, event)| event.position == position), "positions without gaps");
    assert!(all.is_sorted_by_key(|event| event.recorded), "what was recorded never goes backwards");
    let mut filings: BTreeMap<String, u64> = BTreeMap::new();
    for event in &all {
        let Stream::Matter(id) = &event.stream else { panic!("nobody wrote to {}", event.stream) };
        let events = filings.entry(id.0.clone()).or_default();
        *events += 1;
        assert_eq!(event.version, *events, "versions without gaps");
    }
    for (command, events) in &filings {
        assert_eq!(*events, events_of(command), "{command} is whole and there once");
    }
    let lost: Vec<_> = acknowledged.iter().filter(|command| !filings.contains_key(*command)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    for command in acknowledged {
        assert_eq!(store.done(command).unwrap(), Some(stream_of(command)));
    }
    let mut seen = 0;
    let difference = store.compare(|| {
        let page = store.events_after(seen, 1000)?;
        let Some(last) = page.last() else { return Ok::<_, StoreError>(None) };
        seen = last.position;
        Ok(Some(page.iter().map(|event| (event.position, rows_of(&event.stream, event.version))).collect()))
    });
    assert_eq!(difference.unwrap(), None, "every row is as the events say");
    Found { events, filings: filings.into_keys().collect() }
}

pub fn rows_of(stream: &Stream, version: u64) -> Vec<Row> {
    let Stream::Matter(id) = stream else { panic!("nobody wrote to {stream}") };
    rows(&id.0, version)
}

/// Lets the followers catch up, then asks: each event after `since` has its one leaf, and each fact was counted once.
pub fn look_at_followers(store: &Store, found: &Found, beat: u64, since: u64) {
    store.add_leaves(beat, 1_000_000, arrange).unwrap().expect("a fresh beat");
    let leaves = store.leaves(0, 10_000_000).unwrap();
    assert_eq!(leaves.iter().collect::<BTreeSet<_>>().len(), leaves.len(), "no leaf is there twice");
    let of_events = (since + 1..=found.events).map(|position| store.leaf_of(position).unwrap().expect("a leaf"));
    assert_eq!(of_events.collect::<BTreeSet<_>>().len() as u64, found.events - since);
    for command in found.filings.iter().take(50) {
        let written = store.written(&stream_of(command), 1).unwrap().unwrap();
        let leaf = store.leaf_of(written.position).unwrap().unwrap();
        assert_eq!(leaves[usize::try_from(leaf).unwrap()], written.digest);
    }
    while count(store, 500).unwrap() {}
    assert_eq!(sum(store), i64::try_from(found.events).unwrap(), "each fact is counted once");
}
