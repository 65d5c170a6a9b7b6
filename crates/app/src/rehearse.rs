//! Trying a procedure before it is adopted: what changes in plain words, and what it would mean for the matters now open.

use casework::clock;
use casework::command::Actor;
use casework::filter::Filter;
use casework::matter::Matter;
use casework::office::Directory;
use casework::procedure::rights::{self, Change, Turn};
use casework::procedure::{self, Procedure};
use casework::world;
use jiff::civil::Date;

use crate::App;
use crate::error::AppError;
use crate::law::whole_procedure;

/// What a new procedure would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// Its id.
    pub id: String,
    /// The procedure it takes the place of; none where it is new here.
    pub replaces: Option<String>,
    /// Differences, each with the way it turns for the person.
    pub changes: Vec<Change>,
    /// Open matters that run under the procedure it replaces.
    pub live: usize,
    /// Those that would stand differently under it. They keep the version they were registered under.
    pub moved: Vec<Moved>,
}

/// One open matter that would stand differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Shown to people.
    pub reference: String,
    /// Its step, by name; under the new procedure there may be none of that id.
    pub step: String,
    /// The step is not one of the new procedure.
    pub lost: bool,
    /// Last day of the clock that governs it now, and under the new procedure.
    pub due: (Option<Date>, Option<Date>),
    /// Who must act now, and under the new procedure.
    pub owner: (String, String),
}

impl Rehearsal {
    /// Whether a right of the person gets worse: then two officers must sign, with a reason.
    pub fn is_worse(&self) -> bool {
        self.changes.iter().any(|change| change.turn == Turn::Worse)
    }
}

impl App {
    /// Rehearses a procedure: reads and proves it, compares it with the one in use, and looks at every open matter.
    ///
    /// # Errors
    /// Its faults, or the store's failure.
    pub fn rehearse(&self, text: &str) -> Result<Rehearsal, AppError> {
        self.rehearse_over(text, &Filter::Everything)
    }

    /// The same over the matters a filter lets through: of others not even the number is told.
    fn rehearse_over(&self, text: &str, filter: &Filter) -> Result<Rehearsal, AppError> {
        let new = proven(text)?;
        let law = self.law();
        // An overlay has an id of its own: it takes the place of what governs its family from its first day.
        let same = law.procedures().find(|old| old.id == new.id).cloned();
        let old = same.or_else(|| law.governing(&new.family, new.in_force).ok().map(|(_, old)| old));
        let Some(old) = old else {
            return Ok(Rehearsal { id: new.id, replaces: None, changes: Vec::new(), live: 0, moved: Vec::new() });
        };
        let directory = self.directory()?;
        let (mut live, mut moved) = (0, Vec::new());
        for id in self.store.open_matters()? {
            if !self.store.lets_through(filter, &id)? {
                continue;
            }
            let loaded = self.load(&id)?;
            if loaded.procedure.id != old.id {
                continue;
            }
            live += 1;
            let now = stands(&loaded.procedure, &law.calendar, &directory, &loaded.matter);
            let then = stands(&new, &law.calendar, &directory, &loaded.matter);
            let step = loaded.procedure.steps.get(&loaded.matter.step);
            let lost = !new.steps.contains_key(&loaded.matter.step);
            if lost || now != then {
                moved.push(Moved {
                    reference: loaded.matter.reference.clone(),
                    step: step.map_or_else(|| loaded.matter.step.clone(), |step| step.name.clone()),
                    lost,
                    due: (now.0, then.0),
                    owner: (now.1, then.1),
                });
            }
        }
        Ok(Rehearsal {
            id: new.id.clone(),
            replaces: Some(old.name.clone()),
            changes: rights::changes(&old, &new),
            live,
            moved,
        })
    }

    /// The same for an officer, whose office learns of its own matters only.
    ///
    /// # Errors
    /// Not a role that rehearses, the procedure's faults, or the store's failure.
    pub fn rehearse_for(&self, actor: &Actor, text: &str) -> Result<Rehearsal, AppError> {
        self.authorise(actor, "rehearse")?;
        let whole = whole_procedure(text).map_err(|faults| AppError::Input(faults.join("\n")))?;
        self.rehearse_over(&whole, &self.filter_of(actor))
    }
}

fn proven(text: &str) -> Result<Procedure, AppError> {
    procedure::read(text).map_err(|faults| {
        let first = faults.first().map_or_else(String::new, ToString::to_string);
        AppError::Input(format!("the procedure has {} fault(s), the first: {first}", faults.len()))
    })
}

/// The day that governs a matter and who must act, under a procedure.
fn stands(
    procedure: &Procedure,
    calendar: &casework::calendar::Calendar,
    directory: &Directory,
    matter: &Matter,
) -> (Option<Date>, String) {
    let runs = clock::runs_of(procedure, calendar, matter);
    let due = clock::governing(&runs).map(|run| run.due.day);
    let owner = procedure.steps.get(&matter.step).and_then(|step| step.owner.as_deref());
    let owner = owner.map_or_else(String::new, |who| {
        let office = world::office_of(procedure, directory, Some(matter), who);
        let role = procedure.who.get(who).map_or(who, |who| who.name.as_str());
        office.map_or_else(|| role.to_owned(), |office| directory.name_of(&office))
    });
    (due, owner)
}
