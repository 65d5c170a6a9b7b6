//! The shapes a procedure file is read into. Names are ids from the file; `Place` is where in the file they stand.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::acts::Acts;
use crate::verb::Verb;

/// Line and column (both from 1) in a procedure file, for errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// What allows a rule: an article of the law, or a local rule that says so of itself. One of the two, always shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// An article, e.g. `L22 34`; the first word is a key of [`Procedure::law`].
    Law(String),
    /// A local rule: the law sets none.
    Local(String),
}

/// A role in the procedure, never a named person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Id in the file.
    pub id: String,
    /// What a person reads, e.g. 有权处理机关.
    pub name: String,
    /// Which body or person this is for a given matter.
    pub is: WhoIs,
    /// Ids of roles this one stands above.
    pub above: Vec<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// How a role is found for a given matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhoIs {
    /// The person who brought the matter.
    Petitioner,
    /// The office that registered the matter (`is = "registers"`).
    Registers,
    /// The office the matter was sent to (`is = "competent"`).
    Competent,
    /// The office above another role's office in the tree (`is = "above organ"`).
    Above(String),
    /// An officer with role `leader` at or above another role's office (`is = "leader of organ"`).
    LeaderOf(String),
    /// The nearest office above all that are complained of (`is = "above accused"`).
    AboveAccused,
    /// Whoever is complained of (`is = "accused"`): a letter may be written to them; they act, own and are told nothing.
    Accused,
    /// The joint meeting (联席会议) beside the petition office; where there is none, the body both answer to.
    JointMeeting,
    /// The office an act names (`is = "named in advise.to"`): in a side track, by the act that opened it or the track
    /// it came of; elsewhere, by the latest such act.
    Named {
        /// The verbs that name it, each with the field that does.
        by: Vec<(Verb, String)>,
        /// The role it is where the track came of no such act (`, else organ`).
        otherwise: Option<String>,
    },
}

/// How days are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// A last day that is a rest day moves to the next working day.
    pub roll_forward: bool,
    /// The source of the rule, shown with every sum.
    pub basis: String,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Before the day ends (`"at once"`).
    AtOnce,
    /// Calendar days (`"15 days"`).
    Days(u16),
    /// Working days (`"5 working days"`).
    WorkingDays(u16),
    /// Calendar months, to the same day or the month's last (`"2 months"`).
    Months(u16),
    /// The day that the act which starts the clock names (`"the day set"`).
    Set,
}

impl Limit {
    /// How many days (or working days) it is, where it is counted in them.
    pub fn days(self) -> Option<u16> {
        match self {
            Limit::Days(days) | Limit::WorkingDays(days) => Some(days),
            Limit::AtOnce | Limit::Months(_) | Limit::Set => None,
        }
    }
}

/// What a limit could not be read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a limit; write e.g. \"15 days\", \"5 working days\", \"2 months\", \"at once\" or \"the day set\""
)]
pub struct LimitError(pub String);

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || LimitError(text.to_owned());
        match text {
            "at once" => return Ok(Limit::AtOnce),
            "the day set" => return Ok(Limit::Set),
            _ => {}
        }
        let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
        let number: u16 = number.parse().map_err(|_| wrong())?;
        if number == 0 || number > 3660 {
            return Err(wrong());
        }
        match unit {
            "day" | "days" => Ok(Limit::Days(number)),
            "working day" | "working days" => Ok(Limit::WorkingDays(number)),
            "month" | "months" => Ok(Limit::Months(number)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Limit {
    /// As a person reads it: `15日`, `5个工作日`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::AtOnce => out.write_str("当日"),
            Limit::Days(days) => write!(out, "{days}日"),
            Limit::WorkingDays(days) => write!(out, "{days}个工作日"),
            Limit::Months(months) => write!(out, "{months}个月"),
            Limit::Set => out.write_str("所定日期"),
        }
    }
}

/// Whether a clock lays a duty on an office or gives a right to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockKind {
    /// An office must act; late is counted, never refused.
    Due,
    /// A person or office may act; afterwards the right lapses.
    Window,
    /// Something may not be done before it has run.
    Floor,
}

/// What may not last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Id in the file.
    pub id: String,
    /// What a person reads, e.g. 办理期限.
    pub name: String,
    /// Duty or window.
    pub kind: ClockKind,
    /// How long.
    pub limit: Limit,
    /// Act ids or verbs that start it anew; empty: entering the first step that lists it.
    pub from: Vec<String>,
    /// The extensions it allows, in the order they may be taken; each once per run.
    pub extend: Vec<Extension>,
    /// A last day that is a rest day stands as it falls, whatever the procedure's counting says (custody).
    pub stands: bool,
    /// Percent of its time after which whoever must act is reminded.
    pub warn: Option<u8>,
    /// What its end does.
    pub at_end: AtEnd,
    /// How often the end is told again while nothing happens.
    pub again: Option<Limit>,
    /// What sets it.
    pub basis: Basis,
    /// Where it stands in the file.
    pub place: Place,
}

/// More time for a clock: once per run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// How much at most: of days, the officer chooses how many; months are given whole.
    pub most: Limit,
    /// Role that approves.
    pub approved_by: String,
    /// Notice to the person.
    pub letter: String,
    /// What allows it.
    pub basis: Basis,
}

/// What the end of a clock does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AtEnd {
    /// Roles that are told.
    pub tells: Vec<String>,
    /// The step the matter moves to.
    pub to: Option<String>,
    /// The right that lapses.
    pub lapses: Option<String>,
    /// Tracks it opens.
    pub opens: Vec<String>,
}

/// A line of work beside the main one: a hearing, a signing chain, a supervision. The main one has no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Id in the file.
    pub id: String,
    /// What a person reads, e.g. 督办.
    pub name: String,
    /// The step it begins in.
    pub begins: String,
    /// The step it begins in when it is opened again in the same matter, where that is another.
    pub begins_again: Option<String>,
    /// It goes on after the matter has ended; otherwise the end of the matter closes it.
    pub lives_on: bool,
    /// It may be open several times at once, each on its own (promises).
    pub many: bool,
    /// The role that is supervised in it; it can never close it.
    pub over: Option<String>,
    /// Where it stands in the file.
    pub place: Place,
}

impl Track {
    /// Whether it begins in a step, the first time or again.
    pub fn begins_in(&self, step: &str) -> bool {
        self.begins == step || self.begins_again.as_deref() == Some(step)
    }
}

/// A finding about the matter, with few values; acts set it, guards read it. Never about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id in the file.
    pub id: String,
    /// What a person reads.
    pub name: String,
    /// What it can be, the first where nothing was found yet.
    pub values: Vec<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// The built-in finding that `decide` and its kin set: the outcome last found.
pub const OUTCOME: &str = "outcome";

/// What must hold for an act: a list of these, all true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// `fits_simple is yes`, `outcome is not supported or settled`.
    Found {
        /// The finding, or `outcome`.
        finding: String,
        /// It is none of them.
        not: bool,
        /// The values.
        values: Vec<String>,
    },
    /// `track hearing is open`.
    Track {
        /// The track.
        track: String,
        /// Open, or closed (never opened counts as closed).
        open: bool,
    },
}

/// What is written to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Id in the file; stories call it `document`.
    pub id: String,
    /// What it is called, e.g. 处理意见书.
    pub name: String,
    /// Role it is written to.
    pub to: String,
    /// What it must contain.
    pub must_state: Vec<String>,
    /// What asks for it.
    pub basis: Option<Basis>,
    /// Where it stands in the file.
    pub place: Place,
}

/// How a request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Id in the file.
    pub id: String,
    /// What a person reads, e.g. 支持.
    pub name: String,
    /// The person did not get what they asked for.
    pub adverse: bool,
    /// Where to go against it.
    pub remedy: Option<Remedy>,
    /// For a last instance: the article that makes it final and the help that remains.
    pub remains: Option<String>,
    /// Tracks that finding it opens: an answer that promises must be followed up.
    pub opens: Vec<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// A way to appeal: named in the letter, open in the step that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The act that takes it, where it is taken in this procedure.
    pub act: Option<String>,
    /// How it is taken where it is outside this procedure.
    pub elsewhere: Option<String>,
    /// Role addressed.
    pub to: String,
    /// Time to take it.
    pub limit: Limit,
    /// What grants it.
    pub basis: Basis,
}

/// What somebody may do in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Id in the file, unique within its step.
    pub id: String,
    /// What is done.
    pub verb: Verb,
    /// Roles that may do it.
    pub by: Vec<String>,
    /// The step it leads to; none: the matter stays where it is.
    pub to: Option<String>,
    /// Outcomes it may find.
    pub outcomes: Vec<String>,
    /// The document it makes or (for `serve`) serves.
    pub letter: Option<String>,
    /// It gives a final answer to the request.
    pub answers: bool,
    /// Only while this window runs.
    pub during: Option<String>,
    /// Only once this floor has run.
    pub after: Option<String>,
    /// Only where all of these hold.
    pub when: Vec<Guard>,
    /// Findings it sets.
    pub sets: BTreeMap<String, String>,
    /// Tracks it opens.
    pub opens: Vec<String>,
    /// Other side tracks it closes, each where it is open.
    pub closes: Vec<String>,
    /// In a side track: the main step it also moves the matter to.
    pub main: Option<String>,
    /// Whoever decided, drafted, checked or signed before does so no more.
    pub other_hands: bool,
    /// Times at most in one matter.
    pub at_most: Option<u8>,
    /// The clock it extends.
    pub extends: Option<String>,
    /// Roles that are told.
    pub tells: Vec<String>,
    /// What allows it.
    pub basis: Option<Basis>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Where a matter lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Id in the file.
    pub id: String,
    /// What a person reads, e.g. 办理中.
    pub name: String,
    /// Role that must act next; none only where the matter ends.
    pub owner: Option<String>,
    /// The side track it belongs to; none is the main one.
    pub track: Option<String>,
    /// Clocks that run here.
    pub clocks: Vec<String>,
    /// Clocks that stand still while something lies here, and what allows that.
    pub pauses: Option<(Vec<String>, Basis)>,
    /// Acts of this step.
    pub acts: Acts,
    /// The matter ends here.
    pub end: bool,
    /// What help remains after an end.
    pub remains: Option<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// What a file names, by id and in the order of the ids. A matter asks for steps and clocks at each of its events, so
/// they are found by hash.
pub type ById<T> = IndexMap<String, T, foldhash::fast::FixedState>;

/// One procedure: a file that was read, not yet proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// e.g. `petition-2022`.
    pub id: String,
    /// Procedures of one family follow each other in time, e.g. `petition`.
    pub family: String,
    /// What a person reads.
    pub name: String,
    /// Short names of the laws cited, e.g. `L22` → 信访工作条例 (2022).
    pub law: BTreeMap<String, String>,
    /// First day of registration it governs.
    pub in_force: Date,
    /// Last day of registration it governs.
    pub until: Option<Date>,
    /// The step before registration.
    pub begins: String,
    /// How days are counted.
    pub counting: Counting,
    /// Roles by id.
    pub who: ById<Who>,
    /// Clocks by id.
    pub clocks: ById<Clock>,
    /// Side tracks by id.
    pub tracks: ById<Track>,
    /// Findings by id.
    pub findings: ById<Finding>,
    /// Letters by id.
    pub letters: ById<Letter>,
    /// Outcomes by id.
    pub outcomes: ById<Outcome>,
    /// Acts open in every step of the main track, ended ones included (`[everywhere]`).
    pub everywhere: Acts,
    /// Acts open in every step of the main track that is not an end (`[open]`).
    pub while_open: Acts,
    /// Steps by id.
    pub steps: ById<Step>,
}

impl Procedure {
    /// The acts that may be done in a main step: its own, then those open everywhere. Of a side step: its own.
    pub fn acts_in(&self, step: &str) -> impl Iterator<Item = &Act> {
        self.acts_of(self.steps.get(step))
    }

    /// The same, of a step at hand; of none: those open everywhere.
    pub fn acts_of<'a>(&'a self, step: Option<&'a Step>) -> impl Iterator<Item = &'a Act> {
        self.lists_of(step).into_iter().flatten().flatten()
    }

    /// The first of these acts that has this id.
    pub fn act_of<'a>(&'a self, step: Option<&'a Step>, id: &str) -> Option<&'a Act> {
        self.lists_of(step).into_iter().flatten().find_map(|acts| acts.named(id))
    }

    fn lists_of<'a>(&'a self, step: Option<&'a Step>) -> [Option<&'a Acts>; 3] {
        let main = step.is_none_or(|step| step.track.is_none());
        let open = main && step.is_some_and(|step| !step.end && step.id != self.begins);
        [step.map(|step| &step.acts), open.then_some(&self.while_open), main.then_some(&self.everywhere)]
    }

    /// Every act written in the file, with its step where it stands in one.
    pub fn acts(&self) -> impl Iterator<Item = (Option<&Step>, &Act)> {
        let own = self.steps.values().flat_map(|step| step.acts.iter().map(move |act| (Some(step), act)));
        own.chain(self.while_open.iter().chain(&self.everywhere).map(|act| (None, act)))
    }

    /// Whether a matter in this step has ended.
    pub fn is_end(&self, step: &str) -> bool {
        self.steps.get(step).is_some_and(|step| step.end)
    }

    /// The article (with the law's full name) or local rule behind something, as a person reads it.
    pub fn cite(&self, basis: &Basis) -> String {
        match basis {
            Basis::Local(why) => format!("本地规则：{why}"),
            Basis::Law(article) => {
                let (short, rest) = article.split_once(' ').unwrap_or((article, ""));
                match self.law.get(short) {
                    Some(name) if rest.is_empty() => format!("《{name}》"),
                    Some(name) => format!("《{name}》第{rest}条"),
                    None => article.clone(),
                }
            }
        }
    }
}
