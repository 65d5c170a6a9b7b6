//! A journal that arrives in an empty place, page by page. Broken off, it goes on where it was.

use std::fs::File;

use super::lines::{Chain, Line, PAGE, kept};
use super::mark::{self, Mark};
use super::{Home, count};
use crate::attachment::ATTACHMENT;
use crate::database::{Addition, Connection, Table, values};
use crate::error::StoreError;
use crate::folder;
use crate::journal::{EVENT, Head, Signed};
use crate::keys::Keys;
use crate::verify;

/// The place it arrives in. Nobody can open it before it has settled.
pub(super) struct Arrival {
    pub(super) connection: Connection,
    /// As far as events are here already.
    pub(super) end: Chain,
    where_to: String,
    _lock: Option<File>,
}

impl Arrival {
    /// Begins, or goes on with what the same `from` began.
    pub(super) fn begin(home: Home<'_>, from: &str) -> Result<Arrival, StoreError> {
        let where_to = home.in_words()?;
        let (address, lock) = folder::take_place(home.folder, home.database)?;
        let connection = folder::connect(&address)?;
        connection.migrate()?;
        match mark::read(&connection)? {
            Some(Mark::Arriving(before)) if before == from => {}
            Some(Mark::Arriving(before)) => return Err(StoreError::Arriving(before)),
            Some(Mark::Moved(_)) => return Err(StoreError::NotEmpty(where_to)),
            None if is_empty(&connection)? => mark::arriving(&connection, from)?,
            None => return Err(StoreError::NotEmpty(where_to)),
        }
        connection.guard()?;
        let end = Chain::end_of(&connection)?;
        Ok(Arrival { connection, end, where_to, _lock: lock })
    }

    /// Takes in what is kept beside the events, as `give` gives it line by line, in place of what there is.
    pub(super) fn keep(
        &self,
        give: impl FnOnce(&mut dyn FnMut(&'static Table, Line) -> Result<(), StoreError>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.whole(|| {
            for (table, _) in kept() {
                let but_mark = if table.name == "follower" { " WHERE name <> 'arriving'" } else { "" };
                self.connection.batch(&format!("DELETE FROM {}{but_mark}", table.name))?;
            }
            let mut waiting: Option<(&'static Table, Vec<Line>)> = None;
            give(&mut |table, line| {
                match &mut waiting {
                    Some((of, lines)) if of.name == table.name && lines.len() < PAGE => lines.push(line),
                    _ => {
                        let before = waiting.replace((table, vec![line]));
                        self.add(before)?;
                    }
                }
                Ok(())
            })?;
            self.add(waiting)
        })
    }

    /// Takes in the next events, each with the file it brought.
    pub(super) fn add_events(
        &mut self,
        events: Vec<Line>,
        end: &Chain,
        mut file_of: impl FnMut(&Line) -> Result<Option<Line>, StoreError>,
    ) -> Result<(), StoreError> {
        self.whole(|| {
            self.connection.make_room(end.position)?;
            // One at a time: all of a page could be more than the memory holds.
            for event in &events {
                self.add(file_of(event)?.map(|file| (&ATTACHMENT, vec![file])))?;
            }
            self.add(Some((&EVENT, events)))
        })?;
        self.end = end.clone();
        Ok(())
    }

    fn add(&self, lines: Option<(&'static Table, Vec<Line>)>) -> Result<(), StoreError> {
        let Some((table, lines)) = lines.filter(|(_, lines)| !lines.is_empty()) else { return Ok(()) };
        self.connection.add(&[Addition::to(table, lines)])
    }

    /// Runs `work` in one transaction.
    pub(super) fn whole(&self, work: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.connection.begin_writing()?;
        match work() {
            Ok(()) => self.connection.commit(),
            Err(error) => {
                self.connection.rollback();
                Err(error)
            }
        }
    }

    /// Signs the end, leaves the read tables to be made anew, and reads all of it once more to see that it is as it was
    /// written.
    pub(super) fn sign(&self, keys: &Keys) -> Result<(), StoreError> {
        let Chain { position, digest, recorded } = self.end.clone();
        let head = Head { position, digest, recorded };
        self.whole(|| {
            self.connection.make_stale()?;
            self.connection.add(&[head.addition(keys)])
        })?;
        match verify::verify(&self.connection, keys)? {
            Ok(events) if events == count(self.end.position) => Ok(()),
            Ok(events) => Err(StoreError::NotAsWritten(verify::Finding::CutAfter(events))),
            Err(finding) => Err(StoreError::NotAsWritten(finding)),
        }
    }

    /// From here on it can be opened.
    pub(super) fn settle(self) -> Result<(), StoreError> {
        mark::arrived(&self.connection)?;
        self.connection.fold("TRUNCATE");
        Ok(())
    }

    /// What to say where it cannot go on with what is here.
    pub(super) fn occupied(&self) -> StoreError {
        StoreError::NotEmpty(self.where_to.clone())
    }
}

/// Whether nothing was ever written there but an end of nothing.
fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    for (table, _) in kept() {
        // How it is to seal is said of a database before anything is in it.
        let but_sealing = if table.name == "follower" { " WHERE name <> 'sealing'" } else { "" };
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {}{but_sealing} LIMIT 1) AS one_row", table.name);
        if connection.one(&sql, &values![], |row| row.get::<i64>(0))? > 0 {
            return Ok(false);
        }
    }
    let signed = Signed::read(connection)?;
    Ok(signed.is_none_or(|signed| signed.position == 0) && Chain::end_of(connection)? == Chain::start())
}
