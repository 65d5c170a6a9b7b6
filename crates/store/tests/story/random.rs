//! Random commands give the same answers and the same state on both databases.

use casework::filter::Filter;
use casework::office::Login;
use casework::read::Row;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{Entry, Store, StoreError, Wanted};

use crate::place::Place;
use crate::samples::{
    at, context, entry, fact, matter, matter_row, notice, office, origin, session, stream, task,
};

/// Names are few, so that they meet, and some sort one way by their bytes and another by the rules of a language.
const NAMES: [&str; 6] = ["a", "B", "甲", "乙", "a-b", "Z"];

#[derive(Debug, Clone)]
enum Step {
    /// Command, and per entry: stream, how far its version is off, rows.
    Append(usize, Vec<(usize, i8, Vec<Row>)>),
    Batch(Vec<Step>),
    Password(usize),
    Rebuild,
}

fn row() -> impl Strategy<Value = Row> {
    let name = || 0..NAMES.len();
    prop_oneof![
        4 => (name(), name(), name(), any::<bool>(), 0..4_u8).prop_map(|(id, reference, holder, ended, sides)| {
            let mut row = matter(NAMES[id], NAMES[reference], NAMES[holder]);
            row.ended = ended;
            row.due = (!ended).then(|| format!("2024-01-{:02}", 10 + id).parse().unwrap());
            // Two sides alike cannot be written.
            let sides = (0..sides).map(|side| task(if side == 2 { "" } else { NAMES[side as usize] }, NAMES[holder], None));
            row.tasks.extend(sides);
            matter_row(row)
        }),
        2 => (name(), name(), 0..9_i64).prop_map(|(of, holder, second)| fact("intake", NAMES[of], NAMES[holder], second)),
        1 => (name(), name(), any::<bool>()).prop_map(|(id, holder, held)| session(NAMES[id], NAMES[holder], held)),
        1 => name().prop_map(|of| origin(NAMES[of])),
        1 => (name(), name(), 1..3_u32).prop_map(|(of, holder, nth)| notice(NAMES[of], NAMES[holder], nth)),
        1 => Just(origin("nul\0")),
    ]
}

fn append() -> impl Strategy<Value = Step> {
    let off = prop_oneof![9 => Just(0_i8), 1 => Just(1), 1 => Just(-1)];
    let entry = (0..NAMES.len(), off, prop::collection::vec(row(), 0..4));
    (0..60_usize, prop::collection::vec(entry, 0..4)).prop_map(|(command, entries)| Step::Append(command, entries))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => append(),
        2 => prop::collection::vec(append(), 0..5).prop_map(Step::Batch),
        1 => (0..NAMES.len()).prop_map(Step::Password),
        1 => Just(Step::Rebuild),
    ]
}

/// What was answered, without the words in which one database or the other says it.
fn told(result: Result<(), StoreError>) -> String {
    match result {
        Err(StoreError::Damaged(_)) => "damaged".to_owned(),
        other => format!("{other:?}"),
    }
}

fn run(store: &Store, step: &Step) -> String {
    match step {
        Step::Append(command, entries) => {
            let of = |(name, off, rows): &(usize, i8, Vec<Row>)| -> (Entry, Vec<Row>) {
                let version = store.version(&stream(NAMES[*name])).unwrap();
                (entry(NAMES[*name], version.saturating_add_signed(i64::from(*off))), rows.clone())
            };
            told(store.append(context(&format!("c{command}")), entries.iter().map(of).collect()))
        }
        Step::Batch(steps) => {
            let all =
                store.batch(|| Ok::<_, StoreError>(steps.iter().map(|step| run(store, step)).collect::<Vec<_>>()));
            format!("{all:?}")
        }
        Step::Password(name) => told(store.set_password(&Login(NAMES[*name].to_owned()), "x")),
        Step::Rebuild => {
            let mut pages = vec![vec![(1, vec![matter_row(matter("a", "a", "甲")), origin("a")])]];
            told(store.rebuild(|| Ok(pages.pop())))
        }
    }
}

/// All that can be seen of a store.
fn seen(store: &Store) -> String {
    let filters = [Filter::Everything, Filter::held_by(office("甲")), Filter::held_by(office("B"))];
    let families = ["petition".to_owned()];
    let mut all = format!("{:?} {:?} {:?}", store.fingerprint(), store.verify(), store.verify_keys());
    for filter in &filters {
        let wanted = Wanted { limit: 20, ..Wanted::default() };
        let inbox = Wanted { task_of: Some(office("乙")), ..wanted.clone() };
        all += &format!("{:?} {:?}", store.matters(filter, &wanted), store.matters(filter, &inbox));
        all += &format!("{:?} {:?}", store.steps(filter, &wanted), store.facts(&families, at(9), filter));
    }
    for name in NAMES {
        let events = store.events(&stream(name), 0).unwrap();
        let words = events.iter().map(|event| store.words(&stream(name), event.version).unwrap().len());
        all += &format!("{:?} {:?}", words.collect::<Vec<_>>(), store.notices(&Filter::held_by(office(name)), 9));
        let events: Vec<_> = events.iter().map(|event| (event.position, event.version, event.recorded)).collect();
        all += &format!("{events:?} {:?}", store.origin("story/s", name));
    }
    all + &format!("{:?} {:?}", store.sessions(None), store.open_matters())
}

#[test]
fn random_commands_give_the_same_on_both() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(8);
    let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&prop::collection::vec(step(), 5..30), |steps| {
        let (file, Some(server)) = (Place::file(), Place::postgres()) else { return Ok(()) };
        let (one, other) = (file.open(), server.open());
        for step in &steps {
            prop_assert_eq!(run(&one, step), run(&other, step), "{:?}", step);
        }
        prop_assert_eq!(seen(&one), seen(&other));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
