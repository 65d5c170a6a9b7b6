//! One file per command.

pub mod backup;
pub mod bench;
pub mod calendar;
pub mod demo;
pub mod import;
pub mod keys;
pub mod master_keys;
pub mod migrate;
pub mod procedure;
pub mod rebuild;
pub mod replay;
pub mod report;
pub mod restore;
pub mod retention;
pub mod serve;
pub mod single_sign_on;
pub mod upper;
pub mod user;
pub mod verify;
pub mod witness;
