//! What a custodian decides: who asks to know who brought a matter, why and how often; nothing of the matter itself.

use askama::Template;
use jiff::civil::date;

use crate::view::Page;
use crate::view::day::Due;
use crate::view::form::{Errors, Target};
use crate::view::frame::DeskFrame;

/// How often an officer asked in a time.
#[derive(Debug, Clone)]
pub struct Asked {
    /// 今天 / 近三十天 / 今年
    pub time: String,
    /// Requests.
    pub asked: u32,
    /// Of which opened.
    pub opened: u32,
}

/// A request that waits.
#[derive(Debug, Clone)]
pub struct Request {
    /// What begins the ids of its form: `r1-`.
    pub pre: String,
    /// The matter's reference, as a handle.
    pub reference: String,
    /// Who asks.
    pub officer: String,
    /// Where they work.
    pub office: String,
    /// The class of reason.
    pub ground: String,
    /// Why, in their words.
    pub reason: String,
    /// When.
    pub at: String,
    /// Until when to decide.
    pub due: Option<Due>,
    /// How often they asked.
    pub asked: Vec<Asked>,
    /// The decision: fields `result` (the button) and `reason`.
    pub form: Target,
    /// What is wrong with it.
    pub errors: Errors,
    /// The reason as typed.
    pub typed: String,
}

/// A request that ended.
#[derive(Debug, Clone)]
pub struct Past {
    /// The matter's reference.
    pub reference: String,
    /// Who asked, and where they work.
    pub officer: String,
    /// The class of reason.
    pub ground: String,
    /// When they asked.
    pub asked: String,
    /// 同意开启 / 不同意开启 / 到期没有决定，不开启
    pub came: String,
    /// When.
    pub ended: String,
    /// Who decided; empty where nobody did.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The custodian's page.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/openings.html")]
pub struct Openings {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// What stopped the last act; empty where nothing did.
    pub stopped: String,
    /// What waits, the longest first.
    pub waiting: Vec<Request>,
    /// What ended, the latest first.
    pub past: Vec<Past>,
}

fn request(n: u32, officer: &str, errors: Errors) -> Request {
    let reference = format!("1207-261119-000{n}-4821{n}");
    let asked = |time: &str, asked, opened| Asked { time: time.into(), asked, opened };
    Request {
        pre: format!("r{n}-"),
        form: Target::to(&format!("/desk/openings/{reference}"))
            .with("once", "019aa7de-0000-7000-8000-000000000000"),
        reference,
        officer: officer.into(),
        office: "海岛县住建局".into(),
        ground: "不知道是谁就无法核实".into(),
        reason: "转账记录上的收款人要当面核对，换别的办法查不清。".into(),
        at: "2026年11月19日 周四 16:20".into(),
        due: Some(Due::new(date(2026, 11, 24), date(2026, 11, 21))),
        asked: vec![asked("今天", 0, 0), asked("近三十天", 4, 3), asked("今年", 9, 6)],
        errors,
        typed: String::new(),
    }
}

impl Page for Openings {
    const NAME: &'static str = "desk/openings";

    fn samples() -> Vec<(&'static str, Openings)> {
        let mut frame = DeskFrame::sample("/desk/openings");
        (frame.nav, frame.role) = (DeskFrame::custodians_nav("/desk/openings"), "身份保管员".into());
        let past = |came: &str, by: &str, reason: &str| Past {
            reference: "1207-261102-0007-19305".into(),
            officer: "海岛县人社局 周明".into(),
            ground: "发放款物".into(),
            asked: "2026年11月4日 周三 10:05".into(),
            came: came.into(),
            ended: "2026年11月5日 周四 09:10".into(),
            by: by.into(),
            reason: reason.into(),
        };
        let page = Openings {
            frame,
            stopped: String::new(),
            waiting: vec![request(1, "何平", Errors::none()), request(2, "郑安", Errors::none())],
            past: vec![
                past("同意开启", "海岛县信访局 林小海", "要当面发放，须核对本人。"),
                past("到期没有决定，不开启", "", ""),
            ],
        };
        let wrong = Errors::none().with("reason", "请填写理由");
        let mended = Openings {
            stopped: "有等待决定的申请时才能决定是否开启身份（已经决定的、到期没有决定的，不再决定）".into(),
            waiting: vec![request(1, "何平", wrong)],
            ..page.clone()
        };
        let empty = Openings { waiting: Vec::new(), past: Vec::new(), ..page.clone() };
        vec![("usual", page), ("mended", mended), ("empty", empty)]
    }
}
