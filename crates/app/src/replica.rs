//! What is only shown may be read from a replica of the database server; acts never are.

use std::time::Duration;

use casework::command::Actor;
use jiff::{SignedDuration, Timestamp};
use store::{Lag, Looking};

use crate::App;
use crate::error::AppError;

impl App {
    /// The same node, reading what is only shown from a streaming replica, as long as that is at most `behind_max` behind.
    ///
    /// # Errors
    /// The journal is in a file, or the address is none.
    pub fn with_replica(self, url: &str, behind_max: Duration) -> Result<App, AppError> {
        Ok(App { store: self.store.with_replica(url, behind_max)?, ..self })
    }

    /// How far the replica is behind; none where there is none.
    pub fn lag(&self) -> Option<Lag> {
        self.store.lag()
    }

    /// Runs `work`, which shows something to an actor. What it reads may come from the replica; then it also says as of
    /// when that was surely all there was.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn shown<T>(
        &self,
        actor: &Actor,
        now: Timestamp,
        work: impl FnOnce() -> Result<T, AppError>,
    ) -> Result<(T, Option<Timestamp>), AppError> {
        self.looked_at(&Looking { who: Some(&actor.word()), rules: None }, now, work)
    }

    /// The same for figures of reports, which are as old as what was counted.
    ///
    /// # Errors
    /// Those of `work`, or the store fails.
    pub fn shown_in_figures<T>(
        &self,
        actor: &Actor,
        now: Timestamp,
        work: impl FnOnce() -> Result<T, AppError>,
    ) -> Result<(T, Option<Timestamp>), AppError> {
        if self.lag().is_none() {
            return Ok((work()?, None));
        }
        self.count()?;
        let rules = self.rules();
        self.looked_at(&Looking { who: Some(&actor.word()), rules: Some(&rules) }, now, work)
    }

    fn looked_at<T>(
        &self,
        looking: &Looking<'_>,
        now: Timestamp,
        work: impl FnOnce() -> Result<T, AppError>,
    ) -> Result<(T, Option<Timestamp>), AppError> {
        let (result, behind) = self.store.shown(looking, work);
        let as_of = behind.and_then(|behind| now.checked_sub(SignedDuration::try_from(behind).ok()?).ok());
        Ok((result?, as_of))
    }
}
