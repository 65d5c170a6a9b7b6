//! Last days that move without an act on their clock: a new holiday table, a corrected date. The old day is kept with
//! the reason, those concerned are told, and nothing is said twice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use casework::act::{Made, moved_by_calendar, moved_by_correction};
use casework::calendar::Calendar;
use casework::event::{MatterFact, Public, Stream};
use casework::matter::Matter;
use scene::Scene;

const PETITION: &str = include_str!("../../../procedures/petition-2022/procedure.toml");
const CALENDAR: &str = include_str!("../../../calendars/cn.toml");

/// `answer 2027-02-01 -> 2027-02-02, calendar x: d1 xf petitioner`.
fn said(made: &Made) -> Vec<String> {
    let line = |event: &Public| match event {
        Public::Matter(event) => match &event.fact {
            MatterFact::DueMoved { clock, was, due, because, tells, tells_petitioner, .. } => {
                let mut told: Vec<String> = tells.iter().map(ToString::to_string).collect();
                told.extend(tells_petitioner.then(|| "petitioner".to_owned()));
                assert_eq!(event.act, "clock");
                format!("{clock} {was} -> {due}, {because}: {}", told.join(" "))
            }
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    };
    made.iter().map(|(_, event)| line(&event.public)).collect()
}

fn after(matter: &Matter, made: &Made) -> Matter {
    let mut matter = matter.clone();
    for (stream, event) in made {
        assert_eq!(*stream, Stream::Matter(matter.id.clone()));
        let Public::Matter(event) = &event.public else { panic!("not of a matter") };
        let at = matter.last_at;
        matter.apply(event, at);
    }
    matter
}

fn told(story: &str) -> Scene {
    let mut scene = Scene::new(PETITION);
    scene.tell(story).unwrap();
    scene
}

#[test]
fn a_new_holiday_table_moves_open_last_days_once() {
    // Accepted on 2026-12-10: 60 days lead to 2027-02-08, in the Spring Festival that was not published then.
    let scene = told("2026-12-01 clerk register; 2026-12-02 clerk transfer d1; 2026-12-10 o1 accept");
    let matter = scene.matter.clone().unwrap();
    let old = Calendar::parse(CALENDAR).unwrap();
    let new = format!(
        "{CALENDAR}\n[2027]\nrest = {{ \"春节\" = [\"02-05\", \"02-06\", \"02-07\", \"02-08\", \"02-09\", \"02-10\", \"02-11\"] }}\nwork = {{}}\n"
    );
    let new = Calendar::parse(&new).unwrap();
    let moved = |matter: &Matter, to: &Calendar, hash: &str| {
        moved_by_calendar(scene.procedure(), scene.directory(), (&old, to), hash, matter)
    };
    let made = moved(&matter, &new, "a1");
    assert_eq!(said(&made), ["answer 2027-02-08 -> 2027-02-12, calendar a1: d1 xf petitioner"]);
    let applied = after(&matter, &made);
    assert_eq!(applied.moved.len(), 1);
    assert_eq!(
        (applied.moved[0].was.to_string(), applied.moved[0].due.to_string()),
        ("2027-02-08".into(), "2027-02-12".into())
    );
    assert_eq!(applied.step, matter.step, "nothing else moves");
    assert_eq!(said(&moved(&applied, &new, "a1")), [""; 0], "what was written is not written again");
    assert_eq!(said(&moved(&matter, &old, "a0")), [""; 0], "a table that moves nothing says nothing");
    let closed = told("2026-12-01 clerk register; 2026-12-02 clerk transfer d1; 2026-12-10 o1 divert");
    let closed = closed.matter.unwrap();
    assert!(
        said(&moved(&closed, &new, "a1")).iter().all(|line| !line.starts_with("answer")),
        "only what runs moves"
    );
}

#[test]
fn a_correction_writes_what_it_moves() {
    let mut scene = told("3 clerk register; 5 clerk transfer d1; 9 o1 accept");
    let before = scene.matter.clone().unwrap();
    scene.tell("12 o1 correct 3 2023-01-06").unwrap();
    let matter = scene.matter.clone().unwrap();
    assert_eq!(scene.events.iter().rev().take(2).rev().collect::<Vec<_>>(), ["done", "due_moved"]);
    let moved: Vec<String> = matter
        .moved
        .iter()
        .map(|moved| format!("{} {} -> {}, {}", moved.clock, moved.was, moved.due, moved.because))
        .collect();
    assert_eq!(moved, ["answer 2023-03-10 -> 2023-03-07, correction 4"]);
    let calendar = Calendar::parse(CALENDAR).unwrap();
    let again = moved_by_correction(scene.procedure(), scene.directory(), &calendar, &before, &matter);
    assert_eq!(said(&again), [""; 0], "what was written is not written again");
    // A correction that leads to the same last day, or concerns no running clock, writes nothing.
    let mut scene = told("3 clerk register; 5 clerk transfer d1; 9 o1 accept");
    scene.tell("12 o1 correct 2 2023-01-04").unwrap();
    assert_eq!(scene.matter.unwrap().moved, []);
}
