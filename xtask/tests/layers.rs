//! The layer table holds: which crate uses which, who alone may use what, and that the rules stay pure.

use xtask::layers::{check_manifest, check_source};
use xtask::{House, listed};

#[test]
fn every_crate_keeps_to_its_layer() {
    let breaches = House::read().unwrap().layers();
    assert!(breaches.is_empty(), "\n{}", listed(&breaches));
}

fn manifest(name: &str, dependencies: &str) -> String {
    listed(&check_manifest("Cargo.toml", name, dependencies))
}

#[test]
fn a_manifest_out_of_layer_is_found() {
    let cases = [
        ("web", "[dependencies]\nstore.workspace = true", "of our crates web may use: app, casework — uses store"),
        ("transparency", "[dependencies]\ncasework.workspace = true", "transparency may use: none"),
        ("app", "[dependencies]\naxum = \"0.8\"", "axum is reserved to web"),
        ("app", "[dependencies]\ntower-http = \"0.7\"", "tower-http is reserved to web"),
        ("cli", "[dependencies]\nrusqlite = \"0.41\"", "rusqlite is reserved to store"),
        ("web", "[build-dependencies]\ntypst-pdf = \"0.15\"", "typst-pdf is reserved to letters"),
        (
            "casework",
            "[dependencies]\nuuid = \"1\"",
            "of others' crates casework may use: foldhash, indexmap, jiff",
        ),
        ("web", "[target.'cfg(unix)'.dependencies]\nclap = \"4\"", "clap is reserved to cli"),
        (
            "app",
            "[dependencies]\ndb = { package = \"rusqlite\", version = \"1\" }",
            "rusqlite is reserved to store",
        ),
        ("stray", "[dependencies]", "every crate has a row"),
    ];
    for (name, text, expected) in cases {
        let found = manifest(name, text);
        assert!(found.contains(expected), "{name}: {text}\nfound: {found}");
    }
}

#[test]
fn a_manifest_in_its_layer_passes() {
    assert_eq!(manifest("cli", "[dependencies]\nweb.workspace = true\nclap = \"4\""), "");
    assert_eq!(manifest("store", "[dependencies]\ncasework.workspace = true\nrusqlite = \"1\""), "");
    assert_eq!(manifest("app", "[dev-dependencies]\naxum = \"0.8\""), "", "tests may use more");
}

#[test]
fn the_breach_names_the_line() {
    let found = check_manifest("Cargo.toml", "web", "[dependencies]\naxum = \"0.8\"\nstore.workspace = true\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, 3);
}

#[test]
fn impure_rules_and_clocks_are_found() {
    let found = |name, text| check_source("crates/x/src/lib.rs", name, text).len();
    assert_eq!(found("casework", "pub async fn act() {}"), 1);
    assert_eq!(found("casework", "use std::fs;"), 1);
    assert_eq!(found("casework", "use std::{collections::BTreeMap, fs, net::IpAddr};"), 2);
    assert_eq!(found("casework", "let t = std::time::SystemTime::UNIX_EPOCH;"), 1);
    assert_eq!(found("store", "let now = jiff::Timestamp::now();"), 1);
    assert_eq!(found("web", "let now = Zoned::now();"), 1);
}

#[test]
fn what_only_looks_impure_passes() {
    let found = |name, text| check_source("crates/x/src/lib.rs", name, text).len();
    assert_eq!(found("cli", "let now = jiff::Timestamp::now();"), 0, "cli owns the clock");
    assert_eq!(found("casework", "// never async, never std::fs\nlet a = \"std::fs\";"), 0);
    assert_eq!(found("casework", "use std::fmt; fn asynchronous() {}"), 0);
    assert_eq!(found("casework", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"), 0);
    assert_eq!(check_source("crates/casework/tests/cases.rs", "casework", "use std::fs;").len(), 0);
}
