//! What an act on a matter made, handed to the writer with the rows it leaves; once it is on disk, the matter is remembered.

use std::sync::Arc;

use casework::act::Made;
use casework::event::{Public, Stream};
use casework::matter::Matter;
use casework::read::{self, Row, Under};
use store::{Answer, Context, Entry};

use crate::App;
use crate::error::AppError;
use crate::perform::next_matter;
use crate::remembered::Known;

/// What an act on a matter made, on its way to the journal.
pub(crate) struct Submitted<'a> {
    app: &'a App,
    answer: Answer,
    /// The matter as it will then stand.
    after: Option<Known>,
}

impl Submitted<'_> {
    /// Waits until it is on disk.
    ///
    /// # Errors
    /// It could not be written.
    pub(crate) fn wait(self) -> Result<(), AppError> {
        let written = self.answer.wait();
        if let Some(known) = self.after {
            match &written {
                // What is written in a batch may still be undone with it.
                Ok(()) if !self.app.store.is_batching() => {
                    let id = known.matter.id.clone();
                    self.app.remembered.keep(&id, known);
                }
                Ok(()) => {}
                Err(_) => self.app.remembered.forget(&known.matter.id),
            }
        }
        Ok(written?)
    }
}

impl App {
    /// Hands the writer what an act on a matter made, with the rows it leaves.
    pub(crate) fn submit(
        &self,
        context: Context,
        matter: Option<&Matter>,
        under: &Under<'_>,
        hash: &str,
        made: Made,
    ) -> Result<Submitted<'_>, AppError> {
        self.submit_with(context, matter, under, hash, made, Vec::new())
    }

    /// The same with encrypted files: one for each event that was made, in order.
    pub(crate) fn submit_with(
        &self,
        context: Context,
        matter: Option<&Matter>,
        under: &Under<'_>,
        hash: &str,
        made: Made,
        files: Vec<Vec<u8>>,
    ) -> Result<Submitted<'_>, AppError> {
        let mut files = files.into_iter();
        let mut now = matter.cloned();
        let mut entries = Vec::with_capacity(made.len());
        for (stream, event) in made {
            let mut under_hash = None;
            let (expected, rows) = match (&stream, &event.public) {
                // The person is told in their own matter of what was decided in another.
                (Stream::Matter(id), Public::Matter(told)) if now.as_ref().is_some_and(|now| now.id != *id) => {
                    let (expected, rows, hash) = self.beside(id, told, context.at)?;
                    under_hash = Some(hash);
                    (expected, rows)
                }
                (Stream::Matter(id), Public::Matter(happened)) => {
                    let before = now.take();
                    let expected = before.as_ref().map_or(0, |matter| matter.version);
                    now = next_matter(before.clone(), id, happened, context.at);
                    let rows = match &now {
                        Some(after) => {
                            let mut rows = vec![Row::Matter(Box::new(read::matter_row(under, after)))];
                            rows.extend(read::rows_of(under, before.as_ref(), after, happened, context.at));
                            rows
                        }
                        None => Vec::new(),
                    };
                    (expected, rows)
                }
                (Stream::Numbers(..), Public::Number(taken)) => (taken.number - 1, Vec::new()),
                _ => (self.store.version(&stream)?, Vec::new()),
            };
            let procedure = under_hash.as_deref().unwrap_or(hash).to_owned();
            entries.push((Entry { stream, expected, procedure, event, file: files.next() }, rows));
        }
        let after = now.map(|matter| Known { matter: Arc::new(matter), hash: hash.into() });
        Ok(Submitted { app: self, answer: self.store.submit(context, entries)?, after })
    }
}
