//! The shapes of the API: what is sent and what comes back.

use app::show::{FiledShown, MatterShown};
use casework::command::{Person as Given, Register};
use casework::event::{Channel, MatterId};
use casework::office::OfficeCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::trouble::Failure;

/// A person.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) name: String,
    #[serde(default)]
    pub(super) phone: String,
}

/// A new matter.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filing {
    /// How many people bring it.
    #[serde(default = "one")]
    pub(super) people: u32,
    /// Code of the place it concerns.
    pub(super) place: String,
    /// Classification.
    pub(super) category: String,
    /// One line, at most 200 characters.
    pub(super) summary: String,
    /// The whole story, at most 50,000 characters.
    pub(super) text: String,
    /// Who brings it; absent: anonymous.
    pub(super) petitioner: Option<Person>,
    /// How the person may be reached, and how not.
    #[serde(default)]
    pub(super) contact: String,
    /// One to five, where more than five people bring it.
    #[serde(default)]
    pub(super) representatives: Vec<Person>,
    /// Codes of offices complained of: they may never hold the matter.
    #[serde(default)]
    pub(super) accused: Vec<String>,
    /// People complained of, in words: officers whose names are in it, and their offices, never hold or see the matter.
    #[serde(default)]
    pub(super) accused_people: String,
    /// Codes of offices whose own decision is complained of: they may answer first, the review is above them.
    #[serde(default)]
    pub(super) respondents: Vec<String>,
    /// Procedure: `petition`, `suggestion`, `complaint`, or the id of one; absent: petition.
    #[serde(default)]
    pub(super) procedure: Option<String>,
    /// At the desk only: code of the officer's own office, where it must answer itself and nothing is transferred.
    #[serde(default)]
    pub(super) competent: Option<String>,
    /// At the desk only: letter, visit or phone.
    #[serde(default)]
    pub(super) channel: Option<String>,
    /// At the desk only: day of receipt, where earlier than today.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default)]
    pub(super) received: Option<jiff::civil::Date>,
}

fn one() -> u32 {
    1
}

impl Filing {
    /// As a use case takes it; `channel` is web where the caller may not choose.
    pub(super) fn into_filing(self, at_desk: bool) -> Result<app::Filing, Failure> {
        let person = |person: Person| Given { name: person.name, phone: person.phone };
        let channel = match (&self.channel, at_desk) {
            (None, false) => Channel::Web,
            (Some(word), true) => {
                Channel::from_word(word).ok_or_else(|| Failure::input("channel 须为 letter、visit 或 phone"))?
            }
            (None, true) => return Err(Failure::input("请给出 channel：letter、visit 或 phone")),
            (Some(_), false) => return Err(Failure::input("网上提交不填 channel")),
        };
        if self.competent.is_some() && !at_desk {
            return Err(Failure::input("网上提交不填 competent：由登记的机关转送"));
        }
        Ok(app::Filing {
            procedure: self.procedure,
            register: Register {
                id: MatterId(String::new()),
                reference: String::new(),
                code_digest: String::new(),
                origin: None,
                channel,
                people: self.people,
                place: OfficeCode(self.place),
                category: self.category,
                summary: self.summary,
                text: self.text,
                received: self.received,
                contact: self.contact,
                petitioner: self.petitioner.map(person),
                representatives: self.representatives.into_iter().map(person).collect(),
                accused: self.accused.into_iter().map(OfficeCode).collect(),
                accused_officers: Vec::new(),
                accused_people: self.accused_people,
                respondents: self.respondents.into_iter().map(OfficeCode).collect(),
                competent: self.competent.map(OfficeCode),
            },
        })
    }
}

/// What comes back from filing. The code is told once: keep it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Filed {
    /// Shown to people.
    reference: String,
    /// Secret: opens the matter with the reference.
    code: String,
    /// The secret code of each representative, in order: it opens the matter as theirs. Absent where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    representatives: Vec<String>,
    receipt: ReceiptShape,
}

/// Proof of registration.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReceiptShape {
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    registered: jiff::Timestamp,
    /// The office that registered it.
    office: String,
    /// What comes next, and by when.
    next: Option<ClockShape>,
    /// The receipt as a text file, signed: proves the filing to anyone who has the key at `/log/key`.
    file: String,
}

/// A clock with the sum behind its date.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ClockShape {
    id: String,
    name: String,
    /// Who must act, or may.
    owner: String,
    /// Its length, in words.
    limit: String,
    /// Its article, or the local rule.
    law: String,
    /// Day that started it; not counted.
    started: String,
    /// Day it stopped.
    stopped: Option<String>,
    /// Last day, inclusive.
    due: String,
    /// The holiday table for that year is not published yet.
    provisional: bool,
    /// It ended, or goes on, after its last day.
    late: bool,
    /// The sum, line by line.
    sum: Vec<String>,
}

/// One line of the story.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StoryLine {
    #[schema(value_type = String, format = DateTime)]
    at: jiff::Timestamp,
    who: String,
    what: String,
    text: String,
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentShape {
    index: usize,
    name: String,
    number: String,
    office: String,
    /// When it was served.
    #[schema(value_type = Option<String>, format = DateTime)]
    served: Option<jiff::Timestamp>,
}

/// What may be done, or why not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChoiceShape {
    verb: String,
    name: String,
    /// Null where it may be done.
    refusal: Option<String>,
}

/// A matter as the caller may see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MatterShape {
    reference: String,
    /// Step id.
    step: String,
    /// Step name.
    step_name: String,
    ended: bool,
    /// Who must act next.
    owner: String,
    #[schema(value_type = String, format = DateTime)]
    since: jiff::Timestamp,
    /// What comes next, in words.
    next: String,
    summary: String,
    category: String,
    place: String,
    #[schema(value_type = String, format = DateTime)]
    registered: jiff::Timestamp,
    clocks: Vec<ClockShape>,
    story: Vec<StoryLine>,
    documents: Vec<DocumentShape>,
    choices: Vec<ChoiceShape>,
}

impl From<&app::show::ClockShown> for ClockShape {
    fn from(clock: &app::show::ClockShown) -> ClockShape {
        ClockShape {
            id: clock.id.clone(),
            name: clock.name.clone(),
            owner: clock.owner.clone(),
            limit: clock.limit.clone(),
            law: clock.cite.clone(),
            started: clock.started.to_string(),
            stopped: clock.stopped.map(|day| day.to_string()),
            due: clock.due.to_string(),
            provisional: clock.provisional,
            // A person's time is never late: it lapses.
            late: clock.late && clock.kind == casework::procedure::ClockKind::Due,
            sum: clock.sum.iter().map(|line| line.text.clone()).collect(),
        }
    }
}

impl From<FiledShown> for Filed {
    fn from(filed: FiledShown) -> Filed {
        let FiledShown { receipt, office, next, file } = filed;
        Filed {
            receipt: ReceiptShape {
                // To the microsecond, as the journal keeps it: asked again it reads the same.
                registered: jiff::Timestamp::from_microsecond(receipt.registered.as_microsecond())
                    .unwrap_or(receipt.registered),
                office,
                next: next.as_ref().map(ClockShape::from),
                file,
            },
            reference: receipt.reference,
            code: receipt.code,
            representatives: receipt.representatives,
        }
    }
}

impl From<MatterShown> for MatterShape {
    fn from(matter: MatterShown) -> MatterShape {
        MatterShape {
            clocks: matter.clocks.iter().map(ClockShape::from).collect(),
            story: matter
                .story
                .into_iter()
                .map(|told| StoryLine { at: told.at, who: told.who, what: told.what, text: told.text })
                .collect(),
            documents: matter
                .documents
                .into_iter()
                .map(|document| DocumentShape {
                    index: document.index,
                    name: document.name,
                    number: document.number,
                    office: document.office,
                    served: document.served.map(|(at, _)| at),
                })
                .collect(),
            choices: matter
                .choices
                .into_iter()
                .map(|choice| ChoiceShape {
                    verb: choice.verb.word().to_owned(),
                    name: choice.verb.name().to_owned(),
                    refusal: choice.refusal.map(|refusal| refusal.to_string()),
                })
                .collect(),
            reference: matter.reference,
            step: matter.step,
            step_name: matter.step_name,
            ended: matter.ended,
            owner: matter.owner,
            since: matter.since,
            next: matter.next,
            summary: matter.summary,
            category: matter.category,
            place: matter.place,
            registered: matter.registered,
        }
    }
}

/// Why something was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorShape {
    error: ErrorBody,
}

/// The reason.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// A stable word, e.g. `not_in_this_step`.
    pub(super) code: String,
    /// A sentence for the person, with the rule and article.
    pub(super) message: String,
}
