//! 委托: what somebody may do for the person in one matter, until which day; the person ends it at any time.

use jiff::civil::Date;

use crate::command::{self, Actor};
use crate::matter::{Did, Matter};
use crate::verb::Verb;

/// Mandates in force at once in a matter.
pub const MOST: usize = 3;
/// Days a mandate lasts at most.
pub const DAYS_MAX: i32 = 366;
/// Who does what no helper does.
pub const THEMSELVES: &str = "信访人本人";
/// The helper may look only.
pub const LOOK: &str = "look";

/// What a helper who may write does for the person. To withdraw, to rate, to agree, to confirm that something was
/// performed and to name helpers stay the person's own.
const FOR_THEM: [Verb; 8] = [
    Verb::Supplement,
    Verb::Repeat,
    Verb::RequestReview,
    Verb::RequestReReview,
    Verb::AskSupervision,
    Verb::AskRecusal,
    Verb::ApplyRelief,
    Verb::ContestPerformance,
];

/// One mandate of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate<'a> {
    /// Which of the matter's, from 1.
    pub number: u32,
    /// The act that gave it; its sealed words hold the helper's name.
    pub given: &'a Did,
    /// Who of several people gave it, by number.
    pub of: u32,
    /// Whether the helper may also write.
    pub may_write: bool,
    /// Its last day.
    pub until: Date,
    /// Whether the person ended it.
    pub ended: bool,
}

impl Mandate<'_> {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Date) -> bool {
        !self.ended && day <= self.until
    }

    /// Who acts by it.
    pub fn actor(&self) -> Actor {
        Actor::Helper { of: self.of, may_write: self.may_write }
    }
}

/// Every mandate of a matter, in the order in which they were given.
pub fn of(matter: &Matter) -> impl Iterator<Item = Mandate<'_>> {
    let ended = |number: u32| {
        let named = number.to_string();
        matter.did(Verb::EndMandate).any(|end| end.said.get("mandate") == Some(&named))
    };
    (1..).zip(matter.did(Verb::GiveMandate)).map(move |(number, given)| Mandate {
        number,
        given,
        of: command::person_of(&given.by).unwrap_or(command::FIRST),
        may_write: given.said.get("scope").is_some_and(|scope| scope != LOOK),
        // What cannot be read holds no day.
        until: given.said.get("until").and_then(|day| day.parse().ok()).unwrap_or(Date::MIN),
        ended: ended(number),
    })
}

/// Whether an actor may do a verb as far as mandates go: whoever is no helper may.
pub fn allows(actor: &Actor, verb: Verb) -> bool {
    match actor {
        Actor::Helper { may_write, .. } => *may_write && FOR_THEM.contains(&verb),
        _ => true,
    }
}
