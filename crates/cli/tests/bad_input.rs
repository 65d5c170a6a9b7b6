//! Bad input gets one clear line and loses nothing: what came before stands, and the journal is clean.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::fs;
use std::path::Path;

use program::{Data, complaint, complaints, huiyin, said, succeeded};

/// A small county and one matter, accepted. Its last line is the twelfth.
const BEFORE: &str = r#"{"at":"2023-01-02T07:00:00+08:00","by":"admin","do":"story","id":"s","title":"短故事"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"1","name":"某县","kind":"county","parent":null}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"xf","name":"某县信访局","kind":"petition_office","parent":"1"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"d1","name":"某县住建局","kind":"department","parent":"1"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"登记员","office":"xf","roles":["registrar"]}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"chief","name":"局长","office":"xf","roles":["petition_chief"]}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"officer1","name":"承办人","office":"d1","roles":["officer"]}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"boss","name":"县长","office":"1","roles":["leader"]}
{"at":"2023-01-03T09:00:00+08:00","by":"clerk","do":"register","ref":"R1","channel":"letter","people":1,"place":"1","category":"村务管理","summary":"概述","text":"内容","petitioner":{"name":"甲","phone":"1"}}
{"at":"2023-01-04T09:00:00+08:00","by":"clerk","do":"register","ref":"R2","channel":"visit","people":1,"place":"1","category":"村务管理","summary":"概述","text":"内容","anonymous":true,"accused":["d1"]}
{"at":"2023-01-05T09:00:00+08:00","by":"clerk","do":"transfer","ref":"R1","to":"d1"}
{"at":"2023-01-06T09:00:00+08:00","by":"officer1","do":"accept","ref":"R1"}
"#;

/// A line that must be refused, and words its refusal must hold.
type Row = (&'static str, &'static [&'static str]);

#[rustfmt::skip] // one row, one line
const LINES: &[Row] = &[
    // What cannot be read.
    (r#"{"at":"2023-01-05T09:00:00+08:00","by":"clerk","do":"repeat","ref":"R9","of":"R1","channel":"letter","people":1,"text":"又"}"#, &["earlier than the line before it"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"acept","ref":"R1"}"#, &["'acept' is not a verb", "accept"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","ref":"R1","refs":"R2"}"#, &["unknown field `refs`", "`ref`"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept"}"#, &["missing field `ref`"]),
    (r#"{"at":"2023-02-30T09:00:00+08:00","by":"officer1","do":"accept","ref":"R1"}"#, &["2023-02-30", "not a time that exists"]),
    (r#"{"at":"2023-01-07T09:00:00","by":"officer1","do":"accept","ref":"R1"}"#, &["not a time that exists", "+08:00"]),
    (r#"{"at":"9999-01-07T09:00:00+08:00","by":"clerk","do":"repeat","ref":"R9","of":"R1","channel":"letter","people":1,"text":"又"}"#, &["check its year"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"register","ref":"R9","channel":"letter","people":1,"place":"1","category":"其他","summary":"s","text":"t","anonymous":true,"received":"2023-02-29"}"#, &["'received'"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"repeat","ref":"R9","of":"R1","channel":"letter","people":"five","text":"又"}"#, &["'people'", "five", "whole number"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"repeat","ref":"R9","of":"R1","channel":"pigeon","people":1,"text":"又"}"#, &["'channel'", "pigeon", "letter"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"register","ref":"R9","channel":"letter","people":1,"place":"1","category":"其他","summary":"s","text":"t","petitioner":"甲"}"#, &["'petitioner'", "an object"]),
    (r#"["accept"]"#, &["not a JSON object"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","ref":"R1""#, &["not a JSON object"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","ref":"R7"}"#, &["no intake 'R7'"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"nobody","do":"accept","ref":"R1"}"#, &["nobody", "没有登录名"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"admin","do":"story","id":"t","title":"又一个"}"#, &["a story begins once"]),
    // What the law does not allow: the rule and its article.
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","ref":"R1"}"#, &["不能受理", "《信访工作条例》第23条", "此时可以"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"petitioner","do":"request_review","ref":"R1","text":"不服"}"#, &["不能申请复查", "《信访工作条例》第35条"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"extend","ref":"R1","days":31,"reason":"复杂","approved_by":"boss"}"#, &["31日超过上限30日", "《信访工作条例》第34条"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"extend","ref":"R1","days":30,"reason":"复杂","approved_by":"clerk"}"#, &["不能批准", "《信访工作条例》第34条"]),
    (r#"{"at":"2023-04-20T09:00:00+08:00","by":"officer1","do":"extend","ref":"R1","days":30,"reason":"复杂","approved_by":"boss"}"#, &["2023年3月7日", "届满", "《信访工作条例》第34条"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"transfer","ref":"R2","to":"d1"}"#, &["被反映", "《信访工作条例》第30条"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"register","ref":"R9","channel":"visit","people":6,"place":"1","category":"其他","summary":"s","text":"t","petitioner":{"name":"甲"}}"#, &["1至5名代表", "《信访工作条例》第20条"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"accept","ref":"R2"}"#, &["岗位", "受理"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","ref":"R2"}"#, &["应当回避", "《信访工作条例》第28条、第30条"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"transfer","ref":"R2","to":"xf"}"#, &["某县信访局只登记、转送", "《信访工作条例》第22条"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"register","ref":"R9","channel":"letter","people":1,"place":"1","category":"慕容雪13812345678","summary":"s","text":"t","anonymous":true}"#, &["没有这个类别"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"register","ref":"R9","channel":"letter","people":1,"place":"xf","category":"其他","summary":"s","text":"t","anonymous":true}"#, &["不是地方"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"register","ref":"R9","channel":"web","people":1,"place":"1","category":"其他","summary":"s","text":"t","anonymous":true}"#, &["网上", "信访人本人"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"petitioner","do":"register","ref":"R9","channel":"web","people":1,"place":"1","category":"其他","summary":"s","text":"t","anonymous":true,"accused":["xf"]}"#, &["不能由它登记", "请直接向上一级党委、政府的信访工作机构提出"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"admin","do":"office","code":"1","name":"某县","kind":"county","parent":"d1"}"#, &["“1”不能隶属于“d1”"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"chief","do":"announce_session","session":"S1","kind":"reception","office":"xf","starts":"2023-02-07T09:00:00+08:00","place":"大厅","leaders":[{"login":"clerk"}]}"#, &["“clerk”不是机关负责人"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"decide","ref":"R1","outcome":"explained","text":"意见","basis":""}"#, &["请填写依据；此前各行有效"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","ref":"R1","ref":"R2"}"#, &["'ref' stands twice"]),
    (r#"{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"register","ref":"R9","channel":"letter","people":1,"place":"1","category":"其他","summary":"s","text":"t","petitioner":{"name":"甲","name":"乙"}}"#, &["'name' stands twice"]),
];

/// A folder into which the small story was replayed.
fn begun() -> Data {
    let data = Data::new();
    succeeded(&data.replay(&data.file("before.jsonl", BEFORE)));
    data
}

/// Nothing was lost or added: the twelve lines stand, and their figures with them.
fn untouched(data: &Data, events: i64) {
    succeeded(&data.verify());
    assert_eq!(data.count("SELECT count(*) FROM event"), events);
    let again = data.replay(&data.file("before.jsonl", BEFORE));
    succeeded(&again);
    assert!(said(&again).contains("0 applied, 12 applied before"), "{}", said(&again));
}

#[test]
fn each_bad_line_is_named_and_what_came_before_stands() {
    for (line, words) in LINES {
        let data = Data::new();
        let story = data.file("story.jsonl", format!("{BEFORE}{line}\n"));
        let said = complaint(&data.replay(&story));
        assert!(said.contains("story.jsonl:13: "), "{line}\n{said}");
        for word in *words {
            assert!(said.contains(word), "'{word}' is missing\n{line}\n{said}");
        }
        let kept = data.count("SELECT count(DISTINCT command) FROM event WHERE source = 'replay'");
        assert_eq!(kept, 12, "{line}");
        succeeded(&data.verify());
    }
}

#[test]
fn keep_going_collects_every_refusal_and_applies_the_rest() {
    let data = Data::new();
    let bad: String = LINES[1..4].iter().map(|(line, _)| format!("{line}\n")).collect();
    let good = r#"{"at":"2023-01-08T09:00:00+08:00","by":"chief","do":"mark_key","ref":"R1","ground":"safety"}"#;
    let story = data.file("story.jsonl", format!("{BEFORE}{bad}{good}\n"));
    let output = data.run(&["replay", story.to_str().unwrap(), "--keep-going"]);
    let said = complaints(&output, 5);
    for (line, number) in said.iter().zip(13..16) {
        assert!(line.contains(&format!("story.jsonl:{number}: ")), "{line}");
    }
    assert!(said[3].contains("13 applied, 0 applied before, 3 refused"), "{said:?}");
    assert!(said[4].contains("3 lines were refused; the others stand"), "{said:?}");
    assert_eq!(data.count("SELECT count(*) FROM matter WHERE is_key"), 1);
    succeeded(&data.verify());
}

#[test]
fn a_text_of_20_mb_is_refused_and_a_long_one_kept() {
    let data = begun();
    let events = data.count("SELECT count(*) FROM event");
    for huge in ["字".repeat(7_000_000), "a".repeat(20_000_000)] {
        let line = format!(
            r#"{{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"repeat","ref":"R9","of":"R1","channel":"letter","people":1,"text":"{huge}"}}"#
        );
        let said = complaint(&data.replay(&data.file("huge.jsonl", format!("{BEFORE}{line}\n"))));
        assert!(said.contains("huge.jsonl:13") && said.contains("超过上限50000字"), "{said}");
        // The same where a word is expected, and as the name of a field.
        for line in [
            format!(r#"{{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"{huge}","ref":"R1"}}"#),
            format!(r#"{{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","{huge}":"R1"}}"#),
            format!(r#"{{"at":"2023-01-07T09:00:00+08:00","by":"{huge}","do":"accept","ref":"R1"}}"#),
            format!(r#"{{"at":"2023-01-07T09:00:00+08:00","by":"officer1","do":"accept","ref":"{huge}"}}"#),
        ] {
            complaint(&data.replay(&data.file("huge.jsonl", format!("{BEFORE}{line}\n"))));
        }
    }
    untouched(&data, events);
    let long = "字".repeat(50_000);
    let line = format!(
        r#"{{"at":"2023-01-07T09:00:00+08:00","by":"clerk","do":"repeat","ref":"R9","of":"R1","channel":"letter","people":1,"text":"{long}"}}"#
    );
    succeeded(&data.replay(&data.file("long.jsonl", format!("{BEFORE}{line}\n"))));
}

#[test]
fn broken_utf_8_and_empty_files() {
    let data = begun();
    let events = data.count("SELECT count(*) FROM event");
    let mut broken = BEFORE.as_bytes().to_vec();
    broken.extend(
        b"{\"at\":\"2023-01-07T09:00:00+08:00\",\"by\":\"officer1\",\"do\":\"acc\xFFpt\",\"ref\":\"R1\"}\n",
    );
    let said = complaint(&data.replay(&data.file("broken.jsonl", &broken)));
    assert!(said.contains("broken.jsonl:13: byte 60 is not UTF-8"), "{said}");
    // A mark before the text that says it is UTF-8 is passed over.
    let marked = Data::new();
    succeeded(&marked.replay(&marked.file("marked.jsonl", format!("\u{feff}{BEFORE}"))));
    for (name, bytes) in [("empty.jsonl", &b""[..]), ("blank.jsonl", b"\n \n\n")] {
        let said = complaint(&data.replay(&data.file(name, bytes)));
        assert!(said.contains("the story is empty"), "{said}");
    }
    let said = complaint(&data.replay(Path::new("nowhere.jsonl")));
    assert!(said.contains("nowhere.jsonl cannot be read"), "{said}");
    let said = complaint(&data.replay(&data.file("middle.jsonl", BEFORE.lines().nth(8).unwrap())));
    assert!(said.contains("the first line must be the verb 'story'"), "{said}");
    let other = BEFORE.replace("短故事", "另一个故事");
    let said = complaint(&data.replay(&data.file("other.jsonl", other)));
    assert!(said.contains("another story with this id"), "{said}");
    untouched(&data, events);
}

#[test]
fn data_folders_that_cannot_be_used() {
    let file = Data::new();
    fs::write(file.path(), "not a folder").unwrap();
    let said = complaint(&file.run(&["rebuild"]));
    assert!(said.contains("is a file, not a folder"), "{said}");
    assert_eq!(fs::read_to_string(file.path()).unwrap(), "not a folder");

    let data = begun();
    let events = data.count("SELECT count(*) FROM event");
    let keys = data.path().join("keys/huiyin.keys");
    let aside = data.file("aside", fs::read(&keys).unwrap());
    fs::remove_file(&keys).unwrap();
    for command in [&["rebuild"][..], &["verify", "journal"], &["report", "work-summary"]] {
        let said = complaint(&data.run(command));
        assert!(said.contains("has no key file at") && said.contains("put the key file back"), "{said}");
        assert!(!keys.exists(), "no key file is made over a journal");
    }
    fs::write(&keys, "huiyin keys 1\nseal = 00\n").unwrap();
    complaint(&data.run(&["rebuild"]));
    fs::copy(&aside, &keys).unwrap();
    complaint(&data.run(&["rebuild"]));
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&keys, mode).unwrap();
    untouched(&data, events);

    // Another node's keys: nothing is signed with them.
    let other = begun();
    fs::copy(other.path().join("keys/huiyin.keys"), &keys).unwrap();
    complaint(&data.verify());
    complaint(&data.replay(&data.file("more.jsonl", format!("{BEFORE}{}\n", MORE))));
    fs::copy(&aside, &keys).unwrap();
    fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    untouched(&data, events);
}

const MORE: &str =
    r#"{"at":"2023-01-08T09:00:00+08:00","by":"chief","do":"mark_key","ref":"R1","ground":"safety"}"#;

/// What only reads sets nothing up, and a lost journal is not replaced by an empty one that says all is well.
#[test]
fn folders_without_a_journal() {
    let data = Data::new();
    let commands = [&["rebuild"][..], &["verify", "journal"], &["report", "work-summary"], &["user", "add", "x"]];
    for command in commands {
        let said = complaint(&data.run(command));
        assert!(said.contains("there is no journal in") && said.contains("check --data"), "{said}");
        assert!(!data.path().exists(), "nothing is made");
    }
    let data = begun();
    fs::remove_file(data.journal()).unwrap();
    let story = data.file("before.jsonl", BEFORE);
    for command in commands.into_iter().chain([&["replay", story.to_str().unwrap()][..]]) {
        let said = complaint(&data.run(command));
        assert!(said.contains("holds keys but no journal"), "{said}");
        assert!(!data.journal().exists(), "no journal is made for keys that have lost theirs");
    }
}

#[test]
fn a_journal_that_is_not_a_database() {
    for garbage in [&b"this is not a database, it is a letter to a friend"[..], &[0x5A; 8192]] {
        let data = begun();
        drop(data.database());
        fs::write(data.journal(), garbage).unwrap();
        for command in [&["rebuild"][..], &["verify", "journal"], &["report", "work-summary"]] {
            let said = complaint(&data.run(command));
            assert!(said.contains("damaged or not one of ours"), "{said}");
        }
        assert_eq!(fs::read(data.journal()).unwrap(), garbage, "it is left as it is");
    }
}

#[test]
fn two_processes_do_not_write_one_folder() {
    let data = begun();
    let lock = fs::File::open(data.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let said = complaint(&data.run(&["rebuild"]));
    assert!(said.contains("another huiyin process is using"), "{said}");
}

#[test]
fn a_procedure_with_a_typo_is_refused_where_it_stands() {
    let data = Data::new();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../procedures/petition-2022/procedure.toml");
    let text = fs::read_to_string(shipped).unwrap();
    succeeded(&huiyin(&["procedure", "check", data.file("good.toml", &text).to_str().unwrap()]).output().unwrap());
    let line = 1 + text.lines().position(|line| line == "owner = \"organ\"").unwrap();
    let typo = text.replacen("owner = \"organ\"", "ownr = \"organ\"", 1);
    let output = huiyin(&["procedure", "check", data.file("typo.toml", typo).to_str().unwrap()]).output().unwrap();
    complaint(&output);
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(found.contains(&format!("typo.toml:{line}:1")) && found.contains("did you mean 'owner'"), "{found}");
}

#[test]
fn two_procedures_do_not_share_an_id() {
    let data = Data::new();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../procedures/message-board/procedure.toml");
    let folder = data.path();
    fs::create_dir(&folder).unwrap();
    for name in ["a.toml", "b.toml"] {
        fs::copy(&shipped, folder.join(name)).unwrap();
    }
    let output = huiyin(&["procedure", "check", folder.to_str().unwrap()]).output().unwrap();
    complaint(&output);
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(
        found.contains("b.toml: the id 'message-board' is that of") && found.contains("a.toml as well"),
        "{found}"
    );
}

/// A period that is not over is told as of now: asked again tomorrow, the figures of today stay what they were.
#[test]
fn a_period_still_to_come_is_told_as_of_now() {
    let data = begun();
    let asked = ["report", "work-summary", "--from", "2023-01-01", "--to", "9000-12-31", "--json"];
    let output = data.run(&asked);
    succeeded(&output);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let as_of = report["as_of"].as_str().unwrap();
    assert!(("2023-01-06".."9000-01-01").contains(&as_of), "{as_of}");
    assert!(said(&output).contains(&format!("figures as of {as_of}")), "{}", said(&output));
}

#[test]
fn reports_that_cannot_be_asked() {
    let data = begun();
    #[rustfmt::skip] // one row, one line
    let rows: [(&[&str], &str); 5] = [
        (&["report", "work-sumary"], "there is no report 'work-sumary'; there are: data-demands, duties, reply-delay, work-summary"),
        (&["report", "work-summary", "--from", "2023-06-30", "--to", "2023-01-01"], "ends (2023-01-01) before it begins (2023-06-30)"),
        (&["report", "work-summary", "--from", "2023-02-29"], "this day does not exist"),
        (&["report", "work-summary", "--since", "2023-01-01"], "unexpected argument '--since'"),
        (&["repoort"], "'repoort'"),
    ];
    for (command, words) in rows {
        let said = complaint(&data.run(command));
        assert!(said.contains(words), "{said}");
    }
    let said = complaint(&huiyin(&[]).output().unwrap());
    assert!(said.contains("give a command"), "{said}");
    let said = complaint(&huiyin(&["report", "work-summary"]).output().unwrap());
    assert!(said.contains("--data"), "{said}");
}
