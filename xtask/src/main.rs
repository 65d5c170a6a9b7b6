//! Developer commands and the tests of the house itself.
fn main() {}
