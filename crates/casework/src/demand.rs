//! 调取信息: another body's demand for data of one matter: what it may ask for, what was decided, when the person is told.

use std::collections::BTreeMap;

use crate::command::MatterCommand;
use crate::matter::{Did, Matter};
use crate::verb::Verb;
use crate::words::Word;

/// Family of the procedure by which alone data leave for another body.
pub const FAMILY: &str = "data-demand";
/// The report that counts them, which is published year by year.
pub const REPORT: &str = "data-demands";
/// The side track that stands open while the law bars telling the person.
pub const BAR: &str = "bar";
/// Days for which one decision may bar telling the person.
pub const BAR_DAYS_MAX: i32 = 180;
/// All that was asked for is given.
pub const GRANTED: &str = "granted";
/// Less is given than was asked for.
pub const GRANTED_IN_PART: &str = "granted_in_part";

/// All that may ever be asked for: of one matter, and nothing of where its person is, whom they know or what else they
/// brought.
pub const SCOPE: [Word; 5] = [
    ("name", "姓名"),
    ("contact", "电话和联系方式"),
    ("filing", "来信来访的原文"),
    ("letters", "已送达的文书清单"),
    ("steps", "日期和环节"),
];

/// The reference of the matter that a demand is about; none where the matter is no demand, or nothing is entered yet.
pub fn about(matter: &Matter) -> Option<&str> {
    entered(matter)?.said.get("matter").map(String::as_str)
}

/// The reference of the matter that a command names, where it enters a demand.
pub fn named_in(command: &MatterCommand) -> Option<&str> {
    match command {
        MatterCommand::Do { verb: Verb::NoteDemand, said, .. } => said.get("matter").map(String::as_str),
        _ => None,
    }
}

/// How the demand was entered.
pub fn entered(matter: &Matter) -> Option<&Did> {
    matter.did(Verb::NoteDemand).next()
}

/// How it was decided.
pub fn decided(matter: &Matter) -> Option<&Did> {
    matter.did(Verb::DecideDemand).next_back()
}

/// Words of the scope that are named with this prefix: `wants` of what was asked, `gives` of what is given.
pub fn named(said: &BTreeMap<String, String>, prefix: &str) -> Vec<&'static str> {
    let is_named = |word: &&Word| said.get(&format!("{prefix}_{}", word.0)).is_some_and(|said| said == "yes");
    SCOPE.iter().filter(is_named).map(|(word, _)| *word).collect()
}

/// What was asked for.
pub fn wanted(matter: &Matter) -> Vec<&'static str> {
    entered(matter).map_or_else(Vec::new, |entered| named(&entered.said, "wants"))
}

/// What the decision gives; nothing before one, and nothing by one that declines.
pub fn given(matter: &Matter) -> Vec<&'static str> {
    let Some(decided) = decided(matter) else { return Vec::new() };
    match decided.said.get("outcome").map(String::as_str) {
        Some(GRANTED) => wanted(matter),
        Some(GRANTED_IN_PART) => named(&decided.said, "gives"),
        _ => Vec::new(),
    }
}

/// Whether the person is to know by now: it is decided, and no law bars telling them any more.
pub fn is_to_be_told(matter: &Matter) -> bool {
    decided(matter).is_some() && !matter.tracks.contains_key(BAR)
}
