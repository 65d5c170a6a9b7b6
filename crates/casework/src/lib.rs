//! Every rule of Huiyin, pure: matters, procedures, clocks, sessions, figures. No clock, no chance, no I/O.

pub mod act;
pub mod alike;
pub mod calendar;
pub mod category;
pub mod clock;
pub mod command;
pub mod conflict;
pub mod day;
pub mod demand;
pub mod erased;
pub mod event;
pub mod figure;
pub mod filter;
pub mod mandate;
pub mod matter;
pub mod office;
pub mod opening;
pub mod procedure;
pub mod read;
pub mod refusal;
pub mod refused;
pub mod retention;
pub mod session;
pub mod verb;
pub mod words;
pub mod world;
