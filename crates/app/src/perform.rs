//! One act from the asking to the journal: load, authorise, act, derive the rows it leaves, append.

use std::sync::Arc;

use casework::act;
use casework::command::{Actor, MatterCommand, Register, SessionCommand};
use casework::day;
use casework::event::{MatterEvent, MatterId, Public, SessionEvent, SessionId, Stream};
use casework::filter::Filter;
use casework::matter::Matter;
use casework::office::{Directory, OfficeCode};
use casework::procedure::Procedure;
use casework::read::{self, Row, Under};
use casework::refusal::Refusal;
use casework::session::Session;
use casework::verb::Verb;
use casework::world::{self, Asks, Numbers, World};
use jiff::Timestamp;
use store::{Context, Entry, Recorded, Source, StoreError};

use crate::error::AppError;
use crate::remembered::Known;
use crate::{App, Law, custody, reference, series};

/// Who does it, when it happened and is written, how it came, and what makes it happen once only.
#[derive(Debug, Clone)]
pub struct Doing {
    /// Who.
    pub actor: Actor,
    /// When it happened.
    pub at: Timestamp,
    /// When it is written.
    pub recorded: Timestamp,
    /// How it came.
    pub source: Source,
    /// Unique for the command.
    pub command: String,
}

impl Doing {
    /// Somebody doing something now.
    pub fn live(actor: Actor, now: Timestamp, command: String) -> Doing {
        Doing { actor, at: now, recorded: now, source: Source::Live, command }
    }

    pub(crate) fn context(&self) -> Context {
        Context {
            command: self.command.clone(),
            source: self.source,
            actor: self.actor.word(),
            at: self.at,
            recorded: self.recorded,
        }
    }
}

/// The id of a command: who asks, a word that is theirs alone, and the content. The same form posted twice gives the
/// same id; the same key with other content another.
pub fn command_id(who: &str, key: &str, content: &str) -> String {
    let content = store::content_hash(content);
    format!("{who}/{}", store::content_hash(format!("{key}/{content}")))
}

/// Whether a command was carried out now or had been before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Now; the stream it began with.
    Now(Stream),
    /// Before, by the same command id: nothing was doubled.
    Before(Stream),
}

/// A matter as an actor names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By the reference people know.
    Reference(String),
    /// By its id, from inside.
    Id(MatterId),
}

/// A new matter as somebody brings it; ids, reference and code are given here.
#[derive(Debug, Clone)]
pub struct Filing {
    /// What is brought. Id, reference and code digest are filled in.
    pub register: Register,
    /// Procedure id or family; none: `petition`.
    pub procedure: Option<String>,
}

/// What a person takes away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The matter.
    pub matter: MatterId,
    /// Its reference.
    pub reference: String,
    /// The secret code.
    pub code: String,
    /// The secret code of each representative, in order.
    pub representatives: Vec<String>,
    /// When it was registered.
    pub registered: Timestamp,
}

/// A matter loaded with the procedure that governs it.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) matter: Arc<Matter>,
    pub(crate) procedure: Arc<Procedure>,
    pub(crate) hash: Arc<str>,
}

/// No document number is given by whoever only looks.
static NO_NUMBERS: Numbers = Numbers::new();

impl Loaded {
    /// What somebody who looks at the matter, or does what takes no number, has before them.
    pub(crate) fn world<'a>(
        &'a self,
        law: &'a Law,
        directory: &'a Directory,
        actor: &'a Actor,
        now: Timestamp,
    ) -> World<'a> {
        World {
            procedure: &self.procedure,
            calendar: &law.calendar,
            directory,
            matter: Some(&self.matter),
            about: None,
            numbers: &NO_NUMBERS,
            asks: Asks::NONE,
            actor,
            now,
        }
    }
}

/// How often an act is tried again when somebody else wrote to the same stream meanwhile.
pub(crate) const TRIES: u32 = 32;

impl App {
    /// Files a matter. The same command gives the same receipt.
    ///
    /// # Errors
    /// A refusal, or the store's failure.
    pub fn register(&self, doing: &Doing, filing: Filing) -> Result<Receipt, AppError> {
        self.authorise(&doing.actor, "register")?;
        let code = self.store.code_for(&doing.command);
        if let Some(receipt) = self.filed_before(doing, &code)? {
            return Ok(receipt);
        }
        self.wake(doing.at, doing.recorded)?;
        let law = self.law();
        let family = filing.procedure.as_deref().unwrap_or("petition");
        let (hash, procedure) = law.governing(family, day::day_of(doing.at))?;
        let mut register = filing.register;
        register.code_digest = store::code_digest(&code);
        for _ in 0..TRIES {
            register.id = MatterId(self.store.fresh_id(doing.recorded)?);
            register.reference = reference::fresh(self.store.node(), doing.at, self.store.random()?);
            let command = MatterCommand::Register(Box::new(register.clone()));
            match self.attempt(doing, None, &procedure, &hash, &command) {
                // Two people got the same digits on the same day: draw again.
                Err(AppError::Store(StoreError::ReferenceTaken)) => {}
                // The same form came twice at once, and the other was first: both get its receipt.
                Err(AppError::Store(StoreError::Repeated(command))) => {
                    let receipt = self.filed_before(doing, &code)?;
                    return receipt.ok_or_else(|| StoreError::Repeated(command).into());
                }
                Err(error) => return Err(error),
                Ok(()) => {
                    let Register { id, reference, representatives, .. } = register;
                    let representatives = self.codes_of(&id, representatives.len());
                    return Ok(Receipt { matter: id, reference, code, representatives, registered: doing.at });
                }
            }
        }
        Err(StoreError::ReferenceTaken.into())
    }

    /// The receipt of a command that filed a matter before.
    fn filed_before(&self, doing: &Doing, code: &str) -> Result<Option<Receipt>, AppError> {
        let Some(Stream::Matter(id)) = self.store.done(&doing.command)? else { return Ok(None) };
        let loaded = self.load(&id)?;
        let registered = loaded.matter.intakes.first().map_or(doing.at, |intake| intake.at);
        let (reference, code) = (loaded.matter.reference.clone(), code.to_owned());
        let representatives = self.codes_of(&id, usize::try_from(loaded.matter.representatives).unwrap_or(0));
        Ok(Some(Receipt { matter: id, reference, code, representatives, registered }))
    }

    /// The codes of a matter's representatives: made from its id, so they can be told again and are stored nowhere.
    fn codes_of(&self, id: &MatterId, representatives: usize) -> Vec<String> {
        (1..).take(representatives).map(|number| self.store.code_for_representative(id, number)).collect()
    }

    /// Acts on a matter. To whom it is hidden, it does not exist.
    ///
    /// # Errors
    /// A refusal, or the store's failure.
    pub fn act(&self, doing: &Doing, target: &Target, command: &MatterCommand) -> Result<Done, AppError> {
        if let Some(stream) = self.store.done(&doing.command)? {
            return Ok(Done::Before(stream));
        }
        let id = self.find_for(doing, target, command.verb())?;
        self.authorise(&doing.actor, command.verb().word())?;
        self.wake(doing.at, doing.recorded)?;
        for _ in 0..TRIES {
            let loaded = self.load(&id)?;
            match self.attempt(doing, Some(&loaded.matter), &loaded.procedure, &loaded.hash, command) {
                Err(AppError::Store(StoreError::Conflict(_))) => {}
                Err(AppError::Store(StoreError::Repeated(_))) => return Ok(Done::Before(Stream::Matter(id))),
                Err(error) => return Err(error),
                Ok(()) => return Ok(Done::Now(Stream::Matter(id))),
            }
        }
        Err(StoreError::Conflict(id.0).into())
    }

    /// Acts on a session; `of` is none when it is announced. `matter` is the one received.
    ///
    /// # Errors
    /// A refusal, or the store's failure.
    pub fn act_on_session(
        &self,
        doing: &Doing,
        of: Option<&SessionId>,
        matter: Option<&Target>,
        command: &SessionCommand,
    ) -> Result<Done, AppError> {
        let action = match command {
            SessionCommand::Announce { .. } => "announce_session",
            SessionCommand::Hold { .. } => "hold_session",
            SessionCommand::Receive { .. } => "receive",
        };
        self.authorise(&doing.actor, action)?;
        if let Some(stream) = self.store.done(&doing.command)? {
            return Ok(Done::Before(stream));
        }
        self.wake(doing.at, doing.recorded)?;
        for _ in 0..TRIES {
            match self.attempt_on_session(doing, of, matter, command) {
                Err(AppError::Store(StoreError::Conflict(_))) => {}
                Err(AppError::Store(StoreError::Repeated(command))) => {
                    let stream = self.store.done(&command)?;
                    return stream.map(Done::Before).ok_or_else(|| StoreError::Repeated(command).into());
                }
                done => return done.map(Done::Now),
            }
        }
        Err(StoreError::Conflict(of.map_or_else(String::new, |id| id.0.clone())).into())
    }

    fn attempt_on_session(
        &self,
        doing: &Doing,
        of: Option<&SessionId>,
        matter: Option<&Target>,
        command: &SessionCommand,
    ) -> Result<Stream, AppError> {
        let session = of.map(|id| self.load_session(id)).transpose()?;
        let matter = match matter {
            Some(target) => Some(self.load(&self.find(&doing.actor, target)?)?.matter),
            None => None,
        };
        let directory = self.known_directory();
        let made =
            act::act_on_session(&directory, session.as_ref(), matter.as_deref(), &doing.actor, doing.at, command)?;
        let Some((stream, _)) = made.first() else { return Err(Refusal::NoSuchSession.into()) };
        let stream = stream.clone();
        let mut now = session;
        let mut entries = Vec::new();
        for (stream, event) in made {
            let expected = now.as_ref().map_or(0, |session| session.version);
            let mut rows = Vec::new();
            if let (Stream::Session(id), Public::Session(happened)) = (&stream, &event.public) {
                now = next_session(now, id, happened, doing.at);
                if let Some(session) = &now {
                    rows = read::rows_of_session(session, happened, doing.at);
                    rows.push(Row::Session(read::session_row(session)));
                }
            }
            entries.push((Entry { stream, expected, procedure: String::new(), event, file: None }, rows));
        }
        self.store.append(doing.context(), entries)?;
        Ok(stream)
    }

    /// A fresh word of 128 bits, for forms.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn nonce(&self) -> Result<String, AppError> {
        let random: [u8; 16] = self.store.random()?;
        Ok(format!("{:032x}", u128::from_be_bytes(random)))
    }

    /// Whether the actor's role opens an action.
    pub(crate) fn authorise(&self, actor: &Actor, action: &str) -> Result<(), AppError> {
        access::may(actor, action).map_err(|roles| {
            let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
            let roles = if names.is_empty() { "信访人本人".to_owned() } else { names.join("、") };
            let verb = casework::verb::Verb::from_word(action);
            let action = verb.map_or_else(|| action.to_owned(), |verb| verb.name().to_owned());
            AppError::Refused(Refusal::NotYourRole { action, roles })
        })?;
        Ok(custody::apart(actor, action)?)
    }

    /// The rows an actor may see.
    pub(crate) fn filter_of(&self, actor: &Actor) -> Filter {
        access::filter(actor, self.known_directory().as_ref())
    }

    /// The matter an actor names, if it exists for them. The petitioner has proven theirs by code before.
    pub(crate) fn find(&self, actor: &Actor, target: &Target) -> Result<MatterId, AppError> {
        let proven = matches!(
            actor,
            Actor::Petitioner | Actor::Representative { .. } | Actor::Helper { .. } | Actor::Import
        );
        let found = match target {
            Target::Id(id) if proven || self.store.lets_through(&self.filter_of(actor), id)? => Some(id.clone()),
            Target::Id(_) => None,
            Target::Reference(reference) if proven => self.store.matter_by_reference(reference)?.map(|row| row.id),
            // One question for what is hidden and for what is not there, so that the time tells nothing.
            Target::Reference(reference) => self.store.visible(&self.filter_of(actor), reference)?,
        };
        found.ok_or_else(|| Refusal::NoSuchMatter.into())
    }

    /// As [`App::find`]; but whoever wrote a story knows its matters, so a line is told which rule refuses it; and a
    /// custodian, who sees no matter, finds those in which they are asked.
    fn find_for(&self, doing: &Doing, target: &Target, verb: Verb) -> Result<MatterId, AppError> {
        let custody = || self.custody(&doing.actor).filter(|_| verb == Verb::DecideIdentity);
        match (doing.source, target) {
            (Source::Replay, Target::Id(id)) => Ok(id.clone()),
            _ => match custody() {
                Some(custody) => self.find_requested(&custody, target),
                None => self.find(&doing.actor, target),
            },
        }
    }

    pub(crate) fn load(&self, id: &MatterId) -> Result<Loaded, AppError> {
        let known = self.remembered.get(id);
        let version = known.as_ref().map_or(0, |known| known.matter.version);
        let events = self.store.events(&Stream::Matter(id.clone()), version)?;
        let known = match known {
            Some(known) if events.is_empty() => known,
            known => self.brought_up_to(known, id, &events)?,
        };
        let procedure = self.law().by_hash(&known.hash)?;
        Ok(Loaded { matter: known.matter, procedure, hash: known.hash })
    }

    /// A matter with what happened since it was remembered.
    pub(crate) fn brought_up_to(
        &self,
        known: Option<Known>,
        id: &MatterId,
        events: &[Recorded],
    ) -> Result<Known, AppError> {
        let (mut matter, hash) = match known {
            Some(known) => (Some(Arc::unwrap_or_clone(known.matter)), known.hash),
            None => (None, events.first().map(|first| first.procedure.as_str()).unwrap_or_default().into()),
        };
        for recorded in events {
            if let Public::Matter(event) = &recorded.public {
                matter = next_matter(matter, id, event, recorded.at);
            }
        }
        let known = Known { matter: Arc::new(matter.ok_or(Refusal::NoSuchMatter)?), hash };
        if !self.store.is_batching() {
            self.remembered.keep(id, known.clone());
        }
        Ok(known)
    }

    pub(crate) fn load_session(&self, id: &SessionId) -> Result<Session, AppError> {
        let mut session = None;
        for recorded in self.store.events(&Stream::Session(id.clone()), 0)? {
            if let Public::Session(event) = &recorded.public {
                session = next_session(session, id, event, recorded.at);
            }
        }
        session.ok_or_else(|| Refusal::NoSuchSession.into())
    }

    /// Last document numbers of the offices that may issue one in this act.
    pub(crate) fn numbers(
        &self,
        matter: &Matter,
        procedure: &Procedure,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<Numbers, AppError> {
        let demanded = procedure.family == casework::demand::FAMILY;
        let apart = matter.is_kept_from_somebody();
        let year = day::day_of(at).year();
        let mut offices: Vec<&OfficeCode> = vec![&matter.home];
        offices.extend(&matter.competent);
        if let Actor::Officer { office, .. } = actor {
            offices.push(office);
        }
        let series: Vec<OfficeCode> =
            offices.into_iter().map(|office| world::series(office, apart, demanded)).collect();
        let streams: Vec<Stream> = series.iter().map(|of| Stream::Numbers(of.clone(), year)).collect();
        let last = self.store.versions(&streams)?;
        Ok(series.into_iter().map(|of| (of, year)).zip(last).collect())
    }

    fn attempt(
        &self,
        doing: &Doing,
        matter: Option<&Matter>,
        procedure: &Procedure,
        hash: &str,
        command: &MatterCommand,
    ) -> Result<(), AppError> {
        let asking = self.asking(&doing.actor, command.verb(), doing.at)?;
        let directory = self.known_directory();
        let law = self.law();
        let about = self.about(doing, matter, command)?;
        let numbers = || match matter {
            Some(matter) => self.numbers(matter, procedure, &doing.actor, doing.at),
            None => Ok(Numbers::new()),
        };
        let under = Under { procedure, calendar: &law.calendar, directory: &directory };
        let act_with = |numbers: &Numbers| {
            let world = World {
                procedure,
                calendar: &law.calendar,
                directory: &directory,
                matter,
                about: about.as_deref(),
                numbers,
                asks: asking.asks,
                actor: &doing.actor,
                now: doing.at,
            };
            act::act(&world, command)
        };
        let made = act_with(&numbers()?)?;
        if series::taken(&made).is_none() {
            return self.submit(doing.context(), matter, &under, hash, made)?.wait();
        }
        let turn = self.queued.turn();
        let made = act_with(&turn.with_queued(numbers()?))?;
        let taken = series::taken(&made);
        let answer = self.submit(doing.context(), matter, &under, hash, made)?;
        let Some(taken) = taken else { return answer.wait() };
        turn.queued(&taken);
        answer.wait().inspect_err(|_| self.queued.forget(&taken))
    }
}

pub(crate) fn next_matter(
    before: Option<Matter>,
    id: &MatterId,
    event: &MatterEvent,
    at: Timestamp,
) -> Option<Matter> {
    match before {
        None => Matter::begin(id.clone(), event, at),
        Some(mut matter) => {
            matter.apply(event, at);
            Some(matter)
        }
    }
}

pub(crate) fn next_session(
    before: Option<Session>,
    id: &SessionId,
    event: &SessionEvent,
    at: Timestamp,
) -> Option<Session> {
    match before {
        None => Session::begin(id.clone(), event, at),
        Some(mut session) => {
            session.apply(event, at);
            Some(session)
        }
    }
}
