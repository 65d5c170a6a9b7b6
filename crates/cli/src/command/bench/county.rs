//! A county to measure: its offices, matters of two years that were answered, and nine times as many just filed.

use app::App;
use casework::day;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

/// Who registers, and who handles.
pub const CLERK: &str = "bench-clerk";
/// An officer of the department.
pub const OFFICER: &str = "bench-officer";
/// The department's code.
pub const DEPARTMENT: &str = "990991-d1";
/// A village's code.
pub const VILLAGE: &str = "990991100200";

/// Lines told in one go.
const LINES: usize = 20_000;

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

/// Files so many matters. One in ten was filed between two days, transferred, accepted, decided and served; the others came
/// in the last hours and lie in the inbox.
///
/// # Errors
/// The story is refused.
pub fn fill(app: &App, now: Timestamp, count: u64, (from, to): (Date, Date)) -> Result<(), String> {
    let (first, last) = (day::start_of(from).as_second(), day::start_of(to).as_second());
    let answered = count / 10;
    let mut lines: Vec<Value> = Vec::with_capacity(LINES + 8);
    let mut part = 0;
    for number in 0..count {
        let (nth, of, begins, ends) = if number < answered {
            (number, answered, first, last)
        } else {
            (number - answered, count - answered, last, now.as_second())
        };
        let (nth, of) = (i64::try_from(nth).unwrap_or(0), i64::try_from(of.max(1)).unwrap_or(1));
        let at = Timestamp::from_second(begins + nth * (ends - begins) / of).unwrap_or(now).to_string();
        let name = format!("M{number}");
        lines.push(with(
            json!({"do": "register", "ref": name, "channel": if number % 3 == 0 { "visit" } else { "letter" },
                   "people": 1 + number % 4, "place": VILLAGE, "category": "农民工工资",
                   "summary": "反映拖欠工资", "text": "在工地做工八个月，工钱没有结清，请求核实处理并书面答复。",
                   "petitioner": {"name": "某某", "phone": "13800000000"}}),
            &at,
            CLERK,
        ));
        if number < answered {
            lines.extend(acts().map(|(by, mut act)| {
                act["ref"] = json!(name);
                with(act, &at, by)
            }));
        }
        if lines.len() >= LINES || number + 1 == count {
            part += 1;
            let begins = lines.first().and_then(|line| line["at"].as_str()).unwrap_or(&at).to_owned();
            let head =
                with(json!({"do": "story", "id": format!("bench-{part}"), "title": "量测"}), &begins, "admin");
            tell(app, now, std::iter::once(head).chain(lines.drain(..)))?;
        }
    }
    Ok(())
}

/// What brings a matter to its answer.
fn acts() -> impl Iterator<Item = (&'static str, Value)> {
    [
        (CLERK, json!({"do": "transfer", "to": DEPARTMENT})),
        (OFFICER, json!({"do": "accept"})),
        (
            OFFICER,
            json!({"do": "decide", "outcome": "supported", "text": "已经核实，责令十日内支付。", "basis": "《保障农民工工资支付条例》"}),
        ),
        (OFFICER, json!({"do": "serve", "document": "opinion", "how": "in_person", "proof": "签收"})),
    ]
    .into_iter()
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
