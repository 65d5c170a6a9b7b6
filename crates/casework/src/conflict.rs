//! 回避, conflict of interest: whoever is complained of in a matter, whoever is below them, and whoever has an interest in it
//! has nothing to do with it. Source: 信访工作条例 Art 28 ¶3, 30, 46(5).

use crate::event::MatterId;
use crate::matter::Matter;
use crate::office::{Directory, Login, OfficeCode, Officer, Role};
use crate::verb::Verb;

/// Who is complained of.
#[derive(Debug, Clone, Copy)]
pub struct Accused<'a> {
    /// Offices; those of the officers are among them.
    pub offices: &'a [OfficeCode],
    /// Officers, wherever they are posted now.
    pub officers: &'a [Login],
}

impl Accused<'_> {
    /// Whether an office is complained of, lies below one that is, took over what was one, or is led (or its line is) by
    /// an officer who is.
    pub fn reaches(&self, directory: &Directory, office: &OfficeCode) -> bool {
        self.offices.iter().any(|accused| directory.falls_under(office, accused))
            || self.officers.iter().any(|accused| leads(directory, accused, office))
    }
}

/// Offices whose own decision is complained of. The law may let them answer first; what is decided about that answer is
/// decided above them.
#[derive(Debug, Clone, Copy)]
pub struct Respondents<'a>(&'a [OfficeCode]);

impl<'a> Respondents<'a> {
    /// Those of a matter.
    pub fn of(matter: &'a Matter) -> Respondents<'a> {
        Respondents(&matter.respondents)
    }

    /// No decision is complained of.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Whether an office is one of them, lies below one, or took over what was either.
    pub fn reach(self, directory: &Directory, office: &OfficeCode) -> bool {
        self.0.iter().any(|respondent| directory.falls_under(office, respondent))
    }

    /// Whether an office stands above them all.
    pub fn lie_below(self, directory: &Directory, office: &OfficeCode) -> bool {
        !self.reach(directory, office) && self.0.iter().all(|respondent| directory.falls_under(respondent, office))
    }
}

/// The office that an officer left, where a matter asks them whether they have an interest: it is complained of or answers for
/// its own decision there, or lies below one that is or does, and where they work now it does not.
pub fn left_behind<'a>(
    directory: &'a Directory,
    matter: &Matter,
    login: &Login,
    office: &OfficeCode,
) -> Option<&'a OfficeCode> {
    let (accused, respondents) = (matter.complained_of(), Respondents::of(matter));
    let concerned = |code: &OfficeCode| accused.reaches(directory, code) || respondents.reach(directory, code);
    if concerned(office) {
        return None;
    }
    directory.left_by(login).find(|left| concerned(left))
}

/// Whether an officer has said of themselves that they have no interest in a matter.
pub fn declared_none(matter: &Matter, login: &Login) -> bool {
    let me = format!("officer/{login}");
    matter.did(Verb::DeclareNoInterest).any(|did| did.by == me)
}

/// Whether an officer may have nothing to do with a matter.
pub fn bars(directory: &Directory, matter: &Matter, login: &Login, office: &OfficeCode) -> bool {
    let theirs = Bar::of(directory, login, office);
    bars_of(matter).any(|bar| theirs.contains(&bar))
}

/// Whether an officer leads an office or a body above it.
fn leads(directory: &Directory, login: &Login, office: &OfficeCode) -> bool {
    let officer = directory.officer(login).filter(|officer| officer.roles.iter().copied().any(is_leader));
    officer.is_some_and(|officer| directory.falls_under(office, &officer.office))
}

fn is_leader(role: Role) -> bool {
    matches!(role, Role::Leader | Role::PetitionChief)
}

/// The officers whose names a person wrote: all of them where several have the name.
pub fn named_in<'a>(directory: &'a Directory, text: &'a str) -> impl Iterator<Item = &'a Officer> {
    // A single character is in every text.
    directory.officers().filter(move |officer| officer.name.chars().count() > 1 && text.contains(&officer.name))
}

/// Somebody a matter is kept from, and for an officer every one of these that would keep a matter from them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// An office that is complained of: everybody in it and below it.
    Office(OfficeCode),
    /// An officer who is complained of: they, and everybody in and below an office that they lead.
    Accused(Login),
    /// An officer who recused themselves or was recused: they alone.
    Recused(Login),
}

impl Bar {
    /// As read tables hold it: `office/990100`, `accused/wang`, `recused/wang`.
    pub fn word(&self) -> String {
        match self {
            Bar::Office(code) => format!("office/{code}"),
            Bar::Accused(login) => format!("accused/{login}"),
            Bar::Recused(login) => format!("recused/{login}"),
        }
    }

    /// Every bar that would keep a matter from this officer, posted where they are now.
    pub fn of(directory: &Directory, login: &Login, office: &OfficeCode) -> Vec<Bar> {
        let line = directory.falls_under_each(office);
        let posted = line.iter().flat_map(|above| directory.posted_in(above));
        let leaders = posted.filter(|officer| officer.roles.iter().copied().any(is_leader));
        let mut bars: Vec<Bar> = leaders.map(|officer| Bar::Accused(officer.login.clone())).collect();
        bars.extend([Bar::Accused(login.clone()), Bar::Recused(login.clone())]);
        bars.extend(line.into_iter().map(Bar::Office));
        bars.sort();
        bars.dedup();
        bars
    }
}

/// Whom a matter is kept from.
pub fn bars_of(matter: &Matter) -> impl Iterator<Item = Bar> {
    let offices = matter.accused.iter().cloned().map(Bar::Office);
    let accused = matter.accused_officers.iter().cloned().map(Bar::Accused);
    offices.chain(accused).chain(matter.recused.iter().cloned().map(Bar::Recused))
}

/// A bar as the read tables hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarRow {
    /// The matter.
    pub matter: MatterId,
    /// Whom it is kept from.
    pub bar: Bar,
}
