//! Every rule of the procedure language, broken once in a small sound file, is refused at the right line and column.

use casework::procedure::{CODES, parse, read};

const BASE: &str = include_str!("procedure_base.toml");

/// What is changed in the base file, into what, and the faults that gives: `CODE line:column`, in order.
type Row = (&'static str, &'static str, &'static str);

/// Faults of form.
const FORM: &[Row] = &[
    (r#"id = "small""#, r#"id = small"#, "F1"),
    (
        "name = \"小程序\"\n",
        "name = \"小程序\"\nname = \"又\"\n",
        "F1",
    ),
    (r#"in_force = 2022-05-01"#, r#"in_force = 2022-02-30"#, "F1"),
    (r#"owner = "desk""#, r#"ownr = "desk""#, "F2"),
    (r#"[everywhere]"#, r#"[everywere]"#, "F2"),
    ("name = \"待登记\"\n", "", "F3"),
    (r#"begins = "filed""#, "", "F3"),
    ("[outcome]\n", "[outcomes]\n", "F2"),
    (r#"limit = "60 days""#, r#"limit = "60 dys""#, "F4"),
    (r#"limit = "60 days""#, r#"limit = 60"#, "F4"),
    (
        r#"in_force = 2022-05-01"#,
        r#"in_force = "2022-05-01""#,
        "F4",
    ),
    (r#"until = 2030-12-31"#, r#"until = 2020-12-31"#, "F4"),
    (r#"is = "competent""#, r#"is = "competant""#, "F4"),
    (r#"kind = "window""#, r#"kind = "windw""#, "F4"),
    (r#"days_max = 30"#, r#"days_max = 0"#, "F4"),
    (
        r#"answers = true, to = "answered""#,
        r#"answers = "yes", to = "answered""#,
        "F4",
    ),
    (r#"id = "small""#, r#"id = "小""#, "F4"),
    (
        r#"last_day_off = "roll forward""#,
        r#"last_day_off = "roll back""#,
        "F4",
    ),
    (
        r#"by = ["desk", "petitioner"]"#,
        r#"by = ["desk", "desk"]"#,
        "F4",
    ),
    (r#"by = ["desk", "petitioner"]"#, r#"by = []"#, "F3"),
    (r#"clock = "entry""#, r#"clock = "entri""#, "F5"),
    (r#"to = "answered""#, r#"to = "anwsered""#, "F5"),
    (r#"by = "organ", outcome"#, r#"by = "orgen", outcome"#, "F5"),
    (
        r#""not_supported"], letter"#,
        r#""not_suported"], letter"#,
        "F5",
    ),
    (r#"letter = "more_time""#, r#"letter = "mor_time""#, "F5"),
    (
        r#"from = ["register"]"#,
        r#"from = ["register", "acept"]"#,
        "F5",
    ),
    (
        r#"act = "request_review""#,
        r#"act = "request_revew""#,
        "F5",
    ),
    ("law = \"L22 34\"\nextend", "extend", "L1"),
    (
        "law = \"L22 34\"\nextend",
        "law = \"L22 34\"\nlocal = \"also\"\nextend",
        "L1",
    ),
    ("law = \"L22 34\"\nextend", "law = \"L22\"\nextend", "L1"),
    ("law = \"L22 34\"\nextend", "law = \"L21 34\"\nextend", "F5"),
    (
        r#"limit = "30 days", law = "L22 35" } }"#,
        r#"limit = "30 days" } }"#,
        "L1",
    ),
    (r#"act.rate = { by"#, r#"act.bring_home = { by"#, "X1"),
    (
        r#"act.rate = { by"#,
        r#"act.visit = { verb = "dissuade", by"#,
        "X1",
    ),
    (r#"name = "办理中""#, r#"name = "重点人员稳控中""#, "X2"),
    (
        r#"must_state = ["意见", "救济途径"]"#,
        r#"must_state = ["劝 返", "救济途径"]"#,
        "X2",
    ),
];

/// Faults of meaning.
const MEANING: &[Row] = &[
    // K1: the right kind of actor
    (
        r#"act.decide = { by = "organ""#,
        r#"act.decide = { by = ["organ", "petitioner"]"#,
        "K1",
    ),
    (
        r#"act.rate = { by = "petitioner" }"#,
        r#"act.rate = { by = ["petitioner", "organ"] }"#,
        "K1",
    ),
    (
        r#"act.request_review = { by = "petitioner""#,
        r#"act.request_review = { by = ["petitioner", "superior"]"#,
        "K1",
    ),
    (
        r#"act.decide = { by = "organ""#,
        r#"act.decide = { by = ["organ", "leader"]"#,
        "K1",
    ),
    // K2: what the verb needs
    (
        r#"outcome = ["supported", "not_supported"], letter"#,
        r#"letter"#,
        "K2",
    ),
    (
        r#"act.serve = { by = "organ", letter = "opinion", answers"#,
        r#"act.serve = { by = "organ", answers"#,
        "K2",
    ),
    (
        r#"by = "organ", extends = "answer""#,
        r#"by = "organ""#,
        "K2",
    ),
    (r#"extends = "answer""#, r#"extends = "entry""#, "K2"),
    (
        r#"extends = "answer""#,
        r#"extends = "answer", letter = "opinion""#,
        "K2",
    ),
    (
        r#"extends = "answer" }"#,
        "extends = \"answer\" }\nact.register = { by = \"desk\", to = \"handling\" }",
        "K2",
    ),
    (
        r#"to = "handling" }"#,
        "to = \"handling\" }\nact.transfer = { by = \"desk\", to = \"handling\" }",
        "K2",
    ),
    (
        r#"act.register = { by"#,
        r#"act.register = { verb = "transfer", by"#,
        "K2",
    ),
    (
        r#"letter = "opinion", to = "to_serve""#,
        r#"letter = "opinion", answers = true, to = "to_serve""#,
        "K2",
    ),
    (
        r#"act.rate = { by = "petitioner" }"#,
        r#"act.rate = { by = "petitioner", to = "ended" }"#,
        "K2",
    ),
    (
        r#"act.rate = { by"#,
        r#"act.extend = { extends = "answer", by"#,
        "K2",
    ),
    (r#"must_state = ["意见", "救济途径"], law"#, r#"law"#, "C9"),
    (
        r#"opinion = { name = "处理意见书", to = "petitioner""#,
        r#"opinion = { name = "处理意见书", to = "organ""#,
        "K2",
    ),
    // K3: no strangers
    (
        r#"act.decide_review = { by = "superior""#,
        r#"act.decide_review = { by = ["superior", "desk"]"#,
        "K3",
    ),
    // K4: the owner can move it on
    (
        r#"act.decide = { by = "organ""#,
        r#"act.decide = { by = "desk""#,
        "K4",
    ),
    // K5: duties and windows
    ("kind = \"window\"\n", "", "K5"),
    (
        "owner = \"superior\"\nclock = \"review\"\nact.decide_review",
        "owner = \"superior\"\nclock = \"review_window\"\nact.decide_review",
        "K5",
    ),
    // K6: the roles
    (r#"is = "competent""#, r#"is = "above desk""#, "K6"),
    (
        r#"leader = { name = "机关负责人", is = "leader of organ" }"#,
        r#"leader = { name = "机关负责人", is = "leader of petitioner" }"#,
        "K6",
    ),
    (
        r#"superior = { name = "上一级机关", is = "above organ" }"#,
        r#"superior = { name = "上一级机关", is = "petitioner" }"#,
        "K6",
    ),
    // C1: everything can happen
    (
        "[step.ended]",
        "[step.lost]\nname = \"无人到达\"\nend = true\n\n[step.ended]",
        "C1",
    ),
    (
        r#"supported = { name = "支持" }"#,
        "supported = { name = \"支持\" }\nnever = { name = \"从不\" }",
        "C1",
    ),
    (
        "[clock.review]",
        "[clock.idle]\nname = \"闲\"\nlimit = \"1 day\"\nlocal = \"无\"\nat_end = { tells = \"desk\" }\nagain = \"1 day\"\n\n[clock.review]",
        "C1",
    ),
    (
        "[outcome]",
        "extra = { name = \"多余\", to = \"petitioner\" }\n\n[outcome]",
        "C1",
    ),
    (
        "[clock]",
        "second = { name = \"再上一级\", is = \"above superior\" }\n\n[clock]",
        "C1",
    ),
    (
        "name = \"已办结\"\nend = true",
        "name = \"已办结\"\nend = true\nact.repeat = { by = \"petitioner\" }",
        "C1",
    ),
    (r#"clock = "entry""#, r#"clock = ["entry", "answer"]"#, "C1"),
    // C2: an owner
    ("owner = \"desk\"\n", "", "C2"),
    (
        "name = \"已办结\"\nend = true",
        "name = \"已办结\"\nowner = \"desk\"\nend = true",
        "C2",
    ),
    // C3: a clock that runs
    ("clock = \"entry\"\n", "", "C3"),
    (r#"from = ["register"]"#, r#"from = ["decide"]"#, "C3"),
    // C4: the end of a clock
    (
        r#"at_end = { tells = ["desk", "petitioner"] }"#,
        r#"at_end = { tells = [] }"#,
        "C4",
    ),
    (
        r#"at_end = { tells = ["desk", "petitioner"] }"#,
        r#"at_end = { tells = "organ" }"#,
        "C4",
    ),
    ("again = \"30 days\"\n", "", "C4"),
    (r#"lapses = "复查", to = "ended""#, r#"to = "ended""#, "C4"),
    (
        r#"lapses = "复查", to = "ended""#,
        r#"lapses = "复查""#,
        "C4",
    ),
    (r#"while = "review_window""#, r#"while = "answer""#, "C4"),
    (
        r#"act.decide = { by = "organ""#,
        r#"act.decide = { while = "review_window", by = "organ""#,
        "C4",
    ),
    // C5: an end in sight
    (
        r#"act.serve = { by = "superior", letter = "review_opinion", answers = true, to = "reviewed" }"#,
        r#"act.serve = { by = "superior", letter = "review_opinion", answers = true, to = "review_to_serve" }"#,
        "C5",
    ),
    // C9: a remedy
    (
        r#"adverse = true, remedy = { act = "request_review", to = "superior", limit = "30 days", law = "L22 35" }"#,
        r#"adverse = true"#,
        "C9",
    ),
    (
        r#"act = "request_review", to = "superior""#,
        r#"to = "superior""#,
        "C9",
    ),
    (
        r#"to = "superior", limit = "30 days""#,
        r#"to = "superior", limit = "60 days""#,
        "C9",
    ),
    (
        r#"to = "superior", limit = "30 days""#,
        r#"to = "organ", limit = "30 days""#,
        "C9",
    ),
    (
        r#"to = "superior", limit = "30 days""#,
        r#"to = "desk", limit = "30 days""#,
        "C9",
    ),
    (r#"while = "review_window", "#, "", "C9"),
    (
        r#"remains = "复查为本程序终点；L22 37 的救助仍在""#,
        r#"remains = "无""#,
        "C9",
    ),
    (
        r#"answers = true, to = "answered""#,
        r#"answers = true, to = "ended""#,
        "C9",
    ),
    (
        r#"outcome = ["supported", "not_supported"], letter"#,
        r#"verb = "refuse", outcome = ["supported", "not_supported"], letter"#,
        "C9",
    ),
    // C10: an extension
    (
        r#"approved_by = "leader""#,
        r#"approved_by = "organ""#,
        "C10",
    ),
    (
        r#"more_time = { name = "延期告知书", to = "petitioner" }"#,
        r#"more_time = { name = "延期告知书", to = "organ" }"#,
        "C10",
    ),
    (
        "act.extend = { by = \"organ\", extends = \"answer\" }\n",
        "",
        "C10",
    ),
    // C13: an answer
    (
        r#"letter = "opinion", answers = true, to = "answered""#,
        r#"letter = "opinion", to = "answered""#,
        "C13",
    ),
    (
        r#"letter = "review_opinion", answers = true"#,
        r#"letter = "opinion", answers = true"#,
        "C13",
    ),
    (
        r#"by = ["desk", "petitioner"], to = "handling""#,
        r#"by = ["desk", "petitioner"], to = "to_serve""#,
        "C13",
    ),
];

/// The one door: a text and the faults it must give.
fn check(text: &str, want: &str) {
    let faults = read(text).err().unwrap_or_default();
    let got: Vec<String> = faults
        .iter()
        .map(|fault| format!("{} {}:{}", fault.code, fault.place.line, fault.place.column))
        .collect();
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(got.join(", "), want, "\n{}", shown.join("\n"));
}

#[test]
fn dump() {
    for (old, new, want) in FORM.iter().chain(MEANING) {
        assert_eq!(BASE.matches(old).count(), 1, "{old}");
        let faults = read(&BASE.replace(old, new)).err().unwrap_or_default();
        println!(
            "=== {want} | {} -> {}",
            old.replace('\n', "⏎"),
            new.replace('\n', "⏎")
        );
        for fault in faults {
            println!("    {fault}");
        }
    }
    check(BASE, "");
}
