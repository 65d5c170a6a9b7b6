//! What was erased of a matter: what stands in the place of words that are gone.

use jiff::Timestamp;

use crate::event::PartyNumber;
use crate::matter::Matter;

/// That a party's words were erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The event they went with: what was said up to it.
    pub through: u64,
    /// When.
    pub at: Timestamp,
    /// The person asked for it; else the time of keeping was over.
    pub asked: bool,
}

impl Gone {
    /// What a person reads in the place of the words.
    pub fn said(&self) -> &'static str {
        if self.asked { "已按本人请求删除" } else { "保存期限届满，内容已删除" }
    }
}

/// What stands where words are missing and the journal does not say why: it was restored to a point before they went.
pub const GONE: &str = "内容已删除";

impl Matter {
    /// That what was said in an event, to and by the person, was erased.
    pub fn gone(&self, event: u64) -> Option<&Gone> {
        self.erased.get(&PartyNumber::FIRST).filter(|gone| event <= gone.through)
    }
}
