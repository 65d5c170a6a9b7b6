//! GET /log/…: the files of the transparency log, for anyone who wants to check it, and the key they are signed with.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::site::{Here, Site};
use crate::trouble::Failure;

/// The routes.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/log/key", get(key)).route("/log/{*path}", get(file))
}

async fn key(State(site): Here) -> Result<Response, Failure> {
    let key = site.run(|app, _| Ok(app.log_key())).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{key}\n")).into_response())
}

/// A checkpoint changes with every beat; a tile never does, but for partial ones, which make way for the full one.
async fn file(State(site): Here, Path(path): Path<String>) -> Result<Response, Failure> {
    let is_tile = path.starts_with("tile/");
    let found = site.run(move |app, _| app.log_file(&path)).await?;
    let Some(bytes) = found else { return Err(Failure::status(StatusCode::NOT_FOUND)) };
    let (kind, keep) = if is_tile {
        ("application/octet-stream", "public, max-age=31536000, immutable")
    } else {
        ("text/plain; charset=utf-8", "no-cache")
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], bytes).into_response())
}
