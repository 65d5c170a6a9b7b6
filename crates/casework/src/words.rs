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
