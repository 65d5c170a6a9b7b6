//! What came under an Idempotency-Key: the same key with another body is refused, not taken for a second request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How long a key is remembered. After that, or a restart, a key with another body is a new request again; with the
/// same body it still happens once, for that stands in the journal.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Keys remembered at most.
const KEYS_MAX: usize = 100_000;

/// Digests of bodies, by the digest of who asked what under which key.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<HashMap<String, (String, Timestamp)>>);

impl Ledger {
    /// Takes note of a request; false where the same key came with another body.
    pub(crate) fn admits(&self, key: &str, body: &str, now: Timestamp) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((before, at)) = known.get(key)
            && now.duration_since(*at) < KEPT
        {
            return before == body;
        }
        if known.len() >= KEYS_MAX {
            known.retain(|_, (_, at)| now.duration_since(*at) < KEPT);
        }
        if known.len() >= KEYS_MAX {
            known.clear();
        }
        known.insert(key.to_owned(), (body.to_owned(), now));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_for_one_body_for_a_day() {
        let ledger = Ledger::default();
        let now: Timestamp = "2026-03-02T10:00:00+08:00".parse().unwrap();
        assert!(ledger.admits("k", "a", now) && ledger.admits("k", "a", now));
        assert!(!ledger.admits("k", "b", now));
        assert!(ledger.admits("k2", "b", now), "another key is another request");
        assert!(ledger.admits("k", "b", now + KEPT));
    }
}
