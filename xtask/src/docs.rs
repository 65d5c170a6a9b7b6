//! What the documents promise: paths that exist, links that lead somewhere, commands that are there.

use std::collections::BTreeSet;

use crate::Breach;

const ARCHITECTURE_LINES_MAX: usize = 300;
/// The nouns everything is built from, with the word the field uses.
pub const NOUNS: [(&str, &str); 8] = [
    ("matter", "事项"),
    ("procedure", "程序"),
    ("charge", "责任"),
    ("duty", "周期"),
    ("cause", "共因"),
    ("session", "场次"),
    ("letter", "文书"),
    ("figure", "指标"),
];

/// The files of a repository, for asking whether a path exists.
#[derive(Debug, Default)]
pub struct Paths(BTreeSet<String>);

impl Paths {
    /// Takes the files; their folders exist with them.
    pub fn of<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = BTreeSet::new();
        for file in files {
            all.insert(file.to_owned());
            for (at, _) in file.match_indices('/') {
                all.insert(file[..at].to_owned());
            }
        }
        Self(all)
    }

    fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        path.is_empty() || self.0.contains(path)
    }

    /// Names of the crates in `crates/`.
    pub fn crates(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|p| p.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"))
    }
}

/// Breaches in ARCHITECTURE.md.
pub fn architecture(path: &str, text: &str, paths: &Paths) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let lines = text.lines().count();
    if lines >= ARCHITECTURE_LINES_MAX {
        breaches.push(Breach::new(path, 0, "the map has under 300 lines", format!("{lines} lines")));
    }
    let spans = code(text);
    let named = |krate: &str| {
        let full = format!("crates/{krate}");
        spans.iter().any(|(_, span)| {
            span == krate || span.strip_prefix(&full).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }) || text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == krate)
    };
    for krate in paths.crates().filter(|krate| !named(krate)) {
        breaches.push(Breach::new(path, 0, "the map names every crate", format!("{krate} is missing")));
    }
    for (line, span) in &spans {
        for word in span.split_whitespace().filter(|word| is_path(word, paths)) {
            if !paths.has(word) && !paths.has(&format!("crates/{word}")) {
                breaches.push(Breach::new(path, *line, "every path named in the map exists", word));
            }
        }
    }
    breaches
}

/// Whether a word of code means a path of this repository: a plain one, that ends like a file or begins like a folder here.
fn is_path(word: &str, paths: &Paths) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    let Some((first, _)) = word.split_once('/') else {
        return word.chars().all(plain) && word.ends_with(".md");
    };
    let known = paths.has(first) || paths.has(&format!("crates/{first}"));
    let ending = [".rs", ".toml", ".md", ".txt", ".json", ".mjs", "/"].iter().any(|e| word.ends_with(e));
    word.chars().all(plain) && !first.is_empty() && first != ".." && (known || ending)
}

/// Relative links of a Markdown file that lead nowhere.
pub fn links(path: &str, text: &str, paths: &Paths) -> Vec<Breach> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut breaches = Vec::new();
    let mut fenced = false;
    for (i, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for target in targets(line) {
            let file = target.split(['#', '?']).next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if elsewhere || file.is_empty() {
                continue;
            }
            if !resolve(folder, file).is_some_and(|full| paths.has(&full)) {
                breaches.push(Breach::new(path, i + 1, "every relative link leads to a file", target));
            }
        }
    }
    breaches
}

/// What a line links to: `](target)`, `src="target"`, `href="target"`.
fn targets(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (open, close) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
        for (at, _) in line.match_indices(open) {
            let rest = &line[at + open.len()..];
            let target = rest.split(close).next().unwrap_or(rest);
            found.push(target.split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']));
        }
    }
    found
}

fn resolve(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = if link.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().filter(|p| !p.is_empty())?;
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join("/"))
}

/// `make` commands shown in a Markdown file that the Makefile has no target for.
pub fn commands(path: &str, text: &str, makefile: &str) -> Vec<Breach> {
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter(|line| !line.starts_with(['\t', '#', ' ', '.']))
        .filter_map(|line| line.split_once(':').map(|(names, _)| names))
        .flat_map(str::split_whitespace)
        .collect();
    let mut breaches = Vec::new();
    for (line, span) in code(text) {
        let mut words = span.trim_start_matches("$ ").split_whitespace().skip_while(|word| word.contains('='));
        if words.next() != Some("make") {
            continue;
        }
        for word in words.take_while(|word| !word.starts_with('#')).filter(|word| !word.contains('=')) {
            if !targets.contains(word) {
                breaches.push(Breach::new(
                    path,
                    line,
                    "every command shown is in the Makefile",
                    format!("make {word}"),
                ));
            }
        }
    }
    breaches
}

/// Nouns without a row of their own in the glossary.
pub fn glossary(path: &str, text: &str) -> Vec<Breach> {
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    let has = |english: &str, chinese: &str| {
        rows.iter().any(|row| {
            let first = row.trim_start_matches('|').split('|').next().unwrap_or_default();
            first.trim().trim_matches('*') == english && row.contains(chinese)
        })
    };
    let missing = NOUNS.iter().filter(|(english, chinese)| !has(english, chinese));
    let rule = "the glossary has a row for each of the eight nouns";
    missing
        .map(|(english, chinese)| Breach::new(path, 0, rule, format!("{english} {chinese} is missing")))
        .collect()
}

/// Code of a Markdown file, with its line: what stands between backticks, and each line of a fenced block.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (i, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            found.push((i + 1, line.trim().to_owned()));
        } else {
            let inside = line.split('`').enumerate().filter(|(n, _)| n % 2 == 1);
            found.extend(inside.map(|(_, span)| (i + 1, span.to_owned())));
        }
    }
    found
}
