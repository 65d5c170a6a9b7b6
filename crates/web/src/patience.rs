//! Patience with wrong passwords: after a few the same name has to wait, longer each time. Kept in memory only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::trouble::Failure;

/// Wrong tries that cost nothing.
const FREE: u32 = 5;
/// Names remembered at most; past it the oldest are forgotten.
const NAMES_MAX: usize = 10_000;

/// Wrong tries by name.
#[derive(Clone, Default)]
pub struct Patience(Arc<Mutex<HashMap<String, (u32, Timestamp)>>>);

impl Patience {
    /// Whether a name may be tried now.
    ///
    /// # Errors
    /// Too many wrong tries lately.
    pub fn may_try(&self, name: &str, now: Timestamp) -> Result<(), Failure> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match tries.get(name) {
            Some((wrong, until)) if *wrong >= FREE && now < *until => {
                Err(Failure::status(StatusCode::TOO_MANY_REQUESTS))
            }
            _ => Ok(()),
        }
    }

    /// Takes note of a try. A right one forgives the wrong ones before.
    pub fn tried(&self, name: &str, right: bool, now: Timestamp) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if right {
            tries.remove(name);
            return;
        }
        if tries.len() >= NAMES_MAX {
            let oldest = tries.iter().min_by_key(|(_, (_, until))| *until).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                tries.remove(&oldest);
            }
        }
        let entry = tries.entry(name.to_owned()).or_insert((0, now));
        entry.0 += 1;
        let doubled = entry.0.saturating_sub(FREE).min(6);
        let wait = SignedDuration::from_secs(30 << doubled);
        entry.1 = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_tries_have_to_wait_and_a_right_one_forgives() {
        let patience = Patience::default();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for _ in 0..FREE {
            assert!(patience.may_try("a", now).is_ok());
            patience.tried("a", false, now);
        }
        assert!(patience.may_try("a", now).is_err());
        assert!(patience.may_try("b", now).is_ok());
        let later = now.saturating_add(SignedDuration::from_secs(31)).unwrap();
        assert!(patience.may_try("a", later).is_ok());
        patience.tried("a", true, later);
        assert!(patience.may_try("a", later).is_ok());
    }
}
