//! A procedure as data: who owns each step, what they may do, what clock runs, what its end does, where one can appeal.

pub mod acts;
pub mod check;
pub mod fault;
pub mod model;
pub mod overlay;
pub mod parse;
pub mod rights;
pub mod story;

pub use check::check;
pub use fault::{CODES, Fault};
pub use model::{
    Act, AtEnd, Basis, Clock, ClockKind, Counting, Extension, Finding, Guard, Letter, Limit, LimitError, OUTCOME,
    Outcome, Place, Procedure, Remedy, Step, Track, Who, WhoIs,
};
pub use parse::near::nearest;
pub use parse::parse;
pub use story::{Beat, story_of};

/// Reads a procedure file and proves it: what a program that wants to use it calls.
///
/// # Errors
/// Every fault of form, or, where the form is right, every broken rule.
pub fn read(text: &str) -> Result<Procedure, Vec<Fault>> {
    let procedure = parse(text)?;
    let faults = check(&procedure);
    if faults.is_empty() { Ok(procedure) } else { Err(faults) }
}
