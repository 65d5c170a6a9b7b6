//! For anyone: file a matter, follow it with reference and code, answer back.

use app::show::{MatterShown, Reader};
use app::{Doing, Target};
use axum::Json;
use axum::Router;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::command::{Actor, MatterCommand};
use casework::event::Channel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shape::{ErrorBody, ErrorShape, Filed, Filing, MatterShape};
use super::{CodeHeader, Once, Waited, body, command_id, query};
use crate::guard::{self, Shut};
use crate::limit::{Asked, BITS, Caller, Shown};
use crate::site::{Here, Site};
use crate::trouble::Failure;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/matters", post(file))
        .route("/matters/{reference}", get(track))
        .route("/matters/{reference}/repeat", post(further))
        .route("/matters/{reference}/rate", post(rate))
        .route("/matters/{reference}/request_review", post(request_review))
}

/// The secret code in the address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Code {
    /// The secret code. Better sent as header: addresses end up in logs.
    code: Option<String>,
}

impl Code {
    /// The code, from the header before the address; digits only.
    fn digits(self, headers: &HeaderMap) -> String {
        let header = headers.get("huiyin-code").and_then(|value| value.to_str().ok()).map(str::to_owned);
        guard::digits(&header.or(self.code).unwrap_or_default())
    }
}

/// File a matter; anonymous where `petitioner` is absent.
#[utoipa::path(post, path = "/api/v1/matters", request_body = Filing, params(Once, Waited), responses(
    (status = 201, body = Filed), (status = 400, body = ErrorShape), (status = 422, body = ErrorShape),
    (status = 429, body = Wait, content_type = "application/problem+json")
))]
pub(super) async fn file(
    State(site): Here,
    caller: Caller,
    given: Result<Json<Filing>, JsonRejection>,
) -> Result<Response, Failure> {
    let filing = body(given)?;
    let content = serde_json::to_string(&filing).unwrap_or_default();
    let command = command_id(&site, &caller.headers, "file", &content)?;
    let filing = filing.into_filing(false)?;
    if let Err(asked) = site.door().admit(&site, caller.source, &command, &shown(&caller.headers))? {
        return Ok(wait(&asked));
    }
    let filed = site
        .run(move |app, now| {
            let receipt = app.register(&Doing::live(Actor::Petitioner, now, command), filing)?;
            app.filed(&Actor::Petitioner, receipt, now).map(Filed::from)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(filed)).into_response())
}

/// What is asked before a filing goes on, where very many are sent: nothing was filed, and nothing is refused.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Wait {
    #[schema(value_type = String, example = "about:blank")]
    r#type: &'static str,
    title: &'static str,
    /// 429.
    status: u16,
    detail: String,
    error: ErrorBody,
    /// To be sent along as `Huiyin-Ticket`, with the same body.
    ticket: String,
    /// Zero bits the SHA-256 of `TICKET:NUMBER` begins with, NUMBER in decimal digits: with such a number as
    /// `Huiyin-Number` the filing goes on at once.
    bits: u32,
    /// Or seconds to wait before it is sent again, with the ticket alone.
    seconds: i64,
}

fn shown(headers: &HeaderMap) -> Shown {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Shown { ticket: said("huiyin-ticket"), number: said("huiyin-number") }
}

fn wait(asked: &Asked) -> Response {
    let seconds = asked.seconds;
    let detail =
        format!("现在提交的太多，没有登记，也没有拒绝；请{seconds}秒后带上 Huiyin-Ticket 再发一次同样的内容");
    let body = Wait {
        r#type: "about:blank",
        title: "Too Many Requests",
        status: StatusCode::TOO_MANY_REQUESTS.as_u16(),
        error: ErrorBody { code: "wait".to_owned(), message: detail.clone() },
        detail,
        ticket: asked.ticket.clone(),
        bits: BITS,
        seconds,
    };
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json".to_owned()),
        (header::RETRY_AFTER, seconds.to_string()),
    ];
    (StatusCode::TOO_MANY_REQUESTS, headers, serde_json::to_string(&body).unwrap_or_default()).into_response()
}

/// Follow a matter with its code.
#[utoipa::path(get, path = "/api/v1/matters/{reference}",
    params(("reference" = String, Path), Code, CodeHeader), responses(
    (status = 200, body = MatterShape), (status = 404, body = ErrorShape), (status = 429, body = ErrorShape)
))]
pub(super) async fn track(
    State(site): Here,
    Path(reference): Path<String>,
    code: Result<Query<Code>, QueryRejection>,
    caller: Caller,
) -> Result<Json<MatterShape>, Failure> {
    let code = query(code)?.digits(&caller.headers);
    Ok(Json(opened(&site, &caller, &reference, &code).await?.into()))
}

/// A further letter.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Further {
    text: String,
    #[serde(default = "one")]
    people: u32,
}

fn one() -> u32 {
    1
}

/// A further letter on the same matter: always registered, restarts no clock.
#[utoipa::path(post, path = "/api/v1/matters/{reference}/repeat", request_body = Further,
    params(("reference" = String, Path), Code, CodeHeader, Once), responses(
    (status = 200, body = MatterShape), (status = 404, body = ErrorShape), (status = 429, body = ErrorShape),
    (status = 422, body = ErrorShape)
))]
pub(super) async fn further(
    State(site): Here,
    Path(reference): Path<String>,
    code: Result<Query<Code>, QueryRejection>,
    caller: Caller,
    given: Result<Json<Further>, JsonRejection>,
) -> Result<Json<MatterShape>, Failure> {
    let Further { text, people } = body(given)?;
    let command = MatterCommand::Repeat { origin: None, channel: Channel::Web, people, text };
    act(&site, &caller, reference, query(code)?.digits(&caller.headers), command).await
}

/// A rating.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rating {
    /// `petition_office` or `competent_office`.
    about: String,
    /// `satisfied`, `basically_satisfied` or `dissatisfied`.
    rating: String,
}

/// Rate the petition office or the competent office, each once, after the answer.
#[utoipa::path(post, path = "/api/v1/matters/{reference}/rate", request_body = Rating,
    params(("reference" = String, Path), Code, CodeHeader, Once), responses(
    (status = 200, body = MatterShape), (status = 404, body = ErrorShape), (status = 429, body = ErrorShape),
    (status = 422, body = ErrorShape)
))]
pub(super) async fn rate(
    State(site): Here,
    Path(reference): Path<String>,
    code: Result<Query<Code>, QueryRejection>,
    caller: Caller,
    given: Result<Json<Rating>, JsonRejection>,
) -> Result<Json<MatterShape>, Failure> {
    let Rating { about, rating } = body(given)?;
    act(&site, &caller, reference, query(code)?.digits(&caller.headers), MatterCommand::Rate { about, rating })
        .await
}

/// A request for review.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewRequest {
    text: String,
}

/// Ask the office above to look again, within the window that service of the opinion opened.
#[utoipa::path(post, path = "/api/v1/matters/{reference}/request_review", request_body = ReviewRequest,
    params(("reference" = String, Path), Code, CodeHeader, Once), responses(
    (status = 200, body = MatterShape), (status = 404, body = ErrorShape), (status = 429, body = ErrorShape),
    (status = 422, body = ErrorShape)
))]
pub(super) async fn request_review(
    State(site): Here,
    Path(reference): Path<String>,
    code: Result<Query<Code>, QueryRejection>,
    caller: Caller,
    given: Result<Json<ReviewRequest>, JsonRejection>,
) -> Result<Json<MatterShape>, Failure> {
    let ReviewRequest { text } = body(given)?;
    act(&site, &caller, reference, query(code)?.digits(&caller.headers), MatterCommand::RequestReview { text })
        .await
}

/// Through the same door as the pages: guessing is counted together, and a wrong code takes as long as no matter.
async fn opened(site: &Site, caller: &Caller, reference: &str, code: &str) -> Result<MatterShown, Failure> {
    guard::open(site, caller, reference, code).await.map_err(|shut| match shut {
        Shut::Wrong => Failure::status(StatusCode::NOT_FOUND),
        Shut::Failed(failure) => failure,
    })
}

async fn act(
    site: &Site,
    caller: &Caller,
    reference: String,
    code: String,
    command: MatterCommand,
) -> Result<Json<MatterShape>, Failure> {
    // The code is proven before anything is done in the person's name.
    let opened = opened(site, caller, &reference, &code).await?;
    let (known, actor) = (opened.reference, opened.actor);
    let id = command_id(
        site,
        &caller.headers,
        &format!("{}/{reference}", command.verb().word()),
        &format!("{command:?}"),
    )?;
    let matter = site
        .run(move |app, now| {
            let doing = Doing::live(actor, now, id);
            app.act(&doing, &Target::Reference(known.clone()), &command)?;
            app.matter(&Reader::Petitioner { code }, &known, now)
        })
        .await?;
    Ok(Json(matter.into()))
}
