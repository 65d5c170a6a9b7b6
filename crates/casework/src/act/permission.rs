//! Whether an act may be done now, by this actor: the procedure's answer, with the rule to cite when it is no.

use crate::clock;
use crate::command::Actor;
use crate::office::OfficeCode;
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// One verb at the desk: the act it would be, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The verb.
    pub verb: Verb,
    /// The acts it may be now; more than one where outcomes or documents lead to different steps.
    pub acts: Vec<Act>,
    /// Why it may not be done, where it may not.
    pub refusal: Option<Refusal>,
}

/// Every verb the procedure knows, with what may be done now and why the rest may not.
pub fn choices(world: &World<'_>) -> Vec<Choice> {
    let known = |verb: &Verb| {
        let everywhere = world.procedure.everywhere.iter();
        let in_steps = world.procedure.steps.values().flat_map(|step| step.acts.iter());
        *verb != Verb::Register && everywhere.chain(in_steps).any(|act| act.verb == *verb)
    };
    Verb::ALL
        .into_iter()
        .filter(known)
        .map(|verb| {
            let candidates: Vec<&Act> =
                world.procedure.acts_in(world.step()).filter(|act| act.verb == verb).collect();
            let mut acts = Vec::new();
            let mut refusal = None;
            for candidate in &candidates {
                match allowed(world, candidate) {
                    Ok(()) => acts.push((*candidate).clone()),
                    Err(refused) => refusal = Some(refused),
                }
            }
            if candidates.is_empty() {
                refusal = Some(not_in_this_step(world, verb));
            }
            if !acts.is_empty() {
                refusal = None;
            }
            Choice { verb, acts, refusal }
        })
        .collect()
}

/// The act a verb is in this step, among those that `fits`.
///
/// # Errors
/// Not in this step, not this actor's, lapsed, or done before.
pub(super) fn permitted<'a>(
    world: &World<'a>,
    verb: Verb,
    fits: impl Fn(&Act) -> bool,
) -> Result<&'a Act, Refusal> {
    let act = world
        .procedure
        .acts_in(world.step())
        .find(|act| act.verb == verb && fits(act))
        .ok_or_else(|| not_in_this_step(world, verb))?;
    allowed(world, act)?;
    Ok(act)
}

/// The office in whose name the actor does the act.
pub(super) fn acting_office(world: &World<'_>, act: &Act) -> OfficeCode {
    let resolved = || act.by.iter().find_map(|who| world.office_of(who));
    match world.actor {
        Actor::Officer { office, .. } => office.clone(),
        _ => resolved()
            .or_else(|| world.matter.map(|matter| matter.home.clone()))
            .unwrap_or_else(|| OfficeCode(String::new())),
    }
}

/// What the act rests on, for people: its own article, or the procedure's name.
pub(super) fn cite(world: &World<'_>, act: &Act) -> String {
    match &act.basis {
        Some(basis) => world.procedure.cite(basis),
        None => format!("《{}》程序", world.procedure.name),
    }
}

fn allowed(world: &World<'_>, act: &Act) -> Result<(), Refusal> {
    if !act.by.iter().any(|who| world.actor_is(who)) {
        let who = act.by.iter().map(|who| world.name_of(who)).collect::<Vec<_>>().join("或");
        return Err(Refusal::NotYours { verb: act.verb, who, cite: cite(world, act) });
    }
    if let (Some(window), Some(matter)) = (&act.during, world.matter) {
        let runs = clock::runs_of(world.procedure, world.calendar, matter);
        let run = runs.iter().rev().find(|run| run.clock.id == *window);
        if let Some(run) = run.filter(|run| run.is_past(world.now)) {
            return Err(Refusal::Lapsed {
                verb: act.verb,
                clock: run.clock.name.clone(),
                due: run.due.day,
                cite: world.procedure.cite(&run.clock.basis),
            });
        }
    }
    let done = world.matter.and_then(|matter| matter.done.get(&act.id)).copied().unwrap_or(0);
    if let Some(times) = act.at_most.map(u32::from).filter(|times| done >= *times) {
        return Err(Refusal::DoneBefore { verb: act.verb, times, cite: cite(world, act) });
    }
    Ok(())
}

fn not_in_this_step(world: &World<'_>, verb: Verb) -> Refusal {
    // A right that lapsed moved the matter on: say that, not merely that the step is wrong.
    if let Some(lapsed) = lapsed(world, verb) {
        return lapsed;
    }
    let step = world.procedure.steps.get(world.step());
    let mut names: Vec<&str> = Vec::new();
    for act in step.into_iter().flat_map(|step| step.acts.iter()) {
        if !names.contains(&act.verb.name()) {
            names.push(act.verb.name());
        }
    }
    Refusal::NotInThisStep {
        verb,
        step: step.map_or_else(|| world.step().to_owned(), |step| step.name.clone()),
        procedure: world.procedure.name.clone(),
        cite: where_it_belongs(world, verb),
        allowed: if names.is_empty() { "程序已结束".to_owned() } else { names.join("、") },
    }
}

/// The steps a verb belongs to and the article it rests on there: 须在“办理中”作出，《信访工作条例》第32条.
fn where_it_belongs(world: &World<'_>, verb: Verb) -> String {
    let steps = world.procedure.steps.values();
    let fitting: Vec<(&str, &Act)> = steps
        .flat_map(|step| step.acts.iter().map(|act| (step.name.as_str(), act)))
        .filter(|(_, act)| act.verb == verb)
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in fitting.iter().filter(|(_, act)| verb != Verb::Serve || act.answers) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let basis = fitting.iter().find_map(|(_, act)| act.basis.as_ref()).map(|basis| world.procedure.cite(basis));
    match (names.is_empty(), basis) {
        (true, _) => "该程序没有这一环节".to_owned(),
        (false, Some(basis)) => format!("须在“{}”时，{basis}", names.join("”或“")),
        (false, None) => format!("须在“{}”时", names.join("”或“")),
    }
}

/// The window that once allowed this verb and has run out.
fn lapsed(world: &World<'_>, verb: Verb) -> Option<Refusal> {
    let matter = world.matter?;
    let act = world.procedure.steps.values().flat_map(|step| &step.acts).find(|act| act.verb == verb)?;
    let window = act.during.as_ref()?;
    let runs = clock::runs_of(world.procedure, world.calendar, matter);
    let run = runs.iter().rev().find(|run| run.clock.id == *window)?;
    let told = matter.ended.iter().any(|ended| ended.clock == *window && ended.started == run.started);
    told.then(|| Refusal::Lapsed {
        verb,
        clock: run.clock.name.clone(),
        due: run.due.day,
        cite: world.procedure.cite(&run.clock.basis),
    })
}
