//! Reception sessions: announced, held.

use askama::Template;

use crate::view::Page;
use crate::view::frame::{DeskFrame, Link};

/// One session in the list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Address of its page.
    pub href: String,
    /// 2026年12月7日 周一 09:00
    pub starts: String,
    /// 领导接访
    pub kind: String,
    /// Where.
    pub place: String,
    /// 还有 16 天 / 已举行 / 还没有登记举行情况
    pub state: String,
}

/// The list of sessions.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/sessions.html")]
pub struct Sessions {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Still to come, soonest first.
    pub upcoming: Vec<Line>,
    /// Past, latest first.
    pub past: Vec<Line>,
    /// Announcing one; none for those who may not.
    pub announce: Option<Link>,
}

impl Page for Sessions {
    const NAME: &'static str = "desk/sessions";

    fn samples() -> Vec<(&'static str, Sessions)> {
        let line = |n: u32, starts: &str, state: &str| Line {
            href: format!("/desk/sessions/{n}"),
            starts: starts.into(),
            kind: "领导接访".into(),
            place: "接访大厅".into(),
            state: state.into(),
        };
        let page = Sessions {
            frame: DeskFrame::sample("/desk/sessions"),
            upcoming: vec![
                line(31, "2026年12月7日 周一 09:00", "还有 16 天"),
                line(32, "2026年12月14日 周一 09:00", "还有 23 天"),
            ],
            past: vec![
                line(30, "2026年11月16日 周一 09:00", "已举行"),
                line(29, "2026年11月9日 周一 09:00", "已举行"),
                line(28, "2026年11月2日 周一 09:00", "还没有登记举行情况"),
            ],
            announce: Some(Link::new("公告新的接访", "/desk/sessions/announce")),
        };
        let empty = Sessions { upcoming: Vec::new(), past: Vec::new(), announce: None, ..page.clone() };
        vec![("usual", page), ("empty", empty)]
    }
}
