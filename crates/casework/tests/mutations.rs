//! Every shipped procedure is changed in one place, again and again: each change is refused, or it is of a kind that
//! `docs/mutation-survivors.md` lists with the reason why no check can see it.
//!
//! `HUIYIN_MUTANTS=all` tries every change there is; otherwise a few of each kind in each procedure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test helper stops where the test cannot go on"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use casework::procedure::read;
use toml::{Table, Value};

/// Of each kind and procedure, unless all are asked for.
const SAMPLE: usize = 1;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A change: what kind it is, where exactly, and the file with it.
struct Mutant {
    kind: String,
    place: String,
    text: String,
}

/// What a value is a name of, so that another of the same sort can take its place.
fn sort_of(key: &str) -> Option<&'static str> {
    Some(match key {
        "owner" | "by" | "tells" | "approved_by" | "over" | "above" => "who",
        "to" | "main" | "begins" | "begins_again" => "step",
        "clock" | "pauses" | "while" | "after" | "extends" => "clock",
        "letter" => "letter",
        "outcome" => "outcome",
        "opens" | "closes" | "track" => "track",
        _ => return None,
    })
}

struct Mutator<'a> {
    procedure: &'a str,
    file: &'a Table,
    made: Vec<Mutant>,
}

impl Mutator<'_> {
    fn add(&mut self, what: &str, kind: &str, place: &str, changed: &Table) {
        let text = toml::to_string(changed).unwrap();
        let place = format!("{}: {what} {place}", self.procedure);
        self.made.push(Mutant { kind: format!("{what} {kind}"), place, text });
    }

    /// The file with the value at a path changed (none: taken out).
    fn with(&self, path: &[String], value: Option<Value>) -> Table {
        let mut file = self.file.clone();
        let (last, before) = path.split_last().unwrap();
        let mut table = &mut file;
        for key in before {
            table = table.get_mut(key).unwrap().as_table_mut().unwrap();
        }
        match value {
            Some(value) => table.insert(last.clone(), value),
            None => table.remove(last),
        };
        file
    }

    fn walk(&mut self, table: &Table, path: &[String], kind: &str) {
        for (key, value) in table {
            let mut inner = path.to_vec();
            inner.push(key.clone());
            // Names the file itself gives are left out of the kind.
            let named = matches!(
                (path.len(), path.first().map(String::as_str), path.last().map(String::as_str)),
                (1, Some("who" | "clock" | "track" | "finding" | "letter" | "outcome" | "step"), _)
                    | (_, _, Some("act" | "law" | "sets"))
            );
            let kind = match (kind.is_empty(), named) {
                (true, _) => key.clone(),
                (false, true) => format!("{kind}.*"),
                (false, false) => format!("{kind}.{key}"),
            };
            let place = inner.join(".");
            let dropped = self.with(&inner, None);
            self.add("drop", &kind, &place, &dropped);
            self.change(key, value, &inner, &kind, &place);
            if let Value::Table(table) = value {
                self.walk(table, &inner, &kind);
            }
        }
    }

    fn change(&mut self, key: &str, value: &Value, path: &[String], kind: &str, place: &str) {
        let sort = sort_of(key).filter(|_| !path.contains(&"remedy".to_owned()) || key == "to" || key == "act");
        let sort = if path.contains(&"remedy".to_owned()) && key == "to" { Some("who") } else { sort };
        match value {
            Value::Boolean(flag) => {
                let changed = self.with(path, Some(Value::Boolean(!flag)));
                self.add("flip", kind, place, &changed);
            }
            Value::Integer(number) => {
                let changed = self.with(path, Some(Value::Integer(number % 9 + 1)));
                self.add("change", kind, place, &changed);
            }
            Value::String(text) => {
                for other in self.others(key, sort, text) {
                    let changed = self.with(path, Some(Value::String(other)));
                    self.add("change", kind, place, &changed);
                }
            }
            Value::Array(items) => {
                for at in 0..items.len() {
                    let mut left = items.clone();
                    left.remove(at);
                    let changed = self.with(path, Some(Value::Array(left)));
                    self.add("drop one of", kind, place, &changed);
                    let text = items[at].as_str().unwrap_or_default().to_owned();
                    for other in self.others(key, sort, &text) {
                        let mut mixed = items.clone();
                        mixed[at] = Value::String(other);
                        let changed = self.with(path, Some(Value::Array(mixed)));
                        self.add("change one of", kind, place, &changed);
                    }
                }
            }
            Value::Table(_) | Value::Float(_) | Value::Datetime(_) => {}
        }
    }

    /// What could stand there instead: the next name of the same sort, another limit, the opposite guard.
    fn others(&self, key: &str, sort: Option<&str>, text: &str) -> Vec<String> {
        if let Some(sort) = sort {
            let Some(Value::Table(all)) = self.file.get(sort) else { return Vec::new() };
            let names: Vec<&String> = all.keys().collect();
            let at = names.iter().position(|name| *name == text).unwrap_or(0);
            let next = names[(at + 1) % names.len()];
            return if next == text { Vec::new() } else { vec![next.clone()] };
        }
        match key {
            "limit" | "again" | "most" => match text.split_once(' ') {
                Some((number, unit)) if number.parse::<u32>().is_ok() => {
                    vec![format!("{} {unit}", number.parse::<u32>().unwrap() * 2)]
                }
                _ => vec!["40 days".to_owned()],
            },
            "when" if text.contains(" is not ") => vec![text.replace(" is not ", " is ")],
            "when" if text.ends_with(" is open") => vec![text.replace(" is open", " is closed")],
            "when" if text.ends_with(" is closed") => vec![text.replace(" is closed", " is open")],
            "when" => vec![text.replacen(" is ", " is not ", 1)],
            "kind" => ["due", "floor"].into_iter().filter(|kind| *kind != text).map(str::to_owned).collect(),
            "is" => vec!["competent".to_owned()],
            "verb" => vec!["transfer".to_owned(), "decide".to_owned()],
            "from" => vec!["rate".to_owned()],
            _ => Vec::new(),
        }
    }
}

fn mutants() -> Vec<Mutant> {
    let mut all = Vec::new();
    let shipped = root().join("procedures");
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(shipped).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let Ok(text) = std::fs::read_to_string(folder.join("procedure.toml")) else { continue };
        let file: Table = text.parse().unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let unchanged = toml::to_string(&file).unwrap();
        assert!(read(&unchanged).is_ok(), "{name} is sound as it is: {:?}", read(&unchanged).err());
        let mut mutator = Mutator { procedure: &name, file: &file, made: Vec::new() };
        mutator.walk(&file, &[], "");
        all.extend(sampled(mutator.made));
    }
    all
}

/// A few of each kind, spread over the file.
fn sampled(made: Vec<Mutant>) -> Vec<Mutant> {
    if std::env::var("HUIYIN_MUTANTS").is_ok_and(|all| all == "all") {
        return made;
    }
    let mut kinds: BTreeMap<String, Vec<Mutant>> = BTreeMap::new();
    for mutant in made {
        kinds.entry(mutant.kind.clone()).or_default().push(mutant);
    }
    let spread = |of: Vec<Mutant>| {
        let step = of.len().div_ceil(SAMPLE);
        of.into_iter().step_by(step.max(1)).collect::<Vec<_>>()
    };
    kinds.into_values().flat_map(spread).collect()
}

/// The kinds of change the document lists: the first column of its table, in backquotes.
fn listed() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("docs/mutation-survivors.md")).unwrap_or_default();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.map(|(kind, reason)| {
        assert!(reason.trim_end_matches('|').trim().len() > 10, "'{kind}' has no reason");
        kind.to_owned()
    })
    .collect()
}

#[test]
fn every_change_is_caught_or_known_to_be_harmless_to_the_proof() {
    let mutants = mutants();
    assert!(mutants.len() >= 200, "only {} changes", mutants.len());
    let next = AtomicUsize::new(0);
    let survived: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    let work = || {
        while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
            if read(&mutant.text).is_ok() {
                let at = mutants.iter().position(|other| std::ptr::eq(other, mutant)).unwrap();
                survived.lock().unwrap_or_else(PoisonError::into_inner).push(at);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut survived = survived.into_inner().unwrap();
    survived.sort_unstable();
    println!("{} changes, {} refused, {} not", mutants.len(), mutants.len() - survived.len(), survived.len());
    let listed = listed();
    let tried: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.kind.as_str()).collect();
    let alive: BTreeSet<&str> = survived.iter().map(|at| mutants[*at].kind.as_str()).collect();
    let unknown: Vec<String> = survived
        .iter()
        .map(|at| &mutants[*at])
        .filter(|mutant| !listed.contains(&mutant.kind))
        .map(|mutant| format!("{} ({})", mutant.kind, mutant.place))
        .collect();
    assert!(unknown.is_empty(), "refuse these, or list their kind with the reason:\n{}", unknown.join("\n"));
    // A kind that is tried only in part may have its survivors among the others.
    let all = std::env::var("HUIYIN_MUTANTS").is_ok_and(|all| all == "all");
    let stale: Vec<&String> =
        listed.iter().filter(|kind| tried.contains(kind.as_str()) && !alive.contains(kind.as_str())).collect();
    assert!(!all || stale.is_empty(), "these are all refused now; take them out: {stale:?}");
}
