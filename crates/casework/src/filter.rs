//! Which rows an actor may see: one value for every list, count, figure and export, applied in SQL by the store.

use crate::conflict::Bar;
use crate::office::OfficeCode;

/// A row filter over matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// The administrator's command line: figures over everything.
    Everything,
    /// Matters this office has held or must act on, but for those that are kept from the officer who asks.
    HeldBy {
        /// The office.
        office: OfficeCode,
        /// What would keep a matter from them.
        but: Vec<Bar>,
    },
    /// None.
    Nothing,
}

impl Filter {
    /// What an office has held or must act on, with nothing kept from whoever asks.
    pub fn held_by(office: OfficeCode) -> Filter {
        Filter::HeldBy { office, but: Vec::new() }
    }
}
