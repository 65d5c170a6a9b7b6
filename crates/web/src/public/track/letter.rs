//! GET /track/letter/{index}: a letter of the matter, to read or keep.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::enter;
use crate::limit::Caller;
use crate::show;
use crate::site::Here;
use crate::trouble::Failure;

/// The letter as a PDF, once it has reached the person.
pub(super) async fn letter(
    State(site): Here,
    caller: Caller,
    Path(index): Path<usize>,
) -> Result<Response, Failure> {
    let visit = match enter::visit(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let matter = &visit.matter;
    let made = matter.documents.iter().find(|made| made.index == index && show::delivered(matter, made));
    if made.is_none() {
        return Err(Failure::status(StatusCode::NOT_FOUND));
    }
    let (reader, reference) = (visit.reader(), visit.reference.clone());
    let letter = site.run(move |app, now| app.letter(&reader, &reference, index, now)).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"letter-{index}.pdf\"")),
    ];
    Ok(visit.keep(&site, (headers, letter.pdf).into_response()))
}
