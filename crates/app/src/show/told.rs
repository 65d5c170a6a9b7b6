//! The story of a matter: each event as one reader may know it, in words.

use std::collections::BTreeMap;

use casework::act;
use casework::command::Actor;
use casework::event::{Channel, DocumentMade, MatterEvent, MatterFact, Public, Sealed, Stream};
use casework::office::{Directory, Login};
use casework::procedure::Procedure;
use casework::verb::{FieldKind, Verb};
use casework::words;
use casework::{command, day};
use jiff::Timestamp;

use super::identity;
use super::matter::Reader;
use crate::App;
use crate::attach::size_in_words;
use crate::error::AppError;
use crate::perform::Loaded;

/// One event, told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When it happened.
    pub at: Timestamp,
    /// Who: an office and officer, 信访人, or 时限.
    pub who: String,
    /// What, in a few words.
    pub what: String,
    /// What was said.
    pub text: String,
    /// The verb; none for the clock.
    pub verb: Option<Verb>,
    /// The document it made or served, by index from 1.
    pub document: Option<usize>,
    /// An office was late: by how many days.
    pub late_days: Option<i32>,
}

impl App {
    /// The story of a matter, oldest first, for a reader, as whom they read, and whether they are told who brought it. Single
    /// ratings are read by the person alone.
    pub(crate) fn story_of(
        &self,
        reader: &Reader,
        actor: &Actor,
        loaded: &Loaded,
        told: bool,
    ) -> Result<Vec<Told>, AppError> {
        let directory = self.known_directory();
        let stream = Stream::Matter(loaded.matter.id.clone());
        let mut words = self.store.all_words(&stream)?;
        let mut documents = 0;
        let mut story = Vec::new();
        for recorded in self.store.events(&stream, 0)? {
            let Public::Matter(event) = &recorded.public else { continue };
            if event.made.is_some() {
                documents += 1;
            }
            let officer = matches!(reader, Reader::Officer(_));
            // Of several people each reads their own words, and what happened.
            let me = actor.person().filter(|_| loaded.matter.is_joint());
            let others = me.is_some() && command::person_of(&recorded.actor).is_some_and(|by| Some(by) != me);
            let person = matches!(actor, Actor::Petitioner | Actor::Representative { .. }) && !others;
            let hidden = match &event.fact {
                MatterFact::Rated { .. } => !person,
                // Told again every few days: the first telling is the news.
                MatterFact::ClockEnded { nth, .. } => *nth > 1,
                MatterFact::KeyMarked { .. } | MatterFact::ClockWarned { .. } => !officer,
                // Whom the person asks for help is theirs to know.
                MatterFact::Done { verb: Verb::GiveMandate | Verb::EndMandate, .. } => !person,
                MatterFact::Done { verb, .. } => !officer && verb.is_inner(),
                MatterFact::Attached(file) => others || (!officer && file.inner),
                MatterFact::Served { party: Some(party), .. } => me.is_some_and(|me| me != *party),
                // Whoever handles the matter need not know who else looked into it; who registered it entered that.
                MatterFact::DemandTold(_) => !person && !is_home(actor, &loaded.matter),
                _ => false,
            };
            if hidden {
                continue;
            }
            let read = !others && is_read(loaded, me, event, documents);
            let words = words.remove(&recorded.version).filter(|_| read).unwrap_or_default();
            let words = identity::for_reader(words, told);
            let document = match &event.fact {
                MatterFact::Served { document, .. } => {
                    let mut made = loaded.matter.documents.iter();
                    made.position(|made| made.made.document == *document).map(|at| at + 1)
                }
                _ => event.made.as_ref().map(|_| documents),
            };
            let theirs = |at: &usize| {
                let made = loaded.matter.documents.get(at.saturating_sub(1));
                made.is_some_and(|made| crate::letter::is_for(reader, loaded, &made.made.document))
            };
            let document = document.filter(theirs);
            story.push(Told {
                at: recorded.at,
                who: who(&directory, &recorded.actor, officer),
                what: what(loaded, &directory, event),
                text: match loaded.matter.gone(recorded.version).filter(|_| has_words(&event.fact)) {
                    Some(gone) => gone.said().to_owned(),
                    None => self.said(&event.fact, &words, officer)?,
                },
                verb: verb(&event.fact),
                document,
                late_days: None,
            });
        }
        Ok(story)
    }

    /// What is read of an event besides what happened.
    fn said(&self, fact: &MatterFact, words: &[Sealed], officer: bool) -> Result<String, AppError> {
        match fact {
            MatterFact::DemandTold(news) => self.demand_in_words(news),
            fact if told_to(fact, officer) => Ok(text(fact, words)),
            _ => Ok(String::new()),
        }
    }
}

/// Whether an officer is of the office that registered the matter.
fn is_home(actor: &Actor, matter: &casework::matter::Matter) -> bool {
    matches!(actor, Actor::Officer { office, .. } if *office == matter.home)
}

/// Whether what an event says may be read by one of several people: what it decided, once it reached them.
fn is_read(loaded: &Loaded, me: Option<u32>, event: &MatterEvent, documents: usize) -> bool {
    let made = event.made.as_ref().and_then(|_| loaded.matter.documents.get(documents.checked_sub(1)?));
    let (Some(me), Some(made)) = (me, made) else { return true };
    let waits_for_service = act::answers(&loaded.procedure, &made.made.document);
    !waits_for_service || loaded.matter.reach(made, me).is_some()
}

/// Whether a reader reads the words as well: of an officer's own circumstances the person learns that they were declared.
fn told_to(fact: &MatterFact, officer: bool) -> bool {
    officer || !matches!(fact, MatterFact::Done { verb: Verb::DeclareNoInterest, .. })
}

/// A document's number as the letter shows it.
pub(crate) fn number(office: &str, made: &DocumentMade) -> String {
    format!("{}〔{}〕{}号", mark(office, made), made.year, made.number)
}

/// What stands before the year: 青河县住建局信, and 信密 in the series of matters somebody is kept from.
pub(crate) fn mark(office: &str, made: &DocumentMade) -> String {
    format!(
        "{}信{}",
        short_name(office),
        if made.demanded {
            "调"
        } else if made.apart {
            "密"
        } else {
            ""
        }
    )
}

/// 机关代字 from the office's name, where the county has set none: 青河县住建局 → 青河县住建局.
pub(super) fn short_name(office: &str) -> String {
    office.to_owned()
}

/// Who did something, as a reader may know them.
pub(crate) fn who(directory: &Directory, actor: &str, officer_reads: bool) -> String {
    match actor.split_once('/') {
        Some(("officer", login)) => match directory.officer(&Login(login.to_owned())) {
            // The petitioner deals with the office; its people know each other by name.
            Some(officer) if officer_reads => {
                format!("{} {}", directory.name_of(&officer.office), officer.name)
            }
            Some(officer) => directory.name_of(&officer.office),
            None => login.to_owned(),
        },
        Some((who @ ("petitioner" | "helper"), number)) => {
            format!("第{number}位代表{}", if who == "helper" { "委托的人" } else { "" })
        }
        _ => match actor {
            "petitioner" => "信访人".to_owned(),
            "helper" => "信访人委托的人".to_owned(),
            "clock" => "期限".to_owned(),
            "import" => "导入".to_owned(),
            other => other.to_owned(),
        },
    }
}

fn what(loaded: &Loaded, directory: &Directory, event: &MatterEvent) -> String {
    let letter =
        |id: &str| loaded.procedure.letters.get(id).map_or_else(|| id.to_owned(), |letter| letter.name.clone());
    let outcome =
        |id: &str| loaded.procedure.outcomes.get(id).map_or_else(|| id.to_owned(), |outcome| outcome.name.clone());
    match &event.fact {
        MatterFact::Registered { channel, .. } => format!("{}登记", channel.name()),
        MatterFact::IntakeRepeated { channel: Channel::Web | Channel::MessageBoard, people, .. } => match people {
            0 | 1 => "在网上补充说明".to_owned(),
            people => format!("在网上补充说明，{people}人"),
        },
        MatterFact::IntakeRepeated { channel, people, .. } => format!("再次{}，{people}人", channel.name()),
        MatterFact::Transferred { to } => format!("转送{}", directory.name_of(to)),
        MatterFact::Accepted {} => "受理".to_owned(),
        MatterFact::Refused { ground } => {
            format!("不予受理：{}", words::name_in(words::REFUSAL_GROUNDS, ground))
        }
        MatterFact::Diverted { channel } => {
            format!("导入法定途径：{}", words::name_in(words::STATUTORY_CHANNELS, channel))
        }
        MatterFact::Extended { days, approved_by } => {
            let approver =
                directory.officer(approved_by).map_or_else(|| approved_by.0.clone(), |o| o.name.clone());
            format!("延期{days}日，{approver}批准")
        }
        MatterFact::Decided { outcome: id, .. } => format!("作出意见：{}", outcome(id)),
        MatterFact::Served { document, how, party, .. } => {
            let to = party.map_or_else(String::new, |party| format!("给{}", person_in_words(party)));
            format!("{}{}{to}", words::name_in(words::SERVICE_MEANS, how), letter(document))
        }
        MatterFact::KeyMarked { ground } => {
            format!("列为重点事项：{}", words::name_in(words::KEY_GROUNDS, ground))
        }
        MatterFact::Attached(file) => {
            let kind = attachments::Kind::from_word(&file.kind).map_or("文件", attachments::Kind::name);
            format!("附件：{kind}，{}", size_in_words(file.bytes))
        }
        MatterFact::Erased { why, .. } if why == words::ASKED => "按本人请求删除本人的内容".to_owned(),
        MatterFact::Erased { .. } => "保存期限届满，删除内容".to_owned(),
        MatterFact::ReviewRequested { .. } => "申请复查".to_owned(),
        MatterFact::ReviewAccepted {} => "受理复查".to_owned(),
        MatterFact::ReviewDecided { outcome: id } => format!("作出复查意见：{}", outcome(id)),
        MatterFact::Rated { about, rating } => format!(
            "评价{}：{}",
            words::name_in(words::RATED_OBJECTS, about),
            words::name_in(words::RATINGS, rating)
        ),
        MatterFact::DemandTold(_) => "别的单位要求调取这件事的信息".to_owned(),
        MatterFact::Done { verb, said, .. } => done(loaded, directory, *verb, said),
        MatterFact::ClockWarned { .. } | MatterFact::DueMoved { .. } | MatterFact::ClockEnded { .. } => {
            clock_said(loaded, directory, &event.fact)
        }
    }
}

/// One of several people by their number.
pub(crate) fn person_in_words(person: u32) -> String {
    if person == command::FIRST { "信访人".to_owned() } else { format!("第{person}位代表") }
}

/// What a clock said.
fn clock_said(loaded: &Loaded, directory: &Directory, fact: &MatterFact) -> String {
    let clock_name =
        |id: &str| loaded.procedure.clocks.get(id).map_or_else(|| id.to_owned(), |clock| clock.name.clone());
    match fact {
        MatterFact::ClockWarned { clock, due, .. } => {
            format!("{}将于{}届满，提醒抓紧办理", clock_name(clock), day::in_words(*due))
        }
        MatterFact::DueMoved { clock, was, due, because, .. } => format!(
            "{}由{}改为{}（{}）",
            clock_name(clock),
            day::in_words(*was),
            day::in_words(*due),
            if because.starts_with("calendar") {
                "放假安排公布后重新计算"
            } else {
                "日期更正后重新计算"
            }
        ),
        MatterFact::ClockEnded { clock, due, tells, tells_petitioner, lapses, .. } => {
            let name = clock_name(clock);
            let offices: Vec<String> = tells.iter().map(|office| directory.name_of(office)).collect();
            // The person is not written to: it stands on their page, for them to see.
            let mut told = String::new();
            if !offices.is_empty() {
                told.push_str(&format!("，已告知{}", offices.join("、")));
            }
            if *tells_petitioner {
                told.push_str("，信访人查询进度时看得到");
            }
            match lapses {
                Some(right) => format!("{name}于{}届满，{right}终止", day::in_words(*due)),
                None => format!("{name}于{}届满仍未办{told}", day::in_words(*due)),
            }
        }
        _ => String::new(),
    }
}

/// An act told by its fields: 约谈；承诺：完成期限2023年5月1日，金额（分）120000.
fn done(loaded: &Loaded, directory: &Directory, verb: Verb, said: &BTreeMap<String, String>) -> String {
    if verb == Verb::HandOver {
        return format!("{}：{}", verb.name(), super::demand::names(&casework::demand::named(said, "gives")));
    }
    let fields = verb.fields().iter().filter_map(|field| {
        let content = said.get(field.name)?;
        Some(format!(
            "{}{}",
            field.label.replace("（分）", ""),
            in_words(&loaded.procedure, directory, field.kind, content)
        ))
    });
    let said: Vec<String> = fields.collect();
    if said.is_empty() { verb.name().to_owned() } else { format!("{}：{}", verb.name(), said.join("，")) }
}

/// The content of a field as a person reads it.
pub(crate) fn in_words(procedure: &Procedure, directory: &Directory, kind: FieldKind, content: &str) -> String {
    match kind {
        FieldKind::Words(list) => format!("“{}”", words::name_in(list, content)),
        FieldKind::Day => content.parse().map_or_else(|_| content.to_owned(), day::in_words),
        FieldKind::Office => directory.name_of(&content.into()),
        FieldKind::Login => {
            directory.officer(&content.into()).map_or_else(|| content.to_owned(), |officer| officer.name.clone())
        }
        FieldKind::Flag => if content == "yes" { "：是" } else { "：否" }.to_owned(),
        FieldKind::Outcome => {
            let known = procedure.outcomes.get(content);
            format!("“{}”", known.map_or(content, |outcome| &outcome.name))
        }
        FieldKind::Fen => match content.parse::<u64>() {
            Ok(fen) => format!("{}.{:02}元", fen / 100, fen % 100),
            Err(_) => content.to_owned(),
        },
        FieldKind::Number | FieldKind::Reference | FieldKind::Letter | FieldKind::Text => content.to_owned(),
    }
}

/// Whether something is said in an event besides what happened.
fn has_words(fact: &MatterFact) -> bool {
    match fact {
        MatterFact::Done { verb, .. } => verb.fields().iter().any(|field| field.is_sealed()),
        MatterFact::Registered { .. }
        | MatterFact::IntakeRepeated { .. }
        | MatterFact::Refused { .. }
        | MatterFact::Diverted { .. }
        | MatterFact::Extended { .. }
        | MatterFact::Decided { .. }
        | MatterFact::ReviewRequested { .. }
        | MatterFact::ReviewDecided { .. } => true,
        _ => false,
    }
}

fn text(fact: &MatterFact, words: &[Sealed]) -> String {
    let field = |name: &str| identity::said(words, name).unwrap_or_default();
    match fact {
        MatterFact::Registered { .. } => String::new(),
        MatterFact::Refused { .. } => format!("请向{}提出", field("go_to")),
        MatterFact::Diverted { .. } => field("note"),
        MatterFact::Extended { .. } => format!("理由：{}", field("reason")),
        MatterFact::Decided { .. } if !field("basis").is_empty() => {
            format!("{}\n依据：{}", field("text"), field("basis"))
        }
        MatterFact::Done { verb, .. } => {
            let texts = verb.fields().iter().filter(|field| field.is_sealed());
            let said: Vec<(&str, String)> =
                texts.map(|asked| (asked.label, field(asked.name))).filter(|(_, text)| !text.is_empty()).collect();
            match said.as_slice() {
                [(_, only)] => only.clone(),
                many => many.iter().map(|(label, text)| format!("{label}：{text}")).collect::<Vec<_>>().join("\n"),
            }
        }
        _ => field("text"),
    }
}

fn verb(fact: &MatterFact) -> Option<Verb> {
    Some(match fact {
        MatterFact::Registered { .. } => Verb::Register,
        MatterFact::IntakeRepeated { .. } => Verb::Repeat,
        MatterFact::Transferred { .. } => Verb::Transfer,
        MatterFact::Accepted {} => Verb::Accept,
        MatterFact::Refused { .. } => Verb::Refuse,
        MatterFact::Diverted { .. } => Verb::Divert,
        MatterFact::Extended { .. } => Verb::Extend,
        MatterFact::Decided { .. } => Verb::Decide,
        MatterFact::Served { .. } => Verb::Serve,
        MatterFact::Attached(_) => Verb::Supplement,
        MatterFact::KeyMarked { .. } => Verb::MarkKey,
        MatterFact::ReviewRequested { .. } => Verb::RequestReview,
        MatterFact::ReviewAccepted {} => Verb::AcceptReview,
        MatterFact::ReviewDecided { .. } => Verb::DecideReview,
        MatterFact::Rated { .. } => Verb::Rate,
        MatterFact::Done { verb, .. } => *verb,
        MatterFact::Erased { .. }
        | MatterFact::ClockEnded { .. }
        | MatterFact::ClockWarned { .. }
        | MatterFact::DueMoved { .. }
        | MatterFact::DemandTold(_) => return None,
    })
}
