//! Lists of matters as an officer may see them, and whether one is among them.

use casework::event::MatterId;
use casework::filter::Filter;

use crate::Store;
use crate::error::StoreError;
use crate::read::{self, Found, Page, Wanted};

impl Store {
    /// Matters a filter allows, or the tasks of an office among them, by due date.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn matters(&self, filter: &Filter, wanted: &Wanted) -> Result<Page<Found>, StoreError> {
        let (filter, wanted) = (filter.clone(), wanted.clone());
        self.glance(move |connection| read::matters(connection, &filter, &wanted))
    }

    /// How many each of some lists holds, up to [`COUNTED_MAX`](crate::COUNTED_MAX) and one more.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn counts(&self, filter: &Filter, wanted: &[Wanted]) -> Result<Vec<u64>, StoreError> {
        let (filter, wanted) = (filter.clone(), wanted.to_vec());
        self.glance(move |connection| read::counts(connection, &filter, &wanted))
    }

    /// The steps in which such a list has something, with how many: family, step, count.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn steps(&self, filter: &Filter, wanted: &Wanted) -> Result<Vec<(String, String, u64)>, StoreError> {
        let (filter, wanted) = (filter.clone(), wanted.clone());
        self.glance(move |connection| read::steps(connection, &filter, &wanted))
    }

    /// Whether a filter lets a matter through.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn lets_through(&self, filter: &Filter, id: &MatterId) -> Result<bool, StoreError> {
        let (filter, id) = (filter.clone(), id.clone());
        self.glance(move |connection| Ok(read::visible(connection, &filter, "id", &id.0)?.is_some()))
    }

    /// The matter people know by a reference, where a filter lets it through.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn visible(&self, filter: &Filter, reference: &str) -> Result<Option<MatterId>, StoreError> {
        let (filter, reference) = (filter.clone(), reference.to_owned());
        self.glance(move |connection| read::visible(connection, &filter, "reference", &reference))
    }
}
