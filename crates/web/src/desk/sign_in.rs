//! Signing in and out.

use app::{Credentials, Device, Entered, TokenKind};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::signed_in::COOKIE;
use super::typed::{Typed, encoded};
use crate::attempts::Attempts;
use crate::cookie;
use crate::site::{Here, Site};
use crate::trouble::{self, Failure};
use crate::view::desk::sign_in::SignIn;
use crate::view::form::{Errors, Target};
use crate::view::frame::Link;

/// How long a browser stays signed in: a working day.
pub(super) const HOURS: u32 = 12;

/// Told of a one-time code that is not taken.
pub(super) const CODE_WRONG: &str = "动态口令不对，或者已经用过；请等下一个数字";

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Where to go afterwards.
    #[serde(default)]
    to: String,
    /// Why the page is shown: `out` after signing out.
    #[serde(default)]
    why: String,
}

pub(super) async fn ask(State(site): Here, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let notice = match (wanted.why.as_str(), wanted.to.as_str()) {
        ("out", _) => "已退出。",
        ("password", _) => "密码已改，请用新密码登录。",
        ("unlinked", _) => "关联已取消，请用账号和密码登录。",
        (_, "" | "/desk") => "",
        _ => "请先登录，登录后回到刚才的页面。",
    };
    trouble::page(&form(&site, &wanted.to, "", Errors::none(), notice).await)
}

async fn form(site: &Site, to: &str, login: &str, errors: Errors, notice: &str) -> SignIn {
    let to = local(to);
    let by_server = |name: &str| Link::new(name, format!("/desk/sign-on?to={}", encoded(to)));
    SignIn {
        frame: site.public_frame().await,
        form: Target::to("/desk/sign-in").with("to", to),
        single_sign_on: site.single_sign_on_name().map(by_server),
        errors,
        login: login.chars().take(40).collect(),
        notice: notice.to_owned(),
    }
}

/// An address of the desk; anything else leads to its first page.
pub(super) fn local(to: &str) -> &str {
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let desk = to == "/desk" || to.starts_with("/desk/") || to.starts_with("/desk?");
    if plain && desk && !to.starts_with("/desk/sign-") { to } else { "/desk" }
}

pub(super) async fn enter(State(site): Here, headers: HeaderMap, typed: Typed) -> Result<Response, Failure> {
    let (login, to) = (typed.get("login").to_owned(), typed.get("to").to_owned());
    let (key, attempts) = (Attempts::key(&login), site.attempts());
    let again = async |status: StatusCode, words: &str| -> Result<Response, Failure> {
        let page = form(&site, &to, &login, Errors::none().with("login", words), "").await;
        Ok((status, trouble::page(&page)?).into_response())
    };
    if let Some(words) = too_many(attempts, &key, &site) {
        return again(StatusCode::TOO_MANY_REQUESTS, &words).await;
    }
    let room = attempts.room().await?;
    let (name, password, code) = (key.clone(), typed.raw("password").to_owned(), typed.get("code").to_owned());
    let device = device(&headers);
    let entered = site
        .run(move |app, now| {
            let given = Credentials { login: &name, password: &password, code: &code };
            app.sign_in(given, &device, now)
        })
        .await?;
    drop(room);
    let token = match entered {
        Entered::In(token) => token,
        // The password was right: it is typed once more with the code, since no page keeps a password.
        Entered::CodeAsked => {
            let words = "请连同密码一起填写动态口令：打开手机上的验证器，填上面的6位数字";
            let page = form(&site, &to, &login, Errors::none().with("code", words), "").await;
            return Ok((StatusCode::UNAUTHORIZED, trouble::page(&page)?).into_response());
        }
        Entered::CodeWrong => {
            attempts.failed(&key, site.now());
            let page = form(&site, &to, &login, Errors::none().with("code", CODE_WRONG), "").await;
            return Ok((StatusCode::UNAUTHORIZED, trouble::page(&page)?).into_response());
        }
        Entered::Wrong => {
            attempts.failed(&key, site.now());
            return again(StatusCode::UNAUTHORIZED, "账号或密码不对，请再试一次").await;
        }
    };
    attempts.forget(&key);
    away(local(&to), desk_cookie(&site, &token))
}

/// What a signed-in browser keeps.
pub(super) fn desk_cookie(site: &Site, token: &str) -> Option<HeaderValue> {
    cookie::set(COOKIE, token, "/desk", HOURS * 3600, site.secure())
}

pub(super) async fn leave(State(site): Here, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(token) = cookie::read(&headers, COOKIE, site.secure()) {
        site.run(move |app, _| app.sign_out(&token)).await?;
    }
    away("/desk/sign-in?why=out", cookie::set(COOKIE, "", "/desk", 0, site.secure()))
}

pub(super) fn away(to: &str, given: Option<HeaderValue>) -> Result<Response, Failure> {
    let given = given.ok_or_else(|| Failure::internal("a token that is no cookie value"))?;
    let to = HeaderValue::from_str(to).map_err(|error| Failure::internal(&error.to_string()))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::SET_COOKIE, given)]).into_response())
}

/// The browser of a request, as it calls itself, short: 火狐，Windows.
pub(super) fn device(headers: &HeaderMap) -> Device {
    Device { kind: TokenKind::Browser, name: device_name(headers), hours: i64::from(HOURS) }
}

fn device_name(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let first = |known: &[(&str, &str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |(_, name)| *name).to_owned()
    };
    let browser = first(&[
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("Firefox", "火狐"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "安卓"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser.as_str(), system.as_str()) {
        ("", "") => "不认识的浏览器".to_owned(),
        (one, "") | ("", one) => one.to_owned(),
        (browser, system) => format!("{browser}，{system}"),
    }
}

/// Why a login must wait, and how long; none where it need not.
pub(super) fn too_many(attempts: &Attempts, login: &str, site: &Site) -> Option<String> {
    let wait = attempts.wait(login, site.now());
    (wait > 0).then(|| format!("错误次数太多，请{}后再试；忘记密码请找管理员重设", in_words(wait)))
}

fn in_words(seconds: i64) -> String {
    if seconds < 60 { format!("{seconds}秒") } else { format!("{}分钟", (seconds + 59) / 60) }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_pages_of_the_desk_are_returned_to() {
        for wrong in
            ["https://x.test/", "//x.test", "/\\x", "/desk\\x", "/track", "/desk/sign-out", "/desktop", ""]
        {
            assert_eq!(local(wrong), "/desk", "{wrong}");
        }
        for right in ["/desk", "/desk?show=late", "/desk/matters/1234-261121-0000-00000"] {
            assert_eq!(local(right), right);
        }
    }
}
