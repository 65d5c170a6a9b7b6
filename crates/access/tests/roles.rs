//! The table as a matrix of roles, actions and what they are done to: `policies/roles.txt`, so that a change is seen in a review.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Write as _;
use std::fs;

use casework::command::Actor;
use casework::office::Role;
use casework::verb::Verb;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/roles.txt");

/// What an action is done to, and how the officer must stand to it besides.
fn resource(action: &str) -> (&'static str, &'static str) {
    match action {
        "register" => ("matter", "is not kept from it"),
        "announce_session" | "hold_session" => ("session", "of the own office"),
        "receive" => ("session", "of the own office, whose leaders are not kept from the matter"),
        "rehearse" => ("law", "and of its effects on matters the own office sees"),
        "decide_identity" => (
            "identity",
            "asked for in a matter that the own office or one below registered; no role besides that opens `see`; not kept from it",
        ),
        "see" => ("matter, letter, figure, notice", "held by the own office, or it must act; not kept from it"),
        verb if Verb::from_word(verb).is_some() => {
            ("matter", "in the place the procedure gives to the own office; not kept from it")
        }
        _ => ("?", "?"),
    }
}

#[test]
fn the_matrix_is_as_committed() {
    let mut text = String::from(
        "# Who may do what to what. Made from policies/access.toml by crates/access/tests/roles.rs (HUIYIN_UPDATE=1).\n\
         # \"Kept from it\": complained of in it, below whoever is, or recused (crates/casework/src/conflict.rs).\n",
    );
    let columns: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    writeln!(text, "{:<24} {:<8} {} | on", "# action", "person", columns.join(" ")).unwrap();
    let mark = |open: bool| if open { "yes" } else { "-" };
    for action in access::actions() {
        let person = mark(access::may(&Actor::Petitioner, action).is_ok());
        let cells = Role::ALL.map(|role| {
            let actor = Actor::Officer { login: "a".into(), office: "o".into(), roles: vec![role] };
            format!("{:<width$}", mark(access::may(&actor, action).is_ok()), width = role.word().len())
        });
        let (on, standing) = resource(action);
        assert_ne!(on, "?", "{action}: on what?");
        writeln!(text, "{action:<24} {person:<8} {} | {on}: {standing}", cells.join(" ")).unwrap();
    }
    if std::env::var_os("HUIYIN_UPDATE").is_some() {
        fs::write(GOLDEN, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(GOLDEN).unwrap_or_default(), "look, then run with HUIYIN_UPDATE=1");
}
