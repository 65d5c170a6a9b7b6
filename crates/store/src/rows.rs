//! Writing and emptying the read tables: rows as `casework` derived them, put where lists and figures look.

use casework::read::{Fact, MatterRow, NoticeRow, OriginRow, Row, SessionRow, TaskRow};
use rusqlite::{Connection, params};

use crate::error::StoreError;

/// Writes the rows one event left, in order. `position` is the event's.
pub(crate) fn write(connection: &Connection, position: u64, rows: &[Row]) -> Result<(), StoreError> {
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    for (seq, row) in (0_i64..).zip(rows) {
        match row {
            Row::Matter(matter) => write_matter(connection, matter)?,
            Row::Fact(fact) => write_fact(connection, position, seq, fact)?,
            Row::Session(session) => write_session(connection, session)?,
            Row::Origin(origin) => write_origin(connection, origin)?,
            Row::Notice(notice) => write_notice(connection, position, notice)?,
        }
    }
    Ok(())
}

/// Every read table, with its key in the order of its columns.
pub(crate) const TABLES: [(&str, &str); 7] = [
    ("matter", "id"),
    ("task", "matter, track"),
    ("matter_office", "office, matter"),
    ("fact", "position, seq"),
    ("session", "id"),
    ("origin", "source, name"),
    ("notice", "position, office"),
];

/// Empties every read table.
pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "DELETE FROM matter; DELETE FROM task; DELETE FROM matter_office; DELETE FROM fact; DELETE FROM session;
         DELETE FROM origin; DELETE FROM notice;",
    )?;
    Ok(())
}

/// A digest over every read table, in order: equal content gives an equal digest.
pub(crate) fn fingerprint(connection: &Connection) -> Result<String, StoreError> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for (table, order) in TABLES {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        hash.update(table.as_bytes());
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                let value = format!("{:?}", row.get_ref(column)?);
                hash.update((value.len() as u64).to_be_bytes());
                hash.update(value.as_bytes());
            }
        }
    }
    Ok(crate::keys::hex(&hash.finalize()))
}

fn write_matter(connection: &Connection, row: &MatterRow) -> Result<(), StoreError> {
    let id = &row.id.0;
    let written = connection
        .prepare_cached(
            "INSERT INTO matter (id, version, reference, code_digest, procedure, family, step, ended, channel,
                                 people, place, category, registered, since, due, clock, wake, is_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, step = excluded.step,
               ended = excluded.ended, since = excluded.since, due = excluded.due,
               clock = excluded.clock, wake = excluded.wake, is_key = excluded.is_key",
        )?
        .execute(params![
            id,
            i64::try_from(row.version).unwrap_or(i64::MAX),
            row.reference,
            row.code_digest,
            row.procedure,
            row.family,
            row.step,
            row.ended,
            row.channel,
            row.people,
            row.place.0,
            row.category,
            row.registered.as_microsecond(),
            row.since.as_microsecond(),
            row.due.map(|day| day.to_string()),
            row.clock,
            row.wake.map(|at| at.as_microsecond()),
            row.key,
        ]);
    match written {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            return Err(StoreError::ReferenceTaken);
        }
        other => other?,
    };
    connection.prepare_cached("DELETE FROM task WHERE matter = ?1")?.execute([id])?;
    for task in &row.tasks {
        write_task(connection, id, task)?;
    }
    for office in &row.offices {
        connection
            .prepare_cached("INSERT OR IGNORE INTO matter_office (office, matter) VALUES (?1, ?2)")?
            .execute((&office.0, id))?;
    }
    Ok(())
}

fn write_task(connection: &Connection, matter: &str, task: &TaskRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO task (matter, track, office, step, since, due, clock) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            matter,
            task.track,
            task.office.0,
            task.step,
            task.since.as_microsecond(),
            task.due.map(|day| day.to_string()),
            task.clock,
        ])?;
    Ok(())
}

fn write_fact(connection: &Connection, position: i64, seq: i64, fact: &Fact) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO fact (position, seq, kind, family, matter, session, office, at, label, about, amount,
                               on_time, due, event)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            position,
            seq,
            fact.kind,
            fact.family,
            fact.matter.as_ref().map(|matter| &matter.0),
            fact.session.as_ref().map(|session| &session.0),
            fact.office.0,
            fact.at.as_microsecond(),
            fact.label,
            fact.about,
            fact.amount,
            fact.on_time,
            fact.due.map(|day| day.to_string()),
            i64::try_from(fact.event).unwrap_or(i64::MAX),
        ])?;
    Ok(())
}

fn write_session(connection: &Connection, row: &SessionRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO session (id, version, office, kind, starts, place, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, held = excluded.held",
        )?
        .execute(params![
            row.id.0,
            i64::try_from(row.version).unwrap_or(i64::MAX),
            row.office.0,
            row.kind,
            row.starts.as_microsecond(),
            row.place,
            row.held,
        ])?;
    Ok(())
}

fn write_origin(connection: &Connection, row: &OriginRow) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO origin (source, name, stream, intake) VALUES (?1, ?2, ?3, ?4)")?
        .execute((&row.origin.from, &row.origin.name, &row.stream, row.intake))?;
    Ok(())
}

fn write_notice(connection: &Connection, position: i64, row: &NoticeRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO notice (position, office, matter, clock, due, nth, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            position,
            row.office.0,
            row.matter.0,
            row.clock,
            row.due.to_string(),
            row.nth,
            row.at.as_microsecond(),
        ])?;
    Ok(())
}
