//! The people of a matter: the first, who brought it, and the representatives of those who came with them. Each has a
//! service, a request and a withdrawal of their own.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::{Document, Matter, Service};
use crate::act;
use crate::command::{FIRST, person_of};
use crate::procedure::Procedure;
use crate::verb::Verb;

impl Matter {
    /// Whether several people stand for it, each with clocks, letters and appeals of their own.
    pub fn is_joint(&self) -> bool {
        self.representatives > 0
    }

    /// Its people by number: the first is 0.
    pub fn people(&self) -> RangeInclusive<u32> {
        FIRST..=self.representatives
    }

    /// Who has withdrawn and not taken it back.
    pub fn withdrawn(&self) -> BTreeSet<u32> {
        let mut withdrawn = BTreeSet::new();
        for did in &self.did {
            match (did.verb, person_of(&did.by)) {
                (Verb::Withdraw, Some(person)) => withdrawn.insert(person),
                (Verb::TakeBackWithdrawal, Some(person)) => withdrawn.remove(&person),
                _ => false,
            };
        }
        withdrawn
    }

    /// How a document reached one of the people: by a service of their own, else by one that went to everybody.
    pub fn reach<'d>(&self, document: &'d Document, person: u32) -> Option<&'d Service> {
        let by = |party| document.services.iter().find(move |service| service.party == party);
        by(Some(person)).or_else(|| by(None))
    }

    /// For whom a document is: what answers a request for whoever asked, everything else for all who have not withdrawn.
    pub fn addressees(&self, procedure: &Procedure, document: &Document) -> Vec<u32> {
        let withdrawn = self.withdrawn();
        let stays = |person: &u32| !withdrawn.contains(person);
        let Some(asked) = asked_for(procedure, &document.made.document) else {
            return self.people().filter(stays).collect();
        };
        let is_answer = |made: &&Document| {
            let name = &made.made.document;
            act::answers(procedure, name) && asked_for(procedure, name).is_none()
        };
        // What was asked of an opinion that was set aside is not asked of the one made in its place.
        let earlier = self.documents.iter().filter(|made| made.event < document.event);
        let since = earlier.filter(is_answer).map(|made| made.event).max().unwrap_or(0);
        let asks = |person: &u32| {
            let mut theirs = self.requests.iter().filter(|request| request.person == *person);
            theirs.any(|request| request.verb == asked && request.event > since)
        };
        self.people().filter(stays).filter(asks).collect()
    }

    /// Whom a document has still to reach. One that another took the place of is owed to nobody.
    pub fn waiting(&self, procedure: &Procedure, document: &Document) -> Vec<u32> {
        if self.successor(document).is_some() {
            return Vec::new();
        }
        let unreached = |person: &u32| self.reach(document, *person).is_none();
        self.addressees(procedure, document).into_iter().filter(unreached).collect()
    }

    /// The document of the same name that was made after this one.
    pub fn successor(&self, document: &Document) -> Option<&Document> {
        let same = |made: &&Document| made.made.document == document.made.document;
        self.documents.iter().filter(same).find(|made| made.event > document.event)
    }

    /// Which of the documents of a name a service is of. Whoever is served by number gets the newest they have not.
    pub fn reached_by(&self, document: &str, party: Option<u32>) -> Option<usize> {
        let named = || self.documents.iter().enumerate().filter(|(_, made)| made.made.document == document);
        let fresh = named().find(|(_, made)| made.services.is_empty());
        let open = match party {
            None if !self.is_joint() => fresh,
            _ => {
                let without = |made: &Document| !made.services.iter().any(|service| service.party == party);
                let newest = named().rev().find(|(_, made)| without(made));
                if party.is_none() { fresh.or(newest) } else { newest }
            }
        };
        open.map(|(index, _)| index)
    }
}

/// What a document answers: the verb by which it was asked for; none for what is made without being asked.
fn asked_for(procedure: &Procedure, document: &str) -> Option<Verb> {
    let makes = procedure.acts().map(|(_, act)| act).filter(|act| act.letter.as_deref() == Some(document));
    makes.filter(|act| act.verb != Verb::Serve).find_map(|act| match act.verb {
        Verb::AcceptReview | Verb::RefuseReview | Verb::DecideReview | Verb::OrderReview => {
            Some(Verb::RequestReview)
        }
        Verb::AcceptReReview | Verb::RefuseReReview | Verb::DecideReReview => Some(Verb::RequestReReview),
        Verb::ConfirmRefusal => Some(Verb::AskSupervision),
        _ => None,
    })
}
