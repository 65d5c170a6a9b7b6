//! The read tables as the journal says they must be, made beside the real ones in memory, and the first row that differs.

use casework::read::Row;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Rows};

use crate::error::StoreError;
use crate::rows;
use crate::verify::Finding;

/// Read tables in memory.
pub(crate) struct Expected(Connection);

impl Expected {
    pub(crate) fn new() -> Result<Expected, StoreError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(include_str!("schema.sql"))?;
        connection.execute_batch("BEGIN")?;
        Ok(Expected(connection))
    }

    /// Takes in the rows some events leave.
    pub(crate) fn take(&self, page: &[(u64, Vec<Row>)]) -> Result<(), StoreError> {
        page.iter().try_for_each(|(position, written)| rows::write(&self.0, *position, written))
    }

    /// The first row, in the order of the tables, that is not there, not as it must be, or one too many.
    pub(crate) fn first_difference(&self, real: &Connection) -> Result<Option<Finding>, StoreError> {
        for (table, key) in rows::TABLES {
            let sql = format!("SELECT * FROM {table} ORDER BY {key}");
            let (mut expected, mut found) = (self.0.prepare(&sql)?, real.prepare(&sql)?);
            let keys = key.split(", ").map(|name| expected.column_index(name)).collect::<Result<Vec<_>, _>>()?;
            let columns = expected.column_count();
            let (mut expected, mut found) = (expected.query([])?, found.query([])?);
            loop {
                let (must, is) = (next(&mut expected, columns)?, next(&mut found, columns)?);
                if must == is {
                    if must.is_none() {
                        break;
                    }
                    continue;
                }
                let row = first_of(must, is, &keys);
                return Ok(Some(Finding::TableDiffers { table, row }));
            }
        }
        Ok(None)
    }
}

fn next(rows: &mut Rows<'_>, columns: usize) -> Result<Option<Vec<Value>>, StoreError> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        // Lossily: an altered text need not be a text any more, and must be named, not stumbled over.
        values.push(match row.get_ref(column)? {
            ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
            other => other.try_into().unwrap_or(Value::Null),
        });
    }
    Ok(Some(values))
}

/// Of two rows that differ, the key of the one that comes first: the other is missing or one too many.
fn first_of(must: Option<Vec<Value>>, is: Option<Vec<Value>>, keys: &[usize]) -> String {
    let named = |row: Vec<Value>| {
        let words = keys.iter().filter_map(|column| row.get(*column)).map(in_words);
        words.collect::<Vec<_>>().join("/")
    };
    let order = |row: &[Value]| -> Vec<(i64, String)> {
        let of = |column: &usize| match row.get(*column) {
            Some(Value::Integer(number)) => (*number, String::new()),
            Some(other) => (0, in_words(other)),
            None => (0, String::new()),
        };
        keys.iter().map(of).collect()
    };
    match (must, is) {
        (Some(must), Some(is)) => named(if order(&is) < order(&must) { is } else { must }),
        (Some(only), None) | (None, Some(only)) => named(only),
        (None, None) => String::new(),
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.chars().take(80).collect(),
        Value::Real(number) => number.to_string(),
        Value::Null | Value::Blob(_) => "?".to_owned(),
    }
}
