//! One matter at the desk: where it stands, what may be done, what has happened.

use askama::Template;

use super::act::{self, Act, ActForm, ActState, AskHow, Asks};
use crate::view::Page;
use crate::view::clock::{ClockLine, sample_late, sample_lines, sample_running};
use crate::view::day::Due;
use crate::view::file::{FileLine, sample_files};
use crate::view::form::{Choice, Errors, Group, Target};
use crate::view::frame::{DeskFrame, Link};
use crate::view::story::Entry;

/// Who brought it. Absent for those who may not see it.
#[derive(Debug, Clone)]
pub struct Parties {
    /// Name, or none when anonymous.
    pub name: Option<String>,
    /// Phone; may be empty.
    pub phone: String,
    /// How they may be reached, one line each.
    pub contact: Vec<String>,
    /// Representatives, as 陈海生 19900000001.
    pub representatives: Vec<String>,
}

/// One coming-in: the first, or a further letter or visit.
#[derive(Debug, Clone)]
pub struct Intake {
    /// 2026年11月4日 周三
    pub received: String,
    /// 来访
    pub channel: String,
    /// Icon of the channel.
    pub icon: String,
    /// Heads.
    pub people: u32,
    /// What was said.
    pub text: String,
    /// True for a further one.
    pub further: bool,
}

/// A letter of the matter.
#[derive(Debug, Clone)]
pub struct LetterLine {
    /// 处理意见书
    pub name: String,
    /// 海人社信〔2026〕12号; empty while a draft.
    pub number: String,
    /// 已送达 10月25日（当面） / 待送达
    pub state: String,
    /// Looking at it.
    pub preview: String,
    /// The file.
    pub pdf: String,
}

/// A matter at the desk.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/matter.html")]
pub struct Matter {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Reference.
    pub reference: String,
    /// Summary.
    pub summary: String,
    /// Step, as 办理中.
    pub step: String,
    /// Who holds it.
    pub owner: String,
    /// Since when.
    pub since: String,
    /// When the next act is due.
    pub due: Option<Due>,
    /// Place.
    pub place: String,
    /// Category.
    pub category: String,
    /// Heads.
    pub people: u32,
    /// The law in force for it, as 信访工作条例（2022）.
    pub law: String,
    /// Ground of a key matter; none when it is not one.
    pub key_ground: Option<String>,
    /// The clocks.
    pub clocks: Vec<ClockLine>,
    /// Acts, in the order of a matter's life.
    pub acts: Vec<Act>,
    /// What came in.
    pub intakes: Vec<Intake>,
    /// The story, newest first.
    pub story: Vec<Entry>,
    /// Letters.
    pub letters: Vec<LetterLine>,
    /// Files, as far as the reader may see them.
    pub files: Vec<FileLine>,
    /// Attaching more; none for those whose role it is not.
    pub attach: Option<Target>,
    /// The sheet that goes round for signatures.
    pub approval: String,
    /// Who brought it; none for those who may not see.
    pub parties: Option<Parties>,
    /// After the end: what help remains; empty before.
    pub remains: String,
    /// Offices complained of: they never hold it.
    pub accused: Vec<String>,
    /// Offices whose own decision is complained of: they may answer first, and decide nothing about that.
    pub respondents: Vec<String>,
    /// The office the officer left, where they are asked before anything else whether they have an interest.
    pub left: Option<String>,
    /// Registering a further letter or visit on it; none for those who do not register.
    pub further: Option<Link>,
    /// Entering what another body demands of it; none for those who do not.
    pub demand: Option<Link>,
}

impl Matter {
    /// A form for files is not sent back: a browser keeps none.
    pub fn no_errors(&self) -> Errors {
        Errors::none()
    }

    /// Acts that can be done now.
    pub fn open_acts(&self) -> Vec<(&Act, &ActForm)> {
        self.acts
            .iter()
            .filter_map(|act| match &act.state {
                ActState::Open(form) => Some((act, form.as_ref())),
                ActState::Shut(_) => None,
            })
            .collect()
    }

    /// Acts that cannot, with the reason.
    pub fn shut_acts(&self) -> Vec<(&Act, &str)> {
        self.acts
            .iter()
            .filter_map(|act| match &act.state {
                ActState::Shut(why) => Some((act, why.as_str())),
                ActState::Open(_) => None,
            })
            .collect()
    }
}

const AT: &str = "/desk/matters/HD-20260924-3R8W5-1/";

fn open(verb: &str, name: &str, law: &str, asks: Asks) -> Act {
    Act::open(verb, name, law, ActForm::new(&format!("{AT}{verb}"), asks))
}

fn handling_acts() -> Vec<Act> {
    let mut decide = ActForm::new(
        &format!("{AT}decide"),
        Asks::Decide {
            outcomes: act::outcomes(),
            text: String::new(),
            text_max: 20_000,
            basis: Some(String::new()),
        },
    );
    decide.open = true;
    vec![
        Act::open("decide", "作出处理意见", "信访工作条例第32条", decide),
        open("mark_key", "列为重点事项", "本县规定", Asks::MarkKey { grounds: act::key_grounds() }),
        Act::shut("extend", "延期", "信访工作条例第34条", "已经延长过一次（11月16日，30 天），只能延长一次"),
        Act::shut("serve", "送达", "信访工作条例第32条", "还没有作出处理意见，没有可以送达的文书"),
        Act::shut(
            "transfer",
            "转送",
            "信访工作条例第22条",
            "已经受理，不能再转送；认为不该由本单位办，应在收到后 5 个工作日内提出异议",
        ),
        Act::shut("refuse", "不予受理", "信访工作条例第23条", "已于10月2日受理"),
        Act::shut("divert", "导入法定途径", "信访工作条例第31条", "由登记的信访部门办理"),
    ]
}

fn every_act() -> Vec<Act> {
    let mut extend = ActForm::new(
        &format!("{AT}extend"),
        Asks::Extend {
            days: "45".into(),
            days_max: 30,
            reason: "需要现场勘测".into(),
            approvers: vec![Group::new("", &[("magistrate", "陈县长"), ("secretary", "县委书记")])],
        },
    );
    extend.open = true;
    extend.note = "已超过期限 2 天，仍然可以办，按逾期统计。".into();
    extend.errors = Errors::none().with("days", "最多延长 30 天（信访工作条例第34条）");
    vec![
        open(
            "transfer",
            "转送",
            "信访工作条例第22条",
            Asks::Transfer {
                offices: vec![
                    Group::new("按分类应由它办", &[("990121-d4", "海岛县人社局")]),
                    Group::new("其他单位", &[("990121-d1", "海岛县资源局"), ("990121-d2", "海岛县住建局")]),
                ],
            },
        ),
        open(
            "accept",
            "受理",
            "信访工作条例第23条",
            Asks::Nothing { means: "出具受理告知书，从今天起 60 天内作出处理意见。".into() },
        ),
        open(
            "refuse",
            "不予受理",
            "信访工作条例第23条",
            Asks::Refuse { grounds: act::refusal_grounds(), go_to: String::new() },
        ),
        open(
            "divert",
            "导入法定途径",
            "信访工作条例第31条",
            Asks::Divert { channels: act::channels(), note: String::new() },
        ),
        Act::open("extend", "延期", "信访工作条例第34条", extend),
        open(
            "serve",
            "送达",
            "信访工作条例第32条",
            Asks::Serve {
                documents: Choice::list(&[("opinion", "处理意见书")]),
                parties: act::people(),
                hows: act::hows(),
                wish: "信访人的联系要求：可以打留下的电话".into(),
            },
        ),
        open(
            "accept_review",
            "受理复查",
            "信访工作条例第35条",
            Asks::Nothing { means: "收到申请之日起 30 天内作出复查意见。".into() },
        ),
        open(
            "decide_review",
            "作出复查意见",
            "信访工作条例第35条",
            Asks::Decide { outcomes: act::review_outcomes(), text: String::new(), text_max: 20_000, basis: None },
        ),
    ]
}

fn story() -> Vec<Entry> {
    vec![
        Entry::new("2026年11月16日 周一 15:20", "海岛县人社局 周明", "延期 30 天", "i-hourglass")
            .saying("需要现场勘测。陈县长批准。")
            .letter("延期告知书", "/desk/letters/2"),
        Entry::new("2026年10月20日 周二 09:40", "海岛县信访局 林小海", "登记重复来访，3 人", "i-visit"),
        Entry::new("2026年10月2日 周五 10:05", "海岛县人社局 周明", "受理", "i-check")
            .letter("受理告知书", "/desk/letters/1"),
        Entry::new("2026年9月26日 周六 11:00", "海岛县信访局 林小海", "转送到海岛县人社局", "i-arrow"),
        Entry::new("2026年9月24日 周四 09:12", "信访人", "网上提交，自动登记", "i-web"),
    ]
}

fn open_clocks() -> Vec<ClockLine> {
    let mut clocks = sample_lines();
    if let Some(last) = clocks.last_mut() {
        last.open = true;
    }
    clocks
}

fn handling() -> Matter {
    Matter {
        frame: DeskFrame { office: "海岛县人社局".into(), user: "周明".into(), role: "承办人".into(), ..DeskFrame::sample("/desk") },
        reference: "HD-20260924-3R8W5-1".into(),
        summary: "反映工地拖欠工资".into(),
        step: "办理中".into(),
        owner: "海岛县人社局".into(),
        since: "2026年9月26日 周六".into(),
        due: Some(sample_running().due),
        place: "第7镇 第34村".into(),
        category: "农民工工资".into(),
        people: 3,
        law: "信访工作条例（2022）".into(),
        key_ground: None,
        clocks: open_clocks(),
        acts: handling_acts(),
        intakes: vec![
            Intake {
                received: "2026年9月24日 周四".into(),
                channel: "网上".into(),
                icon: "i-web".into(),
                people: 3,
                text: "2026年3月到8月，我和同村的人在镇上工地做工，工资一直没有结清，每人约一万二千元。\n问过包工头和项目部，没有结果。\n希望尽快发放工资。".into(),
                further: false,
            },
            Intake {
                received: "2026年10月20日 周二".into(),
                channel: "来访".into(),
                icon: "i-visit".into(),
                people: 3,
                text: "再次反映同一事项，希望尽快答复。".into(),
                further: true,
            },
        ],
        story: story(),
        files: sample_files("/desk/files/HD-20260924-3R8W5-1"),
        attach: Some(Target::to(&format!("{AT}files"))),
        approval: "/desk/sheets/approval.pdf".into(),
        letters: vec![
            LetterLine {
                name: "延期告知书".into(),
                number: "海人社信〔2026〕31号".into(),
                state: "待送达".into(),
                preview: "/desk/letters/2".into(),
                pdf: "/desk/letters/2.pdf".into(),
            },
            LetterLine {
                name: "受理告知书".into(),
                number: "海人社信〔2026〕12号".into(),
                state: "10月3日 网上送达".into(),
                preview: "/desk/letters/1".into(),
                pdf: "/desk/letters/1.pdf".into(),
            },
        ],
        parties: Some(Parties {
            name: Some("陈海生".into()),
            phone: "19900000001".into(),
            contact: vec!["可以打电话，晚上七点以后".into(), "请不要上门".into()],
            representatives: Vec::new(),
        }),
        remains: String::new(),
        accused: Vec::new(),
        respondents: Vec::new(),
        left: None,
        further: None,
        demand: None,
    }
}

impl Page for Matter {
    const NAME: &'static str = "desk/matter";

    fn samples() -> Vec<(&'static str, Matter)> {
        let mut clocks = sample_lines();
        clocks.truncate(1);
        clocks.push(sample_late());
        let every = Matter {
            frame: DeskFrame::sample("/desk")
                .telling("已登记补充来信。", Some(Link::new("打印回执", "/desk/receipts/1"))),
            step: "待告知受理".into(),
            owner: "海岛县住建局".into(),
            due: Some(sample_late().due),
            clocks,
            acts: every_act(),
            approval: String::new(),
            files: Vec::new(),
            attach: None,
            letters: Vec::new(),
            parties: None,
            accused: vec!["海岛县资源局".into()],
            respondents: vec!["海岛县住建局".into()],
            key_ground: Some("涉及多个单位".into()),
            further: Some(Link::new("登记补充来信来访", "/desk/register?of=HD-20260924-3R8W5-1")),
            demand: Some(Link::new("录入其他单位调取这件事信息的要求", "/desk/demand?of=HD-20260924-3R8W5-1")),
            ..handling()
        };
        let asked = Matter {
            acts: ["recuse", "declare_no_interest"]
                .map(|verb| {
                    open(
                        verb,
                        "申明",
                        "信访工作条例第28条",
                        Asks::Fields { means: String::new(), fields: Vec::new() },
                    )
                })
                .into(),
            left: Some("海岛县资源局".into()),
            ..handling()
        };
        vec![("handling", handling()), ("every-act", every), ("asked", asked)]
    }
}
