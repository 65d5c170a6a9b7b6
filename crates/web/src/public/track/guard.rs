//! Wrong codes are counted in memory, per reference and in all, and slowed. A right code always opens: nobody can lock
//! a petitioner out by guessing. The code has 83 bits; what is held back here is noise, not a break-in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How long wrong codes are remembered.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Wrong codes on one reference within that time.
const PER_REFERENCE_MAX: u32 = 10;
/// Wrong codes on all references within that time.
const IN_ALL_MAX: u32 = 600;

/// Counts of wrong codes.
#[derive(Debug, Default)]
pub(super) struct Guard(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    since: Option<Timestamp>,
    in_all: u32,
    of: HashMap<String, u32>,
}

impl Guard {
    /// Counts a wrong code; true when there were too many. `reference` is none where what was typed cannot be one.
    pub(super) fn wrong(&self, reference: Option<&str>, now: Timestamp) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.since.is_none_or(|since| now.duration_since(since) >= WINDOW || now < since) {
            *counts = Counts { since: Some(now), ..Counts::default() };
        }
        counts.in_all = counts.in_all.saturating_add(1);
        if counts.in_all > IN_ALL_MAX {
            return true;
        }
        let Some(reference) = reference else { return false };
        let count = counts.of.entry(reference.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count > PER_REFERENCE_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_wrong_code_is_one_too_many_and_time_forgives() {
        let guard = Guard::default();
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
        for _ in 0..10 {
            assert!(!guard.wrong(Some("a"), now));
        }
        assert!(guard.wrong(Some("a"), now));
        assert!(!guard.wrong(Some("b"), now), "another reference is not held for it");
        assert!(!guard.wrong(None, now), "what cannot be a reference counts only in all");
        let later = now.checked_add(WINDOW).unwrap();
        assert!(!guard.wrong(Some("a"), later));
    }

    #[test]
    fn a_flood_over_many_references_is_slowed_too() {
        let guard = Guard::default();
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
        let held = (0..700).filter(|n| guard.wrong(Some(&n.to_string()), now)).count();
        assert_eq!(held, 100);
    }
}
