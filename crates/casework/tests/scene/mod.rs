//! A small county in which a story is told in few words: `3 clerk transfer d1` is the third of January, and so on.

#![allow(dead_code, reason = "each test file uses its part")]

mod people;
mod told;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use casework::act::{self, Made, end_clock};
use casework::calendar::Calendar;
use casework::clock;
use casework::command::{Actor, DirectoryCommand, MatterCommand, NewFile, Person, Register, SessionCommand};
use casework::day;
use casework::event::{
    AttachedFile, Attendance, Channel, DirectoryEvent, MatterFact, MatterId, Public, SessionId, Stream,
};
use casework::matter::Matter;
use casework::office::{Directory, Office, OfficeCode, OfficeKind, Officer, Role};
use casework::procedure::Procedure;
use casework::read::{self, MatterRow, Under};
use casework::refusal::Refusal;
use casework::session::Session;
use casework::verb::{Field, FieldKind, Verb};
use casework::world::{Asks, Numbers, World};
use jiff::Timestamp;
use told::{directory_command, matter_command, session_command};

/// Refusals of sessions and of the directory, which no procedure governs: `acts.rs` shows them.
pub const BESIDE: [&str; 20] = [
    "too_many_files",
    "files_too_large",
    "not_a_leader",
    "office_below_itself",
    "category_unknown",
    "place_is_no_division",
    "received_long_before",
    "channel_not_yours",
    "accused_would_register",
    "not_competent",
    "not_your_role",
    "notice_too_short",
    "not_held_yet",
    "held_too_early",
    "held_before",
    "not_of_that_day",
    "received_before",
    "no_such_matter",
    "no_such_session",
    "no_procedure",
];

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse(include_str!("../../../../calendars/cn.toml")).unwrap());

const OFFICES: [(&str, OfficeKind, Option<&str>); 10] = [
    ("city-xf", OfficeKind::PetitionOffice, Some("city")),
    ("c", OfficeKind::County, Some("city")),
    ("city", OfficeKind::City, None),
    ("jm", OfficeKind::JointMeeting, Some("c")),
    ("xf", OfficeKind::PetitionOffice, Some("c")),
    ("d1", OfficeKind::Department, Some("c")),
    ("d1-s", OfficeKind::Department, Some("d1")),
    ("d2", OfficeKind::Department, Some("c")),
    ("v", OfficeKind::Village, Some("c")),
    ("far", OfficeKind::City, None),
];

/// Who worked elsewhere before, and where.
const MOVED: [(&str, &str, &str, Role); 1] = [("o2x", "d1-s", "d2", Role::Officer)];

const OFFICERS: [(&str, &str, Role); 16] = [
    ("gov0", "c", Role::Registrar),
    ("clerk", "xf", Role::Registrar),
    ("chief", "xf", Role::PetitionChief),
    ("keep", "xf", Role::Custodian),
    ("keep2", "c", Role::Custodian),
    ("o1", "d1", Role::Officer),
    ("o2", "d2", Role::Officer),
    ("rev", "c", Role::Reviewer),
    ("boss", "c", Role::Leader),
    ("boss1", "d1", Role::Leader),
    ("boss2", "d2", Role::Leader),
    ("o1b", "d1", Role::Officer),
    ("o1c", "d1", Role::Officer),
    ("jmo", "jm", Role::Supervisor),
    ("rev2", "city", Role::Reviewer),
    ("gov", "c", Role::Officer),
];

/// What a story came to.
pub struct Scene {
    procedure: Procedure,
    calendar: Calendar,
    directory: Directory,
    numbers: Numbers,
    /// The matter that demands for data are about.
    pub about: Option<Matter>,
    pub matter: Option<Matter>,
    pub session: Option<Session>,
    /// Words of the events so far.
    pub events: Vec<String>,
}

impl Scene {
    /// Whether the procedure is sound is shown elsewhere; here it is only played.
    pub fn new(procedure: &str) -> Scene {
        Scene::of(casework::procedure::parse(procedure).unwrap())
    }

    pub fn of(procedure: Procedure) -> Scene {
        let mut directory = Directory::default();
        for (code, kind, parent) in OFFICES {
            // Everybody answers for the one category, the second department alone for the other.
            let fields: &[&str] = if code == "d2" { &["渔船检验", "鱼塘承包"] } else { &["渔船检验"] };
            let (code, parent) = (OfficeCode::from(code), parent.map(OfficeCode::from));
            directory.set_office(Office {
                name: format!("{code}局"),
                kind,
                parent,
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
                code,
            });
        }
        let is_demand = procedure.family == casework::demand::FAMILY;
        for (login, office, role) in OFFICERS {
            let (login, office) = (login.into(), office.into());
            directory.set_officer(Officer { login, name: "某人".to_owned(), office, roles: vec![role] });
        }
        for (login, before, now, role) in MOVED {
            for office in [before, now] {
                let (login, office, name) = (login.into(), office.into(), "某人".to_owned());
                directory.set_officer(Officer { login, name, office, roles: vec![role] });
            }
        }
        let mut scene = Scene {
            procedure,
            calendar: CALENDAR.clone(),
            directory,
            numbers: BTreeMap::new(),
            about: None,
            matter: None,
            session: None,
            events: Vec::new(),
        };
        if is_demand {
            // A petition against the second department, which the petition office registered.
            let mut petition = Scene::new(include_str!("../../../../procedures/petition-2022/procedure.toml"));
            petition.tell("2 clerk register accused=d2").unwrap();
            scene.about = petition.matter.map(|about| Matter { id: MatterId("about".to_owned()), ..about });
        }
        scene
    }

    pub fn procedure(&self) -> &Procedure {
        &self.procedure
    }

    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Every clock that runs and its last day; of several runs of one clock, the latest.
    pub fn due(&self, clock: &str) -> Option<jiff::civil::Date> {
        let matter = self.matter.as_ref()?;
        let runs = clock::runs_of(&self.procedure, &self.calendar, matter);
        let run = runs.iter().rev().find(|run| run.is_running() && run.clock.name == clock)?;
        Some(run.due.day)
    }

    /// The matter's row as lists see it.
    pub fn row(&self) -> MatterRow {
        let under = Under { procedure: &self.procedure, calendar: &self.calendar, directory: &self.directory };
        read::matter_row(&under, self.matter.as_ref().unwrap())
    }

    /// Tells a story: acts between semicolons. All but the last must be allowed.
    pub fn tell(&mut self, story: &str) -> Result<(), Refusal> {
        let acts: Vec<&str> = story.split(';').map(str::trim).filter(|act| !act.is_empty()).collect();
        let Some((last, before)) = acts.split_last() else { return Ok(()) };
        for act in before {
            self.act(act).unwrap_or_else(|refusal| panic!("in '{story}', '{act}' is refused: {refusal}"));
        }
        self.act(last)
    }

    /// The clock that governs the matter and its last day: `answer 2023-03-07`; empty where none runs.
    pub fn governed(&self) -> String {
        let Some(matter) = &self.matter else { return String::new() };
        let runs = clock::runs_of(&self.procedure, &self.calendar, matter);
        clock::governing(&runs).map_or_else(String::new, |run| format!("{} {}", run.clock.id, run.due.day))
    }

    /// What the clocks say until a day, as `day clock nth`, each with the first moment after the day it names.
    pub fn told_until(&mut self, day: &str) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(matter) = &self.matter {
            let next = end_clock(&self.procedure, &self.calendar, &self.directory, matter, moment(day));
            let Some((at, made)) = next else { break };
            if let Public::Matter(event) = &made[0].1.public
                && let MatterFact::ClockEnded { clock, nth, .. } = &event.fact
            {
                assert_eq!(day::local(at).time(), jiff::civil::Time::midnight());
                told.push(format!("{} {clock} {nth}", day::plus_days(day::day_of(at), -1)));
            }
            self.take_in(made, at);
        }
        told
    }

    fn act(&mut self, said: &str) -> Result<(), Refusal> {
        let words: Vec<&str> = said.split_whitespace().collect();
        let [when, who, verb, rest @ ..] = &words[..] else { panic!("'{said}' is not day, who, verb") };
        let now = moment(when);
        let actor = self.actor(who);
        self.wake(now);
        let made = match *verb {
            "passes" => Vec::new(),
            "office" | "officer" => act::act_on_directory(&self.directory, &directory_command(verb, rest))?,
            "announce" | "hold" | "receive" => {
                let command = session_command(verb, rest);
                let (session, matter) = (self.session.as_ref(), self.matter.as_ref());
                act::act_on_session(&self.directory, session, matter, &actor, now, &command)?
            }
            _ => act::act(&self.world(&actor, now), &matter_command(who, verb, rest))?,
        };
        self.take_in(made, now);
        Ok(())
    }

    /// Time acts first, as it does in the program.
    fn wake(&mut self, now: Timestamp) {
        while let Some(matter) = &self.matter {
            let ended = end_clock(&self.procedure, &self.calendar, &self.directory, matter, now);
            let Some((at, made)) = ended else { break };
            let made = match &self.about {
                Some(about) => act::with_news(matter, made, about, at),
                None => made,
            };
            self.take_in(made, at);
        }
    }

    fn world<'a>(&'a self, actor: &'a Actor, now: Timestamp) -> World<'a> {
        World {
            procedure: &self.procedure,
            calendar: &self.calendar,
            directory: &self.directory,
            matter: self.matter.as_ref(),
            about: self.about.as_ref(),
            numbers: &self.numbers,
            asks: Asks::NONE,
            actor,
            now,
        }
    }

    fn take_in(&mut self, made: Made, at: Timestamp) {
        for (stream, event) in made {
            match (stream, event.public) {
                (Stream::Matter(id), Public::Matter(event)) => {
                    self.events.push(event_word(&event.fact));
                    if let Some(about) = self.about.as_mut().filter(|about| about.id == id) {
                        about.apply(&event, at);
                        continue;
                    }
                    match &mut self.matter {
                        Some(matter) => matter.apply(&event, at),
                        none => *none = Matter::begin(id, &event, at),
                    }
                }
                (Stream::Session(id), Public::Session(event)) => match &mut self.session {
                    Some(session) => session.apply(&event, at),
                    none => *none = Session::begin(id, &event, at),
                },
                (Stream::Numbers(office, year), Public::Number(taken)) => {
                    self.numbers.insert((office, year), taken.number);
                }
                (Stream::Directory, Public::Directory(DirectoryEvent::OfficerSet { login, office, roles })) => {
                    self.directory.set_officer(Officer { login, name: "某人".to_owned(), office, roles });
                }
                _ => {}
            }
        }
    }

    fn actor(&self, who: &str) -> Actor {
        match who {
            "person" => Actor::Petitioner,
            "helper" => Actor::Helper { of: 0, may_write: true },
            "first" => Actor::Representative { number: 1 },
            "second" => Actor::Representative { number: 2 },
            "helper-of-first" => Actor::Helper { of: 1, may_write: true },
            "admin" => Actor::Admin,
            login => {
                let officer = self.directory.officer(&login.into()).unwrap();
                let (login, office) = (officer.login.clone(), officer.office.clone());
                Actor::Officer { login, office, roles: officer.roles.clone() }
            }
        }
    }
}

/// The word an event is written with.
fn event_word(fact: &MatterFact) -> String {
    let written = serde_json::to_value(fact).unwrap();
    written["event"].as_str().unwrap().to_owned()
}

/// `3` is noon of 2023-01-03, `40` of 2023-02-09; `3:09` is nine o'clock; `2024-01-05` is itself.
fn moment(word: &str) -> Timestamp {
    let (days, hour) = word.split_once(':').unwrap_or((word, "12"));
    let day = match days.parse() {
        Ok(days) => day::plus_days("2022-12-31".parse().unwrap(), days),
        Err(_) => days.parse().unwrap(),
    };
    format!("{day}T{hour}:00:00+08:00").parse().unwrap()
}

/// The rest of a said act: `key=value` by key, or the nth plain word.
fn word<'a>(rest: &[&'a str], key: &str, place: usize, otherwise: &'a str) -> &'a str {
    let named = rest.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    let plain = || rest.iter().filter(|word| !word.contains('=')).nth(place).copied();
    named.or_else(plain).unwrap_or(otherwise)
}

fn text(rest: &[&str], key: &str) -> String {
    match word(rest, key, usize::MAX, "文字") {
        "none" => String::new(),
        "invisible" => "\u{200b}\u{feff} \u{2060}".to_owned(),
        "blank" => " \n\t　".to_owned(),
        "long" => "字".repeat(50_001),
        given => given.to_owned(),
    }
}

fn number<T: std::str::FromStr>(rest: &[&str], key: &str, otherwise: &str) -> T {
    word(rest, key, usize::MAX, otherwise).parse().unwrap_or_else(|_| panic!("{key} in {rest:?}"))
}

/// How it came: on the web where the person says it, else as said.
fn channel(who: &str, rest: &[&str], otherwise: &str) -> Channel {
    let otherwise = if who == "person" { "web" } else { otherwise };
    Channel::from_word(word(rest, "channel", usize::MAX, otherwise)).unwrap()
}
