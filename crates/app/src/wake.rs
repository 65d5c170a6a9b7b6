//! Time acts too: before anything happens at a moment, whatever fell due by then is written, once, in order.

use std::sync::PoisonError;

use casework::act::end_clock;
use casework::read::Under;
use jiff::Timestamp;
use store::{Context, Source, StoreError};

use crate::App;
use crate::error::AppError;
use crate::submit::Submitted;

impl App {
    /// Writes every consequence of time due by `now`. Returns how many.
    ///
    /// # Errors
    /// The store fails.
    pub fn wake(&self, now: Timestamp, recorded: Timestamp) -> Result<u64, AppError> {
        // Also amid a page that a replica shows.
        self.store.from_primary(|| self.write_what_fell_due(now, recorded))
    }

    fn write_what_fell_due(&self, now: Timestamp, recorded: Timestamp) -> Result<u64, AppError> {
        self.look_again()?;
        if self.store.next_to_wake(now)?.is_none() {
            return Ok(0);
        }
        // Whoever comes meanwhile waits for what is written here: together they would write each end once and lose it
        // many times.
        let _alone = self.waking.lock().unwrap_or_else(PoisonError::into_inner);
        let mut written = 0;
        while let Some(id) = self.store.next_to_wake(now)? {
            let loaded = self.load(&id)?;
            let law = self.law();
            let directory = self.known_directory();
            let ended = end_clock(&loaded.procedure, &law.calendar, &directory, &loaded.matter, now);
            let Some((at, made)) = ended else {
                // Between the list and the load somebody else, woken as well, may have written it.
                let listed = self.store.matter_by_id(&id)?;
                if listed
                    .is_none_or(|row| row.version != loaded.matter.version || row.wake.is_none_or(|at| at > now))
                {
                    continue;
                }
                let why = format!("matter {id} is listed to wake, but no clock ended; run 'huiyin rebuild'");
                return Err(StoreError::Damaged(why).into());
            };
            let (at, made) = self.with_news(&loaded, at, made)?;
            let context = Context {
                // The version makes it unique: the same end of the same clock cannot be written twice.
                command: format!("clock/{id}/{}", loaded.matter.version + 1),
                source: Source::Live,
                actor: "clock".to_owned(),
                at,
                recorded,
            };
            let under = Under { procedure: &loaded.procedure, calendar: &law.calendar, directory: &directory };
            let submitted = self.submit(context, Some(&loaded.matter), &under, &loaded.hash, made);
            match submitted.and_then(Submitted::wait) {
                // Somebody acted on the matter meanwhile: look again.
                Err(AppError::Store(StoreError::Conflict(_) | StoreError::Repeated(_))) => {}
                Err(error) => return Err(error),
                Ok(()) => written += 1,
            }
        }
        Ok(written)
    }
}
