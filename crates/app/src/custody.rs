//! 身份保管员: which requests a custodian finds, and how often an officer has asked today.

use std::sync::{MutexGuard, PoisonError};

use casework::act;
use casework::command::Actor;
use casework::day;
use casework::event::MatterId;
use casework::office::Officer;
use casework::opening::{Came, Custody};
use casework::refusal::Refusal;
use casework::verb::Verb;
use casework::world::Asks;
use jiff::Timestamp;

use crate::App;
use crate::error::AppError;
use crate::perform::Target;

/// The asks of an officer on a day, held while one more is made: two at once do not both find the last place.
pub(crate) struct Asking<'a> {
    pub(crate) asks: Asks<'static>,
    _alone: Option<MutexGuard<'a, ()>>,
}

impl App {
    /// Which requests an officer may know of as custodian; none for everybody else.
    pub(crate) fn custody(&self, actor: &Actor) -> Option<Custody> {
        access::custody(actor, &self.known_directory())
    }

    /// Whether an officer is a custodian and nothing that sees matters.
    pub fn is_custodian(&self, actor: &Actor) -> bool {
        self.custody(actor).is_some()
    }

    /// Whoever is posted as custodian and may decide: nobody else can open an identity.
    ///
    /// # Errors
    /// The store fails.
    pub fn custodians(&self) -> Result<Vec<Officer>, AppError> {
        let directory = self.directory()?;
        let decides = |officer: &&Officer| {
            let (login, office, roles) = (officer.login.clone(), officer.office.clone(), officer.roles.clone());
            access::custody(&Actor::Officer { login, office, roles }, &directory).is_some()
        };
        Ok(directory.officers().filter(decides).cloned().collect())
    }

    /// The matter a custodian decides in: one with a request that waits, of their own line, not kept from them. Any other
    /// does not exist.
    pub(crate) fn find_requested(&self, custody: &Custody, target: &Target) -> Result<MatterId, AppError> {
        let id = match target {
            Target::Id(id) => id.clone(),
            Target::Reference(reference) => {
                let row = self.store.matter_by_reference(reference)?;
                row.map(|row| row.id).ok_or(Refusal::NoSuchMatter)?
            }
        };
        match self.store.is_requested(custody, &id)? {
            Some(true) => Ok(id),
            Some(false) => Err(act::nothing_waits().into()),
            None => Err(Refusal::NoSuchMatter.into()),
        }
    }

    /// How often the actor asked today, where the verb is one that is counted.
    pub(crate) fn asking(&self, actor: &Actor, verb: Verb, at: Timestamp) -> Result<Asking<'_>, AppError> {
        let (Some((per_day, cite)), Actor::Officer { login, .. }) = (access::per_day(verb.word()), actor) else {
            return Ok(Asking { asks: Asks::NONE, _alone: None });
        };
        let alone = self.asks.lock().unwrap_or_else(PoisonError::into_inner);
        let today = day::day_of(at);
        let span = (day::start_of(today), day::start_of(day::plus_days(today, 1)));
        let asked = self.store.count_requested(None, (login, Came::Asked), span)?;
        Ok(Asking { asks: Asks { today: asked, per_day, cite }, _alone: Some(alone) })
    }
}

/// Whoever has a role that sees matters decides on no identity, whatever other role they have.
pub(crate) fn apart(actor: &Actor, action: &str) -> Result<(), Refusal> {
    let clash = access::clash(actor, action);
    let Some(verb) = Verb::from_word(action).filter(|_| !clash.is_empty()) else { return Ok(()) };
    let roles: Vec<&str> = clash.iter().map(|role| role.name()).collect();
    let must = format!("本人不兼任看得到事项的岗位（现兼任{}）", roles.join("、"));
    Err(Refusal::NotNow { verb, must, cite: "本地规则：决定开启身份的人看不到事项".to_owned() })
}
