//! The documents of a matter as one reader has them: of several people each what reached them, the office whom it waits for.

use casework::command::Actor;
use casework::matter::Document;
use casework::office::Directory;
use casework::words;
use jiff::Timestamp;

use super::Reader;
use super::told;
use crate::perform::Loaded;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentShown {
    /// Which, from 1.
    pub index: usize,
    /// Its id in the procedure.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its number, e.g. 青人社信〔2026〕12号.
    pub number: String,
    /// Who issued it.
    pub office: String,
    /// When it was made.
    pub at: Timestamp,
    /// When and how it was served: to the reader, where they are one of several people; else first.
    pub served: Option<(Timestamp, String)>,
    /// Whom of several people it has still to reach, by number; empty for whoever is one of them.
    pub waiting: Vec<u32>,
    /// It can be read: there is a template, and what it says is not erased.
    pub printed: bool,
}

/// Every document that is for a reader, in order.
pub(super) fn documents(
    reader: &Reader,
    actor: &Actor,
    loaded: &Loaded,
    directory: &Directory,
) -> Vec<DocumentShown> {
    let matter = &loaded.matter;
    let me = actor.person().filter(|_| matter.is_joint());
    let served = |made: &Document| match me {
        Some(me) => {
            let service = matter.reach(made, me)?;
            let at = matter.history.get(usize::try_from(service.event).ok()?.checked_sub(1)?)?.at;
            Some((at, words::name_in(words::SERVICE_MEANS, &service.how)))
        }
        None => made.served.as_ref().map(|(at, how)| (*at, words::name_in(words::SERVICE_MEANS, how))),
    };
    let gone = matter.gone(1);
    let documents = matter.documents.iter().zip(1..);
    documents
        .filter(|(document, _)| crate::letter::is_for(reader, loaded, &document.made.document))
        .map(|(document, index)| {
            let id = &document.made.document;
            let office = directory.name_of(&document.made.office);
            let counts = me.is_none() && matter.is_joint();
            DocumentShown {
                index,
                id: id.clone(),
                name: loaded.procedure.letters.get(id).map_or_else(|| id.clone(), |letter| letter.name.clone()),
                number: told::number(&office, &document.made),
                office,
                at: document.at,
                served: served(document),
                printed: crate::letter::has_template(id) && gone.is_none_or(|gone| document.at > gone.at),
                waiting: if counts { matter.waiting(&loaded.procedure, document) } else { Vec::new() },
            }
        })
        .collect()
}
