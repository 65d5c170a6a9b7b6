//! The law in force on the day of registration, in Shanghai, rules a matter to its end, whatever comes after.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use program::{Data, complaint, succeeded};

const COUNTY: &str = r#"{"at":"2022-04-01T07:00:00+08:00","by":"admin","do":"story","id":"s","title":"换法"}
{"at":"2022-04-01T08:00:00+08:00","by":"admin","do":"office","code":"1","name":"某县","kind":"county","parent":null}
{"at":"2022-04-01T08:00:00+08:00","by":"admin","do":"office","code":"xf","name":"某县信访局","kind":"petition_office","parent":"1"}
{"at":"2022-04-01T08:00:00+08:00","by":"admin","do":"office","code":"d1","name":"某县住建局","kind":"department","parent":"1"}
{"at":"2022-04-01T08:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"登记员","office":"xf","roles":["registrar"]}
{"at":"2022-04-01T08:00:00+08:00","by":"admin","do":"officer","login":"officer1","name":"承办人","office":"d1","roles":["officer"]}
"#;

/// Moment of registration as written, and the procedure it must run under.
#[rustfmt::skip] // one row, one line
const MOMENTS: [(&str, &str); 8] = [
    ("2022-04-30T23:59:59+08:00", "petition-2005"),
    ("2022-04-30T15:59:59Z", "petition-2005"),
    ("2022-05-01T01:29:59+09:30", "petition-2005"),
    ("2022-04-30T11:59:59.999-04:00", "petition-2005"),
    ("2022-05-01T00:00:00+08:00", "petition-2022"),
    ("2022-04-30T16:00:00Z", "petition-2022"),
    ("2022-04-30T12:00:00-04:00", "petition-2022"),
    ("2022-05-01T01:30:00+09:30", "petition-2022"),
];

fn registered(name: &str, at: &str) -> String {
    format!(
        r#"{{"at":"{at}","by":"petitioner","do":"register","ref":"{name}","channel":"web","people":1,"place":"1","category":"其他","summary":"s","text":"t","anonymous":true}}"#
    )
}

#[test]
fn the_day_in_shanghai_chooses_the_law() {
    let data = Data::new();
    let mut story = COUNTY.to_owned();
    for (index, (at, _)) in MOMENTS.iter().enumerate() {
        story.push_str(&registered(&format!("R{index}"), at));
        story.push('\n');
    }
    succeeded(&data.replay(&data.file("story.jsonl", story)));
    for (index, (at, procedure)) in MOMENTS.iter().enumerate() {
        let sql = format!(
            "SELECT count(*) FROM matter JOIN origin ON stream = 'matter/' || id
             WHERE origin.name = 'R{index}' AND procedure = '{procedure}'"
        );
        assert_eq!(data.count(&sql), 1, "{at} is not under {procedure}");
    }
}

#[test]
fn a_matter_of_the_old_law_is_refused_and_judged_by_the_old_law() {
    for (at, law, article) in
        [("2022-04-30T10:00:00+08:00", "信访条例", "34"), ("2022-05-01T10:00:00+08:00", "信访工作条例", "35")]
    {
        let data = Data::new();
        let acts = [
            r#""2022-05-05T10:00:00+08:00","by":"clerk","do":"transfer","ref":"R1","to":"d1""#,
            r#""2022-05-06T10:00:00+08:00","by":"officer1","do":"accept","ref":"R1""#,
            r#""2022-06-06T10:00:00+08:00","by":"officer1","do":"decide","ref":"R1","outcome":"explained","text":"意见","basis":"依据""#,
            r#""2022-06-07T10:00:00+08:00","by":"officer1","do":"serve","ref":"R1","document":"opinion","how":"post""#,
            r#""2022-07-09T00:00:00+08:00","by":"petitioner","do":"request_review","ref":"R1","text":"不服""#,
        ];
        let mut story = format!("{COUNTY}{}\n", registered("R1", at));
        for act in acts {
            story.push_str(&format!("{{\"at\":{act}}}\n"));
        }
        let said = complaint(&data.replay(&data.file("story.jsonl", story)));
        // 30 days after 2022-06-07 is Thursday 2022-07-07; the right is gone from the 8th.
        let expected = format!("2022年7月7日（星期四）届满（《{law}》第{article}条）");
        assert!(said.contains(&expected), "{said}");
    }
}

#[test]
fn before_the_first_regulation_there_is_no_procedure() {
    let data = Data::new();
    let story =
        format!("{}{}\n", COUNTY.replace("2022-04-01", "2005-04-01"), registered("R1", "2005-04-30T12:00:00Z"));
    let said = complaint(&data.replay(&data.file("story.jsonl", story)));
    assert!(said.contains("没有在2005年4月30日"), "{said}");
}
