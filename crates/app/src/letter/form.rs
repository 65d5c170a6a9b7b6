//! The sheets offices keep beside the letters: 呈批单, which goes round for signatures, and 送达回证, which the receiver signs.

use casework::clock;
use casework::command::Actor;
use casework::day;
use casework::event::{MatterFact, PartyNumber, Public, Stream};
use casework::matter::Matter;
use casework::office::Directory;
use casework::refusal::Refusal;
use casework::verb::Verb;
use casework::words;
use jiff::Timestamp;
use jiff::civil::Date;
use letters::{Contact, Content, DocumentNumber, Form, Item, Letter};

use super::LetterShown;
use crate::App;
use crate::error::AppError;
use crate::perform::Loaded;
use crate::show::{Reader, identity, told};

/// Which sheet is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// 呈批单 of the matter: who drafted, checked, countersigned, signed and sealed, and what each said.
    Approval,
    /// 送达回证 of the matter's so-manieth document, from 1.
    Service(usize),
}

/// The steps of the signing chain, in order, with the box each fills.
const CHAIN: [(Verb, &str); 6] = [
    (Verb::Draft, "拟办意见"),
    (Verb::Check, "审核意见"),
    (Verb::Countersign, "会签意见"),
    (Verb::Sign, "签发"),
    (Verb::ReturnDraft, "退回"),
    (Verb::Seal, "用印"),
];

/// One event as a sheet reads it.
struct Done {
    fact: MatterFact,
    day: Date,
    /// Office and name of the officer.
    who: String,
    words: std::collections::BTreeMap<String, String>,
}

impl App {
    /// A sheet of a matter as a PDF, for officers who may see the matter. Boxes that nobody filled yet are left free, to
    /// be filled by hand.
    ///
    /// # Errors
    /// The reader is no officer or may not see the matter, there is no such document, or the fonts are missing.
    pub fn sheet(
        &self,
        actor: &Actor,
        reference: &str,
        sheet: Sheet,
        now: Timestamp,
    ) -> Result<LetterShown, AppError> {
        let reader = Reader::Officer(actor.clone());
        let (loaded, _) = self.open_for(&reader, reference, now)?;
        let told = identity::is_told(&reader, &loaded.matter, now);
        let directory = self.known_directory();
        let done = self.done_in(&loaded, &directory, told)?;
        let (title, form) = match sheet {
            Sheet::Approval => ("信访事项呈批单", self.approval(&loaded, &directory, &done)),
            Sheet::Service(index) => ("送达回证", service(&loaded, &directory, &done, index)?),
        };
        let matter = &loaded.matter;
        let issuer = directory.name_of(matter.competent.as_ref().unwrap_or(&matter.home));
        let letter = Letter {
            number: DocumentNumber { organ: issuer.clone(), year: day::day_of(matter.last_at).year(), number: 1 },
            title: Some(title.to_owned()),
            addressee: issuer.clone(),
            reference: matter.reference.clone(),
            date: day::day_of(matter.last_at),
            contact: Contact { office: issuer.clone(), phone: None, address: None, hours: None, track: None },
            content: Content::Form(form),
            issuer,
        };
        let pdf = self.press.get()?.render(&letter).map_err(|error| AppError::Letter(error.to_string()))?;
        Ok(LetterShown { name: title.to_owned(), number: String::new(), pdf })
    }

    fn done_in(&self, loaded: &Loaded, directory: &Directory, told: bool) -> Result<Vec<Done>, AppError> {
        let stream = Stream::Matter(loaded.matter.id.clone());
        let mut all_words = self.store.all_words(&stream)?;
        let mut done = Vec::new();
        for recorded in self.store.events(&stream, 0)? {
            let Public::Matter(event) = recorded.public else { continue };
            let words = identity::for_reader(all_words.remove(&recorded.version).unwrap_or_default(), told);
            let of_first = words.iter().position(|words| words.party == PartyNumber::FIRST).unwrap_or(0);
            let mine = words.into_iter().nth(of_first);
            done.push(Done {
                fact: event.fact,
                day: day::day_of(recorded.at),
                who: told::who(directory, &recorded.actor, true),
                words: mine.map(|words| words.fields).unwrap_or_default(),
            });
        }
        Ok(done)
    }

    fn approval(&self, loaded: &Loaded, directory: &Directory, done: &[Done]) -> Form {
        let matter = &loaded.matter;
        let told = |label: &str, text: String| Item { label: label.to_owned(), text };
        let mut rows = vec![
            told("来信来访", came(matter)),
            told("事由", done.first().and_then(|first| first.words.get("summary")).cloned().unwrap_or_default()),
        ];
        // What came from other offices, and what a leader asked.
        for (verb, label) in [(Verb::NoteOrigin, "来文"), (Verb::Assign, "交办"), (Verb::Instruct, "领导批示")]
        {
            rows.extend(of_verb(done, verb).map(|one| told(label, in_full(loaded, directory, one, verb))));
        }
        for (verb, label) in CHAIN {
            let said: Vec<String> = of_verb(done, verb).map(|one| in_full(loaded, directory, one, verb)).collect();
            // Nobody fills a box for a return by hand.
            if !said.is_empty() || verb != Verb::ReturnDraft {
                rows.push(told(label, said.join("\n")));
            }
        }
        let runs = clock::runs_of(&loaded.procedure, &self.law().calendar, matter);
        let due =
            clock::governing(&runs).map(|run| format!("{}：至{}", run.clock.name, day::in_words(run.due.day)));
        Form { rows, note: due }
    }
}

fn of_verb(done: &[Done], wanted: Verb) -> impl Iterator<Item = &Done> {
    done.iter().filter(move |one| matches!(one.fact, MatterFact::Done { verb, .. } if verb == wanted))
}

/// What was said in an act, by whom and when.
fn in_full(loaded: &Loaded, directory: &Directory, one: &Done, verb: Verb) -> String {
    let MatterFact::Done { said, .. } = &one.fact else { return String::new() };
    let mut parts: Vec<String> = Vec::new();
    for field in verb.fields() {
        let content = said.get(field.name).or_else(|| one.words.get(field.name));
        let Some(content) = content.filter(|content| !content.is_empty()) else { continue };
        let content = if field.is_sealed() {
            content.clone()
        } else {
            let words = told::in_words(&loaded.procedure, directory, field.kind, content);
            words.trim_start_matches('：').to_owned()
        };
        let own = matches!(field.name, "text" | "opinion" | "reason");
        parts.push(if own { content } else { format!("{}：{content}", field.label) });
    }
    parts.push(format!("{}　{}", one.who, day::in_words(one.day)));
    parts.join("\n")
}

fn came(matter: &Matter) -> String {
    let intake = matter.intakes.first();
    intake.map_or_else(String::new, |intake| {
        format!("{}　{}　{}人", day::in_words(day::day_of(intake.at)), intake.channel.name(), intake.people)
    })
}

fn service(loaded: &Loaded, directory: &Directory, done: &[Done], index: usize) -> Result<Form, AppError> {
    let document =
        index.checked_sub(1).and_then(|at| loaded.matter.documents.get(at)).ok_or(Refusal::NoSuchMatter)?;
    let letter = loaded.procedure.letters.get(&document.made.document);
    let name = letter.map_or_else(|| document.made.document.clone(), |letter| letter.name.clone());
    let issuer = directory.name_of(&document.made.office);
    let of_this = |one: &&Done| matches!(&one.fact, MatterFact::Served { document: served, .. } if *served == document.made.document);
    // Of several documents of one name each was served in its turn.
    let same = |other: &&casework::matter::Document| other.made.document == document.made.document;
    let before = loaded.matter.documents.iter().take(index).filter(same).count().saturating_sub(1);
    let served = document.served.as_ref().and_then(|_| done.iter().filter(of_this).nth(before));
    let how =
        document.served.as_ref().map_or_else(String::new, |(_, how)| words::name_in(words::SERVICE_MEANS, how));
    let said = |label: &str, text: String| Item { label: label.to_owned(), text };
    let receiver = done.first().and_then(|first| first.words.get("name")).cloned().unwrap_or_default();
    Ok(Form {
        rows: vec![
            said("送达文书", format!("{name}\n{}", told::number(&issuer, &document.made))),
            said("受送达人", if receiver.is_empty() { "信访人（未留姓名）".to_owned() } else { receiver }),
            said("送达方式", how),
            said("送达时间", served.map_or_else(String::new, |one| day::in_words(one.day))),
            said("送达地点", String::new()),
            said("送达人", served.map_or_else(String::new, |one| one.who.clone())),
            said("送达凭证", served.and_then(|one| one.words.get("proof")).cloned().unwrap_or_default()),
            said("受送达人签名或者盖章", String::new()),
            said("拒收事由、见证人", String::new()),
        ],
        note: Some("受送达人签收只表示收到，不表示同意文书的内容。".to_owned()),
    })
}
