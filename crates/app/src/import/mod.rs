//! Importing tables of another system: placeholder until the map is read.
/// A map file.
pub struct ImportMap;
/// Result.
pub struct Imported;
/// Refused row.
pub struct RowRefused;
