//! One matter for one reader: where it lies, who holds it, its clocks with their sums, its story, what may be done.

use casework::act::{self, Choice};
use casework::clock::{self, Run};
use casework::command::Actor;
use casework::day;
use casework::event::{Stream, track_of};
use casework::matter::Matter;
use casework::office::OfficeCode;
use casework::procedure::{Act, ClockKind, Procedure};
use casework::refusal::Refusal;
use casework::verb::Verb;
use casework::words;
use casework::world::World;
use jiff::Timestamp;
use jiff::civil::Date;

use super::clocks::{clock_shown, inner_to, track_name, tracks};
use super::conflict::{self, ConflictShown};
use super::documents::{DocumentShown, documents};
use super::door::MandateShown;
use super::first_words;
use super::identity;
use super::list::place_in;
use super::openings::OpeningShown;
use super::told::Told;
use crate::App;
use crate::error::AppError;
use crate::perform::Loaded;

/// Who reads.
#[derive(Debug, Clone)]
pub enum Reader {
    /// An officer, of what their office has held or must act on.
    Officer(Actor),
    /// The person or who helps them, by reference and a code of their own.
    Petitioner {
        /// The secret code as typed.
        code: String,
    },
}

/// A clock's run with its sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockShown {
    /// Its id.
    pub id: String,
    /// The side track it runs in, as 督办; empty for the main one.
    pub track: String,
    /// It stands still.
    pub paused: bool,
    /// Its name.
    pub name: String,
    /// Duty of an office, or a person's window.
    pub kind: ClockKind,
    /// Whether it is the person who may act in it.
    pub of_person: bool,
    /// Who must (or may) act.
    pub owner: String,
    /// Its length, in words.
    pub limit: String,
    /// Its article or local rule.
    pub cite: String,
    /// First day, not counted.
    pub started: Date,
    /// The day it stopped, where it has.
    pub stopped: Option<Date>,
    /// Its last day.
    pub due: Date,
    /// The holiday table does not reach that far.
    pub provisional: bool,
    /// Days the limit spans, from the day after the start to the last day.
    pub days: i32,
    /// Days gone by, until it stopped or today.
    pub passed: i32,
    /// Days among them on which it stood still: how many days after the start each time began, and how many it took.
    pub stood: Vec<(i32, i32)>,
    /// Days added.
    pub extended_days: u16,
    /// Whether it ended (or has so far gone on) after its last day.
    pub late: bool,
    /// It stopped because time moved the matter on, not because what it asks was done.
    pub missed: bool,
    /// The sum, line by line.
    pub sum: Vec<SumShown>,
    /// How it may be made longer, in words; empty where it may not.
    pub extension: String,
    /// What its end does, in words.
    pub at_end: String,
}

/// One line of the sum behind a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumShown {
    /// What it reckons, in a word.
    pub label: &'static str,
    /// The reckoning.
    pub text: String,
}

/// A person of the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyShown {
    /// 0 the petitioner, then representatives.
    pub number: u32,
    /// Name; empty where none was given.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// How they may be reached.
    pub contact: String,
}

/// One coming of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeShown {
    /// From 1.
    pub number: u32,
    /// How.
    pub channel: casework::event::Channel,
    /// Heads.
    pub people: u32,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub text: String,
}

/// A side track that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackShown {
    /// Its name, as 督办.
    pub name: String,
    /// The step it stands in.
    pub step_name: String,
    /// Who must act next.
    pub owner: String,
    /// Since when.
    pub since: Timestamp,
}

/// A verb at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceShown {
    /// The verb.
    pub verb: Verb,
    /// The acts it may be now.
    pub acts: Vec<Act>,
    /// The side tracks it may be done in: the number that names each (empty for one that is open once), and its name.
    pub tracks: Vec<(String, String)>,
    /// Its article.
    pub cite: String,
    /// Why it may not be done.
    pub refusal: Option<Refusal>,
}

/// A matter for one reader.
#[derive(Debug, Clone)]
pub struct MatterShown {
    /// Who the reader is to it.
    pub actor: Actor,
    /// Who helps the person; empty for everybody but the person.
    pub mandates: Vec<MandateShown>,
    /// Who the person is is sealed for whoever handles it.
    pub seals: bool,
    /// Who asked to know who the person is; for the person and who helps them.
    pub openings: Vec<OpeningShown>,
    /// Shown to people.
    pub reference: String,
    /// The procedure that governs it.
    pub procedure: std::sync::Arc<Procedure>,
    /// The law's name.
    pub law: String,
    /// Step id.
    pub step: String,
    /// Step name.
    pub step_name: String,
    /// Whether it has ended.
    pub ended: bool,
    /// What help remains after the end.
    pub remains: String,
    /// Who must act next: an office's name, or 信访人; empty where nobody must.
    pub owner: String,
    /// The office that registered it.
    pub home: String,
    /// Since when it lies in the step.
    pub since: Timestamp,
    /// What comes next, in words; empty where nothing must.
    pub next: String,
    /// One line.
    pub summary: String,
    /// What stands for the words where they were erased, and when they were.
    pub gone: Option<(&'static str, Timestamp)>,
    /// What must come first before they may be erased; none where nothing must.
    pub erasable: Option<String>,
    /// Classification.
    pub category: String,
    /// Place, with the township.
    pub place: String,
    /// Heads at registration.
    pub people: u32,
    /// When registered.
    pub registered: Timestamp,
    /// Ground of a key mark.
    pub key: Option<String>,
    /// Offices complained of.
    pub accused: Vec<String>,
    /// Whose own decision is complained of, and what the reader is asked.
    pub conflict: ConflictShown,
    /// The people; without names and ways to reach them where those are sealed for the reader.
    pub parties: Vec<PartyShown>,
    /// How many representatives stand for it beside the first person.
    pub representatives: u32,
    /// Who they are is sealed for the reader.
    pub is_sealed: bool,
    /// How the petitioner wishes to be reached, as far as the reader may know.
    pub wish: String,
    /// Comings.
    pub intakes: Vec<IntakeShown>,
    /// Clocks, oldest run first.
    pub clocks: Vec<ClockShown>,
    /// The clock that governs now, by its place in `clocks`.
    pub governing: Option<usize>,
    /// Side tracks that are open; for the person, without the office's own deliberation.
    pub tracks: Vec<TrackShown>,
    /// What happened, oldest first.
    pub story: Vec<Told>,
    /// Documents, in order.
    pub documents: Vec<DocumentShown>,
    /// Files, in order.
    pub attachments: Vec<crate::AttachmentShown>,
    /// What may be done, and why not.
    pub choices: Vec<ChoiceShown>,
    /// Objects rated by the person; empty for officers.
    pub ratings: Vec<(String, String)>,
    /// Whether an answer was served.
    pub answered: bool,
    /// Office code that must answer, where known.
    pub competent: Option<String>,
    /// The offices that have held it.
    pub holders: Vec<OfficeCode>,
}

impl App {
    /// A matter as one reader may see it. To whom it is hidden, it does not exist: a wrong code, a wrong reference
    /// and another office's matter are answered alike.
    ///
    /// # Errors
    /// [`Refusal::NoSuchMatter`], or the store fails.
    pub fn matter(&self, reader: &Reader, reference: &str, now: Timestamp) -> Result<MatterShown, AppError> {
        self.wake(now, now)?;
        let (loaded, actor) = self.open_for(reader, reference, now)?;
        self.matter_shown(reader, &loaded, &actor, now)
    }

    fn matter_shown(
        &self,
        reader: &Reader,
        loaded: &Loaded,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<MatterShown, AppError> {
        let (law, directory) = (self.law(), self.known_directory());
        let (matter, procedure) = (&loaded.matter, &loaded.procedure);
        let world = loaded.world(&law, &directory, actor, now);
        let words = self.store.words(&Stream::Matter(matter.id.clone()), 1)?;
        let told = identity::is_told(reader, matter, now);
        let me = actor.person().filter(|_| matter.is_joint());
        let (wish, words) = identity::for_one(identity::of(words, told), me);
        let runs = clock::runs_as(procedure, &law.calendar, matter, actor);
        let step = procedure.steps.get(&matter.step);
        let owner = step.and_then(|step| step.owner.as_deref());
        let story = self.story_of(reader, actor, loaded, told)?;
        let inner = |run: &&Run<'_>| !inner_to(actor, procedure, run.track.as_deref());
        let shown_runs: Vec<&Run<'_>> = runs.iter().filter(inner).collect();
        let governing = clock::governing(&runs).and_then(|run| shown_runs.iter().position(|other| *other == run));
        Ok(MatterShown {
            actor: actor.clone(),
            mandates: self.mandates(matter, actor, now)?,
            seals: matter.is_kept_from_somebody(),
            openings: self.openings_of(loaded, actor)?,
            reference: matter.reference.clone(),
            procedure: procedure.clone(),
            law: procedure.law.values().map(|name| format!("《{name}》")).collect::<Vec<_>>().join("、"),
            step: matter.step.clone(),
            step_name: step.map_or_else(|| matter.step.clone(), |step| step.name.clone()),
            ended: step.is_some_and(|step| step.end),
            remains: step.and_then(|step| step.remains.clone()).unwrap_or_default(),
            owner: owner.map_or_else(String::new, |who| office_or_role(&world, None, who)),
            home: directory.name_of(&matter.home),
            since: matter.step_since,
            next: next(&world, owner),
            summary: first_words::summary(&words, matter),
            gone: matter.gone(1).map(|gone| (gone.said(), gone.at)),
            erasable: act::waits(procedure, matter, day::day_of(now)),
            category: matter.category.clone(),
            place: place_in(&directory, &matter.place),
            people: matter.intakes.first().map_or(1, |intake| intake.people),
            registered: matter.intakes.first().map_or(matter.last_at, |intake| intake.at),
            key: matter.key.as_deref().map(|ground| words::name_in(words::KEY_GROUNDS, ground)),
            accused: matter.accused.iter().map(|office| directory.name_of(office)).collect(),
            conflict: conflict::of(&world),
            parties: first_words::parties(&words, matter, me),
            representatives: matter.representatives,
            is_sealed: !told,
            wish,
            intakes: intakes(loaded, &story, &first_words::text(&words, matter)),
            clocks: shown_runs.iter().map(|run| clock_shown(&world, &law, run)).collect(),
            governing,
            tracks: tracks(&world, actor),
            documents: documents(reader, actor, loaded, &directory),
            attachments: self.attachments_shown(reader, actor, loaded, told)?,
            choices: self.choices(&world)?,
            ratings: ratings(actor, matter),
            answered: matter.answered.is_some(),
            competent: matter.competent.as_ref().map(|office| office.0.clone()),
            holders: matter.held_by.clone(),
            story,
        })
    }

    /// What the procedure allows, further narrowed by the actor's role.
    fn choices(&self, world: &World<'_>) -> Result<Vec<ChoiceShown>, AppError> {
        let mut shown = Vec::new();
        for Choice { verb, acts, tracks, refusal } in act::choices(world) {
            let of_role = match self.authorise(world.actor, verb.word()) {
                Ok(()) => None,
                Err(AppError::Refused(refusal)) => Some(refusal),
                Err(other) => return Err(other),
            };
            let ready = acts.into_iter().filter(|act| ready(world, act)).collect::<Vec<_>>();
            let nothing = ready.is_empty().then(|| not_ready(world, verb));
            let refusal = refusal.or(of_role).or(nothing.flatten());
            let cite = world
                .procedure
                .acts_in(world.step())
                .find(|act| act.verb == verb)
                .and_then(|act| act.basis.as_ref())
                .map_or_else(String::new, |basis| world.procedure.cite(basis));
            shown.push(ChoiceShown {
                verb,
                acts: if refusal.is_some() { Vec::new() } else { ready },
                tracks: tracks.iter().map(|track| named(world.procedure, track)).collect(),
                cite,
                refusal,
            });
        }
        Ok(shown)
    }
}

/// What names a side track in an act, and what a person reads: `2`, 承诺兑现（2）.
fn named(procedure: &Procedure, track: &str) -> (String, String) {
    let (_, number) = track_of(track);
    (number.unwrap_or_default().to_owned(), track_name(procedure, track))
}

/// Whether what the act needs is there: a document to serve, an answer to rate.
fn ready(world: &World<'_>, act: &Act) -> bool {
    let Some(matter) = world.matter else { return false };
    match act.verb {
        Verb::Serve => act.letter.as_deref().is_some_and(|letter| matter.unserved(letter).is_some()),
        Verb::Rate => matter.answered.is_some() && matter.ratings.len() < words::RATED_OBJECTS.len(),
        Verb::MarkKey => matter.key.is_none(),
        Verb::Extend => {
            let runs = clock::runs_of(world.procedure, world.calendar, matter);
            let clock = act.extends.as_deref();
            !runs.iter().any(|run| {
                run.is_running()
                    && Some(run.clock.id.as_str()) == clock
                    && (run.extended.len() >= run.clock.extend.len() || run.is_past(world.now))
            })
        }
        _ => true,
    }
}

fn not_ready(world: &World<'_>, verb: Verb) -> Option<Refusal> {
    let matter = world.matter?;
    match verb {
        Verb::Serve => Some(Refusal::NothingToServe { document: "文书".to_owned() }),
        Verb::Rate if matter.answered.is_none() => Some(Refusal::NotAnsweredYet),
        Verb::Rate => Some(Refusal::RatedBefore),
        Verb::MarkKey => Some(Refusal::KeyBefore),
        Verb::Extend => {
            let clock = world.procedure.clocks.values().find(|clock| !clock.extend.is_empty())?;
            let extension = clock.extend.last()?;
            let runs = clock::runs_of(world.procedure, world.calendar, matter);
            let run = runs.iter().rev().find(|run| run.clock.id == clock.id)?;
            let cite = world.procedure.cite(&extension.basis);
            Some(if run.extended.len() >= clock.extend.len() {
                let times = u32::try_from(clock.extend.len()).unwrap_or(u32::MAX);
                Refusal::DoneBefore { verb, times, cite }
            } else {
                Refusal::ExtensionTooLate { due: run.due.day, cite }
            })
        }
        _ => None,
    }
}

/// A role in a track (none: the main one) as its office's name: an office that an act names differs by track.
pub(super) fn office_or_role(world: &World<'_>, track: Option<&str>, who: &str) -> String {
    match world.office_in(track, who) {
        Some(office) => world.directory.name_of(&office),
        None => world.procedure.who.get(who).map_or_else(|| who.to_owned(), |who| who.name.clone()),
    }
}

/// What the owner of the step is to do, in words.
fn next(world: &World<'_>, owner: Option<&str>) -> String {
    let Some(owner) = owner else { return String::new() };
    let step = world.procedure.steps.get(world.step());
    let mut verbs: Vec<&str> = Vec::new();
    for act in step.into_iter().flat_map(|step| &step.acts).filter(|act| act.by.iter().any(|who| who == owner)) {
        let name = act.verb.name();
        // What leads on is what is waited for; a hearing or a draft on the way is not.
        if act.to.is_some() && act.verb != Verb::Extend && !verbs.contains(&name) {
            verbs.push(name);
        }
    }
    verbs.join("或")
}

fn intakes(loaded: &Loaded, story: &[Told], first_text: &str) -> Vec<IntakeShown> {
    let mut repeats = story.iter().filter(|told| told.verb == Some(Verb::Repeat));
    loaded
        .matter
        .intakes
        .iter()
        .map(|intake| IntakeShown {
            number: intake.number,
            channel: intake.channel,
            people: intake.people,
            at: intake.at,
            text: if intake.number == 1 {
                first_text.to_owned()
            } else {
                repeats.next().map_or_else(String::new, |told| told.text.clone())
            },
        })
        .collect()
}

/// Single ratings are the person's to read.
fn ratings(actor: &Actor, matter: &Matter) -> Vec<(String, String)> {
    if *actor == Actor::Petitioner { matter.ratings.clone().into_iter().collect() } else { Vec::new() }
}
