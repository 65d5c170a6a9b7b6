//! Following a matter: reference and code once, then a cookie below `/track` for half an hour; nothing in addresses.

mod act;
mod acts;
mod data;
mod enter;
mod files;
mod letter;
mod rate;
mod receipt;
mod status;

use axum::Router;
use axum::routing::{get, post};

use crate::site::Site;

/// The routes.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/track", get(enter::form).post(enter::post))
        .route("/track/matter", get(status::status).post(status::status))
        .route("/track/rate", get(rate::rate).post(rate::rate))
        .route("/track/review", get(acts::review).post(acts::review))
        .route("/track/further", get(acts::further).post(acts::further))
        .route("/track/act/{verb}", get(act::act).post(act::act))
        .route("/track/data", get(data::data).post(data::data))
        .route("/track/copy", get(data::copy))
        .route("/track/leave", post(enter::leave))
        .route("/track/receipt", get(receipt::receipt))
        .route("/track/letter/{index}", get(letter::letter))
        .route("/track/files/{index}", get(files::file))
        .route("/track/{reference}", get(enter::scanned))
}

/// The routes that take files in.
pub(super) fn uploads() -> Router<Site> {
    Router::new().route("/track/files", get(files::form).post(files::send))
}
