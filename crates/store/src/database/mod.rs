//! The narrow port to a database: one text of SQL, written in what SQLite and PostgreSQL share, run on either.
//!
//! What is shared: `?1` for a value, `ON CONFLICT`, savepoints, numbers in 64 bits, flags as 0 and 1, texts that sort by
//! their bytes. What is not lies below this folder and in the two folders of migrations.

mod postgres;
mod schema;
mod sqlite;
mod value;

use std::path::{Path, PathBuf};

use ::postgres::fallible_iterator::FallibleIterator;

pub(crate) use schema::Index;
pub(crate) use value::{Cell, Row, Value, values};

use crate::error::StoreError;

/// Where the journal lies.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// In a file of the data folder: SQLite.
    File,
    /// In PostgreSQL, at a `postgres://` address. Several processes may share it.
    Postgres(String),
}

impl std::fmt::Debug for Database {
    /// Without the address: it may hold a password.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Database::File => "File",
            Database::Postgres(_) => "Postgres",
        })
    }
}

/// How to connect, as often as is needed.
#[derive(Clone)]
pub(crate) enum Address {
    File(PathBuf),
    Postgres(Box<::postgres::Config>),
}

impl Address {
    /// Of a journal whose data folder has its database file, if it is one, at `path`.
    pub(crate) fn of(database: &Database, path: &Path) -> Result<Address, StoreError> {
        match database {
            Database::File => Ok(Address::File(path.to_owned())),
            Database::Postgres(url) => Ok(Address::Postgres(Box::new(postgres::address(url)?))),
        }
    }

    /// Of a replica of a server.
    pub(crate) fn of_replica(url: &str) -> Result<Address, StoreError> {
        Ok(Address::Postgres(Box::new(postgres::replica_address(url)?)))
    }

    pub(crate) fn connect(&self, read_only: bool) -> Result<Connection, StoreError> {
        Ok(match self {
            Address::File(path) => Connection::Sqlite(sqlite::connect(path, read_only)?),
            Address::Postgres(config) => Connection::Postgres(Box::new(postgres::connect(config, read_only)?)),
        })
    }

    /// How many connections may read at once. A server has few to give; a file has no limit of its own.
    pub(crate) fn readers_max(&self) -> usize {
        match self {
            Address::File(_) => usize::MAX,
            Address::Postgres(_) => 16,
        }
    }
}

/// An open connection.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Postgres>),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Bytes,
}

/// A table rows are added to.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns its rows are told apart and ordered by.
    pub(crate) key: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// What becomes of a row that is there already.
    pub(crate) on_conflict: &'static str,
}

/// Rows to add to a table.
pub(crate) struct Addition<'a> {
    pub(crate) table: &'static Table,
    pub(crate) rows: Vec<Vec<Value<'a>>>,
    /// A column and its values: the rows that have one of them are removed before.
    pub(crate) instead: Option<(&'static str, Vec<&'a str>)>,
}

impl<'a> Addition<'a> {
    pub(crate) fn to(table: &'static Table, rows: Vec<Vec<Value<'a>>>) -> Addition<'a> {
        Addition { table, rows, instead: None }
    }
}

impl Table {
    fn insert_into(&self) -> String {
        format!("INSERT INTO {} ({})", self.name, self.names())
    }

    /// Every row, in order.
    pub(crate) fn select(&self) -> String {
        format!("SELECT {} FROM {} ORDER BY {}", self.names(), self.name, self.key)
    }

    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

/// Rows as they come.
pub(crate) enum Rows<'a> {
    Sqlite(rusqlite::Rows<'a>),
    /// The last row is kept so that it can be lent.
    Postgres(::postgres::RowIter<'a>, Option<::postgres::Row>),
}

impl Rows<'_> {
    /// The next row, until there is none.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, StoreError> {
        match self {
            Rows::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
            Rows::Postgres(rows, last) => {
                *last = rows.next()?;
                Ok(last.as_ref().map(Row::Postgres))
            }
        }
    }
}

impl Connection {
    /// SQLite in memory, with every table.
    pub(crate) fn in_memory() -> Result<Connection, StoreError> {
        let connection = Connection::Sqlite(rusqlite::Connection::open_in_memory()?);
        connection.migrate()?;
        Ok(connection)
    }

    /// Runs a statement.
    pub(crate) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError> {
        refuse_nul(values)?;
        match self {
            Connection::Sqlite(connection) => sqlite::execute(connection, sql, values),
            Connection::Postgres(connection) => connection.execute(sql, values),
        }
    }

    /// Runs statements without values, one after the other.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        match self {
            Connection::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Connection::Postgres(connection) => connection.batch(sql),
        }
    }

    /// Adds rows to some tables: on a server in one statement, each question being a journey.
    pub(crate) fn add(&self, all: &[Addition<'_>]) -> Result<(), StoreError> {
        all.iter().flat_map(|addition| &addition.rows).try_for_each(|row| refuse_nul(row))?;
        match self {
            Connection::Sqlite(connection) => {
                for addition in all {
                    if let Some((column, of)) = addition.instead.as_ref().filter(|(_, of)| !of.is_empty()) {
                        let among = self.among(column, 1);
                        let sql = format!("DELETE FROM {} WHERE {among}", addition.table.name);
                        sqlite::execute(connection, &sql, &values![of.clone()])?;
                    }
                    sqlite::insert(connection, addition.table, &addition.rows)?;
                }
                Ok(())
            }
            Connection::Postgres(connection) => connection.add(all),
        }
    }

    /// Gives `work` the rows a query finds, as they come. The connection can do nothing else meanwhile.
    pub(crate) fn read<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        work: impl FnOnce(&mut Rows<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Connection::Sqlite(connection) => sqlite::read(connection, sql, values, work),
            Connection::Postgres(connection) => connection.read(sql, values, work),
        }
    }

    /// What is made of every row a query finds.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut make: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.read(sql, values, |rows| {
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(make(&row)?);
            }
            Ok(all)
        })
    }

    /// What is made of the first row a query finds.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        make: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.read(sql, values, |rows| rows.next()?.map(|row| make(&row)).transpose())
    }

    /// What is made of the one row a query must find.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        make: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.first(sql, values, make)?
            .ok_or_else(|| StoreError::Damaged("a row that must be there is missing".to_owned()))
    }

    /// The condition that a column is one of the texts of value `number`, a [`Value::Texts`].
    pub(crate) fn among(&self, column: &str, number: usize) -> String {
        match self {
            Connection::Sqlite(_) => format!("{column} IN (SELECT value FROM json_each(?{number}))"),
            Connection::Postgres(_) => format!("{column} = ANY(?{number})"),
        }
    }

    /// The texts of value `number`, a [`Value::Texts`], as a table with the one column `value`.
    pub(crate) fn listed(&self, number: usize) -> String {
        match self {
            Connection::Sqlite(_) => format!("json_each(?{number})"),
            Connection::Postgres(_) => format!("unnest(?{number}::text[]) AS listed (value)"),
        }
    }

    /// Begins a transaction that alone may write to the journal until it ends, in this and every other process.
    pub(crate) fn begin_writing(&self) -> Result<(), StoreError> {
        self.begin(match self {
            Connection::Sqlite(_) => "BEGIN IMMEDIATE",
            // Whoever asked for the row first goes first; what is read after is what they committed.
            Connection::Postgres(_) => {
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT 1 FROM head FOR UPDATE"
            }
        })
    }

    /// Begins a transaction in which every query sees the database as it is now, whatever is written meanwhile.
    pub(crate) fn begin_snapshot(&self) -> Result<(), StoreError> {
        self.begin(match self {
            Connection::Sqlite(_) => "BEGIN; SELECT 1 FROM head",
            Connection::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1 FROM head",
        })
    }

    fn begin(&self, sql: &str) -> Result<(), StoreError> {
        if let Connection::Postgres(connection) = self {
            connection.in_transaction.set(true);
        }
        let begun = self.batch(sql);
        if begun.is_err() {
            self.rollback();
        }
        begun
    }

    /// Ends a transaction. Where this fails, nothing of it is kept, or, if the connection is lost, that is unknown.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        let done = self.batch("COMMIT");
        match done {
            Ok(()) => self.ended(),
            Err(_) => self.rollback(),
        }
        done
    }

    /// Undoes a transaction. This may fail as well, after a full disk or a lost connection, and changes nothing: what
    /// is not committed is not kept.
    pub(crate) fn rollback(&self) {
        let _also_failed = self.batch("ROLLBACK");
        self.forget_room();
        self.ended();
    }

    /// Partitions that were made in what is undone are gone.
    fn forget_room(&self) {
        if let Connection::Postgres(connection) = self {
            connection.room.set(0);
        }
    }

    fn ended(&self) {
        if let Connection::Postgres(connection) = self {
            connection.in_transaction.set(false);
        }
    }

    /// Whether a transaction was begun that is not ended. SQLite ends one by itself where the disk fails.
    pub(crate) fn is_in_transaction(&self) -> bool {
        match self {
            Connection::Sqlite(connection) => !connection.is_autocommit(),
            Connection::Postgres(connection) => connection.in_transaction.get(),
        }
    }

    /// Runs `work` whole or not at all inside a transaction, without ending that.
    pub(crate) fn savepoint<T>(&self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.batch("SAVEPOINT one")?;
        let result = work().and_then(|value| self.batch("RELEASE one").map(|()| value));
        if result.is_err() {
            let _also_failed = self.batch("ROLLBACK TO one; RELEASE one");
            self.forget_room();
        }
        result
    }

    /// Runs `work` on the database as it is now, whatever is written meanwhile. Inside a transaction nothing is.
    pub(crate) fn snapshot<T>(&self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.is_in_transaction() {
            return work();
        }
        self.begin_snapshot()?;
        let result = work();
        self.rollback();
        result
    }

    /// Folds SQLite's write-ahead log into its file. Where it cannot be now, nothing is lost: it stays in the log.
    pub(crate) fn fold(&self, how: &str) {
        if let Connection::Sqlite(connection) = self {
            let _later = connection.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |_| Ok(()));
        }
    }

    /// Prepares SQLite for writing much at once, or ends that. A page that is written out amid a transaction is found again
    /// only by looking through all that the transaction wrote, so there is room for many; and what is emptied is not
    /// overwritten: the tables that are made anew hold no word of a person.
    pub(crate) fn make_way(&self, much: bool) -> Result<(), StoreError> {
        let Connection::Sqlite(connection) = self else { return Ok(()) };
        let pragmas = if much { sqlite::MUCH } else { sqlite::AS_USUAL };
        Ok(connection.execute_batch(pragmas)?)
    }

    /// What the database itself finds wrong with the file, its indexes above all.
    pub(crate) fn damage(&self) -> Result<Option<String>, StoreError> {
        let Connection::Sqlite(_) = self else { return Ok(None) };
        let found: String = self.one("PRAGMA integrity_check(1)", &[], |row| row.get(0))?;
        Ok(if found == "ok" { None } else { Some(found) })
    }
}

/// PostgreSQL keeps no text with this character: refused on both, so that both hold the same.
fn refuse_nul(values: &[Value<'_>]) -> Result<(), StoreError> {
    if values.iter().any(Value::has_nul) {
        return Err(StoreError::CannotWrite("a text in it holds the character U+0000".to_owned()));
    }
    Ok(())
}
