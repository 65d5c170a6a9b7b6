//! A token bucket: how often something may happen, with a store of times saved up. No clock of its own.

use jiff::Timestamp;

/// How often something may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Times in a row after a quiet while.
    pub at_once: u32,
    /// Times in an hour, in the long run.
    pub an_hour: u32,
}

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// What is saved up, in parts of which one time costs an hour's milliseconds: a rate per hour fills it by whole parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bucket {
    parts: i64,
    at: Timestamp,
}

impl Bucket {
    /// A full one.
    pub(crate) fn full(rate: Rate, now: Timestamp) -> Bucket {
        Bucket { parts: most(rate), at: now }
    }

    /// Whether it may happen once more now.
    pub(crate) fn has(&self, rate: Rate, now: Timestamp) -> bool {
        self.filled(rate, now).parts >= HOUR
    }

    /// It happened once more.
    pub(crate) fn take(&mut self, rate: Rate, now: Timestamp) {
        *self = self.filled(rate, now);
        self.parts = (self.parts - HOUR).max(0);
    }

    /// Whether it is as good as a fresh one, and need not be remembered.
    pub(crate) fn is_full(&self, rate: Rate, now: Timestamp) -> bool {
        self.filled(rate, now).parts >= most(rate)
    }

    fn filled(self, rate: Rate, now: Timestamp) -> Bucket {
        // A clock that was put back fills nothing, and takes nothing away.
        let passed = now.as_millisecond().saturating_sub(self.at.as_millisecond()).max(0);
        let more = passed.saturating_mul(i64::from(rate.an_hour));
        Bucket { parts: self.parts.saturating_add(more).min(most(rate)), at: self.at.max(now) }
    }
}

fn most(rate: Rate) -> i64 {
    i64::from(rate.at_once).saturating_mul(HOUR)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    const START: &str = "2026-11-21T09:00:00+08:00";

    fn at(start: Timestamp, millis: i64) -> Timestamp {
        start.checked_add(SignedDuration::from_millis(millis)).unwrap()
    }

    #[test]
    fn a_village_files_at_once_and_a_flood_waits() {
        let rate = Rate { at_once: 3, an_hour: 60 };
        let start: Timestamp = START.parse().unwrap();
        let mut bucket = Bucket::full(rate, start);
        for _ in 0..3 {
            assert!(bucket.has(rate, start));
            bucket.take(rate, start);
        }
        assert!(!bucket.has(rate, start) && !bucket.has(rate, at(start, 59_999)));
        assert!(bucket.has(rate, at(start, 60_000)), "one a minute comes back");
        assert!(bucket.is_full(rate, at(start, 180_000)) && !bucket.is_full(rate, at(start, 179_999)));
    }

    proptest! {
        /// Whatever comes when: no more than was saved up and what came back since, and all of that.
        #[test]
        fn never_more_and_never_less_than_the_rate(
            at_once in 1_u32..200,
            an_hour in 1_u32..5_000,
            waits in prop::collection::vec(-1_000_i64..200_000, 1..200),
        ) {
            let rate = Rate { at_once, an_hour };
            let start: Timestamp = START.parse().unwrap();
            let mut bucket = Bucket::full(rate, start);
            let (mut clock, mut newest, mut taken) = (0, 0, 0_i64);
            for wait in waits {
                clock += wait;
                newest = newest.max(clock);
                let now = at(start, clock);
                if bucket.has(rate, now) {
                    bucket.take(rate, now);
                    taken += 1;
                    // One more than was saved and came back would be one too many.
                    prop_assert!(taken * HOUR <= i64::from(at_once) * HOUR + newest * i64::from(an_hour));
                } else {
                    // It is refused only where less than one is left.
                    prop_assert!(bucket.filled(rate, now).parts < HOUR);
                }
            }
            let rested = at(start, newest + i64::from(at_once) * HOUR / i64::from(an_hour) + 1);
            prop_assert!(bucket.is_full(rate, rested), "rest makes it whole");
        }
    }
}
