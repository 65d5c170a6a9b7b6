//! Pages for the petitioner: the front page, filing, and following what was filed. No account, no script.
//! What is typed rides along in the forms; a short-lived copy in memory serves the browser's Back.

mod data_demands;
pub(crate) mod drafts;
mod file;
mod home;
mod log;
mod nonce;
mod track;

use axum::Router;
use axum::routing::{get, post};

use crate::site::Site;

/// A text as it is kept: line ends of one kind, no characters that cannot be seen or printed.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

/// The routes.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(home::home))
        .route("/data-demands", get(data_demands::show))
        .route("/file", get(file::begin))
        .route("/file/{draft}", post(file::answer))
        .route("/file/{draft}/{step}", get(file::step))
        .merge(track::routes())
        .merge(log::routes())
}

/// The routes that take files in.
pub(crate) fn uploads() -> Router<Site> {
    track::uploads()
}
