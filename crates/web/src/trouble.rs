//! The one place where a failure becomes an answer: a status and plain words for the person, a line for the operator.

use app::{AppError, StoreError};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use casework::refusal::Refusal;
use serde_json::json;

use crate::site::Site;
use crate::view::public::trouble::Trouble;

/// Why a request was not done.
#[derive(Debug, Clone)]
pub struct Failure {
    status: StatusCode,
    /// A word for programs.
    code: &'static str,
    /// For the person; empty where the status says enough.
    message: String,
    /// The refusal, for pages that show it beside the form.
    refusal: Option<Box<Refusal>>,
}

impl Failure {
    /// A bare status.
    pub fn status(status: StatusCode) -> Failure {
        Failure { status, code: "", message: String::new(), refusal: None }
    }

    /// Input that cannot be read, with what to do.
    pub fn input(message: &str) -> Failure {
        Failure { status: StatusCode::BAD_REQUEST, code: "input", message: message.to_owned(), refusal: None }
    }

    /// Something that should not happen; the person learns only that it was not their fault.
    pub fn internal(what: &str) -> Failure {
        tracing::error!(what, "a request failed");
        Failure::status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The refusal behind it, where it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_deref()
    }

    /// The status it is answered with.
    pub fn code(&self) -> StatusCode {
        self.status
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", self.status.as_u16(), self.message)
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Failure {
        match error {
            AppError::Refused(refusal) => {
                let status = match refusal {
                    Refusal::NoSuchMatter | Refusal::NoSuchSession => StatusCode::NOT_FOUND,
                    Refusal::NotYourRole { .. } | Refusal::NotYours { .. } => StatusCode::FORBIDDEN,
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                let (code, message) = (refusal.code(), refusal.to_string());
                Failure { status, code, message, refusal: Some(Box::new(refusal)) }
            }
            AppError::Input(message) => {
                Failure { status: StatusCode::BAD_REQUEST, code: "input", message, refusal: None }
            }
            AppError::Store(StoreError::CannotWrite(why)) => {
                tracing::error!(why, "nothing can be written");
                Failure::status(StatusCode::SERVICE_UNAVAILABLE)
            }
            AppError::Store(StoreError::Conflict(_)) => Failure::status(StatusCode::CONFLICT),
            AppError::Store(other) => Failure::internal(&other.to_string()),
            AppError::Letter(why) => Failure::internal(&why),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Failure {
        Failure::internal(&error.to_string())
    }
}

/// The failure travels as an extension until [`shown`] knows which page, or JSON, it belongs on.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts every failure into words: JSON below `/api`, the trouble page elsewhere. Also what the framework itself
/// refused (a body too large, a form that cannot be read).
pub(crate) async fn shown(State(site): State<Site>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    let bare =
        response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let failure = match response.extensions().get::<Failure>() {
        Some(failure) => failure.clone(),
        None if status.is_client_error() || status.is_server_error() => {
            if !bare {
                return response;
            }
            Failure::status(status)
        }
        None => return response,
    };
    let page = trouble_page(&site, &failure);
    if api {
        let message = if failure.message.is_empty() { page.text.clone() } else { failure.message.clone() };
        let code = if failure.code.is_empty() { word(failure.status) } else { failure.code };
        return (failure.status, axum::Json(json!({ "error": { "code": code, "message": message } })))
            .into_response();
    }
    match page.render() {
        Ok(html) => (failure.status, Html(html)).into_response(),
        Err(_) => failure.status.into_response(),
    }
}

fn trouble_page(site: &Site, failure: &Failure) -> Trouble {
    let status = match failure.status {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    let mut page = Trouble::of(status.as_u16(), site.public_frame());
    page.status = failure.status.as_u16();
    // Hidden means absent: what is not there and what may not be seen read alike.
    if !failure.message.is_empty() && failure.status != StatusCode::NOT_FOUND {
        page.text.clone_from(&failure.message);
    }
    page
}

fn word(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::UNAUTHORIZED => "sign_in",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "media_type",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        status if status.is_client_error() => "input",
        _ => "internal",
    }
}

/// A page as an answer.
pub(crate) fn page(template: &impl Template) -> Result<Response, Failure> {
    Ok(Html(template.render()?).into_response())
}
