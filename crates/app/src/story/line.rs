//! Reading one line of a story: who, when, which verb, and the verb's own fields, nothing unknown passed over.

use std::collections::BTreeMap;

use casework::event::{Attendance, Channel};
use casework::office::{Login, OfficeCode, OfficeKind, Role};
use casework::procedure::nearest;
use casework::verb::Verb;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::once::Once;

/// A line as it was read.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) by: String,
    pub(super) what: What,
}

/// The verb with its fields.
#[derive(Debug)]
pub(super) enum What {
    Story(Story),
    Office(Office),
    MergeOffice(MergeOffice),
    Officer(Officer),
    Register(Box<Register>),
    Repeat(Repeat),
    Transfer(Transfer),
    Accept(OnMatter),
    Refuse(Refuse),
    Divert(Divert),
    Extend(Extend),
    Decide(Decide),
    Serve(Serve),
    MarkKey(MarkKey),
    AnnounceSession(AnnounceSession),
    HoldSession(HoldSession),
    Receive(Receive),
    RequestReview(RequestReview),
    AcceptReview(OnMatter),
    DecideReview(DecideReview),
    Rate(Rate),
    /// Any verb without a shape of its own: its fields are those of its type.
    Do(Do),
}

/// A verb told by fields alone.
#[derive(Debug)]
pub(super) struct Do {
    pub(super) name: String,
    pub(super) verb: Verb,
    pub(super) which: Option<u32>,
    pub(super) said: BTreeMap<String, String>,
}

/// Verbs with a shape of their own; the rest are told by the fields of their type.
pub(super) const SHAPED: [&str; 21] = [
    "story",
    "office",
    "merge_office",
    "officer",
    "register",
    "repeat",
    "transfer",
    "accept",
    "refuse",
    "divert",
    "extend",
    "decide",
    "serve",
    "mark_key",
    "announce_session",
    "hold_session",
    "receive",
    "request_review",
    "accept_review",
    "decide_review",
    "rate",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Office {
    pub(super) code: OfficeCode,
    pub(super) name: String,
    pub(super) kind: OfficeKind,
    pub(super) parent: Option<OfficeCode>,
    #[serde(default)]
    pub(super) fields: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeOffice {
    pub(super) code: OfficeCode,
    pub(super) into: OfficeCode,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Officer {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) office: OfficeCode,
    pub(super) roles: Vec<Role>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) name: String,
    #[serde(default)]
    pub(super) phone: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) struct Register {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) channel: Channel,
    pub(super) people: u32,
    pub(super) place: OfficeCode,
    pub(super) category: String,
    pub(super) summary: String,
    pub(super) text: String,
    pub(super) received: Option<Date>,
    pub(super) petitioner: Option<Person>,
    #[serde(default)]
    pub(super) anonymous: bool,
    #[serde(default)]
    pub(super) representatives: Vec<Person>,
    #[serde(default)]
    pub(super) accused: Vec<OfficeCode>,
    /// Officers complained of.
    #[serde(default)]
    pub(super) accused_officers: Vec<Login>,
    /// Offices whose own decision is complained of.
    #[serde(default)]
    pub(super) respondents: Vec<OfficeCode>,
    pub(super) procedure: Option<String>,
    pub(super) competent: Option<OfficeCode>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Repeat {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) of: String,
    pub(super) channel: Channel,
    pub(super) people: u32,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnMatter {
    #[serde(rename = "ref")]
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Transfer {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) to: OfficeCode,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refuse {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) ground: String,
    pub(super) go_to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Divert {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) to: String,
    pub(super) note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extend {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) days: u16,
    pub(super) reason: String,
    pub(super) approved_by: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decide {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) outcome: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) basis: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Serve {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) document: String,
    pub(super) how: String,
    #[serde(default)]
    pub(super) proof: String,
    /// Whom of several people it reached, by number; none: everybody it had not reached.
    pub(super) party: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkKey {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) ground: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leader {
    pub(super) login: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnnounceSession {
    pub(super) session: String,
    pub(super) kind: String,
    pub(super) office: OfficeCode,
    pub(super) starts: Timestamp,
    pub(super) place: String,
    pub(super) leaders: Vec<Leader>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldSession {
    pub(super) session: String,
    pub(super) attended: Vec<Attendance>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Receive {
    pub(super) session: String,
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) people: u32,
    pub(super) result: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestReview {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecideReview {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) outcome: String,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rate {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) about: String,
    pub(super) rating: String,
}

/// Reads a line.
///
/// # Errors
/// One sentence: what cannot be read.
pub(super) fn read(bytes: &[u8]) -> Result<Line, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("byte {} is not UTF-8; save the story as UTF-8", error.valid_up_to() + 1))?;
    let mut fields = match serde_json::from_str(text) {
        Ok(Once(Value::Object(fields))) => fields,
        Ok(_) => return Err("not a JSON object: write {\"at\":…,\"by\":…,\"do\":…}".to_owned()),
        Err(error) => return Err(format!("not a JSON object ({error})")),
    };
    let mut take = |name: &str| match fields.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("'{name}' must be a text")),
        None => Err(format!("'{name}' is missing")),
    };
    let (at, by, verb) = (take("at")?, take("by")?, take("do")?);
    let at = at.parse().map_err(|_| {
        format!("'{}' is not a time that exists; write e.g. 2020-01-06T09:00:00+08:00", short(&at))
    })?;
    let what = what(&verb, fields)?;
    Ok(Line { at, by, what })
}

fn what(verb: &str, fields: Map<String, Value>) -> Result<What, String> {
    Ok(match verb {
        "story" => What::Story(of(fields)?),
        "office" => What::Office(of(fields)?),
        "merge_office" => What::MergeOffice(of(fields)?),
        "officer" => What::Officer(of(fields)?),
        "register" => What::Register(Box::new(of(fields)?)),
        "repeat" => What::Repeat(of(fields)?),
        "transfer" => What::Transfer(of(fields)?),
        "accept" => What::Accept(of(fields)?),
        "refuse" => What::Refuse(of(fields)?),
        "divert" => What::Divert(of(fields)?),
        "extend" => What::Extend(of(fields)?),
        "decide" => What::Decide(of(fields)?),
        "serve" => What::Serve(of(fields)?),
        "mark_key" => What::MarkKey(of(fields)?),
        "announce_session" => What::AnnounceSession(of(fields)?),
        "hold_session" => What::HoldSession(of(fields)?),
        "receive" => What::Receive(of(fields)?),
        "request_review" => What::RequestReview(of(fields)?),
        "accept_review" => What::AcceptReview(of(fields)?),
        "decide_review" => What::DecideReview(of(fields)?),
        "rate" => What::Rate(of(fields)?),
        other => match Verb::from_word(other) {
            Some(verb) => What::Do(told_by_fields(verb, fields)?),
            None => return Err(not_a_verb(other)),
        },
    })
}

/// Names the verb that was perhaps meant: a list of them all would bury it.
fn not_a_verb(word: &str) -> String {
    let shown = short(word);
    match nearest(&shown, verbs()) {
        Some(near) => format!("'{shown}' is not a verb; did you mean '{near}'? docs/story-verbs.md has them all"),
        None => {
            format!("'{shown}' is not a verb; docs/story-verbs.md has them all, e.g. register, transfer, accept")
        }
    }
}

/// Every verb of a story: those of the county first, then those on a matter in the order of its life.
pub(super) fn verbs() -> Vec<&'static str> {
    let mut verbs = SHAPED.to_vec();
    verbs.extend(Verb::ALL.iter().map(|verb| verb.word()).filter(|word| !SHAPED.contains(word)));
    verbs
}

/// The fields of a verb, each as the text that the journal keeps.
fn told_by_fields(verb: Verb, fields: Map<String, Value>) -> Result<Do, String> {
    let (mut name, mut which, mut said) = (None, None, BTreeMap::new());
    for (field, value) in fields {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                return Err(format!("'{}': there is no text, number, true or false", short(&field)));
            }
        };
        match field.as_str() {
            "ref" => name = Some(text),
            "which" => {
                which = Some(text.parse().map_err(|_| "'which': there is no whole number from 1".to_owned())?);
            }
            _ => {
                let known = verb.fields();
                if known.iter().all(|known| known.name != field) {
                    let names: Vec<&str> = known.iter().map(|known| known.name).collect();
                    let expected =
                        if names.is_empty() { "ref".to_owned() } else { format!("ref, {}", names.join(", ")) };
                    return Err(format!("unknown field '{}', expected one of: {expected}", short(&field)));
                }
                said.insert(field, text);
            }
        }
    }
    let name = name.ok_or("missing field 'ref'")?;
    Ok(Do { name, verb, which, said })
}

fn of<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, String> {
    serde_json::from_value(Value::Object(fields.clone())).map_err(|error| unfit::<T>(&error.to_string(), fields))
}

/// What does not fit and in which field, said without a programmer's names.
fn unfit<T: DeserializeOwned>(error: &str, fields: Map<String, Value>) -> String {
    let mut said = short(error);
    for (name, plain) in [
        ("invalid type: ", "there is "),
        ("invalid value: ", "there is "),
        ("sequence", "list"),
        (" u16", " a whole number from 0 to 65535"),
        (" u32", " a whole number from 0 to 4294967295"),
        ("unknown variant", "unknown word"),
        ("map", "an object"),
    ] {
        said = said.replace(name, plain);
    }
    if let Some((before, _)) = said.split_once("struct ") {
        said = format!("{before}an object");
    }
    if error.starts_with("unknown field") || error.starts_with("missing field") {
        return said;
    }
    // The reader does not say which field it stumbled over: it is the one without which it stumbles elsewhere.
    let guilty = fields.keys().find(|name| {
        let mut without = fields.clone();
        without.remove(*name);
        serde_json::from_value::<T>(Value::Object(without)).err().is_none_or(|other| other.to_string() != error)
    });
    guilty.map_or_else(|| said.clone(), |name| format!("'{}': {said}", short(name)))
}

/// Enough of a text to recognise it.
pub(super) fn short(text: &str) -> String {
    const CHARACTERS_MAX: usize = 160;
    if text.chars().count() <= CHARACTERS_MAX {
        return text.to_owned();
    }
    text.chars().take(CHARACTERS_MAX).chain(['…']).collect()
}
