//! What pages at the desk ask besides matters: fresh names for forms, what a role opens, the matters behind facts.

use casework::command::Actor;
use casework::event::MatterId;
use jiff::Timestamp;

use crate::App;
use crate::error::AppError;

impl App {
    /// A fresh id, for a form that may be sent once or for a session to be announced.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn fresh_id(&self, now: Timestamp) -> Result<String, AppError> {
        Ok(self.store.fresh_id(now)?)
    }

    /// Whether the actor's role opens an action: a page offers nothing that would be refused anyway.
    pub fn may(&self, actor: &Actor, action: &str) -> bool {
        self.opens(actor, action).is_ok()
    }

    /// The same, with who may instead.
    ///
    /// # Errors
    /// [`casework::refusal::Refusal::NotYourRole`].
    pub fn opens(&self, actor: &Actor, action: &str) -> Result<(), AppError> {
        self.authorise(actor, action)
    }

    /// The reference of a matter, where the actor may see it.
    ///
    /// # Errors
    /// The store fails.
    pub fn reference_of(&self, actor: &Actor, id: &MatterId) -> Result<Option<String>, AppError> {
        if !self.store.lets_through(&self.filter_of(actor), id)? {
            return Ok(None);
        }
        Ok(self.store.matter_by_id(id)?.map(|row| row.reference))
    }
}
