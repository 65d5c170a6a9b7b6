//! Single sign-on: a page on the way there and back, and the one-time code that may be due afterwards.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::{Link, PublicFrame};

/// Somebody on their way: what came of it, and where it goes on.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/on_the_way.html")]
pub struct OnTheWay {
    /// Whose desk it is.
    pub frame: PublicFrame,
    /// What came of it, in a few words.
    pub title: String,
    /// One plain line more.
    pub text: String,
    /// What to do, in order; may be empty.
    pub steps: Vec<String>,
    /// Where it goes on.
    pub next: Link,
    /// Whether it goes on by itself. A page of ours leads there, not an answer to the other site: browsers would keep the
    /// cookies of the desk back.
    pub at_once: bool,
}

impl Page for OnTheWay {
    const NAME: &'static str = "desk/on-the-way";

    fn samples() -> Vec<(&'static str, OnTheWay)> {
        let page = OnTheWay {
            frame: PublicFrame::sample(),
            title: "登录成功".into(),
            text: "正在进入工作台。没有自动进入的，请点下面的按钮。".into(),
            steps: Vec::new(),
            next: Link::new("进入工作台", "/desk"),
            at_once: true,
        };
        let not_linked = OnTheWay {
            title: "这个账号还没有关联".into(),
            text: "您在政务统一身份认证的登录是对的，但还没有和这里的账号关联。".into(),
            steps: vec!["先用这里的账号和密码登录。".into(), "点右上角自己的名字，再点“关联”。".into()],
            next: Link::new("用账号和密码登录", "/desk/sign-in"),
            at_once: false,
            ..page.clone()
        };
        vec![("in", page), ("not-linked", not_linked)]
    }
}

/// Field `code`: asked where single sign-on proved only one factor.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/code_due.html")]
pub struct CodeDue {
    /// Whose desk it is.
    pub frame: PublicFrame,
    /// What people call the server.
    pub server: String,
    /// Where the code is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for CodeDue {
    const NAME: &'static str = "desk/code-due";

    fn samples() -> Vec<(&'static str, CodeDue)> {
        let page = CodeDue {
            frame: PublicFrame::sample(),
            server: "政务统一身份认证".into(),
            form: Target::to("/desk/sign-on/code"),
            errors: Errors::none(),
        };
        let wrong = CodeDue {
            errors: Errors::none().with("code", "动态口令不对，或者已经用过；请等下一个数字"),
            ..page.clone()
        };
        vec![("asked", page), ("wrong", wrong)]
    }
}
