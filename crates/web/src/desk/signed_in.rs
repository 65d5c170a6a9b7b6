//! The officer behind a request: found by the cookie, or sent to sign in first.

use app::{OfficerIn, TokenKind};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use casework::command::Actor;
use casework::office::Officer;

use super::flash;
use super::typed::encoded;
use crate::cookie;
use crate::site::Site;
use crate::trouble::Failure;
use crate::view::form::Target;
use crate::view::frame::{DeskFrame, NavItem};

/// The cookie's name.
pub(super) const COOKIE: &str = "desk";

/// A signed-in officer, as the directory has them now.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    /// The officer.
    pub(super) officer: Officer,
    /// Their office's name.
    pub(super) office: String,
    /// The places of the desk their role opens.
    nav: Vec<NavItem>,
    /// What was just done, from the address.
    told: String,
    /// Which of the officer's sign-ins this is.
    pub(super) sign_in: String,
    /// They have set up one-time codes, or need not.
    pub(super) may_work: bool,
}

impl SignedIn {
    /// The officer a browser's token belongs to.
    pub(super) async fn by(site: &Site, token: String, told: String) -> Result<Option<SignedIn>, Failure> {
        let needs_factor = site.needs_factor();
        site.run(move |app, now| {
            let Some(found) = app.officer_of(&token, TokenKind::Browser, now)? else { return Ok(None) };
            let OfficerIn { officer, sign_in, has_factor } = found;
            let office = app.directory()?.name_of(&officer.office);
            let may_work = has_factor || !needs_factor;
            let mut signed_in = SignedIn { officer, office, nav: Vec::new(), told, sign_in: sign_in.id, may_work };
            let registers = app.may(&signed_in.actor(), "register");
            let keeps = app.is_custodian(&signed_in.actor());
            signed_in.nav = if keeps { DeskFrame::custodians_nav("") } else { DeskFrame::nav("") };
            signed_in.nav.retain(|item| registers || item.href != "/desk/register");
            Ok(Some(signed_in))
        })
        .await
    }

    /// As one who acts.
    pub(super) fn actor(&self) -> Actor {
        Actor::Officer {
            login: self.officer.login.clone(),
            office: self.officer.office.clone(),
            roles: self.officer.roles.clone(),
        }
    }

    /// The word for what was just done; empty where nothing was.
    pub(super) fn told(&self) -> &str {
        &self.told
    }

    /// What surrounds a page; `here` is the place of the desk it belongs to.
    pub(super) fn frame(&self, here: &str) -> DeskFrame {
        let roles: Vec<&str> = self.officer.roles.iter().map(|role| role.name()).collect();
        let mut nav = self.nav.clone();
        for item in &mut nav {
            item.here = item.href == here;
        }
        let frame = DeskFrame {
            office: self.office.clone(),
            user: self.officer.name.clone(),
            role: roles.join("、"),
            sign_out: Target::to("/desk/sign-out"),
            nav,
            flash: None,
            as_of: String::new(),
        };
        match flash::words(&self.told) {
            Some(words) => frame.telling(&words, None),
            None => frame,
        }
    }
}

/// Nobody is signed in, or not well enough, or it could not be found out.
pub(super) enum NotSignedIn {
    /// Set up one-time codes before anything else.
    CodesFirst,
    /// Sign in, then come back here.
    First(String),
    /// Something failed.
    Failed(Failure),
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        match self {
            NotSignedIn::CodesFirst => {
                (StatusCode::SEE_OTHER, [(header::LOCATION, "/desk/account/codes")]).into_response()
            }
            NotSignedIn::First(to) => {
                let address = format!("/desk/sign-in?to={}", encoded(&to));
                (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
            }
            NotSignedIn::Failed(failure) => failure.into_response(),
        }
    }
}

impl FromRequestParts<Site> for SignedIn {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<SignedIn, NotSignedIn> {
        let address = parts.extensions.get::<axum::extract::OriginalUri>().map_or(&parts.uri, |uri| &uri.0);
        let back = if parts.method == Method::GET { address.to_string() } else { "/desk".to_owned() };
        let told = told_in(&parts.uri);
        let Some(token) = cookie::read(&parts.headers, COOKIE, site.secure()) else {
            return Err(NotSignedIn::First(back));
        };
        match SignedIn::by(site, token, told).await {
            Ok(Some(signed_in)) if signed_in.may_work || is_of_account(address.path()) => Ok(signed_in),
            Ok(Some(_)) => Err(NotSignedIn::CodesFirst),
            Ok(None) => Err(NotSignedIn::First(back)),
            Err(failure) => Err(NotSignedIn::Failed(failure)),
        }
    }
}

/// The pages on which an officer sees to their own account.
fn is_of_account(path: &str) -> bool {
    path == "/desk/account"
        || path.starts_with("/desk/account/")
        || path == "/account"
        || path.starts_with("/account/")
}

fn told_in(uri: &Uri) -> String {
    let query = uri.query().unwrap_or_default();
    query.split('&').find_map(|pair| pair.strip_prefix("told=")).unwrap_or_default().to_owned()
}
