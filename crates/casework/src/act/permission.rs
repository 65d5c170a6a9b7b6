//! Whether an act may be done now, by this actor: the procedure's answer, with the rule to cite when it is no.

use super::{hands, identity, joint, own_opinion, recusal};
use crate::command::Actor;
use crate::event::{TrackName, track_of};
use crate::mandate;
use crate::office::OfficeCode;
use crate::procedure::{Act, Guard, Step, WhoIs};
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
    /// The side tracks it may be done in, in the order in which one is meant where none is named.
    pub tracks: Vec<TrackName>,
    /// Why it may not be done, where it may not.
    pub refusal: Option<Refusal>,
}

/// An act that may be done, and where: in the main track or in a side track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Permit<'a> {
    /// The act.
    pub(super) act: &'a Act,
    /// The side track.
    pub(super) track: Option<TrackName>,
}

/// Every verb the procedure knows, with what may be done now and why the rest may not.
pub fn choices(world: &World<'_>) -> Vec<Choice> {
    let known = |verb: &Verb| *verb != Verb::Register && world.procedure.acts().any(|(_, act)| act.verb == *verb);
    Verb::ALL
        .iter()
        .copied()
        .filter(known)
        .map(|verb| {
            let (mut acts, mut tracks) = (Vec::new(), Vec::new());
            if let Err(refusal) = recusal::answered(world, verb) {
                return Choice { verb, acts, tracks, refusal: Some(refusal) };
            }
            let mut refusal = None;
            let mut any = false;
            for candidate in candidates(world).filter(|candidate| candidate.act.verb == verb) {
                any = true;
                match allowed(world, &candidate) {
                    Ok(()) => {
                        acts.push(candidate.act.clone());
                        tracks.extend(candidate.track);
                    }
                    Err(refused) => refusal = Some(refused),
                }
            }
            if !any {
                refusal = Some(not_in_this_step(world, verb));
            }
            if let Some(refused) = refusal.take_if(|_| acts.is_empty()) {
                match joint::joined(world, verb, refused) {
                    Ok(act) => acts.push(act),
                    Err(refused) => refusal = Some(refused),
                }
            } else {
                refusal = None;
            }
            Choice { verb, acts, tracks, refusal }
        })
        .collect()
}

/// The act a verb is now, among those that `fits`: first of the main step, then of the side tracks, then of those open
/// in every step.
///
/// # Errors
/// Not in this step, not this actor's, lapsed, too early, a guard that does not hold, or done before.
pub(super) fn permitted<'a>(
    world: &World<'a>,
    verb: Verb,
    fits: impl Fn(&Act) -> bool,
) -> Result<Permit<'a>, Refusal> {
    permitted_in(world, verb, None, fits)
}

/// The same, of the so-manieth open track of those that may be open several times. Without a number the first track in
/// the order of names is meant in which it may be done: the execution of the opinion comes before promises.
pub(super) fn permitted_in<'a>(
    world: &World<'a>,
    verb: Verb,
    which: Option<u32>,
    fits: impl Fn(&Act) -> bool,
) -> Result<Permit<'a>, Refusal> {
    let mut refused = None;
    let number = which.map(|which| format!("#{which}"));
    for candidate in candidates(world).filter(|candidate| candidate.act.verb == verb && fits(candidate.act)) {
        let named =
            |number: &String| candidate.track.as_ref().is_some_and(|track| track.ends_with(number.as_str()));
        if !number.as_ref().is_none_or(named) {
            continue;
        }
        match allowed(world, &candidate) {
            Ok(()) => return Ok(candidate),
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    let refused = refused.or_else(|| none_of_that_number(world, verb, which?));
    // A right that lapsed may have ended the matter: say that first.
    let refused = refused.or_else(|| lapsed(world, verb)).or_else(|| ended(world, verb));
    Err(refused.unwrap_or_else(|| not_in_this_step(world, verb)))
}

/// The verb could be done, but not in a track of this number.
fn none_of_that_number(world: &World<'_>, verb: Verb, which: u32) -> Option<Refusal> {
    let mut tracks: Vec<TrackName> =
        candidates(world).filter(|candidate| candidate.act.verb == verb).filter_map(|found| found.track).collect();
    tracks.dedup();
    let in_words = |name: &TrackName| {
        let (id, number) = track_of(name);
        let name = world.procedure.tracks.get(id).map_or(id, |track| track.name.as_str());
        number.map_or_else(|| format!("{name}（不分第几项）"), |number| format!("{name}第{number}项"))
    };
    let open = tracks.iter().map(in_words).collect::<Vec<_>>().join("、");
    (!open.is_empty()).then_some(Refusal::WhichUnknown { verb, which, open })
}

/// Every act of the steps the matter stands in, whoever may do it: what belongs to a step comes before what is open in
/// every step, so that an act asked for by a side track is done there.
fn candidates<'a>(world: &World<'a>) -> impl Iterator<Item = Permit<'a>> {
    let procedure = world.procedure;
    let own = procedure.steps.get(world.step()).map_or(0, |step| step.acts.len());
    let main = move || procedure.acts_in(world.step()).map(|act| Permit { act, track: None });
    let side = world.matter.into_iter().flat_map(|matter| &matter.tracks).flat_map(move |(name, position)| {
        procedure.acts_in(&position.step).map(move |act| Permit { act, track: Some(name.clone()) })
    });
    main().take(own).chain(side).chain(main().skip(own))
}

/// The office in whose name the actor does the act.
pub(super) fn acting_office(world: &World<'_>, permit: &Permit<'_>) -> OfficeCode {
    let resolved =
        || permit.act.by.iter().find_map(|who| world.office_doing(permit.act, permit.track.as_deref(), who));
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

fn allowed(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let act = permit.act;
    if !mandate::allows(world.actor, act.verb) {
        return Err(Refusal::NotYours {
            verb: act.verb,
            who: mandate::THEMSELVES.to_owned(),
            cite: cite(world, act),
        });
    }
    let track = permit.track.as_deref();
    // Who is asked whether they have an interest may answer, whatever part they have.
    let asked =
        matches!(act.verb, Verb::Recuse | Verb::DeclareNoInterest) && recusal::asked_to_declare(world).is_some();
    let theirs = match act.verb {
        Verb::DecideIdentity => identity::is_kept_by_actor(world),
        _ => asked || act.by.iter().any(|who| world.actor_does(act, track, who)),
    };
    if !theirs {
        let name = |who: &String| world.name_with(who, world.office_doing(act, track, who));
        let mut who = act.by.iter().map(name).collect::<Vec<_>>().join("或");
        if act.verb == Verb::DecideIdentity {
            who.push_str("或者其上级机关的身份保管员");
        }
        return Err(Refusal::NotYours { verb: act.verb, who, cite: cite(world, act) });
    }
    if let Some(track) = closes_own(world, permit) {
        return Err(Refusal::ClosesOwn { verb: act.verb, track, cite: cite(world, act) });
    }
    hands::other(world, act.verb)?;
    open_now(world, permit)
}

/// Whether the act is possible now, whoever does it: guards hold, its time runs, and it was not done too often.
fn open_now(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let act = permit.act;
    for guard in &act.when {
        if !holds(world, guard) {
            return Err(Refusal::NotNow { verb: act.verb, must: in_words(world, guard), cite: cite(world, act) });
        }
    }
    let Some(matter) = world.matter else { return Ok(()) };
    joint::own(world, permit)?;
    if act.during.is_some() || act.after.is_some() {
        let runs = joint::runs(world, matter);
        let last = |clock: &String| {
            runs.iter()
                .rev()
                .find(|run| run.clock.id == *clock && (run.track.is_none() || run.track == permit.track))
        };
        if let Some(run) = act.during.as_ref().and_then(last).filter(|run| run.is_past(world.now)) {
            return Err(Refusal::Lapsed {
                verb: act.verb,
                clock: run.clock.name.clone(),
                due: run.due.day,
                cite: world.procedure.cite(&run.clock.basis),
            });
        }
        if let Some(run) = act.after.as_ref().and_then(last).filter(|run| !run.is_past(world.now)) {
            return Err(Refusal::TooEarly {
                verb: act.verb,
                clock: run.clock.name.clone(),
                due: run.due.day,
                cite: world.procedure.cite(&run.clock.basis),
            });
        }
    }
    let done = matter.done.get(&act.id).copied().unwrap_or(0);
    if let Some(times) = act.at_most.map(u32::from).filter(|times| done >= *times) {
        return Err(Refusal::DoneBefore { verb: act.verb, times, cite: cite(world, act) });
    }
    own_opinion::seen_by_others(world, permit)
}

/// The name of the side track that the act would close, where the actor's own office was named as the one it is over.
/// The proof tells roles apart; that an act names the very office that would judge it shows only here.
fn closes_own(world: &World<'_>, permit: &Permit<'_>) -> Option<String> {
    let Actor::Officer { office, .. } = world.actor else { return None };
    let name = permit.track.as_deref()?;
    let track = world.procedure.tracks.get(track_of(name).0)?;
    let over = track.over.as_ref()?;
    let is_named = world.procedure.who.get(over).is_some_and(|who| matches!(who.is, WhoIs::Named { .. }));
    let closes = permit.act.to.as_deref().is_some_and(|to| world.procedure.is_end(to));
    let own = is_named && closes && world.office_in(Some(name), over).as_ref() == Some(office);
    own.then(|| track.name.clone())
}

/// Whether a guard holds. A finding nobody has made is its first value.
fn holds(world: &World<'_>, guard: &Guard) -> bool {
    match guard {
        Guard::Track { track, open } => {
            let is_open =
                world.matter.is_some_and(|matter| matter.tracks.keys().any(|name| track_of(name).0 == track));
            is_open == *open
        }
        Guard::Found { finding, not, values } => {
            let first = || world.procedure.findings.get(finding).and_then(|finding| finding.values.first());
            let found = world.matter.and_then(|matter| matter.found.get(finding)).or_else(first);
            found.is_some_and(|found| values.contains(found)) != *not
        }
    }
}

/// A guard as a person reads it: “听证”已结束.
fn in_words(world: &World<'_>, guard: &Guard) -> String {
    match guard {
        Guard::Track { track, open } => {
            let name = world.procedure.tracks.get(track).map_or(track, |track| &track.name);
            if *open {
                format!("“{name}”已经开始")
            } else {
                format!("“{name}”没有进行或者已经结束")
            }
        }
        Guard::Found { finding, not, values } => {
            let name = world.procedure.findings.get(finding).map_or("结果", |finding| &finding.name);
            let outcome =
                |id: &String| world.procedure.outcomes.get(id).map_or(id, |outcome| &outcome.name).clone();
            let values: Vec<String> = values.iter().map(outcome).collect();
            format!("{name}{}“{}”", if *not { "不是" } else { "是" }, values.join("”或“"))
        }
    }
}

fn not_in_this_step(world: &World<'_>, verb: Verb) -> Refusal {
    // A right that lapsed moved the matter on: say that, not merely that the step is wrong.
    if let Some(lapsed) = lapsed(world, verb) {
        return lapsed;
    }
    let side = side_track_of(world, verb);
    let step = side.map_or(world.step(), |(_, step)| step);
    let step = world.procedure.steps.get(step);
    let name = step.map_or_else(|| world.step().to_owned(), |step| step.name.clone());
    let track = side.and_then(|(track, _)| world.procedure.tracks.get(track_of(track).0));
    let own = step.map_or(&[][..], |step| &*step.acts);
    let mut allowed = possible(world, own, side.map(|(track, _)| track));
    if allowed.is_empty() {
        allowed = possible(world, &world.procedure.everywhere, None);
    }
    Refusal::NotInThisStep {
        verb,
        step: track.map_or_else(|| name.clone(), |track| format!("{}：{name}", track.name)),
        procedure: world.procedure.name.clone(),
        cite: where_it_belongs(world, verb),
        allowed: if allowed.is_empty() { "等待".to_owned() } else { allowed.join("、") },
    }
}

/// The open side track that the verb belongs to, and the step that track stands in.
fn side_track_of<'a>(world: &World<'a>, verb: Verb) -> Option<(&'a TrackName, &'a str)> {
    let does = |track: &TrackName| {
        let mine = |step: &&Step| step.track.as_deref() == Some(track_of(track).0);
        world.procedure.steps.values().filter(mine).any(|step| step.acts.iter().any(|act| act.verb == verb))
    };
    let (track, position) = world.matter?.tracks.iter().find(|(track, _)| does(track))?;
    Some((track, position.step.as_str()))
}

/// The names of the acts that are possible now, each once. A service is one only where its document lies ready.
fn possible(world: &World<'_>, acts: &[Act], track: Option<&TrackName>) -> Vec<&'static str> {
    let ready = |act: &Act| {
        let letter = act.letter.as_deref().filter(|_| act.verb == Verb::Serve);
        letter.is_none_or(|letter| world.matter.is_some_and(|matter| matter.unserved(letter).is_some()))
    };
    // The person reads what they may do, not what offices may.
    let told = |act: &Act| {
        !world.actor.is_for_the_person()
            || act.by.iter().any(|who| world.actor_does(act, track.map(String::as_str), who))
    };
    let open =
        |act: &&Act| told(act) && ready(act) && open_now(world, &Permit { act, track: track.cloned() }).is_ok();
    let mut names: Vec<&str> = Vec::new();
    for act in acts.iter().filter(open) {
        if !names.contains(&act.verb.name()) {
            names.push(act.verb.name());
        }
    }
    names
}

/// The main track is over, and the verb was one of it.
fn ended(world: &World<'_>, verb: Verb) -> Option<Refusal> {
    let step = world.procedure.steps.get(world.step()).filter(|step| step.end)?;
    let main = world.procedure.steps.values().filter(|step| step.track.is_none());
    let mut acts = main.flat_map(|step| &step.acts).chain(&world.procedure.while_open);
    acts.any(|act| act.verb == verb).then(|| Refusal::Ended { verb, step: step.name.clone() })
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
        (true, _) if world.procedure.while_open.iter().any(|act| act.verb == verb) => "办结以前可以".to_owned(),
        (true, _) => "该程序没有这一环节".to_owned(),
        (false, Some(basis)) => format!("须在“{}”时，{basis}", names.join("”或“")),
        (false, None) => format!("须在“{}”时", names.join("”或“")),
    }
}

/// The window that once allowed this verb and has run out.
fn lapsed(world: &World<'_>, verb: Verb) -> Option<Refusal> {
    let matter = world.matter?;
    let windows =
        world.procedure.acts().filter(|(_, act)| act.verb == verb).filter_map(|(_, act)| act.during.as_ref());
    let windows: Vec<&String> = windows.collect();
    let runs = joint::runs(world, matter);
    let run = runs.iter().rev().find(|run| windows.contains(&&run.clock.id))?;
    let told = matter.is_joint() && world.actor.person().is_some() && run.is_running() && run.is_past(world.now);
    let told =
        told || matter.ended.iter().any(|ended| ended.clock == run.clock.id && ended.started == run.started);
    told.then(|| Refusal::Lapsed {
        verb,
        clock: run.clock.name.clone(),
        due: run.due.day,
        cite: world.procedure.cite(&run.clock.basis),
    })
}
