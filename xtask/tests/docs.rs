//! The documents keep their promises: paths, links, commands, nouns.

use xtask::docs::{NOUNS, Paths, architecture, commands, glossary, links};
use xtask::{House, listed};

#[test]
fn every_document_keeps_its_promises() {
    let house = House::read().unwrap();
    for path in ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "docs/glossary.md"] {
        if house.text(path).is_none() {
            println!("{path} is not written yet: not checked");
        }
    }
    let breaches = house.docs();
    assert!(breaches.is_empty(), "\n{}", listed(&breaches));
}

fn paths() -> Paths {
    Paths::of(["crates/store/Cargo.toml", "crates/store/src/lib.rs", "docs/glossary.md", "README.md"])
}

#[test]
fn a_map_that_drifted_is_found() {
    let cases = [
        ("nothing here", "store is missing"),
        ("`store` in `crates/store/src/journal.rs`", "crates/store/src/journal.rs"),
        ("`store` in `store/src/journal`", "store/src/journal"),
        ("`store` and `calendars/`", "calendars/"),
        ("`store` and `SECURITY.md`", "SECURITY.md"),
    ];
    for (text, expected) in cases {
        let found = listed(&architecture("ARCHITECTURE.md", text, &paths()));
        assert!(found.contains(expected), "{text}: found {found:?}");
    }
    let long = "`store`\n".repeat(300);
    assert!(listed(&architecture("ARCHITECTURE.md", &long, &paths())).contains("300 lines"));
}

#[test]
fn a_map_that_is_true_passes() {
    let text = "`crates/store/src/lib.rs`, `store/src/`, `docs/`, `POST /api/v1/matters`, `text/html`, \
                `procedures/*/cases.txt`, `--data DIR`";
    assert_eq!(listed(&architecture("ARCHITECTURE.md", text, &paths())), "");
}

#[test]
fn a_dead_link_is_found() {
    let found = |path, text| links(path, text, &paths()).len();
    assert_eq!(found("README.md", "[a](docs/glossary.md#matter) [b](https://example.org/x) [c](#here)"), 0);
    assert_eq!(found("docs/glossary.md", "[a](../README.md) [b](../crates/store)"), 0);
    assert_eq!(found("README.md", "[a](docs/glosary.md)"), 1);
    assert_eq!(found("README.md", "<img src=\"docs/desk.png\" alt=\"desk\">"), 1);
    assert_eq!(found("docs/glossary.md", "[a](glossary.md) [b](../../outside.md)"), 1);
    assert_eq!(found("README.md", "```\n[a](nowhere.md)\n```"), 0);
}

#[test]
fn a_command_that_is_not_there_is_found() {
    let makefile = "demo: setup\n\tcargo run\ntest build: setup\nX ?= 1\n";
    let found = |text| commands("README.md", text, makefile).len();
    assert_eq!(found("Run `make demo`, then `make test`."), 0);
    assert_eq!(found("```\nmake demo DEMO_ARGS=x   # shows it\n$ make build\n```"), 0);
    assert_eq!(found("we make tea"), 0);
    assert_eq!(found("Run `make tea`."), 1);
    assert_eq!(found("```\nmake demo tea\n```"), 1);
}

#[test]
fn a_noun_missing_from_the_glossary_is_found() {
    let full: String = NOUNS.iter().map(|(en, zh)| format!("| **{en}** | {zh} | what it is |\n")).collect();
    assert_eq!(glossary("docs/glossary.md", &full).len(), 0);
    assert_eq!(glossary("docs/glossary.md", &full.replace("| **duty**", "| **chore**")).len(), 1);
    assert_eq!(glossary("docs/glossary.md", "matter procedure charge duty").len(), 8);
}
