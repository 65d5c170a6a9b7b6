//! The tables in `procedures/*/cases.txt`, which a lawyer can read: each row is a story and what must come of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use casework::procedure::Procedure;
use casework::verb::{FieldKind, Verb};
use jiff::civil::Date;
use scene::{BESIDE, Scene};

/// Written by nobody here: a holiday table that comes later moves days in the program. And files, of which no procedure
/// speaks.
const EVENTS_ELSEWHERE: [&str; 2] = ["due_moved", "attached"];

/// No shipped procedure begins a chain of signatures without a draft; a test below makes one that does.
const REFUSED_ELSEWHERE: [&str; 1] = ["nothing_drafted"];

/// Words every table may use for what a registration is told, and for texts that are not as they should be.
const KEYS: [(&str, &str); 14] = [
    ("人数", "people"),
    ("代表", "representatives"),
    ("被反映", "accused"),
    ("作出原决定", "respondents"),
    ("收到", "received"),
    ("主管", "competent"),
    ("地点", "place"),
    ("概述", "summary"),
    ("内容", "text"),
    ("姓名", "name"),
    ("电话", "phone"),
    ("类别", "category"),
    ("第几项", "which"),
    ("匿名", "anonymous"),
];
const VALUES: [(&str, &str); 5] =
    [("无", "none"), ("空白", "blank"), ("过长", "long"), ("是", "yes"), ("否", "no")];

/// A table as it is read.
#[derive(Default)]
struct Table {
    /// Whose word it is: `人`, `机关`, `拒`; word → what the program calls it.
    words: BTreeMap<String, BTreeMap<String, String>>,
    /// Stories that rows begin with, by name.
    so_far: BTreeMap<String, String>,
    /// Line, story, what comes of it.
    rows: Vec<(usize, String, String)>,
}

impl Table {
    fn read(text: &str) -> Table {
        let mut table = Table::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some((story, expected)) = line.split_once('→') {
                table.rows.push((number + 1, story.trim().to_owned(), expected.trim().to_owned()));
            } else if let Some((name, story)) = line.strip_prefix("前提").and_then(|line| line.split_once('：'))
            {
                let story = table.told(story.trim());
                table.so_far.insert(name.to_owned(), story);
            } else if let Some((kind, words)) = line.split_once('：') {
                let pairs = words.split('；').filter_map(|pair| pair.trim().split_once('='));
                let own = table.words.entry(kind.to_owned()).or_default();
                own.extend(pairs.map(|(word, is)| (word.trim().to_owned(), is.trim().to_owned())));
            } else {
                panic!("line {}: '{line}' is neither a row (→) nor a word of the legend (：)", number + 1);
            }
        }
        table
    }

    /// A story with the one it begins with written out.
    fn told(&self, story: &str) -> String {
        match story.split_once('】') {
            Some((name, rest)) if name.starts_with('【') => {
                let name = format!("{name}】");
                let before = self.so_far.get(&name).unwrap_or_else(|| panic!("there is no 前提{name}"));
                format!("{before}{rest}")
            }
            _ => story.to_owned(),
        }
    }

    fn word<'a>(&'a self, kind: &str, word: &'a str) -> Option<&'a str> {
        self.words.get(kind)?.get(word).map(String::as_str)
    }

    /// A story in the notation of a scene.
    fn in_notation(&self, procedure: &Procedure, story: &str) -> String {
        let acts = story.split('；').map(str::trim).filter(|act| !act.is_empty());
        acts.map(|act| self.act(procedure, act)).collect::<Vec<_>>().join("; ")
    }

    fn act(&self, procedure: &Procedure, act: &str) -> String {
        if let Some(day) = act.strip_prefix('至') {
            return format!("{} person passes", moment(day).unwrap_or_else(|| panic!("'{day}' is not a day")));
        }
        let words: Vec<&str> = act.split_whitespace().collect();
        let [day, who, verb, rest @ ..] = &words[..] else { panic!("'{act}' is not day, who, what") };
        let day = moment(day).unwrap_or_else(|| panic!("'{day}' is not a day in '{act}'"));
        let who = self.word("人", who).unwrap_or_else(|| panic!("the legend does not say who '{who}' is"));
        let verb = verb_named(verb).unwrap_or_else(|| panic!("'{verb}' is not an act"));
        let mut said = format!("{day} {who} {}", verb.word());
        for word in rest {
            said.push(' ');
            match word.split_once('=') {
                Some((key, value)) => {
                    said.push_str(key_named(verb, key));
                    said.push('=');
                    said.push_str(&self.value(procedure, verb, value));
                }
                None => said.push_str(&self.value(procedure, verb, word)),
            }
        }
        said
    }

    /// A value in the program's words: a word of a closed list, an outcome, a letter, an office, a person, a day.
    fn value(&self, procedure: &Procedure, verb: Verb, value: &str) -> String {
        let lists = verb.fields().iter().filter_map(|field| match field.kind {
            FieldKind::Words(list) => Some(list),
            _ => None,
        });
        let listed = lists.flatten().find(|(_, name)| *name == value).map(|(word, _)| (*word).to_owned());
        let outcome =
            || procedure.outcomes.values().find(|outcome| outcome.name == value).map(|one| one.id.clone());
        let letter = || procedure.letters.values().find(|letter| letter.name == value).map(|one| one.id.clone());
        let own = || self.word("机关", value).or_else(|| self.word("人", value)).map(str::to_owned);
        let known = |list: &[(&str, &str)]| {
            list.iter().find(|(name, _)| *name == value).map(|(_, word)| (*word).to_owned())
        };
        listed
            .or_else(outcome)
            .or_else(letter)
            .or_else(own)
            .or_else(|| known(&VALUES))
            .or_else(|| known(&KEYS))
            .or_else(|| moment(value))
            .unwrap_or_else(|| value.to_owned())
    }
}

fn verb_named(name: &str) -> Option<Verb> {
    let bare = |verb: &Verb| verb.name().split('（').next() == Some(name);
    Verb::ALL.iter().copied().find(bare)
}

fn key_named(verb: Verb, label: &str) -> &str {
    let field = verb.fields().iter().find(|field| field.label.split('（').next() == Some(label));
    let key = || KEYS.iter().find(|(name, _)| *name == label).map(|(_, key)| *key);
    field.map(|field| field.name).or_else(key).unwrap_or(label)
}

/// `1月3日`, `1月3日9时`, `2024年1月5日`.
fn moment(text: &str) -> Option<String> {
    let (year, rest) = text.split_once('年').unwrap_or(("2023", text));
    let (month, rest) = rest.split_once('月')?;
    let (day, hour) = rest.split_once('日')?;
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    match hour.strip_suffix('时') {
        Some(hour) => Some(format!("{date}:{:02}", hour.parse::<u8>().ok()?)),
        None => hour.is_empty().then(|| date.to_string()),
    }
}

/// What came of a row that should be otherwise; nothing where it is as written.
fn differs(table: &Table, scene: &Scene, came: Result<(), &str>, expected: &str) -> Option<String> {
    if let Some(word) = expected.strip_prefix('✗') {
        let word = word.trim();
        let code = table.word("拒", word).unwrap_or_else(|| panic!("the legend does not say what ✗{word} is"));
        return match came {
            Err(refused) if refused == code => None,
            Err(refused) => Some(format!("✗ {refused}")),
            Ok(()) => Some("allowed".to_owned()),
        };
    }
    if let Err(refused) = came {
        return Some(format!("✗ {refused}"));
    }
    let matter = scene.matter.as_ref().expect("a row registers a matter");
    let procedure = scene.procedure();
    let name = |step: &str| procedure.steps.get(step).map_or(step, |step| step.name.as_str()).to_owned();
    let mut parts = expected.split('；').map(str::trim);
    let step = parts.next().unwrap_or("");
    if name(&matter.step) != step {
        return Some(name(&matter.step));
    }
    for part in parts {
        if let Some((track, step)) = part.split_once('：') {
            let track = procedure.tracks.values().find(|one| one.name == track);
            let id = track.map(|track| track.id.as_str()).unwrap_or_else(|| panic!("no track in '{part}'"));
            let mine = matter.tracks.iter().filter(|(name, _)| name.split('#').next() == Some(id));
            let steps: Vec<String> = mine.map(|(_, position)| name(&position.step)).collect();
            let fits = if step == "无" { steps.is_empty() } else { steps.iter().any(|one| one == step) };
            if !fits {
                return Some(format!("{part}: came {steps:?}"));
            }
        } else {
            let (clock, day) =
                part.rsplit_once(' ').unwrap_or_else(|| panic!("'{part}' is not a clock and a day"));
            let due = scene.due(clock.trim());
            if due.map(|due| due.to_string()) != moment(day) {
                return Some(format!("{part}: came {due:?}"));
            }
        }
    }
    None
}

/// Every table, with the procedure it is about.
fn tables() -> Vec<(String, Procedure, Table)> {
    let procedures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures");
    let mut tables = Vec::new();
    for folder in std::fs::read_dir(procedures).unwrap() {
        let folder = folder.unwrap().path();
        let Ok(cases) = std::fs::read_to_string(folder.join("cases.txt")) else { continue };
        let id = folder.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(folder.join("procedure.toml")).unwrap();
        tables.push((id, casework::procedure::parse(&text).unwrap(), Table::read(&cases)));
    }
    tables.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    tables
}

/// What a row came to.
struct Played {
    /// The verb asked last.
    verb: String,
    /// Allowed, or the code.
    came: Result<(), &'static str>,
    /// The events on the way.
    events: Vec<String>,
    /// How it differs from what is written.
    wrong: Option<String>,
}

/// Every row of every table, played once.
static PLAYED: LazyLock<Vec<Played>> = LazyLock::new(|| {
    let mut played = Vec::new();
    for (id, procedure, table) in tables() {
        for (line, story, expected) in &table.rows {
            let mut scene = Scene::of(procedure.clone());
            let notation = table.in_notation(&procedure, &table.told(story));
            let came = scene.tell(&notation).map_err(|refusal| refusal.code());
            let wrong = differs(&table, &scene, came, expected);
            let wrong = wrong.map(|came| format!("{id}/cases.txt:{line}: {story} → {expected}\n    came {came}"));
            let verb = notation.rsplit("; ").next().and_then(|act| act.split_whitespace().nth(2)).unwrap_or("");
            played.push(Played { verb: verb.to_owned(), came, events: scene.events, wrong });
        }
    }
    played
});

#[test]
fn every_row() {
    let wrong: Vec<&str> = PLAYED.iter().filter_map(|row| row.wrong.as_deref()).collect();
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), PLAYED.len(), wrong.join("\n"));
}

/// Every code there is, as the source lists them.
fn codes() -> BTreeSet<&'static str> {
    let source = include_str!("../src/refusal/code.rs");
    let lines = source.lines().filter_map(|line| line.trim().strip_prefix("Refusal::")?.split_once("=> \""));
    lines.filter_map(|(_, rest)| rest.strip_suffix("\",")).collect()
}

/// Every event of a matter, as the test of events lists them.
fn events() -> BTreeSet<&'static str> {
    let source = include_str!("events.rs");
    let lines = source.lines().filter_map(|line| line.trim().strip_prefix("fact!(")?.split_once("=> \""));
    lines.filter_map(|(_, rest)| rest.strip_suffix("\",")).collect()
}

#[test]
fn every_refusal_every_event_and_every_verb_appears_in_a_table() {
    let refused: BTreeSet<&str> = PLAYED.iter().filter_map(|row| row.came.err()).collect();
    let codes = codes();
    assert!(codes.len() > 30, "the codes are read from the source: {codes:?}");
    let elsewhere = |code: &str| BESIDE.contains(&code) || REFUSED_ELSEWHERE.contains(&code);
    let missing: Vec<_> = codes.iter().filter(|code| !refused.contains(*code) && !elsewhere(code)).collect();
    assert!(missing.is_empty(), "no row is refused with {missing:?}");

    let happened: BTreeSet<&str> = PLAYED.iter().flat_map(|row| &row.events).map(String::as_str).collect();
    let events = events();
    assert!(events.len() > 15, "the events are read from the source: {events:?}");
    let missing: Vec<_> =
        events.iter().filter(|event| !happened.contains(*event) && !EVENTS_ELSEWHERE.contains(event)).collect();
    assert!(missing.is_empty(), "in no row happens {missing:?}");

    let asked = |verb: &Verb, allowed: bool| {
        PLAYED.iter().any(|row| row.verb == verb.word() && row.came.is_ok() == allowed)
    };
    let never: Vec<&str> = Verb::ALL.iter().filter(|verb| !asked(verb, true)).map(|verb| verb.word()).collect();
    assert!(never.is_empty(), "no row allows {never:?}");
    let always: Vec<&str> = Verb::ALL.iter().filter(|verb| !asked(verb, false)).map(|verb| verb.word()).collect();
    assert!(always.is_empty(), "no row refuses {always:?}");
}

#[test]
fn nothing_is_checked_or_sealed_that_nobody_drafted() {
    let text = include_str!("../../../procedures/petition-2022/procedure.toml");
    let opened_otherwise = text.replace("act.urge = {", "act.urge = { opens = \"signing\",");
    let story = "3 clerk register; 5 clerk transfer d1; 6 o1 accept; 7 clerk urge; 8 o1b check";
    let refused = Scene::new(&opened_otherwise).tell(story).map_err(|refusal| refusal.code());
    assert_eq!(refused, Err("nothing_drafted"));
}

#[test]
fn every_procedure_has_a_table_with_a_legend() {
    for (id, _, table) in tables() {
        assert!(table.rows.len() >= 5, "{id} has {} rows", table.rows.len());
        assert!(table.words.contains_key("人"), "{id} does not say who acts");
        let codes = codes();
        let unknown: Vec<&String> = table
            .words
            .get("拒")
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter(|code| !codes.contains(code.as_str()))
            .collect();
        assert!(unknown.is_empty(), "{id}: there is no refusal {unknown:?}");
    }
}
