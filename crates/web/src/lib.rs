//! What people see: public pages, the desk, and the files that style them.

pub mod assets;
pub mod view;
