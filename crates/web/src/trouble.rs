//! The one place where a failure becomes an answer: a status and plain words for the person, a line for the operator.

use app::{AppError, StoreError};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use casework::refusal::Refusal;
use serde_json::json;

use crate::desk;
use crate::site::Site;
use crate::view::desk::trouble::Trouble as DeskTrouble;
use crate::view::frame::Link;
use crate::view::public::trouble::Trouble;

/// A full queue is written down well within this.
const RETRY_SECONDS: &str = "2";
const NOT_SET_UP: &str = "not_set_up";
const CROSS_SITE: &str = "cross_site";

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

    /// A status with a word for programs and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, message: &str) -> Failure {
        Failure { status, code, message: message.to_owned(), refusal: None }
    }

    /// Nobody is there yet to register anything.
    pub fn not_set_up() -> Failure {
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, NOT_SET_UP, "")
    }

    /// A form that came from another site's page.
    pub fn cross_site() -> Failure {
        Failure::new(StatusCode::FORBIDDEN, CROSS_SITE, "这次提交不是从本站的页面发出的，没有办理。")
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
            AppError::File { .. } => {
                Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "file_refused", &error.to_string())
            }
            AppError::Scanner(why) => {
                tracing::error!(why, "files are refused: they cannot be looked at for malware");
                let told = "现在查不了病毒，文件没有收下；其他都不受影响，请过一会儿再传";
                Failure::new(StatusCode::SERVICE_UNAVAILABLE, "scanner", told)
            }
            AppError::Store(StoreError::CannotWrite(why) | StoreError::Unreachable(why)) => {
                tracing::error!(why, "nothing can be written");
                Failure::status(StatusCode::SERVICE_UNAVAILABLE)
            }
            AppError::Store(StoreError::Busy) => Failure::status(StatusCode::SERVICE_UNAVAILABLE),
            AppError::Store(StoreError::Conflict(_)) => Failure::status(StatusCode::CONFLICT),
            AppError::Store(other) => Failure::internal(&other.to_string()),
            AppError::Letter(why) | AppError::Log(why) => Failure::internal(&why),
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

/// Puts every failure into words: JSON below `/api`, a page of the desk to whoever is signed in there, the public page
/// elsewhere. Also what the framework itself refused (a body too large, a form that cannot be read).
pub(crate) async fn shown(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (api, at_desk) = (path.starts_with("/api/"), path == "/desk" || path.starts_with("/desk/"));
    let headers = request.headers().clone();
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
    if api {
        let message = if failure.message.is_empty() { said_to_programs(status) } else { &failure.message };
        let code = if failure.code.is_empty() { word(failure.status) } else { failure.code };
        let said = axum::Json(json!({ "error": { "code": code, "message": message } }));
        return in_a_while((failure.status, said).into_response());
    }
    let officer = if at_desk { desk::signed_in(&site, &headers).await } else { None };
    let page = match officer {
        Some(frame) => {
            let Trouble { title, text, advice, .. } = trouble_page(&site, &failure).await;
            let links = vec![Link::new("回到待办", "/desk")];
            DeskTrouble { frame, title, text, advice, links }.render()
        }
        None => trouble_page(&site, &failure).await.render(),
    };
    match page {
        Ok(html) => in_a_while((failure.status, Html(html)).into_response()),
        Err(_) => failure.status.into_response(),
    }
}

/// Says when to come again, where it will go better then.
fn in_a_while(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_SECONDS));
    }
    response
}

async fn trouble_page(site: &Site, failure: &Failure) -> Trouble {
    let status = match failure.status {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    let mut page = match failure.code {
        NOT_SET_UP => Trouble::not_set_up(site.public_frame().await),
        CROSS_SITE => Trouble::cross_site(site.public_frame().await),
        _ => Trouble::of(status.as_u16(), site.public_frame().await),
    };
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
        StatusCode::CONFLICT => "changed_meanwhile",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "media_type",
        StatusCode::TOO_MANY_REQUESTS => "too_many",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        status if status.is_client_error() => "input",
        _ => "internal",
    }
}

/// What is wrong and what to do, to whoever wrote the program that asks.
fn said_to_programs(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "请求读不懂：请核对参数的名称和格式，日期写成 2026-01-31，数量写成数字",
        StatusCode::UNAUTHORIZED => {
            "需要有效的令牌：请在请求头写 Authorization: Bearer 令牌；没有、写错或过期都会这样，令牌由 /api/v1/desk/token 发给"
        }
        StatusCode::FORBIDDEN => "不允许这样做",
        StatusCode::NOT_FOUND => "没有找到；请核对地址、编号和查询码",
        StatusCode::METHOD_NOT_ALLOWED => "这个地址不接受这种方法（GET、POST 等）；请对照接口说明",
        StatusCode::CONFLICT => "事项刚刚有了新的变化，这次没有登记；请重新读取后再试",
        StatusCode::PAYLOAD_TOO_LARGE => "请求内容超过 4 MB，没有登记；请分几次提交",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "请求内容须为 JSON，请求头写 Content-Type: application/json",
        StatusCode::TOO_MANY_REQUESTS => "尝试太多，请过几分钟再试",
        StatusCode::SERVICE_UNAVAILABLE => "暂时不能办理，没有登记；请稍后再试",
        _ => "程序出了故障，这次没有办成；请稍后再试，仍不行请告诉管理员",
    }
}

/// A page as an answer.
pub(crate) fn page(template: &impl Template) -> Result<Response, Failure> {
    Ok(Html(template.render()?).into_response())
}
