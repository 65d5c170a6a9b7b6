//! Who may use whom: the layer table, checked against every crate's manifest and sources.

use toml::Table;

use crate::Breach;
use crate::source::Source;
use crate::tree::File;

/// One crate of the table: which of our crates it may use, and which of others' when the list is closed.
struct Layer {
    name: &'static str,
    ours: &'static [&'static str],
    others_only: Option<&'static [&'static str]>,
}

const fn layer(name: &'static str, ours: &'static [&'static str]) -> Layer {
    Layer { name, ours, others_only: None }
}

/// The table of ARCHITECTURE.md. A crate that is not in it may not exist.
const LAYERS: [Layer; 12] = [
    Layer {
        name: "casework",
        ours: &[],
        others_only: Some(&["foldhash", "indexmap", "jiff", "serde", "serde_json", "thiserror", "toml"]),
    },
    layer("store", &["casework"]),
    layer("access", &["casework"]),
    layer("letters", &["casework"]),
    layer("search", &["casework"]),
    layer("transparency", &[]),
    layer("courier", &[]),
    layer("attachments", &[]),
    layer("single_sign_on", &["courier"]),
    layer(
        "app",
        &[
            "access",
            "attachments",
            "casework",
            "courier",
            "letters",
            "search",
            "single_sign_on",
            "store",
            "transparency",
        ],
    ),
    layer("web", &["app", "casework"]),
    layer("cli", &["access", "app", "casework", "letters", "search", "store", "transparency", "web"]),
];

/// Others' crates that one of ours alone may use; a `*` at the end stands for any ending.
const RESERVED: [(&str, &[&str]); 9] = [
    ("attachments", &["image", "lopdf", "zip", "quick-xml", "encoding_rs"]),
    ("store", &["rusqlite", "postgres", "tokio-postgres", "deadpool*", "aes-gcm", "argon2", "hmac", "totp-rs"]),
    ("letters", &["typst*", "comemo"]),
    ("web", &["axum*", "askama*", "tower*"]),
    ("cli", &["clap*", "indicatif"]),
    ("search", &["tantivy*", "jieba-rs"]),
    ("transparency", &["ed25519-dalek"]),
    ("courier", &["ureq*", "rustls*"]),
    ("single_sign_on", &["openidconnect", "chrono"]),
];

/// What the sources of `casework` may not name: it has no clock, no chance, no input or output.
const IMPURE: [&str; 9] =
    ["async", "await", "std::fs", "std::net", "std::io", "std::env", "std::process", "std::thread", "rusqlite"];

/// Reading the clock: done once, in `cli`.
const CLOCK: [&str; 4] = ["Timestamp::now", "Zoned::now", "SystemTime::now", "std::time::SystemTime"];

/// Every breach of the table in the given files.
pub fn check(files: &[File]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in files {
        let Some(text) = file.text() else { continue };
        let Some((name, rest)) = file.path.strip_prefix("crates/").and_then(|p| p.split_once('/')) else {
            continue;
        };
        if rest == "Cargo.toml" {
            breaches.extend(check_manifest(&file.path, name, text));
        } else if rest.ends_with(".rs") {
            breaches.extend(check_source(&file.path, name, text));
        }
    }
    breaches
}

/// Breaches in the manifest of the crate `name`.
pub fn check_manifest(path: &str, name: &str, text: &str) -> Vec<Breach> {
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
        let rule = "every crate has a row in the layer table (xtask/src/layers.rs)";
        return vec![Breach::new(path, 0, rule, format!("{name} has none"))];
    };
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => {
            return vec![Breach::new(path, 0, "a manifest is TOML", error.to_string())];
        }
    };
    let mut breaches = Vec::new();
    for dependency in dependencies(&manifest) {
        if let Some(rule) = refusal(layer, &dependency) {
            let line = text.lines().position(|l| l.trim_start().starts_with(&dependency));
            breaches.push(Breach::new(path, line.map_or(0, |i| i + 1), &rule, format!("uses {dependency}")));
        }
    }
    breaches
}

/// The rule against this use, if there is one.
fn refusal(layer: &Layer, dependency: &str) -> Option<String> {
    let name = layer.name;
    if LAYERS.iter().any(|other| other.name == dependency) {
        let may = if layer.ours.is_empty() { "none".to_owned() } else { layer.ours.join(", ") };
        return (!layer.ours.contains(&dependency)).then(|| format!("of our crates {name} may use: {may}"));
    }
    if let Some(only) = layer.others_only
        && !only.contains(&dependency)
    {
        return Some(format!("of others' crates {name} may use: {}", only.join(", ")));
    }
    let owner = RESERVED.iter().find(|(_, reserved)| reserved.iter().any(|r| matches(r, dependency)))?.0;
    (owner != name).then(|| format!("{dependency} is reserved to {owner}"))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// What the crate is built with; tests may use more.
fn dependencies(manifest: &Table) -> Vec<String> {
    let per_target = manifest.get("target").and_then(|t| t.as_table()).into_iter().flat_map(Table::values);
    let tables = per_target.filter_map(|t| t.as_table()).chain([manifest]);
    let mut names = Vec::new();
    for table in tables {
        for key in ["dependencies", "build-dependencies"] {
            let Some(listed) = table.get(key).and_then(|d| d.as_table()) else {
                continue;
            };
            // `package = "…"` is the real name of a renamed crate.
            let real = |(name, value): (&String, &toml::Value)| {
                value.get("package").and_then(|p| p.as_str()).unwrap_or(name).to_owned()
            };
            names.extend(listed.iter().map(real));
        }
    }
    names
}

/// Breaches in a source file of the crate `name`; tests are free.
pub fn check_source(path: &str, name: &str, text: &str) -> Vec<Breach> {
    let source = Source::read(path, text);
    let mut breaches = Vec::new();
    for (line, code) in source.live_code() {
        let code = ungroup(code);
        if name != "cli" {
            let found = CLOCK.iter().filter(|word| names(&code, word));
            let rule = "time is an argument: only cli reads the clock";
            breaches.extend(found.map(|word| Breach::new(path, line, rule, *word)));
        }
        if name == "casework" {
            let found = IMPURE.iter().filter(|word| names(&code, word));
            let rule = "casework is pure: no async, no input or output, no database";
            breaches.extend(found.map(|word| Breach::new(path, line, rule, *word)));
        }
    }
    breaches
}

/// Whether the code names exactly this path: `std::fs` in `std::fs::read`, not in `std::fsx`.
fn names(code: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(joins) && !after.is_some_and(joins)
    })
}

/// `use std::{fs, io::Read};` also read as `std::fs std::io::Read`.
fn ungroup(code: &str) -> String {
    let Some((start, rest)) = code.split_once("std::{") else {
        return code.to_owned();
    };
    let inner = rest.split('}').next().unwrap_or(rest);
    let each: Vec<String> = inner.split(',').map(|part| format!("std::{}", part.trim())).collect();
    format!("{start} {} {rest}", each.join(" "))
}
