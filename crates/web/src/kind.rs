//! What kind of matter is filed: a petition, a suggestion, or something about the petition office itself. Each has its
//! own procedure; a person chooses by what they want to say, not by the law's words.

use casework::office::{Directory, OfficeCode, OfficeKind};

use crate::view::form::Choice;

/// Procedure family, and what a person reads.
const KINDS: [(&str, &str, &str); 4] = [
    ("petition", "反映问题，要求解决", "最常用"),
    ("suggestion", "提建议", "对政策、规划、机关工作的建议；采纳不采纳都书面答复"),
    (
        RETALIATION,
        "举报打击报复",
        "因为反映问题受到威胁、刁难、报复；由被举报单位的上一级先保护再查清，本人、亲属、工作人员都可以举报",
    ),
    ("complaint", "反映信访部门本身", "不登记、推诿、拖延、泄露；由上一级处理，信访部门不经手"),
];
/// The family of a complaint about the petition office.
const COMPLAINT: &str = "complaint";
/// The family of a report of retaliation.
const RETALIATION: &str = "retaliation";

/// How the question of what happened is put, by kind.
pub(crate) struct Asking {
    /// The question.
    pub title: &'static str,
    /// An example of one sentence.
    pub example: &'static str,
    /// What to write.
    pub guide: [&'static str; 4],
}

const ASKED_OF_A_PETITION: Asking = Asking {
    title: "发生了什么事？",
    example: "例如：工地拖欠三个月工资",
    guide: ["什么时候、在哪里", "发生了什么，涉及多少钱、多少人", "找过谁，对方怎么说", "您希望怎么解决"],
};
const ASKED_OF_A_SUGGESTION: Asking = Asking {
    title: "您有什么建议？",
    example: "例如：县医院门口加一个公交站",
    guide: ["现在是什么情况，在哪里", "对哪些人不方便", "您建议怎么做", "别处有没有好的做法（不知道可以不写）"],
};
const ASKED_OF_A_COMPLAINT: Asking = Asking {
    title: "信访部门做了什么？",
    example: "例如：三次去登记都不给回执",
    guide: [
        "什么时候、在哪个窗口或者电话里",
        "对方怎么说、怎么做的",
        "手里有没有编号、回执（没有也可以）",
        "您希望怎么解决",
    ],
};

const ASKED_OF_RETALIATION: Asking = Asking {
    title: "发生了什么？",
    example: "例如：反映欠薪后，有人上门威胁",
    guide: [
        "谁、什么时候、在哪里、做了什么",
        "您认为是因为哪一次反映（有编号就写编号）",
        "现在是否安全，最需要什么保护",
        "不方便在哪些时间、用哪种方式联系",
    ],
};

/// Whether it must be said who is complained of.
pub(crate) fn names_somebody(word: &str) -> bool {
    family(word) == RETALIATION
}

/// How the question is put.
pub(crate) fn asking(word: &str) -> Asking {
    match family(word) {
        "suggestion" => ASKED_OF_A_SUGGESTION,
        COMPLAINT => ASKED_OF_A_COMPLAINT,
        RETALIATION => ASKED_OF_RETALIATION,
        _ => ASKED_OF_A_PETITION,
    }
}

/// The kinds to choose from; what was chosen is marked, the petition where nothing was.
pub(crate) fn choices(chosen: &str) -> Vec<Choice> {
    let kinds = KINDS.iter().map(|(word, name, hint)| Choice::new(word, name).hint(hint)).collect();
    Choice::pick(kinds, family(chosen))
}

/// What a kind is called.
pub(crate) fn name(word: &str) -> &'static str {
    KINDS.iter().find(|(known, ..)| *known == family(word)).map_or("", |(_, name, _)| *name)
}

/// The procedure family a word names; the petition where it names none.
pub(crate) fn family(word: &str) -> &'static str {
    KINDS.iter().find(|(known, ..)| *known == word).map_or("petition", |(known, ..)| *known)
}

/// The offices complained of: those chosen, and, in a complaint that names none, the petition office that would
/// otherwise register it.
pub(crate) fn accused<'a>(
    word: &str,
    chosen: impl Iterator<Item = &'a str>,
    place: &OfficeCode,
    directory: &Directory,
) -> Vec<OfficeCode> {
    let mut accused: Vec<OfficeCode> = chosen.filter(|code| !code.is_empty()).map(OfficeCode::from).collect();
    let registers =
        |code: &OfficeCode| directory.office(code).is_some_and(|office| office.kind == OfficeKind::PetitionOffice);
    if family(word) == COMPLAINT
        && !accused.iter().any(registers)
        && let Some(office) = directory.petition_office_for(place)
    {
        accused.push(office.code.clone());
    }
    accused
}
