//! Local overlays: those that ship are sound, and what they mean for the person is said; bad ones are refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use casework::procedure::rights::{Turn, changes};
use casework::procedure::{Fault, Procedure, overlay, read};

const BASE: &str = include_str!("../../../procedures/petition-2022/procedure.toml");
const ZHEJIANG: &str = include_str!("../../../procedures/overlays/zhejiang.toml");
const HENAN: &str = include_str!("../../../procedures/overlays/henan.toml");

const HEAD: &str = "[overlay]\nid = \"petition-2022-bad\"\nof = \"petition-2022\"\nwhere = \"某县\"\nlaw = {}\n";

fn merged(overlay: &str) -> Procedure {
    read(&overlay::merge(BASE, overlay).unwrap()).unwrap()
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn differences(overlay: &str) -> Vec<String> {
    changes(&read(BASE).unwrap(), &merged(overlay)).iter().map(ToString::to_string).collect()
}

#[test]
fn zhejiang_is_quicker() {
    assert_eq!(
        differences(ZHEJIANG),
        [
            "办理期限 answer：60日 → 30日（变好）",
            "告知期限 notify：15日 → 5个工作日（变好）",
            "登记转送期限 route：15日 → 5个工作日（变好）",
        ]
    );
    let procedure = merged(ZHEJIANG);
    assert_eq!(
        (procedure.id.as_str(), procedure.name.as_str()),
        ("petition-2022-zhejiang", "信访事项办理（2022）（浙江）")
    );
    assert_eq!(procedure.cite(&procedure.clocks["answer"].basis), "《浙江省信访条例（2016）》第23条");
}

#[test]
fn henan_may_be_extended_longer() {
    assert_eq!(
        differences(HENAN),
        [
            "办理期限 answer：60日 → 30日（变好）",
            "办理期限 answer 的第1次延长：30日 → 60日（变差）",
            "提出异议期限 objection：5个工作日 → 5日（变差）",
            "登记转送期限 route：15日 → 5日（变好）",
        ]
    );
}

#[test]
fn an_overlay_that_changes_nothing_leaves_every_right() {
    let changed = changes(&read(BASE).unwrap(), &merged(HEAD));
    assert_eq!(changed, []);
}

#[test]
fn worse_is_said_so() {
    let slower = format!("{HEAD}[change]\nclock.answer.limit = \"90 days\"\n");
    assert_eq!(differences(&slower), ["办理期限 answer：60日 → 90日（变差）"]);
    let silent = format!("{HEAD}[change]\nclock.answer.at_end.tells = \"petition_office\"\n");
    assert_eq!(differences(&silent), ["办理期限 answer 届满：不再告知信访人（变差）"]);
    let shorter = format!("{HEAD}[change]\nletter.receipt.must_state = [\"编号\", \"登记日期\"]\n");
    assert_eq!(differences(&shorter), ["登记凭证 receipt：不再须写明“查询码”（变差）"]);
    let without = format!("remove = [\"open.act.supplement\"]\n{HEAD}");
    let lost = changes(&read(BASE).unwrap(), &merged(&without));
    assert_eq!(lost.iter().map(|change| change.turn).collect::<Vec<_>>(), [Turn::Worse]);
}

/// A window shorter than the remedy promises, and nobody left to answer: the merged file is proven like any other.
#[test]
fn what_breaks_a_rule_is_refused_by_the_proof() {
    let bad = format!("{HEAD}[change]\nclock.review_window.limit = \"15 days\"\n");
    let faults = read(&overlay::merge(BASE, &bad).unwrap()).unwrap_err();
    assert!(told(&faults).contains("C9"), "{}", told(&faults));
    let bad = format!("remove = [\"step.to_serve.act.serve_opinion\"]\n{HEAD}");
    assert!(read(&overlay::merge(BASE, &bad).unwrap()).is_err());
}

#[test]
fn nothing_is_added() {
    for (written, said) in [
        ("[change]\nclock.patience.limit = \"90 days\"\n", "F5 the base has no value 'clock.patience'"),
        ("[change]\nclock.answer.grace = \"90 days\"\n", "F5 the base has no value 'clock.answer.grace'"),
        ("[change]\nstep.shelved = { name = \"搁置\", end = true }\n", "F5 the base has no value 'step.shelved'"),
        ("[change]\nclock.answer = \"90 days\"\n", "F5 the base has no value 'clock.answer'"),
        ("[extra]\nx = 1\n", "F2 an overlay has no key 'extra'"),
        ("[change]\nclock.answer.limit = \n", "F1 this is not TOML"),
    ] {
        let faults = overlay::merge(BASE, &format!("{HEAD}{written}")).unwrap_err();
        assert!(told(&faults).contains(said), "{written}: {}", told(&faults));
    }
    let faults =
        overlay::merge(BASE, &format!("remove = [\"step.handling\", \"open.act.shelve\"]\n{HEAD}")).unwrap_err();
    assert_eq!(faults.len(), 2, "{}", told(&faults));
    let other = HEAD.replace("of = \"petition-2022\"", "of = \"petition-2005\"");
    assert!(told(&overlay::merge(BASE, &other).unwrap_err()).contains("not of 'petition-2022'"));
    assert!(told(&overlay::merge(BASE, "[change]\n").unwrap_err()).contains("lacks 'id'"));
    assert_eq!(overlay::head(ZHEJIANG).unwrap().of, "petition-2022");
}
