//! Routes of api.

use axum::Router;

use crate::site::Site;

/// The routes.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
}

/// The description of the API.
pub fn openapi() -> String {
    String::new()
}
