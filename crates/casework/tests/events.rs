//! Old events never change: one committed sample of every event there is must decode, and encode to the same, for ever.
//!
//! A sample is never edited. A new event gets a file of its own with the version it first appeared in; a field that may
//! be absent gets a second file (`.least`) without it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use casework::event::{DirectoryEvent, LawEvent, MatterFact, Public, SessionEvent, Stream};
use serde_json::Value;

/// Names every event. The compiler asks for a name when one is added, and the name asks for a sample.
macro_rules! events {
    ($($pattern:pat => $name:literal,)*) => {
        const NAMES: &[&str] = &[$($name),*];

        fn name_of(public: &Public) -> &'static str {
            match public {
                $($pattern => $name,)*
            }
        }
    };
}

/// A fact of a matter, whatever act made it.
macro_rules! fact {
    ($variant:ident) => {
        Public::Matter(casework::event::MatterEvent { fact: MatterFact::$variant { .. }, .. })
    };
}

events! {
    fact!(Registered) => "registered",
    fact!(IntakeRepeated) => "intake_repeated",
    fact!(Transferred) => "transferred",
    fact!(Accepted) => "accepted",
    fact!(Refused) => "refused",
    fact!(Diverted) => "diverted",
    fact!(Extended) => "extended",
    fact!(Decided) => "decided",
    fact!(Served) => "served",
    fact!(KeyMarked) => "key_marked",
    fact!(ReviewRequested) => "review_requested",
    fact!(ReviewAccepted) => "review_accepted",
    fact!(ReviewDecided) => "review_decided",
    fact!(Rated) => "rated",
    fact!(ClockEnded) => "clock_ended",
    fact!(ClockWarned) => "clock_warned",
    fact!(DueMoved) => "due_moved",
    fact!(Done) => "done",
    fact!(Attached) => "attached",
    fact!(Erased) => "erased",
    fact!(DemandTold) => "demand_told",
    Public::Session(SessionEvent::SessionAnnounced { .. }) => "session_announced",
    Public::Session(SessionEvent::SessionHeld { .. }) => "session_held",
    Public::Session(SessionEvent::SessionReceived { .. }) => "session_received",
    Public::Directory(DirectoryEvent::OfficeSet { .. }) => "office_set",
    Public::Directory(DirectoryEvent::OfficeMerged { .. }) => "office_merged",
    Public::Directory(DirectoryEvent::OfficerSet { .. }) => "officer_set",
    Public::Law(LawEvent::NodeFounded { .. }) => "node_founded",
    Public::Law(LawEvent::LawAdopted { .. }) => "law_adopted",
    Public::Number(_) => "number_taken",
    Public::Story(_) => "story_begun",
    Public::Upper(_) => "handed_up",
}

/// File name and content of every sample.
fn samples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    let mut found: Vec<(String, Value)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let sample = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), sample)
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// As the store reads it: the stream says which vocabulary an event is of.
fn decode(stream: &str, public: &Value) -> serde_json::Result<Public> {
    let public = public.clone();
    let stream = Stream::from_key(stream).unwrap_or_else(|| panic!("'{stream}' is no stream"));
    match stream {
        Stream::Matter(_) => serde_json::from_value(public).map(Public::Matter),
        Stream::Session(_) => serde_json::from_value(public).map(Public::Session),
        Stream::Directory => serde_json::from_value(public).map(Public::Directory),
        Stream::Law => serde_json::from_value(public).map(Public::Law),
        Stream::Numbers(..) => serde_json::from_value(public).map(Public::Number),
        Stream::Story(_) => serde_json::from_value(public).map(Public::Story),
        Stream::Upper(_) => serde_json::from_value(public).map(Public::Upper),
    }
}

#[test]
fn every_sample_decodes_and_encodes_to_the_same() {
    for (file, sample) in samples() {
        assert!(sample["version"].is_string(), "{file} does not say its version");
        let stream = sample["stream"].as_str().unwrap();
        let public = &sample["public"];
        let decoded = decode(stream, public).unwrap_or_else(|error| panic!("{file} does not decode: {error}"));
        assert_eq!(&serde_json::to_value(&decoded).unwrap(), public, "{file} encodes to something else");
        let name = name_of(&decoded);
        assert_eq!(public["event"].as_str(), Some(name), "{file}");
        assert_eq!(file.split('.').next(), Some(name), "{file} is named after another event");
        assert_eq!(Stream::from_key(stream).unwrap().to_string(), stream, "{file}");
    }
}

#[test]
fn every_event_has_a_sample() {
    let sampled: BTreeSet<String> =
        samples().into_iter().map(|(_, sample)| sample["public"]["event"].as_str().unwrap().to_owned()).collect();
    let named: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(sampled, named);
}

/// What may be absent is present in one sample and absent in another, so that both forms are kept.
#[test]
fn optional_fields_are_sampled_with_and_without() {
    for (event, field) in [
        ("registered", "origin"),
        ("registered", "received"),
        ("registered", "competent"),
        ("registered", "accused_officers"),
        ("registered", "respondents"),
        ("intake_repeated", "origin"),
        ("clock_ended", "lapses"),
        ("session_announced", "origin"),
        ("office_set", "fields"),
        ("attached", "inner"),
        ("served", "party"),
        ("review_requested", "party"),
    ] {
        let of: Vec<bool> = samples()
            .iter()
            .filter(|(_, sample)| sample["public"]["event"] == event)
            .map(|(_, sample)| sample["public"].get(field).is_some())
            .collect();
        assert!(of.contains(&true) && of.contains(&false), "{event}.{field}");
    }
}

/// No event has a place in clear for a person's name, telephone or words.
#[test]
fn no_public_part_has_room_for_a_persons_words() {
    const SEALED: [&str; 12] = [
        "summary",
        "phone",
        "petitioner",
        "note",
        "go_to",
        "reason",
        "basis",
        "title",
        "words",
        "address",
        "id_card",
        "email",
    ];
    for (file, sample) in samples() {
        let public = sample["public"].as_object().unwrap();
        for key in public.keys() {
            assert!(!SEALED.contains(&key.as_str()), "{file} has '{key}' in clear");
        }
        // A public body's name is public, and so is the text of a law.
        assert!(!public.contains_key("name") || file.starts_with("office_set"), "{file}");
        assert!(!public.contains_key("text") || file == "law_adopted", "{file}");
    }
}
