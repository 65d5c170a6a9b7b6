//! Announcing a reception session, at least five days ahead.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Group, Target};
use crate::view::frame::DeskFrame;

/// Fields `kind`, `office`, `day`, `time`, `place`, `leaders` (may repeat).
#[derive(Debug, Clone, Template)]
#[template(path = "desk/announce.html")]
pub struct Announce {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// Kinds of session.
    pub kinds: Vec<Group>,
    /// Offices that may hold it.
    pub offices: Vec<Group>,
    /// Day, as 2026-12-07.
    pub day: String,
    /// Earliest day allowed, in words.
    pub earliest: String,
    /// Time, as 09:00.
    pub time: String,
    /// Place as typed.
    pub place: String,
    /// Leaders to pick.
    pub leaders: Vec<Choice>,
}

impl Page for Announce {
    const NAME: &'static str = "desk/announce";

    fn samples() -> Vec<(&'static str, Announce)> {
        let page = Announce {
            frame: DeskFrame::sample("/desk/sessions"),
            form: Target::to("/desk/sessions/announce"),
            errors: Errors::none(),
            kinds: Group::pick(vec![Group::new("", &[("reception", "领导接访")])], "reception"),
            offices: Group::pick(vec![Group::new("", &[("990121-xf", "海岛县信访局")])], "990121-xf"),
            day: String::new(),
            earliest: "2026年11月26日 周四".into(),
            time: "09:00".into(),
            place: "接访大厅".into(),
            leaders: Choice::list(&[("secretary", "县委书记"), ("magistrate", "陈县长"), ("deputy", "王副县长")]),
        };
        let wrong = Announce {
            errors: Errors::none()
                .with("day", "公告要提前 5 天，最早 2026年11月26日 周四")
                .with("leaders", "请选接访的领导"),
            day: "2026-11-23".into(),
            ..page.clone()
        };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
