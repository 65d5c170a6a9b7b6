//! GET and POST /track/files: the files of a matter, and more of them; GET /track/files/{index}: one of them.

use app::{AppError, Doing, Upload, Wish};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use casework::mandate;
use casework::verb::Verb;

use super::enter::{self, Visit};
use crate::limit::Caller;
use crate::public::nonce;
use crate::show;
use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::upload::{self, Sent};
use crate::view::form::{Errors, Target};
use crate::view::public::files::Files;

/// The page.
pub(super) async fn form(State(site): Here, caller: Caller) -> Result<Response, Failure> {
    match enter::visit(&site, &caller).await {
        Ok(visit) => Ok(visit.keep(&site, shown(&site, &visit, Errors::none()).await?)),
        Err(answer) => Ok(answer),
    }
}

/// Takes files in, all of one form or none.
pub(super) async fn send(State(site): Here, caller: Caller, request: Request) -> Result<Response, Failure> {
    // Whose matter it is not sends nothing in.
    let visit = match enter::visit(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    // Without files the page is only asked for.
    let kind = caller.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        return Ok(visit.keep(&site, shown(&site, &visit, Errors::none()).await?));
    }
    let _room = site.room_for_files()?;
    let sent = Sent::read(request).await?;
    let response = match taken(&site, &visit, sent).await? {
        None => Redirect::to("/track/files").into_response(),
        Some(why) => {
            let page = shown(&site, &visit, Errors::none().with("files", &why)).await?;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    };
    Ok(visit.keep(&site, response))
}

/// One file of the matter.
pub(super) async fn file(
    State(site): Here,
    caller: Caller,
    Path(index): Path<usize>,
) -> Result<Response, Failure> {
    let visit = match enter::visit(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let (reader, reference) = (visit.reader(), visit.reference.clone());
    let file = site.run(move |app, now| app.attachment(&reader, &reference, index, now)).await?;
    Ok(visit.keep(&site, upload::answer(file)?))
}

/// Why the files were not taken, for the page they were chosen on; none where they were.
async fn taken(site: &Site, visit: &Visit, sent: Sent) -> Result<Option<String>, Failure> {
    if sent.files.is_empty() {
        return Ok(Some("请选至少一个文件".to_owned()));
    }
    let nonce = sent.get("nonce").to_owned();
    if !nonce::is_one(&nonce) {
        return Ok(Some("页面放得太久了，请重新选文件再传".to_owned()));
    }
    let wish = Wish { strip: sent.get("strip") == "yes", inner: false };
    let actor = visit.matter.actor.clone();
    let (reader, reference, files): (_, _, Vec<Upload>) = (visit.reader(), visit.reference.clone(), sent.files);
    site.run(move |app, now| {
        let doing = Doing::live(actor.clone(), now, app::upload_id("files", &nonce, &files));
        match app.attach(&doing, &reader, &reference, files, wish) {
            Ok(_) => Ok(None),
            Err(error @ (AppError::File { .. } | AppError::Refused(_))) => Ok(Some(error.to_string())),
            Err(error) => Err(error),
        }
    })
    .await
}

async fn shown(site: &Site, visit: &Visit, errors: Errors) -> Result<Response, Failure> {
    page(&Files {
        frame: site.public_frame().await,
        form: Target::to("/track/files").with("nonce", &site.nonce()?),
        errors,
        reference: visit.reference.clone(),
        files: show::files(&visit.matter, |number| format!("/track/files/{number}")),
        may_add: mandate::allows(&visit.matter.actor, Verb::Supplement),
        always_stripped: !visit.matter.accused.is_empty(),
        back: Target::to("/track/matter"),
    })
}
