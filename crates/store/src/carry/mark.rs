//! Marks on a database: from where a journal is still arriving, and where to it has moved.

use crate::database::{Connection, values};
use crate::error::{MOVED_CODE, StoreError};

const ARRIVING: &str = "arriving";
const MOVED: &str = "moved";

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// Not complete yet: what brings it.
    Arriving(String),
    /// Not in use any more: where to.
    Moved(String),
}

pub(super) fn read(connection: &Connection) -> Result<Option<Mark>, StoreError> {
    let sql = "SELECT name, rules FROM follower WHERE name IN (?1, ?2) ORDER BY name DESC";
    connection.first(sql, &values![ARRIVING, MOVED], |row| {
        let said = row.get(1)?;
        Ok(if row.get::<String>(0)? == MOVED { Mark::Moved(said) } else { Mark::Arriving(said) })
    })
}

/// Nobody works on a journal that has moved, or has not come yet.
pub(crate) fn refuse_marked(connection: &Connection) -> Result<(), StoreError> {
    match read(connection)? {
        None => Ok(()),
        Some(Mark::Moved(to)) => Err(StoreError::Moved(to)),
        Some(Mark::Arriving(from)) => Err(StoreError::Arriving(from)),
    }
}

pub(super) fn arriving(connection: &Connection, from: &str) -> Result<(), StoreError> {
    set(connection, ARRIVING, from)
}

pub(super) fn arrived(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("DELETE FROM follower WHERE name = ?1", &values![ARRIVING])
}

/// Marks a journal as moved, in a transaction that is open. Processes that work on a server at this moment wait for the
/// transaction to end and then find triggers in their way.
pub(super) fn moved(connection: &Connection, to: &str) -> Result<(), StoreError> {
    set(connection, MOVED, to)?;
    let Connection::Postgres(_) = connection else { return Ok(()) };
    let quoted = to.replace('\'', "''");
    connection.batch(&format!(
        "CREATE OR REPLACE FUNCTION journal_has_moved() RETURNS trigger LANGUAGE plpgsql AS
           $moved$ BEGIN RAISE EXCEPTION USING ERRCODE = '{MOVED_CODE}', MESSAGE = '{quoted}'; END $moved$"
    ))?;
    for table in ["event", "leaf", "account"] {
        connection.batch(&format!(
            "CREATE OR REPLACE TRIGGER {table}_has_moved BEFORE INSERT OR UPDATE ON {table}
               FOR EACH STATEMENT EXECUTE FUNCTION journal_has_moved();
             ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_has_moved"
        ))?;
    }
    Ok(())
}

fn set(connection: &Connection, name: &str, said: &str) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO follower (name, position, rules) VALUES (?1, 0, ?2)
         ON CONFLICT (name) DO UPDATE SET rules = excluded.rules",
        &values![name, said],
    )
}
