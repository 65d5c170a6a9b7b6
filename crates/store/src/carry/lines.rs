//! Rows on their way: owned, told from one another, their digests followed from event to event.

use sha2::{Digest, Sha256};

use crate::accounts::ACCOUNT;
use crate::attachment::{self, ATTACHMENT};
use crate::database::{Connection, Row, Table, Value, values};
use crate::erased::ERASED;
use crate::error::StoreError;
use crate::factor::FACTOR;
use crate::journal::{self, EVENT, HEAD};
use crate::keys;
use crate::leaf::{BEAT, LEAF, SIGNED};
use crate::seal::PARTY_KEY;
use crate::sealing::SEALING;
use crate::sign_on::SINGLE_SIGN_ON;
use crate::tally::FOLLOWER;
use crate::verify::Finding;

/// A row that belongs to no connection any more.
pub(super) type Line = Vec<Value<'static>>;

/// Rows that share a statement and a transaction on their way.
pub(super) const PAGE: usize = 1000;

/// The tables that are carried. Their places are written in backups: new ones are added at the end.
pub(super) const CARRIED: [&Table; 10] =
    [&EVENT, &HEAD, &PARTY_KEY, &ACCOUNT, &LEAF, &FOLLOWER, &FACTOR, &SINGLE_SIGN_ON, &ATTACHMENT, &ERASED];

/// What is neither an event nor made from events, with the query for it. Of followers only the two of the public log and
/// how the database seals: others count again.
pub(super) fn kept() -> [(&'static Table, String); 7] {
    let followers = format!(
        "SELECT name, position, rules FROM follower WHERE name IN ('{BEAT}', '{SIGNED}', '{SEALING}') ORDER BY name"
    );
    [
        (&PARTY_KEY, PARTY_KEY.select()),
        (&ACCOUNT, ACCOUNT.select()),
        (&LEAF, LEAF.select()),
        (&FOLLOWER, followers),
        (&FACTOR, FACTOR.select()),
        (&SINGLE_SIGN_ON, SINGLE_SIGN_ON.select()),
        (&ERASED, ERASED.select()),
    ]
}

/// Whether it is one of the tables that are made anew from nothing when they arrive.
pub(super) fn is_table(table: &Table, other: &Table) -> bool {
    table.name == other.name
}

/// A row as a line.
pub(super) fn line(row: &Row<'_>, table: &Table) -> Result<Line, StoreError> {
    use crate::database::Cell;
    let owned = |column: usize| {
        Ok(match row.cell(column)? {
            Cell::Null => Value::Null,
            Cell::Int(number) => Value::Int(number),
            Cell::Bytes(bytes) => Value::from(bytes.to_vec()),
            Cell::Text(bytes) => Value::from(text(bytes.to_vec())?),
        })
    };
    (0..table.columns.len()).map(owned).collect()
}

/// Bytes that must be a text.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|_| StoreError::Damaged("a text holds what is no text".to_owned()))
}

/// Gives `work` every row of a query as a line, in order, however many there are.
pub(super) fn each(
    connection: &Connection,
    table: &Table,
    sql: &str,
    mut work: impl FnMut(Line) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    connection.read(sql, &[], |rows| {
        while let Some(row) = rows.next()? {
            work(line(&row, table)?)?;
        }
        Ok(())
    })
}

/// The next events after a position and not after another, at most a page.
pub(super) fn events(connection: &Connection, after: i64, to: i64) -> Result<Vec<Line>, StoreError> {
    let columns = EVENT.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let sql =
        format!("SELECT {columns} FROM event WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT ?3");
    let most = u64::try_from(PAGE).unwrap_or(u64::MAX);
    connection.all(&sql, &values![after, to, most], |row| line(row, &EVENT))
}

/// The file that an event brought, where it brought one and the bytes are there: it goes where the event goes, after it.
pub(super) fn file_of(connection: &Connection, event: &Line) -> Result<Option<Line>, StoreError> {
    if !attachment::may_tell(bytes(event, of_event::PUBLIC)) {
        return Ok(None);
    }
    let stream = text(bytes(event, of_event::STREAM).to_vec())?;
    let version = super::count(number(event, of_event::VERSION).unwrap_or(0));
    let found = attachment::bytes_of(connection, &stream, version)?;
    Ok(found.map(|bytes| vec![Value::from(stream), Value::from(version), Value::from(bytes)]))
}

/// The number in a column.
pub(super) fn number(line: &Line, column: usize) -> Option<i64> {
    if let Some(Value::Int(number)) = line.get(column) { Some(*number) } else { None }
}

/// The text in a column, or its bytes.
pub(super) fn bytes(line: &Line, column: usize) -> &[u8] {
    match line.get(column) {
        Some(Value::Text(text)) => text.as_bytes(),
        Some(Value::Bytes(bytes)) => bytes,
        _ => &[],
    }
}

/// Columns of an event that are looked at on the way.
pub(super) mod of_event {
    pub(in crate::carry) const POSITION: usize = 0;
    pub(in crate::carry) const STREAM: usize = 3;
    pub(in crate::carry) const VERSION: usize = 4;
    pub(in crate::carry) const RECORDED: usize = 6;
    pub(in crate::carry) const COMMAND_SEQ: usize = 10;
    pub(in crate::carry) const PUBLIC: usize = 13;
    pub(in crate::carry) const SEALED: usize = 14;
    pub(in crate::carry) const SALT: usize = 15;
    pub(in crate::carry) const DIGEST: usize = 16;
}

/// How far events were followed, each found to be chained to the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) position: i64,
    pub(super) digest: Vec<u8>,
    pub(super) recorded: i64,
}

impl Chain {
    pub(super) fn start() -> Chain {
        Chain { position: 0, digest: vec![0; 32], recorded: i64::MIN }
    }

    /// Where the events of a database end.
    pub(super) fn end_of(connection: &Connection) -> Result<Chain, StoreError> {
        Chain::one(connection, "SELECT position, digest, recorded FROM event ORDER BY position DESC LIMIT 1", &[])
    }

    /// As far as an event; the start where there is none.
    pub(super) fn at(connection: &Connection, position: i64) -> Result<Chain, StoreError> {
        let sql = "SELECT position, digest, recorded FROM event WHERE position = ?1";
        Chain::one(connection, sql, &values![position])
    }

    fn one(connection: &Connection, sql: &str, values: &[Value<'_>]) -> Result<Chain, StoreError> {
        let make = |row: &Row<'_>| Ok(Chain { position: row.get(0)?, digest: row.get(1)?, recorded: row.get(2)? });
        Ok(connection.first(sql, values, make)?.unwrap_or_else(Chain::start))
    }

    /// Takes the next event in, recomputing its digest.
    pub(super) fn follow(&mut self, line: &Line) -> Result<(), StoreError> {
        let expected = self.position + 1;
        let at = super::count(expected);
        if number(line, of_event::POSITION) != Some(expected) {
            return Err(StoreError::NotAsWritten(Finding::Dropped(at)));
        }
        let parts: Vec<Vec<u8>> = std::iter::once(of_event::SALT)
            .chain(0..of_event::SALT)
            .map(|column| {
                number(line, column).map_or_else(|| bytes(line, column).to_vec(), |n| n.to_be_bytes().into())
            })
            .collect();
        let digest = journal::digest(&self.digest, parts.iter().map(Vec::as_slice));
        if digest != *bytes(line, of_event::DIGEST) {
            return Err(StoreError::NotAsWritten(Finding::Altered(at)));
        }
        let recorded = number(line, of_event::RECORDED).unwrap_or(i64::MIN);
        if recorded < self.recorded {
            return Err(StoreError::NotAsWritten(Finding::BackDated(at)));
        }
        *self = Chain { position: expected, digest: digest.to_vec(), recorded };
        Ok(())
    }
}

/// A digest over lines in their order: equal lines give an equal one, wherever they lie.
#[derive(Default)]
pub(super) struct Fingerprint(Sha256);

impl Fingerprint {
    pub(super) fn take(&mut self, line: &Line) {
        let mut bytes = Vec::new();
        encode(line, &mut bytes);
        self.0.update(&bytes);
    }

    pub(super) fn hex(self) -> String {
        keys::hex(&self.0.finalize())
    }

    /// Over all that is kept beside the events.
    pub(super) fn of_kept(connection: &Connection) -> Result<String, StoreError> {
        let mut print = Fingerprint::default();
        for (table, sql) in kept() {
            each(connection, table, &sql, |line| {
                print.take(&line);
                Ok(())
            })?;
        }
        Ok(print.hex())
    }

    /// Over the events up to a position, and the files they brought.
    pub(super) fn of_events(connection: &Connection, to: i64) -> Result<String, StoreError> {
        let (mut print, mut after) = (Fingerprint::default(), 0);
        while after < to {
            let page = events(connection, after, to)?;
            let last = page.last().and_then(|line| number(line, of_event::POSITION));
            let Some(last) = last else { break };
            for line in &page {
                print.take(line);
                file_of(connection, line)?.iter().for_each(|file| print.take(file));
            }
            after = last;
        }
        Ok(print.hex())
    }
}

/// A line as bytes: per cell a tag, then a number as 8 bytes or a length as 4 with what it is of, big-endian.
pub(super) fn encode(line: &Line, out: &mut Vec<u8>) {
    for cell in line {
        match cell {
            Value::Int(number) => {
                out.push(1);
                out.extend(number.to_be_bytes());
            }
            Value::Text(text) => with_length(2, text.as_bytes(), out),
            Value::Bytes(bytes) => with_length(3, bytes, out),
            Value::Null | Value::Texts(_) => out.push(0),
        }
    }
}

fn with_length(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    // No column holds 4 GB: both databases refuse it long before.
    out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(bytes);
}
