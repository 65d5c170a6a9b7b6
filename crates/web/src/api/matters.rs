//! For anyone: file a matter, follow it with reference and code, answer back.

use app::show::{MatterShown, Reader};
use app::{Doing, Target};
use axum::Router;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, response::IntoResponse};
use casework::command::{Actor, MatterCommand};
use casework::event::Channel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shape::{ErrorShape, Filed, Filing, MatterShape};
use super::{CodeHeader, Once, body, command_id, query};
use crate::guard::{self, Shut};
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
#[utoipa::path(post, path = "/api/v1/matters", request_body = Filing, params(Once), responses(
    (status = 201, body = Filed), (status = 400, body = ErrorShape), (status = 422, body = ErrorShape)
))]
pub(super) async fn file(
    State(site): Here,
    headers: HeaderMap,
    given: Result<Json<Filing>, JsonRejection>,
) -> Result<impl IntoResponse, Failure> {
    let filing = body(given)?;
    let content = serde_json::to_string(&filing).unwrap_or_default();
    let command = command_id(&site, &headers, "file", &content)?;
    let filing = filing.into_filing(false)?;
    let filed = site
        .run(move |app, now| {
            let receipt = app.register(&Doing::live(Actor::Petitioner, now, command), filing)?;
            app.filed(&Actor::Petitioner, receipt, now).map(Filed::from)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(filed)))
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
    headers: HeaderMap,
) -> Result<Json<MatterShape>, Failure> {
    let code = query(code)?.digits(&headers);
    Ok(Json(opened(&site, &reference, &code).await?.into()))
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
    headers: HeaderMap,
    given: Result<Json<Further>, JsonRejection>,
) -> Result<Json<MatterShape>, Failure> {
    let Further { text, people } = body(given)?;
    let command = MatterCommand::Repeat { origin: None, channel: Channel::Web, people, text };
    act(&site, &headers, reference, query(code)?.digits(&headers), command).await
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
    headers: HeaderMap,
    given: Result<Json<Rating>, JsonRejection>,
) -> Result<Json<MatterShape>, Failure> {
    let Rating { about, rating } = body(given)?;
    act(&site, &headers, reference, query(code)?.digits(&headers), MatterCommand::Rate { about, rating }).await
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
    headers: HeaderMap,
    given: Result<Json<ReviewRequest>, JsonRejection>,
) -> Result<Json<MatterShape>, Failure> {
    let ReviewRequest { text } = body(given)?;
    act(&site, &headers, reference, query(code)?.digits(&headers), MatterCommand::RequestReview { text }).await
}

/// Through the same door as the pages: guessing is counted together, and a wrong code takes as long as no matter.
async fn opened(site: &Site, reference: &str, code: &str) -> Result<MatterShown, Failure> {
    guard::open(site, reference, code).await.map_err(|shut| match shut {
        Shut::Wrong => Failure::status(StatusCode::NOT_FOUND),
        Shut::Failed(failure) => failure,
    })
}

async fn act(
    site: &Site,
    headers: &HeaderMap,
    reference: String,
    code: String,
    command: MatterCommand,
) -> Result<Json<MatterShape>, Failure> {
    // The code is proven before anything is done in the person's name.
    let opened = opened(site, &reference, &code).await?;
    let (known, actor) = (opened.reference, opened.actor);
    let id =
        command_id(site, headers, &format!("{}/{reference}", command.verb().word()), &format!("{command:?}"))?;
    let matter = site
        .run(move |app, now| {
            let doing = Doing::live(actor, now, id);
            app.act(&doing, &Target::Reference(known.clone()), &command)?;
            app.matter(&Reader::Petitioner { code }, &known, now)
        })
        .await?;
    Ok(Json(matter.into()))
}
