//! Words erased, as asked or because their time was over: what was proven and counted stands, and nothing stumbles over what
//! is missing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::path::Path;

use app::show::Reader;
use app::{App, Database, Expired, Home, KeyPlace, ReportAsked, ReportValue, Wanted, verify_journal};
use casework::command::Actor;
use jiff::Timestamp;

const STORY: &str = r#"{"at":"2023-01-02T07:00:00+08:00","by":"admin","do":"story","id":"s","title":"短故事"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"1","name":"某县","kind":"county","parent":null}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"xf","name":"某县信访局","kind":"petition_office","parent":"1"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"office","code":"d1","name":"某县住建局","kind":"department","parent":"1"}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"登记员","office":"xf","roles":["registrar","petition_chief"]}
{"at":"2023-01-02T08:00:00+08:00","by":"admin","do":"officer","login":"o1","name":"承办人","office":"d1","roles":["officer","leader"]}
{"at":"2023-01-03T09:00:00+08:00","by":"clerk","do":"register","ref":"S1","procedure":"suggestion","channel":"letter","people":1,"place":"1","category":"其他","summary":"多装路灯","text":"村口很黑。","petitioner":{"name":"谢甲","phone":"13900000001"}}
{"at":"2023-01-04T09:00:00+08:00","by":"clerk","do":"transfer","ref":"S1","to":"d1"}
{"at":"2023-01-06T09:00:00+08:00","by":"o1","do":"decide","ref":"S1","outcome":"adopted","text":"已经列入计划。"}
{"at":"2023-01-07T09:00:00+08:00","by":"o1","do":"serve","ref":"S1","document":"reply","how":"post"}
{"at":"2023-01-08T09:00:00+08:00","by":"clerk","do":"register","ref":"R1","channel":"visit","people":8,"place":"1","category":"房屋拆迁","summary":"补偿款没有付","text":"要求付款。","petitioner":{"name":"钱乙"},"representatives":[{"name":"钱乙"},{"name":"孙丙"}]}
{"at":"2023-01-09T09:00:00+08:00","by":"clerk","do":"transfer","ref":"R1","to":"d1"}
{"at":"2023-01-10T09:00:00+08:00","by":"o1","do":"accept","ref":"R1"}
{"at":"2023-01-17T09:00:00+08:00","by":"o1","do":"decide","ref":"R1","outcome":"explained","text":"已经付清。","basis":"《某条例》第3条"}
{"at":"2023-01-17T10:00:00+08:00","by":"o1","do":"serve","ref":"R1","document":"opinion","how":"post"}
"#;

const ASKED: &str = r#"{"at":"2023-08-01T09:00:00+08:00","by":"petitioner","do":"ask_data","ref":"S1","kind":"erasure","text":"请删掉"}
{"at":"2023-08-02T09:00:00+08:00","by":"clerk","do":"decide_data","ref":"S1","result":"granted","reason":"已经办结，期限已过"}
"#;
const SERVED: &str = r#"{"at":"2023-08-03T09:00:00+08:00","by":"clerk","do":"serve","ref":"S1","document":"data_reply","how":"online"}
"#;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn told(app: &App, story: &str, now: Timestamp) {
    let replayed = app.replay(story.as_bytes(), now, false, |_| {}).unwrap();
    assert_eq!(replayed.refused, []);
}

fn report(app: &App, now: Timestamp) -> ReportValue {
    let (from, today) = (Some("2023-01-01".parse().unwrap()), casework::day::day_of(now));
    let asked = ReportAsked { report: "work-summary".to_owned(), from, to: None, as_of: None, today };
    app.report(&Actor::Admin, &asked).unwrap()
}

fn clerk(app: &App) -> Actor {
    app.officer_actor(&"clerk".into()).unwrap()
}

/// What the registering office lists, by reference and summary.
fn listed(app: &App, now: Timestamp) -> Vec<(String, String)> {
    let wanted = Wanted { limit: 10, ..Wanted::default() };
    let mut rows: Vec<(String, String)> = app
        .list(&clerk(app), &wanted, now)
        .unwrap()
        .rows
        .into_iter()
        .map(|listed| (listed.row.reference, listed.summary))
        .collect();
    rows.sort_by(|one, other| one.1.cmp(&other.1));
    rows
}

fn sound(folder: &Path) {
    let home = Home { folder, database: &Database::File, keys: &KeyPlace::Folder };
    let verified = verify_journal(home).unwrap();
    assert!(verified.is_ok(), "{verified:?}");
}

fn reopened(folder: &Path, now: Timestamp) -> App {
    sound(folder);
    let app = App::open(folder, now).unwrap();
    let print = app.fingerprint().unwrap();
    app.rebuild(|_| {}).unwrap();
    assert_eq!(app.fingerprint().unwrap(), print, "made anew, the tables say the same");
    app
}

fn shown(app: &App, reference: &str, now: Timestamp) -> String {
    let reader = Reader::Officer(clerk(app));
    let matter = app.matter(&reader, reference, now).unwrap();
    // No letter is made of half its words.
    for document in matter.documents.iter().filter(|document| !document.printed) {
        assert!(app.letter(&reader, reference, document.index, now).is_err(), "{}", document.name);
    }
    format!("{matter:?}")
}

#[test]
fn what_was_asked_to_go_is_gone_and_everything_else_stands() {
    let folder = tempfile::tempdir().unwrap();
    let now = moment("2023-08-03T00:30:00Z");
    let app = App::open(folder.path(), now).unwrap();
    told(&app, &format!("{STORY}{ASKED}"), now);
    let (before, rows) = (report(&app, now), listed(&app, now));
    let mine = rows.iter().find(|(_, summary)| summary == "多装路灯").unwrap().0.clone();
    let all = shown(&app, &mine, now);
    for word in ["谢甲", "13900000001", "村口很黑", "已经列入计划", "请删掉"] {
        assert!(all.contains(word), "{word}");
    }
    let (line, now) = (STORY.lines().next().unwrap(), moment("2023-08-03T02:00:00Z"));
    told(&app, &format!("{line}\n{SERVED}"), now);
    drop(app);

    let app = reopened(folder.path(), now);
    let rows = listed(&app, now);
    assert_eq!(
        rows.iter().filter(|(_, summary)| summary == "已按本人请求删除" || summary == "内容已删除").count(),
        1
    );
    assert_eq!(rows.len(), 2, "the matter is listed and counted as before");
    let all = shown(&app, &mine, now);
    for word in ["谢甲", "13900000001", "村口很黑", "多装路灯", "已经列入计划", "请删掉", "期限已过"]
    {
        assert!(!all.contains(word), "{word} is still there");
    }
    assert!(all.contains("已按本人请求删除") && all.contains("全部采纳"), "what happened stands: {all}");
    let after = report(&app, now);
    let served = |report: &ReportValue| -> Vec<_> {
        // That a reply to the request itself was served is counted, as any other service.
        report.figures.iter().filter(|figure| !figure.id.contains("serve")).cloned().collect()
    };
    assert_eq!(served(&before), served(&after));
    // The neighbour's words are as they were.
    let other = rows.iter().find(|(_, summary)| summary == "补偿款没有付").unwrap().0.clone();
    assert!(shown(&app, &other, now).contains("孙丙"));
}

#[test]
fn words_go_when_their_time_is_over_and_no_figure_moves() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path(), moment("2023-09-01T00:00:00Z")).unwrap();
    told(&app, STORY, moment("2023-09-01T00:00:00Z"));
    let count = |app: &App, now: Timestamp, apply: bool| -> Vec<(String, u64)> {
        let all = app.expire(now, now, apply).unwrap().into_iter();
        all.filter(|of| of.matters > 0).map(|Expired { family, matters, .. }| (family, matters)).collect()
    };
    // The last day of the ten years of a suggestion, and the day after.
    assert_eq!(count(&app, moment("2033-01-07T01:00:00Z"), true), []);
    let now = moment("2033-01-08T01:00:00Z");
    assert_eq!(count(&app, now, false), [("suggestion".to_owned(), 1)]);
    assert_eq!(count(&app, now, false), [("suggestion".to_owned(), 1)], "counting changes nothing");
    let before = report(&app, now);
    assert_eq!(count(&app, now, true), [("suggestion".to_owned(), 1)]);
    assert_eq!(count(&app, now, true), [], "once");
    assert_eq!(report(&app, now), before);
    drop(app);
    let app = reopened(folder.path(), now);
    assert_eq!(report(&app, now), before);
    assert!(listed(&app, now).iter().any(|(_, summary)| summary == "内容已删除"));
    // Thirty years for a petition, for everybody in it.
    let now = moment("2053-03-01T01:00:00Z");
    assert_eq!(count(&app, now, true), [("petition".to_owned(), 1)]);
    let reference = listed(&app, now).into_iter().map(|(reference, _)| reference);
    for reference in reference {
        let all = shown(&app, &reference, now);
        assert!(all.contains("保存期限届满") && !all.contains("孙丙"), "{all}");
    }
    drop(app);
    sound(folder.path());
}
