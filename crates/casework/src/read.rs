//! What an event leaves in the read tables: rows to list, count and show, derived and rebuilt, never the truth.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::clock::{self, Run};
use crate::day;
use crate::event::{MatterEvent, MatterFact, MatterId, Origin, SessionEvent, SessionId};
use crate::matter::Matter;
use crate::office::{Directory, OfficeCode};
use crate::procedure::{ClockKind, Procedure};
use crate::session::Session;
use crate::verb::Verb;
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

/// One countable thing that happened, on one day: what figures are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What happened: `intake`, `registered`, `answered`, …
    pub kind: &'static str,
    /// Procedure family, or `session`.
    pub family: String,
    /// The matter, where it is about one.
    pub matter: Option<MatterId>,
    /// The session, where it is about one.
    pub session: Option<SessionId>,
    /// The office answerable for it.
    pub office: OfficeCode,
    /// When.
    pub at: Timestamp,
    /// A word: channel, document, tier, rating, …
    pub label: String,
    /// A second word: the object rated.
    pub about: String,
    /// Heads, person-times, or seconds.
    pub amount: i64,
    /// Whether it was in time, where it had a limit.
    pub on_time: Option<bool>,
    /// The last day of the limit it set, where it set one.
    pub due: Option<Date>,
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
            let office = world::office_in(under.procedure, under.directory, Some(matter), track, who)?;
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

/// The rows one event of a matter adds, besides the matter's own row. `before` is none for the registration.
pub fn rows_of(
    under: &Under<'_>,
    before: Option<&Matter>,
    after: &Matter,
    event: &MatterEvent,
    at: Timestamp,
) -> Vec<Row> {
    let runs = before.map_or_else(Vec::new, |matter| clock::runs_of(under.procedure, under.calendar, matter));
    let facts = FactsOf { under, matter: after, runs: &runs, at };
    let mut rows: Vec<Row> = facts.of(event).into_iter().map(Row::Fact).collect();
    rows.extend(facts.limits().into_iter().map(Row::Fact));
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

struct FactsOf<'a> {
    under: &'a Under<'a>,
    matter: &'a Matter,
    /// Clock runs as they were before the event.
    runs: &'a [Run<'a>],
    at: Timestamp,
}

impl FactsOf<'_> {
    fn of(&self, event: &MatterEvent) -> Vec<Fact> {
        let home = || self.matter.home.clone();
        let competent = || self.matter.competent.clone().unwrap_or_else(home);
        match &event.fact {
            MatterFact::Registered { channel, people, .. } => vec![
                self.fact("intake", home(), channel.word()).amount(i64::from(*people)),
                self.fact("registered", home(), channel.word()),
            ],
            MatterFact::IntakeRepeated { channel, people, .. } => vec![
                self.fact("intake", home(), channel.word()).amount(i64::from(*people)),
                self.fact("repeated", home(), channel.word()),
            ],
            MatterFact::Accepted {} => vec![self.fact("accepted", competent(), "").on_time(self.in_time())],
            MatterFact::Extended { days, .. } => {
                vec![self.fact("extended", competent(), "").amount(i64::from(*days))]
            }
            MatterFact::KeyMarked { ground } => vec![self.fact("key_marked", home(), ground)],
            MatterFact::Served { document, answers, .. } => self.served(document, *answers),
            MatterFact::ReviewRequested {} => vec![self.fact("review_requested", competent(), "")],
            MatterFact::ReviewAccepted {} => vec![self.fact("review_accepted", competent(), "")],
            MatterFact::ReviewDecided { outcome } => vec![self.fact("review_decided", competent(), outcome)],
            MatterFact::Rated { about, rating } => {
                let office = if about == "competent_office" { competent() } else { home() };
                let mut fact = self.fact("rated", office, rating);
                fact.about.clone_from(about);
                vec![fact]
            }
            MatterFact::Transferred { .. }
            | MatterFact::Refused { .. }
            | MatterFact::Diverted { .. }
            | MatterFact::Decided { .. }
            | MatterFact::ClockEnded { .. }
            | MatterFact::ClockWarned { .. }
            | MatterFact::DueMoved { .. } => Vec::new(),
            MatterFact::Done { verb, said, .. } => {
                let office = said.get("to").map_or_else(competent, |to| OfficeCode(to.clone()));
                let amount = said.get("fen").and_then(|fen| fen.parse().ok()).unwrap_or(0);
                let mut fact = self.fact(verb.word(), office, said.values().next().map_or("", String::as_str));
                fact.amount = amount;
                vec![fact]
            }
        }
    }

    fn served(&self, document: &str, answers: bool) -> Vec<Fact> {
        let issuer = self.matter.documents.iter().rev().find(|made| made.made.document == document);
        let office = issuer.map_or_else(|| self.matter.home.clone(), |made| made.made.office.clone());
        let mut served = self.fact("served", office.clone(), document).on_time(self.in_time());
        served.amount = self.seconds_since_registration();
        let mut facts = vec![served];
        let first = self.matter.answered.as_ref().is_some_and(|(at, by)| *at == self.at && by == document);
        if answers && first {
            let answered = self.fact("answered", office, document).amount(self.seconds_since_registration());
            facts.push(answered);
        }
        facts
    }

    /// The limits that the event set or moved: what a matter was due by, as known that day.
    fn limits(&self) -> Vec<Fact> {
        let now = clock::runs_of(self.under.procedure, self.under.calendar, self.matter);
        now.iter()
            .filter(|run| run.is_running() && run.clock.kind == ClockKind::Due)
            .filter(|run| !self.runs.iter().any(|before| before.is_running() && same(before, run)))
            .map(|run| {
                let office = self.matter.competent.clone().unwrap_or_else(|| self.matter.home.clone());
                let mut fact = self.fact("limit", office, &run.clock.id);
                fact.due = Some(run.due.day);
                fact
            })
            .collect()
    }

    /// Whether the duty that governs the matter is kept by an act now; `None` where none runs.
    fn in_time(&self) -> Option<bool> {
        clock::governing(self.runs).filter(|run| run.clock.kind == ClockKind::Due).map(|run| !run.is_past(self.at))
    }

    fn seconds_since_registration(&self) -> i64 {
        let registered = self.matter.intakes.first().map_or(self.at, |intake| intake.at);
        self.at.as_second() - registered.as_second()
    }

    fn fact(&self, kind: &'static str, office: OfficeCode, label: &str) -> Fact {
        Fact {
            kind,
            family: self.under.procedure.family.clone(),
            matter: Some(self.matter.id.clone()),
            session: None,
            office,
            at: self.at,
            label: label.to_owned(),
            about: String::new(),
            amount: 0,
            on_time: None,
            due: None,
        }
    }
}

fn same(one: &Run<'_>, other: &Run<'_>) -> bool {
    one.clock.id == other.clock.id && one.started == other.started && one.due.day == other.due.day
}

impl Fact {
    fn amount(mut self, amount: i64) -> Fact {
        self.amount = amount;
        self
    }

    fn on_time(mut self, on_time: Option<bool>) -> Fact {
        self.on_time = on_time;
        self
    }

    /// The day in Shanghai it counts on.
    pub fn day(&self) -> Date {
        day::day_of(self.at)
    }
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

/// Every kind of fact there is, besides the verbs that leave a fact of their own name.
pub const FACT_KINDS: [&str; 16] = [
    "intake",
    "registered",
    "repeated",
    "accepted",
    "extended",
    "key_marked",
    "served",
    "answered",
    "review_requested",
    "review_accepted",
    "review_decided",
    "rated",
    "limit",
    "session_held",
    "attended",
    "received",
];

/// The kind a word names.
pub fn fact_kind(word: &str) -> Option<&'static str> {
    FACT_KINDS.into_iter().find(|kind| *kind == word).or_else(|| Verb::from_word(word).map(Verb::word))
}
