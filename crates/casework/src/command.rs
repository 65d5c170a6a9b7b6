//! What somebody asks to be done: one variant per verb, with what the verb needs to know.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::event::{AttachedFile, Attendance, Channel, MatterId, Origin, PartyNumber, SessionId};
use crate::office::{Login, OfficeCode, OfficeKind, Role};
use crate::verb::Verb;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An officer, as the directory has them now.
    Officer {
        /// Sign-in name.
        login: Login,
        /// Where they work.
        office: OfficeCode,
        /// What they are charged with.
        roles: Vec<Role>,
    },
    /// The person whose matter it is, by reference and code (or about to file).
    Petitioner,
    /// One of the representatives of those who brought it, with a code of their own.
    Representative {
        /// Which, from 1.
        number: u32,
    },
    /// Somebody the person gave a mandate for one matter.
    Helper {
        /// For whom: 0 the first person, else the number of a representative.
        of: u32,
        /// Whether they may also write, or only look.
        may_write: bool,
    },
    /// The installation's administrator at the command line.
    Admin,
    /// A file being imported: acts for the offices it names.
    Import,
}

impl Actor {
    /// Whether it is the person whose matter it is, or somebody who acts for them.
    pub fn is_for_the_person(&self) -> bool {
        self.person().is_some()
    }

    /// For whom of the people they act, by number: 0 the first, then the representatives. None for everybody else.
    pub fn person(&self) -> Option<u32> {
        match self {
            Actor::Petitioner => Some(FIRST),
            Actor::Representative { number } => Some(*number),
            Actor::Helper { of, .. } => Some(*of),
            Actor::Officer { .. } | Actor::Admin | Actor::Import => None,
        }
    }

    /// Whose key seals what they say: their own, or that of the person they help.
    pub fn party(&self) -> PartyNumber {
        PartyNumber(self.person().unwrap_or(FIRST))
    }

    /// How the journal names them.
    pub fn word(&self) -> String {
        match self {
            Actor::Officer { login, .. } => format!("officer/{login}"),
            Actor::Petitioner => "petitioner".to_owned(),
            Actor::Representative { number } => format!("petitioner/{number}"),
            Actor::Helper { of: FIRST, .. } => "helper".to_owned(),
            Actor::Helper { of, .. } => format!("helper/{of}"),
            Actor::Admin => "admin".to_owned(),
            Actor::Import => "import".to_owned(),
        }
    }
}

/// The first of the people who brought a matter; representatives follow from 1.
pub const FIRST: u32 = 0;

/// For whom of the people somebody acted whom the journal names so: `petitioner`, `petitioner/2`, `helper/2`.
pub fn person_of(word: &str) -> Option<u32> {
    let (who, number) = word.split_once('/').unwrap_or((word, "0"));
    matches!(who, "petitioner" | "helper").then(|| number.parse().ok())?
}

/// A name and a way to reach somebody; both may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
}

/// A new matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// Fresh id.
    pub id: MatterId,
    /// Fresh reference.
    pub reference: String,
    /// Digest of the fresh code.
    pub code_digest: String,
    /// Where it came from when not live.
    pub origin: Option<Origin>,
    /// How it came.
    pub channel: Channel,
    /// Heads.
    pub people: u32,
    /// Office code of the place.
    pub place: OfficeCode,
    /// Classification.
    pub category: String,
    /// One line.
    pub summary: String,
    /// The whole story.
    pub text: String,
    /// Day of receipt, where earlier.
    pub received: Option<Date>,
    /// How the person may be reached, and how not, in their own words.
    pub contact: String,
    /// Who brings it; `None` is anonymous.
    pub petitioner: Option<Person>,
    /// Chosen by more than five.
    pub representatives: Vec<Person>,
    /// Offices complained of.
    pub accused: Vec<OfficeCode>,
    /// Officers complained of.
    pub accused_officers: Vec<Login>,
    /// People complained of, in the person's own words: officers whose names are in it are added to those.
    pub accused_people: String,
    /// Offices whose own decision is complained of: they may answer first, and decide nothing about that answer.
    pub respondents: Vec<OfficeCode>,
    /// The office that must answer, for procedures that begin there.
    pub competent: Option<OfficeCode>,
}

/// A file that is to be attached; its bytes are encrypted already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name where it came from.
    pub name: String,
    /// What opens its bytes, in hex.
    pub key: String,
    /// What is known of it in clear.
    pub file: AttachedFile,
}

/// What is asked of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatterCommand {
    /// 登记.
    Register(Box<Register>),
    /// 重复信访.
    Repeat {
        /// Where it came from when not live.
        origin: Option<Origin>,
        /// How it came.
        channel: Channel,
        /// Heads.
        people: u32,
        /// What was said.
        text: String,
    },
    /// 转送.
    Transfer {
        /// To which office.
        to: OfficeCode,
    },
    /// 受理.
    Accept,
    /// 不予受理.
    Refuse {
        /// Why.
        ground: String,
        /// Where to go.
        go_to: String,
    },
    /// 导入法定途径.
    Divert {
        /// Which channel.
        to: String,
        /// What the person is told.
        note: String,
    },
    /// 延期.
    Extend {
        /// Calendar days.
        days: u16,
        /// Told to the person.
        reason: String,
        /// Who approved.
        approved_by: Login,
    },
    /// 处理意见.
    Decide {
        /// Outcome id.
        outcome: String,
        /// Findings and opinion.
        text: String,
        /// Legal basis.
        basis: String,
    },
    /// 送达.
    Serve {
        /// Letter id.
        document: String,
        /// How.
        how: String,
        /// What proves it: a receipt's number, who signed.
        proof: String,
        /// Whom of several people it reached, by number, 0 the first; none: everybody it had not reached.
        party: Option<u32>,
    },
    /// Any verb that has no variant of its own, with what it is told.
    Do {
        /// The verb.
        verb: Verb,
        /// Field name → content; each verb's fields stand in its type.
        said: BTreeMap<String, String>,
        /// Which of several open tracks it is about, e.g. `2`.
        which: Option<u32>,
    },
    /// 附件.
    Attach {
        /// In order, at least one.
        files: Vec<NewFile>,
    },
    /// 列为重点.
    MarkKey {
        /// A ground about the matter.
        ground: String,
    },
    /// 申请复查.
    RequestReview {
        /// Why.
        text: String,
    },
    /// 受理复查.
    AcceptReview,
    /// 复查意见.
    DecideReview {
        /// Outcome id.
        outcome: String,
        /// The opinion.
        text: String,
    },
    /// 评价.
    Rate {
        /// Object.
        about: String,
        /// Rating.
        rating: String,
    },
}

impl MatterCommand {
    /// The verb it is.
    pub fn verb(&self) -> Verb {
        match self {
            MatterCommand::Register(_) => Verb::Register,
            MatterCommand::Repeat { .. } => Verb::Repeat,
            MatterCommand::Transfer { .. } => Verb::Transfer,
            MatterCommand::Accept => Verb::Accept,
            MatterCommand::Refuse { .. } => Verb::Refuse,
            MatterCommand::Divert { .. } => Verb::Divert,
            MatterCommand::Extend { .. } => Verb::Extend,
            MatterCommand::Decide { .. } => Verb::Decide,
            MatterCommand::Serve { .. } => Verb::Serve,
            MatterCommand::Attach { .. } => Verb::Supplement,
            MatterCommand::MarkKey { .. } => Verb::MarkKey,
            MatterCommand::RequestReview { .. } => Verb::RequestReview,
            MatterCommand::AcceptReview => Verb::AcceptReview,
            MatterCommand::DecideReview { .. } => Verb::DecideReview,
            MatterCommand::Rate { .. } => Verb::Rate,
            MatterCommand::Do { verb, .. } => *verb,
        }
    }
}

/// What is asked of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionCommand {
    /// 公告接访.
    Announce {
        /// Fresh id.
        id: SessionId,
        /// Where it came from when not live.
        origin: Option<Origin>,
        /// `reception`.
        kind: String,
        /// The office that holds it.
        office: OfficeCode,
        /// When.
        starts: Timestamp,
        /// Where.
        place: String,
        /// Who receives.
        leaders: Vec<Login>,
    },
    /// 举行.
    Hold {
        /// Who was there.
        attended: Vec<Attendance>,
    },
    /// 接待.
    Receive {
        /// The intake's number in the matter.
        intake: u32,
        /// Heads.
        people: u32,
        /// What came of it.
        result: String,
    },
}

/// What is asked of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryCommand {
    /// Enter or change an office.
    Office {
        /// Code.
        code: OfficeCode,
        /// Name.
        name: String,
        /// Sort.
        kind: OfficeKind,
        /// The body above.
        parent: Option<OfficeCode>,
        /// Categories.
        fields: Vec<String>,
    },
    /// Merge an office into another.
    Merge {
        /// The one that will be no more.
        code: OfficeCode,
        /// The one that takes over what it does.
        into: OfficeCode,
    },
    /// Enter or change an officer.
    Officer {
        /// Sign-in name.
        login: Login,
        /// Name.
        name: String,
        /// Office.
        office: OfficeCode,
        /// Roles.
        roles: Vec<Role>,
    },
}
