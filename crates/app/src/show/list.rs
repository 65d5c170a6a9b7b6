//! Lists of matters for an officer: what their office owes by due date, or all it has held.

use casework::command::Actor;
use casework::event::{PartyNumber, Stream};
use casework::read::{MatterRow, NoticeRow};
use jiff::Timestamp;
use store::{Page, Wanted};

use crate::App;
use crate::error::AppError;

/// A matter in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its row.
    pub row: MatterRow,
    /// One line, opened.
    pub summary: String,
    /// Step name.
    pub step_name: String,
    /// Place, with the township.
    pub place: String,
    /// Further letters and visits.
    pub repeats: u32,
}

impl App {
    /// Matters the officer's office has held or must act on, by due date.
    ///
    /// # Errors
    /// The store fails.
    pub fn list(&self, actor: &Actor, wanted: &Wanted, now: Timestamp) -> Result<Page<Listed>, AppError> {
        self.wake(now, now)?;
        let page = self.store.matters(&access::filter(actor), wanted)?;
        let rows = page.rows.into_iter().map(|row| self.listed(row)).collect::<Result<_, AppError>>()?;
        Ok(Page { rows, total: page.total })
    }

    /// What the officer's office was told of clocks that ended and still run, with the matters' references.
    ///
    /// # Errors
    /// The store fails.
    pub fn notices(&self, actor: &Actor, most: u32) -> Result<Vec<(NoticeRow, String)>, AppError> {
        let Actor::Officer { office, .. } = actor else { return Ok(Vec::new()) };
        let mut told = Vec::new();
        for notice in self.store.notices(office, most)? {
            // Being told is not seeing: an office that never held the matter learns only that a clock ended.
            let visible = self.store.lets_through(&access::filter(actor), &notice.matter)?;
            let row = if visible { self.store.matter_by_id(&notice.matter)? } else { None };
            told.push((notice, row.map_or_else(String::new, |row| row.reference)));
        }
        Ok(told)
    }

    fn listed(&self, row: MatterRow) -> Result<Listed, AppError> {
        let loaded = self.load(&row.id)?;
        let words = self.store.words(&Stream::Matter(row.id.clone()), 1)?;
        let mine = words.iter().find(|words| words.party == PartyNumber::FIRST);
        let step = loaded.procedure.steps.get(&row.step);
        Ok(Listed {
            summary: mine.and_then(|words| words.fields.get("summary")).cloned().unwrap_or_default(),
            step_name: step.map_or_else(|| row.step.clone(), |step| step.name.clone()),
            place: self.place_name(&row.place)?,
            repeats: u32::try_from(loaded.matter.intakes.len().saturating_sub(1)).unwrap_or(u32::MAX),
            row,
        })
    }
}
