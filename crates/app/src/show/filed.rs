//! What a person takes away from a filing: who has it, what comes next and by when, and the signed receipt.

use casework::clock;
use casework::command::Actor;
use jiff::Timestamp;

use super::ClockShown;
use super::clocks::{clock_shown, inner_to};
use crate::error::AppError;
use crate::{App, Receipt};

/// A filing as it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledShown {
    /// Reference, secret code, moment.
    pub receipt: Receipt,
    /// The office that registered it.
    pub office: String,
    /// What comes next, and by when.
    pub next: Option<ClockShown>,
    /// The receipt as a text file, signed.
    pub file: String,
}

impl App {
    /// What was filed, for whoever filed it. Nothing of the matter is looked at that the answer does not hold: filings
    /// come in crowds.
    ///
    /// # Errors
    /// The store fails.
    pub fn filed(&self, actor: &Actor, receipt: Receipt, now: Timestamp) -> Result<FiledShown, AppError> {
        let loaded = self.load(&receipt.matter)?;
        let (law, directory) = (self.law(), self.directory()?);
        let world = loaded.world(&law, &directory, actor, now);
        let runs = clock::runs_of(&loaded.procedure, &law.calendar, &loaded.matter);
        let governing =
            clock::governing(&runs).filter(|run| !inner_to(world.actor, &loaded.procedure, run.track.as_deref()));
        Ok(FiledShown {
            office: directory.name_of(&loaded.matter.home),
            next: governing.map(|run| clock_shown(&world, &law, run)),
            file: self.receipt_of(&loaded)?,
            receipt,
        })
    }
}
