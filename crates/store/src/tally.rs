//! Counters of figures: what a follower has still to count, what it counted, and the sums a report is made of. What is
//! counted, and how, is given by whoever follows.

use std::collections::{BTreeMap, BTreeSet};

use casework::event::Stream;
use casework::filter::Filter;
use casework::read::Fact;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::database::Kind::{Int, Text};
use crate::database::{Addition, Connection, Table, values};
use crate::error::StoreError;
use crate::read;

/// What is counted together, of which something was written since it was counted last: what belongs to a matter, or what
/// happened at a session (about one matter or none).
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Its id.
    pub id: String,
    /// Its facts that were counted before.
    pub before: Vec<Fact>,
    /// Its facts as they are to be counted, those among them.
    pub now: Vec<Fact>,
    /// The offices it was counted for.
    pub counted_for: Vec<String>,
    /// Those that see it.
    pub seen_by: Vec<String>,
}

/// A stretch of the journal that is not counted yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncounted {
    /// The last position that was counted; 0 where all is counted anew.
    pub from: u64,
    /// The last position of the stretch.
    pub to: u64,
    /// What was written about in it.
    pub units: Vec<Unit>,
}

/// Where an amount is added: viewer (empty for all), report, figure, day (none: any), first day it is known.
pub type Place = (String, String, usize, Option<Date>, Date);

/// What a stretch adds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// Amounts that are not 0.
    pub amounts: BTreeMap<Place, i64>,
    /// Units with an office each was not counted for before.
    pub viewers: BTreeSet<(String, String)>,
    /// Units that are not counted any more, but looked at in every question.
    pub apart: BTreeSet<String>,
}

const NAME: &str = "tally";
const TALLY: Table = Table {
    name: "tally",
    key: "viewer, report, figure, day, known",
    columns: &[
        ("viewer", Text),
        ("report", Text),
        ("figure", Int),
        ("day", Text),
        ("known", Text),
        ("amount", Int),
    ],
    on_conflict: "ON CONFLICT (viewer, report, figure, day, known) DO UPDATE SET amount = tally.amount + excluded.amount",
};
const VIEWER: Table = Table {
    name: "tally_viewer",
    key: "unit, viewer",
    columns: &[("unit", Text), ("viewer", Text)],
    on_conflict: "ON CONFLICT DO NOTHING",
};
const APART: Table =
    Table { name: "tally_apart", key: "unit", columns: &[("unit", Text)], on_conflict: "ON CONFLICT DO NOTHING" };
/// How far followers of the journal have come.
pub(crate) const FOLLOWER: Table = Table {
    name: "follower",
    key: "name",
    columns: &[("name", Text), ("position", Int), ("rules", Text)],
    on_conflict: "ON CONFLICT (name) DO UPDATE SET position = excluded.position, rules = excluded.rules",
};

/// How far it was counted by these rules: 0 where not at all, or by others.
pub(crate) fn position(connection: &Connection, rules: &str) -> Result<u64, StoreError> {
    let sql = "SELECT position FROM follower WHERE name = ?1 AND rules = ?2";
    Ok(connection.first(sql, &values![NAME, rules], |row| row.get(0))?.unwrap_or(0))
}

/// What comes next after what was counted by `rules`, at most so many events; none where all is counted.
pub(crate) fn uncounted(connection: &Connection, rules: &str, most: u64) -> Result<Option<Uncounted>, StoreError> {
    connection.snapshot(|| {
        let from = position(connection, rules)?;
        let end: u64 = connection.one("SELECT coalesce(max(position), 0) FROM event", &[], |row| row.get(0))?;
        if from >= end {
            return Ok(None);
        }
        let to = end.min(from + most);
        let sql = "SELECT DISTINCT stream FROM event WHERE position > ?1 AND position <= ?2";
        let streams: Vec<String> = connection.all(sql, &values![from, to], |row| row.get(0))?;
        let mut units: BTreeMap<String, Unit> = BTreeMap::new();
        for stream in streams.iter().filter_map(|key| Stream::from_key(key)) {
            let touched = match &stream {
                Stream::Matter(id) => facts_of(connection, "matter", &id.0, to)?,
                Stream::Session(id) => facts_of(connection, "session", &id.0, to)?,
                _ => Vec::new(),
            };
            for (id, facts) in by_unit(touched) {
                if !units.contains_key(&id) {
                    units.insert(id.clone(), unit(connection, id, facts, from)?);
                }
            }
        }
        let units = units.into_values().collect();
        Ok(Some(Uncounted { from, to, units }))
    })
}

type Placed = (u64, Fact);

fn facts_of(connection: &Connection, column: &str, id: &str, to: u64) -> Result<Vec<Placed>, StoreError> {
    let sql = format!(
        "SELECT {}, position FROM fact WHERE {column} = ?1 AND position <= ?2 ORDER BY position, seq",
        read::FACT
    );
    connection.all(&sql, &values![id, to], |row| Ok((row.get(read::FACT_COLUMNS)?, read::fact(row)?)))
}

/// What is seen together: of a matter what is its own; of a session what is about no matter, and for each matter that
/// was received there what is about that.
fn by_unit(facts: Vec<Placed>) -> BTreeMap<String, Vec<Placed>> {
    let mut units: BTreeMap<String, Vec<Placed>> = BTreeMap::new();
    for (position, fact) in facts {
        let ids = [fact.session.as_ref().map(|id| &id.0), fact.matter.as_ref().map(|id| &id.0)];
        let id: Vec<&str> = ids.into_iter().flatten().map(String::as_str).collect();
        units.entry(id.join("/")).or_default().push((position, fact));
    }
    units
}

fn unit(connection: &Connection, id: String, facts: Vec<Placed>, from: u64) -> Result<Unit, StoreError> {
    let sql = "SELECT viewer FROM tally_viewer WHERE unit = ?1";
    let counted_for = if from == 0 { Vec::new() } else { connection.all(sql, &values![&id], |row| row.get(0))? };
    // Whoever holds the matter sees it; a session belongs to the office that holds it.
    let mut seen_by: BTreeSet<String> = BTreeSet::new();
    if let Some(matter) = facts.iter().find_map(|(_, fact)| fact.matter.as_ref()) {
        let sql = "SELECT office FROM matter_office WHERE matter = ?1";
        seen_by.extend(connection.all(sql, &values![&matter.0], |row| row.get::<String>(0))?);
    }
    let at_session = facts.iter().filter(|(_, fact)| fact.session.is_some());
    seen_by.extend(at_session.map(|(_, fact)| fact.office.0.clone()));
    let before = facts.iter().filter(|(position, _)| *position <= from).map(|(_, fact)| fact.clone()).collect();
    let now = facts.into_iter().map(|(_, fact)| fact).collect();
    Ok(Unit { id, before, now, counted_for, seen_by: seen_by.into_iter().collect() })
}

/// Writes what a stretch adds. `false` where somebody else has counted it meanwhile: nothing is then written.
pub(crate) fn count(
    connection: &Connection,
    rules: &str,
    (from, to): (u64, u64),
    counted: &Counted,
) -> Result<bool, StoreError> {
    if position(connection, rules)? != from {
        return Ok(false);
    }
    if from == 0 {
        clear(connection)?;
    }
    let day = |day: &Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let amounts = counted.amounts.iter().map(|((viewer, report, figure, on, known), amount)| {
        let figure = u64::try_from(*figure).unwrap_or(u64::MAX);
        values![viewer, report, figure, day(on), known.to_string(), *amount].to_vec()
    });
    let viewers = counted.viewers.iter().map(|(unit, viewer)| values![unit, viewer].to_vec());
    connection.add(&[
        Addition::to(&TALLY, amounts.collect()),
        Addition::to(&VIEWER, viewers.collect()),
        Addition::to(&APART, counted.apart.iter().map(|unit| values![unit].to_vec()).collect()),
        Addition::to(&FOLLOWER, vec![values![NAME, to, rules].to_vec()]),
    ])?;
    Ok(true)
}

/// Forgets what was counted.
pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    for table in [&TALLY, &VIEWER, &APART] {
        connection.batch(&format!("DELETE FROM {}", table.name))?;
    }
    connection.execute("DELETE FROM follower WHERE name = ?1", &values![NAME])
}

/// Sums of a report's figures over a period, by place in the report; those that are not named are 0.
pub(crate) fn sums(
    connection: &Connection,
    report: &str,
    filter: &Filter,
    (from, to): (Date, Date),
) -> Result<Vec<(usize, i64)>, StoreError> {
    let viewer = match filter {
        Filter::Everything => "",
        Filter::HeldBy { office, .. } => office.0.as_str(),
        Filter::Nothing => return Ok(Vec::new()),
    };
    let sql = "SELECT figure, CAST(sum(amount) AS BIGINT) FROM tally
               WHERE viewer = ?1 AND report = ?2 AND known <= ?3 AND (day = '' OR day >= ?4) GROUP BY figure";
    let values = values![viewer, report, to.to_string(), from.to_string()];
    connection
        .all(sql, &values, |row| Ok((usize::try_from(row.get::<i64>(0)?).unwrap_or(usize::MAX), row.get(1)?)))
}

/// The facts of what is not counted but looked at in every question.
pub(crate) fn apart(
    connection: &Connection,
    families: &[String],
    before: Timestamp,
    filter: &Filter,
) -> Result<Vec<Fact>, StoreError> {
    let none = "SELECT 1 FROM tally_apart LIMIT 1";
    if connection.first(none, &[], |_| Ok(()))?.is_none() {
        return Ok(Vec::new());
    }
    read::facts_where(
        connection,
        families,
        before,
        filter,
        "session IS NULL AND matter IN (SELECT unit FROM tally_apart)",
    )
}
