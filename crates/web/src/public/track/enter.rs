//! Reference and code: given by hand, by the receipt's QR code or by the cookie, all through one door.

use app::show::{MatterShown, Reader};
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use casework::verb::Verb;
use serde::Deserialize;

use super::acts;
use crate::cookie;
use crate::guard::{self, Shut};
use crate::limit::Caller;
use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::view::form::{Errors, Target};
use crate::view::public::handed_up::HandedUp;
use crate::view::public::track::Track;

/// The cookie's name.
const COOKIE: &str = "track";
/// How long it lasts after the last page, in seconds.
const SECONDS: u32 = 1800;
const WRONG: &str = "编号和查询码对不上。请对照回执，查询码是 25 位数字；空格、横线写不写都可以";
const RAN_OUT: &str = "为了安全，半小时没有动，要重新写编号和查询码；您写的内容还在";

/// What opens a matter, as typed.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Keys {
    #[serde(default)]
    reference: String,
    #[serde(default)]
    code: String,
    /// What the person was writing when the visit ran out: where it goes, and the words.
    #[serde(default)]
    then: String,
    #[serde(default)]
    text: String,
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
        if let Some(cookie) = cookie::set(COOKIE, &value, "/track", SECONDS, site.secure()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// GET /track
pub(super) async fn form(State(site): Here) -> Result<Response, Failure> {
    asked(&site, &Keys::default(), Errors::none()).await
}

/// POST /track
pub(super) async fn post(State(site): Here, caller: Caller, Form(keys): Form<Keys>) -> Result<Response, Failure> {
    let mut errors = Errors::none();
    for (field, typed, message) in
        [("reference", &keys.reference, "请写回执上的编号"), ("code", &keys.code, "请写回执上的查询码，25 位数字")]
    {
        if typed.trim().is_empty() {
            errors = errors.with(field, message);
        }
    }
    if !errors.0.is_empty() {
        let shown = asked(&site, &keys, errors).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    admitted(&site, &caller, &keys).await
}

/// GET /track/{reference}?code=: what the receipt's QR code says. Code and reference leave the address at once.
pub(super) async fn scanned(
    State(site): Here,
    Path(reference): Path<String>,
    Query(keys): Query<Keys>,
    caller: Caller,
) -> Result<Response, Failure> {
    let keys = Keys { reference, code: keys.code, ..Keys::default() };
    if keys.code.trim().is_empty() {
        return asked(&site, &keys, Errors::none()).await;
    }
    admitted(&site, &caller, &keys).await
}

/// POST /track/leave: this device forgets.
pub(super) async fn leave(State(site): Here) -> Response {
    forget(&site)
}

/// The matter the cookie opens; without one, the form is the answer.
pub(super) async fn visit(site: &Site, caller: &Caller) -> Result<Visit, Response> {
    let held = cookie::read(&caller.headers, COOKIE, site.secure());
    let Some((reference, code)) = held.as_deref().and_then(|held| held.split_once('.')) else {
        return Err(Redirect::to("/track").into_response());
    };
    match open(site, caller, reference, code).await {
        Ok(visit) => Ok(visit),
        Err(Shut::Wrong) => Err(forget(site)),
        Err(Shut::Failed(failure)) => Err(failure.into_response()),
    }
}

async fn admitted(site: &Site, caller: &Caller, keys: &Keys) -> Result<Response, Failure> {
    // Nothing can be done with what nobody here can open: no visit begins.
    let (reference, code) = (keys.reference.clone(), guard::digits(&keys.code));
    if let Some(handed) = site.run(move |app, _| app.handed_up(&reference, &code)).await? {
        return page(&HandedUp::of(site.public_frame().await, handed));
    }
    match open(site, caller, &keys.reference, &keys.code).await {
        Ok(visit) => {
            let onward = match Verb::from_word(&keys.then) {
                Some(verb) if !keys.text.is_empty() => acts::resume(site, &visit, verb, &keys.text).await?,
                _ => Redirect::to("/track/matter").into_response(),
            };
            Ok(visit.keep(site, onward))
        }
        Err(Shut::Failed(failure)) => Err(failure),
        Err(Shut::Wrong) => {
            let shown = asked(site, keys, Errors::none().with("code", WRONG)).await?;
            Ok((StatusCode::NOT_FOUND, shown).into_response())
        }
    }
}

/// Through the door, as a visit.
async fn open(site: &Site, caller: &Caller, reference: &str, code: &str) -> Result<Visit, Shut> {
    let code = guard::digits(code);
    let matter = guard::open(site, caller, reference, &code).await?;
    Ok(Visit { reference: matter.reference.clone(), code, matter })
}

async fn asked(site: &Site, keys: &Keys, errors: Errors) -> Result<Response, Failure> {
    let mut form = Target::to("/track");
    if !keys.text.is_empty() {
        form = form.with("then", &keys.then).with("text", &keys.text);
    }
    page(&Track { frame: site.public_frame().await, form, errors, reference: keys.reference.clone() })
}

/// The visit ran out while somebody wrote: reference and code again, and the words are carried through.
pub(super) async fn again(site: &Site, verb: Verb, text: String) -> Result<Response, Failure> {
    let keys = Keys { then: verb.word().to_owned(), text, ..Keys::default() };
    let shown = asked(site, &keys, Errors::none().with("code", RAN_OUT)).await?;
    Ok((StatusCode::UNAUTHORIZED, shown).into_response())
}

fn forget(site: &Site) -> Response {
    let mut response = Redirect::to("/track").into_response();
    if let Some(cookie) = cookie::set(COOKIE, "", "/track", 0, site.secure()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
