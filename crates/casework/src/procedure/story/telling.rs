//! Telling a path beat by beat: the matter moves as acts move it, time passes as clocks count it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::Beat;
use super::county::{self, ACCUSED, COMPETENT, PLACE, REGISTERS};
use crate::act;
use crate::calendar::Calendar;
use crate::clock;
use crate::day;
use crate::event::{Channel, MatterEvent, MatterFact, MatterId, Public, track_of};
use crate::matter::Matter;
use crate::office::{Directory, Login, OfficeCode};
use crate::procedure::{Act, Limit, Procedure, WhoIs};
use crate::verb::{Doer, Field, FieldKind, Verb};
use crate::world;

/// Rest days as shipped; where they cannot be read, weekends alone.
static CALENDAR: LazyLock<Option<Calendar>> =
    LazyLock::new(|| Calendar::parse(include_str!("../../../../../calendars/cn.toml")).ok());

/// The name of the matter in the story.
const MATTER: &str = "M1";
/// How often a clock may speak before the one waited for does.
const TELLINGS_MAX: usize = 200;

pub(super) struct Telling<'p> {
    procedure: &'p Procedure,
    directory: Directory,
    matter: Option<Matter>,
    now: Timestamp,
    lines: Vec<Value>,
}

impl<'p> Telling<'p> {
    pub(super) fn begin(procedure: &'p Procedure) -> Telling<'p> {
        // A working day on which the procedure governs what is registered.
        let usual = jiff::civil::date(2023, 2, 6);
        let day = match procedure.until {
            Some(until) if until < usual => procedure.in_force.saturating_add(jiff::Span::new().days(7)),
            _ => usual.max(procedure.in_force),
        };
        let now = day::start_of(day).saturating_add(SignedDuration::from_hours(9)).unwrap_or(Timestamp::MIN);
        let at = written(now);
        let mut lines = vec![json!({
            "at": at, "by": "admin", "do": "story",
            "id": format!("{}-counter-example", procedure.id), "title": "违反规则的经过",
        })];
        lines.extend(county::lines(&at));
        Telling { procedure, directory: county::directory(), matter: None, now, lines }
    }

    pub(super) fn lines(self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// A line that changes nothing: before it, whatever fell due happens.
    pub(super) fn let_time_act(&mut self) {
        let line = county::office(&written(self.now), "d2");
        self.lines.push(line);
    }

    pub(super) fn tell(&mut self, beat: &Beat<'_>) {
        match beat {
            Beat::Act { act, track, outcome } => self.act(act, *track, *outcome),
            Beat::End { clock } => self.wait_for(clock),
            Beat::Notice { letter } => self.notice(letter),
        }
    }

    /// Ten minutes later; what falls due meanwhile happens.
    fn go_on(&mut self) {
        self.now = self.now.saturating_add(SignedDuration::from_mins(10)).unwrap_or(self.now);
        while self.next_end(self.now).is_some() {}
    }

    /// The next thing a clock says by a moment, taken in; its clock, empty for a warning.
    fn next_end(&mut self, by: Timestamp) -> Option<(Timestamp, String)> {
        let (calendar, matter) = (CALENDAR.as_ref()?, self.matter.as_mut()?);
        let (at, made) = act::end_clock(self.procedure, calendar, &self.directory, matter, by)?;
        let mut said = String::new();
        for (_, event) in made {
            let Public::Matter(event) = event.public else { continue };
            if let MatterFact::ClockEnded { clock, .. } = &event.fact {
                said.clone_from(clock);
            }
            matter.apply(&event, at);
        }
        Some((at, said))
    }

    /// Time passes until a clock has ended; a window that had stopped, until its last day is over.
    fn wait_for(&mut self, clock: &str) {
        let runs = |telling: &Self| -> Option<bool> {
            let runs = clock::runs_of(telling.procedure, CALENDAR.as_ref()?, telling.matter.as_ref()?);
            Some(runs.iter().any(|run| run.clock.id == clock && run.is_running()))
        };
        if runs(self) != Some(true) {
            self.wait_until_past(clock);
            return;
        }
        for _ in 0..TELLINGS_MAX {
            let Some((at, said)) = self.next_end(Timestamp::MAX) else { return };
            self.now = self.now.max(at);
            if said == clock {
                return;
            }
        }
    }

    fn wait_until_past(&mut self, clock: &str) {
        let (Some(calendar), Some(matter)) = (CALENDAR.as_ref(), &self.matter) else { return };
        let runs = clock::runs_of(self.procedure, calendar, matter);
        if let Some(run) = runs.iter().rev().find(|run| run.clock.id == clock) {
            self.now = self.now.max(day::end_of(run.due.day));
        }
    }

    fn act(&mut self, act: &Act, track: Option<&str>, outcome: Option<&str>) {
        if let Some(floor) = &act.after {
            self.wait_until_past(floor);
        }
        self.go_on();
        let outcome = outcome.or_else(|| act.outcomes.first().map(String::as_str));
        let said = self.fields(act, outcome);
        let by = self.actor(act);
        let mut line = Map::new();
        line.insert("at".to_owned(), json!(written(self.now)));
        line.insert("by".to_owned(), json!(by));
        line.insert("do".to_owned(), json!(act.verb.word()));
        match act.verb {
            Verb::Register => self.register(act, &mut line),
            Verb::Repeat => {
                let repeat =
                    json!({ "ref": "M2", "of": MATTER, "channel": "letter", "people": 1, "text": "再次反映" });
                line.extend(repeat.as_object().cloned().unwrap_or_default());
            }
            _ => {
                line.insert("ref".to_owned(), json!(MATTER));
                line.extend(said.clone());
            }
        }
        self.lines.push(Value::Object(line));
        if act.verb != Verb::Register {
            self.move_by(act, track, outcome, &said);
        }
    }

    fn notice(&mut self, letter: &str) {
        self.go_on();
        let made = self.matter.as_ref().and_then(|matter| matter.unserved(letter));
        let by = made.map_or_else(|| format!("{COMPETENT}-1"), |made| format!("{}-1", made.made.office));
        self.lines.push(json!({
            "at": written(self.now), "by": by, "do": "serve", "ref": MATTER, "document": letter, "how": "post",
        }));
        let step = self.matter.as_ref().map_or_else(String::new, |matter| matter.step.clone());
        let fact = MatterFact::Served {
            document: letter.to_owned(),
            how: "post".to_owned(),
            answers: false,
            party: None,
        };
        self.take(&plain("serve_notice", &step, fact));
    }

    /// The line of a registration, and the matter it makes.
    fn register(&mut self, act: &Act, line: &mut Map<String, Value>) {
        let by_person = line.get("by").is_some_and(|by| by == "petitioner");
        let here = |role: &String| self.procedure.who.get(role).is_some_and(|who| who.is == WhoIs::Competent);
        let sends = [Verb::Transfer, Verb::Assign, Verb::DecideJurisdiction];
        let sent_later = self.procedure.acts().any(|(_, act)| sends.contains(&act.verb));
        let is = |is: WhoIs| self.procedure.who.values().any(|who| who.is == is);
        let competent = is(WhoIs::Competent) && (act.by.iter().all(here) || !sent_later);
        let competent = competent.then(|| COMPETENT.into());
        let accused: Vec<OfficeCode> = is(WhoIs::AboveAccused).then(|| ACCUSED.into()).into_iter().collect();
        let channel = if by_person { Channel::Web } else { Channel::Letter };
        let filing = json!({
            "ref": MATTER, "channel": channel, "people": 1, "place": PLACE, "category": "其他", "summary": "一件事",
            "text": "请求处理一件事", "petitioner": { "name": "某某" }, "procedure": self.procedure.id,
        });
        line.extend(filing.as_object().cloned().unwrap_or_default());
        if !accused.is_empty() {
            line.insert("accused".to_owned(), json!(accused));
        }
        if let Some(competent) = &competent {
            line.insert("competent".to_owned(), json!(competent));
        }
        let fact = MatterFact::Registered {
            reference: MATTER.to_owned(),
            code_digest: String::new(),
            origin: None,
            procedure: self.procedure.id.clone(),
            channel,
            people: 1,
            place: PLACE.into(),
            category: String::new(),
            received: None,
            anonymous: false,
            representatives: 0,
            accused,
            accused_officers: Vec::new(),
            respondents: Vec::new(),
            home: REGISTERS.into(),
            competent,
        };
        let step = act.to.as_deref().unwrap_or(&self.procedure.begins);
        let event = plain(&act.id, step, fact);
        self.matter = Matter::begin(MatterId(MATTER.to_owned()), &event, self.now);
    }

    fn move_by(&mut self, act: &Act, track: Option<&str>, outcome: Option<&str>, said: &Map<String, Value>) {
        let Some(matter) = &self.matter else { return };
        let instance = track.and_then(|track| matter.tracks.keys().find(|name| track_of(name).0 == track));
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fact = match act.verb {
            Verb::Extend => MatterFact::Extended {
                days: said
                    .get("days")
                    .and_then(Value::as_u64)
                    .and_then(|days| u16::try_from(days).ok())
                    .unwrap_or(1),
                approved_by: Login(said.get("approved_by").map(text).unwrap_or_default()),
            },
            Verb::Transfer => MatterFact::Transferred { to: COMPETENT.into() },
            Verb::Serve => MatterFact::Served {
                document: act.letter.clone().unwrap_or_default(),
                how: "post".to_owned(),
                answers: act.answers,
                party: None,
            },
            verb => MatterFact::Done {
                verb,
                by: String::new(),
                said: said.iter().map(|(field, value)| (field.clone(), text(value))).collect(),
            },
        };
        let event = act::rehearsed(self.procedure, matter, instance.map(String::as_str), act, outcome, fact);
        self.take(&event);
    }

    fn take(&mut self, event: &MatterEvent) {
        if let Some(matter) = &mut self.matter {
            matter.apply(event, self.now);
        }
    }

    /// Who does it: an office before the person, where both may.
    fn actor(&self, act: &Act) -> String {
        let is_person =
            |role: &&String| self.procedure.who.get(role.as_str()).is_some_and(|who| who.is == WhoIs::Petitioner);
        match act.by.iter().find(|role| !is_person(role)) {
            Some(role) => self.login(role, act.verb),
            None => "petitioner".to_owned(),
        }
    }

    /// Whether the matter was sent back to be decided by others.
    fn anew(&self) -> bool {
        let asks = |id: &String| self.procedure.acts().any(|(_, act)| act.other_hands && act.id == *id);
        self.matter.as_ref().is_some_and(|matter| matter.history.iter().any(|moment| asks(&moment.act)))
    }

    /// The login of somebody who plays a role; who checks is another than who drafts.
    fn login(&self, role: &str, verb: Verb) -> String {
        let is = self.procedure.who.get(role).map(|who| &who.is);
        let office = world::office_of(self.procedure, &self.directory, self.matter.as_ref(), role);
        let usual = if is == Some(&WhoIs::Registers) { REGISTERS } else { COMPETENT };
        let office = office.map_or_else(|| usual.to_owned(), |office| office.0);
        if matches!(is, Some(WhoIs::LeaderOf(_))) || verb.row().doer == Doer::Leader {
            return format!("{office}-leader{}", if self.anew() { "-2" } else { "" });
        }
        if verb == Verb::DecideIdentity {
            return format!("{office}-custodian");
        }
        let second = matches!(verb, Verb::Check | Verb::Countersign | Verb::OpenReexamination);
        format!("{office}-{}", if second { 2 } else { 1 } + if self.anew() { 2 } else { 0 })
    }

    /// What the act is told: everything it must be, and a basis where it may give one.
    fn fields(&self, act: &Act, outcome: Option<&str>) -> Map<String, Value> {
        let asked = |field: &&Field| field.required || field.name == "basis";
        let fields = act.verb.fields().iter().filter(asked);
        fields.map(|field| (field.name.to_owned(), self.field(act, field, outcome))).collect()
    }

    fn field(&self, act: &Act, field: &Field, outcome: Option<&str>) -> Value {
        let clock = act.extends.as_ref().and_then(|clock| self.procedure.clocks.get(clock));
        let rung = clock.and_then(|clock| clock.extend.first());
        match field.kind {
            FieldKind::Text => json!(field.label),
            FieldKind::Words(words) => json!(words.first().map_or("", |(word, _)| word)),
            FieldKind::Day => json!(day::plus_days(day::day_of(self.now), 10).to_string()),
            FieldKind::Office => json!(COMPETENT),
            FieldKind::Login => {
                json!(rung.map_or_else(String::new, |rung| self.login(&rung.approved_by, act.verb)))
            }
            FieldKind::Fen => json!(100_000),
            FieldKind::Number if act.verb == Verb::Extend => match rung.map(|rung| rung.most) {
                Some(Limit::Days(days) | Limit::WorkingDays(days)) => json!(days),
                _ => json!(1),
            },
            FieldKind::Number => json!(2),
            FieldKind::Flag => json!(true),
            FieldKind::Reference => json!("M2"),
            FieldKind::Outcome => json!(outcome.unwrap_or_default()),
            FieldKind::Letter => json!(act.letter),
        }
    }
}

/// An event that moves the matter to a step and nothing else.
fn plain(act: &str, step: &str, fact: MatterFact) -> MatterEvent {
    MatterEvent {
        act: act.to_owned(),
        step: step.to_owned(),
        track: None,
        tracks: BTreeMap::new(),
        closed: Vec::new(),
        found: BTreeMap::new(),
        made: None,
        fact,
    }
}

/// A moment as stories write it.
fn written(at: Timestamp) -> String {
    format!("{}+08:00", day::local(at).strftime("%Y-%m-%dT%H:%M:%S"))
}
