//! The words of events, opened: of one, of a whole stream, of the matters of a list.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use casework::event::{MatterId, Sealed, Stream};

use crate::Store;
use crate::database::{Connection, Row, values};
use crate::error::StoreError;
use crate::seal::{self, Closed};

impl Store {
    /// The words of one event of a stream, opened; none where there is no such event.
    ///
    /// # Errors
    /// The keys do not fit, or the database cannot be read.
    pub fn words(&self, stream: &Stream, version: u64) -> Result<Vec<Sealed>, StoreError> {
        let key = stream.to_string();
        let opened = self.opened(stream, move |connection| {
            let sql = "SELECT stream, version, sealed FROM event WHERE stream = ?1 AND version = ?2";
            connection.all(sql, &values![&key, version], closed)
        })?;
        Ok(opened.into_iter().next().map(|(_, _, words)| words).unwrap_or_default())
    }

    /// The words of every event of a stream, opened, by version.
    ///
    /// # Errors
    /// The keys do not fit, or the database cannot be read.
    pub fn all_words(&self, stream: &Stream) -> Result<BTreeMap<u64, Vec<Sealed>>, StoreError> {
        let key = stream.to_string();
        let opened = self.opened(stream, move |connection| {
            let sql = "SELECT stream, version, sealed FROM event WHERE stream = ?1";
            connection.all(sql, &values![&key], closed)
        })?;
        Ok(opened.into_iter().map(|(_, version, words)| (version, words)).collect())
    }

    /// The words matters began with, opened, by matter.
    ///
    /// # Errors
    /// The keys do not fit, or the database cannot be read.
    pub fn first_words(&self, matters: &[MatterId]) -> Result<HashMap<MatterId, Vec<Sealed>>, StoreError> {
        let streams: Vec<Stream> = matters.iter().cloned().map(Stream::Matter).collect();
        let Some(any) = streams.first() else { return Ok(HashMap::new()) };
        let keys: Vec<String> = streams.iter().map(ToString::to_string).collect();
        let opened = self.opened(any, move |connection| {
            let which = connection.among("stream", 1);
            let sql = format!("SELECT stream, version, sealed FROM event WHERE {which} AND version = 1");
            connection.all(&sql, &values![keys.iter().map(String::as_str).collect::<Vec<_>>()], closed)
        })?;
        let of = |(stream, _, words): (String, u64, Vec<Sealed>)| match Stream::from_key(&stream) {
            Some(Stream::Matter(id)) => Some((id, words)),
            _ => None,
        };
        Ok(opened.into_iter().filter_map(of).collect())
    }

    fn opened(
        &self,
        stream: &Stream,
        query: impl Fn(&Connection) -> Result<Vec<Closed>, StoreError> + Send + 'static,
    ) -> Result<Vec<(String, u64, Vec<Sealed>)>, StoreError> {
        let keys = Arc::clone(&self.keys);
        self.glance_at(stream, move |connection| seal::open(connection, &keys, query(connection)?))
    }
}

fn closed(row: &Row<'_>) -> Result<Closed, StoreError> {
    Ok(Closed { stream: row.get(0)?, version: row.get(1)?, bytes: row.get(2)? })
}
