//! A letter of a matter: as it will be printed, and as a file.

use app::show::{DocumentShown, Reader};
use app::{LetterShown, Sheet};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::verb::Verb;

use super::asks::{Desk, readable};
use super::choices;
use super::signed_in::SignedIn;
use super::typed::{encoded, once};
use crate::show;
use crate::site::{Here, Site};
use crate::trouble::{self, Failure};
use crate::view::desk::act::{ActState, Asks};
use crate::view::desk::letter::LetterPreview;
use crate::view::form::Choice;
use crate::view::frame::Link;

/// Where a letter is looked at.
pub(super) fn address(reference: &str, index: usize) -> String {
    format!("/desk/letters/{reference}/{index}")
}

/// 待送达, or when and how it was served.
pub(super) fn state(document: &DocumentShown) -> String {
    match &document.served {
        Some((at, how)) if document.waiting.is_empty() => format!("{} {how}", show::full_day(*at)),
        Some((at, how)) => {
            format!("{} {how}，还有 {} 人没有送达", show::full_day(*at), document.waiting.len())
        }
        None => "待送达".to_owned(),
    }
}

pub(super) async fn show(
    officer: SignedIn,
    State(site): Here,
    Path((reference, index)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (number, file) = match index.strip_suffix(".pdf") {
        Some(number) => (number, true),
        None => (index.as_str(), false),
    };
    let absent = || Failure::status(StatusCode::NOT_FOUND);
    let number: usize = number.parse().map_err(|_| absent())?;
    if file {
        pdf(officer, &site, reference, number).await
    } else {
        preview(officer, &site, reference, number).await
    }
}

async fn preview(officer: SignedIn, site: &Site, reference: String, index: usize) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            let matter = app.matter(&Reader::Officer(officer.actor()), &reference, now)?;
            let document = matter.documents.iter().find(|document| document.index == index);
            let Some(document) = document.filter(|document| readable(document)) else { return Ok(None) };
            let (directory, form) = (app.directory()?, app.fresh_id(now)?);
            let office = &officer.officer.office;
            let desk = Desk { matter: &matter, directory: &directory, office, once: &form, mend: None };
            let hows = serving(&desk, document);
            let matter_address = choices::matter_address(&matter.reference);
            let serve = hows.as_ref().map(|_| {
                once(&format!("{matter_address}/{}", Verb::Serve.word()), &form).with("document", &document.id)
            });
            Ok(Some(LetterPreview {
                frame: officer.frame("/desk"),
                name: document.name.clone(),
                number: document.number.clone(),
                matter: Link::new(&matter.reference, matter_address),
                state: state(document),
                pdf: format!("{}.pdf", address(&matter.reference, index)),
                receipt: receipt_address(&matter.reference, index),
                office: document.office.clone(),
                day: show::full_day(document.at),
                serve,
                hows: hows.unwrap_or_default(),
            }))
        })
        .await?;
    match page {
        Some(page) => trouble::page(&page),
        None => Err(Failure::status(StatusCode::NOT_FOUND)),
    }
}

/// The ways of serving this document, where it may be served now by this officer.
fn serving(desk: &Desk<'_>, document: &DocumentShown) -> Option<Vec<Choice>> {
    let act = desk.acts().into_iter().find(|act| act.verb == Verb::Serve.word())?;
    let ActState::Open(form) = act.state else { return None };
    let Asks::Serve { documents, hows, .. } = form.asks else { return None };
    // Whom of several people it goes to is asked on the matter's page.
    let waits = document.served.is_none()
        && document.waiting.is_empty()
        && documents.iter().any(|choice| choice.value == document.id);
    waits.then_some(hows)
}

async fn pdf(officer: SignedIn, site: &Site, reference: String, index: usize) -> Result<Response, Failure> {
    let reader = Reader::Officer(officer.actor());
    file(site.run(move |app, now| app.letter(&reader, &reference, index, now)).await?)
}

/// Where the sheet that goes round for signatures is.
pub(super) fn approval_address(reference: &str) -> String {
    format!("/desk/sheets/{reference}/approval.pdf")
}

/// Where the receipt of service of a document is.
pub(super) fn receipt_address(reference: &str, index: usize) -> String {
    format!("/desk/sheets/{reference}/service-{index}.pdf")
}

/// GET /desk/sheets/{reference}/approval.pdf, /service-{index}.pdf
pub(super) async fn sheet(
    officer: SignedIn,
    State(site): Here,
    Path((reference, sheet)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let index = sheet.strip_prefix("service-").and_then(|rest| rest.strip_suffix(".pdf")?.parse().ok());
    let sheet = match index {
        Some(index) => Sheet::Service(index),
        None if sheet == "approval.pdf" => Sheet::Approval,
        None => return Err(Failure::status(StatusCode::NOT_FOUND)),
    };
    file(site.run(move |app, now| app.sheet(&officer.actor(), &reference, sheet, now)).await?)
}

/// A file to keep: it is not looked at in the browser, and not given twice.
pub(super) fn kept(sheet: LetterShown) -> Result<Response, Failure> {
    let name = format!("attachment; filename*=UTF-8''{}.pdf", encoded(&sheet.name));
    let name = HeaderValue::from_str(&name).map_err(|error| Failure::internal(&error.to_string()))?;
    let kind = HeaderValue::from_static("application/pdf");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], sheet.pdf).into_response())
}

fn file(letter: LetterShown) -> Result<Response, Failure> {
    let name = format!("inline; filename*=UTF-8''{}.pdf", encoded(&letter.name));
    let name = HeaderValue::from_str(&name).map_err(|error| Failure::internal(&error.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, name),
        // The page of the letter shows the file inside itself; nobody else may.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'self'")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    Ok((headers, letter.pdf).into_response())
}
