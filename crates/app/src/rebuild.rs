//! The read tables made anew from the journal: the same content, whatever had happened to them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casework::event::{DirectoryEvent, MatterId, Public, SessionId, Stream};
use casework::office::Directory;
use casework::read::{self, Row, Under};
use casework::session::Session;
use store::{Finding, Recorded};

use crate::App;
use crate::directory::moved;
use crate::error::AppError;
use crate::perform::{next_matter, next_session};
use crate::remembered::{Halves, Known};

const PAGE: u32 = 2_000;

/// Matters kept in memory meanwhile, some two kilobytes each; others are read again when something happens to them.
const KEPT: usize = 200_000;

/// Rows that some events leave, each with its event's position.
type Page = Vec<(u64, Vec<Row>)>;

/// What the journal has said so far.
struct SoFar {
    /// The last event read.
    position: u64,
    matters: Halves,
    open: BTreeSet<MatterId>,
    sessions: BTreeMap<SessionId, Session>,
    /// Offices as they were then: rows are derived with those, not with today's.
    directory: Directory,
}

impl SoFar {
    fn nothing() -> SoFar {
        SoFar {
            position: 0,
            matters: Halves::of(KEPT),
            open: BTreeSet::new(),
            sessions: BTreeMap::new(),
            directory: Directory::default(),
        }
    }
}

impl App {
    /// Rebuilds the read tables; calls `progress` with the last position done. Returns how many events there were.
    ///
    /// # Errors
    /// The journal cannot be read, or the disk refuses.
    pub fn rebuild(&self, mut progress: impl FnMut(u64)) -> Result<u64, AppError> {
        let mut so_far = SoFar::nothing();
        self.store.rebuild(|| {
            let page = self.page(&mut so_far)?;
            progress(so_far.position);
            Ok::<_, AppError>(page)
        })?;
        Ok(so_far.position)
    }

    /// The first row of the read tables that is not what the journal says.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) fn compare(&self) -> Result<Option<Finding>, AppError> {
        let mut so_far = SoFar::nothing();
        self.store.compare(|| self.page(&mut so_far))
    }

    /// The rows the next events leave; `None` after the last.
    fn page(&self, so_far: &mut SoFar) -> Result<Option<Page>, AppError> {
        let events = self.store.events_after(so_far.position, PAGE)?;
        let Some(last) = events.last() else { return Ok(None) };
        so_far.position = last.position;
        let mut page = Vec::with_capacity(events.len());
        for event in events {
            let rows = self.rows_of(&event, so_far)?;
            page.push((event.position, rows));
        }
        Ok(Some(page))
    }

    /// A digest over the read tables: equal content gives an equal digest.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn fingerprint(&self) -> Result<String, AppError> {
        Ok(self.store.fingerprint()?)
    }

    fn rows_of(&self, recorded: &Recorded, so_far: &mut SoFar) -> Result<Vec<Row>, AppError> {
        match (&recorded.stream, &recorded.public) {
            (Stream::Matter(id), Public::Matter(event)) => {
                let before = match so_far.matters.take(id) {
                    None if recorded.version > 1 => {
                        Some(self.as_it_was(id, |of| of.position < recorded.position)?)
                    }
                    known => known,
                };
                let hash = before
                    .as_ref()
                    .map_or_else(|| recorded.procedure.as_str().into(), |known| Arc::clone(&known.hash));
                let law = self.law();
                let procedure = law.by_hash(&hash)?;
                let under = Under { procedure: &procedure, calendar: &law.calendar, directory: &so_far.directory };
                let before = before.map(|known| Arc::unwrap_or_clone(known.matter));
                let Some(after) = next_matter(before.clone(), id, event, recorded.at) else {
                    return Ok(Vec::new());
                };
                let mut rows = vec![Row::Matter(Box::new(read::matter_row(&under, &after)))];
                rows.extend(read::rows_of(&under, before.as_ref(), &after, event, recorded.at));
                if procedure.is_end(&after.step) {
                    so_far.open.remove(id);
                } else {
                    so_far.open.insert(id.clone());
                }
                so_far.matters.keep(id.clone(), Known { matter: Arc::new(after), hash });
                Ok(rows)
            }
            (Stream::Session(id), Public::Session(event)) => {
                let Some(after) = next_session(so_far.sessions.remove(id), id, event, recorded.at) else {
                    return Ok(Vec::new());
                };
                let mut rows = read::rows_of_session(&after, event, recorded.at);
                rows.push(Row::Session(read::session_row(&after)));
                so_far.sessions.insert(id.clone(), after);
                Ok(rows)
            }
            (Stream::Directory, Public::Directory(event)) => {
                self.rows_of_office(event, (recorded.version, recorded.position), so_far)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Offices and officers as they were set; where that changes who must act, the rows of open matters anew.
    fn rows_of_office(
        &self,
        event: &DirectoryEvent,
        (version, position): (u64, u64),
        so_far: &mut SoFar,
    ) -> Result<Vec<Row>, AppError> {
        let moved = moved(&so_far.directory, event);
        self.take_in(&mut so_far.directory, event.clone(), version)?;
        if moved.is_none() {
            return Ok(Vec::new());
        }
        let law = self.law();
        let mut rows = Vec::new();
        for id in &so_far.open {
            let known = match so_far.matters.take(id) {
                Some(known) => known,
                None => self.as_it_was(id, |of| of.position < position)?,
            };
            let procedure = law.by_hash(&known.hash)?;
            let under = Under { procedure: &procedure, calendar: &law.calendar, directory: &so_far.directory };
            rows.push(Row::Matter(Box::new(read::matter_row(&under, &known.matter))));
            so_far.matters.keep(id.clone(), known);
        }
        Ok(rows)
    }

    /// A matter as it was after an event of the journal.
    fn as_it_was(&self, id: &MatterId, until: impl Fn(&Recorded) -> bool) -> Result<Known, AppError> {
        let mut events = self.store.events(&Stream::Matter(id.clone()), 0)?;
        events.retain(until);
        self.brought_up_to(None, id, &events)
    }
}
