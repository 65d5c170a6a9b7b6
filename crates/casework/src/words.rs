//! The closed lists of words that acts take, each with the name a person reads.

/// A word and its name.
pub type Word = (&'static str, &'static str);

/// Why an office does not take a matter up (L22 19, 23).
pub const REFUSAL_GROUNDS: &[Word] = &[
    ("not_competent", "不属于本机关职权范围"),
    ("in_progress_elsewhere", "已由其他机关受理或正在办理"),
    ("concluded", "同一事实和理由已有终结意见"),
];

/// Statutory channels (L22 31(1)-(5)).
pub const STATUTORY_CHANNELS: &[Word] = &[
    ("litigation", "诉讼"),
    ("arbitration", "仲裁"),
    ("party_appeal", "党员申诉、申请复审"),
    ("reconsideration", "行政复议、裁决、确认"),
    ("duty_to_act", "申请查处或履行职责"),
];

/// How a document may reach the person.
pub const SERVICE_MEANS: &[Word] =
    &[("in_person", "当面送达"), ("post", "邮寄送达"), ("online", "网上送达"), ("public_notice", "公告送达")];

/// Why a matter, never a person, is marked key.
pub const KEY_GROUNDS: &[Word] = &[
    ("many_affected", "涉及人数多"),
    ("long_standing", "久拖未决"),
    ("several_offices", "涉及多个机关"),
    ("safety", "涉及安全"),
    ("promise_broken", "承诺未兑现"),
];

/// What a person may rate.
pub const RATED_OBJECTS: &[Word] = &[("petition_office", "信访部门"), ("competent_office", "责任单位")];

/// Ratings.
pub const RATINGS: &[Word] =
    &[("satisfied", "满意"), ("basically_satisfied", "基本满意"), ("dissatisfied", "不满意")];

/// Why a concluded matter is examined again by people who did not decide it.
pub const REEXAMINATION_GROUNDS: &[Word] = &[("new_fact", "有新的事实"), ("error", "原处理有错误")];

/// Why an office is supervised (L22 40; L05 36).
pub const SUPERVISION_GROUNDS: &[Word] = &[
    ("overdue", "无正当理由未按期办结"),
    ("not_told", "未按规定告知、反馈结果"),
    ("wrong_procedure", "未按规定程序办理"),
    ("shirking", "推诿、敷衍、拖延或弄虚作假"),
    ("not_executed", "拒不执行处理意见"),
    ("promise_broken", "承诺未兑现"),
    ("asked", "信访人请求督查"),
];

/// How an office is supervised.
pub const SUPERVISION_MEANS: &[Word] =
    &[("on_site", "预约实地督查"), ("tracking", "跟踪督办"), ("phone", "电话督办")];

/// The three kinds of advice a petition office gives (L22 14(6), 40).
pub const ADVICE_KINDS: &[Word] =
    &[("improve_work", "改进工作建议"), ("improve_policy", "完善政策建议"), ("accountability", "追究责任建议")];

/// What came of an office's appeal against a measure.
pub const APPEAL_RESULTS: &[Word] = &[("upheld", "维持"), ("lifted", "撤销")];

/// What was decided on a recusal.
pub const RECUSAL_RESULTS: &[Word] = &[(RECUSED, "回避"), ("need_not", "不需要回避")];

/// The officer is to recuse.
pub const RECUSED: &str = "recused";

/// Why an officer must know who brought a matter in which somebody is complained of.
pub const IDENTITY_GROUNDS: &[Word] = &[
    ("verify", "不知道是谁就无法核实"),
    ("serve", "当面或者邮寄送达"),
    ("pay", "发放款物"),
    ("protect", "保护人身安全"),
];

/// What was decided on opening an identity.
pub const IDENTITY_RESULTS: &[Word] = &[(OPENED, "同意开启"), ("kept", "不同意开启")];

/// The identity is opened.
pub const OPENED: &str = "opened";

/// What a person asks of what is kept about them (PIPL 44 to 48).
pub const DATA_REQUESTS: &[Word] =
    &[("copy", "查阅、复制"), ("correction", "更正、补充"), ("explanation", "解释说明"), (ERASURE, "删除")];

/// Their words are to be erased.
pub const ERASURE: &str = "erasure";

/// What came of it.
pub const DATA_RESULTS: &[Word] = &[(GRANTED, "同意"), ("partly", "部分同意"), ("declined", "不同意")];

/// Words were erased because the person asked for it.
pub const ASKED: &str = "asked";

/// All that was asked is done.
pub const GRANTED: &str = "granted";

/// What a helper may do.
pub const MANDATE_SCOPES: &[Word] =
    &[(crate::mandate::LOOK, "只看进度和文书"), ("write", "看，也可以替本人补充、申请复查")];

/// What kind of body demands data of a matter.
pub const DEMANDERS: &[Word] = &[
    ("police", "公安机关"),
    ("procuratorate", "人民检察院"),
    ("court", "人民法院"),
    ("supervision", "监察机关"),
    ("other_organ", "其他国家机关"),
];

/// How somebody was asked whether they are safe.
pub const CONTACT_WAYS: &[Word] = &[
    ("phone", "电话"),
    ("message", "短信"),
    ("visit", "上门"),
    ("came", "本人来访时当面"),
    ("page", "只写在进度页上，等本人来看"),
];

/// Whether somebody who reported retaliation is safe.
pub const SAFETY: &[Word] =
    &[("safe", "安全"), ("afraid", "仍然担心"), ("again", "又受到打击报复"), ("unreached", "没有联系上")];

/// The beginnings with which our forms say that nobody shall get in touch.
pub const NO_CONTACT: [&str; 2] = ["不要联系", "不联系"];
/// How they say that nobody shall come.
pub const NO_VISIT: &str = "请不要上门";

/// Where relief money comes from.
pub const FUNDS: &[Word] =
    &[("petition_relief", "信访救助资金"), ("social_aid", "社会救助"), ("judicial_aid", "司法救助")];

/// Kinds of session.
pub const SESSION_KINDS: &[Word] = &[("reception", "领导接访")];

/// Tiers of those who attend a session.
pub const TIERS: &[Word] =
    &[("city", "市级"), ("county", "县级"), ("department", "部门"), ("township", "乡镇"), ("village", "村级")];

/// What came of a reception.
pub const RECEPTION_RESULTS: &[Word] = &[
    ("on_the_spot", "当场解决"),
    ("by_date", "限期解决"),
    ("explained", "解释说明"),
    ("to_be_studied", "会后研究"),
];

/// The name of a word, or the word itself where it is not of the list.
pub fn name_in(list: &[Word], word: &str) -> String {
    list.iter().find(|(known, _)| *known == word).map_or_else(|| word.to_owned(), |(_, name)| (*name).to_owned())
}
