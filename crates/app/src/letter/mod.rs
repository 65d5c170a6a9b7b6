//! Documents of a matter as letters: what happened put into the letter's words as known that day, then printed.

mod compose;
mod form;
mod notice;

pub use form::Sheet;

use std::sync::{Arc, OnceLock};

use casework::event::{MatterFact, Public, Sealed, Stream};
use casework::matter::{Document, Matter};
use casework::procedure::WhoIs;
use casework::refusal::Refusal;
use casework::verb::Verb;
use jiff::Timestamp;
use letters::{Fonts, Letter, Press};

use crate::App;
use crate::error::AppError;
use crate::perform::{Loaded, next_matter};
use crate::show::{Reader, identity};

/// A letter, printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterShown {
    /// What it is called, e.g. 受理告知书.
    pub name: String,
    /// Its number.
    pub number: String,
    /// The PDF: the same for the same document, however often it is asked.
    pub pdf: Vec<u8>,
}

/// The press, opened at the first letter: it costs a third of a second and the memory of its fonts.
#[derive(Default)]
pub(crate) struct LazyPress(OnceLock<Result<Arc<Press>, String>>);

impl LazyPress {
    pub(crate) fn get(&self) -> Result<Arc<Press>, AppError> {
        self.0
            .get_or_init(|| Press::open(&Fonts::debian()).map(Arc::new).map_err(|error| error.to_string()))
            .clone()
            .map_err(AppError::Letter)
    }
}

/// What a letter is composed from: the matter as it was when the document was made, and the words known by then.
pub(crate) struct Known {
    pub(crate) matter: Matter,
    /// Words of each event up to the document, by version.
    pub(crate) words: Vec<Vec<Sealed>>,
    /// The fact that made the document.
    pub(crate) made_by: MatterFact,
    /// Whose copy it is, where one of several people reads it: it names no other.
    pub(crate) person: Option<u32>,
}

/// Whether a document of this id is printed as a letter: all are, but the receipt, which has a page of its own.
pub fn has_template(document: &str) -> bool {
    document != "receipt"
}

/// Whether a document reaches people by being served.
fn is_served(loaded: &Loaded, document: &str) -> bool {
    let mut acts = loaded.procedure.acts().map(|(_, act)| act);
    acts.any(|act| act.verb == Verb::Serve && act.letter.as_deref() == Some(document))
}

/// Whether a letter is this reader's to read: what offices write to each other is not the person's post.
pub(crate) fn is_for(reader: &Reader, loaded: &Loaded, document: &str) -> bool {
    let to = loaded.procedure.letters.get(document).map(|letter| letter.to.as_str());
    let to_person = to.and_then(|to| loaded.procedure.who.get(to)).is_some_and(|who| who.is == WhoIs::Petitioner);
    matches!(reader, Reader::Officer(_)) || to_person
}

impl App {
    /// A document of a matter as a PDF; `index` counts the matter's documents from 1.
    ///
    /// # Errors
    /// The reader may not see the matter, there is no such document or no template, or the fonts are missing.
    pub fn letter(
        &self,
        reader: &Reader,
        reference: &str,
        index: usize,
        now: Timestamp,
    ) -> Result<LetterShown, AppError> {
        let (loaded, actor) = self.open_for(reader, reference, now)?;
        let person = actor.person().filter(|_| loaded.matter.is_joint());
        let wanted = index.checked_sub(1).and_then(|at| loaded.matter.documents.get(at));
        let document = wanted.ok_or(Refusal::NoSuchMatter)?.clone();
        if !has_template(&document.made.document) || !is_for(reader, &loaded, &document.made.document) {
            return Err(Refusal::NoSuchMatter.into());
        }
        let reached = |person| loaded.matter.reach(&document, person).is_some();
        if is_served(&loaded, &document.made.document) && person.is_some_and(|person| !reached(person)) {
            return Err(Refusal::NoSuchMatter.into());
        }
        let told = identity::is_told(reader, &loaded.matter, now);
        let letter = self.composed(&loaded, &document, index, told, person)?;
        let pdf = self.press.get()?.render(&letter).map_err(|error| AppError::Letter(error.to_string()))?;
        let name = loaded.procedure.letters.get(&document.made.document);
        Ok(LetterShown {
            name: name.map_or_else(|| document.made.document.clone(), |letter| letter.name.clone()),
            number: letter.number.to_string(),
            pdf,
        })
    }

    fn composed(
        &self,
        loaded: &Loaded,
        document: &Document,
        index: usize,
        told: bool,
        person: Option<u32>,
    ) -> Result<Letter, AppError> {
        let known = Known { person, ..self.known_by(&loaded.matter, index, told)? };
        let law = self.law();
        compose::letter(&known, document, &loaded.procedure, &law.calendar, &self.known_directory())
    }

    /// The matter as it was right after its `index`-th document was made: later events do not change a letter.
    fn known_by(&self, matter: &Matter, index: usize, told: bool) -> Result<Known, AppError> {
        let stream = Stream::Matter(matter.id.clone());
        let mut then: Option<Matter> = None;
        let mut all_words = self.store.all_words(&stream)?;
        let mut words = Vec::new();
        for recorded in self.store.events(&stream, 0)? {
            let Public::Matter(event) = &recorded.public else { continue };
            then = next_matter(then, &matter.id, event, recorded.at);
            words.push(identity::for_reader(all_words.remove(&recorded.version).unwrap_or_default(), told));
            if let Some(then) = then.take_if(|then| then.documents.len() == index) {
                if matter.gone(then.version).is_some() {
                    break;
                }
                return Ok(Known { matter: then, words, made_by: event.fact.clone(), person: None });
            }
        }
        Err(Refusal::NoSuchMatter.into())
    }
}

#[cfg(test)]
mod tests {
    use casework::event::Origin;
    use letters::Content;

    use super::*;

    const STORY: &str = r#"{"at":"2023-01-02T07:00:00+08:00","by":"admin","do":"story","id":"s","title":"短故事"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"1","name":"某县","kind":"county","parent":null}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"xf","name":"某县信访局","kind":"petition_office","parent":"1"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"d1","name":"某县住建局","kind":"department","parent":"1"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"登记员","office":"xf","roles":["registrar"]}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"o1","name":"承办人","office":"d1","roles":["officer","leader"]}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"rev","name":"复查员","office":"1","roles":["reviewer"]}
{"at":"2023-01-03T09:00:00+08:00","by":"clerk","do":"register","ref":"R1","channel":"visit","people":12,"place":"1","category":"房屋拆迁","summary":"补偿款没有付","text":"一、要求付款。","petitioner":{"name":"谢甲"},"representatives":[{"name":"谢甲"},{"name":"钱乙"}]}
{"at":"2023-01-04T09:00:00+08:00","by":"clerk","do":"transfer","ref":"R1","to":"d1"}
{"at":"2023-01-06T09:00:00+08:00","by":"o1","do":"accept","ref":"R1"}
{"at":"2023-01-16T09:00:00+08:00","by":"o1","do":"extend","ref":"R1","days":4,"reason":"复杂","approved_by":"o1"}
{"at":"2023-01-17T09:00:00+08:00","by":"o1","do":"decide","ref":"R1","outcome":"not_supported","text":"一、已经付清。\n二、不再付。","basis":"《某条例》第3条"}
{"at":"2023-01-17T10:00:00+08:00","by":"o1","do":"serve","ref":"R1","document":"opinion","how":"post"}
{"at":"2023-01-18T09:00:00+08:00","by":"petitioner","do":"request_review","ref":"R1","text":"没有收到"}
{"at":"2023-01-19T09:00:00+08:00","by":"rev","do":"accept_review","ref":"R1"}
{"at":"2023-01-20T09:00:00+08:00","by":"rev","do":"decide_review","ref":"R1","outcome":"upheld","text":"属实，维持。"}
{"at":"2023-01-20T09:00:00+08:00","by":"clerk","do":"register","ref":"R2","channel":"letter","people":1,"place":"1","category":"其他","summary":"别的事","text":"别的事","anonymous":true}
{"at":"2023-01-21T09:00:00+08:00","by":"clerk","do":"transfer","ref":"R2","to":"d1"}
{"at":"2023-01-21T09:00:00+08:00","by":"o1","do":"refuse","ref":"R2","ground":"not_competent","go_to":"某县民政局"}
{"at":"2023-01-21T09:00:00+08:00","by":"clerk","do":"register","ref":"R3","channel":"visit","people":3,"place":"1","category":"其他","summary":"工伤","text":"工伤","anonymous":true}
{"at":"2023-01-21T09:00:00+08:00","by":"clerk","do":"divert","ref":"R3","to":"arbitration","note":"向仲裁委提出"}
"#;

    /// Every letter of a matter of the story, by the document's id.
    fn letters_of(name: &str) -> Vec<(String, Letter)> {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2023-02-01T00:00:00Z".parse().unwrap();
        let app = App::open(folder.path(), now).unwrap();
        let replayed = app.replay(STORY.as_bytes(), now, false, |_| {}).unwrap();
        assert_eq!(replayed.refused, []);
        let origin = Origin { from: "story/s".to_owned(), name: name.to_owned() };
        let Some((Stream::Matter(id), _)) = app.store.origin(&origin.from, &origin.name).unwrap() else {
            panic!()
        };
        let loaded = app.load(&id).unwrap();
        let documents = (1..).zip(&loaded.matter.documents);
        let composed = documents.filter(|(_, made)| has_template(&made.made.document)).map(|(index, made)| {
            (made.made.document.clone(), app.composed(&loaded, made, index, true, None).unwrap())
        });
        composed.collect()
    }

    fn content(letters: &[(String, Letter)], document: &str) -> Content {
        let found = letters.iter().find(|(id, _)| id == document);
        found.unwrap_or_else(|| panic!("no {document}")).1.content.clone()
    }

    #[test]
    fn letters_say_what_happened_and_no_more() {
        let letters = letters_of("R1");
        for (_, letter) in &letters {
            assert_eq!(letter.addressee, "谢甲等12人（代表：谢甲、钱乙）");
            assert_eq!(letter.contact.track.as_deref(), Some("在网上“查询进度”"));
        }
        let Content::ExtensionNotice(extension) = content(&letters, "extension_notice") else { panic!() };
        // 60 days end on Tuesday 7 March; four more on a Saturday, so the new last day is Monday the 13th.
        assert_eq!((extension.was_due.to_string().as_str(), extension.days), ("2023-03-07", 4));
        assert_eq!(extension.due.last.to_string(), "2023-03-13");
        let Content::Opinion(opinion) = content(&letters, "opinion") else { panic!() };
        assert_eq!(
            (opinion.outcome.as_str(), opinion.opinion.as_str(), opinion.basis.as_str()),
            ("不予支持", "一、已经付清。\n二、不再付。", "《某条例》第3条")
        );
        let Content::ReviewReceipt(receipt) = content(&letters, "review_receipt") else { panic!() };
        assert_eq!(
            (receipt.requested.to_string(), receipt.taken_up.to_string()),
            ("2023-01-18".into(), "2023-01-19".into())
        );
        assert_eq!(receipt.due.last.to_string(), "2023-02-17");
        let Content::ReviewOpinion(review) = content(&letters, "review_opinion") else { panic!() };
        assert_eq!((review.outcome.as_str(), review.opinion.as_str()), ("维持", "属实，维持。"));
        assert_eq!((review.remedy.act.as_str(), review.remedy.days), ("复核", Some(30)));
    }

    #[test]
    fn what_the_program_does_not_know_is_left_out() {
        let Content::RefusalNotice(refusal) = content(&letters_of("R2"), "refusal_notice") else { panic!() };
        let remedy = refusal.remedy.unwrap();
        assert_eq!(remedy.basis, "《信访工作条例》第40条；期限按本地规则");
        assert_eq!((remedy.act.as_str(), remedy.days), ("督查", Some(30)));
        let letters = letters_of("R3");
        assert_eq!(letters[0].1.addressee, "各位信访人（共3人）");
        let Content::DiversionNotice(diversion) = content(&letters, "diversion_notice") else { panic!() };
        assert_eq!(diversion.organ, None);
    }
}
