//! Offices and officers as the journal says they are now, and entering them.

use std::sync::{Arc, PoisonError};

use casework::act::act_on_directory;
use casework::command::{Actor, DirectoryCommand};
use casework::event::{DirectoryEvent, Public, Stream};
use casework::office::{Directory, Login, Office, Officer, Role};
use casework::read::{self, Row, Under};
use casework::refusal::Refusal;
use store::Entry;

use crate::App;
use crate::error::AppError;
use crate::perform::{Doing, Done};

/// The directory after an event that changes which office must act: one moved below another, was merged, or somebody
/// came to lead one. `None` where nothing of the kind happened.
pub(crate) fn moved(directory: &Directory, event: &DirectoryEvent) -> Option<Directory> {
    let mut after = directory.clone();
    match event {
        DirectoryEvent::OfficeSet { code, name, kind, parent, fields } => {
            directory.office(code).filter(|office| office.parent != *parent)?;
            let (code, name, parent, fields) = (code.clone(), name.clone(), parent.clone(), fields.clone());
            after.set_office(Office { code, name, kind: *kind, parent, fields });
        }
        DirectoryEvent::OfficeMerged { code, into } => after.merge_office(code.clone(), into.clone()),
        DirectoryEvent::OfficerSet { login, office, roles } => {
            let before = directory.officer(login)?;
            if before.office == *office && before.roles == *roles {
                return None;
            }
            let (login, office, roles, name) = (login.clone(), office.clone(), roles.clone(), before.name.clone());
            after.set_officer(Officer { login, name, office, roles });
        }
    }
    Some(after)
}

impl App {
    /// Offices and officers as they are now.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn directory(&self) -> Result<Arc<Directory>, AppError> {
        self.directory_at(self.store.version(&Stream::Directory)?)
    }

    /// Offices and officers as they were when this request began: whoever signs in, and every act, looks first.
    pub(crate) fn known_directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Offices and officers at a version; read again where another is known.
    pub(crate) fn directory_at(&self, version: u64) -> Result<Arc<Directory>, AppError> {
        {
            let known = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            if known.0 == version {
                return Ok(Arc::clone(&known.1));
            }
        }
        let mut known = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        let mut directory = (*known.1).clone();
        let mut last = known.0;
        for recorded in self.store.events(&Stream::Directory, known.0)? {
            last = recorded.version;
            if let Public::Directory(event) = recorded.public {
                self.take_in(&mut directory, event, last)?;
            }
        }
        *known = (last, Arc::new(directory));
        Ok(Arc::clone(&known.1))
    }

    pub(crate) fn take_in(
        &self,
        directory: &mut Directory,
        event: DirectoryEvent,
        version: u64,
    ) -> Result<(), AppError> {
        match event {
            DirectoryEvent::OfficeSet { code, name, kind, parent, fields } => {
                directory.set_office(Office { code, name, kind, parent, fields });
            }
            DirectoryEvent::OfficeMerged { code, into } => directory.merge_office(code, into),
            DirectoryEvent::OfficerSet { login, office, roles } => {
                let words = self.store.words(&Stream::Directory, version)?;
                let name = words.first().and_then(|words| words.fields.get("name").cloned());
                directory.set_officer(Officer { name: name.unwrap_or_default(), login, office, roles });
            }
        }
        Ok(())
    }

    /// Enters or changes an office or officer. Only an administrator may.
    ///
    /// # Errors
    /// A refusal, or the store's failure.
    pub fn on_directory(&self, doing: &Doing, command: &DirectoryCommand) -> Result<Done, AppError> {
        let admin = match &doing.actor {
            Actor::Admin | Actor::Import => true,
            Actor::Officer { roles, .. } => roles.contains(&Role::Admin),
            Actor::Petitioner | Actor::Representative { .. } | Actor::Helper { .. } => false,
        };
        if !admin {
            let action = "维护机构和人员".to_owned();
            return Err(Refusal::NotYourRole { action, roles: "系统管理员".to_owned() }.into());
        }
        if let Some(stream) = self.store.done(&doing.command)? {
            return Ok(Done::Before(stream));
        }
        let directory = self.directory()?;
        let version = self.store.version(&Stream::Directory)?;
        let mut entries = Vec::new();
        for (expected, (stream, event)) in (version..).zip(act_on_directory(&directory, command)?) {
            let rows = match &event.public {
                Public::Directory(happened) => self.rows_of_move(&directory, happened)?,
                _ => Vec::new(),
            };
            entries.push((Entry { stream, expected, procedure: String::new(), event, file: None }, rows));
        }
        self.store.append(doing.context(), entries)?;
        Ok(Done::Now(Stream::Directory))
    }

    /// The rows of open matters after an office moved in the tree: the office that must act may be another one now.
    fn rows_of_move(&self, directory: &Directory, event: &DirectoryEvent) -> Result<Vec<Row>, AppError> {
        let Some(after) = moved(directory, event) else { return Ok(Vec::new()) };
        let law = self.law();
        let mut rows = Vec::new();
        for id in self.store.open_matters()? {
            let loaded = self.load(&id)?;
            let under = Under { procedure: &loaded.procedure, calendar: &law.calendar, directory: &after };
            rows.push(Row::Matter(Box::new(read::matter_row(&under, &loaded.matter))));
        }
        Ok(rows)
    }
}

impl App {
    /// An officer as an actor.
    ///
    /// # Errors
    /// There is no such officer.
    pub fn officer_actor(&self, login: &Login) -> Result<Actor, AppError> {
        let directory = self.directory()?;
        let officer = directory
            .officer(login)
            .ok_or_else(|| Refusal::OfficerUnknown { login: login.0.chars().take(40).collect() })?;
        Ok(Actor::Officer {
            login: officer.login.clone(),
            office: officer.office.clone(),
            roles: officer.roles.clone(),
        })
    }

    /// Whether a command was carried out before.
    ///
    /// # Errors
    /// The store fails.
    pub(crate) fn is_done(&self, command: &str) -> Result<bool, AppError> {
        Ok(self.store.done(command)?.is_some())
    }
}
