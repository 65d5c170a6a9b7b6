//! One file per command.

pub mod demo;
pub mod procedure;
pub mod rebuild;
pub mod replay;
pub mod report;
pub mod user;
pub mod verify;
