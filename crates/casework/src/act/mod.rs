//! What can be done, one file per verb: a pure function from the world and a command to events, or to a refusal.

mod accept;
mod accept_review;
mod announce_session;
mod attach;
mod decide;
mod decide_review;
mod demand;
mod divert;
mod done;
mod end_clock;
mod extend;
mod hands;
mod hearing;
mod hold_session;
mod identity;
mod joint;
mod mandate;
mod mark_key;
mod merge_office;
mod motion;
mod move_due;
mod own_opinion;
mod rate;
mod receive;
mod recusal;
mod refuse;
mod register;
mod repeat;
mod request_review;
mod serve;
mod set_office;
mod set_officer;
mod transfer;

mod permission;
mod personal_data;

pub use attach::{FILES_MAX, MATTER_BYTES_MAX};
pub use demand::with_news;
pub use end_clock::{CLOCK, end_clock};
pub use identity::nothing_waits;
pub use joint::JOINED;
pub use move_due::{moved_by_calendar, moved_by_correction};
pub use permission::{Choice, choices};
pub use personal_data::{by_retention, waits};
pub use recusal::asked_to_declare;
pub use register::Limits;

use crate::command::{Actor, DirectoryCommand, MatterCommand, SessionCommand};
use crate::conflict::Accused;
use crate::event::{Channel, DocumentMade, Event, MatterEvent, MatterFact, NumberTaken, Public, Sealed, Stream};
use crate::matter::Matter;
use crate::office::{Directory, OfficeCode};
use crate::procedure::{Act, OUTCOME, Procedure};
use crate::refusal::Refusal;
use crate::session::Session;
use crate::verb::{Need, Verb};
use crate::world::{World, series};

use self::motion::{Motion, Standing};
use self::permission::Permit;

use jiff::Timestamp;

/// Events an act makes, each in its stream, in order.
pub type Made = Vec<(Stream, Event)>;

/// Acts on a matter.
///
/// # Errors
/// A [`Refusal`]: nothing is to be written.
pub fn act(world: &World<'_>, command: &MatterCommand) -> Result<Made, Refusal> {
    if world.matter.is_some_and(|matter| world.now < last_of(world, matter)) {
        return Err(Refusal::BeforeTheLast);
    }
    recusal::not_barred(world)?;
    joint::exists(world, command.verb())?;
    recusal::answered(world, command.verb())?;
    match command {
        MatterCommand::Register(register) => register::act(world, register),
        MatterCommand::Repeat { origin, channel, people, text } => {
            repeat::act(world, origin.as_ref(), *channel, *people, text)
        }
        MatterCommand::Transfer { to } => transfer::act(world, to),
        MatterCommand::Accept => accept::act(world),
        MatterCommand::Refuse { ground, go_to } => refuse::act(world, ground, go_to),
        MatterCommand::Divert { to, note } => divert::act(world, to, note),
        MatterCommand::Extend { days, reason, approved_by } => extend::act(world, *days, reason, approved_by),
        MatterCommand::Decide { outcome, text, basis } => decide::act(world, outcome, text, basis),
        MatterCommand::Serve { document, how, proof, party } => serve::act(world, document, how, proof, *party),
        MatterCommand::Attach { files } => attach::act(world, files),
        MatterCommand::MarkKey { ground } => mark_key::act(world, ground),
        MatterCommand::RequestReview { text } => request_review::act(world, text),
        MatterCommand::AcceptReview => accept_review::act(world),
        MatterCommand::DecideReview { outcome, text } => decide_review::act(world, outcome, text),
        MatterCommand::Rate { about, rating } => rate::act(world, about, rating),
        MatterCommand::Do { verb, said, which } => done::act(world, *verb, said, *which),
    }
}

/// The moment an act may not lie before. What another system did before is learnt late: a clock that ended here
/// meanwhile does not keep the reply from being entered when it was given.
fn last_of(world: &World<'_>, matter: &Matter) -> Timestamp {
    let of_people = || matter.history.iter().rev().find(|moment| moment.act != CLOCK).map(|moment| moment.at);
    match world.actor {
        Actor::Import => of_people().unwrap_or(matter.last_at),
        _ => matter.last_at,
    }
}

/// Acts on a session. `session` is none only when it is announced; `matter` is the one received.
///
/// # Errors
/// A [`Refusal`]: nothing is to be written.
pub fn act_on_session(
    directory: &Directory,
    session: Option<&Session>,
    matter: Option<&Matter>,
    actor: &Actor,
    now: Timestamp,
    command: &SessionCommand,
) -> Result<Made, Refusal> {
    if session.is_some_and(|session| now < session.last_at) {
        return Err(Refusal::BeforeTheLast);
    }
    match command {
        SessionCommand::Announce { .. } => announce_session::act(directory, actor, now, command),
        SessionCommand::Hold { attended } => {
            hold_session::act(session.ok_or(Refusal::NoSuchSession)?, actor, now, attended)
        }
        SessionCommand::Receive { intake, people, result } => {
            let session = session.ok_or(Refusal::NoSuchSession)?;
            let matter = matter.ok_or(Refusal::NoSuchMatter)?;
            receive::act(directory, session, matter, actor, *intake, *people, result)
        }
    }
}

/// Acts on the directory.
///
/// # Errors
/// A [`Refusal`]: nothing is to be written.
pub fn act_on_directory(directory: &Directory, command: &DirectoryCommand) -> Result<Made, Refusal> {
    match command {
        DirectoryCommand::Merge { code, into } => merge_office::act(directory, code, into),
        DirectoryCommand::Office { code, name, kind, parent, fields } => {
            set_office::act(directory, code, name, *kind, parent.as_ref(), fields)
        }
        DirectoryCommand::Officer { login, name, office, roles } => {
            set_officer::act(directory, login, name, office, roles)
        }
    }
}

/// The matter the act is about.
fn matter<'a>(world: &World<'a>) -> Result<&'a Matter, Refusal> {
    world.matter.ok_or(Refusal::NoSuchMatter)
}

/// The events of one act on a matter: the fact, where it leaves the matter, and the number of the document it makes.
fn happened(
    world: &World<'_>,
    permit: &Permit<'_>,
    fact: MatterFact,
    sealed: Vec<Sealed>,
) -> Result<Made, Refusal> {
    let mut made = happened_without_document(world, permit, fact, sealed)?;
    if let Some(letter) = &permit.act.letter {
        let document = number(world, permit, letter, &mut made);
        if let Some((_, Event { public: Public::Matter(event), .. })) = made.first_mut() {
            event.made = Some(document);
        }
    }
    Ok(made)
}

/// The events of one act that makes no document, whatever letter the act names.
fn happened_without_document(
    world: &World<'_>,
    permit: &Permit<'_>,
    fact: MatterFact,
    sealed: Vec<Sealed>,
) -> Result<Made, Refusal> {
    let matter = matter(world)?;
    let outcome = outcome_of(matter, permit.act, &fact);
    let standing = Standing { procedure: world.procedure, matter, track: permit.track.as_deref() };
    let mut event = Motion::by(&standing, permit.act, outcome.as_deref()).event(&permit.act.id, fact);
    // What was decided stands in the fact itself; other verbs leave it as a finding.
    let in_fact = matches!(event.fact, MatterFact::Decided { .. } | MatterFact::ReviewDecided { .. });
    event.found.extend(outcome.filter(|_| !in_fact).map(|outcome| (OUTCOME.to_owned(), outcome)));
    Ok(vec![(Stream::Matter(matter.id.clone()), Event { public: Public::Matter(event), sealed })])
}

/// Where an act would leave a matter, with what stands for its fact: for a path that is told, not done.
pub(crate) fn rehearsed(
    procedure: &Procedure,
    matter: &Matter,
    track: Option<&str>,
    act: &Act,
    outcome: Option<&str>,
    fact: MatterFact,
) -> MatterEvent {
    let outcome = outcome.filter(|_| act.verb.row().outcome == Need::Must);
    let standing = Standing { procedure, matter, track };
    let mut event = Motion::by(&standing, act, outcome).event(&act.id, fact);
    event.found.extend(outcome.map(|outcome| (OUTCOME.to_owned(), outcome.to_owned())));
    let letter = act.letter.as_ref().filter(|_| act.verb != Verb::Serve);
    event.made = letter.map(|letter| DocumentMade {
        document: letter.clone(),
        office: matter.competent.clone().unwrap_or_else(|| matter.home.clone()),
        year: 2023,
        number: 1,
        apart: false,
        demanded: false,
    });
    event
}

/// The outcome an act finds: what its fact says, what was drafted, or the only one it can find.
fn outcome_of(matter: &Matter, act: &Act, fact: &MatterFact) -> Option<String> {
    if act.verb.row().outcome != Need::Must {
        return None;
    }
    match fact {
        MatterFact::Decided { outcome, .. } | MatterFact::ReviewDecided { outcome } => Some(outcome.clone()),
        MatterFact::Done { verb: Verb::Seal, .. } => {
            matter.did(Verb::Draft).next_back().and_then(|draft| draft.said.get("outcome")).cloned()
        }
        MatterFact::Done { said, .. } if said.contains_key("outcome") => said.get("outcome").cloned(),
        _ => act.outcomes.first().filter(|_| act.outcomes.len() == 1).cloned(),
    }
}

/// Gives the next number of the acting office to a document.
fn number(world: &World<'_>, permit: &Permit<'_>, letter: &str, made: &mut Made) -> DocumentMade {
    let demanded = world.procedure.family == crate::demand::FAMILY;
    // Whoever decides on a demand, its letter goes out in the name of the office that registered it.
    let home = world.matter.filter(|_| demanded).map(|matter| matter.home.clone());
    let office = home.unwrap_or_else(|| permission::acting_office(world, permit));
    let year = world.today().year();
    let apart = !demanded && world.matter.is_some_and(Matter::is_kept_from_somebody);
    let series = series(&office, apart, demanded);
    let number = world.numbers.get(&(series.clone(), year)).copied().unwrap_or(0) + 1;
    if let Some(matter) = world.matter {
        let taken = NumberTaken { number, matter: matter.id.clone(), document: letter.to_owned() };
        made.push((Stream::Numbers(series, year), Event::public(Public::Number(taken))));
    }
    DocumentMade { document: letter.to_owned(), office, year, number, apart, demanded }
}

/// Whether serving this document somewhere is what answers the person.
pub fn answers(procedure: &Procedure, document: &str) -> bool {
    let answers = |act: &Act| act.verb == Verb::Serve && act.answers && act.letter.as_deref() == Some(document);
    procedure.acts().any(|(_, act)| answers(act))
}

/// An office that would hold the matter is neither accused nor below one that is.
fn not_accused(world: &World<'_>, accused: Accused<'_>, holder: &OfficeCode) -> Result<(), Refusal> {
    if accused.reaches(world.directory, holder) {
        return Err(Refusal::AccusedMayNotHold { office: world.directory.name_of(holder) });
    }
    Ok(())
}

/// Longest text a single field takes, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 50_000;

/// A text that must be there and not too long.
fn required(field: &'static str, text: &str) -> Result<(), Refusal> {
    required_within(field, text, TEXT_CHARACTERS_MAX)
}

/// A text that must be there, of at most so many characters.
fn required_within(field: &'static str, text: &str, characters_max: usize) -> Result<(), Refusal> {
    if text.chars().all(shows_nothing) {
        return Err(Refusal::Missing { field });
    }
    bounded(field, text, characters_max)
}

/// Blanks, and what only steers the text around it: a text of these alone says nothing.
fn shows_nothing(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(u32::from(letter),
            0xAD | 0x061C | 0x115F | 0x1160 | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}

/// Who brings an intake by which channel: the person themselves on the web, an officer what came to the office.
fn channel_is_theirs(world: &World<'_>, channel: Channel) -> Result<(), Refusal> {
    let who = match (world.actor, channel) {
        (Actor::Import | Actor::Admin, _) => return Ok(()),
        (Actor::Officer { .. }, Channel::Web) => "信访人本人",
        (Actor::Officer { .. }, _) | (_, Channel::Web | Channel::MessageBoard) => return Ok(()),
        _ => "登记员",
    };
    Err(Refusal::ChannelNotYours { channel: channel.name(), who })
}

/// A text of at most so many characters.
fn bounded(field: &'static str, text: &str, characters_max: usize) -> Result<(), Refusal> {
    // A character is at most four bytes: most texts need no counting.
    if text.len() <= characters_max {
        return Ok(());
    }
    let characters = text.chars().count();
    if characters > characters_max {
        return Err(Refusal::TooLong { field, characters, characters_max });
    }
    Ok(())
}

/// A word of a closed list.
fn one_of(field: &'static str, value: &str, allowed: &[(&str, &str)]) -> Result<(), Refusal> {
    if allowed.iter().any(|(word, _)| *word == value) {
        return Ok(());
    }
    let allowed = allowed.iter().map(|(word, name)| format!("{word}（{name}）")).collect::<Vec<_>>().join("、");
    // A whole pasted document in place of a word must not fill the error line.
    Err(Refusal::ValueUnknown { field, value: value.chars().take(40).collect(), allowed })
}
