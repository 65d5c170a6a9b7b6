//! GET /log: the transparency log for people, with its witnesses. GET /log/…: its files, for anyone who wants to check
//! it, and the key they are signed with.

use app::{WitnessStanding, WitnessState};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casework::day;

use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::view::day::moment;
use crate::view::public::log::{LogPage, WitnessLine};

/// The routes.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/log", get(log)).route("/log/key", get(key)).route("/log/{*path}", get(file))
}

async fn log(State(site): Here) -> Result<Response, Failure> {
    let frame = site.public_frame().await;
    let (size, key, standings) =
        site.run(|app, _| Ok((app.log_size()?, app.log_key(), app.witness_standings()?))).await?;
    page(&LogPage { frame, size, key, witnesses: standings.into_iter().map(line).collect() })
}

fn line(standing: WitnessStanding) -> WitnessLine {
    let (state, alarm) = match standing.state {
        WitnessState::NotAsked => ("程序启动后还没有问过", None),
        WitnessState::Cosigns => ("正常见证", None),
        WitnessState::Silent => ("联系不上，下一次发布后再问", None),
        WitnessState::Refuses => ("没有签名：它还不认识这份存证，或者它那里有故障", None),
        WitnessState::OtherHistory => ("拒绝签名", Some("它见过的存证，和这里现在公布的不一致")),
        WitnessState::LargerTree => ("拒绝签名", Some("它签过的存证，比这里公布过的都多")),
    };
    WitnessLine {
        name: standing.name,
        address: standing.address,
        key: standing.key,
        last: standing.cosigned.map(|(size, at)| (size, moment(day::local(at)))),
        state,
        alarm,
    }
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
