//! Every rule of the procedure language, broken once in a small sound file, is refused at the right line and column.

use casework::procedure::{CODES, read};

const BASE: &str = include_str!("procedure_base.toml");

/// What is changed in the base file, into what, and the faults that gives: `CODE line:column`, in order.
type Row = (&'static str, &'static str, &'static str);

/// Faults of form.
#[rustfmt::skip] // one row, one line
const FORM: &[Row] = &[
    (r#"id = "small""#, r#"id = small"#, "F1 2:6"),
    ("name = \"小程序\"\n", "name = \"小程序\"\nname = \"又\"\n", "F1 5:1"),
    (r#"in_force = 2022-05-01"#, r#"in_force = 2022-02-30"#, "F1 6:12"),
    (r#"owner = "desk""#, r#"ownr = "desk""#, "F2 60:1"),
    (r#"[everywhere]"#, r#"[everywere]"#, "F2 55:2"),
    ("name = \"待登记\"\n", "", "F3 58:7"),
    (r#"begins = "filed""#, "", "F3 1:2"),
    ("[outcome]\n", "[outcomes]\n", "F2 50:2, F5 69:41, F5 69:54, F5 87:50"),
    (r#"limit = "60 days""#, r#"limit = "60 dys""#, "F4 23:9"),
    (r#"limit = "60 days""#, r#"limit = 60"#, "F4 23:9"),
    (r#"in_force = 2022-05-01"#, r#"in_force = "2022-05-01""#, "F4 6:12"),
    (r#"until = 2030-12-31"#, r#"until = 2020-12-31"#, "F4 7:9"),
    (r#"is = "competent""#, r#"is = "competant""#, "F4 14:33"),
    (r#"is = "competent""#, r#"is = "named in advise.too""#, "F4 14:33"),
    (r#"is = "competent""#, r#"is = "named in transfer.to""#, "F4 14:33"),
    (r#"kind = "window""#, r#"kind = "windw""#, "F4 32:8"),
    (r#"most = "30 days""#, r#"most = "0 days""#, "F4 26:19"),
    (r#"answers = true, to = "answered""#, r#"answers = "yes", to = "answered""#, "F4 75:59"),
    (r#"id = "small""#, r#"id = "小""#, "F4 2:6"),
    (r#"last_day_off = "roll forward""#, r#"last_day_off = "roll back""#, "F4 9:29"),
    (r#"by = ["desk", "petitioner"]"#, r#"by = ["desk", "desk"]"#, "F4 62:32"),
    (r#"by = ["desk", "petitioner"]"#, r#"by = []"#, "F3 62:5"),
    (r#"clock = "entry""#, r#"clock = "entri""#, "F5 61:9"),
    (r#"to = "answered""#, r#"to = "anwsered""#, "F5 75:70"),
    (r#"by = "organ", outcome"#, r#"by = "orgen", outcome"#, "F5 69:21"),
    (r#""not_supported"], letter"#, r#""not_suported"], letter"#, "F5 69:54"),
    (r#"letter = "more_time""#, r#"letter = "mor_time""#, "F5 26:63"),
    (r#"from = ["register"]"#, r#"from = ["register", "acept"]"#, "F5 24:21"),
    (r#"act = "request_review""#, r#"act = "request_revew""#, "F5 52:67"),
    ("law = \"L22 34\"\nextend", "extend", "L1 21:8"),
    ("law = \"L22 34\"\nextend", "law = \"L22 34\"\nlocal = \"also\"\nextend", "L1 21:8"),
    ("law = \"L22 34\"\nextend", "law = \"L22\"\nextend", "L1 25:7"),
    ("law = \"L22 34\"\nextend", "law = \"L21 34\"\nextend", "F5 25:7"),
    (r#"limit = "30 days", law = "L22 35" } }"#, r#"limit = "30 days" } }"#, "L1 52:50"),
    (r#"act.rate = { by"#, r#"act.bring_home = { by"#, "X1 56:5"),
    (r#"act.rate = { by"#, r#"act.visit = { verb = "dissuade", by"#, "X1 56:22"),
    (r#"name = "办理中""#, r#"name = "重 点 人 员稳-控中""#, "X2 65:8"),
    (r#"must_state = ["意见", "救济途径"]"#, r#"must_state = ["劝 返", "救济途径"]"#, "X2 47:62"),
];

/// Faults of meaning.
#[rustfmt::skip] // one row, one line
const MEANING: &[Row] = &[
    // K1: the right kind of actor
    (r#"act.decide = { by = "organ""#, r#"act.decide = { by = ["organ", "petitioner"]"#, "K1 69:5"),
    (r#"act.rate = { by = "petitioner" }"#, r#"act.rate = { by = ["petitioner", "organ"] }"#, "K1 56:5"),
    (r#"act.request_review = { by = "petitioner""#, r#"act.request_review = { by = ["petitioner", "superior"]"#, "K3 81:5, K1 81:5"),
    (r#"act.decide = { by = "organ""#, r#"act.decide = { by = ["organ", "leader"]"#, "K1 69:5"),
    // K2: what the verb needs
    (r#"outcome = ["supported", "not_supported"], letter"#, r#"letter"#, "C1 51:1, C1 52:1, K2 69:5, C13 75:5"),
    (r#"act.serve = { by = "organ", letter = "opinion", answers"#, r#"act.serve = { by = "organ", answers"#, "K2 75:5"),
    (r#"by = "organ", extends = "answer""#, r#"by = "organ""#, "K2 68:5"),
    (r#"extends = "answer""#, r#"extends = "entry""#, "K2 68:5"),
    (r#"extends = "answer""#, r#"extends = "answer", letter = "opinion""#, "K2 68:5"),
    (r#"extends = "answer" }"#, "extends = \"answer\" }\nact.register = { by = \"desk\", to = \"handling\" }", "C7 64:7, K2 69:5"),
    (r#"to = "handling" }"#, "to = \"handling\" }\nact.transfer = { by = \"desk\", to = \"handling\" }", "K2 63:5, C3 65:7, C3 72:7"),
    (r#"act.register = { by"#, r#"act.register = { verb = "transfer", by"#, "K2 58:7, K1 62:5, K2 62:5"),
    (r#"letter = "opinion", to = "to_serve""#, r#"letter = "opinion", answers = true, to = "to_serve""#, "K2 69:5"),
    (r#"act.rate = { by = "petitioner" }"#, r#"act.rate = { by = "petitioner", to = "ended" }"#, "K2 56:5, C13 95:7"),
    (r#"act.rate = { by"#, r#"act.extend = { extends = "answer", by"#, "C10 21:8, K1 56:5, K2 56:5, K2 56:5"),
    (r#"must_state = ["意见", "救济途径"], law"#, r#"law"#, "C9 47:1"),
    (r#"opinion = { name = "处理意见书", to = "petitioner""#, r#"opinion = { name = "处理意见书", to = "organ""#, "K2 75:5"),
    // K3: no strangers
    (r#"act.decide_review = { by = "superior""#, r#"act.decide_review = { by = ["superior", "desk"]"#, "K3 87:5"),
    // K4: the owner can move it on
    (r#"act.decide = { by = "organ""#, r#"act.decide = { by = "desk""#, "C9 52:1, K4 64:7"),
    // K5: duties and windows
    ("kind = \"window\"\n", "", "C4 30:8, K5 76:7, C4 80:5"),
    ("owner = \"superior\"\nclock = \"review\"\nact.decide_review", "owner = \"superior\"\nclock = \"review_window\"\nact.decide_review", "K5 83:7, C13 95:7"),
    // K6: the roles
    (r#"is = "competent""#, r#"is = "above desk""#, "K6 12:1, K6 13:1, K6 14:1"),
    (r#"leader = { name = "机关负责人", is = "leader of organ" }"#, r#"leader = { name = "机关负责人", is = "leader of petitioner" }"#, "K6 15:1, C10 21:8"),
    (r#"superior = { name = "上一级机关", is = "above organ" }"#, r#"superior = { name = "上一级机关", is = "petitioner" }"#, "K6 16:1, C9 52:1, K5 83:7, K1 87:5, K5 89:7, K1 93:5"),
    // C1: everything can happen
    ("[step.ended]", "[step.lost]\nname = \"无人到达\"\nend = true\n\n[step.ended]", "C1 95:7"),
    (r#"supported = { name = "支持" }"#, "supported = { name = \"支持\" }\nnever = { name = \"从不\" }", "C1 52:1"),
    ("[clock.review]", "[clock.idle]\nname = \"闲\"\nlimit = \"1 day\"\nlocal = \"无\"\nat_end = { tells = \"desk\" }\nagain = \"1 day\"\n\n[clock.review]", "C1 38:8"),
    ("[outcome]", "extra = { name = \"多余\", to = \"petitioner\" }\n\n[outcome]", "C1 50:1"),
    ("[clock]", "second = { name = \"再上一级\", is = \"above superior\" }\n\n[clock]", "C1 18:1"),
    ("name = \"已办结\"\nend = true", "name = \"已办结\"\nend = true\nact.repeat = { by = \"petitioner\" }", "C1 95:7"),
    (r#"clock = "entry""#, r#"clock = ["entry", "answer"]"#, "C1 58:7"),
    // C2: an owner
    ("owner = \"desk\"\n", "", "C2 58:7"),
    ("name = \"已办结\"\nend = true", "name = \"已办结\"\nowner = \"desk\"\nend = true", "C2 95:7"),
    // C3: a clock that runs
    ("clock = \"entry\"\n", "", "C1 19:1, C3 58:7"),
    (r#"from = ["register"]"#, r#"from = ["decide"]"#, "C3 64:7"),
    // C4: the end of a clock
    (r#"at_end = { tells = ["desk", "petitioner"] }"#, r#"at_end = { tells = [] }"#, "C4 21:8"),
    (r#"at_end = { tells = ["desk", "petitioner"] }"#, r#"at_end = { tells = "organ" }"#, "C4 21:8, C4 21:8"),
    ("again = \"30 days\"\n", "", "C4 21:8"),
    (r#"lapses = "复查", to = "ended""#, r#"to = "ended""#, "C4 30:8"),
    (r#"lapses = "复查", to = "ended""#, r#"lapses = "复查""#, "C4 30:8, C3 77:7, C5 77:7, C1 95:7"),
    (r#"while = "review_window""#, r#"while = "answer""#, "C9 52:1, C4 81:5, C4 81:5"),
    (r#"act.decide = { by = "organ""#, r#"act.decide = { while = "review_window", by = "organ""#, "C4 69:5, C15 69:5"),
    // C5: an end in sight
    (r#"act.serve = { by = "superior", letter = "review_opinion", answers = true, to = "reviewed" }"#, r#"act.serve = { by = "superior", letter = "review_opinion", answers = true, to = "review_to_serve" }"#, "C5 89:7, C13 93:5, C1 99:7"),
    // C9: a remedy
    (r#"adverse = true, remedy = { act = "request_review", to = "superior", limit = "30 days", law = "L22 35" }"#, r#"adverse = true"#, "C9 52:1"),
    (r#"act = "request_review", to = "superior""#, r#"to = "superior""#, "C9 52:1"),
    (r#"to = "superior", limit = "30 days""#, r#"to = "superior", limit = "60 days""#, "C9 52:1"),
    (r#"to = "superior", limit = "30 days""#, r#"to = "organ", limit = "30 days""#, "C9 52:1, C9 52:1"),
    (r#"to = "superior", limit = "30 days""#, r#"to = "desk", limit = "30 days""#, "C9 52:1"),
    (r#"while = "review_window", "#, "", "C9 52:1"),
    (r#"remains = "复查为本程序终点；L22 37 的救助仍在""#, r#"remains = "无""#, "C9 53:1"),
    (r#"answers = true, to = "answered""#, r#"answers = true, to = "ended""#, "C1 30:8, C9 52:1, C1 77:7"),
    (r#"outcome = ["supported", "not_supported"], letter"#, r#"verb = "refuse", outcome = ["supported", "not_supported"], letter"#, "C9 51:1"),
    // C10: an extension
    (r#"approved_by = "leader""#, r#"approved_by = "organ""#, "C1 15:1, C10 21:8"),
    (r#"more_time = { name = "延期告知书", to = "petitioner" }"#, r#"more_time = { name = "延期告知书", to = "organ" }"#, "C10 21:8"),
    ("act.extend = { by = \"organ\", extends = \"answer\" }\n", "", "C10 21:8"),
    // X3, X4: nothing about persons, nothing against them
    ("[everywhere]", "[finding]\nmood = { name = \"信访人的态度\", values = [\"calm\", \"angry\"] }\n\n[everywhere]", "C1 56:1, C1 56:1, X3 56:1"),
    (r#"more_time = { name = "延期告知书""#, r#"more_time = { name = "处罚告知书""#, "X4 46:1"),
    // K7, C6: side tracks
    ("[everywhere]", "[track]\nside = { name = \"旁线\", begins = \"handling\" }\n\n[everywhere]", "K7 56:1, C1 56:1, C6 56:1"),
    ("[step.ended]", "[step.aside]\nname = \"旁\"\ntrack = \"side\"\nend = true\n\n[track.side]\nname = \"旁线\"\nbegins = \"to_serve\"\n\n[step.ended]", "C1 95:7, K7 100:8, C1 100:8"),
    // K8: an office that an act names
    ("[everywhere]", "[who.named]\nname = \"受建议机关\"\nis = \"named in advise.to\"\n\n[everywhere]\nact.advise = { by = \"desk\", letter = \"more_time\" }\nact.help = { by = \"named\" }", "K8 61:5"),
    ("[everywhere]", "[who.named]\nname = \"受建议机关\"\nis = \"named in advise.to\"\n\n[everywhere]\nact.advise = { by = \"desk\", letter = \"more_time\" }\nact.help = { by = [\"desk\", \"named\"], tells = \"named\" }", "K8 61:5"),
    ("[everywhere]", "[who.named]\nname = \"受建议机关\"\nis = \"named in advise.to\"\n\n[everywhere]\nact.help = { by = [\"desk\", \"named\"] }", "C1 55:6"),
    ("[everywhere]", "[who.named]\nname = \"受建议机关\"\nis = \"named in advise.to, else organ\"\n\n[everywhere]\nact.advise = { by = \"desk\", letter = \"more_time\" }\nact.help = { by = \"named\" }", ""),
    // K7, C13, C14: what closes a track from outside, where it begins again
    ("[step.ended]", "[open]\nact.urge = { by = \"desk\", opens = \"side\" }\nact.supplement = { by = \"desk\", closes = \"side\" }\n\n[track.side]\nname = \"旁线\"\nbegins = \"aside\"\n\n[step.aside]\nname = \"旁\"\ntrack = \"side\"\nowner = \"desk\"\nclock = \"entry\"\nact.return_report = { by = \"desk\", to = \"done\" }\n\n[step.done]\nname = \"完\"\ntrack = \"side\"\nend = true\n\n[step.ended]", "C13 97:5"),
    ("[step.ended]", "[open]\nact.urge = { by = \"desk\", opens = \"side\", closes = \"side\", tells = \"petitioner\" }\n\n[track.side]\nname = \"旁线\"\nbegins = \"aside\"\nbegins_again = \"done\"\nover = \"desk\"\n\n[step.aside]\nname = \"旁\"\ntrack = \"side\"\nowner = \"desk\"\nclock = \"entry\"\nact.return_report = { by = \"superior\", to = \"done\" }\n\n[step.done]\nname = \"完\"\ntrack = \"side\"\nend = true\n\n[step.ended]", "K7 96:5, C14 96:5, K7 98:8, K4 104:7, K3 109:5"),
    // C16: what was wrong is decided anew by others
    (r#"act.decide_review = { by = "superior""#, "act.reopen = { verb = \"decide_reexamination\", by = \"superior\", outcome = \"upheld\", letter = \"review_opinion\", to = \"handling\" }\nact.decide_review = { by = \"superior\"", "C3 64:7, C3 71:7, C16 87:5"),
    (r#"act.decide_review = { by = "superior""#, "act.decide_review = { other_hands = true, by = \"superior\"", "C1 87:5"),
    // C8: a loop that tells nobody
    (r#"to = "reviewing" }"#, "to = \"reviewing\" }\nact.serve = { verb = \"withdraw\", by = \"petitioner\", to = \"answered\" }", "C8 77:7"),
    // C12: two acts by one word
    (r#"act.decide = { by = "organ""#, "act.decide_too = { verb = \"decide\", by = \"organ\", outcome = \"supported\", letter = \"opinion\", to = \"handling\" }\nact.decide = { by = \"organ\"", "C12 70:5"),
    // C14: nobody closes their own supervision
    ("[step.ended]", "[track.watch]\nname = \"督办\"\nbegins = \"ordered\"\nover = \"organ\"\n\n[step.ordered]\nname = \"督办中\"\ntrack = \"watch\"\nowner = \"organ\"\nclock = \"entry\"\nact.close_supervision = { by = \"organ\", letter = \"more_time\", to = \"watched\" }\n\n[step.watched]\nname = \"销号\"\ntrack = \"watch\"\nend = true\n\n[step.ended]", "C1 95:8, C1 100:7, C14 105:5"),
    // C13: an answer
    (r#"letter = "opinion", answers = true, to = "answered""#, r#"letter = "opinion", to = "answered""#, "C13 95:7"),
    (r#"letter = "review_opinion", answers = true"#, r#"letter = "opinion", answers = true"#, "C13 93:5"),
    (r#"by = ["desk", "petitioner"], to = "handling""#, r#"by = ["desk", "petitioner"], to = "to_serve""#, "C1 64:7, C13 75:5"),
];

/// The one door: a text and the faults it must give.
fn check(text: &str, want: &str) {
    let (got, shown) = faults_of(text);
    assert_eq!(got, want, "\n{shown}");
}

fn faults_of(text: &str) -> (String, String) {
    let faults = read(text).err().unwrap_or_default();
    let got: Vec<String> =
        faults.iter().map(|fault| format!("{} {}:{}", fault.code, fault.place.line, fault.place.column)).collect();
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    (got.join(", "), shown.join("\n"))
}

/// The base file with one thing changed.
fn changed(old: &str, new: &str) -> String {
    assert_eq!(BASE.matches(old).count(), 1, "stands once in the base file: {old}");
    BASE.replace(old, new)
}

#[test]
fn the_base_file_is_sound() {
    check(BASE, "");
}

#[test]
fn faults_of_form_are_found_where_they_are() {
    for (old, new, want) in FORM {
        check(&changed(old, new), want);
    }
}

#[test]
fn broken_rules_are_found_where_they_are() {
    let mut wrong = Vec::new();
    for (old, new, want) in MEANING {
        let (got, shown) = faults_of(&changed(old, new));
        if got != *want {
            wrong.push(format!("{old} -> {new}\n  want {want}\n  got  {got}\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

#[test]
fn every_code_is_tried_and_explained() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/procedure-language.md");
    let docs = std::fs::read_to_string(docs).expect("the language is described");
    for (code, _) in CODES {
        let tried = |row: &&Row| row.2.split(", ").any(|fault| fault.starts_with(&format!("{code} ")));
        assert!(FORM.iter().chain(MEANING).any(|row| tried(&row)), "{code} is in no row");
        assert!(docs.contains(&format!("**{code}**")), "{code} is not explained");
    }
}

#[test]
fn a_fault_is_one_line_with_its_mend() {
    let faults = read(&changed("clock = \"entry\"", "clock = \"entri\"")).expect_err("refused");
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["61:9: F5 there is no clock 'entri'; did you mean 'entry'?"]);
}

#[test]
fn a_broken_promise_is_told_as_a_story() {
    let text = changed("answers = true, to = \"answered\"", "to = \"answered\"");
    let faults = read(&text).expect_err("refused");
    let story = "a matter can end in 'ended' without an answer: filed > register > handling > decide > \
                 to_serve > serve > answered > review_window ends > ended";
    assert!(faults.iter().any(|fault| fault.message == story), "{faults:?}");
}

#[test]
fn all_faults_are_found_in_one_go() {
    let text = changed("clock = \"entry\"", "clock = \"entri\"")
        .replace("limit = \"60 days\"", "limit = \"60\"")
        .replace("act.rate", "act.praise");
    check(&text, "F4 23:9, X1 56:5, F5 61:9");
}

#[test]
fn nothing_makes_it_stumble() {
    for (end, _) in BASE.char_indices().step_by(7) {
        let _ = read(&BASE[..end]);
    }
    let lines: Vec<&str> = BASE.lines().collect();
    for gone in 0..lines.len() {
        let mut left = lines.clone();
        left.remove(gone);
        let _ = read(&left.join("\r\n"));
    }
    for text in ["", "\u{feff}", "=", "[step.x]\nact.y = { act.z = 1 }", "[[step]]", "step = 1\nwho = []"] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_procedure_of_too_many_cases_is_refused_rather_than_half_searched() {
    let repeats: String = (0..9)
        .map(|n| {
            format!("act.pass{n} = {{ verb = \"transfer\", by = \"organ\", to = \"handling\", at_most = 9 }}\n")
        })
        .collect();
    let text = changed("act.extend = {", &format!("{repeats}act.extend = {{"));
    check(&text, "C1 58:7");
}
