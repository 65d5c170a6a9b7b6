//! Document numbers in order: whoever takes one queues before the next looks, so that many can decide at one office.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use casework::act::Made;
use casework::event::{Public, Stream};
use casework::office::OfficeCode;
use casework::world::Numbers;

/// A series of numbers: an office and a year.
type Series = (OfficeCode, i16);

/// The last number of each series that is queued in this process and perhaps not written yet. Another process on the
/// same database shows in a conflict.
#[derive(Default)]
pub(crate) struct Queued(Mutex<BTreeMap<Series, u64>>);

/// One number taken from a series.
pub(crate) struct Taken {
    series: Series,
    number: u64,
}

/// Held from reading the last number to queueing the next.
pub(crate) struct Turn<'a>(MutexGuard<'a, BTreeMap<Series, u64>>);

/// The number an act takes, if it takes one.
pub(crate) fn taken(made: &Made) -> Option<Taken> {
    made.iter().find_map(|(stream, event)| match (stream, &event.public) {
        (Stream::Numbers(office, year), Public::Number(taken)) => {
            Some(Taken { series: (office.clone(), *year), number: taken.number })
        }
        _ => None,
    })
}

impl Queued {
    /// Waits for the turn to take a number.
    pub(crate) fn turn(&self) -> Turn<'_> {
        Turn(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was queued could not be written: the journal tells the last number again.
    pub(crate) fn forget(&self, taken: &Taken) {
        self.turn().0.remove(&taken.series);
    }
}

impl Turn<'_> {
    /// Last numbers as the journal has them, with those that are queued.
    pub(crate) fn with_queued(&self, mut written: Numbers) -> Numbers {
        for (series, last) in &mut written {
            *last = (*last).max(self.0.get(series).copied().unwrap_or(0));
        }
        written
    }

    /// A number is queued.
    pub(crate) fn queued(mut self, taken: &Taken) {
        self.0.insert(taken.series.clone(), taken.number);
    }
}
