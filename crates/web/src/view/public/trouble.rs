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
}

impl Trouble {
    /// The words for a status; an unknown status gets those of 500.
    pub fn of(status: u16, frame: PublicFrame) -> Trouble {
        let (title, text, advice): (&str, &str, &[&str]) = match status {
            400 => ("这次提交没看懂", "有些内容不完整或格式不对，没有登记。", &["按浏览器的“返回”，改好再提交。"]),
            403 => (
                "这一步现在不能做",
                "您没有这一步的权限，或者登录已经过期。",
                &["如果认为应当可以，请联系本单位负责人。", "登录过期的，重新登录后再试。"],
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
            405 | 415 => ("这个地址不能这样用", "浏览器发来的方式不对，什么也没有登记。", &["从首页重新进入。"]),
            410 => (
                "这一页已经不在了",
                "写到一半的内容只在内存里留两小时，没有登记。",
                &["如果别的页面还开着，那一页上写的还在，可以接着写。", "否则请从“我要反映”重新写。"],
            ),
            413 => (
                "内容太长，没有收下",
                "一次最多收 4 MB，大约四十万个汉字。这次的内容没有登记，也没有保存。",
                &[
                    "如果按浏览器的“返回”还看得到您写的，请先复制下来。",
                    "分成几次提交；先写最要紧的，登记后随时可以补充。",
                ],
            ),
            429 => ("请稍等一会儿再试", "刚才的尝试太多了。", &["过几分钟再试。"]),
            503 => {
                ("正在忙，请稍后再来", "现在暂时不能办理，已经登记的事项都在，期限照常计算。", &["过几分钟再试。"])
            }
            _ => ("这一页没有打开", "这不是您的错。已经登记的事项都在，没有丢。", &["过几分钟再试一次。"]),
        };
        Trouble::saying(status, frame, (title, text, advice))
    }

    /// No office has been entered: nothing can be filed, now or in a few minutes.
    pub fn not_set_up(frame: PublicFrame) -> Trouble {
        let said = (
            "这里还没有开通",
            "这个网站刚刚装好，还没有录入负责登记的信访部门，所以现在不能登记，也没有登记任何内容。",
            &["请向当地信访部门写信、打电话或者当面反映。", "管理员：录入机关和人员以后，这里就能用。"]
                as &[&str],
        );
        let links = vec![Link::new("回到首页", "/")];
        Trouble { links, ..Trouble::saying(503, frame, said) }
    }

    /// A form sent from another site's page.
    pub fn cross_site(frame: PublicFrame) -> Trouble {
        let said = (
            "没有办理",
            "这次提交不是从本站的页面发出的。",
            &["从本站的页面重新提交。", "如果是别的网页带您来的，不要再用它。"] as &[&str],
        );
        Trouble::saying(403, frame, said)
    }

    fn saying(status: u16, frame: PublicFrame, (title, text, advice): (&str, &str, &[&str])) -> Trouble {
        Trouble {
            frame,
            status,
            title: title.into(),
            text: text.into(),
            advice: advice.iter().map(|line| (*line).to_owned()).collect(),
            links: vec![Link::new("查询进度", "/track"), Link::new("回到首页", "/")],
        }
    }
}

impl Page for Trouble {
    const NAME: &'static str = "public/trouble";

    fn samples() -> Vec<(&'static str, Trouble)> {
        let of = |status| Trouble::of(status, PublicFrame::sample());
        vec![
            ("400", of(400)),
            ("403", of(403)),
            ("404", of(404)),
            ("409", of(409)),
            ("413", of(413)),
            ("410", of(410)),
            ("415", of(415)),
            ("429", of(429)),
            ("500", of(500)),
            ("503", of(503)),
            ("not-set-up", Trouble::not_set_up(PublicFrame::sample())),
            ("cross-site", Trouble::cross_site(PublicFrame::sample())),
        ]
    }
}
