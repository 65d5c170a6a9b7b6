//! Filings under way, so that the browser's Back and Forward find the words again. In memory only: no word goes to disk
//! or into an address. Each is opened by its place in the address together with a secret that is in a cookie of that
//! browser. Nothing depends on them but Back: every form carries all answers itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::file::Draft;

/// How long a draft outlives its last page.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(2);
/// Once sent it only shows the receipt again, and not for long.
const KEPT_SENT: SignedDuration = SignedDuration::from_mins(30);
/// Bytes held in all; past it the drafts longest quiet are forgotten first.
const BYTES_MAX: usize = 64 * 1024 * 1024;

struct Held {
    secret: String,
    draft: Draft,
    bytes: usize,
    last: Timestamp,
}

/// Drafts by their place in the address.
#[derive(Default)]
pub(crate) struct Drafts(Mutex<HashMap<String, Held>>);

impl Drafts {
    /// Keeps a draft in place of what was there under the same secret; another secret changes nothing.
    pub(crate) fn keep(&self, id: &str, secret: &str, draft: Draft, now: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, held| held.live(now));
        if held.get(id).is_some_and(|held| held.secret != secret) {
            return;
        }
        let bytes = draft.bytes() + id.len() + secret.len();
        held.insert(id.to_owned(), Held { secret: secret.to_owned(), draft, bytes, last: now });
        let mut all: usize = held.values().map(|held| held.bytes).sum();
        while all > BYTES_MAX {
            let Some(oldest) = held.iter().min_by_key(|(_, held)| held.last).map(|(id, _)| id.clone()) else {
                break;
            };
            all -= held.remove(&oldest).map_or(0, |held| held.bytes);
        }
    }

    /// The draft, for the browser that has its secret; it lasts anew.
    pub(crate) fn find(&self, id: &str, secret: &str, now: Timestamp) -> Option<Draft> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.get_mut(id).filter(|held| held.secret == secret && held.live(now))?;
        if !found.draft.sent {
            found.last = now;
        }
        Some(found.draft.clone())
    }
}

impl Held {
    fn live(&self, now: Timestamp) -> bool {
        now.duration_since(self.last) < if self.draft.sent { KEPT_SENT } else { KEPT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(words: &str) -> Draft {
        Draft::of(&[("text", words)])
    }

    #[test]
    fn a_draft_opens_to_its_own_browser_only_and_not_for_ever() {
        let drafts = Drafts::default();
        let now: Timestamp = "2026-03-02T10:00:00+08:00".parse().unwrap();
        drafts.keep("a", "secret", draft("话"), now);
        assert!(drafts.find("a", "other", now).is_none());
        drafts.keep("a", "other", draft("别的"), now);
        let later = now + SignedDuration::from_mins(100);
        assert_eq!(drafts.find("a", "secret", later).unwrap().bytes(), draft("话").bytes());
        assert!(drafts.find("a", "secret", later + SignedDuration::from_mins(100)).is_some(), "it lasts anew");
        assert!(drafts.find("a", "secret", later + SignedDuration::from_hours(5)).is_none());
    }

    #[test]
    fn a_flood_forgets_what_was_quiet_longest() {
        let drafts = Drafts::default();
        let now: Timestamp = "2026-03-02T10:00:00+08:00".parse().unwrap();
        let long = "x".repeat(BYTES_MAX / 3);
        for (id, minutes) in [("a", 0), ("b", 1), ("c", 2), ("d", 3)] {
            drafts.keep(id, "s", draft(&long), now + SignedDuration::from_mins(minutes));
        }
        let now = now + SignedDuration::from_mins(4);
        assert!(drafts.find("a", "s", now).is_none() && drafts.find("d", "s", now).is_some());
    }
}
