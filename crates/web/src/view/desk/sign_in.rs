//! Signing in to the desk.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::{Link, PublicFrame};

/// Fields `login`, `password` and `code`.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/sign_in.html")]
pub struct SignIn {
    /// Whose desk it is.
    pub frame: PublicFrame,
    /// Where it is sent.
    pub form: Target,
    /// The way by single sign-on, under the name people call it; none where there is none.
    pub single_sign_on: Option<Link>,
    /// What is wrong; an unknown login and a wrong password get the same words, under `login`.
    pub errors: Errors,
    /// Login as typed.
    pub login: String,
    /// Told above the form, as 已退出; may be empty.
    pub notice: String,
}

impl Page for SignIn {
    const NAME: &'static str = "desk/sign-in";

    fn samples() -> Vec<(&'static str, SignIn)> {
        let page = SignIn {
            frame: PublicFrame::sample(),
            form: Target::to("/desk/sign-in").with("to", "/desk"),
            single_sign_on: None,
            errors: Errors::none(),
            login: String::new(),
            notice: "太久没有操作，请重新登录。".into(),
        };
        let wrong = SignIn {
            errors: Errors::none().with("login", "账号或密码不对，请再试一次"),
            login: "clerk".into(),
            notice: String::new(),
            ..page.clone()
        };
        let code = SignIn {
            errors: Errors::none().with("code", "动态口令不对，或者已经用过；请等下一个数字"),
            ..wrong.clone()
        };
        let by_server = SignIn {
            single_sign_on: Some(Link::new("政务统一身份认证", "/desk/sign-on?to=%2Fdesk")),
            ..page.clone()
        };
        vec![("timed-out", page), ("wrong", wrong), ("code", code), ("single-sign-on", by_server)]
    }
}
