//! Connections that read, kept open for the next who asks.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::database::{Address, Connection};
use crate::error::StoreError;

pub(crate) struct Pool {
    address: Address,
    state: Mutex<State>,
    given_back: Condvar,
}

struct State {
    idle: Vec<Connection>,
    /// Idle ones and those in use.
    open: usize,
}

impl Pool {
    pub(crate) fn new(address: Address) -> Pool {
        Pool { address, state: Mutex::new(State { idle: Vec::new(), open: 0 }), given_back: Condvar::new() }
    }

    /// Runs a query. Where the server went away meanwhile it is asked once more on a fresh connection: reading twice
    /// harms nobody.
    pub(crate) fn read<T>(&self, query: impl Fn(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.once(&query) {
            Err(error) if error.is_lost() => {
                self.clear();
                self.once(&query)
            }
            result => result,
        }
    }

    /// Where the connections lead.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Runs a query, once.
    pub(crate) fn once<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut lent = self.lend()?;
        let result = lent.connection.as_ref().ok_or(StoreError::Stopped).and_then(query);
        if result.as_ref().is_err_and(StoreError::is_lost) {
            lent.connection = None;
        }
        result
    }

    /// Runs `work` on a connection that is its own meanwhile. Where it fails, the connection is not used again: it may
    /// be in the middle of something.
    pub(crate) fn held<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = self.lend()?;
        let result = match &lent.connection {
            Some(connection) => work(connection),
            None => Err(StoreError::Stopped.into()),
        };
        if result.is_err() {
            lent.connection = None;
        }
        result
    }

    fn lend(&self) -> Result<Lent<'_>, StoreError> {
        Ok(Lent { pool: self, connection: Some(self.take()?) })
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.idle.is_empty() && state.open >= self.address.readers_max() {
            state = self.given_back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(connection) = state.idle.pop() {
            return Ok(connection);
        }
        state.open += 1;
        drop(state);
        self.address.connect(true).inspect_err(|_| self.give_back(None))
    }

    fn give_back(&self, connection: Option<Connection>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match connection {
            Some(connection) => state.idle.push(connection),
            None => state.open -= 1,
        }
        drop(state);
        self.given_back.notify_one();
    }

    /// Closes the connections nobody uses.
    pub(crate) fn clear(&self) {
        let idle = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.open -= state.idle.len();
            std::mem::take(&mut state.idle)
        };
        // On a thread of its own: the driver of PostgreSQL may not be closed where other asynchronous work runs.
        if !idle.is_empty() {
            let _closed = std::thread::spawn(move || drop(idle)).join();
        }
        self.given_back.notify_all();
    }
}

/// A connection that goes back to its pool when whoever has it is done; one that is gone leaves room for another.
struct Lent<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.pool.give_back(self.connection.take());
    }
}
