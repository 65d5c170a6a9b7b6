//! An officer's own account: where they are signed in, their password, their one-time codes.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::DeskFrame;

/// One place where the officer is signed in.
#[derive(Debug, Clone)]
pub struct SignInLine {
    /// 火狐，Windows
    pub device: String,
    /// Since when.
    pub began: String,
    /// Last used.
    pub seen: String,
    /// Ending it; none for the one that looks.
    pub end: Option<Target>,
}

/// Whether the officer has linked an account of the sign-on server, and the form for what is to be done: linking has a
/// field `current`.
#[derive(Debug, Clone)]
pub struct Linking {
    /// What people call the server.
    pub name: String,
    /// Since when; empty where none is linked.
    pub since: String,
    /// Links, or removes the link.
    pub form: Target,
}

/// Fields `old` and `new` of the password.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/account.html")]
pub struct Account {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Sign-in name.
    pub login: String,
    /// Whether one-time codes are set up.
    pub has_codes: bool,
    /// Single sign-on; none where there is none.
    pub linking: Option<Linking>,
    /// Where the officer is signed in, latest first.
    pub sign_ins: Vec<SignInLine>,
    /// Where a new password is sent.
    pub password: Target,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for Account {
    const NAME: &'static str = "desk/account";

    fn samples() -> Vec<(&'static str, Account)> {
        let line = |device: &str, began: &str, seen: &str, id: &str| SignInLine {
            device: device.into(),
            began: began.into(),
            seen: seen.into(),
            end: (!id.is_empty()).then(|| Target::to("/desk/account/end").with("id", id)),
        };
        let page = Account {
            frame: DeskFrame::sample("/desk/account"),
            login: "clerk".into(),
            has_codes: true,
            linking: None,
            sign_ins: vec![
                line("火狐，Windows", "2026年11月21日 周六 08:32", "2026年11月21日 周六 10:05", ""),
                line("Safari，iPhone", "2026年11月20日 周五 17:40", "2026年11月20日 周五 18:02", "b1"),
                line("程序（API）", "2026年11月20日 周五 09:00", "2026年11月20日 周五 09:00", "c1"),
            ],
            password: Target::to("/desk/account/password"),
            errors: Errors::none(),
        };
        let wrong = Account {
            has_codes: false,
            errors: Errors::none().with("new", "密码至少10个字符；可以用一句话"),
            ..page.clone()
        };
        let linking = |since: &str, action: &str| {
            Some(Linking {
                name: "政务统一身份认证".into(), since: since.into(), form: Target::to(action)
            })
        };
        let apart = Account { linking: linking("", "/desk/account/link"), ..page.clone() };
        let linked = Account { linking: linking("2026年11月20日", "/desk/account/unlink"), ..page.clone() };
        vec![("usual", page), ("wrong", wrong), ("not-linked", apart), ("linked", linked)]
    }
}
