//! Figures: named numbers with definition, numerator, denominator and the rows behind them, evaluated from facts.

mod correct;
mod definition;
mod evaluate;
mod tally;

pub use correct::{corrected, corrected_after};
pub use definition::{DefinitionError, Figure, Measure, Report, Select};
pub use evaluate::{Evaluated, Period, Value, evaluate};
pub use tally::{Share, Tallied, is_apart};
