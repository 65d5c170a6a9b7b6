//! Reading the read tables. What an actor may see comes in as a filter and is applied here, in SQL, before any limit.

use casework::event::{MatterId, SessionId};
use casework::filter::Filter;
use casework::office::OfficeCode;
use casework::read::{Fact, MatterRow, NoticeRow, SessionRow, TaskRow};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::database::{Connection, Row, Value, values};
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

/// SQL for a filter over a column that holds a matter's id. Its values are added to those there are.
fn allowed<'a>(filter: &'a Filter, column: &str, values: &mut Vec<Value<'a>>) -> String {
    match filter {
        Filter::Everything => "TRUE".to_owned(),
        Filter::HeldBy(office) => {
            let mark = mark(values, &office.0);
            format!("{column} IN (SELECT matter FROM matter_office WHERE office = {mark})")
        }
        Filter::Nothing => "FALSE".to_owned(),
    }
}

/// Adds a value and gives the mark that stands for it.
fn mark<'a>(values: &mut Vec<Value<'a>>, value: impl Into<Value<'a>>) -> String {
    values.push(value.into());
    format!("?{}", values.len())
}

const MATTER: &str = "matter.id, version, reference, code_digest, procedure, family, matter.step, ended, channel,
                      people, place, category, registered, matter.since, matter.due, matter.clock, wake, is_key";
const TASK: &str = "track, office, task.step, task.since, task.due, task.clock";

/// Which rows a list is over, and in which of the tables its step and due day stand.
fn listed<'a>(filter: &'a Filter, wanted: &'a Wanted) -> (String, Vec<Value<'a>>) {
    let mut values = Vec::new();
    let mut condition = allowed(filter, "matter.id", &mut values);
    let of = if wanted.task_of.is_some() { "task" } else { "matter" };
    let mut also = |column: String, value: Option<Value<'a>>| {
        if let Some(value) = value {
            let mark = mark(&mut values, value);
            condition.push_str(&format!(" AND {column} {mark}"));
        }
    };
    also("office =".to_owned(), wanted.task_of.as_ref().map(|office| (&office.0).into()));
    also(format!("{of}.step ="), wanted.step.as_ref().map(Value::from));
    also("ended =".to_owned(), wanted.open.map(|open| (!open).into()));
    also(format!("{of}.due <="), wanted.due_by.map(|day| day.to_string().into()));
    also("reference =".to_owned(), wanted.reference.as_ref().map(Value::from));
    let tables = if wanted.task_of.is_some() { "task JOIN matter ON matter.id = task.matter" } else { "matter" };
    (format!("FROM {tables} WHERE {condition}"), values)
}

/// Matters or tasks by due date, those without one last.
pub(crate) fn matters(
    connection: &Connection,
    filter: &Filter,
    wanted: &Wanted,
) -> Result<Page<Found>, StoreError> {
    let (from, mut values) = listed(filter, wanted);
    let total = connection.one(&format!("SELECT count(*) {from}"), &values, |row| row.get(0))?;
    if wanted.limit == 0 {
        return Ok(Page { rows: Vec::new(), total });
    }
    let is_task = wanted.task_of.is_some();
    let (columns, of) =
        if is_task { (format!("{MATTER}, {TASK}"), "task") } else { (MATTER.to_owned(), "matter") };
    let (limit, offset) = (mark(&mut values, wanted.limit), mark(&mut values, wanted.offset));
    let sql = format!(
        "SELECT {columns} {from} ORDER BY {of}.due IS NULL, {of}.due, registered, matter.id LIMIT {limit} OFFSET {offset}"
    );
    let rows = connection.all(&sql, &values, |row| {
        Ok(Found { row: matter(row)?, task: if is_task { Some(task(row)?) } else { None } })
    })?;
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
    let sql =
        format!("SELECT family, {of}.step, count(*) {from} GROUP BY family, {of}.step ORDER BY family, {of}.step");
    connection.all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
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
    connection.first(&format!("SELECT {MATTER} FROM matter WHERE {column} = ?1"), &values![value], matter)
}

/// Every matter that has not ended, or in which somebody must still do something.
pub(crate) fn open_matters(connection: &Connection) -> Result<Vec<MatterId>, StoreError> {
    let sql = "SELECT id FROM matter WHERE ended = 0 OR id IN (SELECT matter FROM task) ORDER BY id";
    connection.all(sql, &[], |row| row.get(0).map(MatterId))
}

/// Whether a filter lets a matter through.
pub(crate) fn lets_through(connection: &Connection, filter: &Filter, id: &MatterId) -> Result<bool, StoreError> {
    let mut values = values![&id.0].to_vec();
    let allowed = allowed(filter, "id", &mut values);
    let sql = format!("SELECT 1 FROM matter WHERE id = ?1 AND {allowed}");
    Ok(connection.first(&sql, &values, |_| Ok(()))?.is_some())
}

/// The matter time has something to say about first, by `now`.
pub(crate) fn next_to_wake(connection: &Connection, now: Timestamp) -> Result<Option<MatterId>, StoreError> {
    let sql = "SELECT id FROM matter WHERE wake IS NOT NULL AND wake <= ?1 ORDER BY wake, id LIMIT 1";
    connection.first(sql, &values![now.as_microsecond()], |row| row.get(0).map(MatterId))
}

/// Facts of some families that happened before `before`, in journal order, as far as the filter allows.
pub(crate) fn facts(
    connection: &Connection,
    families: &[String],
    before: Timestamp,
    filter: &Filter,
) -> Result<Vec<Fact>, StoreError> {
    let families: Vec<&str> = families.iter().map(String::as_str).collect();
    let mut values = values![before.as_microsecond(), families].to_vec();
    let mut condition = allowed(filter, "matter", &mut values);
    if let Filter::HeldBy(office) = filter {
        // Sessions belong to the office that holds them; a fact about a matter goes the matter's way.
        let mark = mark(&mut values, &office.0);
        condition = format!("({condition} OR (family = 'session' AND office = {mark}))");
    }
    let sql = format!(
        "SELECT kind, family, matter, session, office, at, label, about, amount, on_time, due, event FROM fact
         WHERE at < ?1 AND {} AND {condition} ORDER BY position, seq",
        connection.among("family", 2)
    );
    connection.all(&sql, &values, fact)
}

/// Sessions of an office, latest first; of all offices where none is named.
pub(crate) fn sessions(
    connection: &Connection,
    office: Option<&OfficeCode>,
) -> Result<Vec<SessionRow>, StoreError> {
    let mut values = Vec::new();
    let of_office = office.map(|office| format!("WHERE office = {}", mark(&mut values, &office.0)));
    let sql = format!(
        "SELECT id, version, office, kind, starts, place, held FROM session {} ORDER BY starts DESC, id",
        of_office.unwrap_or_default()
    );
    connection.all(&sql, &values, |row| {
        Ok(SessionRow {
            id: SessionId(row.get(0)?),
            version: row.get(1)?,
            office: OfficeCode(row.get(2)?),
            kind: row.get(3)?,
            starts: moment(row.get(4)?)?,
            place: row.get(5)?,
            held: row.get(6)?,
        })
    })
}

/// Where a story's or import's name leads: stream key and intake number.
pub(crate) fn origin(
    connection: &Connection,
    source: &str,
    name: &str,
) -> Result<Option<(String, u32)>, StoreError> {
    let sql = "SELECT stream, intake FROM origin WHERE source = ?1 AND name = ?2";
    connection.first(sql, &values![source, name], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What an office was told lately of clocks that ended, latest first, one row for each matter and clock.
pub(crate) fn notices(
    connection: &Connection,
    office: &OfficeCode,
    most: u32,
) -> Result<Vec<NoticeRow>, StoreError> {
    let sql = "SELECT notice.matter, notice.clock, notice.due, max(nth), max(at) FROM notice
         JOIN task ON task.matter = notice.matter AND task.clock = notice.clock AND task.due = notice.due
         WHERE notice.office = ?1 GROUP BY notice.matter, notice.clock, notice.due
         ORDER BY max(at) DESC, notice.matter, notice.clock, notice.due LIMIT ?2";
    connection.all(sql, &values![&office.0, most], |row| {
        Ok(NoticeRow {
            office: office.clone(),
            matter: MatterId(row.get(0)?),
            clock: row.get(1)?,
            due: day(row.get(2)?)?,
            nth: row.get(3)?,
            at: moment(row.get(4)?)?,
        })
    })
}

fn matter(row: &Row<'_>) -> Result<MatterRow, StoreError> {
    let channel: String = row.get(8)?;
    let due: Option<String> = row.get(14)?;
    let wake: Option<i64> = row.get(16)?;
    Ok(MatterRow {
        id: MatterId(row.get(0)?),
        version: row.get(1)?,
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
        matter: row.get::<Option<String>>(2)?.map(MatterId),
        session: row.get::<Option<String>>(3)?.map(SessionId),
        office: OfficeCode(row.get(4)?),
        at: moment(row.get(5)?)?,
        label: row.get(6)?,
        about: row.get(7)?,
        amount: row.get(8)?,
        on_time: row.get(9)?,
        due: due.map(day).transpose()?,
        event: row.get(11)?,
    })
}

fn day(text: String) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("day '{text}'")))
}
