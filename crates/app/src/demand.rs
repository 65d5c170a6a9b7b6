//! 调取信息: another body's demand for data of one matter: entered as a matter of its own, beside the one it is about; what
//! leaves is printed once, and no more than was granted.

use std::collections::BTreeMap;
use std::sync::Arc;

use casework::act::{self, Made};
use casework::command::{Actor, MatterCommand, Person, Register};
use casework::day;
use casework::demand;
use casework::event::{Channel, MatterEvent, MatterId, PartyNumber, Public, Stream};
use casework::matter::Matter;
use casework::office::OfficeCode;
use casework::procedure::Procedure;
use casework::read::{self, Row, Under};
use casework::refusal::Refusal;
use casework::verb::Verb;
use casework::words;
use casework::world::{Asks, Numbers, World};
use jiff::Timestamp;
use letters::{Contact, Content, DocumentNumber, Form, Item, Letter};
use store::{Source, StoreError};

use crate::error::AppError;
use crate::perform::{Loaded, TRIES, next_matter};
use crate::{App, Doing, Done, LetterShown, Target, reference};

/// Field name → content, as a form gives it.
pub type Said = BTreeMap<String, String>;

/// A demand as an officer enters it.
#[derive(Debug, Clone)]
pub struct Demand {
    /// What the demand says, by the fields of `note_demand`.
    pub said: Said,
    /// Why the person may not be told and until when, by the fields of `bar_telling`; none where they may.
    pub bar: Option<Said>,
}

impl App {
    /// Enters a demand: it is registered, noted and, where the law bars telling the person, barred, all or nothing. Its
    /// reference.
    ///
    /// # Errors
    /// A refusal, or the store's failure.
    pub fn demand(&self, doing: &Doing, asked: &Demand) -> Result<String, AppError> {
        for action in ["register", Verb::NoteDemand.word(), Verb::BarTelling.word()] {
            self.authorise(&doing.actor, action)?;
        }
        if let Some(Stream::Matter(id)) = self.store.done(&doing.command)? {
            return Ok(self.load(&id)?.matter.reference.clone());
        }
        self.wake(doing.at, doing.recorded)?;
        let about = asked.said.get("matter").cloned().unwrap_or_default();
        let about = self.find(&doing.actor, &Target::Reference(about))?;
        for _ in 0..TRIES {
            match self.enter_demand(doing, &self.load(&about)?.matter, asked) {
                Err(AppError::Store(StoreError::ReferenceTaken | StoreError::Conflict(_))) => {}
                Err(AppError::Store(StoreError::Repeated(command))) => {
                    let Some(Stream::Matter(id)) = self.store.done(&command)? else {
                        return Err(StoreError::Repeated(command).into());
                    };
                    return Ok(self.load(&id)?.matter.reference.clone());
                }
                done => return done,
            }
        }
        Err(StoreError::ReferenceTaken.into())
    }

    fn enter_demand(&self, doing: &Doing, about: &Matter, asked: &Demand) -> Result<String, AppError> {
        let (law, directory) = (self.law(), self.known_directory());
        let (hash, procedure) = law.governing(demand::FAMILY, day::day_of(doing.at))?;
        let id = MatterId(self.store.fresh_id(doing.recorded)?);
        let reference = reference::fresh(self.store.node(), doing.at, self.store.random()?);
        let body = match asked.said.get("office") {
            Some(code) => directory.name_of(&OfficeCode(code.clone())),
            None => asked.said.get("body").cloned().unwrap_or_default(),
        };
        let mut register = registration(about, &body, asked);
        (register.id, register.reference) = (id.clone(), reference.clone());
        // Nobody is given this code: the body is answered by letter.
        register.code_digest = store::code_digest(&self.store.code_for(&doing.command));
        let note = |verb, said: &Said| MatterCommand::Do { verb, said: said.clone(), which: None };
        let mut commands = vec![MatterCommand::Register(Box::new(register)), note(Verb::NoteDemand, &asked.said)];
        commands.extend(asked.bar.as_ref().map(|bar| note(Verb::BarTelling, bar)));
        let (mut matter, mut made): (Option<Matter>, Made) = (None, Made::new());
        for command in &commands {
            let world = World {
                procedure: &procedure,
                calendar: &law.calendar,
                directory: &directory,
                matter: matter.as_ref(),
                about: Some(about),
                numbers: &Numbers::new(),
                asks: Asks::NONE,
                actor: &doing.actor,
                now: doing.at,
            };
            let more = act::act(&world, command)?;
            for (_, event) in &more {
                if let Public::Matter(event) = &event.public {
                    matter = next_matter(matter, &id, event, doing.at);
                }
            }
            made.extend(more);
        }
        let under = Under { procedure: &procedure, calendar: &law.calendar, directory: &directory };
        self.submit(doing.context(), None, &under, &hash, made)?.wait()?;
        Ok(reference)
    }

    /// The matter that an act is about besides its own; none for nearly every act.
    pub(crate) fn about(
        &self,
        doing: &Doing,
        matter: Option<&Matter>,
        command: &MatterCommand,
    ) -> Result<Option<Arc<Matter>>, AppError> {
        if let Some(named) = demand::named_in(command) {
            let target = Target::Reference(named.to_owned());
            // Whoever wrote a story knows its matters.
            let id = match doing.source {
                Source::Replay => self.find(&Actor::Import, &target),
                _ => self.find(&doing.actor, &target),
            }?;
            return Ok(Some(self.load(&id)?.matter));
        }
        self.about_of(matter)
    }

    fn about_of(&self, matter: Option<&Matter>) -> Result<Option<Arc<Matter>>, AppError> {
        let Some(named) = matter.and_then(demand::about) else { return Ok(None) };
        let id = self.find(&Actor::Import, &Target::Reference(named.to_owned()))?;
        Ok(Some(self.load(&id)?.matter))
    }

    /// What a clock made, with what it tells the person a demand is about; and since when that can be.
    pub(crate) fn with_news(
        &self,
        loaded: &Loaded,
        at: Timestamp,
        made: Made,
    ) -> Result<(Timestamp, Made), AppError> {
        let Some(about) = self.about_of(Some(&loaded.matter))? else { return Ok((at, made)) };
        let at = at.max(about.last_at);
        Ok((at, act::with_news(&loaded.matter, made, &about, at)))
    }

    /// What an event leaves in another matter than the one that is acted on: its version before, its rows, its law.
    pub(crate) fn beside(
        &self,
        id: &MatterId,
        event: &MatterEvent,
        at: Timestamp,
    ) -> Result<(u64, Vec<Row>, Arc<str>), AppError> {
        let Loaded { matter: before, procedure, hash } = self.load(id)?;
        // It moved since the act was decided: decide again on what it is now.
        if before.step != event.step || at < before.last_at {
            return Err(StoreError::Conflict(id.0.clone()).into());
        }
        let mut after = (*before).clone();
        after.apply(event, at);
        let (law, directory) = (self.law(), self.known_directory());
        let under = Under { procedure: &procedure, calendar: &law.calendar, directory: &directory };
        let mut rows = vec![Row::Matter(Box::new(read::matter_row(&under, &after)))];
        rows.extend(read::rows_of(&under, Some(&before), &after, event, at));
        Ok((before.version, rows, hash))
    }

    /// Hands over what was granted: printed, then recorded with the fields that leave. None where it was handed over
    /// before: it leaves once.
    ///
    /// # Errors
    /// A refusal, the store fails, or the fonts are missing.
    pub fn hand_over(&self, doing: &Doing, reference: &str) -> Result<Option<LetterShown>, AppError> {
        if self.store.done(&doing.command)?.is_some() {
            return Ok(None);
        }
        let target = Target::Reference(reference.to_owned());
        let demanded = self.load(&self.find(&doing.actor, &target)?)?;
        // What cannot be printed does not leave.
        let sheet = self.what_is_given(&demanded, doing.at)?;
        let command = MatterCommand::Do { verb: Verb::HandOver, said: Said::new(), which: None };
        match self.act(doing, &target, &command)? {
            Done::Now(_) => Ok(Some(sheet)),
            Done::Before(_) => Ok(None),
        }
    }

    fn what_is_given(&self, demanded: &Loaded, now: Timestamp) -> Result<LetterShown, AppError> {
        let matter = &demanded.matter;
        let reference = demand::about(matter).ok_or(Refusal::NoSuchMatter)?.to_owned();
        let about = self.load(&self.find(&Actor::Import, &Target::Reference(reference.clone()))?)?;
        let directory = self.known_directory();
        let issuer = directory.name_of(&matter.home);
        let mut rows = vec![item("信访事项编号", reference)];
        for (word, label) in demand::SCOPE.iter().filter(|(word, _)| demand::given(matter).contains(word)) {
            rows.push(item(label, self.given(&about, &directory, word)?));
        }
        let body = self.store.words(&Stream::Matter(matter.id.clone()), 1)?;
        let body = body.iter().find(|words| words.party == PartyNumber::FIRST);
        let today = day::day_of(now);
        let letter = Letter {
            number: DocumentNumber { organ: issuer.clone(), year: today.year(), number: 1 },
            title: Some("提供信息清单".to_owned()),
            addressee: body.and_then(|words| words.fields.get("name")).cloned().unwrap_or_default(),
            reference: matter.reference.clone(),
            date: today,
            contact: Contact { office: issuer.clone(), phone: None, address: None, hours: None, track: None },
            content: Content::Form(Form {
                rows,
                note: Some(
                    "只提供决定书写明的几项，只用于来文写明的目的；不得用于打击报复（信访工作条例第18条）。"
                        .to_owned(),
                ),
            }),
            issuer,
        };
        let pdf = self.press.get()?.render(&letter).map_err(|error| AppError::Letter(error.to_string()))?;
        Ok(LetterShown { name: "提供信息清单".to_owned(), number: String::new(), pdf })
    }

    /// One item of the closed list, of the petitioner alone: representatives and whoever else is named stay here.
    fn given(
        &self,
        about: &Loaded,
        directory: &casework::office::Directory,
        word: &str,
    ) -> Result<String, AppError> {
        let matter = &about.matter;
        let words = self.store.words(&Stream::Matter(matter.id.clone()), 1)?;
        let first = words.iter().find(|words| words.party == PartyNumber::FIRST);
        let said = |field: &str| first.and_then(|words| words.fields.get(field)).cloned().unwrap_or_default();
        let or_none = |text: String| if text.is_empty() { "没有留下".to_owned() } else { text };
        Ok(match word {
            "name" => or_none(said("name")),
            "contact" => {
                let known = [said("phone"), said("contact")].into_iter().filter(|text| !text.is_empty());
                or_none(known.collect::<Vec<_>>().join("；"))
            }
            "filing" => format!("{}\n{}", said("summary"), said("text")),
            "letters" => {
                let served = matter.documents.iter().filter_map(|made| {
                    let (at, how) = made.served.as_ref()?;
                    let id = &made.made.document;
                    let name = about.procedure.letters.get(id).map_or(id, |letter| &letter.name);
                    let number = crate::show::number(&directory.name_of(&made.made.office), &made.made);
                    let how = words::name_in(words::SERVICE_MEANS, how);
                    Some(format!("{} {name}（{number}）{how}", day::in_words(day::day_of(*at))))
                });
                or_none(served.collect::<Vec<_>>().join("\n"))
            }
            "steps" => steps(matter, &about.procedure),
            _ => String::new(),
        })
    }
}

/// The days on which the matter came to each step of its main track. What is inner to an office is not among them.
fn steps(matter: &Matter, procedure: &Procedure) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut stood = "";
    for moment in matter.history.iter().filter(|moment| moment.track.is_none()) {
        if moment.step != stood {
            let name = procedure.steps.get(&moment.step).map_or(moment.step.as_str(), |step| step.name.as_str());
            lines.push(format!("{} {name}", day::in_words(day::day_of(moment.at))));
            stood = &moment.step;
        }
    }
    lines.join("\n")
}

fn item(label: &str, text: String) -> Item {
    Item { label: label.to_owned(), text }
}

/// The demand as a matter: of the place and kind of the one it is about, and kept from whoever that one is kept from.
fn registration(about: &Matter, body: &str, asked: &Demand) -> Register {
    let said = |field: &str| asked.said.get(field).map_or("", String::as_str);
    let number: String = said("number").chars().take(60).collect();
    let body = body.trim();
    Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: None,
        channel: Channel::Letter,
        people: 1,
        place: about.place.clone(),
        category: about.category.clone(),
        summary: format!("{}来文调取信息（{number}）", body.chars().take(60).collect::<String>()),
        text: if said("reason").is_empty() { "（来文）".to_owned() } else { said("reason").to_owned() },
        received: None,
        contact: String::new(),
        // Who demands answers for it by name; where none is written the rules say so.
        petitioner: (!body.is_empty()).then(|| Person { name: body.to_owned(), phone: String::new() }),
        representatives: Vec::new(),
        accused: about.accused.clone(),
        respondents: Vec::new(),
        accused_officers: about.accused_officers.clone(),
        accused_people: String::new(),
        competent: None,
    }
}
