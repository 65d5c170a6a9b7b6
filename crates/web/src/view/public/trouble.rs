//! When a page cannot be shown: what is wrong and what to do, in plain words; the same page for public and desk.

use askama::Template;

use crate::view::Page;
use crate::view::frame::{Link, PublicFrame};

/// Something went wrong.
#[derive(Debug, Clone, Template)]
#[template(path = "public/trouble.html")]
pub struct Trouble {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Status number.
    pub status: u16,
    /// What is wrong, in a few words.
    pub title: String,
    /// One plain line more.
    pub text: String,
    /// What to do, one line each.
    pub advice: Vec<String>,
    /// Where to go from here.
    pub links: Vec<Link>,
    /// Number of the record of this trouble, to tell on the phone; none when nothing is recorded.
    pub trace: Option<String>,
}

impl Trouble {
    /// The words for a status; an unknown status gets those of 500.
    pub fn of(status: u16, frame: PublicFrame) -> Trouble {
        let (title, text, advice): (&str, &str, &[&str]) = match status {
            400 => (
                "这次提交没看懂",
                "有些内容不完整或格式不对，没有登记。",
                &["按浏览器的“返回”，您写的内容还在，改好再提交。"],
            ),
            403 => (
                "这一步现在不能做",
                "您没有这一步的权限，或者登录已经过期。",
                &["重新登录后再试。", "如果认为应当可以，请联系本单位负责人。"],
            ),
            404 => (
                "没有找到这一页",
                "地址可能写错了，或者这一页已经搬走。",
                &["如果要查进度，请用回执上的编号和查询码。"],
            ),
            409 => (
                "别人刚刚先改了",
                "您打开这一页之后，事项有了新的变化，这次没有登记。",
                &["返回事项页看最新情况，再决定要不要做。"],
            ),
            413 => (
                "内容太长，没有收下",
                "一次能收的文字有上限。您写的内容还在上一页，没有丢。",
                &["按浏览器的“返回”，分成几次提交；每一次都会登记。"],
            ),
            429 => {
                ("请稍等一会儿再试", "刚才的尝试太多了。", &["过几分钟再试。", "着急的话请打电话，我们帮您查。"])
            }
            503 => (
                "正在忙，请稍后再来",
                "现在暂时不能办理，已经登记的事项都在，期限照常计算。",
                &["过几分钟再试。", "也可以打电话或到接访大厅。"],
            ),
            _ => (
                "这一页没有打开",
                "这不是您的错。已经登记的事项都在，没有丢。",
                &["过几分钟再试一次。", "还不行请打电话，并告诉我们下面的记录号。"],
            ),
        };
        Trouble {
            frame,
            status,
            title: title.into(),
            text: text.into(),
            advice: advice.iter().map(|line| (*line).to_owned()).collect(),
            links: vec![Link::new("查询进度", "/track"), Link::new("回到首页", "/")],
            trace: None,
        }
    }
}

impl Page for Trouble {
    const NAME: &'static str = "public/trouble";

    fn samples() -> Vec<(&'static str, Trouble)> {
        let of = |status| Trouble::of(status, PublicFrame::sample());
        let traced = Trouble { trace: Some("8F3K-20261121".into()), ..of(500) };
        vec![
            ("400", of(400)),
            ("403", of(403)),
            ("404", of(404)),
            ("409", of(409)),
            ("413", of(413)),
            ("429", of(429)),
            ("500", traced),
            ("503", of(503)),
        ]
    }
}
