//! Documents of a matter as letters: what happened put into the letter's words as known that day, then printed.

mod compose;

use std::sync::{Arc, OnceLock};

use casework::event::{MatterFact, Public, Sealed, Stream};
use casework::matter::Matter;
use casework::refusal::Refusal;
use jiff::Timestamp;
use letters::{Fonts, Press};

use crate::App;
use crate::error::AppError;
use crate::perform::next_matter;
use crate::show::Reader;

/// A letter, printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterShown {
    /// What it is called, e.g. 受理告知书.
    pub name: String,
    /// Its number.
    pub number: String,
    /// The PDF: the same for the same document, however often it is asked.
    pub pdf: Vec<u8>,
}

/// The press, opened at the first letter: it costs a third of a second and the memory of its fonts.
#[derive(Default)]
pub(crate) struct LazyPress(OnceLock<Result<Arc<Press>, String>>);

impl LazyPress {
    fn get(&self) -> Result<Arc<Press>, AppError> {
        self.0
            .get_or_init(|| Press::open(&Fonts::debian()).map(Arc::new).map_err(|error| error.to_string()))
            .clone()
            .map_err(AppError::Letter)
    }
}

/// What a letter is composed from: the matter as it was when the document was made, and the words known by then.
pub(crate) struct Known {
    pub(crate) matter: Matter,
    /// Words of each event up to the document, by version.
    pub(crate) words: Vec<Vec<Sealed>>,
    /// The fact that made the document.
    pub(crate) made_by: MatterFact,
}

/// Whether there is a template for a document of this id.
pub fn has_template(document: &str) -> bool {
    compose::TEMPLATES.contains(&document)
}

impl App {
    /// A document of a matter as a PDF; `index` counts the matter's documents from 1.
    ///
    /// # Errors
    /// The reader may not see the matter, there is no such document or no template, or the fonts are missing.
    pub fn letter(
        &self,
        reader: &Reader,
        reference: &str,
        index: usize,
        now: Timestamp,
    ) -> Result<LetterShown, AppError> {
        debug_assert!(now >= Timestamp::UNIX_EPOCH, "letters are dated by their document, not by the reader");
        let loaded = self.open_for(reader, reference)?;
        let wanted = index.checked_sub(1).and_then(|at| loaded.matter.documents.get(at));
        let document = wanted.ok_or(Refusal::NoSuchMatter)?.clone();
        if !has_template(&document.made.document) {
            return Err(Refusal::NoSuchMatter.into());
        }
        let known = self.known_by(&loaded.matter, index)?;
        let law = self.law();
        let directory = self.directory()?;
        let letter = compose::letter(&known, &document, &loaded.procedure, &law.calendar, &directory)?;
        let pdf = self.press.get()?.render(&letter).map_err(|error| AppError::Letter(error.to_string()))?;
        let name = loaded.procedure.letters.get(&document.made.document);
        Ok(LetterShown {
            name: name.map_or_else(|| document.made.document.clone(), |letter| letter.name.clone()),
            number: letter.number.to_string(),
            pdf,
        })
    }

    /// The matter as it was right after its `index`-th document was made: later events do not change a letter.
    fn known_by(&self, matter: &Matter, index: usize) -> Result<Known, AppError> {
        let stream = Stream::Matter(matter.id.clone());
        let mut then: Option<Matter> = None;
        let mut words = Vec::new();
        for recorded in self.store.events(&stream, 0)? {
            let Public::Matter(event) = &recorded.public else { continue };
            then = next_matter(then, &matter.id, event, recorded.at);
            words.push(self.store.words(&stream, recorded.version)?);
            if let Some(matter) = then.take_if(|then| then.documents.len() == index) {
                return Ok(Known { matter, words, made_by: event.fact.clone() });
            }
        }
        Err(Refusal::NoSuchMatter.into())
    }
}
