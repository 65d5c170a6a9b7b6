//! Registering a letter, visit or call on one screen, by keyboard.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Group, Representative, Target};
use crate::view::frame::{DeskFrame, Link};
use crate::view::public::file_about::sample_categories;
use crate::view::public::file_text::sample_offices;

/// A matter that may be the same as what is being registered.
#[derive(Debug, Clone)]
pub struct AlikeLine {
    /// Its reference, and where it is.
    pub matter: Link,
    /// What it is about.
    pub summary: String,
    /// Since when.
    pub registered: String,
    /// How far it is.
    pub step: String,
    /// The telephone typed is the one given there.
    pub same_telephone: bool,
}

/// Fields `kind` (new, repeat), `of`, `family`, `answers_here`, `channel`, `people`, `received`, `place`, `category`, `summary`, `text`, `who`
/// (named, anonymous), `name`, `phone`, `contact`, `representative_N_name`, `representative_N_phone`, `accused` (may repeat), `accused_people`,
/// `respondents` (may repeat).
#[derive(Debug, Clone, Template)]
#[template(path = "desk/register.html")]
pub struct Register {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// What may be the same; empty until it was looked for, or where there is nothing.
    pub alike: Vec<AlikeLine>,
    /// True for a further letter or visit on a matter already held.
    pub repeat: bool,
    /// Reference of that matter, as typed.
    pub of: String,
    /// Kinds of matter: a petition, a suggestion, …
    pub families: Vec<Choice>,
    /// The officer's office where it may answer itself; empty otherwise.
    pub own: String,
    /// True where it will.
    pub answers_here: bool,
    /// Channels, each with its access key.
    pub channels: Vec<Choice>,
    /// Head count as typed.
    pub people: String,
    /// Day received, as 2026-11-21.
    pub received: String,
    /// Townships and villages.
    pub places: Vec<Group>,
    /// Categories.
    pub categories: Vec<Group>,
    /// Summary as typed.
    pub summary: String,
    /// Text as typed.
    pub text: String,
    /// Longest text, in characters.
    pub text_max: u32,
    /// True when no name is given.
    pub anonymous: bool,
    /// Name as typed.
    pub name: String,
    /// Phone as typed.
    pub phone: String,
    /// Ways of contact the petitioner allows.
    pub contacts: Vec<Group>,
    /// Five rows.
    pub representatives: Vec<Representative>,
    /// True when the rows are shown at once.
    pub representatives_open: bool,
    /// Offices that may be complained of.
    pub offices: Vec<Group>,
    /// People complained of, as typed.
    pub accused_people: String,
    /// True when the offices are shown at once.
    pub offices_open: bool,
    /// Offices whose own decision may be complained of.
    pub deciders: Vec<Group>,
    /// True when they are shown at once.
    pub deciders_open: bool,
}

/// The channels at the window, with their keys.
pub fn channels() -> Vec<Choice> {
    vec![
        Choice::new("visit", "来访").key("v"),
        Choice::new("letter", "来信").key("l"),
        Choice::new("phone", "来电").key("p"),
    ]
}

fn places() -> Vec<Group> {
    vec![
        Group::new(
            "第1镇",
            &[("990121100", "第1镇"), ("990121100200", "第1镇 第1村"), ("990121100209", "第1镇 第10村")],
        ),
        Group::new(
            "第7镇",
            &[("990121106", "第7镇"), ("990121106206", "第7镇 第7村"), ("990121106233", "第7镇 第34村")],
        ),
    ]
}

/// The form as it is opened.
fn fresh() -> Register {
    Register {
        frame: DeskFrame::sample("/desk/register"),
        form: Target::to("/desk/register"),
        errors: Errors::none(),
        alike: Vec::new(),
        repeat: false,
        of: String::new(),
        families: crate::kind::choices(""),
        own: String::new(),
        answers_here: false,
        channels: Choice::pick(channels(), "visit"),
        people: "1".into(),
        received: "2026-11-21".into(),
        places: places(),
        categories: sample_categories(),
        summary: String::new(),
        text: String::new(),
        text_max: 10_000,
        anonymous: false,
        name: String::new(),
        phone: String::new(),
        contacts: vec![Group::new(
            "",
            &[("可以打电话", "可以打电话"), ("只寄信", "只寄信"), ("不联系，自己凭码查", "不联系，自己凭码查")],
        )],
        representatives: Representative::rows(&[]),
        representatives_open: false,
        offices: sample_offices(),
        accused_people: String::new(),
        offices_open: false,
        deciders: sample_offices(),
        deciders_open: false,
    }
}

impl Page for Register {
    const NAME: &'static str = "desk/register";

    fn samples() -> Vec<(&'static str, Register)> {
        let page = fresh();
        let wrong = Register {
            errors: Errors::none()
                .with("place", "请选地点；说不清村就选乡镇")
                .with("representatives", "12 人来访，请写明 1 至 5 名代表"),
            people: "12".into(),
            categories: Group::pick(sample_categories(), "农民工工资"),
            summary: "反映工地拖欠工资".into(),
            text: "来访人称：2026年3月至8月在镇上工地做工，工资没有结清。".into(),
            name: "陈海生".into(),
            phone: "19900000001".into(),
            representatives: Representative::rows(&[("陈海生", "19900000001")]),
            representatives_open: true,
            own: "第7镇".into(),
            answers_here: true,
            deciders: Group::pick(sample_offices(), "990121-d1"),
            deciders_open: true,
            ..page.clone()
        };
        let repeat = Register {
            repeat: true,
            of: "HD-20261104-5N2T8-".into(),
            errors: Errors::none().with("of", "没有找到这个编号，请对照回执或文书上的编号，最后一位是校验码"),
            ..page.clone()
        };
        let line = |reference: &str, summary: &str, same_telephone| AlikeLine {
            matter: Link::new(reference, format!("/desk/matters/{reference}")),
            summary: summary.into(),
            registered: "2026年10月9日".into(),
            step: "办理中".into(),
            same_telephone,
        };
        let alike = Register {
            form: Target::to("/desk/register").with("looked", "yes"),
            errors: Errors::none(),
            alike: vec![
                line("QH-20261009-5N2T8-4", "镇上工地拖欠工资三个月", true),
                line("QH-20260915-8R3K2-7", "反映第7镇工地欠薪", false),
            ],
            people: "1".into(),
            representatives_open: false,
            ..wrong.clone()
        };
        vec![("fresh", page), ("wrong", wrong), ("repeat", repeat), ("alike", alike)]
    }
}
