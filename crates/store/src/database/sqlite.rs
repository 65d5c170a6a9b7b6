//! SQLite: one file, one writing process.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::{Rows, Table, Value};
use crate::error::StoreError;

/// A gigabyte of pages, for the while.
pub(super) const MUCH: &str = "PRAGMA secure_delete = OFF; PRAGMA cache_size = -1048576;";
/// 64 MB of pages: with the 2 MB there are otherwise, the upper leaves of the indexes are read again for every command.
pub(super) const AS_USUAL: &str = "PRAGMA secure_delete = ON; PRAGMA cache_size = -65536;";

/// Opens the file for writing, made where it is absent, or for reading.
pub(super) fn connect(path: &Path, read_only: bool) -> Result<Connection, StoreError> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    // Plans do not depend on the values asked for: otherwise statements are prepared anew for each.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if !read_only {
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
             PRAGMA recursive_triggers = ON;",
        )?;
        connection.execute_batch(AS_USUAL)?;
    }
    Ok(connection)
}

pub(super) fn execute(connection: &Connection, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute(params_from_iter(values))?;
    Ok(())
}

pub(super) fn read<T>(
    connection: &Connection,
    sql: &str,
    values: &[Value<'_>],
    work: impl FnOnce(&mut Rows<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query(params_from_iter(values))?;
    work(&mut Rows::Sqlite(rows))
}

/// A prepared statement run once for each row: nothing is quicker inside one process.
pub(super) fn insert(connection: &Connection, table: &Table, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let marks: Vec<String> = (1..=table.columns.len()).map(|number| format!("?{number}")).collect();
    let sql = format!("{} VALUES ({}) {}", table.insert_into(), marks.join(", "), table.on_conflict);
    let mut statement = connection.prepare_cached(&sql)?;
    for row in rows {
        statement.execute(params_from_iter(row))?;
    }
    Ok(())
}
