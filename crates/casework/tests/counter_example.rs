//! A counter-example is a story: told line by line to the acts, it comes to where the fault says the procedure leads.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test helper stops where the test cannot go on"
)]

use std::collections::BTreeMap;

use casework::act::{self, Made, end_clock};
use casework::calendar::Calendar;
use casework::command::{Actor, MatterCommand, Person, Register};
use casework::event::{MatterId, Public, Stream};
use casework::matter::Matter;
use casework::office::{Directory, Office, Officer, Role};
use casework::procedure::{Fault, Procedure, check, parse};
use casework::verb::{FieldKind, Verb};
use casework::world::{Asks, Numbers, World};
use jiff::Timestamp;
use serde_json::Value;

const BASE: &str = include_str!("procedure_base.toml");

/// A faulty procedure and its first fault of a code that has a story.
fn faulty(text: &str, code: &str) -> (Procedure, Fault) {
    let procedure = parse(text).expect("only its meaning is wrong");
    let faults = check(&procedure);
    let found = faults.iter().find(|fault| fault.code == code && fault.story.is_some());
    let fault = found.unwrap_or_else(|| panic!("no {code} with a story in {faults:?}")).clone();
    (procedure, fault)
}

fn changed(old: &str, new: &str) -> String {
    assert_eq!(BASE.matches(old).count(), 1, "stands once in the base file: {old}");
    BASE.replace(old, new)
}

fn text(line: &Value, field: &str) -> String {
    match &line[field] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn command(line: &Value) -> MatterCommand {
    let said = |field: &str| text(line, field);
    let verb = Verb::from_word(&said("do")).unwrap_or_else(|| panic!("{line}"));
    match verb {
        Verb::Register => MatterCommand::Register(Box::new(Register {
            id: MatterId(said("ref")),
            reference: said("ref"),
            code_digest: String::new(),
            origin: None,
            channel: serde_json::from_value(line["channel"].clone()).unwrap(),
            people: 1,
            place: said("place").as_str().into(),
            category: said("category"),
            summary: said("summary"),
            text: said("text"),
            received: None,
            contact: String::new(),
            petitioner: Some(Person { name: text(&line["petitioner"], "name"), phone: String::new() }),
            representatives: Vec::new(),
            accused: Vec::new(),
            accused_officers: Vec::new(),
            respondents: Vec::new(),
            accused_people: String::new(),
            competent: line["competent"].as_str().map(Into::into),
        })),
        Verb::Transfer => MatterCommand::Transfer { to: said("to").as_str().into() },
        Verb::Accept => MatterCommand::Accept,
        Verb::Refuse => MatterCommand::Refuse { ground: said("ground"), go_to: said("go_to") },
        Verb::Divert => MatterCommand::Divert { to: said("to"), note: said("note") },
        Verb::Decide => {
            MatterCommand::Decide { outcome: said("outcome"), text: said("text"), basis: said("basis") }
        }
        Verb::Serve => MatterCommand::Serve {
            document: said("document"),
            how: said("how"),
            proof: String::new(),
            party: None,
        },
        Verb::RequestReview => MatterCommand::RequestReview { text: said("text") },
        Verb::AcceptReview => MatterCommand::AcceptReview,
        Verb::DecideReview => MatterCommand::DecideReview { outcome: said("outcome"), text: said("text") },
        verb => MatterCommand::Do {
            verb,
            said: verb
                .fields()
                .iter()
                .filter(|field| !line[field.name].is_null())
                .map(|field| {
                    let flag = field.kind == FieldKind::Flag && line[field.name] == true;
                    (field.name.to_owned(), if flag { "yes".to_owned() } else { said(field.name) })
                })
                .collect(),
            which: None,
        },
    }
}

struct Play<'p> {
    procedure: &'p Procedure,
    calendar: Calendar,
    directory: Directory,
    numbers: Numbers,
    matter: Option<Matter>,
}

impl Play<'_> {
    fn line(&mut self, line: &Value) {
        let now: Timestamp = text(line, "at").parse().unwrap();
        while let Some(matter) = &self.matter {
            let Some((at, made)) = end_clock(self.procedure, &self.calendar, &self.directory, matter, now) else {
                break;
            };
            self.take_in(made, at);
        }
        match text(line, "do").as_str() {
            "story" => {}
            "office" => self.directory.set_office(Office {
                code: text(line, "code").as_str().into(),
                name: text(line, "name"),
                kind: serde_json::from_value(line["kind"].clone()).unwrap(),
                parent: line["parent"].as_str().map(Into::into),
                fields: Vec::new(),
            }),
            "officer" => self.directory.set_officer(Officer {
                login: text(line, "login").as_str().into(),
                name: text(line, "name"),
                office: text(line, "office").as_str().into(),
                roles: line["roles"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|role| Role::from_word(role.as_str().unwrap()).unwrap())
                    .collect(),
            }),
            _ => {
                let actor = match text(line, "by").as_str() {
                    "petitioner" => Actor::Petitioner,
                    login => {
                        let officer = self.directory.officer(&login.into()).unwrap_or_else(|| panic!("{line}"));
                        Actor::Officer {
                            login: officer.login.clone(),
                            office: officer.office.clone(),
                            roles: officer.roles.clone(),
                        }
                    }
                };
                let world = World {
                    procedure: self.procedure,
                    calendar: &self.calendar,
                    directory: &self.directory,
                    matter: self.matter.as_ref(),
                    about: None,
                    numbers: &self.numbers,
                    asks: Asks::NONE,
                    actor: &actor,
                    now,
                };
                let made = act::act(&world, &command(line)).unwrap_or_else(|refusal| panic!("{line}: {refusal}"));
                self.take_in(made, now);
            }
        }
    }

    fn take_in(&mut self, made: Made, at: Timestamp) {
        for (stream, event) in made {
            match (stream, event.public) {
                (Stream::Matter(id), Public::Matter(event)) => match &mut self.matter {
                    Some(matter) => matter.apply(&event, at),
                    none => *none = Matter::begin(id, &event, at),
                },
                (Stream::Numbers(office, year), Public::Number(taken)) => {
                    self.numbers.insert((office, year), taken.number);
                }
                _ => {}
            }
        }
    }
}

/// Plays a fault's story to its last line; the steps the matter then stands in, the main one first.
fn played(procedure: &Procedure, fault: &Fault) -> Vec<String> {
    let story = fault.story.as_ref().expect("a path has a story");
    let mut play = Play {
        procedure,
        calendar: Calendar::parse(include_str!("../../../calendars/cn.toml")).unwrap(),
        directory: Directory::default(),
        numbers: BTreeMap::new(),
        matter: None,
    };
    for line in story.lines() {
        play.line(&serde_json::from_str(line).unwrap());
    }
    let matter = play.matter.expect("a matter is filed");
    let mut steps = vec![matter.step];
    steps.extend(matter.tracks.into_values().map(|position| position.step));
    steps
}

#[test]
fn a_quiet_closing_is_told_up_to_the_lapse_of_the_window() {
    let text = changed("answers = true, to = \"answered\"", "to = \"answered\"");
    let (procedure, fault) = faulty(&text, "C13");
    assert_eq!(played(&procedure, &fault), ["ended"], "{fault}");
}

#[test]
fn a_dead_end_is_told_up_to_where_it_is() {
    let text = changed("lapses = \"复查\", to = \"ended\"", "lapses = \"复查\"");
    let (procedure, fault) = faulty(&text, "C3");
    assert_eq!(played(&procedure, &fault), ["answered"], "{fault}");
}

#[test]
fn a_broken_remedy_is_told_up_to_the_service() {
    let text = changed("while = \"review_window\", ", "");
    let (procedure, fault) = faulty(&text, "C9");
    assert_eq!(played(&procedure, &fault), ["answered"], "{fault}");
}

/// Tracks that only open each other have no story from the filing on, and the proof says so instead of looking for one.
#[test]
fn a_track_that_opens_itself_has_no_story() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../procedures/petition-2022/procedure.toml");
    let shipped = std::fs::read_to_string(path).expect("it is shipped");
    let text = shipped.replace(
        "while = \"confirming\", opens = \"named_supervision\"",
        "while = \"confirming\", opens = \"promise\"",
    );
    assert_ne!(text, shipped);
    let faults = check(&parse(&text).expect("only its meaning is wrong"));
    assert!(!faults.is_empty());
}

/// In every shipped procedure each act and each clock's end that is taken out leaves faults; their stories run.
#[test]
fn the_stories_of_a_broken_petition_run() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../procedures/petition-2022/procedure.toml");
    let shipped = std::fs::read_to_string(path).expect("it is shipped");
    let mut told = 0;
    let broken = [
        ("answers = true, ", ""),
        // A supervision is proven alone: its story begins with what opens it.
        ("from = \"reply_supervision\"", "from = \"accept\""),
        ("tells = \"organ\", to = \"received\"", "to = \"received\""),
        // It begins elsewhere the second time: the story goes once through it first.
        ("clock = \"raised_judging\"", "clock = \"judging\""),
    ];
    for (old, new) in broken {
        let text = shipped.replace(old, new);
        assert_ne!(text, shipped, "{old} stands in it");
        let procedure = parse(&text).expect("only its meaning is wrong");
        for fault in check(&procedure).iter().filter(|fault| fault.story.is_some()).take(3) {
            let steps = played(&procedure, fault);
            println!("{} {:?}", fault.code, steps);
            told += 1;
        }
    }
    assert!(told > 0, "some fault has a story");
}
