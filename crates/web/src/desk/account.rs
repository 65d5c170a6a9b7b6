//! An officer's own account: where they are signed in, their password, their one-time codes.

use app::{App, AppError, FreshFactor, NewPassword, TokenKind};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::day::local;
use casework::office::Login;

use super::flash;
use super::signed_in::SignedIn;
use super::typed::Typed;
use crate::site::{Here, Site};
use crate::trouble::{self, Failure};
use crate::view::day::{day, moment};
use crate::view::desk::account::{Account, Linking, SignInLine};
use crate::view::desk::codes::Codes;
use crate::view::form::{Errors, Target};
use crate::view::qr::Qr;

/// Where it lies.
const HERE: &str = "/desk/account";

pub(super) async fn show(officer: SignedIn, State(site): Here) -> Result<Response, Failure> {
    trouble::page(&page(&site, officer, Errors::none()).await?)
}

/// The page, with what is wrong.
pub(super) async fn page(site: &Site, officer: SignedIn, errors: Errors) -> Result<Account, Failure> {
    site.run(move |app, now| {
        let login = &officer.officer.login;
        let line = |of: app::SignIn| SignInLine {
            device: match of.kind {
                TokenKind::Browser => of.device,
                TokenKind::Api => "程序（API）".to_owned(),
            },
            began: moment(local(of.began)),
            seen: moment(local(of.seen)),
            end: (of.id != officer.sign_in).then(|| Target::to("/desk/account/end").with("id", &of.id)),
        };
        Ok(Account {
            frame: officer.frame(HERE),
            login: login.0.clone(),
            has_codes: app.has_factor(&login.0)?,
            linking: linking(app, login)?,
            sign_ins: app.sign_ins(login, now)?.into_iter().map(line).collect(),
            password: Target::to("/desk/account/password"),
            errors,
        })
    })
    .await
}

fn linking(app: &App, login: &Login) -> Result<Option<Linking>, AppError> {
    let Some(name) = app.single_sign_on_name() else { return Ok(None) };
    let since = app.linked(login)?;
    let action = if since.is_some() { "/desk/account/unlink" } else { "/desk/account/link" };
    let since = since.map_or_else(String::new, |since| day(local(since).date()));
    Ok(Some(Linking { name: name.to_owned(), since, form: Target::to(action) }))
}

pub(super) async fn end(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let (login, id) = (officer.officer.login, typed.get("id").to_owned());
    site.run(move |app, _| app.end_sign_in(&login, &id)).await?;
    Ok(away(HERE))
}

pub(super) async fn password(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let login = officer.officer.login.clone();
    let (old, new) = (typed.raw("old").to_owned(), typed.raw("new").to_owned());
    let changed = site
        .run(move |app, _| match NewPassword::new(&new) {
            Err(AppError::Input(why)) => Ok(Err(("new", why))),
            Err(error) => Err(error),
            Ok(new) if app.change_password(&login, &old, &new)? => Ok(Ok(())),
            Ok(_) => Ok(Err(("old", "现在的密码不对".to_owned()))),
        })
        .await?;
    match changed {
        // Every sign-in ends with the old password, this one too.
        Ok(()) => Ok(away("/desk/sign-in?why=password")),
        Err((field, why)) => {
            let page = page(&site, officer, Errors::none().with(field, &why)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(&page)?).into_response())
        }
    }
}

pub(super) async fn codes(officer: SignedIn, State(site): Here) -> Result<Response, Failure> {
    trouble::page(&codes_page(&site, officer, None, Errors::none()).await?)
}

async fn codes_page(
    site: &Site,
    officer: SignedIn,
    shown: Option<String>,
    errors: Errors,
) -> Result<Codes, Failure> {
    site.run(move |app, _| {
        let login = &officer.officer.login;
        let FreshFactor { secret, address } = app.factor_to_set_up(login, shown.as_deref())?;
        let groups: Vec<String> =
            secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into()).collect();
        Ok(Codes {
            frame: officer.frame(HERE),
            form: Target::to("/desk/account/codes").with("secret", &secret),
            errors,
            qr: Qr::of(&address),
            secret: groups.join(" "),
            has_codes: app.has_factor(&login.0)?,
        })
    })
    .await
}

pub(super) async fn set_codes(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let login = officer.officer.login.clone();
    let field = |name: &str| typed.get(name).to_owned();
    let (secret, code, old) = (field("secret"), field("code"), field("old"));
    let shown = secret.clone();
    let fits = site.run(move |app, now| app.set_factor(&login, (&secret, &code), &old, now)).await?;
    if fits {
        return Ok(away(&format!("/desk?told={}", flash::CODES)));
    }
    let wrong = "口令不对：请看手机时间是不是自动的，再填现在显示的6位数字；已经设过的，两个口令都要对";
    let page = codes_page(&site, officer, Some(shown), Errors::none().with("code", wrong)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(&page)?).into_response())
}

fn away(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}
