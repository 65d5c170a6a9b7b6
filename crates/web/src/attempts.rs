//! Wrong passwords, on the page and through the API alike: after five in a row a login waits, longer each time; how many
//! are checked at once is bounded too.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::trouble::Failure;

/// Wrong passwords in a row before a login waits.
const FREE: u32 = 5;
/// The first wait; each further wrong password doubles it.
const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait.
const WAIT_SECONDS_MAX: i64 = 15 * 60;
/// Logins remembered; the ones longest quiet are forgotten first.
const LOGINS_MAX: usize = 10_000;
/// Characters of a login that are remembered.
const KEY_CHARS: usize = 64;
/// Passwords checked at once: each takes 19 MB for some tens of milliseconds.
const CHECKS_MAX: usize = 4;

/// Requests to the sign-on server at once: one that hangs must not keep every thread.
const ABROAD_MAX: usize = 8;

/// Wrong passwords, by login. Lost on restart, which only shortens a wait.
#[derive(Debug)]
pub(crate) struct Attempts {
    wrong: Mutex<HashMap<String, (u32, Timestamp)>>,
    checks: Semaphore,
    abroad: Semaphore,
}

impl Attempts {
    pub(crate) fn new() -> Attempts {
        Attempts {
            wrong: Mutex::new(HashMap::new()),
            checks: Semaphore::new(CHECKS_MAX),
            abroad: Semaphore::new(ABROAD_MAX),
        }
    }

    /// Room to check one password, for as long as what is given back is held.
    pub(crate) async fn room(&self) -> Result<SemaphorePermit<'_>, Failure> {
        self.checks.acquire().await.map_err(|_| Failure::status(StatusCode::SERVICE_UNAVAILABLE))
    }

    /// What of a login is remembered.
    pub(crate) fn key(login: &str) -> String {
        login.chars().take(KEY_CHARS).collect()
    }

    /// Room to ask the sign-on server.
    pub(crate) fn abroad(&self) -> &Semaphore {
        &self.abroad
    }

    /// Seconds a login must still wait.
    pub(crate) fn wait(&self, login: &str, now: Timestamp) -> i64 {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((times, last)) = wrong.get(login) else { return 0 };
        (seconds(*times) - now.duration_since(*last).as_secs()).max(0)
    }

    /// A wrong password was given.
    pub(crate) fn failed(&self, login: &str, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= LOGINS_MAX {
            let old = now.saturating_sub(SignedDuration::from_secs(WAIT_SECONDS_MAX)).unwrap_or(now);
            wrong.retain(|_, (_, last)| *last > old);
        }
        if wrong.len() >= LOGINS_MAX {
            wrong.clear();
        }
        let entry = wrong.entry(login.to_owned()).or_insert((0, now));
        *entry = (entry.0.saturating_add(1), now);
    }

    /// The right password was given.
    pub(crate) fn forget(&self, login: &str) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).remove(login);
    }
}

fn seconds(times: u32) -> i64 {
    match times.checked_sub(FREE) {
        None => 0,
        Some(more) => (FIRST_WAIT_SECONDS << more.min(10)).min(WAIT_SECONDS_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_waits_longer_after_each_wrong_password() {
        let attempts = Attempts::new();
        let now: Timestamp = "2026-11-21T09:00:00+08:00".parse().unwrap();
        for _ in 0..4 {
            attempts.failed("clerk", now);
        }
        assert_eq!(attempts.wait("clerk", now), 0);
        attempts.failed("clerk", now);
        assert_eq!(attempts.wait("clerk", now), 30);
        assert_eq!(attempts.wait("clerk", now + SignedDuration::from_secs(30)), 0);
        attempts.failed("clerk", now);
        assert_eq!(attempts.wait("clerk", now), 60);
        assert_eq!(attempts.wait("other", now), 0);
        for _ in 0..40 {
            attempts.failed("clerk", now);
        }
        assert_eq!(attempts.wait("clerk", now), WAIT_SECONDS_MAX);
        attempts.forget("clerk");
        assert_eq!(attempts.wait("clerk", now), 0);
    }
}
