//! Every rule of Huiyin, pure: matters, procedures, clocks, sessions, figures. No clock, no chance, no I/O.

pub mod procedure;
pub mod verb;
