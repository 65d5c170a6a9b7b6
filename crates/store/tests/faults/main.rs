//! What becomes of what was acknowledged when processes are killed, disks are full, files are torn, clocks go wrong, lines are
//! cut and servers change places. How often is told by variables: HUIYIN_KILLS, HUIYIN_FLIPS, HUIYIN_CUTS,
//! HUIYIN_FAILOVERS, HUIYIN_RUNS; where chance begins, by HUIYIN_SEED.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod chance;
mod clock;
mod cuts;
mod disk;
mod filing;
mod kills;
mod load;
mod model;
#[path = "../story/place.rs"]
#[allow(dead_code, reason = "shared with the other tests of the store, which use more of it")]
mod place;
mod replica;
#[path = "../story/samples.rs"]
#[allow(dead_code, reason = "shared with the other tests of the store, which use more of it")]
mod samples;
mod servers;
mod simulation;
mod standby;
#[path = "../story/throwaway.rs"]
#[allow(dead_code, reason = "shared with the other tests of the store, which use more of it")]
mod throwaway;
mod torn;
