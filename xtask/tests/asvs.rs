//! The map of OWASP ASVS keeps its promises: each requirement of levels 1 and 2 once, and every path and test it names exists.

use std::collections::BTreeSet;

use xtask::House;
use xtask::tree::root;

const MAP: &str = "docs/security/asvs.md";
/// Requirements of level 1 and of level 2 in ASVS 5.0.0.
const REQUIREMENTS: [(&str, usize); 2] = [("1", 70), ("2", 183)];
const STATES: [&str; 4] = ["met", "part", "not met", "n/a"];
/// What a path of ours begins with; anything else in a row is a word of code.
const FOLDERS: [&str; 7] = ["crates/", "docs/", "e2e/", "policies/", "web/", "xtask/", "procedures/"];
const FILES: [&str; 4] = ["Cargo.toml", "Cargo.lock", "SECURITY.md", "ARCHITECTURE.md"];

/// Cells of the rows of the tables.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id"));
    rows.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// What is wrong with a row's last cell, asked of `text`, which gives a file's content, and `is_folder`.
fn broken<'a>(
    cell: &'a str,
    text: impl Fn(&str) -> Option<&'a str>,
    is_folder: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for named in cell.split('`').skip(1).step_by(2) {
        let (path, test) = named.split_once("::").map_or((named, None), |(path, test)| (path, Some(test)));
        if !FILES.contains(&path) && !FOLDERS.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        match (text(path), test) {
            (None, None) if is_folder(path) => {}
            (None, _) => wrong.push(format!("{path} does not exist")),
            (Some(source), Some(test)) if !source.contains(&format!("fn {test}(")) => {
                wrong.push(format!("{path} has no test {test}"));
            }
            (Some(_), _) => {}
        }
    }
    wrong
}

#[test]
fn every_requirement_stands_once_and_what_it_names_exists() {
    let house = House::read().unwrap();
    let text = house.text(MAP).unwrap();
    let (mut ids, mut wrong) = (BTreeSet::new(), Vec::new());
    let rows = rows(text);
    for row in &rows {
        let [id, level, asks, state, place] = row[..] else { panic!("not five cells: {row:?}") };
        if !ids.insert(id) {
            wrong.push(format!("{id} stands twice"));
        }
        if asks.is_empty() || !STATES.contains(&state) || !["1", "2"].contains(&level) {
            wrong.push(format!("{id}: {level}, '{asks}', '{state}'"));
        }
        if place.is_empty() {
            wrong.push(format!("{id} does not say where, or why not"));
        }
        let found = broken(place, |path| house.text(path), |path| root().join(path).is_dir());
        wrong.extend(found.into_iter().map(|what| format!("{id}: {what}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    for (level, number) in REQUIREMENTS {
        assert_eq!(rows.iter().filter(|row| row[1] == level).count(), number, "of level {level}");
    }
    let said = |state: &str| rows.iter().filter(|row| row[3] == state).count();
    let sum = format!(
        "Of {} requirements {} are met, {} in part, {} not, and {} do not arise.",
        rows.len(),
        said("met"),
        said("part"),
        said("not met"),
        said("n/a")
    );
    assert!(text.contains(&sum), "the sum is: {sum}");
}

#[test]
fn a_map_that_drifted_is_found() {
    let text = |path: &str| (path == "crates/a.rs").then_some("#[test]\nfn it_holds() {}");
    let folder = |path: &str| path == "crates/b";
    for (cell, faults) in [
        ("`crates/a.rs::it_holds`, `crates/b`, `unsafe_code = \"forbid\"`", 0),
        ("`crates/a.rs::it_does_not`", 1),
        ("gone: `crates/c.rs`, `docs/none.md`", 2),
    ] {
        assert_eq!(broken(cell, text, folder).len(), faults, "{cell}");
    }
}
