//! A new table of rest days moves the last days of open matters: the old day is kept with the reason, and told.

use casework::act;
use casework::calendar::Calendar;
use casework::event::{MatterId, Stream};
use casework::read::Under;
use jiff::Timestamp;
use store::{Context, Source, StoreError};

use crate::App;
use crate::error::AppError;

impl App {
    /// Writes, for every open matter, which running clocks end on another day than under the table before. In how many
    /// some did.
    pub(crate) fn tell_moved_days(&self, before: &Calendar, now: Timestamp) -> Result<u64, AppError> {
        let mut moved = 0;
        for id in self.store.open_matters()? {
            match self.tell_moved_days_of(&id, before, now) {
                // Somebody wrote to it meanwhile, under the new table already.
                Err(AppError::Store(StoreError::Conflict(_) | StoreError::Repeated(_))) => {}
                other => moved += u64::from(other?),
            }
        }
        Ok(moved)
    }

    fn tell_moved_days_of(&self, id: &MatterId, before: &Calendar, now: Timestamp) -> Result<bool, AppError> {
        let loaded = self.load(id)?;
        let (law, directory) = (self.law(), self.known_directory());
        let calendars = (before, &law.calendar);
        let hash = &law.calendar_hash;
        let made = act::moved_by_calendar(&loaded.procedure, &directory, calendars, hash, &loaded.matter);
        if made.is_empty() {
            return Ok(false);
        }
        let context = Context {
            command: format!("clock/{}/calendar/{hash}", Stream::Matter(id.clone())),
            source: Source::Live,
            actor: "clock".to_owned(),
            at: now.max(loaded.matter.last_at),
            recorded: now,
        };
        let under = Under { procedure: &loaded.procedure, calendar: &law.calendar, directory: &directory };
        self.submit(context, Some(&loaded.matter), &under, &loaded.hash, made)?.wait()?;
        Ok(true)
    }
}
