//! What kind of matter is filed: a petition, a suggestion, or something about the petition office itself. Each has its
//! own procedure; a person chooses by what they want to say, not by the law's words.

use casework::office::{Directory, OfficeCode, OfficeKind};

use crate::view::form::Choice;

/// Procedure family, and what a person reads.
const KINDS: [(&str, &str, &str); 3] = [
    ("petition", "反映问题，要求解决", "最常用"),
    ("suggestion", "提建议", "对政策、规划、机关工作的建议；采纳不采纳都书面答复"),
    ("complaint", "反映信访部门本身", "不登记、推诿、拖延、泄露；由上一级处理，信访部门不经手"),
];
/// The family of a complaint about the petition office.
const COMPLAINT: &str = "complaint";

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
