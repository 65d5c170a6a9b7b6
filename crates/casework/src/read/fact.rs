//! Facts: the countable things an event leaves, and what figures are made of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Under;
use crate::act;
use crate::clock::{self, Run};
use crate::day;
use crate::event::{MatterEvent, MatterFact, MatterId, SessionId, track_of};
use crate::matter::Matter;
use crate::office::OfficeCode;
use crate::procedure::ClockKind;
use crate::verb::{Field, FieldKind, Verb};
use crate::world;

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
    /// A second word: the object rated; the side track where it happened in one (`promise#2`).
    pub about: String,
    /// Heads, person-times, or seconds.
    pub amount: i64,
    /// Whether it was in time, where it had a limit.
    pub on_time: Option<bool>,
    /// The last day of the limit it set, where it set one; of a correction, the right day.
    pub due: Option<Date>,
    /// Which event of its matter or session it was left by, from 1; of a correction, the event corrected.
    pub event: u64,
}

/// What it takes to say which facts an event leaves.
pub(super) struct FactsOf<'a> {
    pub(super) under: &'a Under<'a>,
    /// The matter before it; none for the registration.
    pub(super) before: Option<&'a Matter>,
    /// The matter after it.
    pub(super) matter: &'a Matter,
    /// Clock runs as they were before the event.
    pub(super) runs: &'a [Run<'a>],
    pub(super) at: Timestamp,
    /// The side track it happened in.
    pub(super) track: Option<&'a str>,
}

impl FactsOf<'_> {
    /// What happened, the side tracks it opened and closed, and the limits it set, in order.
    pub(super) fn of(&self, event: &MatterEvent) -> Vec<Fact> {
        let mut facts = self.happened(event);
        facts.extend(self.end());
        facts.extend(self.tracks(event));
        facts.extend(self.limits());
        facts
    }

    fn happened(&self, event: &MatterEvent) -> Vec<Fact> {
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
            // An answer counts once, when it first reached somebody.
            MatterFact::Served { document, answers, .. } if self.is_first_service() => {
                self.served(document, *answers)
            }
            MatterFact::Served { .. } => Vec::new(),
            // Who joins a review that another asked for adds none to be done.
            MatterFact::ReviewRequested { .. } if event.act == act::JOINED => Vec::new(),
            MatterFact::ReviewRequested { .. } => vec![self.fact("review_requested", competent(), "")],
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
            | MatterFact::DueMoved { .. }
            | MatterFact::DemandTold(_)
            | MatterFact::Attached(_)
            | MatterFact::Erased { .. } => Vec::new(),
            MatterFact::Done { verb: Verb::Correct, said, .. } => self.corrected(said),
            // Taken up as simple it is taken up all the same, with the same notice.
            MatterFact::Done { verb: Verb::AcceptSimple, .. } => ["accepted", "accept_simple"]
                .map(|kind| self.fact(kind, competent(), "").on_time(self.in_time()))
                .into(),
            MatterFact::Done { .. } if event.act == act::JOINED => Vec::new(),
            MatterFact::Done { verb, said, .. } => {
                let office = said.get("to").map_or_else(competent, |to| OfficeCode(to.clone()));
                let amount = said.get("fen").and_then(|fen| fen.parse().ok()).unwrap_or(0);
                let fact = self.fact(verb.word(), office, self.label(*verb, said));
                vec![fact.amount(amount).on_time(self.in_time())]
            }
        }
    }

    /// That the main track ended, with what: an answer given, a withdrawal, a window that lapsed.
    fn end(&self) -> Option<Fact> {
        let is_end = |matter: &Matter| self.under.procedure.is_end(&matter.step);
        if !is_end(self.matter) || self.before.is_some_and(is_end) {
            return None;
        }
        let mut fact = self.fact("ended", self.matter.home.clone(), &self.matter.step);
        fact.about.clear();
        Some(fact)
    }

    /// What tells an act from others of its verb: the word chosen, else what it found, else the side track it is in.
    fn label<'s>(&self, verb: Verb, said: &'s BTreeMap<String, String>) -> &'s str
    where
        Self: 's,
    {
        let chosen =
            |field: &&Field| matches!(field.kind, FieldKind::Words(_) | FieldKind::Flag | FieldKind::Outcome);
        let word = verb.fields().iter().filter(|field| field.required).find(chosen);
        let word = word.and_then(|field| said.get(field.name)).map(String::as_str);
        word.or_else(|| self.track.map(|track| track_of(track).0)).unwrap_or("")
    }

    /// Side tracks that opened and closed: what is promised, supervised or executed, from its beginning to its end.
    fn tracks(&self, event: &MatterEvent) -> Vec<Fact> {
        let home = || self.matter.home.clone();
        let was = |name: &String| self.before.and_then(|before| before.tracks.get(name));
        let opened = event.tracks.iter().filter(|(name, _)| was(name).is_none()).map(|(name, step)| {
            let who = self.under.procedure.steps.get(step).and_then(|step| step.owner.as_ref());
            let office = who.and_then(|who| {
                world::office_in(
                    self.under.procedure,
                    self.under.directory,
                    Some(self.matter),
                    Some(name.as_str()),
                    who,
                )
            });
            self.of_track("opened", office.unwrap_or_else(home), name)
        });
        let closed = event.closed.iter().map(|name| {
            let open_for = was(name).map_or(0, |position| self.at.as_second() - position.since.as_second());
            let office = self.matter.competent.clone().unwrap_or_else(home);
            self.of_track("closed", office, name).amount(open_for)
        });
        opened.chain(closed).collect()
    }

    fn of_track(&self, kind: &'static str, office: OfficeCode, name: &str) -> Fact {
        let mut fact = self.fact(kind, office, track_of(name).0);
        name.clone_into(&mut fact.about);
        fact
    }

    /// The right day of an event entered with a wrong one, and whether it was in time by it.
    fn corrected(&self, said: &BTreeMap<String, String>) -> Vec<Fact> {
        let number: Option<usize> = said.get("event").and_then(|number| number.parse().ok());
        let day = said.get("day").and_then(|day| day.parse().ok());
        let (Some(number), Some(day)) = (number, day) else { return Vec::new() };
        let mut fact = self.fact("correct", self.matter.home.clone(), "");
        fact.due = Some(day);
        fact.event = u64::try_from(number).unwrap_or(0);
        let moment = number.checked_sub(1).and_then(|index| self.matter.history.get(index));
        let now = clock::runs_of(self.under.procedure, self.under.calendar, self.matter);
        fact.on_time = moment.and_then(|moment| {
            // The duty that the corrected event fulfilled, with the limit as it now stands.
            let ended = now.iter().filter(|run| run.clock.kind == ClockKind::Due && run.track == moment.track);
            let run = ended.filter(|run| run.stopped == Some(moment.at)).min_by_key(|run| run.due.day)?;
            Some(!run.is_past(moment.at))
        });
        vec![fact]
    }

    /// Whether the service just written is the first of its document.
    fn is_first_service(&self) -> bool {
        let last = self.matter.version;
        let mut made =
            self.matter.documents.iter().filter(|made| made.services.iter().any(|one| one.event == last));
        made.all(|made| made.services.len() == 1)
    }

    fn served(&self, document: &str, answers: bool) -> Vec<Fact> {
        let issuer = self.matter.documents.iter().rev().find(|made| made.made.document == document);
        let office = issuer.map_or_else(|| self.matter.home.clone(), |made| made.made.office.clone());
        let mut served = self.fact("served", office.clone(), document).on_time(self.in_time());
        served.amount = self.seconds_since_registration();
        let mut facts = vec![served];
        let first = self.matter.answered.as_ref().is_some_and(|(at, by)| *at == self.at && by == document);
        if answers && first {
            let mut answered = self.fact("answered", office, document).amount(self.seconds_since_registration());
            // The matter is answered, whichever track the answer came from.
            answered.about.clear();
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
                fact.about = run.track.clone().unwrap_or_default();
                fact.due = Some(run.due.day);
                fact
            })
            .collect()
    }

    /// Whether the duty that governs the track is kept by an act now; `None` where none runs.
    fn in_time(&self) -> Option<bool> {
        clock::governing_in(self.runs, self.track)
            .filter(|run| run.clock.kind == ClockKind::Due)
            .map(|run| !run.is_past(self.at))
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
            about: self.track.unwrap_or_default().to_owned(),
            amount: 0,
            on_time: None,
            due: None,
            event: self.matter.version,
        }
    }
}

fn same(one: &Run<'_>, other: &Run<'_>) -> bool {
    one.clock.id == other.clock.id
        && one.track == other.track
        && one.started == other.started
        && one.due.day == other.due.day
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

/// Every kind of fact there is, besides the verbs that leave a fact of their own name.
pub const FACT_KINDS: [&str; 19] = [
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
    "opened",
    "closed",
    "ended",
    "session_held",
    "attended",
    "received",
];

/// The kind a word names.
pub fn fact_kind(word: &str) -> Option<&'static str> {
    FACT_KINDS.into_iter().find(|kind| *kind == word).or_else(|| Verb::from_word(word).map(Verb::word))
}
