//! Who brought a matter: what a reader may know of it. Where somebody is complained of, whoever handles it does not know.

use casework::command::{Actor, FIRST};
use casework::event::{PartyNumber, Sealed};
use casework::matter::Matter;
use casework::words;
use jiff::Timestamp;

use super::Reader;

/// Words that tell who somebody is.
const IDENTITY: [&str; 4] = ["name", "phone", "contact", "file_name"];

/// Whether a reader may know now who brought a matter.
pub(crate) fn is_told(reader: &Reader, matter: &Matter, now: Timestamp) -> bool {
    match reader {
        Reader::Petitioner { .. } => true,
        Reader::Officer(Actor::Officer { login, office, .. }) => matter.tells_who(login, office, now),
        Reader::Officer(_) => !matter.is_kept_from_somebody(),
    }
}

/// The words of an event for a reader: without those that tell who somebody is, where they may not know.
pub(crate) fn for_reader(words: Vec<Sealed>, told: bool) -> Vec<Sealed> {
    if told {
        return words;
    }
    let without = words.into_iter().map(|mut words| {
        words.fields.retain(|field, _| !IDENTITY.contains(&field.as_str()));
        words
    });
    // What a representative says is read; that somebody is one is not.
    without.filter(|words| words.party == PartyNumber::FIRST || !words.fields.is_empty()).collect()
}

/// A field of an event's words: of the first party, else of the one of several people who said it.
pub(crate) fn said(words: &[Sealed], field: &str) -> Option<String> {
    let mine = words.iter().find(|words| words.party == PartyNumber::FIRST).or_else(|| words.first());
    mine.and_then(|words| words.fields.get(field)).cloned()
}

/// What a registration says to one of several people: the wish is the first one's.
pub(crate) fn for_one((wish, words): (String, Vec<Sealed>), person: Option<u32>) -> (String, Vec<Sealed>) {
    let wish = if person.is_none_or(|person| person == FIRST) { wish } else { String::new() };
    (wish, for_person(words, person))
}

/// The words of an event for one of several people: who the others are is not theirs to know.
fn for_person(words: Vec<Sealed>, person: Option<u32>) -> Vec<Sealed> {
    let Some(person) = person else { return words };
    let others = words.into_iter().filter_map(|mut words| {
        if words.party == PartyNumber(person) {
            return Some(words);
        }
        words.fields.retain(|field, _| !IDENTITY.contains(&field.as_str()));
        (!words.fields.is_empty()).then_some(words)
    });
    others.collect()
}

/// What a registration says to a reader: how the person wishes to be reached, and its words.
pub(crate) fn of(words: Vec<Sealed>, told: bool) -> (String, Vec<Sealed>) {
    let mine = words.iter().find(|words| words.party == PartyNumber::FIRST);
    let contact = mine.and_then(|words| words.fields.get("contact")).map_or("", String::as_str);
    (wish(contact, told), for_reader(words, told))
}

/// How the person wishes to be reached, as far as it tells nothing of who they are.
fn wish(contact: &str, told: bool) -> String {
    if told {
        contact.to_owned()
    } else if words::NO_CONTACT.iter().any(|begins| contact.starts_with(begins)) {
        words::NO_CONTACT[0].to_owned()
    } else if contact.contains(words::NO_VISIT) {
        words::NO_VISIT.to_owned()
    } else {
        String::new()
    }
}
