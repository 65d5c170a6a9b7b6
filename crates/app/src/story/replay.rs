//! Replaying a story: lines in time order, each whole or absent, none twice however often it is replayed.

use casework::command::{self, Actor, DirectoryCommand, MatterCommand, SessionCommand};
use casework::event::{Event, Sealed};
use casework::event::{MatterId, Origin, Public, SessionId, StoryBegun, Stream};
use casework::office::Login;
use casework::verb::FieldKind;
use jiff::{SignedDuration, Timestamp};
use store::{Entry, Source};

use super::line::{self, Line, What};
use crate::App;
use crate::error::AppError;
use crate::perform::{Doing, Filing, Target};

/// A line that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRefused {
    /// Its number, from 1.
    pub line: usize,
    /// Why, in one sentence.
    pub reason: String,
}

/// What a replay did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Lines applied now.
    pub applied: usize,
    /// Lines applied before and passed over.
    pub before: usize,
    /// Lines refused; without `keep_going` at most one, the last looked at.
    pub refused: Vec<LineRefused>,
}

/// What makes a line happen once: the story, its number, and the hash of what it says.
pub(crate) fn command_of(story: &str, number: usize, line: &[u8]) -> String {
    let hash = store::content_hash(String::from_utf8_lossy(line).as_bytes());
    format!("story/{story}/{number}/{}", &hash[..16])
}

/// How far a story has come.
struct Telling {
    id: Option<String>,
    last: Option<Timestamp>,
    recorded: Timestamp,
}

/// Longest name a story may give to a thing. It is kept in clear, so it is no place for a text.
const NAME_CHARACTERS_MAX: usize = 80;

/// How far ahead of the moment of replay a line may lie. A slip of the pen in the year would otherwise let every
/// clock run for centuries.
const AHEAD: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);

impl App {
    /// Replays a story. `progress` is called with the number of each line that was looked at.
    ///
    /// # Errors
    /// The store fails. Refused lines are not errors: they are in the result.
    pub fn replay(
        &self,
        story: &[u8],
        recorded: Timestamp,
        keep_going: bool,
        mut progress: impl FnMut(usize),
    ) -> Result<Replayed, AppError> {
        // Some editors put a mark before the text that says it is UTF-8.
        let story = story.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(story);
        if story.trim_ascii().is_empty() {
            return Err(AppError::Input(
                "the story is empty; its first line is the verb 'story' with an id".into(),
            ));
        }
        let mut telling = Telling { id: None, last: None, recorded };
        self.store.batch(|| {
            let mut replayed = Replayed::default();
            let lines = story.split(|byte| *byte == b'\n').zip(1..);
            for (bytes, number) in lines.filter(|(bytes, _)| !bytes.trim_ascii().is_empty()) {
                match self.line(&mut telling, bytes.trim_ascii(), number) {
                    Ok(true) => replayed.applied += 1,
                    Ok(false) => replayed.before += 1,
                    Err(AppError::Store(error)) => return Err(AppError::Store(error)),
                    Err(refusal) => {
                        replayed.refused.push(LineRefused { line: number, reason: refusal.to_string() });
                        if !keep_going {
                            return Ok(replayed);
                        }
                    }
                }
                progress(number);
            }
            Ok(replayed)
        })
    }

    /// Applies one line; false where it was applied before.
    fn line(&self, telling: &mut Telling, bytes: &[u8], number: usize) -> Result<bool, AppError> {
        let line = line::read(bytes).map_err(AppError::Input)?;
        if telling.last.is_some_and(|last| line.at < last) {
            return Err(AppError::Input(
                "this line is earlier than the line before it; put lines in time order".into(),
            ));
        }
        if line.at.duration_since(telling.recorded) > AHEAD {
            return Err(AppError::Input(
                "this line lies more than ten years in the future; check its year".into(),
            ));
        }
        if let What::Story(story) = &line.what {
            if telling.id.is_some() {
                return Err(AppError::Input("a story begins once".into()));
            }
            if story.id.is_empty() || story.id.chars().count() > NAME_CHARACTERS_MAX {
                return Err(AppError::Input("a story's id has 1 to 80 characters".into()));
            }
            telling.id = Some(story.id.clone());
        }
        let Some(id) = telling.id.clone() else {
            return Err(AppError::Input("the first line must be the verb 'story' with an id".into()));
        };
        let command = command_of(&id, number, bytes);
        if self.is_done(&command)? {
            telling.last = Some(line.at);
            return Ok(false);
        }
        let doing = Doing {
            actor: self.actor(&line)?,
            at: line.at,
            recorded: telling.recorded,
            source: Source::Replay,
            command,
        };
        telling.last = Some(line.at);
        self.apply(&doing, &format!("story/{id}"), line.what)?;
        Ok(true)
    }

    /// Who does it: the petitioner, the administrator, or an officer as the directory has them.
    fn actor(&self, line: &Line) -> Result<Actor, AppError> {
        match line.by.as_str() {
            "petitioner" => Ok(Actor::Petitioner),
            "admin" => Ok(Actor::Admin),
            login if login.starts_with("petitioner/") => {
                let number = command::person_of(login).filter(|number| *number > 0);
                let why = "a representative is 'petitioner/1', 'petitioner/2' and so on";
                number.map(|number| Actor::Representative { number }).ok_or_else(|| AppError::Input(why.into()))
            }
            login => self.officer_actor(&Login(login.to_owned())),
        }
    }

    fn apply(&self, doing: &Doing, from: &str, what: What) -> Result<(), AppError> {
        let origin = |name: &str| Some(Origin { from: from.to_owned(), name: name.to_owned() });
        match what {
            What::Story(story) => self.begin_story(doing, &story)?,
            What::Office(line::Office { code, name, kind, parent, fields }) => {
                self.on_directory(doing, &DirectoryCommand::Office { code, name, kind, parent, fields })?;
            }
            What::MergeOffice(line::MergeOffice { code, into }) => {
                self.on_directory(doing, &DirectoryCommand::Merge { code, into })?;
            }
            What::Officer(line::Officer { login, name, office, roles }) => {
                let command = DirectoryCommand::Officer { login: Login(login), name, office, roles };
                self.on_directory(doing, &command)?;
            }
            What::Register(asked) => {
                self.fresh(from, &asked.name)?;
                let origin = origin(&asked.name);
                self.register(doing, filing(*asked, origin)?)?;
            }
            What::Repeat(line::Repeat { name, of, channel, people, text }) => {
                self.fresh(from, &name)?;
                let command = MatterCommand::Repeat { origin: origin(&name), channel, people, text };
                self.on(doing, from, &of, command)?;
            }
            What::AnnounceSession(asked) => {
                self.fresh(from, &asked.session)?;
                let command = SessionCommand::Announce {
                    id: SessionId(self.store.fresh_id(doing.recorded)?),
                    origin: origin(&asked.session),
                    kind: asked.kind,
                    office: asked.office,
                    starts: asked.starts,
                    place: asked.place,
                    leaders: asked.leaders.into_iter().map(|leader| Login(leader.login)).collect(),
                };
                self.act_on_session(doing, None, None, &command)?;
            }
            What::HoldSession(line::HoldSession { session, attended }) => {
                let id = self.session_named(from, &session)?;
                self.act_on_session(doing, Some(&id), None, &SessionCommand::Hold { attended })?;
            }
            What::Receive(line::Receive { session, name, people, result }) => {
                let id = self.session_named(from, &session)?;
                let (matter, intake) = self.intake_named(from, &name)?;
                let command = SessionCommand::Receive { intake, people, result };
                self.act_on_session(doing, Some(&id), Some(&Target::Id(matter)), &command)?;
            }
            other => {
                let (name, mut command) = on_matter(other);
                self.name_others(from, &mut command)?;
                self.on(doing, from, &name, command)?;
            }
        }
        Ok(())
    }

    /// A story names another matter by its own name for it; the journal by its reference.
    fn name_others(&self, from: &str, command: &mut MatterCommand) -> Result<(), AppError> {
        let MatterCommand::Do { verb, said, .. } = command else { return Ok(()) };
        for field in verb.fields().iter().filter(|field| field.kind == FieldKind::Reference) {
            if let Some(name) = said.get_mut(field.name) {
                let (matter, _) = self.intake_named(from, name)?;
                *name = self.load(&matter)?.matter.reference.clone();
            }
        }
        Ok(())
    }

    fn on(&self, doing: &Doing, from: &str, name: &str, command: MatterCommand) -> Result<(), AppError> {
        let (matter, _) = self.intake_named(from, name)?;
        self.act(doing, &Target::Id(matter), &command)?;
        Ok(())
    }

    fn begin_story(&self, doing: &Doing, story: &line::Story) -> Result<(), AppError> {
        if doing.actor != Actor::Admin {
            return Err(AppError::Input("a story is begun by 'admin'".into()));
        }
        let stream = Stream::Story(story.id.clone());
        let expected = self.store.version(&stream)?;
        if expected > 0 {
            let why = "another story with this id was replayed here; give this one an id of its own";
            return Err(AppError::Input(why.into()));
        }
        let event = Event {
            public: Public::Story(StoryBegun { id: story.id.clone() }),
            sealed: vec![Sealed::first([("title", &story.title)])],
        };
        let entry = Entry { stream, expected, procedure: String::new(), event, file: None };
        Ok(self.store.append(doing.context(), vec![(entry, Vec::new())])?)
    }

    /// A name may be given once in a story.
    fn fresh(&self, from: &str, name: &str) -> Result<(), AppError> {
        if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
            let why = format!("a 'ref' or 'session' has 1 to {NAME_CHARACTERS_MAX} characters");
            return Err(AppError::Input(why));
        }
        if self.store.origin(from, name)?.is_some() {
            return Err(AppError::Input(format!("'{name}' is already the name of something in this story")));
        }
        Ok(())
    }

    fn intake_named(&self, from: &str, name: &str) -> Result<(MatterId, u32), AppError> {
        match self.store.origin(from, name)? {
            Some((Stream::Matter(id), intake)) => Ok((id, intake)),
            _ => Err(AppError::Input(format!("there is no intake '{}' in this story so far", line::short(name)))),
        }
    }

    fn session_named(&self, from: &str, name: &str) -> Result<SessionId, AppError> {
        match self.store.origin(from, name)? {
            Some((Stream::Session(id), _)) => Ok(id),
            _ => Err(AppError::Input(format!("there is no session '{}' in this story so far", line::short(name)))),
        }
    }
}

fn filing(asked: line::Register, origin: Option<Origin>) -> Result<Filing, AppError> {
    let person = |person: line::Person| command::Person { name: person.name, phone: person.phone };
    if asked.petitioner.is_some() == asked.anonymous {
        return Err(AppError::Input("give either 'petitioner' or \"anonymous\": true".into()));
    }
    let register = command::Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin,
        channel: asked.channel,
        people: asked.people,
        place: asked.place,
        category: asked.category,
        summary: asked.summary,
        text: asked.text,
        received: asked.received,
        contact: String::new(),
        petitioner: asked.petitioner.map(person),
        representatives: asked.representatives.into_iter().map(person).collect(),
        accused: asked.accused,
        accused_officers: asked.accused_officers,
        accused_people: String::new(),
        respondents: asked.respondents,
        competent: asked.competent,
    };
    Ok(Filing { register, procedure: asked.procedure })
}

/// The plain verbs on a matter: the name of the matter, and the command.
fn on_matter(what: What) -> (String, MatterCommand) {
    match what {
        What::Transfer(asked) => (asked.name, MatterCommand::Transfer { to: asked.to }),
        What::Refuse(asked) => (asked.name, MatterCommand::Refuse { ground: asked.ground, go_to: asked.go_to }),
        What::Divert(asked) => (asked.name, MatterCommand::Divert { to: asked.to, note: asked.note }),
        What::Extend(line::Extend { name, days, reason, approved_by }) => {
            (name, MatterCommand::Extend { days, reason, approved_by: Login(approved_by) })
        }
        What::Decide(line::Decide { name, outcome, text, basis }) => {
            (name, MatterCommand::Decide { outcome, text, basis })
        }
        What::Serve(asked) => {
            let line::Serve { name, document, how, proof, party } = asked;
            (name, MatterCommand::Serve { document, how, proof, party })
        }
        What::MarkKey(asked) => (asked.name, MatterCommand::MarkKey { ground: asked.ground }),
        What::RequestReview(asked) => (asked.name, MatterCommand::RequestReview { text: asked.text }),
        What::AcceptReview(asked) => (asked.name, MatterCommand::AcceptReview),
        What::DecideReview(line::DecideReview { name, outcome, text }) => {
            (name, MatterCommand::DecideReview { outcome, text })
        }
        What::Rate(asked) => (asked.name, MatterCommand::Rate { about: asked.about, rating: asked.rating }),
        What::Accept(asked) => (asked.name, MatterCommand::Accept),
        What::Do(line::Do { name, verb, which, said }) => (name, MatterCommand::Do { verb, said, which }),
        // The rest are not acts on a matter and were taken before; an empty name finds no matter.
        What::Story(_)
        | What::Office(_)
        | What::MergeOffice(_)
        | What::Officer(_)
        | What::Register(_)
        | What::Repeat(_)
        | What::AnnounceSession(_)
        | What::HoldSession(_)
        | What::Receive(_) => (String::new(), MatterCommand::Accept),
    }
}
