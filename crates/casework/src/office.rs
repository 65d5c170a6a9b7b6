//! Offices (public bodies in a tree) and officers (people in them, with roles), as the journal says they are now.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

/// An office's code: opaque, only `parent` says where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficeCode(pub String);

impl fmt::Display for OfficeCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&str> for OfficeCode {
    fn from(code: &str) -> Self {
        OfficeCode(code.to_owned())
    }
}

/// An officer's sign-in name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Login(pub String);

impl fmt::Display for Login {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&str> for Login {
    fn from(login: &str) -> Self {
        Login(login.to_owned())
    }
}

/// What sort of public body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    /// 市.
    City,
    /// 县.
    County,
    /// 乡镇、街道.
    Township,
    /// 村、社区.
    Village,
    /// 职能部门.
    Department,
    /// 信访工作机构.
    PetitionOffice,
    /// 信访工作联席会议.
    JointMeeting,
}

/// What an officer may be charged with. Which verbs a role opens stands in `policies/access.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 登记员.
    Registrar,
    /// 承办人.
    Officer,
    /// 信访局负责人.
    PetitionChief,
    /// 督查员.
    Supervisor,
    /// 复查员.
    Reviewer,
    /// 机关负责人.
    Leader,
    /// 身份保管员: decides whether a sealed identity is opened, and reads no matter.
    Custodian,
    /// 系统管理员.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 8] = [
        Role::Registrar,
        Role::Officer,
        Role::PetitionChief,
        Role::Supervisor,
        Role::Reviewer,
        Role::Leader,
        Role::Custodian,
        Role::Admin,
    ];

    /// The word used in stories, policies and commands.
    pub fn word(self) -> &'static str {
        match self {
            Role::Registrar => "registrar",
            Role::Officer => "officer",
            Role::PetitionChief => "petition_chief",
            Role::Supervisor => "supervisor",
            Role::Reviewer => "reviewer",
            Role::Leader => "leader",
            Role::Custodian => "custodian",
            Role::Admin => "admin",
        }
    }

    /// What a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Role::Registrar => "登记员",
            Role::Officer => "承办人",
            Role::PetitionChief => "信访局负责人",
            Role::Supervisor => "督查员",
            Role::Reviewer => "复查员",
            Role::Leader => "机关负责人",
            Role::Custodian => "身份保管员",
            Role::Admin => "系统管理员",
        }
    }

    /// The role a word names.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// A public body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Its code.
    pub code: OfficeCode,
    /// Its name, e.g. 青河县信访局.
    pub name: String,
    /// What sort of body.
    pub kind: OfficeKind,
    /// The body above it.
    pub parent: Option<OfficeCode>,
    /// Categories it answers for.
    pub fields: Vec<String>,
}

/// A person in an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Sign-in name.
    pub login: Login,
    /// Name people read.
    pub name: String,
    /// Where they work.
    pub office: OfficeCode,
    /// What they are charged with.
    pub roles: Vec<Role>,
}

/// All offices and officers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    offices: BTreeMap<OfficeCode, Office>,
    officers: BTreeMap<Login, Officer>,
    /// Who works in which office.
    posted: BTreeMap<OfficeCode, BTreeSet<Login>>,
    /// The offices that each officer has left, in order.
    left: BTreeMap<Login, Vec<OfficeCode>>,
    /// Offices that were merged into another, each with that one.
    merged: BTreeMap<OfficeCode, OfficeCode>,
}

impl Directory {
    /// Enters or changes an office.
    pub fn set_office(&mut self, office: Office) {
        self.offices.insert(office.code.clone(), office);
    }

    /// Enters or changes an officer.
    pub fn set_officer(&mut self, officer: Officer) {
        if let Some(before) = self.officers.get(&officer.login) {
            self.posted.entry(before.office.clone()).or_default().remove(&officer.login);
            let left = self.left.entry(officer.login.clone()).or_default();
            if before.office != officer.office && !left.contains(&before.office) {
                left.push(before.office.clone());
            }
        }
        self.posted.entry(officer.office.clone()).or_default().insert(officer.login.clone());
        self.officers.insert(officer.login.clone(), officer);
    }

    /// An office is merged into another, which takes over what it did.
    pub fn merge_office(&mut self, code: OfficeCode, into: OfficeCode) {
        self.merged.insert(code, into);
    }

    /// The office that does now what an office did: itself, or the one it was merged into, and so on.
    pub fn successor<'a>(&'a self, code: &'a OfficeCode) -> &'a OfficeCode {
        let mut now = code;
        // A circle of mergers ends where it closes: there are no more steps than mergers.
        for _ in 0..self.merged.len() {
            match self.merged.get(now) {
                Some(into) if into != code => now = into,
                _ => break,
            }
        }
        now
    }

    /// Whether `code` is `other`, lies below it, or took over what was either: what concerns the one concerns the other.
    pub fn falls_under(&self, code: &OfficeCode, other: &OfficeCode) -> bool {
        let other = self.successor(other);
        self.line_now(code).contains(&other)
    }

    /// Every office that `code` falls under.
    pub fn falls_under_each(&self, code: &OfficeCode) -> Vec<OfficeCode> {
        let line = self.line_now(code);
        let merged = self.merged.keys().filter(|merged| line.contains(&self.successor(merged)));
        let mut all: Vec<OfficeCode> = line.iter().copied().chain(merged).cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// The office that does now what `code` did, and all above it.
    fn line_now<'a>(&'a self, code: &'a OfficeCode) -> Vec<&'a OfficeCode> {
        let now = self.successor(code);
        let mut line: Vec<&OfficeCode> = self.line_of(now).into_iter().map(|office| &office.code).collect();
        if line.is_empty() {
            line.push(now);
        }
        line
    }

    /// The office with a code.
    pub fn office(&self, code: &OfficeCode) -> Option<&Office> {
        self.offices.get(code)
    }

    /// The officer with a login.
    pub fn officer(&self, login: &Login) -> Option<&Officer> {
        self.officers.get(login)
    }

    /// Every office, by code.
    pub fn offices(&self) -> impl Iterator<Item = &Office> {
        self.offices.values()
    }

    /// Every officer, by login.
    pub fn officers(&self) -> impl Iterator<Item = &Officer> {
        self.officers.values()
    }

    /// Who works in an office.
    pub fn posted_in(&self, code: &OfficeCode) -> impl Iterator<Item = &Officer> {
        self.posted.get(code).into_iter().flatten().filter_map(|login| self.officer(login))
    }

    /// The offices in which an officer was posted before, in the order in which they left them first.
    pub fn left_by(&self, login: &Login) -> impl Iterator<Item = &OfficeCode> {
        self.left.get(login).into_iter().flatten()
    }

    /// An office's name, or its code where it is unknown.
    pub fn name_of(&self, code: &OfficeCode) -> String {
        self.office(code).map_or_else(|| code.0.clone(), |office| office.name.clone())
    }

    /// The office directly above.
    pub fn above(&self, code: &OfficeCode) -> Option<&Office> {
        self.office(code)?.parent.as_ref().and_then(|parent| self.office(self.successor(parent)))
    }

    /// The office itself and all above it, nearest first. A circle of parents ends where it closes.
    pub fn line_of(&self, code: &OfficeCode) -> Vec<&Office> {
        let mut line: Vec<&Office> = Vec::new();
        let mut next = self.office(code);
        while let Some(office) = next {
            if line.iter().any(|seen| seen.code == office.code) {
                break;
            }
            line.push(office);
            next = office.parent.as_ref().and_then(|parent| self.office(self.successor(parent)));
        }
        line
    }

    /// Whether `code` is `top` or lies below it.
    pub fn is_within(&self, code: &OfficeCode, top: &OfficeCode) -> bool {
        self.line_of(code).iter().any(|office| office.code == *top)
    }

    /// The joint meeting (信访工作联席会议) beside an office; where none is entered, the body above the office.
    pub fn joint_meeting_for(&self, code: &OfficeCode) -> Option<&Office> {
        let parent = self.office(code)?.parent.as_ref();
        let beside =
            |office: &&Office| office.kind == OfficeKind::JointMeeting && office.parent.as_ref() == parent;
        self.offices.values().find(beside).or_else(|| self.above(code))
    }

    /// The petition office that registers matters of a place: the nearest one beside the place's line of offices.
    pub fn petition_office_for(&self, place: &OfficeCode) -> Option<&Office> {
        self.line_of(place).into_iter().find_map(|body| {
            let beside = |office: &&Office| {
                office.kind == OfficeKind::PetitionOffice && office.parent.as_ref() == Some(&body.code)
            };
            if body.kind == OfficeKind::PetitionOffice { Some(body) } else { self.offices.values().find(beside) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Directory {
        let mut directory = Directory::default();
        for (code, kind, parent) in [
            ("c", OfficeKind::County, None),
            ("xf", OfficeKind::PetitionOffice, Some("c")),
            ("t", OfficeKind::Township, Some("c")),
            ("v", OfficeKind::Village, Some("t")),
        ] {
            directory.set_office(Office {
                code: code.into(),
                name: code.to_owned(),
                kind,
                parent: parent.map(OfficeCode::from),
                fields: Vec::new(),
            });
        }
        directory
    }

    #[test]
    fn a_village_is_served_by_the_countys_petition_office() {
        let directory = tree();
        assert_eq!(directory.petition_office_for(&"v".into()).unwrap().code, "xf".into());
        assert_eq!(directory.petition_office_for(&"xf".into()).unwrap().code, "xf".into());
        assert!(directory.petition_office_for(&"nowhere".into()).is_none());
        assert!(directory.is_within(&"v".into(), &"c".into()));
        assert!(!directory.is_within(&"c".into(), &"v".into()));
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let mut directory = tree();
        let mut county = directory.office(&"c".into()).unwrap().clone();
        county.parent = Some("v".into());
        directory.set_office(county);
        assert_eq!(directory.line_of(&"v".into()).len(), 3);
    }
}
