//! Conflict of interest as one reader is shown it: whose own decision is complained of, who answers first, who looks into
//! that, and what the reader is asked before anything else.

use casework::act;
use casework::conflict::Respondents;
use casework::office::OfficeCode;
use casework::procedure::{Act, Procedure};
use casework::verb::Verb;
use casework::world::World;

/// Conflict of interest in a matter, for one reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictShown {
    /// Offices whose own decision is complained of, by name.
    pub respondents: Vec<String>,
    /// The office that answers first, where it is one of them or below one.
    pub answers_first: Option<String>,
    /// The article by which an office answers.
    pub cite: String,
    /// Who would review the answer; none where there is no review, or nobody here stands above those who answer.
    pub reviewer: Option<String>,
    /// The article of the review; empty where the procedure has none.
    pub review_cite: String,
    /// The office the reading officer left, where the matter asks them whether they have an interest in it.
    pub left: Option<String>,
    /// The office whose leaders may give the answer more time.
    pub approving: Option<OfficeCode>,
}

/// What a matter holds of it for whoever reads.
pub(super) fn of(world: &World<'_>) -> ConflictShown {
    let (Some(matter), directory, procedure) = (world.matter, world.directory, world.procedure) else {
        return ConflictShown::default();
    };
    let respondents = Respondents::of(matter);
    let name = |code: &OfficeCode| directory.name_of(code);
    let answers = matter.competent.as_ref().filter(|code| respondents.reach(directory, code));
    let asks = first(procedure, Verb::RequestReview);
    let owner = asks.and_then(|act| procedure.steps.get(act.to.as_ref()?)?.owner.as_ref());
    let reviewer = owner.and_then(|who| world.office_in(None, who));
    let extended = procedure.clocks.values().find_map(|clock| clock.extend.first());
    ConflictShown {
        respondents: matter.respondents.iter().map(|code| name(directory.successor(code))).collect(),
        answers_first: answers.map(name),
        cite: cited(procedure, first(procedure, Verb::Decide)),
        reviewer: reviewer.filter(|code| !respondents.reach(directory, code)).as_ref().map(name),
        review_cite: cited(procedure, asks),
        left: act::asked_to_declare(world).map(name),
        approving: extended.and_then(|extension| world.approving(None, &extension.approved_by)),
    }
}

fn first(procedure: &Procedure, verb: Verb) -> Option<&Act> {
    procedure.acts().map(|(_, act)| act).find(|act| act.verb == verb)
}

/// The article an act rests on: its own, or that of the window in which it is open.
fn cited(procedure: &Procedure, act: Option<&Act>) -> String {
    let Some(act) = act else { return String::new() };
    let window = act.during.as_ref().and_then(|clock| procedure.clocks.get(clock)).map(|clock| &clock.basis);
    act.basis.as_ref().or(window).map_or_else(String::new, |basis| procedure.cite(basis))
}
