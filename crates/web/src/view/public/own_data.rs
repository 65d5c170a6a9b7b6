//! What is kept about the person in their matter: what, why, for how long, who sees it; a copy at once, and a request.

use askama::Template;

use crate::view::Page;
use crate::view::form::Target;
use crate::view::frame::PublicFrame;

/// Something that is kept, with what it is kept as.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What, as 电话.
    pub name: String,
    /// What is there.
    pub is: String,
}

/// What is kept about a person in one matter.
#[derive(Debug, Clone, Template)]
#[template(path = "public/own_data.html")]
pub struct OwnData {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// The reference.
    pub reference: String,
    /// When and why it was erased, in words; empty while it is there.
    pub gone: String,
    /// What is kept.
    pub kept: Vec<Kept>,
    /// How long, and by which rule.
    pub how_long: String,
    /// When it may be erased.
    pub erasure: String,
    /// Offices that have held the matter and read in it.
    pub holders: Vec<String>,
    /// Who asked to know who brought it, when, and what was decided.
    pub openings: Vec<String>,
    /// Where a request is written; none while it cannot be.
    pub ask: Option<Target>,
    /// Where an answer is contested; none while it cannot be.
    pub contest: Option<Target>,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for OwnData {
    const NAME: &'static str = "public/own_data";

    fn samples() -> Vec<(&'static str, OwnData)> {
        let kept = |name: &str, is: &str| Kept { name: name.into(), is: is.into() };
        let page = OwnData {
            frame: PublicFrame::sample(),
            reference: "HD-20260924-3R8W5-1".into(),
            gone: String::new(),
            kept: vec![
                kept("姓名", "海大姐"),
                kept("电话", "0599-12345678"),
                kept("您写的", "登记时一份，补充1份"),
                kept("材料和照片", "2份"),
                kept("给您的文书", "3件"),
            ],
            how_long: "办结后30年（本地规则：以本级档案部门审定的保管期限表为准）".into(),
            erasure: "事项已经办结时才能删除".into(),
            holders: vec!["海岛县信访局".into(), "海岛县人社局".into()],
            openings: vec!["2026年10月8日 周四 10:02 海岛县纪委：申请开启身份：事由“当面或者邮寄送达”".into()],
            ask: Some(Target::to("/track/act/ask_data")),
            contest: Some(Target::to("/track/act/contest_data")),
            back: Target::to("/track/matter"),
        };
        let erased = OwnData {
            gone: "2027年8月3日 周二：已按本人请求删除".into(),
            kept: Vec::new(),
            openings: Vec::new(),
            ask: None,
            contest: None,
            ..page.clone()
        };
        vec![("kept", page), ("erased", erased)]
    }
}
