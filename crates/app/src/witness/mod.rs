//! Witnesses: the one this program runs for others' logs, and those of others that are asked about this one.

mod asked;
mod own;
mod standing;

pub use asked::WitnessAsked;
pub(crate) use asked::Witnesses;
pub use own::{LogSeen, OwnWitness};
pub use standing::{WitnessStanding, WitnessState};
pub use transparency::witness::Response as WitnessResponse;
