//! Reference and code: given by hand, by the receipt's QR code or by the cookie, all through one door.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::show::{MatterShown, Reader};
use axum::Form;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::guard::Guard;
use crate::cookie;
use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::view::form::{Errors, Target};
use crate::view::public::track::Track;

/// The cookie's name.
const COOKIE: &str = "track";
/// How long it lasts after the last page, in seconds.
const SECONDS: u32 = 1800;
/// No wrong answer comes sooner: how long looking took tells nothing of whether the reference exists.
const WRONG_AFTER: Duration = Duration::from_millis(300);
const WRONG: &str = "编号和查询码对不上。请对照回执，查询码是 25 位数字；空格、横线写不写都可以";

/// What every page below `/track` needs of a request.
pub(super) type Door = Extension<Arc<Guard>>;

/// What opens a matter, as typed.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Keys {
    #[serde(default)]
    reference: String,
    #[serde(default)]
    code: String,
}

/// A matter opened by its person.
pub(super) struct Visit {
    /// Its reference.
    pub(super) reference: String,
    /// The code, digits only.
    pub(super) code: String,
    /// The matter as they may see it.
    pub(super) matter: MatterShown,
}

impl Visit {
    /// Who reads.
    pub(super) fn reader(&self) -> Reader {
        Reader::Petitioner { code: self.code.clone() }
    }

    /// A page of the visit; the cookie lasts anew.
    pub(super) fn keep(&self, site: &Site, mut response: Response) -> Response {
        let value = format!("{}.{}", self.reference, self.code);
        if let Some(cookie) = cookie::set(COOKIE, &value, "/track", SECONDS, secure(site)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Why a matter was not opened.
pub(super) enum Shut {
    /// Reference and code do not belong together.
    Wrong,
    /// Something else, to be shown as it is.
    Failed(Failure),
}

/// GET /track
pub(super) async fn form(State(site): Here) -> Result<Response, Failure> {
    asked(&site, String::new(), Errors::none())
}

/// POST /track
pub(super) async fn post(
    State(site): Here,
    Extension(guard): Door,
    Form(keys): Form<Keys>,
) -> Result<Response, Failure> {
    let mut errors = Errors::none();
    for (field, typed, message) in
        [("reference", &keys.reference, "请写回执上的编号"), ("code", &keys.code, "请写回执上的查询码，25 位数字")]
    {
        if typed.trim().is_empty() {
            errors = errors.with(field, message);
        }
    }
    if !errors.0.is_empty() {
        let shown = asked(&site, keys.reference, errors)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    admitted(&site, &guard, &keys).await
}

/// GET /track/{reference}?code=: what the receipt's QR code says. Code and reference leave the address at once.
pub(super) async fn scanned(
    State(site): Here,
    Extension(guard): Door,
    Path(reference): Path<String>,
    Query(keys): Query<Keys>,
) -> Result<Response, Failure> {
    let keys = Keys { reference, code: keys.code };
    if keys.code.trim().is_empty() {
        return asked(&site, keys.reference, Errors::none());
    }
    admitted(&site, &guard, &keys).await
}

/// POST /track/leave: this device forgets.
pub(super) async fn leave(State(site): Here) -> Response {
    forget(&site)
}

/// The matter the cookie opens; without one, the form is the answer.
pub(super) async fn visit(site: &Site, guard: &Guard, headers: &HeaderMap) -> Result<Visit, Response> {
    let held = cookie::read(headers, COOKIE);
    let Some((reference, code)) = held.as_deref().and_then(|held| held.split_once('.')) else {
        return Err(Redirect::to("/track").into_response());
    };
    match open(site, guard, reference, code).await {
        Ok(visit) => Ok(visit),
        Err(Shut::Wrong) => Err(forget(site)),
        Err(Shut::Failed(failure)) => Err(failure.into_response()),
    }
}

async fn admitted(site: &Site, guard: &Guard, keys: &Keys) -> Result<Response, Failure> {
    match open(site, guard, &keys.reference, &keys.code).await {
        Ok(visit) => Ok(visit.keep(site, Redirect::to("/track/matter").into_response())),
        Err(Shut::Failed(failure)) => Err(failure),
        Err(Shut::Wrong) => {
            let shown = asked(site, keys.reference.clone(), Errors::none().with("code", WRONG))?;
            Ok((StatusCode::NOT_FOUND, shown).into_response())
        }
    }
}

/// The one door: a wrong code, a reference that never was and one that cannot be are answered alike.
async fn open(site: &Site, guard: &Guard, reference: &str, code: &str) -> Result<Visit, Shut> {
    let began = Instant::now();
    let (typed, digits) = (reference.to_owned(), digits(code));
    let reader = Reader::Petitioner { code: digits.clone() };
    match site.run(move |app, now| app.matter(&reader, &typed, now)).await {
        Ok(matter) => Ok(Visit { reference: matter.reference.clone(), code: digits, matter }),
        Err(failure) if failure.code() == StatusCode::NOT_FOUND => {
            let known = app::normalise_reference(reference);
            let too_many = guard.wrong(known.as_deref(), site.now());
            tokio::time::sleep(WRONG_AFTER.saturating_sub(began.elapsed())).await;
            Err(if too_many { Shut::Failed(Failure::status(StatusCode::TOO_MANY_REQUESTS)) } else { Shut::Wrong })
        }
        Err(failure) => Err(Shut::Failed(failure)),
    }
}

fn digits(code: &str) -> String {
    code.chars()
        .filter_map(|c| c.to_digit(10).or_else(|| full_width(c)).and_then(|d| char::from_digit(d, 10)))
        .collect()
}

fn full_width(c: char) -> Option<u32> {
    ('０'..='９').contains(&c).then(|| c as u32 - '０' as u32)
}

fn asked(site: &Site, reference: String, errors: Errors) -> Result<Response, Failure> {
    page(&Track { frame: site.public_frame(), form: Target::to("/track"), errors, reference })
}

fn forget(site: &Site) -> Response {
    let mut response = Redirect::to("/track").into_response();
    if let Some(cookie) = cookie::set(COOKIE, "", "/track", 0, secure(site)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn secure(site: &Site) -> bool {
    site.address().starts_with("https://")
}
