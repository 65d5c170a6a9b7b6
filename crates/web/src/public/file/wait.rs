//! Very many are sent: the page on which a filing waits its turn, with all that was written.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answers::{Answers, Step};
use crate::limit::{Asked, BITS, Shown};
use crate::site::Site;
use crate::trouble::{self, Failure};
use crate::view::public::file_wait::FileWait;

/// What a form of this page carries for the door.
pub(super) fn shown(pairs: &[(String, String)]) -> Shown {
    let said =
        |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value).to_owned();
    Shown { ticket: said("ticket"), number: said("number") }
}

/// The page; sent again after a while, or by the browser once it has reckoned, the filing goes on.
pub(super) async fn page(site: &Site, answers: &Answers, asked: &Asked) -> Result<Response, Failure> {
    let form = answers.form(Step::Check).with("ticket", &asked.ticket);
    let frame = site.public_frame().await;
    let page = FileWait { frame, form, ticket: asked.ticket.clone(), bits: BITS, seconds: asked.seconds };
    let wait = [(header::RETRY_AFTER, asked.seconds.to_string())];
    Ok((StatusCode::TOO_MANY_REQUESTS, wait, trouble::page(&page)?).into_response())
}
