//! The JSON API: filing and tracking for anyone, the desk's verbs for whoever holds a bearer token.

mod desk;
mod matters;
mod shape;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use casework::command::Actor;
use utoipa::openapi::Ref;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::site::Site;
use crate::trouble::Failure;

/// The routes.
pub(crate) fn routes() -> Router<Site> {
    Router::new().nest("/api/v1", matters::routes().nest("/desk", desk::routes()))
}

/// The description of the API, as `docs/api.json` has it.
pub fn openapi() -> String {
    Api::openapi().to_pretty_json().map(|text| text + "\n").unwrap_or_default()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Huiyin",
        description = "File a matter, follow it, work on it. Times are RFC 3339; days are counted in Asia/Shanghai.",
        license(name = "Apache-2.0")
    ),
    paths(
        matters::file,
        matters::track,
        matters::further,
        matters::rate,
        matters::request_review,
        desk::token,
        desk::register,
        desk::list,
        desk::show,
        desk::act,
        desk::report
    ),
    modifiers(&Bearer, &Refusals)
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        api.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

/// What any request may be answered, and any that carries a body.
const REFUSALS: [(&str, &str); 2] =
    [("400", "it cannot be read; nothing was done"), ("503", "busy, or nothing can be written; see Retry-After")];
const REFUSALS_OF_BODIES: [(&str, &str); 3] = [
    ("409", "it changed meanwhile; read it again"),
    ("413", "longer than 4 MB"),
    ("415", "the body is no JSON, or does not say so"),
];

/// Adds what may be answered everywhere.
struct Refusals;

impl Modify for Refusals {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        for path in api.paths.paths.values_mut() {
            let (get, post) = (path.get.iter_mut(), path.post.iter_mut());
            for (operation, has_body) in get.map(|get| (get, false)).chain(post.map(|post| (post, true))) {
                let of_bodies = if has_body { &REFUSALS_OF_BODIES[..] } else { &[] };
                for (status, said) in REFUSALS.iter().chain(of_bodies) {
                    let shape = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorShape"))).build();
                    let refused = ResponseBuilder::new().description(*said).content("application/json", shape);
                    let responses = &mut operation.responses.responses;
                    responses.entry((*status).to_owned()).or_insert_with(|| refused.build().into());
                }
            }
        }
    }
}

/// A body, or one clear sentence on why it cannot be read.
fn body<T>(body: Result<axum::Json<T>, JsonRejection>) -> Result<T, Failure> {
    match body {
        Ok(axum::Json(body)) => Ok(body),
        Err(JsonRejection::MissingJsonContentType(_)) => Err(Failure::status(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Failure::status(StatusCode::PAYLOAD_TOO_LARGE))
        }
        Err(rejection) => Err(Failure::input(&unreadable(&rejection.body_text()))),
    }
}

/// Why a body cannot be read, without the words of the library that tried.
fn unreadable(said: &str) -> String {
    let why = said.split_once(": ").map_or(said, |(_, why)| why);
    let why =
        ["u16", "u32", "u64", "i64"].into_iter().fold(why.to_owned(), |why, word| why.replace(word, "a number"));
    format!("请求内容读不懂，没有办理：{why}")
}

/// A query, or one clear sentence on why it cannot be read.
fn query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Failure> {
    match query {
        Ok(Query(query)) => Ok(query),
        Err(_) => Err(Failure::status(StatusCode::BAD_REQUEST)),
    }
}

/// What makes a request happen once: the caller's Idempotency-Key with the content, or fresh chance.
fn command_id(site: &Site, headers: &HeaderMap, what: &str, content: &str) -> Result<String, Failure> {
    match headers.get("idempotency-key").map(|key| key.to_str()) {
        Some(Ok(key)) if (8..=200).contains(&key.len()) => {
            // Under one key the same body happens once; another body is a mistake of the program that asks, not a second
            // request.
            let (asked, body) = (app::command_id("key", key, what), app::command_id("body", key, content));
            if !site.ledger().admits(&asked, &body, site.now()) {
                return Err(Failure::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "idempotency_key_reused",
                    "这个 Idempotency-Key 已经用于另一份内容，这次没有办理；内容不同请换一个新的",
                ));
            }
            Ok(app::command_id(&format!("api/{what}"), key, content))
        }
        Some(_) => Err(Failure::input("Idempotency-Key 须为8至200个可见字符")),
        None => Ok(app::command_id(&format!("api/{what}"), &site.nonce()?, content)),
    }
}

/// Makes a request happen once.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only described; `command_id` reads it")]
struct Once {
    /// 8 to 200 characters. The same key with the same body happens once; with another body it is refused with
    /// `idempotency_key_reused`.
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

/// What lets a filing go on where very many are sent; see the answer 429.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only described; `matters::file` reads it")]
struct Waited {
    /// The ticket of the answer 429.
    #[param(rename = "Huiyin-Ticket")]
    ticket: Option<String>,
    /// A number that answers it.
    #[param(rename = "Huiyin-Number")]
    number: Option<String>,
}

/// The secret code as a header, where it stays out of addresses and logs.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only described; `Code` reads it")]
struct CodeHeader {
    /// The secret code; stands in place of `code`.
    #[param(rename = "Huiyin-Code")]
    code: Option<String>,
}

/// The officer a bearer token belongs to.
struct Token(Actor);

impl FromRequestParts<Site> for Token {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Token, Failure> {
        let given = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
        let token = given.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        let Some(token) = token else { return Err(Failure::status(StatusCode::UNAUTHORIZED)) };
        let officer = site.run(move |app, now| app.officer_of(&token, app::TokenKind::Api, now)).await?;
        let Some(officer) = officer else { return Err(Failure::status(StatusCode::UNAUTHORIZED)) };
        let officer = officer.officer;
        Ok(Token(Actor::Officer { login: officer.login, office: officer.office, roles: officer.roles }))
    }
}
