//! A letter before it is served: as it will be printed.

use askama::Template;

use crate::view::Page;
use crate::view::form::Target;
use crate::view::frame::{DeskFrame, Link};

/// A letter, shown page by page.
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
    /// The text, paragraph by paragraph, for reading on screen.
    pub paragraphs: Vec<String>,
    /// To whom, as 信访人.
    pub to: String,
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
            paragraphs: vec![
                "您于2026年9月24日反映工地拖欠工资的事项，我局于2026年10月2日受理，现已办理完毕。".into(),
                "一、查明的事实。2026年3月至8月，您等三人在第7镇某工地做工，项目部应付工资合计三万六千元，至今未付。".into(),
                "二、处理意见。支持您的请求。我局已责令用工单位自本意见书送达之日起十五日内付清。".into(),
                "三、依据。《保障农民工工资支付条例》第三十条。".into(),
                "如不服本意见，可以自收到本意见书之日起三十日内，向海岛县人民政府申请复查。".into(),
            ],
            to: "陈海生".into(),
            office: "海岛县人力资源和社会保障局".into(),
            day: "2026年11月20日".into(),
            serve: Some(Target::to("/desk/matters/HD-20260924-3R8W5-1/serve").with("csrf", "sample").with("document", "opinion")),
            hows: super::act::hows(),
        };
        vec![
            ("to-serve", page.clone()),
            ("served", LetterPreview { serve: None, state: "2026年11月21日 当面送达".into(), ..page }),
        ]
    }
}
