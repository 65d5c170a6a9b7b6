//! What an officer may do to a matter now, what it asks for, and why the rest is shut.

use crate::view::form::{Choice, Errors, Group, Target};

/// An act of the law, open or shut.
#[derive(Debug, Clone)]
pub struct Act {
    /// The verb, as `transfer`; also the anchor.
    pub verb: String,
    /// 转送
    pub name: String,
    /// The article that allows or shuts it.
    pub law: String,
    /// One letter; empty when there is none.
    pub key: String,
    /// Open or shut.
    pub state: ActState,
}

/// Whether an act can be done.
#[derive(Debug, Clone)]
pub enum ActState {
    /// It can; by this form.
    Open(Box<ActForm>),
    /// It cannot, for this reason in plain words.
    Shut(String),
}

/// The form of an open act.
#[derive(Debug, Clone)]
pub struct ActForm {
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// Said above the form, as 已超过期限 2 天，仍然可以办，按逾期统计; may be empty.
    pub note: String,
    /// True when unfolded at once (sent back with errors, or the only next act).
    pub open: bool,
    /// What is asked.
    pub asks: Asks,
}

/// What an act asks for. Field names are those of the story file.
#[derive(Debug, Clone)]
pub enum Asks {
    /// Nothing: `accept`, `accept_review`.
    Nothing {
        /// What will happen, in a line.
        means: String,
    },
    /// `transfer`: field `to`.
    Transfer {
        /// Offices, those competent for the category first; the accused are absent.
        offices: Vec<Group>,
    },
    /// `refuse`: fields `ground`, `go_to`.
    Refuse {
        /// Grounds.
        grounds: Vec<Choice>,
        /// Where to go, as typed.
        go_to: String,
    },
    /// `divert`: fields `to`, `note`.
    Divert {
        /// Statutory channels.
        channels: Vec<Group>,
        /// Note as typed.
        note: String,
    },
    /// `extend`: fields `days`, `reason`, `approved_by`.
    Extend {
        /// Days as typed.
        days: String,
        /// Most days allowed.
        days_max: u32,
        /// Reason as typed.
        reason: String,
        /// Who may approve.
        approvers: Vec<Group>,
    },
    /// `decide` and `decide_review`: fields `outcome`, `text`, and `basis` for the former.
    Decide {
        /// Outcomes.
        outcomes: Vec<Choice>,
        /// Text as typed.
        text: String,
        /// Longest text, in characters.
        text_max: u32,
        /// Legal basis as typed; none when not asked.
        basis: Option<String>,
    },
    /// `serve`: fields `document`, `how`, and `party` where several people are to be served.
    Serve {
        /// Documents waiting to be served.
        documents: Vec<Choice>,
        /// Whom they have still to reach; empty where there is one person.
        parties: Vec<Choice>,
        /// Ways of service; those against the person's wish are shut.
        hows: Vec<Choice>,
        /// How the person wishes to be reached.
        wish: String,
    },
    /// `mark_key`: field `ground`.
    MarkKey {
        /// Grounds, all about the matter.
        grounds: Vec<Choice>,
    },
    /// Any other verb: the fields of its type.
    Fields {
        /// What will happen, in a line; may be empty.
        means: String,
        /// What is asked.
        fields: Vec<Ask>,
    },
}

/// One field of an act.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Its name.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// It may be left empty.
    pub optional: bool,
    /// How it is asked.
    pub how: AskHow,
}

/// How a field is asked.
#[derive(Debug, Clone)]
pub enum AskHow {
    /// Several lines of text.
    Area(String),
    /// One line: what was typed, the kind of input, the keyboard of a phone.
    Line(String, String, String),
    /// One of a few.
    Pick(Vec<Choice>),
    /// One of many.
    Select(Vec<Group>),
}

impl Act {
    /// An act that is shut, with the reason.
    pub fn shut(verb: &str, name: &str, law: &str, why: &str) -> Act {
        Act {
            verb: verb.into(),
            name: name.into(),
            law: law.into(),
            key: String::new(),
            state: ActState::Shut(why.into()),
        }
    }

    /// An act that is open.
    pub fn open(verb: &str, name: &str, law: &str, form: ActForm) -> Act {
        Act {
            verb: verb.into(),
            name: name.into(),
            law: law.into(),
            key: String::new(),
            state: ActState::Open(Box::new(form)),
        }
    }
}

impl ActForm {
    /// A folded form without errors.
    pub fn new(action: &str, asks: Asks) -> ActForm {
        ActForm { form: Target::to(action), errors: Errors::none(), note: String::new(), open: false, asks }
    }
}

/// Grounds of refusal.
pub fn refusal_grounds() -> Vec<Choice> {
    Choice::list(&[("not_competent", "不属于本单位职权"), ("in_progress", "已由其他单位受理，正在办理期限内")])
}

/// Statutory channels.
pub fn channels() -> Vec<Group> {
    vec![Group::new(
        "",
        &[
            ("litigation", "诉讼、检察监督、公安程序"),
            ("arbitration", "仲裁"),
            ("party_appeal", "党员申诉、申请复审"),
            ("reconsideration", "行政复议、裁决、确认、许可、处罚"),
            ("duty_to_act", "要求查处违法或履行职责"),
        ],
    )]
}

/// Outcomes of first handling.
pub fn outcomes() -> Vec<Choice> {
    vec![
        Choice::new("supported", "支持").hint("事实清楚，符合规定"),
        Choice::new("explained", "解释说明").hint("情有可原，没有依据"),
        Choice::new("not_supported", "不予支持").hint("没有事实根据，或不符合规定"),
    ]
}

/// Outcomes of review.
pub fn review_outcomes() -> Vec<Choice> {
    Choice::list(&[("upheld", "维持"), ("changed", "变更"), ("redo", "责令重新办理")])
}

/// Whom of several people a document has still to reach.
pub(super) fn people() -> Vec<Choice> {
    Choice::list(&[("1", "第1位代表 陈海生"), ("all", "所有还没有送达的人（网上送达或者公告）")])
}

/// Ways of service.
pub fn hows() -> Vec<Choice> {
    Choice::list(&[("in_person", "当面"), ("post", "邮寄"), ("online", "网上"), ("public_notice", "公告")])
}

/// Grounds of a key matter; never about the person.
pub fn key_grounds() -> Vec<Choice> {
    Choice::list(&[
        ("many_affected", "涉及人数多"),
        ("long_standing", "拖得久"),
        ("several_offices", "涉及多个单位"),
        ("safety", "有安全风险"),
        ("promise_broken", "答应的没有兑现"),
    ])
}
