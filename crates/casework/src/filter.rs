//! Which rows an actor may see: one value for every list, count, figure and export, applied in SQL by the store.

use crate::office::OfficeCode;

/// A row filter over matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// The administrator's command line: figures over everything.
    Everything,
    /// Matters this office has held or must act on.
    HeldBy(OfficeCode),
    /// None.
    Nothing,
}
