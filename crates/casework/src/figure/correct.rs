//! Corrections of days taken into account: the facts of an event entered with a wrong day count on the right one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::day;
use crate::event::MatterId;
use crate::read::Fact;

/// The facts as they were known at the end of a day: with the corrections made by then.
pub fn corrected(facts: &[Fact], until: Date) -> Cow<'_, [Fact]> {
    let mut right: BTreeMap<(&MatterId, u64), &Fact> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| is_correction(fact) && fact.day() <= until) {
        if let Some(matter) = &fact.matter {
            right.insert((matter, fact.event), fact);
        }
    }
    if right.is_empty() {
        return Cow::Borrowed(facts);
    }
    let mend = |fact: &Fact| {
        // What happened at a session is numbered by the session's events, not by the matter's.
        let of_matter = fact.matter.as_ref().filter(|_| fact.session.is_none());
        let correction = of_matter.and_then(|matter| right.get(&(matter, fact.event)));
        correction.filter(|_| !is_correction(fact)).map_or_else(|| fact.clone(), |by| mended(fact, by))
    };
    facts.iter().map(mend).collect()
}

/// Whether any correction was made after a day: figures known by then may read differently since.
pub fn corrected_after(facts: &[Fact], day: Date) -> bool {
    facts.iter().any(|fact| is_correction(fact) && fact.day() > day)
}

pub(super) fn is_correction(fact: &Fact) -> bool {
    fact.kind == "correct"
}

fn mended(fact: &Fact, by: &Fact) -> Fact {
    let mut fact = fact.clone();
    let Some(right) = by.due else { return fact };
    let was = fact.at;
    fact.at = day::moved_to(was, right);
    if fact.on_time.is_some() {
        fact.on_time = by.on_time.or(fact.on_time);
    }
    // How long people waited is told in seconds from the registration.
    if matches!(fact.kind, "served" | "answered") {
        fact.amount += fact.at.as_second() - was.as_second();
    }
    fact
}
