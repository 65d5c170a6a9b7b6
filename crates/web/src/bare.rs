//! A bare endpoint, for benchmarks only: it commits the body it is sent and says so. What any endpoint could do at most.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;

/// Makes a body durable.
pub type Commit = Arc<dyn Fn(Vec<u8>) -> Result<(), String> + Send + Sync>;

/// Serves `POST /bare` until the runtime ends.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve_bare(commit: Commit, listen: SocketAddr, ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| error.to_string())?;
    ready(listener.local_addr().map_err(|error| error.to_string())?);
    let router = Router::new().route("/bare", post(bare)).with_state(commit);
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

async fn bare(State(commit): State<Commit>, body: Bytes) -> StatusCode {
    match tokio::task::spawn_blocking(move || commit(body.to_vec())).await {
        Ok(Ok(())) => StatusCode::CREATED,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}
