//! The one door to a matter for its person: reference and code, on pages and in the API alike. Wrong codes are counted in
//! memory, per reference, per source and in all, and slowed. A right code always opens: nobody can lock a petitioner out by guessing.
//! The code has 83 bits; what is held back here is noise, not a break-in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::show::{MatterShown, Reader};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::limit::{Caller, Source};
use crate::site::Site;
use crate::trouble::Failure;

/// No wrong answer comes sooner: how long looking took tells nothing of whether the reference exists.
const WRONG_AFTER: Duration = Duration::from_millis(300);

/// How long wrong codes are remembered.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Wrong codes on one reference within that time.
const PER_REFERENCE_MAX: u32 = 10;
/// Wrong codes from one source within that time: a village behind one line mistypes, too.
const PER_SOURCE_MAX: u32 = 100;
/// Wrong codes on all references within that time.
const IN_ALL_MAX: u32 = 600;

/// Counts of wrong codes.
#[derive(Debug, Default)]
pub(crate) struct Guard(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    since: Option<Timestamp>,
    in_all: u32,
    of: HashMap<String, u32>,
    from: HashMap<Source, u32>,
}

impl Guard {
    /// Counts a wrong code; true when there were too many. `reference` is none where what was typed cannot be one.
    fn wrong(&self, reference: Option<&str>, source: Option<Source>, now: Timestamp) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.since.is_none_or(|since| now.duration_since(since) >= WINDOW || now < since) {
            *counts = Counts { since: Some(now), ..Counts::default() };
        }
        counts.in_all = counts.in_all.saturating_add(1);
        if counts.in_all > IN_ALL_MAX {
            return true;
        }
        let one_more = |count: &mut u32| {
            *count = count.saturating_add(1);
            *count
        };
        let on_one = reference.map_or(0, |reference| one_more(counts.of.entry(reference.to_owned()).or_default()));
        let from_one = source.map_or(0, |source| one_more(counts.from.entry(source).or_default()));
        on_one > PER_REFERENCE_MAX || from_one > PER_SOURCE_MAX
    }
}

/// Why a matter was not opened.
pub(crate) enum Shut {
    /// Reference and code do not belong together.
    Wrong,
    /// Something else, to be shown as it is.
    Failed(Failure),
}

/// The matter a reference and a code (digits only) open. A wrong code, a reference that never was and one that cannot
/// be are answered alike, and no sooner.
pub(crate) async fn open(site: &Site, caller: &Caller, reference: &str, code: &str) -> Result<MatterShown, Shut> {
    let began = Instant::now();
    let (typed, reader) = (reference.to_owned(), Reader::Petitioner { code: code.to_owned() });
    match site.run(move |app, now| app.matter(&reader, &typed, now)).await {
        Ok(matter) => Ok(matter),
        Err(failure) if failure.code() == StatusCode::NOT_FOUND => {
            let known = app::normalise_reference(reference);
            let too_many = site.guard().wrong(known.as_deref(), caller.source, site.now());
            tokio::time::sleep(WRONG_AFTER.saturating_sub(began.elapsed())).await;
            Err(if too_many { Shut::Failed(Failure::status(StatusCode::TOO_MANY_REQUESTS)) } else { Shut::Wrong })
        }
        Err(failure) => Err(Shut::Failed(failure)),
    }
}

/// The digits of a code as typed, full-width ones too.
pub(crate) fn digits(code: &str) -> String {
    code.chars()
        .filter_map(|c| c.to_digit(10).or_else(|| full_width(c)).and_then(|d| char::from_digit(d, 10)))
        .collect()
}

fn full_width(c: char) -> Option<u32> {
    ('０'..='９').contains(&c).then(|| c as u32 - '０' as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_wrong_code_is_one_too_many_and_time_forgives() {
        let guard = Guard::default();
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
        for _ in 0..10 {
            assert!(!guard.wrong(Some("a"), None, now));
        }
        assert!(guard.wrong(Some("a"), None, now));
        assert!(!guard.wrong(Some("b"), None, now), "another reference is not held for it");
        assert!(!guard.wrong(None, None, now), "what cannot be a reference counts only in all");
        let later = now.checked_add(WINDOW).unwrap();
        assert!(!guard.wrong(Some("a"), None, later));
    }

    #[test]
    fn a_flood_over_many_references_is_slowed_too() {
        let guard = Guard::default();
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
        let held = (0..700).filter(|n| guard.wrong(Some(&n.to_string()), None, now)).count();
        assert_eq!(held, 100);
    }

    #[test]
    fn a_source_that_tries_many_references_is_slowed_and_others_are_not() {
        let guard = Guard::default();
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
        let key = app::EphemeralKey::fresh().unwrap();
        let from = |n: u8| Some(Source::of(&key, std::net::IpAddr::from([203, 0, 113, n])));
        let held = (0..150).filter(|n| guard.wrong(Some(&n.to_string()), from(1), now)).count();
        assert_eq!(held, 50);
        assert!(!guard.wrong(Some("x"), from(2), now));
    }
}
