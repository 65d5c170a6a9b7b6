//! Reading the read tables. What an actor may see comes in as a filter and is applied here, in SQL, before any limit.

use casework::event::{MatterId, SessionId};
use casework::filter::Filter;
use casework::office::OfficeCode;
use casework::read::{Fact, MatterRow, NoticeRow, SessionRow, TaskRow};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::error::StoreError;
use crate::journal::moment;

/// Which matters a list shows, besides what the filter allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only what this office must do next: a row for each track that lies with it, whose step and due day count.
    pub task_of: Option<OfficeCode>,
    /// Only this step.
    pub step: Option<String>,
    /// Only open (true) or ended (false) ones.
    pub open: Option<bool>,
    /// Only those due on or before this day.
    pub due_by: Option<Date>,
    /// Only this one.
    pub reference: Option<String>,
    /// How many at most.
    pub limit: u32,
    /// How many to pass over.
    pub offset: u32,
}

/// A matter in a list, and the task it is listed for where the list is of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The matter; its own tasks are left out.
    pub row: MatterRow,
    /// The task.
    pub task: Option<TaskRow>,
}

/// A page of a list, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in all.
    pub total: u64,
}

/// SQL for a filter over a column that holds a matter's id, with its values.
fn allowed(filter: &Filter, column: &str) -> (String, Vec<String>) {
    match filter {
        Filter::Everything => ("1".to_owned(), Vec::new()),
        Filter::HeldBy(office) => {
            (format!("{column} IN (SELECT matter FROM matter_office WHERE office = ?)"), vec![office.0.clone()])
        }
        Filter::Nothing => ("0".to_owned(), Vec::new()),
    }
}

const MATTER: &str = "matter.id, version, reference, code_digest, procedure, family, matter.step, ended, channel,
                      people, place, category, registered, matter.since, matter.due, matter.clock, wake, is_key";
const TASK: &str = "track, office, task.step, task.since, task.due, task.clock";

/// Which rows a list is over, and in which of the tables its step and due day stand.
fn listed(filter: &Filter, wanted: &Wanted) -> (String, Vec<String>) {
    let (mut condition, mut values) = allowed(filter, "matter.id");
    let of = if wanted.task_of.is_some() { "task" } else { "matter" };
    let mut also = |sql: &str, value: Option<String>| {
        condition.push_str(" AND ");
        condition.push_str(sql);
        values.extend(value);
    };
    if let Some(office) = &wanted.task_of {
        also("office = ?", Some(office.0.clone()));
    }
    if let Some(step) = &wanted.step {
        also(&format!("{of}.step = ?"), Some(step.clone()));
    }
    if let Some(open) = wanted.open {
        also(if open { "ended = 0" } else { "ended = 1" }, None);
    }
    if let Some(day) = wanted.due_by {
        also(&format!("{of}.due <= ?"), Some(day.to_string()));
    }
    if let Some(reference) = &wanted.reference {
        also("reference = ?", Some(reference.clone()));
    }
    let tables = if wanted.task_of.is_some() { "task JOIN matter ON matter.id = task.matter" } else { "matter" };
    (format!("FROM {tables} WHERE {condition}"), values)
}

/// Matters or tasks by due date, those without one last.
pub(crate) fn matters(
    connection: &Connection,
    filter: &Filter,
    wanted: &Wanted,
) -> Result<Page<Found>, StoreError> {
    let (from, values) = listed(filter, wanted);
    let total: i64 = connection
        .prepare_cached(&format!("SELECT count(*) {from}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    let total = u64::try_from(total).unwrap_or(0);
    if wanted.limit == 0 {
        return Ok(Page { rows: Vec::new(), total });
    }
    let is_task = wanted.task_of.is_some();
    let (columns, of) =
        if is_task { (format!("{MATTER}, {TASK}"), "task") } else { (MATTER.to_owned(), "matter") };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {columns} {from} ORDER BY {of}.due IS NULL, {of}.due, registered, matter.id LIMIT {} OFFSET {}",
        wanted.limit, wanted.offset
    ))?;
    let mut found = statement.query(params_from_iter(&values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(Found { row: matter(row)?, task: if is_task { Some(task(row)?) } else { None } });
    }
    Ok(Page { rows, total })
}

/// The steps in which a list has something, with how many: by procedure family and step.
pub(crate) fn steps(
    connection: &Connection,
    filter: &Filter,
    wanted: &Wanted,
) -> Result<Vec<(String, String, u64)>, StoreError> {
    let (from, values) = listed(filter, wanted);
    let of = if wanted.task_of.is_some() { "task" } else { "matter" };
    let mut statement = connection
        .prepare_cached(&format!("SELECT family, {of}.step, count(*) {from} GROUP BY family, {of}.step"))?;
    let mut found = statement.query(params_from_iter(&values))?;
    let mut steps = Vec::new();
    while let Some(row) = found.next()? {
        steps.push((row.get(0)?, row.get(1)?, unsigned(row.get(2)?)));
    }
    Ok(steps)
}

/// One matter by the reference people know, whoever asks.
pub(crate) fn matter_by_reference(
    connection: &Connection,
    reference: &str,
) -> Result<Option<MatterRow>, StoreError> {
    one(connection, "reference", reference)
}

/// One matter by id.
pub(crate) fn matter_by_id(connection: &Connection, id: &MatterId) -> Result<Option<MatterRow>, StoreError> {
    one(connection, "id", &id.0)
}

fn one(connection: &Connection, column: &str, value: &str) -> Result<Option<MatterRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {MATTER} FROM matter WHERE {column} = ?1"))?;
    let mut rows = statement.query([value])?;
    rows.next()?.map(matter).transpose()
}

/// Every matter that has not ended, or in which somebody must still do something.
pub(crate) fn open_matters(connection: &Connection) -> Result<Vec<MatterId>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM matter WHERE ended = 0 OR id IN (SELECT matter FROM task) ORDER BY id")?;
    let found = statement.query_map([], |row| row.get(0).map(MatterId))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Whether a filter lets a matter through.
pub(crate) fn lets_through(connection: &Connection, filter: &Filter, id: &MatterId) -> Result<bool, StoreError> {
    let (sql, mut values) = allowed(filter, "id");
    values.insert(0, id.0.clone());
    let found = connection
        .prepare_cached(&format!("SELECT 1 FROM matter WHERE id = ? AND {sql}"))?
        .query_row(params_from_iter(&values), |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// The matter time has something to say about first, by `now`.
pub(crate) fn next_to_wake(connection: &Connection, now: Timestamp) -> Result<Option<MatterId>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT id FROM matter WHERE wake IS NOT NULL AND wake <= ?1 ORDER BY wake, id LIMIT 1")?
        .query_row([now.as_microsecond()], |row| row.get(0).map(MatterId))
        .optional()?)
}

/// Facts of some families that happened before `before`, in journal order, as far as the filter allows.
pub(crate) fn facts(
    connection: &Connection,
    families: &[String],
    before: Timestamp,
    filter: &Filter,
) -> Result<Vec<Fact>, StoreError> {
    let marks = vec!["?"; families.len()].join(", ");
    let (sql, allowed_values) = match filter {
        // Sessions belong to the office that holds them; a fact about a matter goes the matter's way.
        Filter::HeldBy(office) => {
            let (sql, mut values) = allowed(filter, "matter");
            values.push(office.0.clone());
            (format!("({sql} OR (family = 'session' AND office = ?))"), values)
        }
        other => allowed(other, "matter"),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT kind, family, matter, session, office, at, label, about, amount, on_time, due, event FROM fact
         WHERE at < {} AND family IN ({marks}) AND {sql} ORDER BY position, seq",
        before.as_microsecond()
    ))?;
    let values: Vec<&String> = families.iter().chain(&allowed_values).collect();
    let mut rows = statement.query(params_from_iter(values))?;
    let mut facts = Vec::new();
    while let Some(row) = rows.next()? {
        facts.push(fact(row)?);
    }
    Ok(facts)
}

/// Sessions of an office, latest first; of all offices where none is named.
pub(crate) fn sessions(
    connection: &Connection,
    office: Option<&OfficeCode>,
) -> Result<Vec<SessionRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, version, office, kind, starts, place, held FROM session
         WHERE ?1 IS NULL OR office = ?1 ORDER BY starts DESC, id",
    )?;
    let mut rows = statement.query([office.map(|office| &office.0)])?;
    let mut sessions = Vec::new();
    while let Some(row) = rows.next()? {
        sessions.push(SessionRow {
            id: SessionId(row.get(0)?),
            version: unsigned(row.get(1)?),
            office: OfficeCode(row.get(2)?),
            kind: row.get(3)?,
            starts: moment(row.get(4)?)?,
            place: row.get(5)?,
            held: row.get(6)?,
        });
    }
    Ok(sessions)
}

/// Where a story's or import's name leads: stream key and intake number.
pub(crate) fn origin(
    connection: &Connection,
    source: &str,
    name: &str,
) -> Result<Option<(String, u32)>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT stream, intake FROM origin WHERE source = ?1 AND name = ?2")?
        .query_row((source, name), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// What an office was told lately of clocks that ended, latest first, one row for each matter and clock.
pub(crate) fn notices(
    connection: &Connection,
    office: &OfficeCode,
    most: u32,
) -> Result<Vec<NoticeRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT notice.matter, notice.clock, notice.due, max(nth), max(at) FROM notice
         JOIN task ON task.matter = notice.matter AND task.clock = notice.clock AND task.due = notice.due
         WHERE notice.office = ?1 GROUP BY notice.matter, notice.clock, notice.due ORDER BY max(at) DESC LIMIT ?2",
    )?;
    let mut rows = statement.query((&office.0, most))?;
    let mut notices = Vec::new();
    while let Some(row) = rows.next()? {
        notices.push(NoticeRow {
            office: office.clone(),
            matter: MatterId(row.get(0)?),
            clock: row.get(1)?,
            due: day(row.get(2)?)?,
            nth: row.get(3)?,
            at: moment(row.get(4)?)?,
        });
    }
    Ok(notices)
}

fn matter(row: &Row<'_>) -> Result<MatterRow, StoreError> {
    let channel: String = row.get(8)?;
    let due: Option<String> = row.get(14)?;
    let wake: Option<i64> = row.get(16)?;
    Ok(MatterRow {
        id: MatterId(row.get(0)?),
        version: unsigned(row.get(1)?),
        reference: row.get(2)?,
        code_digest: row.get(3)?,
        procedure: row.get(4)?,
        family: row.get(5)?,
        step: row.get(6)?,
        ended: row.get(7)?,
        tasks: Vec::new(),
        offices: Vec::new(),
        channel: casework::event::Channel::from_word(&channel).map_or("", casework::event::Channel::word),
        people: row.get(9)?,
        place: OfficeCode(row.get(10)?),
        category: row.get(11)?,
        registered: moment(row.get(12)?)?,
        since: moment(row.get(13)?)?,
        due: due.map(day).transpose()?,
        clock: row.get(15)?,
        wake: wake.map(moment).transpose()?,
        key: row.get(17)?,
    })
}

/// The task behind a matter's columns.
fn task(row: &Row<'_>) -> Result<TaskRow, StoreError> {
    let due: Option<String> = row.get(22)?;
    Ok(TaskRow {
        track: row.get(18)?,
        office: OfficeCode(row.get(19)?),
        step: row.get(20)?,
        since: moment(row.get(21)?)?,
        due: due.map(day).transpose()?,
        clock: row.get(23)?,
    })
}

fn fact(row: &Row<'_>) -> Result<Fact, StoreError> {
    let kind: String = row.get(0)?;
    let due: Option<String> = row.get(10)?;
    Ok(Fact {
        kind: casework::read::fact_kind(&kind).ok_or_else(|| StoreError::Damaged(format!("fact '{kind}'")))?,
        family: row.get(1)?,
        matter: row.get::<_, Option<String>>(2)?.map(MatterId),
        session: row.get::<_, Option<String>>(3)?.map(SessionId),
        office: OfficeCode(row.get(4)?),
        at: moment(row.get(5)?)?,
        label: row.get(6)?,
        about: row.get(7)?,
        amount: row.get(8)?,
        on_time: row.get(9)?,
        due: due.map(day).transpose()?,
        event: unsigned(row.get(11)?),
    })
}

fn day(text: String) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("day '{text}'")))
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
