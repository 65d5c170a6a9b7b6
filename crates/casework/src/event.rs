//! The vocabulary of the journal: what happened, in the past tense. Public facts here, every word of a person sealed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

mod attached;
mod demand_told;
mod directory;
mod id;
mod sealed;
mod stream;

pub use attached::AttachedFile;
pub use demand_told::DemandTold;
pub use directory::DirectoryEvent;
pub use id::{MatterId, SessionId};
pub use sealed::{Event, PartyNumber, Sealed};
pub use stream::Stream;

use crate::office::{Login, OfficeCode};
use crate::verb::Verb;

/// How an intake came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 来信.
    Letter,
    /// 来访.
    Visit,
    /// 网上信访.
    Web,
    /// 电话.
    Phone,
    /// 领导留言板.
    MessageBoard,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 5] =
        [Channel::Letter, Channel::Visit, Channel::Web, Channel::Phone, Channel::MessageBoard];

    /// The word used in stories, the API and figures.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Letter => "letter",
            Channel::Visit => "visit",
            Channel::Web => "web",
            Channel::Phone => "phone",
            Channel::MessageBoard => "message_board",
        }
    }

    /// The channel a word names.
    pub fn from_word(word: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.word() == word)
    }

    /// What a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Letter => "来信",
            Channel::Visit => "来访",
            Channel::Web => "网上",
            Channel::Phone => "来电",
            Channel::MessageBoard => "留言板",
        }
    }
}

/// Where an event came from when it was not made live: the story or import and the name the thing has there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `story/<id>` or `import/<map id>`.
    pub from: String,
    /// The thing's name there, e.g. `R0046` or a row's identity.
    pub name: String,
}

/// A document that an act made, with its number where it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentMade {
    /// The letter's id in the procedure, e.g. `opinion`.
    pub document: String,
    /// The office that issues it.
    pub office: OfficeCode,
    /// Year of the number.
    pub year: i16,
    /// Running number of that office in that year, from 1.
    pub number: u64,
    /// It runs in the office's other series, that of matters somebody is kept from: the first has no gaps that tell of
    /// them.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub apart: bool,
    /// It runs in the series of demands for data: no gap in another tells the person of one before its time.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub demanded: bool,
}

/// Attendance at a session by tier of government.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// `county`, `department`, `township`, …
    pub tier: String,
    /// Person-times.
    pub count: u32,
}

/// What happened to a matter.
#[expect(clippy::large_enum_variant, reason = "a registration says much; every matter has one, and is read whole")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum MatterFact {
    /// 登记. Sealed: `summary`, `text`, `name`, `phone`, `contact`, `accused`; per representative `name`, `phone`.
    Registered {
        /// Random, shown to people.
        reference: String,
        /// Digest of the secret code.
        code_digest: String,
        /// Where it came from when not live.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        origin: Option<Origin>,
        /// Id of the procedure that governs it.
        procedure: String,
        /// How it came.
        channel: Channel,
        /// How many people brought it.
        people: u32,
        /// Office code of the place it concerns.
        place: OfficeCode,
        /// Classification.
        category: String,
        /// Day of receipt, where earlier than registration.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        received: Option<Date>,
        /// No name was given.
        anonymous: bool,
        /// How many representatives are named.
        representatives: u32,
        /// Offices complained of. They may never hold the matter.
        accused: Vec<OfficeCode>,
        /// Officers complained of; their offices are among those.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        accused_officers: Vec<Login>,
        /// Offices whose own decision is complained of. They may answer first; who looks into that stands above them.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        respondents: Vec<OfficeCode>,
        /// The office that registers.
        home: OfficeCode,
        /// The office that must answer, where known from the start.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        competent: Option<OfficeCode>,
    },
    /// 重复信访. Sealed: `text`.
    IntakeRepeated {
        /// Number of the intake within the matter; the registration is 1.
        intake: u32,
        /// Where it came from when not live.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        origin: Option<Origin>,
        /// How it came.
        channel: Channel,
        /// How many people.
        people: u32,
    },
    /// 转送.
    Transferred {
        /// The office competent to decide.
        to: OfficeCode,
    },
    /// 受理.
    Accepted {},
    /// 不予受理 decided. Sealed: `go_to`.
    Refused {
        /// Why, e.g. `not_competent`.
        ground: String,
    },
    /// 导入法定途径 decided. Sealed: `note`.
    Diverted {
        /// `litigation`, `arbitration`, …
        channel: String,
    },
    /// 延期. Sealed: `reason`.
    Extended {
        /// Calendar days added.
        days: u16,
        /// Who approved.
        approved_by: Login,
    },
    /// Any act whose verb has no fact of its own. Sealed: its free texts, by field name.
    Done {
        /// The verb.
        verb: Verb,
        /// Who did it: `petitioner`, `officer/<login>`.
        by: String,
        /// Its other fields by name: words, days as `2026-03-01`, office codes, fen, `yes`.
        #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
        said: BTreeMap<String, String>,
    },
    /// 处理意见 decided. Sealed: `text`, `basis`.
    Decided {
        /// Outcome id in the procedure.
        outcome: String,
        /// Who decided, so that a matter that is reopened can go to somebody else.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        by: Option<String>,
    },
    /// 送达. Sealed: `proof`.
    Served {
        /// The letter's id.
        document: String,
        /// `in_person`, `post`, `online`, `public_notice`.
        how: String,
        /// It is the answer to the request.
        answers: bool,
        /// Whom of several people it reached, by number, 0 the first; none: everybody it had not reached.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        party: Option<u32>,
    },
    /// 列为重点事项.
    KeyMarked {
        /// A ground about the matter, never about the person.
        ground: String,
    },
    /// 申请复查. Sealed: `text`.
    ReviewRequested {
        /// Who of several people asked, by number; none: the first.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        party: Option<u32>,
    },
    /// 受理复查.
    ReviewAccepted {},
    /// 复查意见. Sealed: `text`.
    ReviewDecided {
        /// Outcome id in the procedure.
        outcome: String,
    },
    /// 评价.
    Rated {
        /// `petition_office` or `competent_office`.
        about: String,
        /// `satisfied`, `basically_satisfied`, `dissatisfied`.
        rating: String,
    },
    /// 附件. Sealed: `file_name`, `key`.
    Attached(AttachedFile),
    /// 删除: the keys of these parties' words in this matter are destroyed with this event. What happened stands; what was
    /// said is gone.
    Erased {
        /// Whose words.
        parties: Vec<PartyNumber>,
        /// `asked` by the person and granted, or `retention`: the time of keeping is over.
        why: String,
        /// Who decided: `officer/<login>`, or `clock`.
        by: String,
    },
    /// The person is told that another body demanded data of this matter, and what became of it.
    DemandTold(DemandTold),
    /// A clock ended; the actor is the clock.
    ClockEnded {
        /// Clock id in the procedure.
        clock: String,
        /// When this run of it started.
        started: Timestamp,
        /// The last day it allowed.
        due: Date,
        /// 1 for the end itself, more when told again.
        nth: u32,
        /// Offices told.
        tells: Vec<OfficeCode>,
        /// The petitioner is told as well.
        tells_petitioner: bool,
        /// The right that lapsed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        lapses: Option<String>,
    },
    /// Most of a clock's time is gone; whoever must act is reminded. The actor is the clock.
    ClockWarned {
        /// Clock id in the procedure.
        clock: String,
        /// When this run of it started.
        started: Timestamp,
        /// The last day it allows.
        due: Date,
        /// Offices reminded.
        tells: Vec<OfficeCode>,
    },
    /// A last day moved without an act: a holiday table came, or a date was corrected. The actor is the clock.
    DueMoved {
        /// Clock id in the procedure.
        clock: String,
        /// When this run of it started.
        started: Timestamp,
        /// The last day as it was told before.
        was: Date,
        /// The last day now.
        due: Date,
        /// `calendar <hash>` or `correction <event>`: the event that corrects.
        because: String,
        /// Offices told.
        tells: Vec<OfficeCode>,
        /// The petitioner is told as well.
        tells_petitioner: bool,
    },
}

/// Where a side track stands: `hearing`, or `promise#2` where it may be open several times.
pub type TrackName = String;

/// The track a name is of, and its number where the track may be open several times: `promise#2` is the second promise.
pub fn track_of(name: &str) -> (&str, Option<&str>) {
    name.split_once('#').map_or((name, None), |(id, number)| (id, Some(number)))
}

/// An event of a matter: the fact, with the act that made it and the steps it left the matter in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterEvent {
    /// Act id in the procedure, or `clock`.
    pub act: String,
    /// Main step after the event.
    pub step: String,
    /// The side track it was done in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub track: Option<TrackName>,
    /// Side tracks it opened or moved, and the step each now stands in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub tracks: BTreeMap<TrackName, String>,
    /// Side tracks it closed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub closed: Vec<TrackName>,
    /// Findings it set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub found: BTreeMap<String, String>,
    /// The document it made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub made: Option<DocumentMade>,
    /// What happened.
    #[serde(flatten)]
    pub fact: MatterFact,
}

/// What happened to a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SessionEvent {
    /// 公告. The place is public by law.
    SessionAnnounced {
        /// Where it came from when not live.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        origin: Option<Origin>,
        /// `reception`, …
        kind: String,
        /// The office that holds it.
        office: OfficeCode,
        /// When it starts.
        starts: Timestamp,
        /// Where, as announced to the public.
        place: String,
        /// Officers who receive.
        leaders: Vec<Login>,
    },
    /// It took place.
    SessionHeld {
        /// Who was there.
        attended: Vec<Attendance>,
    },
    /// An intake of that day was received there.
    SessionReceived {
        /// The matter.
        matter: MatterId,
        /// The intake's number within the matter.
        intake: u32,
        /// Heads received.
        people: u32,
        /// `on_the_spot`, `by_date`, `explained`, `to_be_studied`.
        result: String,
    },
}

/// What was adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LawEvent {
    /// This node began.
    NodeFounded {
        /// Four digits that begin every reference of this node.
        node: String,
    },
    /// A text became law here; matters name its hash.
    LawAdopted {
        /// `procedure`, `calendar`, `figures`, `letter`.
        kind: String,
        /// Its id, e.g. `petition-2022`.
        id: String,
        /// SHA-256 of the text, in hex.
        hash: String,
        /// The text itself.
        text: String,
        /// Who signed, where a right of the person got worse. Sealed: `reason`.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        signed: Vec<Login>,
    },
}

/// An event in any stream.
#[expect(clippy::large_enum_variant, reason = "nearly every event is one of a matter: boxing it would cost more")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Public {
    /// Of a matter.
    Matter(MatterEvent),
    /// Of a session.
    Session(SessionEvent),
    /// Of the directory.
    Directory(DirectoryEvent),
    /// Of the law.
    Law(LawEvent),
    /// A document number was given.
    Number(NumberTaken),
    /// A story began. Sealed: `title`.
    Story(StoryBegun),
    /// A filing was sealed for the upper office.
    Upper(HandedUp),
}

/// A filing that names whoever heads this node was encrypted to the office above before anything was written. Nobody here
/// can open it; of what it says, whom it is about and where it comes from nothing else is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename = "handed_up")]
pub struct HandedUp {
    /// The office above, by name.
    pub to: String,
    /// Digest of the code its person was given.
    pub code_digest: String,
    /// SHA-256 of the parcel, in hex.
    pub digest: String,
    /// The parcel: an age file, in base64.
    pub parcel: String,
}

/// A document number was given to a matter's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename = "number_taken")]
pub struct NumberTaken {
    /// The number; equal to the stream's version.
    pub number: u64,
    /// The matter.
    pub matter: MatterId,
    /// The letter's id.
    pub document: String,
}

/// A story began to be replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename = "story_begun")]
pub struct StoryBegun {
    /// Its id.
    pub id: String,
}
