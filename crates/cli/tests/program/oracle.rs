//! What a story's figures must be, found from its lines alone: no code shared with the program, and another way of
//! counting. Lines are grouped by matter and each question is put to the lines themselves.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::tale::{CLEAR_DAYS, DAY, day_number};

/// One line as the oracle sees it: the day in Shanghai (counted from 1970), and its fields.
struct Line {
    day: i64,
    fields: Value,
}

impl Line {
    fn says(&self, field: &str) -> &str {
        self.fields[field].as_str().unwrap_or("")
    }

    fn does(&self, verb: &str) -> bool {
        self.says("do") == verb
    }

    fn people(&self) -> i64 {
        self.fields["people"].as_i64().unwrap()
    }
}

/// Figures of the days `from..=to` (counted from 1970). `None` where a limit lies too near the end to be sure of it.
pub fn figures(story: &str, from: i64, to: i64) -> Option<BTreeMap<String, Value>> {
    let all: Vec<Line> = story.lines().map(line).collect();
    let known: Vec<&Line> = all.iter().filter(|line| line.day <= to).collect();
    let within: Vec<&Line> = known.iter().copied().filter(|line| line.day >= from).collect();
    let mut found = BTreeMap::new();
    intakes(&within, &mut found);
    let overdue = matters(&known, from, to, &mut found)?;
    put(&mut found, "clock.overdue_open", overdue);
    plain(&within, &mut found);
    reviews(&known, &within, &mut found);
    sessions(&within, &mut found);
    ratings(&within, &mut found);
    Some(found)
}

fn put(found: &mut BTreeMap<String, Value>, id: &str, value: i64) {
    found.insert(id.to_owned(), json!(value));
}

/// A percentage with two decimals, half up, written out as text first so that no binary fraction rounds.
fn rate(found: &mut BTreeMap<String, Value>, id: &str, part: i64, whole: i64) {
    let value = if whole == 0 {
        Value::Null
    } else {
        let mut hundredths = part * 10_000 / whole;
        if (part * 10_000 % whole) * 2 >= whole {
            hundredths += 1;
        }
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        json!(text.parse::<f64>().unwrap())
    };
    found.insert(id.to_owned(), value);
}

fn intakes(within: &[&Line], found: &mut BTreeMap<String, Value>) {
    let came: Vec<&&Line> = within.iter().filter(|line| line.does("register") || line.does("repeat")).collect();
    let by = |channel: &str| came.iter().filter(|line| line.says("channel") == channel).count() as i64;
    let visits: Vec<i64> =
        came.iter().filter(|line| line.says("channel") == "visit").map(|line| line.people()).collect();
    let groups: Vec<i64> = visits.iter().copied().filter(|people| *people > 4).collect();
    put(found, "intake.total", came.len() as i64);
    put(found, "intake.letters", by("letter"));
    put(found, "intake.web", by("web"));
    put(found, "intake.phone", by("phone"));
    put(found, "intake.visits.batches", visits.len() as i64);
    put(found, "intake.visits.people", visits.iter().sum());
    put(found, "intake.group_visits.batches", groups.len() as i64);
    put(found, "intake.group_visits.people", groups.iter().sum());
    put(found, "intake.repeat", came.iter().filter(|line| line.does("repeat")).count() as i64);
}

/// Figures about matters; returns how many are overdue at the end.
fn matters(known: &[&Line], from: i64, to: i64, found: &mut BTreeMap<String, Value>) -> Option<i64> {
    let (mut unique, mut closed, mut diverted, mut refused, mut overdue) = (0, 0, 0, 0, 0);
    let (mut in_time, mut opinions, mut accepted_in_time) = (0, 0, 0);
    for registered in known.iter().filter(|line| line.does("register")) {
        let lines: Vec<&&Line> = known.iter().filter(|line| line.says("ref") == registered.says("ref")).collect();
        let answers = ["opinion", "refusal_notice", "diversion_notice"];
        let answer = lines.iter().find(|line| line.does("serve") && answers.contains(&line.says("document")));
        if registered.day >= from {
            unique += 1;
            closed += i64::from(answer.is_some());
        }
        if let Some(answer) = answer.filter(|answer| answer.day >= from) {
            diverted += i64::from(answer.says("document") == "diversion_notice");
            refused += i64::from(answer.says("document") == "refusal_notice");
        }
        let (mut limit, mut short) = (None, 0);
        for line in &lines {
            let kept = limit.is_some_and(|limit| line.day <= limit);
            match line.says("do") {
                "transfer" => limit = Some(line.day + 15),
                "accept" => {
                    accepted_in_time += i64::from(kept && line.day >= from);
                    limit = Some(line.day + 60);
                }
                "extend" => limit = limit.map(|limit| limit + line.fields["days"].as_i64().unwrap()),
                "decide_review" if line.says("outcome") == "redo" => limit = Some(line.day + 60),
                "serve" if line.says("document") == "opinion" && line.day >= from => {
                    opinions += 1;
                    in_time += i64::from(kept);
                }
                _ => {}
            }
            short = limit.unwrap_or(0);
        }
        if answer.is_none() && short > 0 {
            if (to - CLEAR_DAYS..=to).contains(&short) {
                return None;
            }
            overdue += i64::from(short < to);
        }
    }
    put(found, "matters.unique", unique);
    put(found, "matters.closed", closed);
    put(found, "matters.open", unique - closed);
    rate(found, "matters.closed_rate", closed, unique);
    put(found, "matters.diverted", diverted);
    put(found, "matters.refused", refused);
    put(found, "opinions.served", opinions);
    rate(found, "clock.decided_on_time_rate", in_time, opinions);
    let accepted = known.iter().filter(|line| line.does("accept") && line.day >= from).count() as i64;
    put(found, "clock.accepted", accepted);
    rate(found, "clock.accepted_on_time_rate", accepted_in_time, accepted);
    Some(overdue)
}

fn plain(within: &[&Line], found: &mut BTreeMap<String, Value>) {
    for (id, verb) in [("matters.key", "mark_key"), ("clock.extended", "extend")] {
        put(found, id, within.iter().filter(|line| line.does(verb)).count() as i64);
    }
}

fn reviews(known: &[&Line], within: &[&Line], found: &mut BTreeMap<String, Value>) {
    let count = |lines: &[&Line], verb: &str| lines.iter().filter(|line| line.does(verb)).count() as i64;
    put(found, "review.accepted", count(within, "accept_review"));
    put(found, "review.decided", count(within, "decide_review"));
    put(found, "review.pending", count(known, "accept_review") - count(known, "decide_review"));
}

fn sessions(within: &[&Line], found: &mut BTreeMap<String, Value>) {
    let held: Vec<&&Line> = within.iter().filter(|line| line.does("hold_session")).collect();
    put(found, "sessions.reception.held", held.len() as i64);
    for tier in ["county", "department", "township"] {
        let rows = held.iter().flat_map(|line| line.fields["attended"].as_array().unwrap());
        let there = rows.filter(|row| row["tier"] == tier).map(|row| row["count"].as_i64().unwrap()).sum();
        put(found, &format!("sessions.reception.leaders.{tier}"), there);
    }
    let received: Vec<&&Line> = within.iter().filter(|line| line.does("receive")).collect();
    put(found, "sessions.reception.batches", received.len() as i64);
    put(found, "sessions.reception.people", received.iter().map(|line| line.people()).sum());
}

fn ratings(within: &[&Line], found: &mut BTreeMap<String, Value>) {
    let opinions =
        within.iter().filter(|line| line.does("serve") && line.says("document") == "opinion").count() as i64;
    for about in ["competent_office", "petition_office"] {
        let rated: Vec<&&Line> =
            within.iter().filter(|line| line.does("rate") && line.says("about") == about).collect();
        let bad = rated.iter().filter(|line| line.says("rating") == "dissatisfied").count() as i64;
        let count = rated.len() as i64;
        put(found, &format!("satisfaction.{about}.rated"), count);
        rate(found, &format!("satisfaction.{about}.satisfied_rate"), count - bad, count);
        rate(found, &format!("satisfaction.{about}.participation_rate"), count, opinions);
    }
}

fn line(text: &str) -> Line {
    let fields: Value = serde_json::from_str(text).unwrap();
    let day = (seconds(fields["at"].as_str().unwrap()) + 8 * 3600).div_euclid(DAY);
    Line { day, fields }
}

/// Seconds since 1970 of an RFC 3339 moment, read by its columns.
fn seconds(at: &str) -> i64 {
    let number = |from: usize, to: usize| at[from..to].parse::<i64>().unwrap();
    let local = day_number(number(0, 4), number(5, 7), number(8, 10)) * DAY
        + number(11, 13) * 3600
        + number(14, 16) * 60
        + number(17, 19);
    let zone = &at[19..];
    if zone == "Z" {
        return local;
    }
    let ahead = zone[1..3].parse::<i64>().unwrap() * 3600 + zone[4..6].parse::<i64>().unwrap() * 60;
    if zone.starts_with('-') { local + ahead } else { local - ahead }
}
