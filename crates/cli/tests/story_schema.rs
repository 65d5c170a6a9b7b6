//! What is written about stories is what the program reads: verbs, fields and words of `docs/story.schema.json` and
//! `docs/story-verbs.md` against the reader's own source, and against every shipped story.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use casework::event::Channel;
use casework::office::Role;
use casework::words;
use program::shipped;
use program::tale::{self, DAY, day_number};
use serde_json::Value;

const READER: &str = include_str!("../../app/src/story/line.rs");
const REFERENCE: &str = include_str!("../../../docs/story-verbs.md");

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/story.schema.json")).unwrap()
}

/// The verbs, in the order of the reader's list.
fn verbs() -> Vec<&'static str> {
    let list = READER.split_once("const VERBS").unwrap().1.split_once("];").unwrap().0;
    list.split('"').skip(1).step_by(2).collect()
}

/// Fields of the struct a verb is read into, by name, and whether they must be there.
fn fields(verb: &str) -> BTreeMap<String, bool> {
    let arm = READER.split_once(&format!("\"{verb}\" => What::")).unwrap().1;
    let variant = arm.split_once('(').unwrap().0;
    let of = READER.split_once(&format!("    {variant}(")).unwrap().1.split_once("),").unwrap().0;
    let name = of.trim_start_matches("Box<").trim_end_matches('>');
    let body = READER.split_once(&format!("struct {name} {{")).unwrap().1.split_once("\n}").unwrap().0;
    let (mut found, mut renamed, mut may_lack) = (BTreeMap::new(), None, false);
    for line in body.lines().map(str::trim) {
        if let Some(attribute) = line.strip_prefix("#[serde(") {
            may_lack |= attribute.starts_with("default");
            renamed = attribute.strip_prefix("rename = \"").and_then(|rest| rest.split('"').next()).or(renamed);
        } else if let Some((field, kind)) = line.strip_prefix("pub(super) ").and_then(|rest| rest.split_once(": "))
        {
            let must = !may_lack && !kind.starts_with("Option<");
            found.insert(renamed.take().unwrap_or(field).to_owned(), must);
            may_lack = false;
        }
    }
    found
}

#[test]
fn the_schema_has_the_verbs_and_fields_the_program_reads() {
    let schema = schema();
    let listed: Vec<&str> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|verb| verb["$ref"].as_str().unwrap().trim_start_matches("#/$defs/"))
        .collect();
    assert_eq!(listed, verbs());
    for verb in verbs() {
        let known = &schema["$defs"][verb];
        assert_eq!(known["properties"]["do"]["const"], verb);
        assert_eq!(known["additionalProperties"], false, "{verb}");
        let required: BTreeSet<&str> =
            known["required"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
        let mut written: BTreeMap<String, bool> = known["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(|field| (field.clone(), required.contains(field.as_str())))
            .collect();
        for field in ["at", "by", "do"] {
            assert_eq!(written.remove(field), Some(true), "{verb}");
        }
        assert_eq!(written, fields(verb), "{verb}");
    }
}

#[test]
fn the_schema_has_the_words_the_program_knows() {
    let schema = schema();
    let listed = |path: &str| -> Vec<String> {
        let found = schema.pointer(path).unwrap_or_else(|| panic!("{path}")).as_array().unwrap().iter();
        found.map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let of = |list: &[words::Word]| -> Vec<String> { list.iter().map(|(word, _)| (*word).to_owned()).collect() };
    assert_eq!(listed("/$defs/channel/enum"), Channel::ALL.map(Channel::word));
    assert_eq!(listed("/$defs/officer/properties/roles/items/enum"), Role::ALL.map(Role::word));
    for (verb, field, list) in [
        ("refuse", "ground/enum", words::REFUSAL_GROUNDS),
        ("divert", "to/enum", words::STATUTORY_CHANNELS),
        ("serve", "how/enum", words::SERVICE_MEANS),
        ("mark_key", "ground/enum", words::KEY_GROUNDS),
        ("rate", "about/enum", words::RATED_OBJECTS),
        ("rate", "rating/enum", words::RATINGS),
        ("announce_session", "kind/enum", words::SESSION_KINDS),
        ("hold_session", "attended/items/properties/tier/enum", words::TIERS),
        ("receive", "result/enum", words::RECEPTION_RESULTS),
    ] {
        assert_eq!(listed(&format!("/$defs/{verb}/properties/{field}")), of(list), "{verb} {field}");
    }
}

/// The reference names every verb in the order of the reader, with every field and every word.
#[test]
fn the_reference_names_every_verb_field_and_word() {
    let row = |verb: &str| {
        let begins = format!("| `{verb}` |");
        REFERENCE.lines().find(|line| line.starts_with(&begins)).unwrap_or_else(|| panic!("{verb} has no row"))
    };
    for verb in verbs() {
        for (field, must) in fields(verb) {
            let mark = if must { "" } else { "?" };
            assert!(row(verb).contains(&format!("`{field}{mark}`")), "{verb}: `{field}{mark}`");
        }
    }
    let schema = schema().to_string();
    for list in schema.split("\"enum\":[").skip(1) {
        for word in list.split(']').next().unwrap().split('"').skip(1).step_by(2) {
            assert!(REFERENCE.contains(&format!("`{word}`")), "`{word}` is not in the reference");
        }
    }
}

#[test]
fn every_line_of_every_story_fits_the_schema() {
    let schema = schema();
    let stories = ["county-half-year.story.jsonl", "county-2023h1.story.jsonl"]
        .map(|name| fs::read_to_string(shipped(name)).unwrap())
        .into_iter()
        .chain([tale::tell(5, day_number(2022, 3, 1) * DAY - 8 * 3600, 150, 30)]);
    for story in stories {
        for line in story.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let verb = &schema["$defs"][line["do"].as_str().unwrap()];
            if let Err(why) = fits(&schema, verb, &line) {
                panic!("{why}\n{line}");
            }
        }
    }
}

/// As much of JSON Schema as ours uses.
fn fits(schema: &Value, rule: &Value, value: &Value) -> Result<(), String> {
    if let Some(at) = rule["$ref"].as_str() {
        return fits(schema, schema.pointer(at.trim_start_matches('#')).unwrap(), value);
    }
    if let Some(any) = rule["anyOf"].as_array() {
        let fitting = any.iter().any(|rule| fits(schema, rule, value).is_ok());
        return if fitting { Ok(()) } else { Err(format!("{value} fits none of {rule}")) };
    }
    let right = match rule["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.as_i64().is_some_and(|number| {
            number >= rule["minimum"].as_i64().unwrap_or(i64::MIN)
                && number <= rule["maximum"].as_i64().unwrap_or(i64::MAX)
        }),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => true,
    };
    let length = value.as_str().map_or(0, |text| text.chars().count() as u64);
    let long = length < rule["minLength"].as_u64().unwrap_or(0)
        || length > rule["maxLength"].as_u64().unwrap_or(u64::MAX);
    let listed = rule["enum"].as_array().is_none_or(|words| words.contains(value));
    let constant = rule.get("const").is_none_or(|only| only == value);
    if !right || !listed || !constant || (value.is_string() && long) {
        return Err(format!("{value} does not fit {rule}"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(schema, &rule["items"], item)?;
    }
    for (name, part) in value.as_object().into_iter().flatten() {
        let rule = rule["properties"].get(name).ok_or_else(|| format!("'{name}' is not in the schema"))?;
        fits(schema, rule, part)?;
    }
    let required = rule["required"].as_array().into_iter().flatten();
    let lacking = required.filter_map(Value::as_str).find(|name| value.get(name).is_none());
    lacking.map_or(Ok(()), |name| Err(format!("'{name}' is missing")))
}
