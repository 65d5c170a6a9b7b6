//! A procedure as data: who owns each step, what they may do, what clock runs, what its end does, where one can appeal.

pub mod model;

pub use model::{
    Act, AtEnd, Basis, Clock, ClockKind, Counting, Extension, Letter, Limit, LimitError, Outcome, Place,
    Procedure, Remedy, Step, Who, WhoIs,
};
