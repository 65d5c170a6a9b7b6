//! One reception session: who attends, who was received.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Group, Target};
use crate::view::frame::DeskFrame;

/// People at the table, by tier: `attended_TIER` in the form.
#[derive(Debug, Clone)]
pub struct Tier {
    /// county, department, township.
    pub value: String,
    /// 县级领导
    pub name: String,
    /// How many, as typed or recorded.
    pub count: String,
}

/// A matter received there.
#[derive(Debug, Clone)]
pub struct Received {
    /// Reference.
    pub reference: String,
    /// Address of the matter; none for those who may not see it.
    pub href: Option<String>,
    /// Heads.
    pub people: u32,
    /// 当场解决 …
    pub result: String,
}

/// What can be done on this page.
#[derive(Debug, Clone)]
pub struct SessionForm {
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
}

/// A session.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/session.html")]
pub struct Session {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// 领导接访
    pub kind: String,
    /// 2026年11月16日 周一 09:00
    pub starts: String,
    /// Where.
    pub place: String,
    /// Who receives.
    pub leaders: Vec<String>,
    /// 已公告 / 已举行
    pub state: String,
    /// When it was announced.
    pub announced: String,
    /// True once it took place.
    pub held: bool,
    /// The roll.
    pub roll: Vec<Tier>,
    /// Recording the roll: fields `attended_TIER`; none once recorded.
    pub hold: Option<SessionForm>,
    /// Who was received.
    pub received: Vec<Received>,
    /// Batches received.
    pub batches: u32,
    /// People received.
    pub people: u32,
    /// Recording one: fields `intake`, `people`, `result`; none for those who may not.
    pub receive: Option<SessionForm>,
    /// Visits registered that day and not yet received.
    pub intakes: Vec<Group>,
    /// Heads as typed.
    pub receive_people: String,
    /// Results.
    pub results: Vec<Choice>,
}

/// What may come of being received.
pub fn results() -> Vec<Choice> {
    Choice::list(casework::words::RECEPTION_RESULTS)
}

fn roll(counts: [&str; 3]) -> Vec<Tier> {
    [("county", "县级领导"), ("department", "部门负责人"), ("township", "乡镇负责人")]
        .into_iter()
        .zip(counts)
        .map(|((value, name), count)| Tier { value: value.into(), name: name.into(), count: count.into() })
        .collect()
}

impl Page for Session {
    const NAME: &'static str = "desk/session";

    fn samples() -> Vec<(&'static str, Session)> {
        let form = |verb: &str| {
            Some(SessionForm { form: Target::to(&format!("/desk/sessions/30/{verb}")), errors: Errors::none() })
        };
        let line = |reference: &str, people, result: &str| Received {
            reference: reference.into(),
            href: Some(format!("/desk/matters/{reference}")),
            people,
            result: result.into(),
        };
        let coming = Session {
            frame: DeskFrame::sample("/desk/sessions"),
            kind: "领导接访".into(),
            starts: "2026年12月7日 周一 09:00".into(),
            place: "接访大厅".into(),
            leaders: vec!["县委书记".into()],
            state: "已公告，未举行".into(),
            announced: "2026年11月20日 周五 公告".into(),
            held: false,
            roll: roll(["", "", ""]),
            hold: form("hold"),
            received: Vec::new(),
            batches: 0,
            people: 0,
            receive: None,
            intakes: Vec::new(),
            receive_people: String::new(),
            results: results(),
        };
        let held = Session {
            starts: "2026年11月16日 周一 09:00".into(),
            state: "已举行".into(),
            announced: "2026年11月9日 周一 公告".into(),
            held: true,
            roll: roll(["3", "6", "33"]),
            hold: None,
            received: vec![
                line("HD-20261104-5N2T8-3", 3, "限期解决"),
                line("HD-20261108-8V3D5-X", 10, "会后研究"),
            ],
            batches: 2,
            people: 13,
            receive: form("receive"),
            intakes: vec![Group::new(
                "",
                &[("i7", "09:40 来访 2 人：反映征地补偿款未足额发放（HD-20261019-4W8P2-5）")],
            )],
            receive_people: "2".into(),
            ..coming.clone()
        };
        vec![("coming", coming), ("held", held)]
    }
}
