//! The door to a matter: who a reader is to it, officer, person or somebody who helps the person, or that it does not exist.

use casework::command::Actor;
use casework::event::Stream;
use casework::matter::Matter;
use casework::refusal::Refusal;
use casework::{day, mandate, words};
use jiff::Timestamp;
use jiff::civil::Date;

use super::matter::Reader;
use crate::App;
use crate::error::AppError;
use crate::perform::{Loaded, Target};

/// Somebody the person asked for help with this matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateShown {
    /// Which of the matter's, from 1.
    pub number: u32,
    /// The helper's name.
    pub name: String,
    /// What they may do, in words.
    pub scope: String,
    /// Its last day.
    pub until: Date,
    /// The helper's own secret code.
    pub code: String,
}

impl App {
    /// The matter behind a reference, if this reader may see it, and who they are to it.
    pub(crate) fn open_for(
        &self,
        reader: &Reader,
        reference: &str,
        now: Timestamp,
    ) -> Result<(Loaded, Actor), AppError> {
        let reference = crate::reference::normalise(reference).ok_or(Refusal::NoSuchMatter)?;
        let target = Target::Reference(reference);
        match reader {
            Reader::Officer(actor) => Ok((self.load(&self.find(actor, &target)?)?, actor.clone())),
            Reader::Petitioner { code } => {
                let loaded = self.load(&self.find(&Actor::Petitioner, &target)?)?;
                match self.bearer(&loaded.matter, code, now) {
                    Some(actor) => Ok((loaded, actor)),
                    None => Err(Refusal::NoSuchMatter.into()),
                }
            }
        }
    }

    /// Whose code it is: the person's, that of a representative, or that of a mandate that holds.
    fn bearer(&self, matter: &Matter, code: &str, now: Timestamp) -> Option<Actor> {
        if store::code_fits(code, &matter.code_digest) {
            return Some(Actor::Petitioner);
        }
        let of = |number: &u32| store::code_digest(&self.store.code_for_representative(&matter.id, *number));
        if let Some(number) = (1..=matter.representatives).find(|number| store::code_fits(code, &of(number))) {
            return Some(Actor::Representative { number });
        }
        let mut holding = mandate::of(matter).filter(|mandate| mandate.holds(day::day_of(now)));
        let theirs = |number| store::code_digest(&self.store.code_for_mandate(&matter.id, number));
        holding.find(|mandate| store::code_fits(code, &theirs(mandate.number))).map(|mandate| mandate.actor())
    }

    /// The mandates that hold, for the person who gave them.
    pub(super) fn mandates(
        &self,
        matter: &Matter,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<MandateShown>, AppError> {
        // A helper sees no other helpers, and of several people each their own.
        let Some(person) = actor.person().filter(|_| !matches!(actor, Actor::Helper { .. })) else {
            return Ok(Vec::new());
        };
        let mut shown = Vec::new();
        let theirs = |mandate: &mandate::Mandate<'_>| mandate.of == person && mandate.holds(day::day_of(now));
        for mandate in mandate::of(matter).filter(theirs) {
            let words = self.store.words(&Stream::Matter(matter.id.clone()), mandate.given.event)?;
            let name = words.iter().find_map(|words| words.fields.get("name")).cloned();
            let scope = mandate.given.said.get("scope").map_or("", String::as_str);
            shown.push(MandateShown {
                number: mandate.number,
                name: name.unwrap_or_default(),
                scope: words::name_in(words::MANDATE_SCOPES, scope),
                until: mandate.until,
                code: self.store.code_for_mandate(&matter.id, mandate.number),
            });
        }
        Ok(shown)
    }
}
