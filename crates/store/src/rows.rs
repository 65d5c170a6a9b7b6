//! Writing and emptying the read tables: rows as `casework` derived them, put where lists and figures look.

use std::collections::HashMap;

use casework::opening::OpeningRow;
use casework::read::{Fact, MatterRow, NoticeRow, OriginRow, Row, SessionRow, TaskRow};

use crate::database::Kind::{Int, Text};
use crate::database::{Addition, Connection, Index, Table, Value, values};
use crate::error::StoreError;
use crate::tally;

const MATTER: Table = Table {
    name: "matter",
    key: "id",
    columns: &[
        ("id", Text),
        ("version", Int),
        ("reference", Text),
        ("code_digest", Text),
        ("procedure", Text),
        ("family", Text),
        ("step", Text),
        ("ended", Int),
        ("channel", Text),
        ("people", Int),
        ("place", Text),
        ("category", Text),
        ("registered", Int),
        ("since", Int),
        ("due", Text),
        ("clock", Text),
        ("wake", Int),
        ("is_key", Int),
        ("intakes", Int),
    ],
    on_conflict: "ON CONFLICT (id) DO UPDATE SET version = excluded.version, step = excluded.step,
        ended = excluded.ended, since = excluded.since, due = excluded.due,
        clock = excluded.clock, wake = excluded.wake, is_key = excluded.is_key, intakes = excluded.intakes",
};
const TASK: Table = Table {
    name: "task",
    key: "matter, track",
    columns: &[
        ("matter", Text),
        ("track", Text),
        ("office", Text),
        ("step", Text),
        ("since", Int),
        ("due", Text),
        ("clock", Text),
    ],
    on_conflict: "",
};
const MATTER_OFFICE: Table = Table {
    name: "matter_office",
    key: "matter, office",
    columns: &[
        ("matter", Text),
        ("office", Text),
        ("ended", Int),
        ("step", Text),
        ("due", Text),
        ("registered", Int),
    ],
    // The rows that are there follow the matter's by a trigger.
    on_conflict: "ON CONFLICT DO NOTHING",
};
const FACT: Table = Table {
    name: "fact",
    key: "position, seq",
    columns: &[
        ("position", Int),
        ("seq", Int),
        ("kind", Text),
        ("family", Text),
        ("matter", Text),
        ("session", Text),
        ("office", Text),
        ("at", Int),
        ("label", Text),
        ("about", Text),
        ("amount", Int),
        ("on_time", Int),
        ("due", Text),
        ("event", Int),
    ],
    on_conflict: "",
};
const SESSION: Table = Table {
    name: "session",
    key: "id",
    columns: &[
        ("id", Text),
        ("version", Int),
        ("office", Text),
        ("kind", Text),
        ("starts", Int),
        ("place", Text),
        ("held", Int),
    ],
    on_conflict: "ON CONFLICT (id) DO UPDATE SET version = excluded.version, held = excluded.held",
};
const ORIGIN: Table = Table {
    name: "origin",
    key: "source, name",
    columns: &[("source", Text), ("name", Text), ("stream", Text), ("intake", Int)],
    on_conflict: "ON CONFLICT DO NOTHING",
};
const NOTICE: Table = Table {
    name: "notice",
    key: "position, office",
    columns: &[
        ("position", Int),
        ("office", Text),
        ("matter", Text),
        ("clock", Text),
        ("due", Text),
        ("nth", Int),
        ("at", Int),
    ],
    on_conflict: "",
};

const BAR: Table = Table {
    name: "matter_bar",
    key: "matter, who",
    columns: &[("matter", Text), ("who", Text)],
    on_conflict: "ON CONFLICT DO NOTHING",
};

const OPENING: Table = Table {
    name: "opening",
    key: "matter, asked, came",
    columns: &[
        ("matter", Text),
        ("asked", Int),
        ("came", Text),
        ("event", Int),
        ("at", Int),
        ("home", Text),
        ("login", Text),
        ("office", Text),
        ("ground", Text),
        ("track", Text),
        ("custodian", Text),
    ],
    on_conflict: "",
};

/// Every read table.
pub(crate) const TABLES: [&Table; 9] =
    [&MATTER, &TASK, &MATTER_OFFICE, &FACT, &SESSION, &ORIGIN, &NOTICE, &BAR, &OPENING];

/// The indexes of the read tables, but for those that keep rows apart.
pub(crate) fn indexes(connection: &Connection) -> Result<Vec<Index>, StoreError> {
    connection.indexes(TABLES.iter().map(|table| table.name).collect())
}

/// Empties every read table.
pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    TABLES.iter().try_for_each(|table| connection.batch(&format!("DELETE FROM {}", table.name)))?;
    tally::clear(connection)?;
    connection.made_anew()
}

/// A digest over every read table, in order: equal content gives an equal digest, in whichever database it lies.
pub(crate) fn fingerprint(connection: &Connection) -> Result<String, StoreError> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    connection.snapshot(|| {
        for table in TABLES {
            hash.update(table.name.as_bytes());
            connection.read(&table.select(), &[], |rows| {
                while let Some(row) = rows.next()? {
                    for column in 0..table.columns.len() {
                        let cell = row.cell(column)?;
                        let bytes = cell.to_bytes();
                        hash.update([cell.tag()]);
                        hash.update((bytes.len() as u64).to_be_bytes());
                        hash.update(&bytes);
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(crate::keys::hex(&hash.finalize()))
}

/// The rows some events left, each event with its position. What is left is as if they were written one by one, in
/// order.
pub(crate) fn additions<'a>(events: &[(u64, &'a [Row])]) -> Vec<Addition<'a>> {
    let mut gathered = Gathered::default();
    for (position, rows) in events {
        for (seq, row) in (0_i64..).zip(*rows) {
            gathered.take(*position, seq, row);
        }
    }
    gathered.additions()
}

/// Writes a page of what events left.
pub(crate) fn write_page(connection: &Connection, page: &[(u64, Vec<Row>)]) -> Result<(), StoreError> {
    let events: Vec<(u64, &[Row])> = page.iter().map(|(position, rows)| (*position, rows.as_slice())).collect();
    connection.add(&additions(&events))
}

/// Rows by table. Of a matter or session written several times, the first says what stays and the last what changes.
#[derive(Default)]
struct Gathered<'a> {
    matters: Vec<(&'a MatterRow, &'a MatterRow)>,
    matter_at: HashMap<&'a str, usize>,
    /// Which offices held which of the matters, by its place among them.
    offices: Vec<(usize, &'a str)>,
    facts: Vec<Vec<Value<'a>>>,
    sessions: Vec<(&'a SessionRow, &'a SessionRow)>,
    session_at: HashMap<&'a str, usize>,
    origins: Vec<Vec<Value<'a>>>,
    notices: Vec<Vec<Value<'a>>>,
    bars: Vec<Vec<Value<'a>>>,
    openings: Vec<Vec<Value<'a>>>,
}

impl<'a> Gathered<'a> {
    fn take(&mut self, position: u64, seq: i64, row: &'a Row) {
        match row {
            Row::Matter(matter) => {
                let place = fold(&mut self.matters, &mut self.matter_at, &matter.id.0, matter);
                self.offices.extend(matter.offices.iter().map(|office| (place, office.0.as_str())));
            }
            Row::Session(session) => {
                fold(&mut self.sessions, &mut self.session_at, &session.id.0, session);
            }
            Row::Fact(fact) => self.facts.push(of_fact(position, seq, fact)),
            Row::Origin(origin) => self.origins.push(of_origin(origin)),
            Row::Notice(notice) => self.notices.push(of_notice(position, notice)),
            Row::Bar(row) => self.bars.push(values![&row.matter.0, row.bar.word()].into()),
            Row::Opening(row) => self.openings.push(of_opening(row)),
        }
    }

    fn additions(self) -> Vec<Addition<'a>> {
        let matters = self.matters.iter().map(|(first, last)| of_matter(first, last));
        let ids = self.matters.iter().map(|(first, _)| first.id.0.as_str()).collect();
        let tasks = |(_, matter): &(&'a MatterRow, &'a MatterRow)| {
            matter.tasks.iter().map(|task| of_task(&matter.id.0, task)).collect::<Vec<_>>()
        };
        let tasks = self.matters.iter().flat_map(tasks).collect();
        let offices = self.offices.iter().filter_map(|(place, office)| {
            self.matters.get(*place).map(|(first, last)| of_office(first, last, office))
        });
        let sessions = self.sessions.iter().map(|(first, last)| of_session(first, last));
        vec![
            Addition::to(&MATTER, matters.collect()),
            // What a matter left to do before is not to be done any more.
            Addition { instead: Some(("matter", ids)), ..Addition::to(&TASK, tasks) },
            Addition::to(&MATTER_OFFICE, offices.collect()),
            Addition::to(&FACT, self.facts),
            Addition::to(&SESSION, sessions.collect()),
            Addition::to(&ORIGIN, self.origins),
            Addition::to(&NOTICE, self.notices),
            Addition::to(&BAR, self.bars),
            Addition::to(&OPENING, self.openings),
        ]
    }
}

/// Takes a row in; the place of its pair.
fn fold<'a, T>(
    pairs: &mut Vec<(&'a T, &'a T)>,
    at: &mut HashMap<&'a str, usize>,
    id: &'a str,
    row: &'a T,
) -> usize {
    let place = *at.entry(id).or_insert(pairs.len());
    match pairs.get_mut(place) {
        Some(pair) => pair.1 = row,
        None => pairs.push((row, row)),
    }
    place
}

fn of_matter<'a>(first: &'a MatterRow, last: &'a MatterRow) -> Vec<Value<'a>> {
    values![
        &first.id.0,
        last.version,
        &first.reference,
        &first.code_digest,
        &first.procedure,
        &first.family,
        &last.step,
        last.ended,
        first.channel,
        first.people,
        &first.place.0,
        &first.category,
        first.registered.as_microsecond(),
        last.since.as_microsecond(),
        last.due.map(|day| day.to_string()),
        last.clock.as_ref(),
        last.wake.map(|at| at.as_microsecond()),
        last.key,
        last.intakes,
    ]
    .into()
}

fn of_office<'a>(first: &'a MatterRow, last: &'a MatterRow, office: &'a str) -> Vec<Value<'a>> {
    values![
        &first.id.0,
        office,
        last.ended,
        &last.step,
        last.due.map(|day| day.to_string()),
        first.registered.as_microsecond(),
    ]
    .into()
}

fn of_task<'a>(matter: &'a str, task: &'a TaskRow) -> Vec<Value<'a>> {
    values![
        matter,
        &task.track,
        &task.office.0,
        &task.step,
        task.since.as_microsecond(),
        task.due.map(|day| day.to_string()),
        task.clock.as_ref(),
    ]
    .into()
}

fn of_fact(position: u64, seq: i64, fact: &Fact) -> Vec<Value<'_>> {
    values![
        position,
        seq,
        fact.kind,
        &fact.family,
        fact.matter.as_ref().map(|matter| &matter.0),
        fact.session.as_ref().map(|session| &session.0),
        &fact.office.0,
        fact.at.as_microsecond(),
        &fact.label,
        &fact.about,
        fact.amount,
        fact.on_time,
        fact.due.map(|day| day.to_string()),
        fact.event,
    ]
    .into()
}

fn of_session<'a>(first: &'a SessionRow, last: &'a SessionRow) -> Vec<Value<'a>> {
    values![
        &first.id.0,
        last.version,
        &first.office.0,
        &first.kind,
        first.starts.as_microsecond(),
        &first.place,
        last.held,
    ]
    .into()
}

fn of_origin(row: &OriginRow) -> Vec<Value<'_>> {
    values![&row.origin.from, &row.origin.name, &row.stream, row.intake].into()
}

fn of_opening(row: &OpeningRow) -> Vec<Value<'_>> {
    values![
        &row.matter.0,
        row.asked,
        row.came.word(),
        row.event,
        row.at.as_microsecond(),
        &row.home.0,
        &row.login.0,
        &row.office.0,
        &row.ground,
        &row.track,
        row.by.as_ref().map(|by| &by.0),
    ]
    .into()
}

fn of_notice(position: u64, row: &NoticeRow) -> Vec<Value<'_>> {
    values![
        position,
        &row.office.0,
        &row.matter.0,
        &row.clock,
        row.due.to_string(),
        row.nth,
        row.at.as_microsecond(),
    ]
    .into()
}
