//! What people see: public pages, the desk, the JSON API, and the files that style them.

mod api;
pub mod assets;
mod attempts;
mod bare;
mod category;
mod cookie;
mod desk;
mod guard;
mod kind;
mod ledger;
mod limit;
mod public;
mod show;
mod site;
mod trouble;
mod upload;
pub mod view;
mod which;
mod wish;
mod witness;

pub use api::openapi;
pub use bare::{Commit, serve_bare};
pub use limit::{FilingLimits, Rate};
pub use site::{Clock, Settings, Site, router, serve};
pub use witness::{serve_witness, witness_router};
