//! What a tidy file is: says what it is for, is short, ends well, and uses the words we agreed on.

use std::path::Path;

use serde::Deserialize;

use crate::Breach;
use crate::source::{Source, word_parts};
use crate::tree::File;

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const BINARY_BYTES_MAX: usize = 500_000;
/// Kinds of file that people write and so must be tidy to the last character.
const WRITTEN: [&str; 18] = [
    "rs", "toml", "md", "txt", "js", "mjs", "ts", "css", "scss", "html", "svg", "sh", "typ", "yml", "yaml", "sql",
    "csv", "json",
];
const MARKERS: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];

/// The lists of `xtask/tidy.toml`.
#[derive(Debug, Default, Deserialize)]
pub struct Lists {
    /// Words that may not stand in any text.
    #[serde(default)]
    pub refused: Vec<Refused>,
    /// Words that have another name here.
    #[serde(default)]
    pub retired: Vec<Retired>,
    /// Names no module may have.
    #[serde(default)]
    pub modules: Modules,
    /// Exceptions, each with its reason.
    #[serde(default)]
    pub exception: Vec<Exception>,
    /// Words that must not leave this machine; from git's own directory, never from the file.
    #[serde(skip)]
    pub local: Vec<String>,
}

/// Words that may not stand in any text, of whatever kind.
#[derive(Debug, Default, Deserialize)]
pub struct Refused {
    /// The rule they break.
    pub rule: String,
    /// The words.
    pub words: Vec<String>,
    /// Files that name them in order to refuse them.
    pub allowed_in: Vec<String>,
}

/// A word that has another name here.
#[derive(Debug, Deserialize)]
pub struct Retired {
    /// The word, in small letters.
    pub word: String,
    /// What to say instead.
    pub say: String,
    /// Folders it is retired in.
    #[serde(rename = "where")]
    pub folders: Vec<String>,
}

/// Names no module may have.
#[derive(Debug, Default, Deserialize)]
pub struct Modules {
    /// The names.
    pub refused: Vec<String>,
}

/// An exception to a rule of size.
#[derive(Debug, Deserialize)]
pub struct Exception {
    /// `lines`, `function`, `white space` or `binary`.
    pub rule: String,
    /// The file; for a function, the file, a blank and its name.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl Lists {
    fn excepts(&self, rule: &str, path: &str) -> bool {
        self.exception.iter().any(|e| e.rule == rule && e.path == path && !e.reason.trim().is_empty())
    }
}

/// Every breach in the given files.
pub fn check(files: &[File], lists: &Lists) -> Vec<Breach> {
    files.iter().flat_map(|file| check_file(file, lists)).collect()
}

fn check_file(file: &File, lists: &Lists) -> Vec<Breach> {
    let path = file.path.as_str();
    let Some(text) = file.text() else {
        if file.bytes.len() > BINARY_BYTES_MAX && !lists.excepts("binary", path) {
            return vec![Breach::new(
                path,
                0,
                "no binary file over 500 kB",
                format!("{} bytes", file.bytes.len()),
            )];
        }
        return Vec::new();
    };
    let mut breaches = words(path, text, lists);
    if WRITTEN.contains(&file.extension()) || file.extension().is_empty() {
        breaches.extend(ends(path, text, lists));
    }
    if file.extension() == "rs" {
        breaches.extend(rust(path, text, lists));
    } else if !["md", "json", "jsonl", "csv"].contains(&file.extension()) {
        // Data and prose may hold such letters; what is built or run may not.
        breaches.extend(markers(path, text.lines()));
    }
    breaches
}

/// White space at the end of lines and of the file.
fn ends(path: &str, text: &str, lists: &Lists) -> Vec<Breach> {
    if lists.excepts("white space", path) || text.is_empty() {
        return Vec::new();
    }
    let mut breaches = Vec::new();
    for (i, line) in text.split('\n').enumerate() {
        if line.ends_with([' ', '\t', '\r']) {
            breaches.push(Breach::new(path, i + 1, "no white space at the end of a line", line.trim()));
        }
    }
    if !text.ends_with('\n') || text.ends_with("\n\n") {
        breaches.push(Breach::new(path, 0, "a file ends with one new line", "it does not"));
    }
    breaches
}

/// Words that may not stand in any text.
fn words(path: &str, text: &str, lists: &Lists) -> Vec<Breach> {
    let local = Refused {
        rule: "a word of this machine's own deny list".into(),
        words: lists.local.clone(),
        allowed_in: Vec::new(),
    };
    let mut breaches = Vec::new();
    for refused in lists.refused.iter().chain([&local]) {
        if refused.allowed_in.iter().any(|allowed| allowed == path) {
            continue;
        }
        for (i, line) in text.lines().enumerate() {
            let found = refused.words.iter().filter(|word| line.contains(word.as_str()));
            breaches.extend(found.map(|word| Breach::new(path, i + 1, &refused.rule, word)));
        }
    }
    breaches
}

fn markers<'a>(path: &str, lines: impl Iterator<Item = &'a str>) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (i, line) in lines.enumerate() {
        let mut parts = line.split(|c: char| !c.is_ascii_alphanumeric());
        if let Some(marker) = parts.find(|part| MARKERS.contains(part)) {
            breaches.push(Breach::new(path, i + 1, "work left over is an entry elsewhere, not a comment", marker));
        }
    }
    breaches
}

fn rust(path: &str, text: &str, lists: &Lists) -> Vec<Breach> {
    let source = Source::read(path, text);
    let mut breaches = markers(path, source.comments.iter().map(String::as_str));
    if !text.starts_with("//!") {
        let found = text.lines().next().unwrap_or("an empty file");
        breaches.push(Breach::new(path, 1, "a file begins with a //! line that says what it is for", found));
    }
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX && !lists.excepts("lines", path) {
        breaches.push(Breach::new(path, 0, "a file has at most 500 lines", format!("{lines} lines")));
    }
    for function in source.functions() {
        let lines = function.last - function.first + 1;
        let excepted = lists.excepts("function", &format!("{path} {}", function.name));
        if lines > FUNCTION_LINES_MAX && !source.is_test(function.first) && !excepted {
            let found = format!("{} has {lines}", function.name);
            breaches.push(Breach::new(path, function.first, "a function has at most 70 lines", found));
        }
    }
    breaches.extend(allows(path, &source));
    breaches.extend(retired(path, text, lists));
    breaches.extend(module_name(path, lists));
    breaches
}

/// `#[allow(…)]` and `#[expect(…)]` without a reason.
fn allows(path: &str, source: &Source) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (i, line) in source.code.iter().enumerate() {
        let Some(at) = ["#[allow(", "#![allow(", "#[expect(", "#![expect("].iter().find_map(|a| line.find(a))
        else {
            continue;
        };
        let rest = [&line[at..], "\n", &source.code[i + 1..].join("\n")].concat();
        let attribute = rest.split(")]").next().unwrap_or(&rest);
        if !attribute.contains("reason") {
            breaches.push(Breach::new(path, i + 1, "what is allowed says its reason", line.trim()));
        }
    }
    breaches
}

fn retired(path: &str, text: &str, lists: &Lists) -> Vec<Breach> {
    let here = |word: &&Retired| word.folders.iter().any(|folder| path.starts_with(folder.as_str()));
    let words: Vec<&Retired> = lists.retired.iter().filter(here).collect();
    let mut breaches = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let parts = word_parts(line);
        let plural = |part: &String, word: &str| part.strip_suffix('s').unwrap_or(part) == word;
        let found = words.iter().filter(|retired| parts.iter().any(|part| plural(part, &retired.word)));
        breaches.extend(found.map(|r| Breach::new(path, i + 1, &format!("say {}", r.say), &r.word)));
    }
    breaches
}

fn module_name(path: &str, lists: &Lists) -> Option<Breach> {
    let parts = Path::new(path).with_extension("");
    let found = parts
        .iter()
        .filter_map(|part| part.to_str())
        .find(|part| lists.modules.refused.iter().any(|r| r == part))?;
    Some(Breach::new(path, 0, "a module is named after a noun of the field", found))
}
