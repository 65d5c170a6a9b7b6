//! The files of a matter at the desk: attached by officers, and opened by those the matter opens to.

use app::show::Reader;
use app::{AppError, Doing, Wish};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::choices;
use super::signed_in::SignedIn;
use super::typed::once_of;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::upload::{self, Sent};
use crate::view::desk::act_refused::ActRefused;
use crate::view::frame::Link;

/// Where a file is opened.
pub(super) fn address(reference: &str, number: usize) -> String {
    format!("/desk/files/{reference}/{number}")
}

/// POST /desk/matters/{reference}/files
pub(super) async fn send(
    officer: SignedIn,
    State(site): Here,
    Path(reference): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let reference = app::normalise_reference(&reference).ok_or_else(|| Failure::status(StatusCode::NOT_FOUND))?;
    let (reader, of) = (Reader::Officer(officer.actor()), reference.clone());
    // To whom the matter is hidden, it is not there, whatever they send.
    site.run(move |app, now| app.matter(&reader, &of, now)).await?;
    let _room = site.room_for_files()?;
    let sent = Sent::read(request).await?;
    let wish = Wish { strip: sent.get("strip") == "yes", inner: sent.get("open") != "yes" };
    let (actor, of) = (officer.actor(), reference.clone());
    let done = site
        .run(move |app, now| {
            let fresh = app.fresh_id(now)?;
            let key = once_of(sent.get("once")).unwrap_or(&fresh);
            let command = app::upload_id(&actor.word(), key, &sent.files);
            let doing = Doing::live(actor.clone(), now, command);
            match app.attach(&doing, &Reader::Officer(actor), &of, sent.files, wish) {
                Ok(_) => Ok(None),
                Err(error @ (AppError::File { .. } | AppError::Refused(_))) => Ok(Some(error.to_string())),
                Err(error) => Err(error),
            }
        })
        .await?;
    let back = choices::matter_address(&reference);
    let Some(rule) = done else {
        return Ok(
            (StatusCode::SEE_OTHER, [(header::LOCATION, format!("{back}?told=supplement"))]).into_response()
        );
    };
    let page = trouble::page(&ActRefused {
        frame: officer.frame("/desk"),
        reference,
        act: "收下附件".to_owned(),
        rule,
        law: String::new(),
        advice: "按上面说的处理后，回到事项页面重新选文件；同一次传的文件要么都收，要么都不收。".to_owned(),
        kept: Vec::new(),
        links: vec![Link::new("回到事项", back)],
    })?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// GET /desk/files/{reference}/{index}
pub(super) async fn file(
    officer: SignedIn,
    State(site): Here,
    Path((reference, index)): Path<(String, usize)>,
) -> Result<Response, Failure> {
    let reader = Reader::Officer(officer.actor());
    upload::answer(site.run(move |app, now| app.attachment(&reader, &reference, index, now)).await?)
}
