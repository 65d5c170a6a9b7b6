//! Lists of matters for an officer: what their office owes by due date, or all it has held.

use casework::command::Actor;
use casework::erased::GONE;
use casework::event::{MatterId, PartyNumber, Sealed};
use casework::office::{Directory, OfficeCode, OfficeKind};
use casework::read::{MatterRow, NoticeRow, TaskRow};
use jiff::Timestamp;
use store::{Found, Page, Wanted};

use super::clocks::track_name;
use crate::error::AppError;
use crate::{App, Law};

/// A matter in a list, or a task in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The matter's row.
    pub row: MatterRow,
    /// The task it is listed for, where the list is of tasks.
    pub task: Option<TaskRow>,
    /// One line, opened.
    pub summary: String,
    /// Name of the step the matter (or the task) is in.
    pub step_name: String,
    /// Name of the side track; empty for the main one.
    pub track_name: String,
    /// Place, with the township.
    pub place: String,
    /// Further letters and visits.
    pub repeats: u32,
}

impl App {
    /// Matters the officer's office has held or must act on (or only the tasks of an office), by due date. They are
    /// counted up to [`COUNTED_MAX`](store::COUNTED_MAX) and one more.
    ///
    /// # Errors
    /// The store fails.
    pub fn list(&self, actor: &Actor, wanted: &Wanted, now: Timestamp) -> Result<Page<Listed>, AppError> {
        self.wake(now, now)?;
        let page = self.store.matters(&self.filter_of(actor), wanted)?;
        let (law, directory) = (self.law(), self.known_directory());
        let ids: Vec<MatterId> = page.rows.iter().map(|found| found.row.id.clone()).collect();
        let words = self.store.first_words(&ids)?;
        let rows = page.rows.into_iter().map(|found| {
            let words = words.get(&found.row.id);
            listed(&law, &directory, found, words.map_or(&[], Vec::as_slice))
        });
        let rows = rows.collect();
        Ok(Page { rows, total: page.total, more: page.more })
    }

    /// How many each of some lists holds, counted as [`App::list`] counts.
    ///
    /// # Errors
    /// The store fails.
    pub fn counts(&self, actor: &Actor, wanted: &[Wanted], now: Timestamp) -> Result<Vec<u64>, AppError> {
        self.wake(now, now)?;
        Ok(self.store.counts(&self.filter_of(actor), wanted)?)
    }

    /// The steps in which such a list has something, by id and name, with how many.
    ///
    /// # Errors
    /// The store fails.
    pub fn list_steps(&self, actor: &Actor, wanted: &Wanted) -> Result<Vec<(String, String, u64)>, AppError> {
        let mut steps = Vec::new();
        let law = self.law();
        for (family, step, count) in self.store.steps(&self.filter_of(actor), wanted)? {
            let name = law.step_name(&family, &step);
            steps.push((step, name, count));
        }
        Ok(steps)
    }

    /// What the officer's office was told of clocks that ended and still run, with the matters' references.
    ///
    /// # Errors
    /// The store fails.
    pub fn notices(&self, actor: &Actor, most: u32) -> Result<Vec<(NoticeRow, String)>, AppError> {
        let filter = self.filter_of(actor);
        let mut told = Vec::new();
        for notice in self.store.notices(&filter, most)? {
            // Being told is not seeing: an office that never held the matter learns only that a clock ended.
            let visible = self.store.lets_through(&filter, &notice.matter)?;
            let row = if visible { self.store.matter_by_id(&notice.matter)? } else { None };
            told.push((notice, row.map_or_else(String::new, |row| row.reference)));
        }
        Ok(told)
    }
}

pub(super) fn listed(law: &Law, directory: &Directory, found: Found, words: &[Sealed]) -> Listed {
    let Found { row, task } = found;
    let procedure = law.newest(&row.procedure);
    let mine = words.iter().find(|words| words.party == PartyNumber::FIRST);
    let step = task.as_ref().map_or(&row.step, |task| &task.step);
    let track = task.as_ref().filter(|task| !task.track.is_empty());
    Listed {
        summary: mine
            .map_or_else(|| GONE.to_owned(), |words| words.fields.get("summary").cloned().unwrap_or_default()),
        step_name: match procedure.and_then(|procedure| procedure.steps.get(step)) {
            Some(step) => step.name.clone(),
            None => law.step_name(&row.family, step),
        },
        track_name: match (track, procedure) {
            (Some(task), Some(procedure)) => track_name(procedure, &task.track),
            (track, _) => track.map_or_else(String::new, |task| task.track.clone()),
        },
        place: place_in(directory, &row.place),
        repeats: row.intakes.saturating_sub(1),
        row,
        task,
    }
}

/// A place with the township it lies in: 第7镇 第34村.
pub(super) fn place_in(directory: &Directory, place: &OfficeCode) -> String {
    let name = directory.name_of(place);
    let village = directory.office(place).is_some_and(|office| office.kind == OfficeKind::Village);
    match directory.above(place).filter(|_| village) {
        Some(township) => format!("{} {name}", township.name),
        None => name,
    }
}
