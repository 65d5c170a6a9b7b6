//! One file per command.

pub mod bench;
pub mod calendar;
pub mod demo;
pub mod import;
pub mod procedure;
pub mod rebuild;
pub mod replay;
pub mod report;
pub mod serve;
pub mod user;
pub mod verify;
