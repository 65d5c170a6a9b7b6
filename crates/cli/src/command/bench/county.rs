//! A county to measure: its offices, matters of four weeks that were answered, and nine times as many just filed.

use std::sync::atomic::{AtomicU64, Ordering};

use app::{App, AppError};
use casework::day;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{lifecycle, told};
use crate::now;

/// Who registers, and who handles.
pub const CLERK: &str = "bench-clerk";
/// An officer of the department.
pub const OFFICER: &str = "bench-officer";
/// The department's code.
pub const DEPARTMENT: &str = "990991-d1";
/// A village's code.
pub const VILLAGE: &str = "990991100200";

/// Fillers at once.
const THREADS: usize = 64;

/// Offices and officers.
///
/// # Errors
/// The story is refused.
pub fn found(app: &App, now: Timestamp, opened: Date) -> Result<(), String> {
    let office = |code: &str, name: &str, kind: &str, parent: Option<&str>| json!({"do": "office", "code": code, "name": name, "kind": kind, "parent": parent});
    let officer = |login: &str, office: &str, roles: &[&str]| json!({"do": "officer", "login": login, "name": login, "office": office, "roles": roles});
    let mut department = office(DEPARTMENT, "量测县人社局", "department", Some("990991"));
    department["fields"] = json!(["农民工工资"]);
    let lines = vec![
        json!({"do": "story", "id": "bench", "title": "量测县"}),
        office("990991", "量测县", "county", None),
        office("990991-xf", "量测县信访局", "petition_office", Some("990991")),
        department,
        office("990991100", "第1镇", "township", Some("990991")),
        office(VILLAGE, "第1村", "village", Some("990991100")),
        officer(CLERK, "990991-xf", &["registrar", "petition_chief"]),
        officer(OFFICER, DEPARTMENT, &["officer"]),
    ];
    let at = day::start_of(opened).to_string();
    tell(app, now, lines.into_iter().map(|line| with(line, &at, "admin")))
}

/// Files so many matters, many at once. One in ten was filed between two days, transferred, accepted, decided and served;
/// the others came just now and lie in the inbox. Returns the acts done.
///
/// # Errors
/// An act is refused.
pub fn fill(app: &App, count: u64, (from, to): (Date, Date)) -> Result<u64, String> {
    let clerk = app.officer_actor(&CLERK.into()).map_err(told)?;
    let officer = app.officer_actor(&OFFICER.into()).map_err(told)?;
    let (first, last) = (day::start_of(from).as_second(), day::start_of(to).as_second());
    let answered = count / 10;
    let answer = |number: u64| {
        let (nth, of) = (i64::try_from(number).unwrap_or(0), i64::try_from(answered).unwrap_or(1));
        let at = Timestamp::from_second(first + nth * (last - first) / of).unwrap_or_else(|_| now());
        lifecycle::answer(app, &clerk, &officer, at).map(drop)
    };
    // What time ends must not overtake what lies half done: all that is done at once lies within a day.
    let days = u64::try_from((last - first) / 86_400).unwrap_or(0).max(1);
    let few = usize::try_from(answered / days).unwrap_or(THREADS).clamp(1, THREADS);
    at_once(few, answered, answer)?;
    at_once(THREADS, count - answered, |_| lifecycle::file(app, &clerk, now()).map(drop))?;
    Ok(count + 4 * answered)
}

/// Does `work` for each number below `count`, some at once.
fn at_once(threads: usize, count: u64, work: impl Fn(u64) -> Result<(), AppError> + Sync) -> Result<(), String> {
    let next = AtomicU64::new(0);
    let some = || -> Result<(), AppError> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(());
            }
            work(number)?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(some)).collect();
        let mut all = workers.into_iter().map(|worker| worker.join().map_err(|_| "a thread broke".to_owned()));
        all.try_for_each(|result| result?.map_err(told))
    })
}

fn with(mut line: Value, at: &str, by: &str) -> Value {
    line["at"] = json!(at);
    line["by"] = json!(by);
    line
}

fn tell(app: &App, now: Timestamp, lines: impl Iterator<Item = Value>) -> Result<(), String> {
    let story: Vec<String> = lines.map(|line| line.to_string()).collect();
    let told = app.replay(story.join("\n").as_bytes(), now, false, |_| {}).map_err(|error| error.to_string())?;
    match told.refused.first() {
        Some(refused) => Err(format!("the county for the benchmark was refused: {refused:?}")),
        None => Ok(()),
    }
}
