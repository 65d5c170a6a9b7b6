//! Importing tables of another system: a map says which column is what, and every row goes through the use cases.

mod carry;
mod map;
mod moment;
mod row;
mod table;

pub use carry::{Imported, RowRefused};
pub use map::ImportMap;
pub use table::ImportTable;
