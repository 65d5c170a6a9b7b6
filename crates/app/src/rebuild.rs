//! The read tables made anew from the journal: the same content, whatever had happened to them.

use std::collections::BTreeMap;

use casework::event::{DirectoryEvent, MatterId, Public, SessionId, Stream};
use casework::matter::Matter;
use casework::office::{Directory, Office};
use casework::read::{self, Row, Under};
use casework::session::Session;
use store::{Finding, Recorded};

use crate::App;
use crate::directory::moved;
use crate::error::AppError;
use crate::perform::{next_matter, next_session};

const PAGE: u32 = 2_000;

/// Rows that some events leave, each with its event's position.
type Page = Vec<(u64, Vec<Row>)>;

/// What the journal has said so far.
#[derive(Default)]
struct SoFar {
    /// The last event read.
    position: u64,
    matters: BTreeMap<MatterId, (Matter, String)>,
    sessions: BTreeMap<SessionId, Session>,
    /// Offices as they were then: rows are derived with those, not with today's.
    directory: Directory,
}

impl App {
    /// Rebuilds the read tables; calls `progress` with the last position done. Returns how many events there were.
    ///
    /// # Errors
    /// The journal cannot be read, or the disk refuses.
    pub fn rebuild(&self, mut progress: impl FnMut(u64)) -> Result<u64, AppError> {
        let mut so_far = SoFar::default();
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
        let mut so_far = SoFar::default();
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
                let (before, hash) = match so_far.matters.remove(id) {
                    Some((matter, hash)) => (Some(matter), hash),
                    None => (None, recorded.procedure.clone()),
                };
                let law = self.law();
                let procedure = law.by_hash(&hash)?;
                let under = Under { procedure: &procedure, calendar: &law.calendar, directory: &so_far.directory };
                let Some(after) = next_matter(before.clone(), id, event, recorded.at) else {
                    return Ok(Vec::new());
                };
                let mut rows = vec![Row::Matter(Box::new(read::matter_row(&under, &after)))];
                rows.extend(read::rows_of(&under, before.as_ref(), &after, event, recorded.at));
                so_far.matters.insert(id.clone(), (after, hash));
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
            (Stream::Directory, Public::Directory(event)) => self.rows_of_office(event, so_far),
            _ => Ok(Vec::new()),
        }
    }

    /// An office as it was set; where it moved in the tree, the rows of open matters anew.
    fn rows_of_office(&self, event: &DirectoryEvent, so_far: &mut SoFar) -> Result<Vec<Row>, AppError> {
        let DirectoryEvent::OfficeSet { code, name, kind, parent, fields } = event else { return Ok(Vec::new()) };
        let has_moved = moved(&so_far.directory, event).is_some();
        let (code, name, parent, fields) = (code.clone(), name.clone(), parent.clone(), fields.clone());
        so_far.directory.set_office(Office { code, name, kind: *kind, parent, fields });
        if !has_moved {
            return Ok(Vec::new());
        }
        let law = self.law();
        let mut rows = Vec::new();
        for (matter, hash) in so_far.matters.values() {
            let procedure = law.by_hash(hash)?;
            if !procedure.is_end(&matter.step) {
                let under = Under { procedure: &procedure, calendar: &law.calendar, directory: &so_far.directory };
                rows.push(Row::Matter(Box::new(read::matter_row(&under, matter))));
            }
        }
        Ok(rows)
    }
}
