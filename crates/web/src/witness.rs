//! `huiyin witness` over HTTP: POST /add-checkpoint for logs (C2SP tlog-witness), and a page at / for people.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::{LogSeen, OwnWitness, WitnessResponse};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::day;
use jiff::Timestamp;
use tower_http::timeout::TimeoutLayer;

use crate::site::{Clock, asset, icon, listening, stopped, with_headers};
use crate::trouble::{Failure, page};
use crate::view::day::moment;
use crate::view::witness::{LogLine, WitnessHome};

/// Longest request read, in bytes: a proof and a checkpoint with many signatures; longer ones are none.
const REQUEST_BYTES_MAX: usize = 256 * 1024;

/// A witness and the time.
#[derive(Clone)]
struct Post {
    witness: Arc<OwnWitness>,
    clock: Clock,
}

/// Every route of a witness.
pub fn witness_router(witness: Arc<OwnWitness>, clock: Clock) -> Router {
    let routes = Router::new()
        .route("/", get(home))
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(icon));
    with_headers(routes)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30)))
        .with_state(Post { witness, clock })
}

/// Serves a witness until the process is told to stop; `ready` is called once connections are taken.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve_witness(
    witness: Arc<OwnWitness>,
    clock: Clock,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), String> {
    let (listener, bound) = listening(listen).await?;
    ready(bound);
    axum::serve(listener, witness_router(witness, clock))
        .with_graceful_shutdown(stopped())
        .await
        .map_err(|error| format!("serving ended: {error}"))
}

async fn add_checkpoint(State(post): State<Post>, body: Bytes) -> Response {
    let work = move || post.witness.add_checkpoint(&body, (post.clock)());
    match tokio::task::spawn_blocking(work).await {
        Ok(WitnessResponse { status, content_type, body }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
        }
        Err(stopped) => {
            tracing::error!(%stopped, "a request for a cosignature failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn home(State(post): State<Post>) -> Result<Response, Failure> {
    let logs = post.witness.logs().into_iter().map(line).collect();
    page(&WitnessHome { name: post.witness.name().to_owned(), key: post.witness.key(), logs })
}

fn line(log: LogSeen) -> LogLine {
    let in_words = |at: Timestamp| moment(day::local(at));
    let (size, at) = log.cosigned.map_or((None, None), |(size, at)| (Some(size), at));
    LogLine { name: log.name, key: log.key, size, at: at.map(in_words) }
}
