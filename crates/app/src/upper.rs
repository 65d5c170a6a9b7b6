//! A matter that names whoever heads this node, where no office above works on it: the whole filing is sealed under the key of
//! the office above before anything is written. What stays here is that there is one, when it came, and how large it is,
//! by steps. Source: 信访工作条例 Art 28, 30, 46(5).

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use casework::command::{Actor, Person, Register};
use casework::event::{Event, HandedUp, Public, Stream};
use casework::refusal::Refusal;
use jiff::Timestamp;
use serde_json::json;
use store::{Entry, Recorded, Source, UpperKey};
use zeroize::Zeroizing;

use crate::error::AppError;
use crate::perform::{Doing, Filing, Receipt};
use crate::{App, reference};

/// The least a filing is filled up to before it is sealed, and then to powers of two: its length tells nothing.
const FILLED_BYTES_MIN: usize = 16 * 1024;

/// The office above this node.
#[derive(Debug, Clone)]
pub struct UpperOffice {
    /// Its name.
    pub name: String,
    /// What is for it alone is sealed under this.
    pub key: UpperKey,
}

/// What became of a filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filed {
    /// It is registered here.
    Registered(Receipt),
    /// It was sealed for the upper office.
    HandedUp(UpperReceipt),
}

/// What a person takes away of a filing that nobody here can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpperReceipt {
    /// Its reference.
    pub reference: String,
    /// The secret code; empty where it is shown again.
    pub code: String,
    /// The office above.
    pub to: String,
    /// When it was sealed.
    pub at: Timestamp,
    /// SHA-256 of the parcel, in hex.
    pub digest: String,
}

/// A parcel on its way up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The reference.
    pub reference: String,
    /// An age file.
    pub bytes: Vec<u8>,
}

impl App {
    /// The same node below an office that can be handed what must not stay here.
    #[must_use]
    pub fn with_upper_office(mut self, upper: UpperOffice) -> App {
        self.upper = Some(upper);
        self
    }

    /// Files what a person brings online: registers it, or, where it names whoever would register it and nobody above them
    /// works here, seals it for the upper office. The same command gives the same receipt.
    ///
    /// # Errors
    /// A refusal, or the store's failure.
    pub fn file(&self, doing: &Doing, filing: Filing) -> Result<Filed, AppError> {
        if let Some(Stream::Upper(reference)) = self.store.done(&doing.command)? {
            return self.handed_before(doing, reference);
        }
        let upper =
            self.upper.as_ref().filter(|_| doing.actor == Actor::Petitioner && doing.source == Source::Live);
        let Some(upper) = upper else { return self.register(doing, filing).map(Filed::Registered) };
        match self.register(doing, filing.clone()) {
            Err(AppError::Refused(Refusal::AccusedWouldRegister { .. })) => self.hand_up(doing, &filing, upper),
            done => done.map(Filed::Registered),
        }
    }

    fn hand_up(&self, doing: &Doing, filing: &Filing, upper: &UpperOffice) -> Result<Filed, AppError> {
        let code = self.store.code_for(&doing.command);
        let reference = reference::fresh(self.store.node(), doing.at, self.store.random()?);
        let parcel = upper.key.seal(self.in_full(doing, filing, &reference, upper)?.as_bytes())?;
        let handed = HandedUp {
            to: upper.name.clone(),
            code_digest: store::code_digest(&code),
            digest: store::content_hash(&parcel),
            parcel: BASE64.encode(&parcel),
        };
        let receipt = UpperReceipt {
            reference: reference.clone(),
            code,
            to: handed.to.clone(),
            at: doing.at,
            digest: handed.digest.clone(),
        };
        let event = Event { public: Public::Upper(handed), sealed: Vec::new() };
        let entry = Entry {
            stream: Stream::Upper(reference.clone()),
            expected: 0,
            procedure: String::new(),
            event,
            file: None,
        };
        match self.store.append(doing.context(), vec![(entry, Vec::new())]) {
            // The same form came twice at once, and the other was first.
            Err(store::StoreError::Repeated(command)) => match self.store.done(&command)? {
                Some(Stream::Upper(reference)) => self.handed_before(doing, reference),
                _ => Err(store::StoreError::Repeated(command).into()),
            },
            done => Ok(done.map(|()| Filed::HandedUp(receipt))?),
        }
    }

    /// The whole filing for whoever opens it, filled up with blanks.
    fn in_full(
        &self,
        doing: &Doing,
        filing: &Filing,
        reference: &str,
        upper: &UpperOffice,
    ) -> Result<Zeroizing<String>, AppError> {
        let directory = self.directory()?;
        let Register { petitioner, representatives, accused, accused_officers, .. } = &filing.register;
        let person = |person: &Person| json!({ "name": person.name, "phone": person.phone });
        let office =
            |code: &casework::office::OfficeCode| json!({ "code": code.0, "name": directory.name_of(code) });
        let register = &filing.register;
        let all = json!({
            "reference": reference,
            "filed": doing.at.to_string(),
            "node": self.store.node(),
            "to": upper.name,
            "family": filing.procedure,
            "channel": register.channel.word(),
            "people": register.people,
            "place": office(&register.place),
            "category": register.category,
            "summary": register.summary,
            "text": register.text,
            "contact": register.contact,
            "petitioner": petitioner.as_ref().map(person),
            "representatives": representatives.iter().map(person).collect::<Vec<_>>(),
            "accused": accused.iter().map(office).collect::<Vec<_>>(),
            "accused_officers": accused_officers.iter().map(|login| &login.0).collect::<Vec<_>>(),
            "accused_people": register.accused_people,
            "respondents": register.respondents.iter().map(office).collect::<Vec<_>>(),
        });
        let mut text = Zeroizing::new(String::new());
        let written = write!(text, "{all:#}");
        written.map_err(|error| AppError::Input(format!("the filing cannot be written down: {error}")))?;
        let fill = text.len().next_power_of_two().max(FILLED_BYTES_MIN) - text.len();
        text.push_str(&" ".repeat(fill));
        Ok(text)
    }

    /// The receipt of a command that was handed up before.
    fn handed_before(&self, doing: &Doing, reference: String) -> Result<Filed, AppError> {
        let code = self.store.code_for(&doing.command);
        let handed = self.handed_up(&reference, &code)?.ok_or(Refusal::NoSuchMatter)?;
        Ok(Filed::HandedUp(UpperReceipt { code, ..handed }))
    }

    /// What a reference and a code open of what was handed up; none where they open nothing.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn handed_up(&self, reference: &str, code: &str) -> Result<Option<UpperReceipt>, AppError> {
        let Some(reference) = reference::normalise(reference) else { return Ok(None) };
        let events = self.store.events(&Stream::Upper(reference.clone()), 0)?;
        let Some(Recorded { at, public: Public::Upper(handed), .. }) = events.into_iter().next() else {
            return Ok(None);
        };
        if !store::code_fits(code, &handed.code_digest) {
            return Ok(None);
        }
        let HandedUp { to, digest, .. } = handed;
        Ok(Some(UpperReceipt { reference, code: String::new(), to, at, digest }))
    }

    /// Gives `take` every parcel, by reference.
    ///
    /// # Errors
    /// Those of `take`, or the database cannot be read.
    pub fn parcels(&self, mut take: impl FnMut(Parcel) -> Result<(), AppError>) -> Result<u64, AppError> {
        let (mut after, mut count) = (String::new(), 0);
        loop {
            let page = self.store.handed_up(&after, 100)?;
            if page.is_empty() {
                return Ok(count);
            }
            for recorded in page {
                let (Stream::Upper(reference), Public::Upper(handed)) = (recorded.stream, recorded.public) else {
                    continue;
                };
                let damaged = || AppError::Input(format!("the parcel {reference} is not as it was written"));
                let bytes = BASE64.decode(&handed.parcel).map_err(|_| damaged())?;
                after.clone_from(&reference);
                take(Parcel { reference, bytes })?;
                count += 1;
            }
        }
    }
}
