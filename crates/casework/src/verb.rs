//! The closed list of verbs a procedure may use; each has one file under `act/`.

use serde::{Deserialize, Serialize};

/// What can be done to a matter. Procedures choose who, when and with what consequence; they cannot add a verb.
///
/// There is no verb to stop, list, return, warn off or punish a person, so no file can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// 登记: a new matter is entered.
    Register,
    /// 重复信访登记: a further letter or visit on the same matter.
    Repeat,
    /// 转送: sent to the office competent to decide.
    Transfer,
    /// 受理: written notice that it is taken up.
    Accept,
    /// 不予受理: not competent; names where to go.
    Refuse,
    /// 导入法定途径: sent to litigation, arbitration or another statutory channel.
    Divert,
    /// 延期: more time, once, approved, with notice.
    Extend,
    /// 作出处理意见: the merits are decided.
    Decide,
    /// 送达: a document reaches the person.
    Serve,
    /// 列为重点事项: a matter (never a person) marked for a leader's attention.
    MarkKey,
    /// 申请复查.
    RequestReview,
    /// 受理复查.
    AcceptReview,
    /// 作出复查意见.
    DecideReview,
    /// 评价.
    Rate,
}

impl Verb {
    /// Every verb, in the order of a matter's life.
    pub const ALL: [Verb; 14] = [
        Verb::Register,
        Verb::Repeat,
        Verb::Transfer,
        Verb::Accept,
        Verb::Refuse,
        Verb::Divert,
        Verb::Extend,
        Verb::Decide,
        Verb::Serve,
        Verb::MarkKey,
        Verb::RequestReview,
        Verb::AcceptReview,
        Verb::DecideReview,
        Verb::Rate,
    ];

    /// The word used in procedure files, stories, the API and the event log.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Register => "register",
            Verb::Repeat => "repeat",
            Verb::Transfer => "transfer",
            Verb::Accept => "accept",
            Verb::Refuse => "refuse",
            Verb::Divert => "divert",
            Verb::Extend => "extend",
            Verb::Decide => "decide",
            Verb::Serve => "serve",
            Verb::MarkKey => "mark_key",
            Verb::RequestReview => "request_review",
            Verb::AcceptReview => "accept_review",
            Verb::DecideReview => "decide_review",
            Verb::Rate => "rate",
        }
    }

    /// The verb a word names.
    pub fn from_word(word: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.word() == word)
    }

    /// What a person at the desk reads.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Register => "登记",
            Verb::Repeat => "登记重复信访",
            Verb::Transfer => "转送",
            Verb::Accept => "受理",
            Verb::Refuse => "不予受理",
            Verb::Divert => "导入法定途径",
            Verb::Extend => "延期",
            Verb::Decide => "作出意见",
            Verb::Serve => "送达",
            Verb::MarkKey => "列为重点事项",
            Verb::RequestReview => "申请复查",
            Verb::AcceptReview => "受理复查",
            Verb::DecideReview => "作出复查意见",
            Verb::Rate => "评价",
        }
    }
}
