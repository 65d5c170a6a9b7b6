//! An office that an act names has its task, and sees the matter, while the track it was named for is open.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use scene::Scene;

const PETITION: &str = include_str!("../../../procedures/petition-2022/procedure.toml");
const HANDLED: &str = "3 clerk register; 5 clerk transfer d1; 6 o1 accept";

/// A story, then the tasks as `track=office`, then the offices that see the matter.
#[rustfmt::skip] // one row, one line
const ROWS: &[(&str, &str, &str)] = &[
    ("9 o1 promise d2 2023-03-01", "=d1 promise#1=d2", "xf d1 d2"),
    ("9 o1 promise d2 2023-03-01; 10 o1 promise d1 2023-03-01", "=d1 promise#1=d2 promise#2=d1", "xf d1 d2"),
    // Who made a document in it has held the matter.
    ("9 o1 promise d2 2023-03-01; 20 o2 perform; 21 person confirm_performance", "=d1", "xf d1 d2"),
    ("9 o1 promise d2 2023-02-01; 33 person passes", "=d1 named_supervision#1=d2 promise#1=d2", "xf d1 d2"),
    ("9 clerk advise improve_work d2", "=d1 advice#1=d2", "xf d1 d2"),
    ("9 clerk advise improve_work d2; 10 clerk advise improve_work d1", "=d1 advice#1=d2 advice#2=d1", "xf d1 d2"),
    ("9 clerk advise improve_work d2; 10 o2 answer_advice yes", "=d1", "xf d1"),
];

#[test]
fn tasks_and_who_sees_them() {
    for (story, tasks, sees) in ROWS {
        let mut scene = Scene::new(PETITION);
        scene.tell(&format!("{HANDLED}; {story}")).unwrap_or_else(|refusal| panic!("{story}: {refusal}"));
        let row = scene.row();
        let came: Vec<String> = row.tasks.iter().map(|task| format!("{}={}", task.track, task.office.0)).collect();
        assert_eq!(came.join(" "), *tasks, "{story}");
        let offices: Vec<&str> = row.offices.iter().map(|office| office.0.as_str()).collect();
        assert_eq!(offices.join(" "), *sees, "{story}");
    }
}

#[test]
fn a_supervising_office_sees_what_it_supervises_until_the_report_is_accepted() {
    for (story, sees) in [
        ("3 clerk register; 5 clerk assign d1 supervisor=d2 report_by=2023-03-31", "xf d1 d2"),
        ("3 clerk register; 5 clerk assign d1 supervisor=d2; 6 o1 report_back; 7 clerk accept_report", "xf d1"),
        ("3 clerk register; 5 clerk assign d1 supervisor=d2; 6 o1 object; 9 clerk agree_objection", "xf d1"),
    ] {
        let mut scene = Scene::new(PETITION);
        scene.tell(story).unwrap_or_else(|refusal| panic!("{story}: {refusal}"));
        let offices: Vec<String> = scene.row().offices.into_iter().map(|office| office.0).collect();
        assert_eq!(offices.join(" "), sees, "{story}");
    }
}
