//! What an event leaves in the read tables: rows to list, count and show, derived and rebuilt, never the truth.

mod fact;

pub use fact::{FACT_KINDS, Fact, fact_kind};

use jiff::Timestamp;
use jiff::civil::Date;

use self::fact::FactsOf;
use crate::act;
use crate::calendar::Calendar;
use crate::clock::{self, Run};
use crate::conflict::{self, Bar, BarRow};
use crate::event::{MatterEvent, MatterFact, MatterId, Origin, SessionEvent, SessionId};
use crate::matter::{Document, Matter};
use crate::office::{Directory, OfficeCode};
use crate::opening::{self, OpeningRow};
use crate::procedure::Procedure;
use crate::session::Session;
use crate::world;

/// A matter as lists see it. Holds no word of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRow {
    /// Its id.
    pub id: MatterId,
    /// Events so far.
    pub version: u64,
    /// Shown to people.
    pub reference: String,
    /// Digest of the secret code.
    pub code_digest: String,
    /// Procedure id.
    pub procedure: String,
    /// Family of the procedure.
    pub family: String,
    /// Step it lies in.
    pub step: String,
    /// Whether it has ended.
    pub ended: bool,
    /// What offices must do next in it, the main track first; none where it is the person's turn, or all has ended.
    pub tasks: Vec<TaskRow>,
    /// Offices that may see it: those that have held it or must act.
    pub offices: Vec<OfficeCode>,
    /// How it first came.
    pub channel: &'static str,
    /// Heads at registration.
    pub people: u32,
    /// Place it concerns.
    pub place: OfficeCode,
    /// Classification.
    pub category: String,
    /// When it was registered.
    pub registered: Timestamp,
    /// Since when it lies in its step.
    pub since: Timestamp,
    /// The last day of the clock that governs it now.
    pub due: Option<Date>,
    /// That clock's name.
    pub clock: Option<String>,
    /// When time next has something to say.
    pub wake: Option<Timestamp>,
    /// Marked key.
    pub key: bool,
    /// How often it came: 1, and more for each repeat.
    pub intakes: u32,
}

/// What one office must do next in a matter: a track of it lies with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// The side track; empty for the main one.
    pub track: String,
    /// The office.
    pub office: OfficeCode,
    /// The step it lies in.
    pub step: String,
    /// Since when.
    pub since: Timestamp,
    /// The last day of the track's clock.
    pub due: Option<Date>,
    /// That clock's name.
    pub clock: Option<String>,
}

/// A session as lists see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// Events so far.
    pub version: u64,
    /// The office that holds it.
    pub office: OfficeCode,
    /// `reception`.
    pub kind: String,
    /// When it starts.
    pub starts: Timestamp,
    /// Where.
    pub place: String,
    /// Whether it took place.
    pub held: bool,
}

/// Where a story's or import's name for a thing leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginRow {
    /// Story or import, and the name there.
    pub origin: Origin,
    /// Stream key of the matter or session.
    pub stream: String,
    /// Intake number within a matter; 0 for a session.
    pub intake: u32,
}

/// Somebody was told that a clock ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// The office told.
    pub office: OfficeCode,
    /// The matter.
    pub matter: MatterId,
    /// The clock's name.
    pub clock: String,
    /// The last day it allowed.
    pub due: Date,
    /// 1 for the end, more when told again.
    pub nth: u32,
    /// When.
    pub at: Timestamp,
}

/// A row to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Replaces the matter's row.
    Matter(Box<MatterRow>),
    /// Adds a fact.
    Fact(Fact),
    /// Replaces the session's row.
    Session(SessionRow),
    /// Adds a name.
    Origin(OriginRow),
    /// Adds a notice.
    Notice(NoticeRow),
    /// Adds somebody the matter is kept from.
    Bar(BarRow),
    /// Adds a request to know who brought the matter, or how it ended.
    Opening(OpeningRow),
}

/// The law and the offices that rows are derived with.
#[derive(Debug, Clone, Copy)]
pub struct Under<'a> {
    /// The procedure that governs the matter.
    pub procedure: &'a Procedure,
    /// Rest days.
    pub calendar: &'a Calendar,
    /// Offices.
    pub directory: &'a Directory,
}

/// The matter's row after its last event.
pub fn matter_row(under: &Under<'_>, matter: &Matter) -> MatterRow {
    let runs = clock::runs_of(under.procedure, under.calendar, matter);
    let governing = clock::governing(&runs);
    let tasks = tasks_of(under, matter, &runs);
    let mut offices = matter.held_by.clone();
    let named = world::named_now(under.procedure, matter);
    for office in tasks.iter().map(|task| &task.office).chain(&named) {
        if !offices.contains(office) {
            offices.push(office.clone());
        }
    }
    let first = matter.intakes.first();
    MatterRow {
        id: matter.id.clone(),
        version: matter.version,
        reference: matter.reference.clone(),
        code_digest: matter.code_digest.clone(),
        procedure: matter.procedure.clone(),
        family: under.procedure.family.clone(),
        step: matter.step.clone(),
        ended: under.procedure.is_end(&matter.step),
        tasks,
        offices,
        channel: first.map_or("", |intake| intake.channel.word()),
        people: first.map_or(0, |intake| intake.people),
        place: matter.place.clone(),
        category: matter.category.clone(),
        registered: first.map_or(matter.last_at, |intake| intake.at),
        since: matter.step_since,
        due: governing.map(|run| run.due.day),
        clock: governing.map(|run| run.clock.name.clone()),
        wake: clock::next_saying(&runs, matter, under.calendar).map(|(at, _, _)| at),
        key: matter.key.is_some(),
        intakes: u32::try_from(matter.intakes.len()).unwrap_or(u32::MAX),
    }
}

/// What offices must do next, the main track first.
fn tasks_of(under: &Under<'_>, matter: &Matter, runs: &[Run<'_>]) -> Vec<TaskRow> {
    let main = (None, matter.step.as_str(), matter.step_since);
    let side = matter.tracks.iter().map(|(track, place)| (Some(track.as_str()), place.step.as_str(), place.since));
    std::iter::once(main)
        .chain(side)
        .filter_map(|(track, step, since)| {
            let who = under.procedure.steps.get(step)?.owner.as_ref()?;
            let office = world::office_in(under.procedure, under.directory, Some(matter), track, who);
            let office = office.or_else(|| owes_some(under, matter).filter(|_| track.is_none()))?;
            let governing = clock::governing_in(runs, track);
            Some(TaskRow {
                track: track.unwrap_or_default().to_owned(),
                office,
                step: step.to_owned(),
                since,
                due: governing.map(|run| run.due.day),
                clock: governing.map(|run| run.clock.name.clone()),
            })
        })
        .collect()
}

/// The office whose answer has reached some of several people and not yet all.
fn owes_some(under: &Under<'_>, matter: &Matter) -> Option<OfficeCode> {
    let mut served = matter.documents.iter().filter(|made| matter.is_joint() && !made.services.is_empty());
    let owed = |made: &&Document| {
        act::answers(under.procedure, &made.made.document) && !matter.waiting(under.procedure, made).is_empty()
    };
    served.find(owed).map(|made| made.made.office.clone())
}

/// The rows one event of a matter adds, besides the matter's own row. `before` is none for the registration.
pub fn rows_of(
    under: &Under<'_>,
    before: Option<&Matter>,
    after: &Matter,
    event: &MatterEvent,
    at: Timestamp,
) -> Vec<Row> {
    let runs = before.map_or_else(Vec::new, |matter| clock::runs_of(under.procedure, under.calendar, matter));
    let facts = FactsOf { under, before, matter: after, runs: &runs, at, track: event.track.as_deref() };
    let mut rows: Vec<Row> = facts.of(event).into_iter().map(Row::Fact).collect();
    let known: Vec<Bar> = before.map_or_else(Vec::new, |matter| conflict::bars_of(matter).collect());
    let new = conflict::bars_of(after).filter(|bar| !known.contains(bar));
    rows.extend(new.map(|bar| Row::Bar(BarRow { matter: after.id.clone(), bar })));
    rows.extend(opening::rows(under.directory, before, after).into_iter().map(Row::Opening));
    match &event.fact {
        MatterFact::Registered { origin: Some(origin), .. } => rows.push(origin_row(origin, after, 1)),
        MatterFact::IntakeRepeated { origin: Some(origin), intake, .. } => {
            rows.push(origin_row(origin, after, *intake));
        }
        MatterFact::ClockEnded { clock, due, nth, tells, .. } => {
            let name = under.procedure.clocks.get(clock).map_or(clock, |clock| &clock.name);
            rows.extend(tells.iter().map(|office| {
                Row::Notice(NoticeRow {
                    office: office.clone(),
                    matter: after.id.clone(),
                    clock: name.clone(),
                    due: *due,
                    nth: *nth,
                    at,
                })
            }));
        }
        _ => {}
    }
    rows
}

fn origin_row(origin: &Origin, matter: &Matter, intake: u32) -> Row {
    let stream = crate::event::Stream::Matter(matter.id.clone()).to_string();
    Row::Origin(OriginRow { origin: origin.clone(), stream, intake })
}

/// The session's row after its last event.
pub fn session_row(session: &Session) -> SessionRow {
    SessionRow {
        id: session.id.clone(),
        version: session.version,
        office: session.office.clone(),
        kind: session.kind.clone(),
        starts: session.starts,
        place: session.place.clone(),
        held: session.attended.is_some(),
    }
}

/// The rows one event of a session adds, besides the session's own row.
pub fn rows_of_session(session: &Session, event: &SessionEvent, at: Timestamp) -> Vec<Row> {
    let fact = |kind, label: &str, about: &str, amount| {
        Row::Fact(Fact {
            kind,
            family: "session".to_owned(),
            matter: None,
            session: Some(session.id.clone()),
            office: session.office.clone(),
            at,
            label: label.to_owned(),
            about: about.to_owned(),
            amount,
            on_time: None,
            due: None,
            event: session.version,
        })
    };
    match event {
        SessionEvent::SessionAnnounced { origin, .. } => origin
            .iter()
            .map(|origin| {
                let stream = crate::event::Stream::Session(session.id.clone()).to_string();
                Row::Origin(OriginRow { origin: origin.clone(), stream, intake: 0 })
            })
            .collect(),
        SessionEvent::SessionHeld { attended } => {
            let mut rows = vec![fact("session_held", &session.kind, "", 1)];
            rows.extend(
                attended.iter().map(|row| fact("attended", &session.kind, &row.tier, i64::from(row.count))),
            );
            rows
        }
        SessionEvent::SessionReceived { matter, people, .. } => {
            let mut row = fact("received", &session.kind, "", i64::from(*people));
            if let Row::Fact(fact) = &mut row {
                fact.matter = Some(matter.clone());
            }
            vec![row]
        }
    }
}
