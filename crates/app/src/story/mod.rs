//! Stories: one line is one act by somebody at a moment, taken through the same use cases as the pages.

mod line;
mod once;
mod replay;

pub(crate) use replay::command_of;
pub use replay::{LineRefused, Replayed};
