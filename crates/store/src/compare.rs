//! The read tables as the journal says they must be, made beside the real ones in memory, and the first row that differs.

use casework::read::Row;

use crate::database::{Connection, Rows, Table};
use crate::error::StoreError;
use crate::rows;
use crate::verify::Finding;

/// Read tables in memory.
pub(crate) struct Expected(Connection);

impl Expected {
    pub(crate) fn new() -> Result<Expected, StoreError> {
        let connection = Connection::in_memory()?;
        connection.batch("BEGIN")?;
        Ok(Expected(connection))
    }

    /// Takes in the rows some events leave.
    pub(crate) fn take(&self, page: &[(u64, Vec<Row>)]) -> Result<(), StoreError> {
        rows::write_page(&self.0, page)
    }

    /// The first row, in the order of the tables, that is not there, not as it must be, or one too many.
    pub(crate) fn first_difference(&self, real: &Connection) -> Result<Option<Finding>, StoreError> {
        for table in rows::TABLES {
            let sql = table.select();
            let row = self.0.read(&sql, &[], |expected| {
                real.read(&sql, &[], |found| first_difference(table, expected, found))
            })?;
            if let Some(row) = row {
                return Ok(Some(Finding::TableDiffers { table: table.name, row }));
            }
        }
        Ok(None)
    }
}

/// The key of the first row in which two tables differ.
fn first_difference(
    table: &Table,
    expected: &mut Rows<'_>,
    found: &mut Rows<'_>,
) -> Result<Option<String>, StoreError> {
    loop {
        let (must, is) = (next(expected, table)?, next(found, table)?);
        if must != is {
            return Ok(Some(first_of(must, is, table)));
        }
        if must.is_none() {
            return Ok(None);
        }
    }
}

/// A cell that outlives its row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    tag: u8,
    number: i64,
    bytes: Vec<u8>,
    words: String,
}

fn next(rows: &mut Rows<'_>, table: &Table) -> Result<Option<Vec<Kept>>, StoreError> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let keep = |column: usize| {
        let cell = row.cell(column)?;
        let number = if let crate::database::Cell::Int(number) = cell { number } else { 0 };
        Ok(Kept { tag: cell.tag(), number, bytes: cell.to_bytes(), words: cell.in_words() })
    };
    (0..table.columns.len()).map(keep).collect::<Result<_, _>>().map(Some)
}

/// Of two rows that differ, the key of the one that comes first: the other is missing or one too many.
fn first_of(must: Option<Vec<Kept>>, is: Option<Vec<Kept>>, table: &Table) -> String {
    let key = |row: Vec<Kept>| -> Vec<Kept> {
        let named = |name: &str| table.columns.iter().position(|(column, _)| *column == name);
        table.key.split(", ").filter_map(named).filter_map(|column| row.get(column).cloned()).collect()
    };
    let first = match (must.map(key), is.map(key)) {
        (Some(must), Some(is)) => must.min(is),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => Vec::new(),
    };
    first.into_iter().map(|kept| kept.words).collect::<Vec<_>>().join("/")
}
