//! The procedures in use here, and what a new one would change: tried before anybody adopts it.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::{DeskFrame, Link};

/// A procedure in use.
#[derive(Debug, Clone)]
pub struct InUse {
    /// 信访事项办理（2022）
    pub name: String,
    /// `petition-2022`
    pub id: String,
    /// 2022年5月1日起登记的事项
    pub since: String,
    /// Its laws, by name.
    pub laws: String,
    /// 99 步，20 条线
    pub size: String,
}

/// One difference for the person.
#[derive(Debug, Clone)]
pub struct Change {
    /// What, from what to what.
    pub text: String,
    /// 变好, 变差, 有变化.
    pub turn: String,
    /// How the turn is shown.
    pub tone: &'static str,
}

/// A matter that would stand differently.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The matter.
    pub matter: Link,
    /// Its step.
    pub step: String,
    /// What differs: 最迟 2026-01-05 → 2026-01-19.
    pub what: String,
}

/// What a rehearsal came to.
#[derive(Debug, Clone)]
pub struct Rehearsed {
    /// What it would replace, or that it is new here.
    pub lead: String,
    /// Differences.
    pub changes: Vec<Change>,
    /// A right gets worse: two officers must sign.
    pub worse: bool,
    /// 本单位正在办理的 12 件仍按登记时的版本办；若按新版本，3 件会不同.
    pub live: String,
    /// Those of the officer's office.
    pub moved: Vec<Moved>,
}

/// Field `text`: a procedure or an overlay.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/law.html")]
pub struct Law {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// In use here.
    pub procedures: Vec<InUse>,
    /// The table of rest days, and how far it reaches.
    pub calendar: String,
    /// Where a procedure is sent to be tried; none for those whose role does not open it.
    pub form: Option<Target>,
    /// What is wrong with it.
    pub errors: Errors,
    /// As typed.
    pub text: String,
    /// Longest text, in characters.
    pub text_max: u32,
    /// What it came to.
    pub rehearsed: Option<Rehearsed>,
}

impl Page for Law {
    const NAME: &'static str = "desk/law";

    fn samples() -> Vec<(&'static str, Law)> {
        let page = Law {
            frame: DeskFrame::sample("/desk/law"),
            procedures: vec![InUse {
                name: "信访事项办理（2022）".into(),
                id: "petition-2022".into(),
                since: "2022年5月1日起登记的事项".into(),
                laws: "《信访工作条例》".into(),
                size: "99 步，17 条线".into(),
            }],
            calendar: "国务院办公厅放假安排，至2026年".into(),
            form: Some(Target::to("/desk/law")),
            errors: Errors::none(),
            text: String::new(),
            text_max: 200_000,
            rehearsed: None,
        };
        let rehearsed = Law {
            text: "[overlay]\nid = \"petition-2022-x\"".into(),
            rehearsed: Some(Rehearsed {
                lead: "petition-2022-x 将取代“信访事项办理（2022）”，适用于此后登记的事项。".into(),
                changes: vec![
                    Change {
                        text: "办理期限：60日 → 30日".into(), turn: "变好".into(), tone: "tone-done"
                    },
                    Change {
                        text: "申请复查期限：30日 → 15日".into(), turn: "变差".into(), tone: "tone-late"
                    },
                ],
                worse: true,
                live: "本单位正在办理的 12 件仍按登记时的版本办；若按新版本，3 件会不同。".into(),
                moved: vec![Moved {
                    matter: Link::new("HD-20261104-5N2T8-3", "/desk/matters/HD-20261104-5N2T8-3"),
                    step: "办理中".into(),
                    what: "最迟 2026-12-21 → 2026-11-23".into(),
                }],
            }),
            ..page.clone()
        };
        let wrong = Law {
            errors: Errors::none()
                .with("text", "12:5: F2 the key 'ownr' is not one the language has; write 'owner'"),
            text: "[procedure]".into(),
            ..page.clone()
        };
        vec![("usual", page), ("rehearsed", rehearsed), ("wrong", wrong)]
    }
}
