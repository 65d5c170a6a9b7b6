//! What a matter began with, as pages show it, and what stands in its place where it was erased.

use casework::erased::GONE;
use casework::event::{PartyNumber, Sealed};
use casework::matter::Matter;

use super::PartyShown;

/// The line that says what it is about.
pub(super) fn summary(words: &[Sealed], matter: &Matter) -> String {
    first(words, matter, "summary")
}

/// What was said.
pub(super) fn text(words: &[Sealed], matter: &Matter) -> String {
    first(words, matter, "text")
}

/// The people of it; for one of several, themselves.
pub(super) fn parties(words: &[Sealed], matter: &Matter, me: Option<u32>) -> Vec<PartyShown> {
    let is_shown = |party: &PartyShown| me.is_none_or(|me| me == party.number);
    let mut parties: Vec<PartyShown> = words.iter().map(party).filter(is_shown).collect();
    if mine(words).is_none() && me.is_none_or(|me| me == PartyNumber::FIRST.0) {
        let name = gone(matter).to_owned();
        parties.push(PartyShown { number: 0, name, phone: String::new(), contact: String::new() });
    }
    parties
}

fn first(words: &[Sealed], matter: &Matter, field: &str) -> String {
    let said = |words: &Sealed| words.fields.get(field).cloned().unwrap_or_default();
    mine(words).map_or_else(|| gone(matter).to_owned(), said)
}

fn mine(words: &[Sealed]) -> Option<&Sealed> {
    words.iter().find(|words| words.party == PartyNumber::FIRST)
}

/// What stands where the first party's words are missing.
fn gone(matter: &Matter) -> &'static str {
    matter.gone(1).map_or(GONE, |gone| gone.said())
}

fn party(words: &Sealed) -> PartyShown {
    let field = |name: &str| words.fields.get(name).cloned().unwrap_or_default();
    PartyShown { number: words.party.0, name: field("name"), phone: field("phone"), contact: field("contact") }
}
