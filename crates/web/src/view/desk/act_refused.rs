//! An act the law does not allow: the rule, the article, what to do instead; nothing typed is lost.

use askama::Template;

use crate::view::Page;
use crate::view::frame::{DeskFrame, Link};

/// A refused act.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/act_refused.html")]
pub struct ActRefused {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Reference of the matter; empty when there is none.
    pub reference: String,
    /// The act, as 延期.
    pub act: String,
    /// What stands against it, in plain words.
    pub rule: String,
    /// The article; may be empty.
    pub law: String,
    /// What to do instead.
    pub advice: String,
    /// What had been typed: label and value.
    pub kept: Vec<(String, String)>,
    /// Where to go.
    pub links: Vec<Link>,
}

impl Page for ActRefused {
    const NAME: &'static str = "desk/act-refused";

    fn samples() -> Vec<(&'static str, ActRefused)> {
        let page = ActRefused {
            frame: DeskFrame::sample("/desk"),
            reference: "HD-20260924-3R8W5-1".into(),
            act: "延期".into(),
            rule: "这件事已经延长过一次（2026年11月16日，30 天），不能再延长。".into(),
            law: "信访工作条例第34条".into(),
            advice:
                "请在 2027年1月6日前作出处理意见；到期没有办，会自动报告信访局督办，之后仍然可以办，按逾期统计。"
                    .into(),
            kept: vec![
                ("延长天数".into(), "15".into()),
                ("理由".into(), "还需要向省里的总包单位调取工资表和考勤记录，对方答复要到下月中旬。".into()),
            ],
            links: vec![
                Link::new("回到这件事", "/desk/matters/HD-20260924-3R8W5-1"),
                Link::new("回到待办", "/desk"),
            ],
        };
        vec![("extended-twice", page)]
    }
}
