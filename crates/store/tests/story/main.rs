//! The promises of the store through its own door, on both databases in one run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod attachments;
mod backup;
mod erased;
mod files;
mod follow;
mod groups;
mod keys;
mod line;
mod migrate;
mod partitions;
#[allow(dead_code, reason = "shared with the tests of faults, which use more of it")]
mod place;
mod promises;
mod random;
mod reads;
mod restore;
mod samples;
mod schema;
mod server;
mod throwaway;

/// One test body, two databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn in_a_file() {
                super::$name(&crate::place::Place::file());
            }

            #[test]
            fn on_postgres() {
                if let Some(place) = crate::place::Place::postgres() {
                    super::$name(&place);
                }
            }
        }
    )*};
}
use on_both;
