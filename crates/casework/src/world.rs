//! What a rule may look at: the matter, its procedure, the calendar, the offices as of now, the actor, the moment.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::command::Actor;
use crate::day;
use crate::matter::Matter;
use crate::office::{Directory, OfficeCode, Role};
use crate::procedure::{Procedure, WhoIs};

/// Last document number given, by office and year.
pub type Numbers = BTreeMap<(OfficeCode, i16), u64>;

/// Everything an act on a matter may look at.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The procedure that governs the matter.
    pub procedure: &'a Procedure,
    /// Rest days.
    pub calendar: &'a Calendar,
    /// Offices and officers.
    pub directory: &'a Directory,
    /// The matter; none before registration.
    pub matter: Option<&'a Matter>,
    /// Document numbers given so far.
    pub numbers: &'a Numbers,
    /// Who asks.
    pub actor: &'a Actor,
    /// When.
    pub now: Timestamp,
}

impl<'a> World<'a> {
    /// The step the matter lies in; before registration, where the procedure begins.
    pub fn step(&self) -> &'a str {
        self.matter.map_or(self.procedure.begins.as_str(), |matter| matter.step.as_str())
    }

    /// Today in Shanghai.
    pub fn today(&self) -> Date {
        day::day_of(self.now)
    }

    /// The office that plays a role in this matter; `None` for persons and where there is none yet.
    pub fn office_of(&self, who: &str) -> Option<OfficeCode> {
        office_of(self.procedure, self.directory, self.matter, who)
    }

    /// Whether the actor plays this role in this matter.
    pub fn actor_is(&self, who: &str) -> bool {
        let Some(role) = self.procedure.who.get(who) else {
            return false;
        };
        match (self.actor, &role.is) {
            (Actor::Petitioner, WhoIs::Petitioner) => true,
            (Actor::Import, is) => *is != WhoIs::Petitioner,
            // Before registration nobody holds it yet: whoever enters it will be one of the two.
            (Actor::Officer { .. }, WhoIs::Registers | WhoIs::Competent) if self.matter.is_none() => true,
            (Actor::Officer { office, roles, .. }, WhoIs::LeaderOf(of)) => {
                roles.contains(&Role::Leader) && self.leads(office, of)
            }
            (Actor::Officer { office, .. }, _) => self.office_of(who).as_ref() == Some(office),
            _ => false,
        }
    }

    /// Whether `office` is the office of role `of`, or above it.
    pub fn leads(&self, office: &OfficeCode, of: &str) -> bool {
        self.office_of(of).is_some_and(|below| self.directory.is_within(&below, office))
    }

    /// The name of a role, with its office where there is one: 有权处理机关（青河县住建局）.
    pub fn name_of(&self, who: &str) -> String {
        let role = self.procedure.who.get(who).map_or(who, |role| role.name.as_str());
        match self.office_of(who) {
            Some(code) => format!("{role}（{}）", self.directory.name_of(&code)),
            None => role.to_owned(),
        }
    }
}

/// The office that plays a role in a matter; `None` for persons and where there is none yet.
pub fn office_of(
    procedure: &Procedure,
    directory: &Directory,
    matter: Option<&Matter>,
    who: &str,
) -> Option<OfficeCode> {
    match &procedure.who.get(who)?.is {
        WhoIs::Petitioner => None,
        WhoIs::Registers => matter.map(|matter| matter.home.clone()),
        WhoIs::Competent => matter.and_then(|matter| matter.competent.clone()),
        WhoIs::LeaderOf(of) => office_of(procedure, directory, matter, of),
        WhoIs::JointMeeting => {
            let home = matter.map(|matter| &matter.home)?;
            Some(directory.joint_meeting_for(home).map_or_else(|| home.clone(), |office| office.code.clone()))
        }
        WhoIs::Above(of) => {
            let below = office_of(procedure, directory, matter, of)?;
            // At the top of the tree there is nobody above: the office itself stays answerable.
            Some(directory.above(&below).map_or(below, |office| office.code.clone()))
        }
    }
}
