//! Sessions and the directory, which no procedure governs: every act in every way it is refused. Acts on matters stand in
//! `procedures/*/cases.txt`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use std::collections::BTreeSet;

use scene::{BESIDE, Scene};

/// What happened so far, what is asked, and what comes of it: a step, or `!` and the code of the refusal.
type Row = (&'static str, &'static str, &'static str);

/// Where matters stand before the rows below: written once. The last act of each names the step it leads to.
const SO_FAR: [(&str, &str); 2] = [
    ("ANNOUNCED", "3 chief announce 10; 10:08 clerk register"),
    ("HELD", "3 chief announce 10; 10:08 clerk register; 10:11 chief hold"),
];

#[rustfmt::skip] // one row, one line
const ROWS: &[Row] = &[
    // 登记时谁都一样：类别、地点、收到日期、渠道、被反映的机关
    ("", "3 clerk register text=invisible", "!missing"),
    ("", "3 clerk register category=渔船检验", "registered"),
    ("", "3 clerk register category=张三13800000000", "!category_unknown"),
    ("", "3 person register category=long", "!too_long"),
    ("", "3 clerk register place=xf", "!place_is_no_division"),
    ("", "3 person register place=d1", "!place_is_no_division"),
    ("", "3 clerk register received=-4000", "!received_long_before"),
    ("", "3 clerk register channel=web", "!channel_not_yours"),
    ("", "3 person register channel=visit", "!channel_not_yours"),
    ("", "3 person register accused=xf", "registered"),
    ("", "3 clerk register accused=c", "!accused_would_register"),
    ("1 admin officer up office=city-xf role=registrar", "3 person register accused=xf", "registered"),
    ("1 admin officer up office=city-xf role=registrar", "3 clerk register accused=c", "registered"),
    ("1 admin officer up office=city-xf role=officer", "3 person register accused=c", "!accused_would_register"),
    ("1 admin officer up office=city role=petition_chief", "3 person register accused=c", "registered"),
    ("3 person register accused=xf", "4 gov transfer d1", "received"),
    ("3 person register accused=xf", "4 clerk transfer d1", "!barred"),
    ("1 admin officer up office=city-xf role=registrar; 3 person register accused=c", "4 up transfer d1", "!accused_may_not_hold"),
    ("3 clerk register", "4 clerk repeat channel=web", "!channel_not_yours"),
    ("3 clerk register", "4 person repeat channel=letter", "!channel_not_yours"),
    ("3 clerk register", "4 clerk transfer xf", "!not_competent"),
    ("3 clerk register", "4 clerk transfer city-xf", "!not_competent"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept", "20 o1 decide basis=none", "!missing"),
    // 附件：办结以后也收
    ("3 clerk register", "4 person attach 20", "registered"),
    ("3 clerk register", "4 clerk attach 1", "registered"),
    ("3 clerk register", "4 person attach 0", "!missing"),
    ("3 clerk register; 4 person attach 19", "5 clerk attach 2", "!too_many_files"),
    ("3 clerk register; 4 person attach 5 bytes=10485760", "5 person attach 1 bytes=1", "!files_too_large"),
    ("3 clerk register", "4 person attach 1 name=long", "!too_long"),
    ("3 clerk register; 4 clerk divert; 5 clerk serve diversion_notice", "400 person attach 1", "diverted"),
    ("3 person register accused=xf", "4 clerk attach 1", "!barred"),
    // 接访
    ("3 clerk register", "3 chief announce 8", "registered"),
    ("3 clerk register", "3 chief announce 7", "!notice_too_short"),
    ("", "3 chief announce 10 kind=party", "!value_unknown"),
    ("", "3 chief announce 10 place=none", "!missing"),
    ("", "3 chief announce 10 place=long", "!too_long"),
    ("", "3 chief announce 10 leader=clerk", "!not_a_leader"),
    ("", "3 chief announce 10 leader=ghost", "!officer_unknown"),
    ("", "3 o1 announce 10", "!not_your_role"),
    ("ANNOUNCED", "10:11 chief hold", "registered"),
    ("ANNOUNCED", "40 chief hold", "registered"),
    ("3 clerk register; 3 chief announce 10", "9 chief hold", "!held_too_early"),
    ("ANNOUNCED", "10:11 o1 hold", "!not_your_role"),
    ("ANNOUNCED", "10:11 chief hold heaven", "!value_unknown"),
    ("HELD", "10:12 chief hold", "!held_before"),
    ("3 clerk register", "10 chief hold", "!no_such_session"),
    ("HELD", "10:10 clerk receive", "!before_the_last"),
    ("HELD", "10:12 clerk receive", "registered"),
    ("HELD", "40 clerk receive by_date", "registered"),
    ("HELD", "10:12 clerk receive chased_away", "!value_unknown"),
    ("HELD", "10:12 clerk receive people=0", "!nobody_came"),
    ("HELD", "10:12 clerk receive intake=2", "!no_such_matter"),
    ("HELD; 10:12 clerk receive", "10:13 clerk receive", "!received_before"),
    ("HELD; 11 clerk repeat", "12 clerk receive intake=2", "!not_of_that_day"),
    ("ANNOUNCED", "10:11 clerk receive", "!not_held_yet"),
    ("HELD", "10:12 o1 receive", "!not_your_role"),
    ("3 chief announce 10; 10:11 chief hold", "10:12 clerk receive", "!no_such_matter"),
    // 机构和人员
    ("3 clerk register", "4 admin office new parent=c", "registered"),
    ("3 clerk register", "4 admin office c parent=d1", "!office_below_itself"),
    ("3 clerk register", "4 admin office d1 parent=d1", "!office_below_itself"),
    ("", "4 admin office new parent=nowhere", "!office_unknown"),
    ("", "4 admin office new name=none", "!missing"),
    ("", "4 admin office new name=long", "!too_long"),
    ("3 clerk register", "4 admin officer new office=d1", "registered"),
    ("", "4 admin officer new office=nowhere", "!office_unknown"),
    ("", "4 admin officer new name=blank", "!missing"),
];

/// Codes no act gives: they are refused before one is reached, and shown by other tests.
const ELSEWHERE: [&str; 1] = ["no_procedure"];

fn told(so_far: &str) -> String {
    let first = so_far.split(';').next().unwrap_or("");
    match SO_FAR.iter().find(|(name, _)| *name == first) {
        Some((name, story)) => so_far.replacen(name, story, 1),
        None => so_far.to_owned(),
    }
}

#[test]
fn every_row() {
    let mut wrong = Vec::new();
    let text = include_str!("../../../procedures/petition-2022/procedure.toml");
    let procedure = casework::procedure::parse(text).unwrap();
    for (so_far, asked, expected) in ROWS {
        let mut scene = Scene::of(procedure.clone());
        let came = match scene.tell(&format!("{}; {asked}", told(so_far))) {
            Ok(()) => scene.matter.map_or_else(String::new, |matter| matter.step),
            Err(refusal) => format!("!{}", refusal.code()),
        };
        if came != *expected {
            wrong.push(format!("{so_far} | {asked}: expected {expected}, came {came}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_refusal_no_procedure_governs_has_a_row() {
    let reached: BTreeSet<&str> = ROWS.iter().filter_map(|(_, _, expected)| expected.strip_prefix('!')).collect();
    let missing: Vec<_> =
        BESIDE.iter().filter(|code| !reached.contains(*code) && !ELSEWHERE.contains(code)).collect();
    assert!(missing.is_empty(), "no row reaches {missing:?}");
}

#[test]
fn every_verb_has_a_row_that_is_allowed_and_one_that_is_not() {
    for verb in ["announce", "hold", "receive", "office", "officer", "attach"] {
        let of = |row: &&Row| row.1.split_whitespace().nth(2) == Some(verb);
        assert!(ROWS.iter().filter(of).any(|row| !row.2.starts_with('!')), "no row allows {verb}");
        assert!(ROWS.iter().filter(of).any(|row| row.2.starts_with('!')), "no row refuses {verb}");
    }
}
