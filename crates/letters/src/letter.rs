//! What a letter says: plain data, one type per kind of letter.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One official letter to a petitioner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The organ that issues it, by its full name (not an internal office's).
    pub issuer: String,
    /// 发文字号.
    pub number: DocumentNumber,
    /// Replaces the usual title of the kind.
    #[serde(default)]
    pub title: Option<String>,
    /// To whom it is written.
    pub addressee: String,
    /// The reference of the matter.
    pub reference: String,
    /// The date of the letter.
    pub date: Date,
    /// Where to ask about it.
    pub contact: Contact,
    /// What it says.
    pub content: Content,
}

/// 发文字号: the organ's short mark, the year, and the number within both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentNumber {
    /// 机关代字.
    pub organ: String,
    /// The year.
    pub year: i16,
    /// The number within the organ and year, from 1.
    pub number: u32,
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{}号", self.organ, self.year, self.number)
    }
}

/// Where the petitioner may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The unit to ask.
    pub office: String,
    /// Its telephone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Its address.
    #[serde(default)]
    pub address: Option<String>,
    /// When it receives people.
    #[serde(default)]
    pub hours: Option<String>,
    /// How to follow the matter with reference and code, e.g. 在青河县网上信访页面查询.
    #[serde(default)]
    pub track: Option<String>,
}

/// How the matter came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// When.
    pub received: Date,
    /// By what way: 来信, 来访, 网上…
    pub manner: String,
    /// What it is about, in a few words.
    pub subject: String,
}

/// A last day with the sum behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The last day.
    pub last: Date,
    /// The length of the period in words: 自受理之日起60日.
    pub limit: String,
    /// How the last day comes about, step by step.
    #[serde(default)]
    pub sum: Vec<String>,
}

/// Who may make a period longer, and by how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Whose approval it takes.
    pub by: String,
    /// By how many days at most.
    pub days: u16,
    /// The article.
    pub basis: String,
}

/// Whom to turn to when one does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// What may be asked for: 复查, 复核.
    pub act: String,
    /// Of whom.
    pub to: String,
    /// Within how many days. An opinion must say; a refusal may know no limit.
    #[serde(default)]
    pub days: Option<u16>,
    /// Counted from when: 收到本意见书之日.
    pub from: String,
    /// The article.
    pub basis: String,
    /// Anything else worth knowing about how to ask.
    #[serde(default)]
    pub how: Option<String>,
}

/// The kinds of letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// 受理告知书.
    AcceptanceNotice,
    /// 不予受理告知书.
    RefusalNotice,
    /// 导入法定途径告知书.
    DiversionNotice,
    /// 延期告知书.
    ExtensionNotice,
    /// 处理意见书.
    Opinion,
    /// 复查受理告知书.
    ReviewReceipt,
    /// 复查意见书.
    ReviewOpinion,
    /// 转送去向告知书.
    Whereabouts,
    /// Any other notice, told item by item; its title comes with it.
    Notice,
    /// A form with boxes: 呈批单, 送达回证.
    Form,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::AcceptanceNotice,
        Self::RefusalNotice,
        Self::DiversionNotice,
        Self::ExtensionNotice,
        Self::Opinion,
        Self::ReviewReceipt,
        Self::ReviewOpinion,
        Self::Whereabouts,
        Self::Notice,
        Self::Form,
    ];

    /// The kind's own name, as in data and in the name of its template.
    pub fn name(self) -> &'static str {
        match self {
            Self::AcceptanceNotice => "acceptance_notice",
            Self::RefusalNotice => "refusal_notice",
            Self::DiversionNotice => "diversion_notice",
            Self::ExtensionNotice => "extension_notice",
            Self::Opinion => "opinion",
            Self::ReviewReceipt => "review_receipt",
            Self::ReviewOpinion => "review_opinion",
            Self::Whereabouts => "whereabouts",
            Self::Notice => "notice",
            Self::Form => "form",
        }
    }

    /// The title it carries when the letter names no other.
    pub fn title(self) -> &'static str {
        match self {
            Self::AcceptanceNotice => "信访事项受理告知书",
            Self::RefusalNotice => "信访事项不予受理告知书",
            Self::DiversionNotice => "信访事项导入法定途径告知书",
            Self::ExtensionNotice => "信访事项延期办理告知书",
            Self::Opinion => "信访事项处理意见书",
            Self::ReviewReceipt => "信访事项复查受理告知书",
            Self::ReviewOpinion => "信访事项复查意见书",
            Self::Whereabouts => "信访事项转送去向告知书",
            Self::Notice => "信访事项告知书",
            Self::Form => "信访事项呈批单",
        }
    }

    /// What the letter calls itself in a sentence: 如对本…不服.
    pub(crate) fn called(self) -> &'static str {
        match self {
            Self::Opinion => "处理意见",
            Self::ReviewOpinion => "复查意见",
            Self::RefusalNotice | Self::Notice => "决定",
            Self::AcceptanceNotice
            | Self::DiversionNotice
            | Self::ExtensionNotice
            | Self::ReviewReceipt
            | Self::Whereabouts
            | Self::Form => "告知",
        }
    }
}

/// What a letter says, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// 受理告知书.
    AcceptanceNotice(AcceptanceNotice),
    /// 不予受理告知书.
    RefusalNotice(RefusalNotice),
    /// 导入法定途径告知书.
    DiversionNotice(DiversionNotice),
    /// 延期告知书.
    ExtensionNotice(ExtensionNotice),
    /// 处理意见书.
    Opinion(Opinion),
    /// 复查受理告知书.
    ReviewReceipt(ReviewReceipt),
    /// 复查意见书.
    ReviewOpinion(ReviewOpinion),
    /// 转送去向告知书.
    Whereabouts(Whereabouts),
    /// Any other notice.
    Notice(Notice),
    /// A form with boxes.
    Form(Form),
}

impl Content {
    /// Which kind of letter this is.
    pub fn kind(&self) -> LetterKind {
        match self {
            Self::AcceptanceNotice(_) => LetterKind::AcceptanceNotice,
            Self::RefusalNotice(_) => LetterKind::RefusalNotice,
            Self::DiversionNotice(_) => LetterKind::DiversionNotice,
            Self::ExtensionNotice(_) => LetterKind::ExtensionNotice,
            Self::Opinion(_) => LetterKind::Opinion,
            Self::ReviewReceipt(_) => LetterKind::ReviewReceipt,
            Self::ReviewOpinion(_) => LetterKind::ReviewOpinion,
            Self::Whereabouts(_) => LetterKind::Whereabouts,
            Self::Notice(_) => LetterKind::Notice,
            Self::Form(_) => LetterKind::Form,
        }
    }
}

/// The matter is taken up (L22 Arts 23, 34).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptanceNotice {
    /// How it came in.
    pub filing: Filing,
    /// When it was taken up.
    pub taken_up: Date,
    /// The office that handles it.
    pub office: String,
    /// The way and the procedure of handling, one paragraph per line.
    pub route: String,
    /// The last day for the answer.
    pub due: Due,
    /// Who may extend that, if anybody may.
    #[serde(default)]
    pub extension: Option<Extension>,
    /// The article the notice rests on.
    pub basis: String,
}

/// The matter is not taken up (L22 Arts 19, 23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalNotice {
    /// How it came in.
    pub filing: Filing,
    /// Why not.
    pub ground: String,
    /// The organ or way that is right for it.
    pub where_to: String,
    /// The article the notice rests on.
    pub basis: String,
    /// Whom to turn to against this decision.
    #[serde(default)]
    pub remedy: Option<Remedy>,
}

/// The matter belongs on another lawful way (L22 Art 31, items 1 to 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiversionNotice {
    /// How it came in.
    pub filing: Filing,
    /// The way: 行政复议, 劳动仲裁…
    pub channel: String,
    /// The organ that receives it there, where it is known.
    #[serde(default)]
    pub organ: Option<String>,
    /// The limit of time on that way.
    #[serde(default)]
    pub limit: Option<String>,
    /// What to mind.
    pub note: String,
    /// The article the notice rests on.
    pub basis: String,
}

/// The answer will take longer (L22 Art 34).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionNotice {
    /// How it came in.
    pub filing: Filing,
    /// When it was taken up.
    pub taken_up: Date,
    /// The last day as it was.
    pub was_due: Date,
    /// By how many days it is extended.
    pub days: u16,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// The new last day.
    pub due: Due,
    /// The article it rests on.
    pub basis: String,
}

/// The organ's opinion on the matter (L22 Art 32).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// How the matter came in.
    pub filing: Filing,
    /// When it was taken up.
    pub taken_up: Date,
    /// The article that asks for the opinion.
    pub rule: String,
    /// What is asked for, one item per line.
    pub request: String,
    /// The outcome in a word or two.
    pub outcome: String,
    /// Facts, reasons and opinion as the officer wrote them, one paragraph per line.
    pub opinion: String,
    /// The law the officer rests it on; empty where none was given.
    #[serde(default)]
    pub basis: String,
    /// Whom to turn to. An opinion without one cannot be printed: the type says so.
    pub remedy: Remedy,
}

/// The superior takes a review up (L22 Art 35).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewReceipt {
    /// The opinion to be reviewed: organ, title and document number.
    pub reviewed: String,
    /// When the review was asked for.
    pub requested: Date,
    /// When the request was taken up.
    pub taken_up: Date,
    /// The last day for the review opinion.
    pub due: Due,
    /// The article it rests on.
    pub basis: String,
}

/// The superior's opinion on review (L22 Art 35).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOpinion {
    /// The opinion reviewed: organ, title and document number.
    pub reviewed: String,
    /// When the review was asked for.
    pub requested: Date,
    /// When the request was taken up.
    pub taken_up: Date,
    /// The article that asks for the review.
    pub rule: String,
    /// What is asked for.
    pub request: String,
    /// The outcome: 维持, 变更, 责令重新办理.
    pub outcome: String,
    /// Facts, reasons and opinion as the reviewer wrote them.
    pub opinion: String,
    /// Whom to turn to next.
    pub remedy: Remedy,
}

/// The matter was passed on (L22 Arts 22, 23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// How it came in.
    pub filing: Filing,
    /// When it was passed on.
    pub passed_on: Date,
    /// In which way: 转送, 交办.
    pub way: String,
    /// To whom.
    pub to: String,
    /// By when that organ must speak.
    pub due: Due,
    /// The article it rests on.
    pub basis: String,
}

/// One thing a notice says, under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is: 理由, 受理机关, 办理要求…
    pub label: String,
    /// What is said, one paragraph per line; in a form, empty where it is filled in by hand.
    pub text: String,
}

/// Any other notice, to the person or to an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The first paragraph: which matter, what was done, on what it rests.
    pub opening: String,
    /// What the law wants said.
    pub items: Vec<Item>,
    /// The last day that begins with it.
    #[serde(default)]
    pub due: Option<Due>,
    /// Whom to turn to against it.
    #[serde(default)]
    pub remedy: Option<Remedy>,
    /// The help that remains where nothing is left to appeal to.
    #[serde(default)]
    pub remains: Option<String>,
    /// 特此告知, 特此函告.
    pub closing: String,
}

/// A form with boxes, printed for the file and for signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Its boxes, from the top.
    pub rows: Vec<Item>,
    /// A line under them.
    #[serde(default)]
    pub note: Option<String>,
}
