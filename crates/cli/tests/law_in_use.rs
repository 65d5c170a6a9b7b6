//! Law taken into use: a fault told as a story that runs, overlays rehearsed and signed, a new table of rest days, and
//! figures that are restated when a day is put right.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{Data, complaint, said, succeeded};
use serde_json::{Value, json};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// A county, one letter line by line; each act is `(moment, who, verb, fields)`.
fn story(acts: &[(&str, &str, &str, Value)]) -> String {
    let office = |code: &str, name: &str, kind: &str, parent: Value| {
        (
            "2023-01-01T08:00:00+08:00",
            "admin",
            "office",
            json!({"code": code, "name": name, "kind": kind, "parent": parent}),
        )
    };
    let officer = |login: &str, office: &str, role: &str| {
        let fields = json!({"login": login, "name": login, "office": office, "roles": [role]});
        ("2023-01-01T08:00:00+08:00", "admin", "officer", fields)
    };
    let county = [
        ("2023-01-01T08:00:00+08:00", "admin", "story", json!({"id": "s"})),
        office("1", "某县", "county", Value::Null),
        office("xf", "某县信访局", "petition_office", json!("1")),
        office("d1", "某县住建局", "department", json!("1")),
        officer("clerk", "xf", "registrar"),
        officer("chief", "xf", "petition_chief"),
        officer("officer1", "d1", "officer"),
    ];
    let mut text = String::new();
    for (at, by, verb, mut fields) in county.into_iter().chain(acts.iter().cloned()) {
        let line = fields.as_object_mut().unwrap();
        line.insert("at".to_owned(), json!(at));
        line.insert("by".to_owned(), json!(by));
        line.insert("do".to_owned(), json!(verb));
        text.push_str(&fields.to_string());
        text.push('\n');
    }
    text
}

fn registered(at: &'static str) -> (&'static str, &'static str, &'static str, Value) {
    let fields = json!({"ref": "A", "channel": "letter", "people": 1, "place": "1", "category": "房屋拆迁", "summary": "s",
                        "text": "t", "petitioner": {"name": "某"}});
    (at, "clerk", "register", fields)
}

#[test]
fn a_counter_example_is_a_story_that_runs() {
    let shipped = fs::read_to_string(project("procedures/petition-2022/procedure.toml")).unwrap();
    let broken = shipped.replace("answers = true, ", "");
    assert_ne!(broken, shipped);
    let data = Data::new();
    let file = data.file("broken.toml", broken);
    let checked = program::huiyin(&["procedure", "check", file.to_str().unwrap()]).output().unwrap();
    assert!(!checked.status.success());
    let printed = String::from_utf8(checked.stdout).unwrap();
    let printed: String =
        printed.lines().filter(|line| line.starts_with('{')).map(|line| format!("{line}\n")).collect();
    assert!(printed.lines().count() > 5, "a story is printed: {}", said(&Data::new().verify()));

    let example = data.file("example.jsonl", printed);
    let (example, file) = (example.to_str().unwrap(), file.to_str().unwrap());
    succeeded(&data.run(&["replay", example, "--try", file]));
    // Once more changes nothing; and what was tried out is never served.
    succeeded(&data.run(&["replay", example, "--try", file]));
    assert!(complaint(&data.run(&["serve", "--listen", "127.0.0.1:0"])).contains("never served"));
    succeeded(&data.verify());

    let used = Data::new();
    succeeded(&used.replay(&used.file("s.jsonl", story(&[registered("2023-01-03T09:00:00+08:00")]))));
    assert!(complaint(&used.run(&["replay", example, "--try", file])).contains("new data folder"));
}

#[test]
fn every_counter_example_can_be_written_out() {
    let shipped = fs::read_to_string(project("procedures/petition-2022/procedure.toml")).unwrap();
    let data = Data::new();
    let file = data.file("broken.toml", shipped.replace("from = \"reply_supervision\"", "from = \"accept\""));
    let stories = data.path().with_file_name("stories");
    let arguments = ["procedure", "check", file.to_str().unwrap(), "--stories", stories.to_str().unwrap()];
    assert!(!program::huiyin(&arguments).output().unwrap().status.success());
    let written: Vec<PathBuf> = fs::read_dir(&stories).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!written.is_empty());
    for story in written {
        let data = Data::new();
        succeeded(&data.run(&["replay", story.to_str().unwrap(), "--try", file.to_str().unwrap()]));
    }
}

/// Days of the last limit that was set for a clock.
fn limit(data: &Data, clock: &str) -> String {
    let sql =
        format!("SELECT due FROM fact WHERE kind = 'limit' AND label = '{clock}' ORDER BY position DESC LIMIT 1");
    data.database().query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn an_overlay_is_rehearsed_signed_and_governs_what_comes() {
    let acts = [
        registered("2023-01-03T09:00:00+08:00"),
        ("2023-01-04T09:00:00+08:00", "clerk", "transfer", json!({"ref": "A", "to": "d1"})),
        ("2023-01-05T09:00:00+08:00", "officer1", "accept", json!({"ref": "A"})),
    ];
    let data = Data::new();
    let office = story(&[]);
    succeeded(&data.replay(&data.file("county.jsonl", &office)));
    let henan = project("procedures/overlays/henan.toml");
    let henan = henan.to_str().unwrap();
    let rehearsed = data.run(&["procedure", "rehearse", henan]);
    let told = String::from_utf8(rehearsed.stdout.clone()).unwrap();
    assert!(told.contains("办理期限") && told.contains("30"), "{told}");
    assert!(complaint(&rehearsed).contains("two signatures"));
    assert!(complaint(&data.run(&["procedure", "adopt", henan])).contains("two officers must sign"));
    let one = ["procedure", "adopt", henan, "--signed", "chief", "--signed", "chief", "--reason", "地方条例"];
    assert!(complaint(&data.run(&one)).contains("two officers must sign"));
    let stranger =
        ["procedure", "adopt", henan, "--signed", "chief", "--signed", "nobody", "--reason", "地方条例"];
    assert!(complaint(&data.run(&stranger)).contains("no officer 'nobody'"));
    let two = ["procedure", "adopt", henan, "--signed", "chief", "--signed", "officer1", "--reason", "地方条例"];
    succeeded(&data.run(&two));
    succeeded(&data.replay(&data.file("county.jsonl", story(&acts))));
    // 30 days from the fifth of January end on a Saturday; the next working day is the sixth of February.
    assert_eq!(limit(&data, "answer"), "2023-02-06");
    succeeded(&data.verify());
}

#[test]
fn a_new_table_of_rest_days_moves_open_last_days() {
    let data = Data::new();
    let acts = [
        registered("2023-01-03T09:00:00+08:00"),
        ("2023-01-04T09:00:00+08:00", "clerk", "transfer", json!({"ref": "A", "to": "d1"})),
    ];
    succeeded(&data.replay(&data.file("s.jsonl", story(&acts))));
    assert_eq!(limit(&data, "notify"), "2023-01-19");
    let shipped = fs::read_to_string(project("calendars/cn.toml")).unwrap();
    let used = data.file("same.toml", &shipped);
    assert!(complaint(&data.run(&["calendar", "adopt", used.to_str().unwrap()])).contains("in use already"));
    assert!(
        complaint(&data.run(&["calendar", "adopt", data.file("bad.toml", "x").to_str().unwrap()]))
            .contains("calendar")
    );
    let at = shipped.find("[2023]").unwrap();
    let (before, year) = shipped.split_at(at);
    let changed = format!("{before}{}", year.replacen("\"01-21\"", "\"01-19\", \"01-20\", \"01-21\"", 1));
    assert_ne!(changed, shipped);
    let adopted = data.run(&["calendar", "adopt", data.file("new.toml", changed).to_str().unwrap()]);
    succeeded(&adopted);
    assert!(String::from_utf8_lossy(&adopted.stdout).contains("1 open matters"), "{adopted:?}");
    assert_eq!(limit(&data, "notify"), "2023-01-28");
    succeeded(&data.verify());
}

fn figure(data: &Data, report: &str, from: &str, to: &str, id: &str) -> (Value, Value) {
    let output = data.run(&["report", report, "--from", from, "--to", to, "--json"]);
    succeeded(&output);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = report["figures"].as_array().unwrap().iter().find(|figure| figure["id"] == id).unwrap().clone();
    (found["value"].clone(), found["restated"].clone())
}

#[test]
fn a_day_put_right_restates_an_issued_figure() {
    let data = Data::new();
    let mut acts = vec![
        registered("2023-06-20T09:00:00+08:00"),
        ("2023-06-21T09:00:00+08:00", "clerk", "transfer", json!({"ref": "A", "to": "d1"})),
        ("2023-07-10T09:00:00+08:00", "officer1", "accept", json!({"ref": "A"})),
    ];
    succeeded(&data.replay(&data.file("s.jsonl", story(&acts))));
    let half = ("2023-01-01", "2023-06-30");
    let year = ("2023-01-01", "2023-12-31");
    let accepted = |period: (&str, &str), id: &str| figure(&data, "work-summary", period.0, period.1, id);
    assert_eq!(accepted(half, "clock.accepted"), (json!(0), Value::Null));
    assert_eq!(accepted(year, "clock.accepted_on_time_rate"), (json!(0.0), Value::Null));
    // The notice had been given on the 28th of June; it was entered with the wrong day. The clock's telling came between.
    let number =
        data.count("SELECT version FROM event WHERE stream LIKE 'matter/%' AND public LIKE '%\"accepted\"%'");
    let fields = json!({"ref": "A", "event": number, "day": "2023-06-28", "reason": "录入有误"});
    acts.push(("2023-07-20T09:00:00+08:00", "officer1", "correct", fields));
    succeeded(&data.replay(&data.file("s.jsonl", story(&acts))));
    assert_eq!(accepted(half, "clock.accepted"), (json!(0), json!(1)));
    assert_eq!(accepted(year, "clock.accepted_on_time_rate"), (json!(100.0), Value::Null));
    succeeded(&data.verify());
}

#[test]
fn duties_of_offices_are_figures() {
    let data = Data::new();
    let acts = [
        registered("2023-01-03T09:00:00+08:00"),
        ("2023-01-04T09:00:00+08:00", "clerk", "transfer", json!({"ref": "A", "to": "d1"})),
        ("2023-01-05T09:00:00+08:00", "officer1", "accept", json!({"ref": "A"})),
        (
            "2023-01-06T09:00:00+08:00",
            "officer1",
            "promise",
            json!({"ref": "A", "what": "修路", "who": "d1", "done_by": "2023-02-10", "fen": 1_234_500, "money_basis": "预算"}),
        ),
        (
            "2023-01-06T10:00:00+08:00",
            "officer1",
            "promise",
            json!({"ref": "A", "what": "装灯", "who": "d1", "done_by": "2023-02-20"}),
        ),
        ("2023-02-01T09:00:00+08:00", "officer1", "perform", json!({"ref": "A", "proof": "照片", "which": 1})),
        ("2023-02-02T09:00:00+08:00", "petitioner", "confirm_performance", json!({"ref": "A", "which": 1})),
        ("2023-03-10T09:00:00+08:00", "chief", "urge", json!({"ref": "A", "text": "请抓紧"})),
    ];
    succeeded(&data.replay(&data.file("s.jsonl", story(&acts))));
    let duty = |to: &str, id: &str| figure(&data, "duties", "2023-01-01", to, id).0;
    for (to, id, value) in [
        ("2023-03-31", "promises.made", json!(2)),
        ("2023-03-31", "promises.yuan", json!(12345.0)),
        ("2023-03-31", "promises.kept_on_time", json!(1)),
        ("2023-03-31", "promises.confirmed", json!(1)),
        ("2023-01-31", "promises.open", json!(2)),
        ("2023-03-31", "promises.open", json!(1)),
        ("2023-02-20", "promises.overdue", json!(0)),
        ("2023-03-31", "promises.overdue", json!(1)),
        // The unkept promise opened a supervision by itself.
        ("2023-02-20", "supervision.open", json!(0)),
        ("2023-02-28", "supervision.open", json!(1)),
    ] {
        assert_eq!(duty(to, id), value, "{id} until {to}");
    }
}
