//! A letter as it will be printed; served from here when that is what comes next.

use askama::Template;

use crate::view::Page;
use crate::view::form::Target;
use crate::view::frame::{DeskFrame, Link};

/// A letter.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/letter.html")]
pub struct LetterPreview {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// 处理意见书
    pub name: String,
    /// Its number.
    pub number: String,
    /// The matter.
    pub matter: Link,
    /// 待送达 / 已送达 …
    pub state: String,
    /// The PDF.
    pub pdf: String,
    /// The receipt of service, to be signed by the receiver.
    pub receipt: String,
    /// Issuing office.
    pub office: String,
    /// Day on the letter.
    pub day: String,
    /// Serving it; none when it is served or not theirs to serve.
    pub serve: Option<Target>,
    /// Ways of service, value and name.
    pub hows: Vec<crate::view::form::Choice>,
}

impl Page for LetterPreview {
    const NAME: &'static str = "desk/letter";

    fn samples() -> Vec<(&'static str, LetterPreview)> {
        let page = LetterPreview {
            frame: DeskFrame::sample("/desk"),
            name: "信访事项处理意见书".into(),
            number: "海人社信〔2026〕47号".into(),
            matter: Link::new("HD-20260924-3R8W5-1", "/desk/matters/HD-20260924-3R8W5-1"),
            state: "待送达".into(),
            pdf: "/desk/letters/3.pdf".into(),
            receipt: "/desk/sheets/service-3.pdf".into(),
            office: "海岛县人力资源和社会保障局".into(),
            day: "2026年11月20日".into(),
            serve: Some(Target::to("/desk/matters/HD-20260924-3R8W5-1/serve").with("document", "opinion")),
            hows: super::act::hows(),
        };
        vec![
            ("to-serve", page.clone()),
            ("served", LetterPreview { serve: None, state: "2026年11月21日 当面送达".into(), ..page }),
        ]
    }
}
