//! The desk: what officers of public offices see and do, each of their own office's work only.

mod account;
mod asks;
mod choices;
mod demand;
mod files;
mod flash;
mod inbox;
mod law;
mod letter;
mod matter;
mod openings;
mod perform;
mod register;
mod report;
mod rows;
mod session;
mod sessions;
mod sign_in;
mod sign_on;
mod signed_in;
mod typed;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};

use self::signed_in::{COOKIE, SignedIn};
pub(crate) use self::typed::encoded;
use crate::cookie;
use crate::site::Site;
use crate::view::frame::DeskFrame;

/// The routes, below `/desk`.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(inbox::show))
        .route("/sign-in", get(sign_in::ask).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/sign-on", get(sign_on::begin))
        .route("/sign-on/back", get(sign_on::come_back))
        .route("/sign-on/code", post(sign_on::code))
        .route("/account", get(account::show))
        .route("/account/end", post(account::end))
        .route("/account/password", post(account::password))
        .route("/account/link", post(sign_on::link))
        .route("/account/unlink", post(sign_on::unlink))
        .route("/account/codes", get(account::codes).post(account::set_codes))
        .route("/register", get(register::ask).post(register::enter))
        .route("/demand", get(demand::ask).post(demand::enter))
        .route("/open", get(matter::open))
        .route("/openings", get(openings::show))
        .route("/openings/{reference}", post(openings::decide))
        .route("/matters/{reference}", get(matter::show))
        .route("/matters/{reference}/{verb}", post(perform::act))
        .route("/files/{reference}/{index}", get(files::file))
        .route("/letters/{reference}/{index}", get(letter::show))
        .route("/sheets/{reference}/{sheet}", get(letter::sheet))
        .route("/sessions", get(sessions::list))
        .route("/sessions/announce", get(sessions::ask).post(sessions::announce))
        .route("/sessions/{id}", get(session::show))
        .route("/sessions/{id}/hold", post(session::hold))
        .route("/sessions/{id}/receive", post(session::receive))
        .route("/law", get(law::show).post(law::rehearse))
        .route("/report", get(report::show))
        .route("/report/{report}/{figure}", get(rows::show))
}

/// The routes that take files in, below `/desk`.
pub(crate) fn uploads() -> Router<Site> {
    Router::new().route("/matters/{reference}/files", post(files::send))
}

/// What surrounds the desk of whoever is signed in; none where nobody is.
pub(crate) async fn signed_in(site: &Site, headers: &HeaderMap) -> Option<DeskFrame> {
    let token = cookie::read(headers, COOKIE, site.secure())?;
    let officer = SignedIn::by(site, token, String::new()).await.ok()??;
    Some(officer.frame(""))
}
