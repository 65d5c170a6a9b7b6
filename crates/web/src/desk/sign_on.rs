//! Single sign-on: to the sign-on server and back, the one-time code where one is due, and linking an account there.

use app::{CodeGiven, Device, Errand, Reply, Returned, Sent, SignOnError};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::account;
use super::sign_in::{self, CODE_WRONG, desk_cookie, local, too_many};
use super::signed_in::SignedIn;
use super::typed::Typed;
use crate::cookie;
use crate::site::{Here, Site};
use crate::trouble::{self, Failure};
use crate::view::desk::sign_on::{CodeDue, OnTheWay};
use crate::view::form::{Errors, Target};
use crate::view::frame::Link;

/// What the browser of one who is on their way keeps, and where it is sent back.
const COOKIE: &str = "sign-on";
const PATH: &str = "/desk/sign-on";
/// How long it keeps it.
const SECONDS: u32 = 600;
/// Longest address that is gone to afterwards: it travels in a cookie.
const TO_BYTES_MAX: usize = 500;

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Where to go afterwards.
    #[serde(default)]
    to: String,
}

pub(super) async fn begin(State(site): Here, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let to = if wanted.to.len() > TO_BYTES_MAX { "/desk" } else { local(&wanted.to) };
    match send(&site, Errand::SignIn(to.to_owned())).await? {
        Ok(sent) => sign_in::away(&sent.address, kept(&site, &sent.ticket)),
        Err(error) => not(&site, &error, "/desk/sign-in").await,
    }
}

/// Prepares the way to the server.
async fn send(site: &Site, errand: Errand) -> Result<Result<Sent, SignOnError>, Failure> {
    let _room = room(site)?;
    site.run(move |app, now| app.send_to_sign_on(errand, now)).await
}

/// Room to ask the server; whoever finds none comes again.
fn room(site: &Site) -> Result<tokio::sync::SemaphorePermit<'_>, Failure> {
    site.attempts().abroad().try_acquire().map_err(|_| Failure::status(StatusCode::SERVICE_UNAVAILABLE))
}

fn kept(site: &Site, ticket: &str) -> Option<HeaderValue> {
    let seconds = if ticket.is_empty() { 0 } else { SECONDS };
    cookie::set_for_return(COOKIE, ticket, PATH, seconds, site.secure())
}

/// An answer with a cookie.
fn with(mut answer: Response, cookie: Option<HeaderValue>) -> Result<Response, Failure> {
    let cookie = cookie.ok_or_else(|| Failure::internal("a ticket or token that is no cookie value"))?;
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(answer)
}

pub(super) async fn come_back(
    State(site): Here,
    headers: HeaderMap,
    Query(reply): Query<Reply>,
) -> Result<Response, Failure> {
    let ticket = cookie::read(&headers, COOKIE, site.secure()).unwrap_or_default();
    let name = server_name(&site)?;
    let device = device(&headers, &name);
    let room = room(&site)?;
    let returned = site.run(move |app, now| app.return_from_sign_on(&ticket, &reply, &device, now)).await?;
    drop(room);
    let answer = match returned {
        Returned::In(token, to) => {
            let page = on(
                &site,
                "登录成功",
                "正在进入工作台。没有自动进入的，请点下面的按钮。",
                "进入工作台",
                local(&to),
            )
            .await;
            let answer = trouble::page(&OnTheWay { at_once: true, ..page })?;
            with(answer, desk_cookie(&site, &token))?
        }
        Returned::CodeAsked(ticket) => {
            let answer = (StatusCode::UNAUTHORIZED, code_page(&site, Errors::none()).await?).into_response();
            return with(answer, kept(&site, &ticket));
        }
        Returned::Linked => {
            let text = format!("以后可以用{name}登录。");
            trouble::page(&on(&site, "已经关联", &text, "回到我的账号", "/desk/account").await)?
        }
        Returned::NotLinked => not_linked(&site, &name).await?,
        Returned::Taken => {
            let text = format!(
                "您在{name}的账号已经关联到这里的另一个账号，一个账号只能关联一次。要换过来，请先取消原来的关联，或者找管理员。"
            );
            let page = on(&site, "没有关联", &text, "回到我的账号", "/desk/account").await;
            (StatusCode::CONFLICT, trouble::page(&page)?).into_response()
        }
        Returned::Lost => {
            let text = "可能等得太久，或者不是在这个浏览器里开始的。请重新登录。";
            let page = on(&site, "没有登录成功", text, "重新登录", "/desk/sign-in").await;
            (StatusCode::BAD_REQUEST, trouble::page(&page)?).into_response()
        }
        Returned::Not(error) => not(&site, &error, "/desk").await?,
    };
    // What the browser kept was for this once.
    with(answer, kept(&site, ""))
}

fn server_name(site: &Site) -> Result<String, Failure> {
    let name = site.single_sign_on_name().ok_or_else(|| Failure::status(StatusCode::NOT_FOUND))?;
    Ok(name.to_owned())
}

/// The browser, and that it came by the server: the officer reads both in their list of devices.
fn device(headers: &HeaderMap, server: &str) -> Device {
    let device = sign_in::device(headers);
    Device { name: format!("{}（{server}）", device.name), ..device }
}

async fn on(site: &Site, title: &str, text: &str, next: &str, href: &str) -> OnTheWay {
    OnTheWay {
        frame: site.public_frame().await,
        title: title.to_owned(),
        text: text.to_owned(),
        steps: Vec::new(),
        next: Link::new(next, href),
        at_once: false,
    }
}

async fn not_linked(site: &Site, name: &str) -> Result<Response, Failure> {
    let text = format!("您在{name}的登录是对的，但还没有和这里的账号关联，所以不知道您是哪一位工作人员。");
    let mut page = on(site, "这个账号还没有关联", &text, "用账号和密码登录", "/desk/sign-in").await;
    page.steps = vec![
        "先用这里的账号、密码和动态口令登录。".to_owned(),
        format!("点右上角自己的名字，在“{name}”下面点关联。"),
        "这里还没有账号的，请找管理员开。".to_owned(),
    ];
    Ok((StatusCode::FORBIDDEN, trouble::page(&page)?).into_response())
}

/// Tells the person what to do, and the operator what happened.
async fn not(site: &Site, error: &SignOnError, back: &str) -> Result<Response, Failure> {
    let (status, title, text) = match error {
        SignOnError::Settings(_) => return Err(Failure::status(StatusCode::NOT_FOUND)),
        SignOnError::NotReached(_) => {
            tracing::error!(%error, "single sign-on does not work now; passwords do");
            (StatusCode::SERVICE_UNAVAILABLE, "统一认证现在连不上", "请过一会儿再试，或者用账号和密码登录。")
        }
        SignOnError::Refused(_) => {
            tracing::warn!(%error, "somebody came back from the sign-on server and was not let in");
            let text = "统一认证带回来的信息没有通过核对，没有办理。请重新来一次；总是这样，请告诉管理员。";
            (StatusCode::FORBIDDEN, "没有成功", text)
        }
        SignOnError::Declined => {
            (StatusCode::FORBIDDEN, "没有成功", "您在统一认证那边取消了。可以重新来一次，或者用账号和密码登录。")
        }
    };
    let page = on(site, title, text, "返回", back).await;
    Ok((status, trouble::page(&page)?).into_response())
}

async fn code_page(site: &Site, errors: Errors) -> Result<Response, Failure> {
    let (frame, server) = (site.public_frame().await, server_name(site)?);
    trouble::page(&CodeDue { frame, server, form: Target::to("/desk/sign-on/code"), errors })
}

pub(super) async fn code(State(site): Here, headers: HeaderMap, typed: Typed) -> Result<Response, Failure> {
    let name = server_name(&site)?;
    let ticket = cookie::read(&headers, COOKIE, site.secure()).unwrap_or_default();
    let again = || sign_in::away("/desk/sign-in", kept(&site, ""));
    let asked = ticket.clone();
    let awaited = site.run(move |app, now| Ok(app.awaited(&asked, now))).await?;
    let Some(login) = awaited else { return again() };
    if let Some(words) = too_many(site.attempts(), &login.0, &site) {
        let page = code_page(&site, Errors::none().with("code", &words)).await?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    let (device, code) = (device(&headers, &name), typed.get("code").to_owned());
    let given = site.run(move |app, now| app.code_after_sign_on(&ticket, &code, &device, now)).await?;
    match given {
        CodeGiven::In(token, to) => {
            site.attempts().forget(&login.0);
            with(sign_in::away(local(&to), desk_cookie(&site, &token))?, kept(&site, ""))
        }
        CodeGiven::Wrong(login) => {
            site.attempts().failed(&login.0, site.now());
            let page = code_page(&site, Errors::none().with("code", CODE_WRONG)).await?;
            Ok((StatusCode::UNAUTHORIZED, page).into_response())
        }
        CodeGiven::TooLate => again(),
    }
}

/// Whoever finds a desk unlocked must not make it open to an account of theirs: the password is asked for once more.
pub(super) async fn link(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let name = server_name(&site)?;
    if !officer.may_work {
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/desk/account/codes")]).into_response());
    }
    let login = officer.officer.login.clone();
    let wrong = async |officer, status: StatusCode, words: &str| -> Result<Response, Failure> {
        let page = account::page(&site, officer, Errors::none().with("current", words)).await?;
        Ok((status, trouble::page(&page)?).into_response())
    };
    if let Some(words) = too_many(site.attempts(), &login.0, &site) {
        return wrong(officer, StatusCode::TOO_MANY_REQUESTS, &words).await;
    }
    let (whose, password) = (login.clone(), typed.raw("current").to_owned());
    if !site.run(move |app, _| app.password_fits(&whose, &password)).await? {
        site.attempts().failed(&login.0, site.now());
        return wrong(officer, StatusCode::UNPROCESSABLE_ENTITY, "密码不对").await;
    }
    site.attempts().forget(&login.0);
    match send(&site, Errand::Link(login)).await? {
        Ok(Sent { address, ticket }) => {
            let text = format!("正在前往{name}。没有自动打开的，请点下面的按钮。");
            let page = on(&site, "请在那边登录", &text, "前往", &address).await;
            // A form's answer may not lead to another site (form-action); a page of ours may.
            with(trouble::page(&OnTheWay { at_once: true, ..page })?, kept(&site, &ticket))
        }
        Err(error) => not(&site, &error, "/desk/account").await,
    }
}

pub(super) async fn unlink(officer: SignedIn, State(site): Here) -> Result<Response, Failure> {
    server_name(&site)?;
    let login = officer.officer.login;
    site.run(move |app, _| app.unlink(&login)).await?;
    // Every sign-in ends with the link, this one too.
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/desk/sign-in?why=unlinked")]).into_response())
}
