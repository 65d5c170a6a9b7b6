//! What is written about stories is what the program reads: verbs, fields and words of `docs/story.schema.json` and
//! `docs/story-verbs.md` against the reader's own source, and against every shipped story.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use casework::command::Actor;
use casework::event::Channel;
use casework::office::Role;
use casework::verb::{Doer, FieldKind, TYPES, VerbType};
use casework::words;
use program::shipped;
use program::tale::{self, DAY, day_number};
use serde_json::{Value, json};

const READER: &str = include_str!("../../app/src/story/line.rs");
/// Where the generated rows stand in the reference.
const BEGINS: &str = "<!-- verbs told by fields -->\n\n| verb | by | fields | what happens |\n|---|---|---|---|\n";
const ENDS: &str = "\n<!-- end -->";
const REFERENCE: &str = include_str!("../../../docs/story-verbs.md");

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/story.schema.json")).unwrap()
}

/// Verbs with a shape of their own, in the order of the reader's list.
fn shaped() -> Vec<&'static str> {
    let list = READER.split_once("const SHAPED").unwrap().1.split_once("];").unwrap().0;
    list.split('"').skip(1).step_by(2).collect()
}

/// Verbs told by the fields of their type.
fn plain() -> impl Iterator<Item = &'static VerbType> {
    let shaped = shaped();
    TYPES.iter().filter(move |row| !shaped.contains(&row.word))
}

/// Every verb: those with a shape first.
fn verbs() -> Vec<&'static str> {
    shaped().into_iter().chain(plain().map(|row| row.word)).collect()
}

/// What the schema says of a verb told by fields.
fn described(row: &VerbType) -> Value {
    let mut properties = json!({
        "at": { "$ref": "#/$defs/at" },
        "by": { "type": "string", "minLength": 1 },
        "do": { "const": row.word },
        "ref": { "$ref": "#/$defs/ref" },
        "which": { "type": "integer", "minimum": 1 },
    });
    let mut required = vec!["at", "by", "do", "ref"];
    for field in row.fields {
        properties[field.name] = match field.kind {
            FieldKind::Text => json!({ "$ref": "#/$defs/text" }),
            FieldKind::Words(list) => json!({ "enum": list.iter().map(|(word, _)| *word).collect::<Vec<_>>() }),
            FieldKind::Day => json!({ "type": "string", "format": "date" }),
            FieldKind::Office => json!({ "$ref": "#/$defs/code" }),
            FieldKind::Reference => json!({ "$ref": "#/$defs/ref" }),
            FieldKind::Login | FieldKind::Outcome | FieldKind::Letter => {
                json!({ "type": "string", "minLength": 1 })
            }
            FieldKind::Fen | FieldKind::Number => json!({ "type": "integer", "minimum": 1 }),
            FieldKind::Flag => json!({ "type": "boolean" }),
        };
        if field.required {
            required.push(field.name);
        }
    }
    json!({
        "description": row.name,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The row of the reference for a verb told by fields.
fn row_of(row: &VerbType) -> String {
    let mut fields = vec!["`ref`".to_owned()];
    fields.extend(
        row.fields.iter().map(|field| format!("`{}{}`", field.name, if field.required { "" } else { "?" })),
    );
    let words: Vec<String> = row
        .fields
        .iter()
        .filter_map(|field| match field.kind {
            FieldKind::Words(list) => {
                let words: Vec<String> = list.iter().map(|(word, name)| format!("`{word}` {name}")).collect();
                Some(format!("{}: {}", field.name, words.join(", ")))
            }
            FieldKind::Fen => Some(format!("{}: money in fen", field.name)),
            _ => None,
        })
        .collect();
    let may: Vec<&str> = match access::may(&Actor::Admin, row.word) {
        Ok(()) => Vec::new(),
        Err(roles) => roles.iter().map(|role| role.word()).collect(),
    };
    let by = match row.doer {
        Doer::Petitioner => "petitioner".to_owned(),
        Doer::Either => format!("petitioner, {}", may.join(", ")),
        Doer::Office | Doer::Leader => may.join(", "),
    };
    let said = if words.is_empty() { row.name.to_owned() } else { format!("{}. {}", row.name, words.join("; ")) };
    format!("| `{}` | {by} | {} | {said} |", row.word, fields.join(", "))
}

/// The verbs told by fields stand in both files as their types say; `HUIYIN_UPDATE=1` writes them.
#[test]
fn what_is_written_of_plain_verbs_is_what_their_types_say() {
    let mut schema = schema();
    for row in plain() {
        schema["$defs"][row.word] = described(row);
    }
    schema["oneOf"] = verbs().iter().map(|verb| json!({ "$ref": format!("#/$defs/{verb}") })).collect();
    let rows: Vec<String> = plain().map(row_of).collect();
    let (before, after) =
        REFERENCE.split_once(BEGINS).and_then(|(before, rest)| Some((before, rest.split_once(ENDS)?.1))).unwrap();
    let reference = format!("{before}{BEGINS}{}{ENDS}{after}", rows.join("\n"));
    if std::env::var_os("HUIYIN_UPDATE").is_some() {
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        fs::write(docs.join("story.schema.json"), format!("{}\n", serde_json::to_string_pretty(&schema).unwrap()))
            .unwrap();
        fs::write(docs.join("story-verbs.md"), &reference).unwrap();
        return;
    }
    assert_eq!(schema, self::schema(), "run with HUIYIN_UPDATE=1");
    assert_eq!(reference, REFERENCE, "run with HUIYIN_UPDATE=1");
}

/// Fields of the struct a verb is read into, by name, and whether they must be there.
fn fields(verb: &str) -> BTreeMap<String, bool> {
    if let Some(row) = plain().find(|row| row.word == verb) {
        let mut fields: BTreeMap<String, bool> =
            row.fields.iter().map(|field| (field.name.to_owned(), field.required)).collect();
        fields.extend([("ref".to_owned(), true), ("which".to_owned(), false)]);
        return fields;
    }
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
        for (field, must) in fields(verb).into_iter().filter(|(field, _)| field != "which") {
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
