//! PostgreSQL: one server, any number of writing processes.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::Duration;

use postgres::config::TargetSessionAttrs;
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Statement};

use super::{Addition, Kind, Rows, Value};
use crate::error::StoreError;

/// Texts of statements kept prepared. There are fewer; lists of several lengths add some.
const STATEMENTS_MAX: usize = 200;
/// The oldest version whose behaviour is tested.
const VERSION_MIN: i32 = 15;

/// A connection and its prepared statements.
pub(crate) struct Postgres {
    inner: RefCell<Inner>,
    /// Whether a transaction was begun and not ended.
    pub(super) in_transaction: Cell<bool>,
    /// The position of the journal from which on its partitions must be looked at.
    pub(super) room: Cell<i64>,
}

struct Inner {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// Reads a `postgres://` address. What it says of waiting stands; what it leaves open must not wait for ever.
pub(super) fn address(url: &str) -> Result<Config, StoreError> {
    let mut config = waiting(url, Duration::from_secs(5), Duration::from_secs(30))?;
    // Of several servers one may be written to, which changes when a standby takes over: it is looked for at each
    // connection.
    if config.get_hosts().len() > 1 && config.get_target_session_attrs() == TargetSessionAttrs::Any {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    Ok(config)
}

/// Reads the address of a replica. It is not waited for long: what it does not answer, another server does.
pub(super) fn replica_address(url: &str) -> Result<Config, StoreError> {
    waiting(url, Duration::from_secs(2), Duration::from_secs(5))
}

fn waiting(url: &str, to_connect: Duration, to_answer: Duration) -> Result<Config, StoreError> {
    // The reason is left out: it may repeat a piece of the address, and that may be the password.
    let mut config: Config = url.parse().map_err(|_| {
        StoreError::Unsuitable("its address is not of the form postgres://user@host/database".to_owned())
    })?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(to_connect);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(to_answer);
    }
    config.keepalives_idle(Duration::from_secs(30));
    if config.get_application_name().is_none() {
        config.application_name("huiyin");
    }
    Ok(config)
}

/// Connects, and refuses a server that would not keep what it acknowledges.
pub(super) fn connect(config: &Config, read_only: bool) -> Result<Postgres, StoreError> {
    let mut client = config.connect(NoTls)?;
    let row = client.query_one(
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),
                current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')",
        &[],
    )?;
    let (version, encoding): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
    if version < VERSION_MIN {
        return Err(StoreError::Unsuitable(format!("it is version {version}; {VERSION_MIN} or later is needed")));
    }
    if encoding != "UTF8" {
        return Err(StoreError::Unsuitable(format!("its database is in {encoding}; make one in UTF8")));
    }
    for (column, name) in [(2, "fsync"), (3, "full_page_writes")] {
        if row.try_get::<_, String>(column)? == "off" {
            return Err(StoreError::Unsuitable(format!("{name} is off: what it acknowledges could be lost")));
        }
    }
    // Whoever waits inside a transaction holds up every other process; one that is cut off must not do so for ever.
    // Compiling a plan takes longer than any of these statements.
    let mut settings =
        "SET idle_in_transaction_session_timeout = '60s'; SET lock_timeout = 0; SET jit = off;".to_owned();
    if row.try_get::<_, String>(4)? == "off" {
        settings.push_str("SET synchronous_commit = on;");
    }
    // The writer finds everything by key. Left alone, plans made while the tables were small would go on reading them
    // from end to end.
    settings.push_str(if read_only {
        "SET default_transaction_read_only = on;"
    } else {
        "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;"
    });
    client.batch_execute(&settings)?;
    let inner = RefCell::new(Inner { client, statements: HashMap::new() });
    Ok(Postgres { inner, in_transaction: Cell::new(false), room: Cell::new(0) })
}

impl Inner {
    /// The statement prepared. Texts are written with `?1`, which PostgreSQL spells `$1`.
    fn statement(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS_MAX {
            self.statements.clear();
        }
        let statement = self.client.prepare(&sql.replace('?', "$"))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn busy() -> StoreError {
    StoreError::Damaged("a connection was used while its rows were read".to_owned())
}

impl Postgres {
    pub(super) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.inner.try_borrow_mut().map_err(|_| busy())?.client.batch_execute(sql)?)
    }

    pub(super) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| busy())?;
        let statement = inner.statement(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        inner.client.execute(&statement, &values)?;
        Ok(())
    }

    pub(super) fn read<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        work: impl FnOnce(&mut Rows<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| busy())?;
        let statement = inner.statement(sql)?;
        let rows = inner.client.query_raw(&statement, values.iter().map(|value| value as &dyn ToSql))?;
        work(&mut Rows::Postgres(rows, None))
    }

    /// All rows of all tables in one statement: a round trip for each would cost more than the rows.
    pub(super) fn add(&self, all: &[Addition<'_>]) -> Result<(), StoreError> {
        let mut parts = Vec::new();
        let mut given: Vec<Box<dyn ToSql + Sync + '_>> = Vec::new();
        for Addition { table, rows, instead } in all {
            let name = table.name;
            let mut condition = String::new();
            if let Some((column, of)) = instead.as_ref().filter(|(_, of)| !of.is_empty()) {
                given.push(Box::new(Value::from(of.clone())));
                let number = given.len();
                parts.push(format!(
                    "no_{name} AS (DELETE FROM {name} WHERE {column} = ANY(?{number}) RETURNING 1)"
                ));
                // Counted, so that all of them are gone before the first row is added.
                condition = format!("WHERE (SELECT count(*) FROM no_{name}) >= 0");
            }
            if rows.is_empty() {
                continue;
            }
            let mut lists = Vec::with_capacity(table.columns.len());
            for (column, (_, kind)) in table.columns.iter().enumerate() {
                let cells: Vec<&Value<'_>> =
                    rows.iter().map(|row| row.get(column).unwrap_or(&Value::Null)).collect();
                given.push(Box::new(cells));
                let kind = match kind {
                    Kind::Int => "bigint[]",
                    Kind::Text => "text[]",
                    Kind::Bytes => "bytea[]",
                };
                lists.push(format!("?{}::{kind}", given.len()));
            }
            let (insert, lists, on_conflict) = (table.insert_into(), lists.join(", "), table.on_conflict);
            parts
                .push(format!("new_{name} AS ({insert} SELECT * FROM unnest({lists}) {condition} {on_conflict})"));
        }
        if parts.is_empty() {
            return Ok(());
        }
        let sql = format!("WITH {} SELECT 1", parts.join(", "));
        let mut inner = self.inner.try_borrow_mut().map_err(|_| busy())?;
        let statement = inner.statement(&sql)?;
        let given: Vec<&(dyn ToSql + Sync)> = given.iter().map(AsRef::as_ref).collect();
        inner.client.execute(&statement, &given)?;
        Ok(())
    }
}
