//! Routes of desk.

use axum::Router;

use crate::site::Site;

/// The routes.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
}
