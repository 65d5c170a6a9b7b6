//! The closed list of verbs a procedure may use: who may do each, what it needs, what it is told. One row, one verb.

mod field;

use serde::{Deserialize, Serialize};

pub use field::{Field, FieldKind};

use crate::words;
use FieldKind::{Day, Fen, Flag, Letter, Login, Number, Office as AnOffice, Outcome, Reference, Text, Words};
use field::{may, must};

/// Who may do a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    /// The person who brought the matter, and nobody for them.
    Petitioner,
    /// An office.
    Office,
    /// A leader of an office, in person.
    Leader,
    /// The person or an office.
    Either,
}

/// Whether an act of a verb has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Must,
    /// It may.
    May,
    /// It has no place there.
    Never,
}

/// A verb's type: what every act of it has in common, whatever the procedure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerbType {
    /// The verb.
    pub verb: Verb,
    /// The word used in procedure files, stories, the API and the journal.
    pub word: &'static str,
    /// What a person reads.
    pub name: &'static str,
    /// Who may do it.
    pub doer: Doer,
    /// A step it leads to.
    pub to: Need,
    /// Outcomes it may find.
    pub outcome: Need,
    /// A letter it makes (or serves).
    pub letter: Need,
    /// What it is told.
    pub fields: &'static [Field],
}

macro_rules! verbs {
    ($($variant:ident $word:literal $name:literal $doer:ident $to:ident $outcome:ident $letter:ident
       [$($field:expr),* $(,)?];)*) => {
        /// What can be done to a matter. Procedures choose who, when and with what consequence; they cannot add one.
        ///
        /// There is no verb to stop, list, return, warn off or punish a person, so no file can say it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Verb {
            $(#[doc = $name] $variant,)*
        }

        /// Every verb with its type, in the order of a matter's life.
        pub const TYPES: &[VerbType] = &[
            $(VerbType {
                verb: Verb::$variant,
                word: $word,
                name: $name,
                doer: Doer::$doer,
                to: Need::$to,
                outcome: Need::$outcome,
                letter: Need::$letter,
                fields: &[$($field),*],
            },)*
        ];

        impl Verb {
            /// Every verb, in the order of a matter's life.
            pub const ALL: &'static [Verb] = &[$(Verb::$variant),*];
        }
    };
}

// Columns: verb, word, name, who, leads to a step, finds an outcome, makes a letter, is told.
verbs! {
    // Registration and routing.
    Register "register" "登记" Either Must Never May [];
    Repeat "repeat" "登记重复信访" Either Never Never May [];
    NoteOrigin "note_origin" "登记来文" Office Never Never Never [
        must("office", "来文机关", Text), may("number", "来文字号", Text), must("received", "收文日期", Day),
        may("wants_report", "要求反馈结果", Flag), may("return_by", "反馈期限", Day)];
    Transfer "transfer" "转送" Office Must Never May [must("to", "转往机关", AnOffice)];
    Assign "assign" "交办" Office Must Never May [
        must("to", "责任单位", AnOffice), must("leader", "责任领导", Text), must("person", "责任人", Text),
        must("supervisor", "督办单位", AnOffice), must("requirement", "办理要求", Text),
        must("report_by", "报结期限", Day)];
    ReportUrgent "report_urgent" "紧急报告" Office Never Never May [must("text", "情况", Text)];
    Object "object" "提出异议" Office Must Never May [
        must("reasons", "异议理由", Text), may("right_office", "认为应由何机关办理", AnOffice)];
    AgreeObjection "agree_objection" "同意异议" Office Must Never May [may("reason", "说明", Text)];
    RejectObjection "reject_objection" "不同意异议" Office Must Never May [must("reason", "理由", Text)];
    Refer "refer" "提请裁定管辖" Office Must Never May [must("reason", "争议情况", Text)];
    DecideJurisdiction "decide_jurisdiction" "决定受理机关" Office Must Never Must [
        must("to", "受理机关", AnOffice), must("reason", "理由", Text)];
    Suspend "suspend" "中止（信访人无法联系）" Office Must Never May [must("tried", "已尝试的联系方式", Text)];
    Resume "resume" "恢复" Either Must Never May [may("how", "如何取得联系", Text)];
    Accept "accept" "受理" Office Must Never Must [];
    AcceptSimple "accept_simple" "简易受理" Office Must Never Must [];
    Convert "convert" "转为普通办理" Office Must Never May [must("reason", "理由", Text)];
    Refuse "refuse" "不予受理" Office Must Must Must [
        must("ground", "理由", Words(words::REFUSAL_GROUNDS)), must("go_to", "应向何处提出", Text)];
    AskSupervision "ask_supervision" "请求督查" Petitioner Must Never May [must("text", "请求和理由", Text)];
    ConfirmRefusal "confirm_refusal" "维持不予受理" Office Must Must Must [must("reason", "理由", Text)];
    Divert "divert" "导入法定途径" Office Must Must Must [
        must("to", "法定途径", Words(words::STATUTORY_CHANNELS)), must("note", "告知内容", Text)];
    Supplement "supplement" "补充材料" Either Never Never Never [must("text", "补充内容", Text)];
    Correct "correct" "更正日期" Office Never Never Never [
        must("event", "第几项记录", Number), must("day", "实际日期", Day), must("reason", "更正理由", Text)];
    // Conflict of interest.
    Recuse "recuse" "申明回避" Office Never Never Never [must("reason", "与事项或者信访人的利害关系", Text)];
    DeclareNoInterest "declare_no_interest" "申明无利害关系" Office Never Never Never [
        must("reason", "为什么没有利害关系", Text)];
    AskRecusal "ask_recusal" "申请回避" Petitioner Never Never May [
        must("who", "请谁回避（姓名或者职务）", Text), must("reason", "理由", Text)];
    DecideRecusal "decide_recusal" "决定是否回避" Office Must Never May [
        must("result", "决定", Words(words::RECUSAL_RESULTS)), may("officer", "回避的人员", Login),
        must("reason", "理由", Text)];
    // Who brought it, where somebody is complained of.
    AskIdentity "ask_identity" "申请开启身份" Office Never Never Never [
        must("ground", "事由", Words(words::IDENTITY_GROUNDS)), must("reason", "为什么必须知道", Text)];
    DecideIdentity "decide_identity" "决定是否开启身份" Office Must Never Never [
        must("result", "决定", Words(words::IDENTITY_RESULTS)), must("reason", "理由", Text)];
    // Rights over what is kept about the person.
    AskData "ask_data" "查阅、更正、删除个人信息" Petitioner Never Never Never [
        must("kind", "请求", Words(words::DATA_REQUESTS)), must("text", "请求的内容和理由", Text)];
    DecideData "decide_data" "答复个人信息请求" Office Must Never Must [
        must("result", "决定", Words(words::DATA_RESULTS)), must("reason", "理由和救济途径", Text)];
    ContestData "contest_data" "对个人信息答复申请复查" Petitioner Never Never Never [must("text", "哪里不服", Text)];
    // Somebody helps the person.
    GiveMandate "give_mandate" "委托他人帮忙" Petitioner Never Never Never [
        must("name", "受托人姓名", Text), must("scope", "受托人可以", Words(words::MANDATE_SCOPES)),
        must("until", "至哪一天", Day)];
    EndMandate "end_mandate" "取消委托" Petitioner Never Never Never [must("mandate", "第几个委托", Number)];
    // Another body demands data of one matter. What it may ask is a closed list; of the person there is no field.
    NoteDemand "note_demand" "录入调取要求" Office Must Never Never [
        must("matter", "事项编号", Reference), must("kind", "来文单位的性质", Words(words::DEMANDERS)),
        may("office", "来文单位（机关名录内的）", AnOffice), may("body", "来文单位（机关名录以外的）", Text),
        must("number", "来文文号", Text), must("basis", "法律依据（写到条）", Text), must("reason", "为什么需要", Text),
        may("wants_name", "要姓名", Flag), may("wants_contact", "要电话和联系方式", Flag),
        may("wants_filing", "要来信来访的原文", Flag), may("wants_letters", "要已送达的文书清单", Flag),
        may("wants_steps", "要日期和环节", Flag)];
    BarTelling "bar_telling" "不予告知" Office May Never Never [
        must("basis", "不予告知的法律依据（写到条）", Text), must("until", "不予告知至", Day)];
    LiftBar "lift_bar" "解除不予告知" Office Must Never Never [must("reason", "理由", Text)];
    HandUpDemand "hand_up_demand" "报上一级决定" Office Must Never Never [may("reason", "说明", Text)];
    DecideDemand "decide_demand" "决定是否提供" Office Must Must Must [
        must("outcome", "决定", Outcome), must("reason", "理由", Text),
        may("gives_name", "提供姓名", Flag), may("gives_contact", "提供电话和联系方式", Flag),
        may("gives_filing", "提供来信来访的原文", Flag), may("gives_letters", "提供已送达的文书清单", Flag),
        may("gives_steps", "提供日期和环节", Flag)];
    HandOver "hand_over" "取走提供的信息" Office Must Never Never [];
    Merge "merge" "并案" Office May Never May [must("into", "并入事项", Reference), must("reason", "理由", Text)];
    Unmerge "unmerge" "撤销并案" Either Must Never May [must("reason", "理由", Text)];
    Withdraw "withdraw" "申请撤回" Petitioner May Never May [may("text", "说明", Text)];
    TakeBackWithdrawal "take_back_withdrawal" "取消撤回" Petitioner Must Never Never [];
    ConfirmWithdrawal "confirm_withdrawal" "确认撤回出于自愿" Office Must Must Must [must("statement", "核实情况", Text)];

    // Handling.
    Extend "extend" "延期" Office Never Never May [
        must("days", "延长日数", Number), must("reason", "延期理由", Text), must("approved_by", "批准人", Login)];
    AnnounceHearing "announce_hearing" "通知听证" Office Never Never Must [
        must("held_on", "听证日期", Day), must("place", "地点", Text), must("chair", "主持人", Text)];
    HoldHearing "hold_hearing" "举行听证" Office Must Never May [
        must("record", "听证笔录", Text), must("opinion", "听证意见", Text)];
    CancelHearing "cancel_hearing" "取消听证" Office Must Never May [must("reason", "理由", Text)];
    OfferMediation "offer_mediation" "提议调解" Office Never Never May [must("mediator", "调解人", Text)];
    AgreeMediation "agree_mediation" "达成调解协议" Petitioner Must Never May [must("text", "协议内容", Text)];
    EndMediation "end_mediation" "终止调解" Either Must Never May [may("reason", "说明", Text)];
    Draft "draft" "拟办" Office May May May [
        must("outcome", "拟作出的结果", Outcome), must("text", "拟办意见", Text), may("basis", "依据", Text)];
    Check "check" "审核" Office Must Never Never [may("opinion", "审核意见", Text)];
    Countersign "countersign" "会签" Office Must Never Never [may("opinion", "会签意见", Text)];
    ReturnDraft "return_draft" "退回" Either Must Never Never [must("reason", "退回理由", Text)];
    Sign "sign" "签发" Leader Must Never Never [may("opinion", "签发意见", Text)];
    Seal "seal" "用印" Office Must Must Must [];
    Decide "decide" "作出意见" Office Must Must Must [
        must("outcome", "结果", Outcome), must("text", "意见", Text), may("basis", "依据", Text)];
    Serve "serve" "送达" Office May Never Must [
        must("document", "文书", Letter), must("how", "送达方式", Words(words::SERVICE_MEANS)),
        may("proof", "送达凭证", Text)];
    ReportBack "report_back" "报送办结报告" Office Must Never May [must("text", "办结情况", Text)];
    AcceptReport "accept_report" "同意办结报告" Office Must Never Never [];
    ReturnReport "return_report" "退回办结报告" Office Must Never Never [must("reason", "退回理由", Text)];

    // Promises and their performance.
    Promise "promise" "承诺" Office Never Never May [
        must("what", "承诺事项", Text), must("who", "责任单位", AnOffice), must("done_by", "完成期限", Day),
        may("fen", "金额（分）", Fen), may("money_basis", "款项依据", Text)];
    Perform "perform" "报告兑现" Office Must Never May [must("proof", "兑现凭证", Text)];
    ConfirmPerformance "confirm_performance" "确认兑现" Petitioner Must Never Never [];
    ContestPerformance "contest_performance" "反映未兑现" Petitioner Must Never Never [must("reason", "情况", Text)];
    Revisit "revisit" "回访" Office Must Never May [must("text", "回访情况", Text)];
    Rate "rate" "评价" Petitioner Never Never Never [
        must("about", "评价对象", Words(words::RATED_OBJECTS)), must("rating", "评价", Words(words::RATINGS))];

    // Review.
    RequestReview "request_review" "申请复查" Petitioner Must Never May [must("text", "复查请求", Text)];
    AcceptReview "accept_review" "受理复查" Office Must Never Must [];
    RefuseReview "refuse_review" "不予受理复查" Office Must Must Must [must("reason", "理由", Text)];
    DecideReview "decide_review" "作出复查意见" Office Must Must Must [
        must("outcome", "复查结果", Outcome), must("text", "复查意见", Text)];
    OrderReview "order_review" "责令受理复查" Office Must Never May [must("reason", "理由", Text)];
    RequestReReview "request_re_review" "申请复核" Petitioner Must Never May [must("text", "复核请求", Text)];
    AcceptReReview "accept_re_review" "受理复核" Office Must Never Must [];
    RefuseReReview "refuse_re_review" "不予受理复核" Office Must Must Must [must("reason", "理由", Text)];
    DecideReReview "decide_re_review" "作出复核意见" Office Must Must Must [
        must("outcome", "复核结果", Outcome), must("text", "复核意见", Text)];
    OpenReexamination "open_reexamination" "启动重新审查" Office May Never Must [
        must("ground", "事由", Words(words::REEXAMINATION_GROUNDS)), must("text", "新的事实或错误", Text),
        must("panel", "审查组成员（不得为原承办人员）", Text)];
    DecideReexamination "decide_reexamination" "作出重新审查决定" Office Must Must Must [
        must("outcome", "审查结果", Outcome), must("text", "审查意见", Text)];
    // Retaliation: protected first, and asked by the way they chose whether they are safe.
    Protect "protect" "采取保护措施" Office Must Never Must [
        must("text", "保护措施", Text), may("until", "保护期至", Day)];
    CheckIn "check_in" "安全回访" Office Must Never Never [
        must("how", "联系方式", Words(words::CONTACT_WAYS)), must("result", "现在是否安全", Words(words::SAFETY)),
        may("text", "情况", Text)];
    ClearName "clear_name" "澄清" Office Never Never Must [
        must("who", "被反映的人", Text), must("text", "澄清内容", Text)];
    Help "help" "提供帮扶" Office Never Never May [must("text", "疏导、化解、帮扶情况", Text)];

    // Key matters, instructions, supervision, accountability of offices.
    MarkKey "mark_key" "列为重点事项" Office Never Never Never [must("ground", "理由", Words(words::KEY_GROUNDS))];
    Instruct "instruct" "领导批示" Leader Never Never Never [
        must("text", "批示内容", Text), must("answer_by", "答复期限", Day), may("personal", "要求本人答复", Flag)];
    AnswerInstruction "answer_instruction" "答复批示" Office Must Never Never [must("text", "答复", Text)];
    Urge "urge" "催办" Office Never Never May [must("text", "催办内容", Text)];
    Supervise "supervise" "督办" Office Never Never Must [
        must("ground", "督办事由", Words(words::SUPERVISION_GROUNDS)),
        must("how", "督办方式", Words(words::SUPERVISION_MEANS)), must("text", "督办要求", Text)];
    ReplySupervision "reply_supervision" "反馈督办" Office Must Never Never [must("text", "整改和办理情况", Text)];
    CloseSupervision "close_supervision" "督办销号" Office Must Never Must [must("finding", "核查结论", Text)];
    OrderAgain "order_again" "再次督办" Office Must Never Must [must("text", "督办要求", Text)];
    Raise "raise" "提请上级督办" Office Must Never May [must("reason", "理由", Text)];
    Interview "interview" "约谈" Office Must Never May [must("text", "约谈内容", Text)];
    Circulate "circulate" "通报" Office Must Never Must [must("text", "通报内容", Text)];
    ListForMending "list_for_mending" "挂牌督办" Office Must Never Must [
        must("requirement", "整改要求", Text), must("rectify_by", "整改期限", Day)];
    ReportMended "report_mended" "报告整改" Office Must Never Never [must("text", "整改情况", Text)];
    Lift "lift" "摘牌" Office Must Never Must [must("finding", "复核结论", Text)];
    AppealMeasure "appeal_measure" "对处理不服申诉" Office Must Never Never [must("text", "申诉理由", Text)];
    DecideAppeal "decide_appeal" "作出申诉决定" Office Must Never Must [
        must("result", "决定", Words(words::APPEAL_RESULTS)), must("text", "理由", Text)];

    // Advice to offices, hardship relief.
    Advise "advise" "提出建议" Office May Never Must [
        must("kind", "建议种类", Words(words::ADVICE_KINDS)), must("to", "受建议机关", AnOffice),
        must("text", "建议内容", Text)];
    AnswerAdvice "answer_advice" "书面反馈建议" Office Must Never Never [
        must("adopted", "是否采纳", Flag), must("text", "反馈意见", Text)];
    ApplyRelief "apply_relief" "申请救助" Either Never Never May [
        must("text", "困难情况", Text), may("fen", "申请金额（分）", Fen)];
    GrantRelief "grant_relief" "同意救助" Office Must Must Must [
        must("fen", "救助金额（分）", Fen), must("fund", "资金来源", Words(words::FUNDS)),
        must("basis", "依据", Text)];
    DeclineRelief "decline_relief" "不同意救助" Office Must Must Must [must("reason", "理由", Text)];
    PayRelief "pay_relief" "发放救助金" Office Must Never May [must("fen", "发放金额（分）", Fen), must("proof", "发放凭证", Text)];
}

impl Verb {
    /// Its type.
    pub fn row(self) -> &'static VerbType {
        // The table has a row for every verb, in the order of the enum; the test below holds it to that.
        TYPES.get(self as usize).unwrap_or(&TYPES[0])
    }

    /// The word used in procedure files, stories, the API and the journal.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// What a person at the desk reads.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What it is told.
    pub fn fields(self) -> &'static [Field] {
        self.row().fields
    }

    /// An office's own deliberation: officers read it, the person does not (they read what came of it).
    pub fn is_inner(self) -> bool {
        matches!(
            self,
            Verb::NoteOrigin
                | Verb::Draft
                | Verb::Check
                | Verb::Countersign
                | Verb::ReturnDraft
                | Verb::Sign
                | Verb::ReportBack
                | Verb::AcceptReport
                | Verb::ReturnReport
                | Verb::MarkKey
                | Verb::Instruct
                | Verb::AnswerInstruction
                | Verb::Urge
        )
    }

    /// It answers about what an office answered or decided before: it looks into it again, confirms it, watches over it,
    /// or says whether that office may go on. Whoever gave the first answer never does it.
    pub fn is_about_an_answer(self) -> bool {
        matches!(
            self,
            Verb::ConfirmRefusal
                | Verb::ConfirmWithdrawal
                | Verb::DecideRecusal
                | Verb::AcceptReport
                | Verb::ReturnReport
                | Verb::AcceptReview
                | Verb::RefuseReview
                | Verb::DecideReview
                | Verb::OrderReview
                | Verb::AcceptReReview
                | Verb::RefuseReReview
                | Verb::DecideReReview
                | Verb::OpenReexamination
                | Verb::DecideReexamination
                | Verb::Supervise
                | Verb::CloseSupervision
                | Verb::OrderAgain
                | Verb::Raise
                | Verb::Interview
                | Verb::Circulate
                | Verb::ListForMending
                | Verb::Lift
                | Verb::DecideAppeal
        )
    }

    /// The verb a word names.
    pub fn from_word(word: &str) -> Option<Verb> {
        TYPES.iter().find(|row| row.word == word).map(|row| row.verb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_verb_finds_its_own_row_and_word() {
        for (at, verb) in Verb::ALL.iter().enumerate() {
            assert_eq!(TYPES[at].verb, *verb);
            assert_eq!(verb.row().verb, *verb);
            assert_eq!(Verb::from_word(verb.word()), Some(*verb));
            assert_eq!(serde_json::to_value(verb).unwrap(), verb.word());
        }
        let words: BTreeSet<&str> = TYPES.iter().map(|row| row.word).collect();
        assert_eq!(words.len(), TYPES.len());
    }

    #[test]
    fn no_verb_can_be_told_two_things_by_one_name() {
        for row in TYPES {
            let names: BTreeSet<&str> = row.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), row.fields.len(), "{}", row.word);
            // These every line of a story has.
            for taken in ["at", "by", "do", "ref", "which"] {
                assert!(!names.contains(taken), "{} {taken}", row.word);
            }
        }
    }
}
