//! Pages for the petitioner: the front page, filing, and following what was filed. No account, no script, nothing
//! kept between pages but what the pages carry.

mod file;
mod home;
mod nonce;
mod track;

use axum::Router;
use axum::routing::get;

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
        .route("/file", get(file::begin).post(file::answer))
        .merge(track::routes())
}
