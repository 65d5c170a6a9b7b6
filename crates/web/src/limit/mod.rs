//! The door for filings: whoever files far more than a village's shared line would, and everybody while the whole site is
//! flooded, is asked to wait a little or to let the machine reckon first. Nobody is refused, and only filing is counted:
//! reading and following a matter never are. All of it in memory, lost with the program.

mod bucket;
mod puzzle;
mod source;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use app::{AppError, EphemeralKey};
use jiff::Timestamp;

use self::bucket::Bucket;
pub use self::bucket::Rate;
pub(crate) use self::puzzle::BITS;
use self::puzzle::WAIT;
pub(crate) use self::source::{Caller, Source};
use crate::site::Site;
use crate::trouble::Failure;

/// How much may be filed before whoever files is asked to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilingLimits {
    /// From one source: a village behind one line, an internet café, a service counter.
    pub of_source: Rate,
    /// From all sources together.
    pub in_all: Rate,
}

impl Default for FilingLimits {
    fn default() -> FilingLimits {
        FilingLimits {
            of_source: Rate { at_once: 60, an_hour: 60 },
            in_all: Rate { at_once: 600, an_hour: 1_200 },
        }
    }
}

impl FilingLimits {
    /// As good as none: for measurements of what comes behind the door.
    pub const NONE: FilingLimits = {
        let rate = Rate { at_once: u32::MAX, an_hour: u32::MAX };
        FilingLimits { of_source: rate, in_all: rate }
    };
}

/// Sources remembered at most; past it those that are as good as fresh are forgotten, then all.
const SOURCES_MAX: usize = 50_000;
/// Tickets remembered as used at most; past it none issued before is good any more.
const USED_MAX: usize = 50_000;

/// What was sent along with a filing: the ticket, and the number found for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    pub(crate) ticket: String,
    pub(crate) number: String,
}

/// What is asked before a filing goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// To be sent along.
    pub(crate) ticket: String,
    /// Seconds to wait where nothing reckons.
    pub(crate) seconds: i64,
}

/// The door.
pub(crate) struct Door {
    limits: FilingLimits,
    key: OnceLock<EphemeralKey>,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    in_all: Option<Bucket>,
    of: HashMap<Source, Bucket>,
    /// When a source last came in by waiting.
    waited: HashMap<Option<Source>, Timestamp>,
    /// Tickets that were used, with the filing each let in: sent again, it is let in again.
    used: HashMap<String, (String, Timestamp)>,
    /// Tickets issued before this are not good: those used were forgotten.
    good_from: Option<Timestamp>,
}

impl Door {
    pub(crate) fn new(limits: FilingLimits) -> Door {
        Door { limits, key: OnceLock::new(), counts: Mutex::default() }
    }

    /// The key of this start.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub(crate) fn key(&self) -> Result<&EphemeralKey, Failure> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let fresh = EphemeralKey::fresh().map_err(AppError::from)?;
        Ok(self.key.get_or_init(|| fresh))
    }

    /// Lets a filing in, or says what is asked first. `command` names the filing: the same one is let in again.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub(crate) fn admit(
        &self,
        site: &Site,
        source: Option<Source>,
        command: &str,
        shown: &Shown,
    ) -> Result<Result<(), Asked>, Failure> {
        let (key, now) = (self.key()?, site.now());
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let left = match counts.of_ticket(key, source, command, shown, now) {
            Ticket::Good => return Ok(Ok(())),
            Ticket::Waits(left) => Some(left),
            Ticket::None => None,
        };
        if counts.take(self.limits, source, now) {
            return Ok(Ok(()));
        }
        Ok(Err(match left {
            Some(seconds) => Asked { ticket: shown.ticket.clone(), seconds },
            None => Asked { ticket: puzzle::issue(key, &site.nonce()?, now), seconds: WAIT.as_secs() },
        }))
    }
}

enum Ticket {
    Good,
    /// Ours, and seconds remain.
    Waits(i64),
    None,
}

impl Counts {
    fn of_ticket(
        &mut self,
        key: &EphemeralKey,
        source: Option<Source>,
        command: &str,
        shown: &Shown,
        now: Timestamp,
    ) -> Ticket {
        let Some(issued) = puzzle::issued(key, &shown.ticket, now) else { return Ticket::None };
        if let Some((let_in, _)) = self.used.get(&shown.ticket) {
            return if let_in == command { Ticket::Good } else { Ticket::None };
        }
        if self.good_from.is_some_and(|from| issued < from) {
            return Ticket::None;
        }
        if !puzzle::answers(&shown.ticket, &shown.number) {
            // One after the other: who gathers tickets and waits with all at once gains nothing.
            let began = self.waited.get(&source).map_or(issued, |last| issued.max(*last));
            let left = WAIT.as_secs() - now.duration_since(began).as_secs();
            if left > 0 {
                return Ticket::Waits(left);
            }
            self.waited.retain(|_, last| now.duration_since(*last) < WAIT);
            self.waited.insert(source, now);
        }
        self.use_up(&shown.ticket, command, now);
        Ticket::Good
    }

    fn use_up(&mut self, ticket: &str, command: &str, now: Timestamp) {
        if self.used.len() >= USED_MAX {
            self.used.retain(|_, (_, at)| now.duration_since(*at) < puzzle::KEPT);
        }
        if self.used.len() >= USED_MAX {
            self.used.clear();
            self.good_from = Some(now);
        }
        self.used.insert(ticket.to_owned(), (command.to_owned(), now));
    }

    /// Counts a filing where source and site have room for one.
    fn take(&mut self, limits: FilingLimits, source: Option<Source>, now: Timestamp) -> bool {
        let in_all = self.in_all.get_or_insert_with(|| Bucket::full(limits.in_all, now));
        if !in_all.has(limits.in_all, now) {
            return false;
        }
        if let Some(source) = source {
            if self.of.len() >= SOURCES_MAX && !self.of.contains_key(&source) {
                self.of.retain(|_, bucket| !bucket.is_full(limits.of_source, now));
            }
            if self.of.len() >= SOURCES_MAX && !self.of.contains_key(&source) {
                self.of.clear();
            }
            let bucket = self.of.entry(source).or_insert_with(|| Bucket::full(limits.of_source, now));
            if !bucket.has(limits.of_source, now) {
                return false;
            }
            bucket.take(limits.of_source, now);
        }
        in_all.take(limits.in_all, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use jiff::SignedDuration;

    use super::*;

    static KEY: LazyLock<EphemeralKey> = LazyLock::new(|| EphemeralKey::fresh().unwrap());
    const LIMITS: FilingLimits =
        FilingLimits { of_source: Rate { at_once: 2, an_hour: 60 }, in_all: Rate { at_once: 5, an_hour: 3_600 } };

    fn source(n: u8) -> Option<Source> {
        Some(Source::of(&KEY, std::net::IpAddr::from([203, 0, 113, n])))
    }

    fn start() -> Timestamp {
        "2026-11-21T09:00:00+08:00".parse().unwrap()
    }

    fn after(seconds: i64) -> Timestamp {
        start() + SignedDuration::from_secs(seconds)
    }

    fn ticket(n: u8) -> String {
        puzzle::issue(&KEY, &format!("{n:032x}"), start())
    }

    fn waits(counts: &mut Counts, from: Option<Source>, n: u8, now: Timestamp) -> Option<i64> {
        let shown = Shown { ticket: ticket(n), number: String::new() };
        match counts.of_ticket(&KEY, from, &format!("file/{n}"), &shown, now) {
            Ticket::Good => Some(0),
            Ticket::Waits(left) => Some(left),
            Ticket::None => None,
        }
    }

    #[test]
    fn a_source_that_floods_leaves_the_others_alone() {
        let mut counts = Counts::default();
        assert!(counts.take(LIMITS, source(1), start()) && counts.take(LIMITS, source(1), start()));
        for _ in 0..100 {
            assert!(!counts.take(LIMITS, source(1), start()));
        }
        assert!(counts.take(LIMITS, source(2), start()), "what was asked to wait is not counted against others");
        assert!(counts.take(LIMITS, source(1), after(60)), "and time forgives");
    }

    #[test]
    fn a_flood_from_everywhere_makes_everybody_wait() {
        let mut counts = Counts::default();
        let let_in = (0..50).filter(|n| counts.take(LIMITS, source(*n), start())).count();
        assert_eq!(let_in, 5);
        assert!(!counts.take(LIMITS, None, start()) && counts.take(LIMITS, None, after(1)));
    }

    #[test]
    fn waiting_lets_one_in_after_the_other() {
        let mut counts = Counts::default();
        assert_eq!(waits(&mut counts, source(1), 1, after(0)), Some(20));
        assert_eq!(
            waits(&mut counts, source(1), 1, after(19)),
            Some(1),
            "pressed too early, only the rest is waited"
        );
        assert_eq!(waits(&mut counts, source(1), 1, after(20)), Some(0));
        assert_eq!(waits(&mut counts, source(1), 1, after(20)), Some(0), "the same filing sent twice");
        assert_eq!(waits(&mut counts, source(1), 2, after(20)), Some(20), "tickets gathered wait one by one");
        assert_eq!(waits(&mut counts, source(2), 3, after(20)), Some(0), "another source has its own line");
        assert_eq!(waits(&mut counts, source(1), 2, after(40)), Some(0));
    }

    #[test]
    fn a_number_lets_one_filing_in_at_once_and_no_second() {
        let mut counts = Counts::default();
        let shown = Shown { ticket: ticket(1), number: puzzle::solved(&ticket(1)) };
        let mut of = |command: &str| counts.of_ticket(&KEY, None, command, &shown, start());
        assert!(matches!(of("file/a"), Ticket::Good) && matches!(of("file/a"), Ticket::Good));
        assert!(matches!(of("file/b"), Ticket::None));
    }

    #[test]
    fn tickets_forgotten_as_used_are_good_no_more() {
        let mut counts = Counts::default();
        for n in 0..USED_MAX {
            counts.used.insert(n.to_string(), (String::new(), start()));
        }
        counts.use_up("one more", "file/a", after(30));
        assert_eq!(counts.used.len(), 1);
        assert_eq!(waits(&mut counts, source(1), 1, after(30)), None);
    }
}
