//! Law taken into use: a procedure that is proven (or on trial in a folder of its own), a new table of rest days.

use casework::calendar::Calendar;
use casework::event::{Event, LawEvent, Public, Sealed, Stream};
use casework::office::Login;
use casework::procedure;
use jiff::Timestamp;
use store::{Context, Entry, Source};

use crate::App;
use crate::error::AppError;
use crate::rehearse::Rehearsal;

/// What kind of law a trial is: read, but not proven.
pub(crate) const TRIAL: &str = "trial";

impl App {
    /// Adopts a procedure for matters registered from now on. Where a right gets worse two officers sign, with a reason.
    ///
    /// # Errors
    /// Its faults, a missing signature or reason, or the store's failure.
    pub fn adopt(
        &self,
        text: &str,
        signed: &[Login],
        reason: &str,
        now: Timestamp,
    ) -> Result<Rehearsal, AppError> {
        let rehearsal = self.rehearse(text)?;
        let directory = self.directory()?;
        for login in signed {
            if directory.officer(login).is_none() {
                return Err(AppError::Input(format!("there is no officer '{}'", login.0)));
            }
        }
        let mut signers = signed.to_vec();
        signers.sort();
        signers.dedup();
        if rehearsal.is_worse() && (signers.len() < 2 || reason.trim().is_empty()) {
            let why = "a right of the person gets worse: two officers must sign it, with a reason \
                       (--signed LOGIN --signed LOGIN --reason TEXT)";
            return Err(AppError::Input(why.into()));
        }
        self.take_into_use("procedure", &rehearsal.id, text, signers, reason, now)?;
        Ok(rehearsal)
    }

    /// Adopts a table of rest days: the last days of open matters that move by it are written, with the old day and
    /// the reason, and those concerned are told. In how many matters some day moved.
    ///
    /// # Errors
    /// The table cannot be read, or the store's failure.
    pub fn adopt_calendar(&self, text: &str, now: Timestamp) -> Result<u64, AppError> {
        let new = Calendar::parse(text).map_err(|error| AppError::Input(error.to_string()))?;
        let law = self.law();
        if new == law.calendar {
            return Err(AppError::Input("this table of rest days is in use already".to_owned()));
        }
        self.take_into_use("calendar", "cn", text, Vec::new(), "", now)?;
        self.rebuild(|_| {})?;
        self.tell_moved_days(&law.calendar, now)
    }

    /// Takes a procedure that reads but is not proven into use in a folder of its own, so that the story of a fault can
    /// be seen to happen. Such a folder is never served.
    ///
    /// # Errors
    /// The folder holds events already, the procedure does not read, or the store's failure.
    pub fn try_out(&self, text: &str, now: Timestamp) -> Result<(), AppError> {
        let procedure = procedure::parse(text).map_err(|faults| {
            let first = faults.first().map_or_else(String::new, ToString::to_string);
            AppError::Input(format!("the procedure cannot be read: {first}"))
        })?;
        let hash = store::content_hash(text);
        let on_trial = self.law().on_trial.clone();
        if on_trial.as_deref() == Some(hash.as_str()) {
            return Ok(());
        }
        if on_trial.is_some() || self.last_at()?.is_some() {
            let why = "a procedure is tried out in a new data folder: nothing of what happens there counts";
            return Err(AppError::Input(why.to_owned()));
        }
        self.take_into_use(TRIAL, &procedure.id, text, Vec::new(), "", now)
    }

    fn take_into_use(
        &self,
        kind: &str,
        id: &str,
        text: &str,
        signed: Vec<Login>,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let hash = store::content_hash(text);
        let expected = self.store.version(&Stream::Law)?;
        let command = format!("adopt/{hash}/{expected}");
        let event =
            LawEvent::LawAdopted { kind: kind.to_owned(), id: id.to_owned(), hash, text: text.to_owned(), signed };
        let event = Event {
            public: Public::Law(event),
            sealed: if reason.is_empty() { Vec::new() } else { vec![Sealed::first([("reason", reason)])] },
        };
        let context = Context { command, source: Source::Live, actor: "admin".to_owned(), at: now, recorded: now };
        let entry = Entry { stream: Stream::Law, expected, procedure: String::new(), event, file: None };
        self.store.append(context, vec![(entry, Vec::new())])?;
        self.read_law_again()
    }
}
