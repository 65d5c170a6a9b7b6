//! How far a replica is behind. When it replayed last says nothing, for there may have been nothing to replay; so what the
//! primary had at known moments is kept, and the latest of these that the replica has reached says how old it is.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Lag;
use crate::database::{Address, Connection, values};
use crate::error::StoreError;

/// Moments kept. When there are more, every second one goes: far back the answer may be coarse.
const MOMENTS_MAX: usize = 512;

/// The server's own name, how far its write-ahead log goes, and where its journal ends.
const OF_PRIMARY: &str = "SELECT (SELECT system_identifier FROM pg_control_system()),
    (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint, (SELECT position FROM head)";
const OF_REPLICA: &str = "SELECT (SELECT system_identifier FROM pg_control_system()),
    (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint, pg_is_in_recovery(), position, digest FROM head";

/// How much of the server's writing there is: bytes of its log, and the last position of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) wal: i64,
    pub(super) position: u64,
}

/// Two connections that look.
pub(super) struct Eyes {
    addresses: [Address; 2],
    connections: [Option<Connection>; 2],
    /// The position up to which the replica's journal was found to be the primary's.
    same: u64,
}

/// What was seen of both. The primary may be seen while the replica is not.
pub(super) struct Look {
    primary: Option<(Instant, Shown)>,
    replica: Result<Shown, String>,
}

impl Eyes {
    pub(super) fn new(primary: Address, replica: Address) -> Eyes {
        Eyes { addresses: [primary, replica], connections: [None, None], same: 0 }
    }

    pub(super) fn look(&mut self) -> Look {
        // Before it is asked: what was acknowledged by then is in the answer.
        let at = Instant::now();
        let of_primary = self.ask(0, |connection| {
            connection.one(OF_PRIMARY, &[], |row| {
                Ok((row.get::<i64>(0)?, Shown { wal: row.get(1)?, position: row.get(2)? }))
            })
        });
        let (name, end) = match of_primary {
            Ok(found) => found,
            Err(error) => return Look { primary: None, replica: Err(format!("the primary: {error}")) },
        };
        let replica = self.of_replica(name).map_err(|error| error.to_string());
        Look { primary: Some((at, end)), replica }
    }

    fn of_replica(&mut self, name: i64) -> Result<Shown, StoreError> {
        let not_one = |why: &str| Err(StoreError::Unsuitable(format!("as a replica: {why}")));
        let (named, wal, follows, position, digest) = self.ask(1, |connection| {
            connection.one(OF_REPLICA, &[], |row| {
                let digest: Vec<u8> = row.get(4)?;
                Ok((row.get::<i64>(0)?, row.get(1)?, row.get::<bool>(2)?, row.get::<u64>(3)?, digest))
            })
        })?;
        if !follows {
            return not_one("it follows no other server");
        }
        if named != name {
            return not_one("it follows another server than the primary");
        }
        if position != self.same && position > 0 {
            // After a fall a replica may hold what the new primary never had.
            let sql = "SELECT digest FROM event WHERE position = ?1";
            let there: Option<Vec<u8>> =
                self.ask(0, |connection| connection.first(sql, &values![position], |row| row.get(0)))?;
            if there != Some(digest) {
                self.same = 0;
                return not_one("its journal goes on otherwise than the primary's; make it anew");
            }
            self.same = position;
        }
        Ok(Shown { wal, position })
    }

    /// Asks one of the two, on a fresh connection where there is none or the old one is gone.
    fn ask<T>(
        &mut self,
        which: usize,
        question: impl Fn(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some((address, kept)) = self.addresses.get(which).zip(self.connections.get_mut(which)) else {
            return Err(StoreError::Stopped);
        };
        if let Some(connection) = kept.take() {
            let answer = question(&connection);
            if !answer.as_ref().is_err_and(StoreError::is_lost) {
                *kept = Some(connection);
                return answer;
            }
        }
        let connection = kept.insert(address.connect(true)?);
        question(connection)
    }
}

/// What was seen so far.
pub(super) struct Watch {
    behind_max: Duration,
    state: Mutex<State>,
}

struct State {
    /// What the primary had, and when, the latest last.
    moments: VecDeque<(Instant, Shown)>,
    /// What the replica shows, as far as it is known; or why it cannot be used.
    replica: Result<Shown, String>,
    /// Whether it was told last that it is in use; none before anything was told.
    told: Option<bool>,
}

impl State {
    /// The latest moment whose writing is all in what is shown.
    fn reached(&self, shown: Shown) -> Option<Instant> {
        let has = |at: &&(Instant, Shown)| at.1.wal <= shown.wal && at.1.position <= shown.position;
        self.moments.iter().rev().find(has).map(|(at, _)| *at)
    }

    fn behind(&self, shown: Shown, now: Instant) -> Option<Duration> {
        self.reached(shown).map(|at| now.saturating_duration_since(at))
    }

    /// Why it is not read from; none where it is.
    fn why_not(&self, behind_max: Duration, now: Instant) -> Option<String> {
        let shown = match &self.replica {
            Ok(shown) => *shown,
            Err(why) => return Some(why.clone()),
        };
        match self.behind(shown, now) {
            Some(behind) if behind <= behind_max => None,
            Some(behind) => Some(format!("it is {} seconds behind", behind.as_secs())),
            None => Some("it has not caught up yet".to_owned()),
        }
    }
}

impl Watch {
    pub(super) fn new(behind_max: Duration) -> Watch {
        let replica = Err("it was not looked at yet".to_owned());
        Watch { behind_max, state: Mutex::new(State { moments: VecDeque::new(), replica, told: None }) }
    }

    /// Takes in what was seen.
    pub(super) fn take(&self, look: Look, now: Instant) {
        self.change(now, |state| {
            if let Some((at, end)) = look.primary {
                // Where nothing was written since, what was reached then is reached now.
                if state.moments.back().is_some_and(|(_, before)| *before == end) {
                    state.moments.pop_back();
                }
                state.moments.push_back((at, end));
            }
            if state.moments.len() > MOMENTS_MAX {
                let mut keeps = false;
                state.moments.retain(|_| {
                    keeps = !keeps;
                    keeps
                });
            }
            state.replica = look.replica;
        });
    }

    /// Takes in that it did not answer.
    pub(super) fn failed(&self, error: &StoreError) {
        self.change(Instant::now(), |state| state.replica = Err(error.to_string()));
    }

    /// Changes what is known, and says so where it changes what is read from.
    fn change(&self, now: Instant, how: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        how(&mut state);
        let why_not = state.why_not(self.behind_max, now);
        let before = state.told.replace(why_not.is_none());
        drop(state);
        match why_not {
            None if before == Some(false) => tracing::warn!("the replica is read from again"),
            Some(why) if before != Some(false) => {
                tracing::warn!(%why, "the replica is not read from now; the primary is");
            }
            _ => {}
        }
    }

    /// What the replica shows at least; none where it cannot be read.
    pub(super) fn shown(&self) -> Option<Shown> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).replica.as_ref().ok().copied()
    }

    /// How old that is, where it is near enough.
    pub(super) fn near(&self, shown: Shown, now: Instant) -> Option<Duration> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.behind(shown, now).filter(|behind| *behind <= self.behind_max)
    }

    pub(super) fn lag(&self, now: Instant) -> Lag {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let none = Shown { wal: 0, position: 0 };
        let end = state.moments.back().map_or(none, |(_, end)| *end);
        let shown = state.replica.as_ref().ok().copied();
        Lag {
            behind: shown.and_then(|shown| state.behind(shown, now)),
            primary: end.position,
            replica: shown.map_or(0, |shown| shown.position),
            bytes: u64::try_from(end.wal - shown.unwrap_or(none).wal).unwrap_or(0),
            why_not: state.why_not(self.behind_max, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(wal: i64, position: u64) -> Shown {
        Shown { wal, position }
    }

    /// Looks each second; what the replica showed then.
    fn after(looks: &[(Shown, Result<Shown, String>)]) -> (Watch, Instant) {
        let watch = Watch::new(Duration::from_secs(3));
        let begun = Instant::now();
        for (second, (end, replica)) in (0..).zip(looks) {
            let at = begun + Duration::from_secs(second);
            watch.take(Look { primary: Some((at, *end)), replica: replica.clone() }, at);
        }
        (watch, begun + Duration::from_secs(looks.len() as u64 - 1))
    }

    #[test]
    fn a_server_nobody_writes_to_leaves_its_replica_near() {
        let same = (shown(100, 5), Ok(shown(100, 5)));
        let (watch, last) = after(&vec![same; 60]);
        assert_eq!(watch.lag(last).behind, Some(Duration::ZERO));
        assert_eq!(watch.lag(last).why_not, None);
    }

    #[test]
    fn a_replica_that_stands_still_grows_old_and_is_left_out() {
        let looks: Vec<_> = (0..6).map(|second| (shown(100 + second, 5), Ok(shown(101, 5)))).collect();
        let (watch, last) = after(&looks);
        let lag = watch.lag(last);
        assert_eq!((lag.behind, lag.bytes), (Some(Duration::from_secs(4)), 4));
        assert!(lag.why_not.unwrap().contains("4 seconds"));
        assert_eq!(watch.near(shown(101, 5), last), None);
        assert_eq!(watch.near(shown(103, 5), last), Some(Duration::from_secs(2)));
        // Sums that were not counted as far are as old as what they were counted from.
        assert_eq!(watch.near(shown(105, 4), last), None);
    }

    #[test]
    fn a_replica_that_always_follows_late_is_as_old_as_it_is() {
        let looks: Vec<_> = (2..2000).map(|second| (shown(second, 5), Ok(shown(second - 2, 5)))).collect();
        let (watch, last) = after(&looks);
        assert_eq!(watch.lag(last).behind, Some(Duration::from_secs(2)));
        assert!(watch.state.lock().unwrap().moments.len() <= MOMENTS_MAX);
    }

    #[test]
    fn what_does_not_answer_is_not_read_from() {
        let gone = (shown(100, 5), Err("gone".to_owned()));
        let (watch, last) = after(&[(shown(100, 5), Ok(shown(100, 5))), gone]);
        assert_eq!(watch.shown(), None);
        assert_eq!(watch.lag(last).why_not.as_deref(), Some("gone"));
    }
}
