//! Keeping has an end: the words of matters whose time is over are erased, as `policies/retention.toml` says.

use casework::act::by_retention;
use casework::day::day_of;
use casework::event::{MatterId, Stream};
use casework::read::Under;
use casework::retention;
use jiff::{Span, Timestamp};
use store::{Context, Source, StoreError};

use crate::App;
use crate::error::AppError;
use crate::submit::Submitted;

/// Matters looked at in one go.
const PAGE: u32 = 500;

/// How many matters of a family are over their time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// The family of their procedure.
    pub family: String,
    /// Years they are kept.
    pub years: i16,
    /// How many hold words still: their number and nothing else is told.
    pub matters: u64,
}

impl App {
    /// Erases, while it serves, what is over its time.
    pub fn with_retention(self) -> App {
        App { keeps_time: true, ..self }
    }

    /// Whether it does.
    pub fn applies_retention(&self) -> bool {
        self.keeps_time
    }

    /// The matters whose time of keeping is over, counted by family; where `apply` is said, their words are erased.
    ///
    /// # Errors
    /// The store fails.
    pub fn expire(&self, now: Timestamp, recorded: Timestamp, apply: bool) -> Result<Vec<Expired>, AppError> {
        // Also amid a page that a replica shows.
        self.store.from_primary(|| {
            self.wake(now, recorded)?;
            let all = retention::rules().iter().map(|(family, keep)| {
                let mut matters = 0;
                self.each_expired(family, keep.years, now, |id| {
                    matters += u64::from(self.expire_one(id, keep.years, (now, recorded), apply)?);
                    Ok(())
                })?;
                Ok(Expired { family: family.clone(), years: keep.years, matters })
            });
            all.collect()
        })
    }

    /// Gives `work` every matter of a family that may be over its time.
    fn each_expired(
        &self,
        family: &str,
        years: i16,
        now: Timestamp,
        mut work: impl FnMut(&MatterId) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let Ok(last) = day_of(now).checked_sub(Span::new().years(years)) else { return Ok(()) };
        let by = casework::day::end_of(last);
        let mut after = String::new();
        loop {
            let page = self.store.ended_with_words(family, by, &after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            last.0.clone_into(&mut after);
            page.iter().try_for_each(&mut work)?;
        }
    }

    /// Whether a matter is over its time; where it is to be, it is erased.
    fn expire_one(
        &self,
        id: &MatterId,
        years: i16,
        (now, recorded): (Timestamp, Timestamp),
        apply: bool,
    ) -> Result<bool, AppError> {
        loop {
            let loaded = self.load(id)?;
            let stream = Stream::Matter(id.clone());
            let parties = self.store.parties_with_words(&stream)?;
            let made = by_retention(&loaded.procedure, &loaded.matter, &parties, years, now);
            let Some(made) = made else { return Ok(false) };
            if !apply {
                return Ok(true);
            }
            let (law, directory) = (self.law(), self.known_directory());
            let context = Context {
                command: format!("retention/{id}/{}", loaded.matter.version + 1),
                source: Source::Live,
                actor: "clock".to_owned(),
                at: now.max(loaded.matter.last_at),
                recorded,
            };
            let under = Under { procedure: &loaded.procedure, calendar: &law.calendar, directory: &directory };
            let submitted = self.submit(context, Some(&loaded.matter), &under, &loaded.hash, made);
            match submitted.and_then(Submitted::wait) {
                // Somebody wrote to it meanwhile: look again.
                Err(AppError::Store(StoreError::Conflict(_) | StoreError::Repeated(_))) => {}
                other => return other.map(|()| true),
            }
        }
    }
}
