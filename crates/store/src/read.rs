//! Reading the read tables. What an actor may see comes in as a filter and is applied here, in SQL, before any limit.

use casework::conflict::Bar;
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
    /// Only those due on or after this day.
    pub due_from: Option<Date>,
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

/// How far rows are counted: [`Page::total`] and the counts of steps are at most one more, which stands for many. A
/// list of a million is shown as quickly as one of ten.
pub const COUNTED_MAX: u64 = 1000;

/// A page of a list, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in all, up to [`COUNTED_MAX`] and one more.
    pub total: u64,
    /// Whether there are rows after this page.
    pub more: bool,
}

/// SQL for a filter over a column that holds a matter's id. Its values are added to those there are.
pub(crate) fn allowed<'a>(
    connection: &Connection,
    filter: &'a Filter,
    column: &str,
    values: &mut Vec<Value<'a>>,
) -> String {
    match filter {
        Filter::Everything => "TRUE".to_owned(),
        Filter::HeldBy { office, .. } => {
            let not_kept = not_kept_from(connection, filter, column, values);
            let mark = mark(values, &office.0);
            format!(
                "EXISTS (SELECT 1 FROM matter_office AS seen WHERE seen.matter = {column} AND seen.office = {mark})
                 AND {not_kept}"
            )
        }
        Filter::Nothing => "FALSE".to_owned(),
    }
}

/// SQL for those of an office's matters that are not kept from whoever asks.
fn not_kept_from<'a>(
    connection: &Connection,
    filter: &'a Filter,
    column: &str,
    values: &mut Vec<Value<'a>>,
) -> String {
    let Filter::HeldBy { but, .. } = filter else { return "TRUE".to_owned() };
    mark(values, but.iter().map(Bar::word).collect::<Vec<String>>());
    let is_theirs = connection.among("bar.who", values.len());
    format!("NOT EXISTS (SELECT 1 FROM matter_bar AS bar WHERE bar.matter = {column} AND {is_theirs})")
}

/// Whether the filter keeps anything from whoever asks that their office holds.
pub(crate) fn is_narrowed(connection: &Connection, filter: &Filter) -> Result<bool, StoreError> {
    let Filter::HeldBy { office, but } = filter else { return Ok(false) };
    let who: Vec<String> = but.iter().map(Bar::word).collect();
    let sql = format!(
        // From the few bars to the matters they are of: the office may hold a million.
        "SELECT 1 FROM matter_bar AS bar WHERE {} AND EXISTS
           (SELECT 1 FROM matter_office AS held WHERE held.matter = bar.matter AND held.office = ?2) LIMIT 1",
        connection.among("bar.who", 1)
    );
    Ok(connection.first(&sql, &values![who, &office.0], |_| Ok(()))?.is_some())
}

/// Adds a value and gives the mark that stands for it.
fn mark<'a>(values: &mut Vec<Value<'a>>, value: impl Into<Value<'a>>) -> String {
    values.push(value.into());
    format!("?{}", values.len())
}

pub(crate) const MATTER: &str =
    "matter.id, matter.version, matter.reference, matter.code_digest, matter.procedure, matter.family,
    matter.step, matter.ended, matter.channel, matter.people, matter.place, matter.category, matter.registered,
    matter.since, matter.due, matter.clock, matter.wake, matter.is_key, matter.intakes";
const TASK: &str = "task.track, task.office, task.step, task.since, task.due, task.clock";

/// A list as SQL: over a table whose indexes have its rows in order, narrowed by what stands in that table.
struct List<'a> {
    /// `task`, `held` (of an office) or `matter` (of all).
    of: &'static str,
    /// The table, under that name.
    table: &'static str,
    /// The office the list is of: the first column of the table's indexes.
    office: Option<&'a OfficeCode>,
    /// The matter's own table is needed to tell which rows are meant.
    asks_matter: bool,
    condition: String,
    values: Vec<Value<'a>>,
}

impl<'a> List<'a> {
    /// `values` are those of the statement it becomes a part of.
    fn of(
        connection: &Connection,
        filter: &'a Filter,
        wanted: &'a Wanted,
        mut values: Vec<Value<'a>>,
    ) -> List<'a> {
        let (of, table, office, mut condition) = match (&wanted.task_of, filter) {
            // Whoever has a task holds the matter.
            (Some(office), Filter::HeldBy { office: own, .. }) if office == own => {
                let condition = not_kept_from(connection, filter, "task.matter", &mut values);
                ("task", "task", Some(office), condition)
            }
            (Some(office), _) => {
                ("task", "task", Some(office), allowed(connection, filter, "task.matter", &mut values))
            }
            (None, Filter::HeldBy { office: own, .. }) => {
                let condition = not_kept_from(connection, filter, "held.matter", &mut values);
                ("held", "matter_office AS held", Some(own), condition)
            }
            (None, _) => ("matter", "matter", None, allowed(connection, filter, "matter.id", &mut values)),
        };
        let mut also = |column: String, value: Option<Value<'a>>| {
            if let Some(value) = value {
                let mark = mark(&mut values, value);
                condition.push_str(&format!(" AND {column} {mark}"));
            }
        };
        also(format!("{of}.office ="), office.map(|office| (&office.0).into()));
        also(format!("{of}.step ="), wanted.step.as_ref().map(Value::from));
        let ended_in = if of == "task" { "matter" } else { of };
        also(format!("{ended_in}.ended ="), wanted.open.map(|open| (!open).into()));
        let due = due_of(of);
        also(format!("{of}.due IS NOT NULL AND {due} >="), wanted.due_from.map(|day| day.to_string().into()));
        also(format!("{due} <="), wanted.due_by.map(|day| day.to_string().into()));
        also("matter.reference =".to_owned(), wanted.reference.as_ref().map(Value::from));
        let asks_matter = wanted.reference.is_some() || (of == "task" && wanted.open.is_some());
        List { of, table, office, asks_matter, condition, values }
    }

    fn is_of_tasks(&self) -> bool {
        self.of == "task"
    }

    fn with_matter(&self) -> String {
        match self.of {
            "matter" => "matter".to_owned(),
            of => format!("{} JOIN matter ON matter.id = {of}.matter", self.table),
        }
    }

    /// `SELECT 1` of its rows, of no more than are counted.
    fn some(&self, also: &str) -> String {
        let tables = if self.asks_matter { self.with_matter() } else { self.table.to_owned() };
        let most = COUNTED_MAX + 1;
        format!("SELECT 1 FROM {tables} WHERE {}{also} LIMIT {most}", self.condition)
    }

    /// The columns that order it: those of its index after the office.
    fn order(&self) -> String {
        let due = due_of(self.of);
        match self.of {
            "task" => format!("{due}, task.since, task.matter, task.track"),
            "held" => format!("held.ended, {due}, held.registered, held.matter"),
            of => format!("{of}.ended, {due}, {of}.registered, {of}.id"),
        }
    }
}

/// The due day, after all others where there is none: as the indexes have it.
fn due_of(table: &str) -> String {
    format!("coalesce({table}.due, '9999-12-31')")
}

/// Tasks by due day and how long they wait; matters that have not ended first, by due day. Those without one come last.
pub(crate) fn matters(
    connection: &Connection,
    filter: &Filter,
    wanted: &Wanted,
) -> Result<Page<Found>, StoreError> {
    let mut list = List::of(connection, filter, wanted, Vec::new());
    let counted = format!("SELECT count(*) FROM ({}) AS counted", list.some(""));
    let total = connection.one(&counted, &list.values, |row| row.get(0))?;
    if wanted.limit == 0 {
        return Ok(Page { rows: Vec::new(), total, more: total > 0 });
    }
    // One more tells whether there are more.
    let limit = mark(&mut list.values, u64::from(wanted.limit) + 1);
    let offset = mark(&mut list.values, wanted.offset);
    let is_task = list.is_of_tasks();
    let columns = if is_task { format!("{MATTER}, {TASK}") } else { MATTER.to_owned() };
    let (tables, condition, order) = (list.with_matter(), &list.condition, list.order());
    let sql =
        format!("SELECT {columns} FROM {tables} WHERE {condition} ORDER BY {order} LIMIT {limit} OFFSET {offset}");
    let mut rows = connection.all(&sql, &list.values, |row| {
        Ok(Found { row: matter(row)?, task: if is_task { Some(task(row)?) } else { None } })
    })?;
    let more = rows.len() > wanted.limit as usize;
    rows.truncate(wanted.limit as usize);
    Ok(Page { rows, total, more })
}

/// How many each of some lists holds, up to [`COUNTED_MAX`] and one more: one question for all of them.
pub(crate) fn counts(connection: &Connection, filter: &Filter, wanted: &[Wanted]) -> Result<Vec<u64>, StoreError> {
    let (mut values, mut counts) = (Vec::new(), Vec::new());
    for wanted in wanted {
        let list = List::of(connection, filter, wanted, values);
        counts.push(format!("(SELECT count(*) FROM ({}) AS counted)", list.some("")));
        values = list.values;
    }
    let sql = format!("SELECT {}", counts.join(", "));
    connection.one(&sql, &values, |row| (0..wanted.len()).map(|column| row.get(column)).collect())
}

/// The steps in which a list has something, with how many (up to [`COUNTED_MAX`] and one more), by step: procedure
/// family of the first, step, count. From one step to the next by index: the rows between are passed over.
pub(crate) fn steps(
    connection: &Connection,
    filter: &Filter,
    wanted: &Wanted,
) -> Result<Vec<(String, String, u64)>, StoreError> {
    let mut list = List::of(connection, filter, wanted, Vec::new());
    let (of, table, id) = (list.of, list.table, if list.of == "matter" { "id" } else { "matter" });
    let counted = list.some(&format!(" AND {of}.step = found.step"));
    let office = list.office.map(|office| mark(&mut list.values, &office.0));
    let mine = office.map_or_else(|| "TRUE".to_owned(), |mark| format!("{of}.office = {mark}"));
    let sql = format!(
        "WITH RECURSIVE found (step) AS (
           SELECT (SELECT min({of}.step) FROM {table} WHERE {mine})
           UNION ALL SELECT (SELECT min({of}.step) FROM {table} WHERE {mine} AND {of}.step > found.step)
             FROM found WHERE found.step IS NOT NULL)
         SELECT (SELECT family FROM matter AS its WHERE its.id =
                  (SELECT {of}.{id} FROM {table} WHERE {mine} AND {of}.step = found.step LIMIT 1)),
                found.step, (SELECT count(*) FROM ({counted}) AS counted)
           FROM found WHERE found.step IS NOT NULL ORDER BY found.step"
    );
    let steps = connection.all(&sql, &list.values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(steps.into_iter().filter(|(.., count)| *count > 0).collect())
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

/// The matter with this id or reference, where a filter lets it through: one question, whether it is hidden or not there.
pub(crate) fn visible(
    connection: &Connection,
    filter: &Filter,
    column: &str,
    value: &str,
) -> Result<Option<MatterId>, StoreError> {
    let mut values = values![value].to_vec();
    let allowed = allowed(connection, filter, "matter.id", &mut values);
    let sql = format!("SELECT matter.id FROM matter WHERE matter.{column} = ?1 AND {allowed}");
    connection.first(&sql, &values, |row| row.get(0).map(MatterId))
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
    facts_where(connection, families, before, filter, "TRUE")
}

/// Those of them that meet a condition more.
pub(crate) fn facts_where(
    connection: &Connection,
    families: &[String],
    before: Timestamp,
    filter: &Filter,
    also: &str,
) -> Result<Vec<Fact>, StoreError> {
    let (condition, values) = of_facts(connection, families, before, filter);
    let sql = format!("SELECT {FACT} FROM fact WHERE {condition} AND {also} ORDER BY position, seq");
    connection.all(&sql, &values, fact)
}

/// When the last of such facts happened.
pub(crate) fn last_fact(
    connection: &Connection,
    families: &[String],
    before: Timestamp,
    filter: &Filter,
) -> Result<Option<Timestamp>, StoreError> {
    let (condition, values) = of_facts(connection, families, before, filter);
    let last: Option<i64> =
        connection.one(&format!("SELECT max(at) FROM fact WHERE {condition}"), &values, |row| row.get(0))?;
    last.map(moment).transpose()
}

fn of_facts<'a>(
    connection: &Connection,
    families: &'a [String],
    before: Timestamp,
    filter: &'a Filter,
) -> (String, Vec<Value<'a>>) {
    let families: Vec<&str> = families.iter().map(String::as_str).collect();
    let mut values = values![before.as_microsecond(), families].to_vec();
    let mut condition = allowed(connection, filter, "fact.matter", &mut values);
    if let Filter::HeldBy { office, .. } = filter {
        // Sessions belong to the office that holds them; a fact about a matter goes the matter's way.
        let not_kept = not_kept_from(connection, filter, "fact.matter", &mut values);
        let mark = mark(&mut values, &office.0);
        condition = format!("({condition} OR (family = 'session' AND office = {mark} AND {not_kept}))");
    }
    (format!("at < ?1 AND {} AND {condition}", connection.among("family", 2)), values)
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

/// What an office was told lately of clocks that ended and still run, latest first, one row for each matter and clock;
/// among the last [`COUNTED_MAX`] it was told.
pub(crate) fn notices(connection: &Connection, filter: &Filter, most: u32) -> Result<Vec<NoticeRow>, StoreError> {
    let Filter::HeldBy { office, .. } = filter else { return Ok(Vec::new()) };
    let mut values = values![&office.0, most].to_vec();
    let not_kept = not_kept_from(connection, filter, "notice.matter", &mut values);
    let sql = format!(
        "SELECT told.matter, told.clock, told.due, max(nth), max(at)
           FROM (SELECT * FROM notice WHERE office = ?1 AND {not_kept} ORDER BY at DESC LIMIT {COUNTED_MAX}) AS told
           JOIN task ON task.matter = told.matter AND task.clock = told.clock AND task.due = told.due
          GROUP BY told.matter, told.clock, told.due
          ORDER BY max(at) DESC, told.matter, told.clock, told.due LIMIT ?2"
    );
    connection.all(&sql, &values, |row| {
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

pub(crate) fn matter(row: &Row<'_>) -> Result<MatterRow, StoreError> {
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
        intakes: row.get(18)?,
    })
}

/// The task behind a matter's columns.
fn task(row: &Row<'_>) -> Result<TaskRow, StoreError> {
    let due: Option<String> = row.get(23)?;
    Ok(TaskRow {
        track: row.get(19)?,
        office: OfficeCode(row.get(20)?),
        step: row.get(21)?,
        since: moment(row.get(22)?)?,
        due: due.map(day).transpose()?,
        clock: row.get(24)?,
    })
}

/// The columns of a fact, in the order in which it is read.
pub(crate) const FACT: &str =
    "kind, family, matter, session, office, at, label, about, amount, on_time, due, event";
/// How many they are.
pub(crate) const FACT_COLUMNS: usize = 12;

pub(crate) fn fact(row: &Row<'_>) -> Result<Fact, StoreError> {
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

pub(crate) fn day(text: String) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("day '{text}'")))
}
