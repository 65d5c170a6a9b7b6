//! GET /track/receipt: the receipt as a file the person keeps, with the proof that the matter is in the public log.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::enter;
use crate::limit::Caller;
use crate::site::Here;
use crate::trouble::Failure;

/// The file, as plain text.
pub(super) async fn receipt(State(site): Here, caller: Caller) -> Result<Response, Failure> {
    let visit = match enter::visit(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let (reader, reference) = (visit.reader(), visit.reference.clone());
    let file = format!("attachment; filename=\"{}.txt\"", visit.matter.reference);
    let text = site.run(move |app, now| app.receipt(&reader, &reference, now)).await?;
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok(visit.keep(&site, (headers, text).into_response()))
}
