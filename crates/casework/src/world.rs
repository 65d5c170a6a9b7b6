//! What a rule may look at: the matter, its procedure, the calendar, the offices as of now, the actor, the moment.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::command::Actor;
use crate::conflict::Respondents;
use crate::day;
use crate::matter::{Did, Matter};
use crate::office::{Directory, OfficeCode, Role};
use crate::procedure::{Act, Procedure, WhoIs};
use crate::verb::Verb;

/// Last document number given, by office and year.
pub type Numbers = BTreeMap<(OfficeCode, i16), u64>;

/// The series of an office's document numbers: its own, the one apart for matters somebody is kept from, or that of
/// demands for data.
pub fn series(office: &OfficeCode, apart: bool, demanded: bool) -> OfficeCode {
    match (demanded, apart) {
        (true, _) => OfficeCode(format!("{office}/demands")),
        (false, true) => OfficeCode(format!("{office}/apart")),
        (false, false) => office.clone(),
    }
}

/// How often the actor asked today to know who brought a matter, over all matters, and how often an officer may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asks<'a> {
    /// Asked today.
    pub today: u32,
    /// Allowed on a day.
    pub per_day: u32,
    /// The rule, for people.
    pub cite: &'a str,
}

impl Asks<'_> {
    /// Where nothing is asked: no limit.
    pub const NONE: Asks<'static> = Asks { today: 0, per_day: u32::MAX, cite: "" };
}

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
    /// The matter that the act on this one is about, where it is about another: a demand for data.
    pub about: Option<&'a Matter>,
    /// Document numbers given so far.
    pub numbers: &'a Numbers,
    /// How often the actor asked to know who brought a matter.
    pub asks: Asks<'a>,
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
        self.office_in(None, who)
    }

    /// The office that plays a role in a track of this matter; none is the main one.
    pub fn office_in(&self, track: Option<&str>, who: &str) -> Option<OfficeCode> {
        office_in(self.procedure, self.directory, self.matter, track, who)
    }

    /// The office that plays a role in a track, where it does this act.
    pub fn office_doing(&self, act: &Act, track: Option<&str>, who: &str) -> Option<OfficeCode> {
        office_doing(self.procedure, self.directory, self.matter, track, (act, who))
    }

    /// Whether the actor plays this role in a track of this matter, where it does this act.
    pub fn actor_does(&self, act: &Act, track: Option<&str>, who: &str) -> bool {
        let Some(role) = self.procedure.who.get(who) else {
            return false;
        };
        match (self.actor, &role.is) {
            (Actor::Petitioner | Actor::Representative { .. } | Actor::Helper { .. }, WhoIs::Petitioner) => true,
            (Actor::Import, is) => *is != WhoIs::Petitioner,
            // Before registration nobody holds it yet: whoever enters it will be one of the two.
            (Actor::Officer { .. }, WhoIs::Registers | WhoIs::Competent) if self.matter.is_none() => true,
            (Actor::Officer { office, roles, .. }, WhoIs::LeaderOf(of)) => {
                let led = self.office_doing(act, track, of);
                roles.contains(&Role::Leader) && led.is_some_and(|led| self.directory.is_within(&led, office))
            }
            (Actor::Officer { office, .. }, _) => self.office_doing(act, track, who).as_ref() == Some(office),
            _ => false,
        }
    }

    /// The office of a role that approves more time in a track.
    pub fn approving(&self, track: Option<&str>, who: &str) -> Option<OfficeCode> {
        approving(self.procedure, self.directory, self.matter, track, who)
    }

    /// The name of a role, with its office where there is one: 有权处理机关（青河县住建局）.
    pub fn name_with(&self, who: &str, office: Option<OfficeCode>) -> String {
        let role = self.procedure.who.get(who).map_or(who, |role| role.name.as_str());
        match office {
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
    office_in(procedure, directory, matter, None, who)
}

/// The office that plays a role in a track of a matter (none: the main one), where the track stands now: an office that an
/// act names is another in each track that such an act opened.
pub fn office_in(
    procedure: &Procedure,
    directory: &Directory,
    matter: Option<&Matter>,
    track: Option<&str>,
    who: &str,
) -> Option<OfficeCode> {
    let judges = matter.is_some_and(|matter| judges_here(procedure, matter, track, who));
    office_as(procedure, Far { directory, matter, judges }, track, who)
}

/// The office that plays a role where it does this act: what is about an answer is not done by who gave it.
pub fn office_doing(
    procedure: &Procedure,
    directory: &Directory,
    matter: Option<&Matter>,
    track: Option<&str>,
    (act, who): (&Act, &str),
) -> Option<OfficeCode> {
    let judges = matter.is_some_and(|matter| {
        !matter.respondents.is_empty()
            && (is_about_an_answer(procedure, act) || judges_here(procedure, matter, track, who))
    });
    office_as(procedure, Far { directory, matter, judges }, track, who)
}

/// The office of a role that approves more time: an office whose own decision is complained of does not give itself more.
pub fn approving(
    procedure: &Procedure,
    directory: &Directory,
    matter: Option<&Matter>,
    track: Option<&str>,
    who: &str,
) -> Option<OfficeCode> {
    let judges = matter.is_some_and(|matter| !matter.respondents.is_empty());
    office_as(procedure, Far { directory, matter, judges }, track, who)
}

/// Whether an act answers about an answer: by its verb, or because it serves what such an act made.
pub fn is_about_an_answer(procedure: &Procedure, act: &Act) -> bool {
    let makes = |other: &Act| other.verb.is_about_an_answer() && other.letter == act.letter;
    act.verb.is_about_an_answer()
        || (act.verb == Verb::Serve && act.letter.is_some() && procedure.acts().any(|(_, other)| makes(other)))
}

/// Whether a role answers about an answer in the step the track stands in.
fn judges_here(procedure: &Procedure, matter: &Matter, track: Option<&str>, who: &str) -> bool {
    if matter.respondents.is_empty() {
        return false;
    }
    let step = match track {
        Some(track) => matter.tracks.get(track).map(|position| &position.step),
        None => Some(&matter.step),
    };
    let acts = step.and_then(|step| procedure.steps.get(step)).into_iter().flat_map(|step| &step.acts);
    let mut theirs = acts.filter(|act| act.by.iter().any(|role| role == who));
    theirs.any(|act| is_about_an_answer(procedure, act))
}

/// Among which offices one is looked for, and how far from those who answered.
#[derive(Debug, Clone, Copy)]
struct Far<'a> {
    directory: &'a Directory,
    matter: Option<&'a Matter>,
    /// It is to answer about an answer: whoever gave that, and who lies below them, is passed over.
    judges: bool,
}

fn office_as(procedure: &Procedure, far: Far<'_>, track: Option<&str>, who: &str) -> Option<OfficeCode> {
    let Far { directory, matter, judges } = far;
    let office = |role: &String| office_in(procedure, directory, matter, track, role);
    let held = |holder: &OfficeCode| matter.map(|matter| free_now(directory, matter, holder, judges));
    match &procedure.who.get(who)?.is {
        WhoIs::Petitioner | WhoIs::Accused => None,
        WhoIs::AboveAccused => held(&above_accused(directory, matter?)?),
        WhoIs::Registers => held(&matter?.home),
        WhoIs::Competent => held(matter?.competent.as_ref()?),
        WhoIs::LeaderOf(of) => office_as(procedure, far, track, of),
        WhoIs::JointMeeting => joint_meeting(directory, matter?),
        WhoIs::Above(of) => {
            let below = office(of)?;
            let line = directory.line_of(&below);
            let above = line.iter().skip(1).map(|office| office.code.clone());
            // At the top of the tree there is nobody above: the office itself stays answerable.
            let line: Vec<OfficeCode> = above.chain([below]).collect();
            fitting(directory, matter, &line, Fit::Over)
        }
        WhoIs::Named { by, otherwise } => {
            let came = matter.zip(track).and_then(|(matter, track)| named_on_the_way(matter, track, by));
            let latest = || matter.and_then(|matter| matter.did.iter().rev().find_map(|did| names(did, by)));
            let named = came.or_else(|| match otherwise {
                Some(role) => office(role),
                None => latest(),
            })?;
            let watches = by.iter().any(|(_, field)| field == SUPERVISOR);
            let now = matter.map(|matter| free_now(directory, matter, &named, judges || watches));
            Some(now.unwrap_or(named))
        }
    }
}

/// The field in which an office is named that is to watch over the handling.
pub(crate) const SUPERVISOR: &str = "supervisor";

/// How an office must stand to those whose own decision is complained of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Anywhere.
    Any,
    /// Not one of them nor below one.
    Apart,
    /// Above them all.
    Over,
}

/// The first of these offices that is not accused and stands as it should; where none does (at the top of the tree
/// nobody may be left), the first that comes nearest to it.
fn fitting(
    directory: &Directory,
    matter: Option<&Matter>,
    offices: &[OfficeCode],
    fit: Fit,
) -> Option<OfficeCode> {
    let respondents = matter.map(Respondents::of).filter(|respondents| !respondents.is_empty());
    let stands = |code: &OfficeCode, fit: Fit| match (respondents, fit) {
        (Some(respondents), Fit::Over) => respondents.lie_below(directory, code),
        (Some(respondents), Fit::Apart) => !respondents.reach(directory, code),
        (None, _) | (_, Fit::Any) => true,
    };
    let free: Vec<&OfficeCode> = offices.iter().filter(|code| is_free(directory, matter, code)).collect();
    let tries = [Fit::Over, Fit::Apart, Fit::Any].into_iter().filter(|tried| *tried <= fit);
    let found = tries.into_iter().find_map(|tried| free.iter().find(|code| stands(code, tried)));
    found.map(|code| (*code).clone())
}

/// The nearest office above all that are complained of; where nobody is above them all here, the office that registered,
/// which is not one of them.
fn above_accused(directory: &Directory, matter: &Matter) -> Option<OfficeCode> {
    let line = matter.accused.first().map(|first| directory.line_of(first)).unwrap_or_default();
    let above = line.iter().skip(1).map(|office| &office.code);
    let over_all = |code: &&OfficeCode| {
        is_free(directory, Some(matter), code)
            && matter.accused.iter().all(|accused| directory.is_within(accused, code))
    };
    above.into_iter().find(over_all).cloned().or_else(|| Some(free_now(directory, matter, &matter.home, false)))
}

/// The joint meeting beside the office that registered. Where that one is complained of, the next higher one, then the
/// next higher body: the accused decide nothing in the matter. It watches over answers, so it is none of those who gave one.
fn joint_meeting(directory: &Directory, matter: &Matter) -> Option<OfficeCode> {
    let line = directory.line_of(&matter.home);
    let meetings = line.iter().filter_map(|body| directory.joint_meeting_for(&body.code));
    let bodies = line.iter().skip(1).copied();
    let above = meetings.chain(bodies).map(|office| office.code.clone());
    let line: Vec<OfficeCode> = above.chain([matter.home.clone()]).collect();
    fitting(directory, Some(matter), &line, Fit::Apart)
}

/// The office that does now what an office did that held the matter. It was free then; where offices were moved or merged
/// since and it is not any more, or it is to answer about an answer of its own, the nearest above it that is.
fn free_now(directory: &Directory, matter: &Matter, holder: &OfficeCode, judges: bool) -> OfficeCode {
    let now = directory.successor(holder);
    let line = directory.line_of(now);
    let above = line.iter().skip(1).map(|office| office.code.clone());
    let line: Vec<OfficeCode> = std::iter::once(now.clone()).chain(above).collect();
    let fit = if judges { Fit::Apart } else { Fit::Any };
    fitting(directory, Some(matter), &line, fit).unwrap_or_else(|| now.clone())
}

/// Whether an office is neither complained of in the matter nor below one that is.
fn is_free(directory: &Directory, matter: Option<&Matter>, code: &OfficeCode) -> bool {
    matter.is_none_or(|matter| !matter.complained_of().reaches(directory, code))
}

/// The offices that acts name in the side tracks open now: they see the matter while theirs is open.
pub fn named_now(procedure: &Procedure, matter: &Matter) -> Vec<OfficeCode> {
    let fields = procedure.who.values().filter_map(|who| match &who.is {
        WhoIs::Named { by, .. } => Some(by),
        _ => None,
    });
    let fields: Vec<&Vec<(Verb, String)>> = fields.collect();
    let tracks = matter.tracks.keys();
    tracks.flat_map(|track| fields.iter().filter_map(|by| named_on_the_way(matter, track, by))).collect()
}

/// The office named by the act that opened a track, or else the track that one came of, and so on back.
fn named_on_the_way(matter: &Matter, track: &str, by: &[(Verb, String)]) -> Option<OfficeCode> {
    let mut track = track;
    let mut until = matter.history.len();
    loop {
        let opener = matter.opener_of(track, until)?;
        let did = matter.did.iter().find(|did| usize::try_from(did.event) == Ok(opener));
        if let Some(named) = did.and_then(|did| names(did, by)) {
            return Some(named);
        }
        // What opened it lies before it, so this ends.
        until = opener.checked_sub(1)?;
        track = matter.history.get(until)?.track.as_deref()?;
    }
}

/// The office an act names in one of these fields.
fn names(did: &Did, by: &[(Verb, String)]) -> Option<OfficeCode> {
    let (_, field) = by.iter().find(|(verb, _)| *verb == did.verb)?;
    did.said.get(field).map(|code| OfficeCode(code.clone()))
}
