//! Every verb in every way it is refused: what happened so far, what is asked, and the step or the refusal it gives.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use std::collections::BTreeSet;

use casework::verb::Verb;
use scene::Scene;

/// What happened so far, what is asked, and what comes of it: a step, or `!` and the code of the refusal.
type Row = (&'static str, &'static str, &'static str);

/// Where matters stand before the rows below: written once. The last act of each names the step it leads to.
const SO_FAR: [(&str, &str); 9] = [
    ("REGISTERED", "3 clerk register"),
    ("RECEIVED", "3 clerk register; 5 clerk transfer d1"),
    ("HANDLING", "3 clerk register; 5 clerk transfer d1; 6 o1 accept"),
    ("TO_SERVE", "3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide"),
    ("ANSWERED", "3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve"),
    (
        "REQUESTED",
        "3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review",
    ),
    (
        "REVIEWING",
        "3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review; 31 rev accept_review",
    ),
    ("ANNOUNCED", "3 chief announce 10; 10:08 clerk register"),
    ("HELD", "3 chief announce 10; 10:08 clerk register; 10:11 chief hold"),
];

#[rustfmt::skip] // one row, one line
const ROWS: &[Row] = &[
    // 登记
    ("", "3 clerk register", "registered"),
    ("", "3 person register", "registered"),
    ("", "3 clerk register anonymous", "registered"),
    ("", "3 clerk register people=200 representatives=5", "registered"),
    ("", "3 clerk register people=200 anonymous", "registered"),
    ("", "3 clerk register received=1", "registered"),
    ("", "3 clerk register received=4", "!received_after_registered"),
    ("", "3 clerk register people=0", "!nobody_came"),
    ("", "3 clerk register people=6", "!representatives"),
    ("", "3 clerk register people=6 representatives=6", "!representatives"),
    ("", "3 clerk register place=nowhere", "!office_unknown"),
    ("", "3 clerk register accused=nowhere", "!office_unknown"),
    ("", "3 person register place=far", "!nobody_registers"),
    ("", "3 clerk register competent=d1-s accused=d1", "!accused_may_not_hold"),
    ("", "3 clerk register summary=none", "!missing"),
    ("", "3 clerk register text=blank", "!missing"),
    ("", "3 clerk register name=none", "!missing"),
    ("", "3 clerk register text=long", "!too_long"),
    ("", "3 clerk register summary=long", "!too_long"),
    ("", "3 clerk register phone=long", "!too_long"),
    ("", "3 clerk register name=long", "!too_long"),
    ("", "3 clerk register text=invisible", "!missing"),
    // 类别只能是类别表里的，或者有机关受理的
    ("", "3 clerk register category=渔船检验", "registered"),
    ("", "3 clerk register category=张三13800000000", "!category_unknown"),
    ("", "3 person register category=long", "!too_long"),
    ("", "3 clerk register place=xf", "!place_is_no_division"),
    ("", "3 person register place=d1", "!place_is_no_division"),
    ("", "3 clerk register received=-4000", "!received_long_before"),
    // 网上的由本人提出，来信来访来电由工作人员登记
    ("", "3 clerk register channel=web", "!channel_not_yours"),
    ("", "3 person register channel=visit", "!channel_not_yours"),
    // 登记机关自己被反映的，由上一级登记；上一级没有人的，说明去哪里
    ("", "3 person register accused=xf", "!accused_would_register"),
    ("", "3 clerk register accused=c", "!accused_would_register"),
    ("1 admin officer up office=up-xf role=registrar", "3 person register accused=xf", "registered"),
    ("1 admin officer up office=up-xf role=registrar", "3 clerk register accused=c", "registered"),
    ("1 admin officer up office=up-xf role=officer", "3 person register accused=xf", "!accused_would_register"),
    ("1 admin officer up office=up role=petition_chief", "3 person register accused=c", "registered"),
    ("1 admin officer up office=up-xf role=registrar; 3 person register accused=xf", "4 up transfer d1", "received"),
    ("1 admin officer up office=up-xf role=registrar; 3 person register accused=xf", "4 clerk transfer d1", "!not_yours"),
    ("1 admin officer up office=up-xf role=registrar; 3 person register accused=c", "4 up transfer d1", "!accused_may_not_hold"),
    ("REGISTERED", "4 clerk register", "!not_in_this_step"),
    // 重复信访：任何时候都登记
    ("REGISTERED", "3 clerk repeat", "registered"),
    ("HANDLING", "9 person repeat people=7", "handling"),
    ("ANSWERED", "300 person repeat", "ended"),
    ("REGISTERED", "4 clerk repeat people=0", "!nobody_came"),
    ("REGISTERED", "4 clerk repeat text=none", "!missing"),
    ("REGISTERED", "4 clerk repeat text=long", "!too_long"),
    ("REGISTERED", "4 clerk repeat channel=web", "!channel_not_yours"),
    ("REGISTERED", "4 person repeat channel=letter", "!channel_not_yours"),
    ("REGISTERED", "2 clerk repeat", "!before_the_last"),
    ("REGISTERED", "4 o1 repeat", "!not_yours"),
    // 转送：迟办也有效；被反映的机关及其下属不得接收
    ("REGISTERED", "4 clerk transfer d1", "received"),
    ("REGISTERED", "90 clerk transfer d1", "received"),
    ("REGISTERED", "4 clerk transfer nowhere", "!office_unknown"),
    ("REGISTERED", "4 o1 transfer d1", "!not_yours"),
    ("REGISTERED", "4 clerk transfer xf", "!not_competent"),
    ("REGISTERED", "4 clerk transfer up-xf", "!not_competent"),
    ("REGISTERED", "4 clerk transfer v", "received"),
    ("3 clerk register accused=d1", "4 clerk transfer d1", "!accused_may_not_hold"),
    ("3 clerk register accused=d1", "4 clerk transfer d1-s", "!accused_may_not_hold"),
    ("3 clerk register accused=d1-s", "4 clerk transfer d1", "received"),
    ("RECEIVED", "6 clerk transfer d2", "!not_in_this_step"),
    // 受理、不予受理、导入法定途径
    ("RECEIVED", "6 o1 accept", "handling"),
    ("RECEIVED", "90 o1 accept", "handling"),
    ("RECEIVED", "6 o2 accept", "!not_yours"),
    ("RECEIVED", "5:11 o1 accept", "!before_the_last"),
    ("REGISTERED", "6 o1 accept", "!not_in_this_step"),
    ("HANDLING", "7 o1 accept", "!not_in_this_step"),
    ("RECEIVED", "6 o1 refuse not_competent", "refusal_to_serve"),
    ("RECEIVED", "6 o1 refuse unwelcome", "!value_unknown"),
    ("RECEIVED", "6 o1 refuse go_to=none", "!missing"),
    ("HANDLING", "7 o1 refuse", "!not_in_this_step"),
    ("RECEIVED; 6 o1 refuse", "7 o1 serve refusal_notice", "refused"),
    ("RECEIVED; 6 o1 refuse", "7 clerk serve refusal_notice", "!not_yours"),
    ("REGISTERED", "4 clerk divert arbitration", "diversion_to_serve"),
    ("RECEIVED", "6 clerk divert duty_to_act", "diversion_to_serve"),
    ("RECEIVED", "6 o1 divert", "!not_yours"),
    ("REGISTERED", "4 clerk divert elsewhere", "!value_unknown"),
    ("REGISTERED", "4 clerk divert note=blank", "!missing"),
    ("HANDLING", "7 clerk divert", "!not_in_this_step"),
    ("REGISTERED; 4 clerk divert", "5 chief serve diversion_notice", "diverted"),
    // 延期：一次，届满前，不超过30日，负责人批准
    ("HANDLING", "7 o1 extend days=30", "handling"),
    ("HANDLING", "66 o1 extend days=1 by=boss", "handling"),
    ("HANDLING", "67 o1 extend", "!extension_too_late"),
    ("HANDLING", "7 o1 extend days=31", "!extension_too_long"),
    ("HANDLING", "7 o1 extend days=0", "!missing"),
    ("HANDLING", "7 o1 extend reason=none", "!missing"),
    ("HANDLING", "7 o1 extend by=boss2", "!approver_not_allowed"),
    ("HANDLING", "7 o1 extend by=o1", "!approver_not_allowed"),
    ("HANDLING", "7 o1 extend by=ghost", "!officer_unknown"),
    ("HANDLING", "7 o2 extend", "!not_yours"),
    ("HANDLING; 7 o1 extend days=1", "8 o1 extend days=1", "!done_before"),
    ("TO_SERVE", "21 o1 extend", "!not_in_this_step"),
    // 作出意见、送达
    ("HANDLING", "20 o1 decide supported", "to_serve"),
    ("HANDLING", "200 o1 decide not_supported", "to_serve"),
    ("HANDLING", "20 o1 decide upheld", "!outcome_unknown"),
    ("HANDLING", "20 o1 decide text=none", "!missing"),
    ("HANDLING", "20 o1 decide basis=long", "!too_long"),
    ("HANDLING", "20 o1 decide basis=none", "!missing"),
    ("HANDLING", "20 o2 decide", "!not_yours"),
    ("RECEIVED", "20 o1 decide", "!not_in_this_step"),
    ("TO_SERVE", "21 o1 serve opinion", "answered"),
    ("TO_SERVE", "21 o2 serve opinion", "!not_yours"),
    ("TO_SERVE", "21 o1 serve opinion how=pigeon", "!value_unknown"),
    ("TO_SERVE", "21 o1 serve review_opinion", "!nothing_to_serve"),
    ("HANDLING", "21 o1 serve opinion", "!nothing_to_serve"),
    ("ANSWERED", "22 o1 serve opinion", "!nothing_to_serve"),
    ("HANDLING", "21 o1 serve acceptance_notice", "handling"),
    ("ANSWERED", "22 o1 serve acceptance_notice", "answered"),
    ("HANDLING", "21 clerk serve acceptance_notice", "!not_yours"),
    ("HANDLING", "21 o1 serve nonsense", "!nothing_to_serve"),
    // 复查：送达后30日内，由本人申请；重新办理一次为限
    ("ANSWERED", "51 person request_review", "review_requested"),
    ("ANSWERED", "52 person request_review", "!lapsed"),
    ("ANSWERED", "30 o1 request_review", "!not_yours"),
    ("ANSWERED", "30 person request_review text=none", "!missing"),
    ("TO_SERVE", "30 person request_review", "!not_in_this_step"),
    ("REQUESTED", "31 rev accept_review", "reviewing"),
    ("REQUESTED", "31 o1 accept_review", "!not_yours"),
    ("ANSWERED", "31 rev accept_review", "!not_in_this_step"),
    ("REVIEWING", "40 rev decide_review upheld", "review_to_serve"),
    ("REVIEWING", "400 rev decide_review changed", "review_to_serve"),
    ("REVIEWING", "40 rev decide_review redo", "handling"),
    ("REVIEWING", "40 rev decide_review supported", "!outcome_unknown"),
    ("REVIEWING", "40 rev decide_review text=none", "!missing"),
    ("REVIEWING", "40 o1 decide_review upheld", "!not_yours"),
    ("REQUESTED", "40 rev decide_review upheld", "!not_in_this_step"),
    ("REVIEWING; 40 rev decide_review upheld", "41 rev serve review_opinion", "reviewed"),
    ("REVIEWING; 40 rev decide_review redo", "41 rev serve review_opinion", "handling"),
    ("REVIEWING; 40 rev decide_review redo; 41 o1 extend", "42 o1 extend", "!done_before"),
    ("REVIEWING; 40 rev decide_review redo; 50 o1 decide; 51 o1 serve; 60 person request_review; 61 rev accept_review",
     "62 rev decide_review redo", "!done_before"),
    ("REVIEWING; 40 rev decide_review redo; 50 o1 decide; 51 o1 serve; 60 person request_review; 61 rev accept_review",
     "62 rev decide_review upheld", "review_to_serve"),
    // 重点事项、评价
    ("HANDLING", "7 chief mark_key long_standing", "handling"),
    ("HANDLING", "7 chief mark_key quarrelsome", "!value_unknown"),
    ("HANDLING; 7 chief mark_key", "8 chief mark_key", "!key_before"),
    ("HANDLING", "7 o1 mark_key", "!not_yours"),
    ("ANSWERED", "22 person rate competent_office", "answered"),
    ("ANSWERED", "400 person rate petition_office", "ended"),
    ("HANDLING", "22 person rate", "!not_answered_yet"),
    ("ANSWERED; 22 person rate", "23 person rate rating=dissatisfied", "!rated_before"),
    ("ANSWERED", "22 person rate the_weather", "!value_unknown"),
    ("ANSWERED", "22 person rate rating=fine", "!value_unknown"),
    ("ANSWERED", "22 o1 rate", "!not_yours"),
    ("REGISTERED; 4 clerk divert; 5 clerk serve diversion_notice", "6 person rate competent_office", "!nobody_to_rate"),
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
    for (so_far, asked, expected) in ROWS {
        let mut scene = Scene::new(include_str!("../../../procedures/petition-2022/procedure.toml"));
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

/// Every code there is, as the source lists them.
fn codes() -> BTreeSet<&'static str> {
    let source = include_str!("../src/refusal.rs");
    let lines = source.lines().filter_map(|line| line.trim().strip_prefix("Refusal::")?.split_once("=> \""));
    lines.filter_map(|(_, rest)| rest.strip_suffix("\",")).collect()
}

#[test]
fn every_refusal_has_a_row() {
    let reached: BTreeSet<&str> = ROWS.iter().filter_map(|(_, _, expected)| expected.strip_prefix('!')).collect();
    let codes = codes();
    assert!(codes.len() > 30, "the codes are read from the source: {codes:?}");
    let missing: Vec<_> =
        codes.iter().filter(|code| !reached.contains(*code) && !ELSEWHERE.contains(code)).collect();
    assert!(missing.is_empty(), "no row reaches {missing:?}");
    let unknown: Vec<_> = reached.difference(&codes).collect();
    assert!(unknown.is_empty(), "there is no refusal {unknown:?}");
}

#[test]
fn every_verb_has_a_row_that_is_allowed_and_one_that_is_not() {
    let verbs = Verb::ALL.map(Verb::word).into_iter().chain(["announce", "hold", "receive", "office", "officer"]);
    for verb in verbs {
        let of = |row: &&Row| row.1.split_whitespace().nth(2) == Some(verb);
        assert!(ROWS.iter().filter(of).any(|row| !row.2.starts_with('!')), "no row allows {verb}");
        assert!(ROWS.iter().filter(of).any(|row| row.2.starts_with('!')), "no row refuses {verb}");
    }
}
