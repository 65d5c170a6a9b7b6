//! The command `huiyin`.
fn main() {}
