//! 调取信息: a demand is entered by one and decided by another, gives no more than it asks, never to whoever is accused, and
//! the person it is about is told as soon as the law lets.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::permission::{Permit, cite};
use super::{Made, matter, not_accused, required_within};
use crate::command::Actor;
use crate::conflict;
use crate::day;
use crate::demand::{self, BAR_DAYS_MAX, GRANTED, GRANTED_IN_PART};
use crate::event::{DemandTold, Event, MatterEvent, MatterFact, Public, Stream};
use crate::matter::Matter;
use crate::office::{Login, OfficeCode};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// What stands for an act where the person is told of a demand.
const TOLD: &str = "data_demand";
/// Longest name of a body, and longest document number.
const NAME_CHARACTERS_MAX: usize = 60;

/// Public and sealed fields.
type Said = BTreeMap<String, String>;

/// What the acts on a demand ask beyond their fields.
pub(super) fn rule(world: &World<'_>, permit: &Permit<'_>, public: &Said, sealed: &Said) -> Result<(), Refusal> {
    let about = world.about.ok_or(Refusal::NoSuchMatter)?;
    // Whoever is kept from a matter is kept from what others want to know of it.
    if let Actor::Officer { login, office, .. } = world.actor
        && conflict::bars(world.directory, about, login, office)
    {
        let officer = world.directory.officer(login).map_or_else(|| login.0.clone(), |one| one.name.clone());
        return Err(Refusal::Barred { officer });
    }
    match permit.act.verb {
        Verb::NoteDemand => entered(world, permit, about, public, sealed),
        Verb::BarTelling => barred(world, permit, public),
        Verb::DecideDemand => decided(world, permit, about, public),
        Verb::HandOver => handed_over(world, permit),
        _ => Ok(()),
    }
}

/// One matter, of this office's own registration, a body that may have it, and something of the closed list.
fn entered(
    world: &World<'_>,
    permit: &Permit<'_>,
    about: &Matter,
    public: &Said,
    sealed: &Said,
) -> Result<(), Refusal> {
    let own = matter(world)?;
    if about.id == own.id || about.procedure == own.procedure {
        return Err(Refusal::NoSuchMatter);
    }
    let not_now = |must: &str| {
        Err(Refusal::NotNow { verb: permit.act.verb, must: must.to_owned(), cite: cite(world, permit.act) })
    };
    if world.directory.successor(&about.home) != world.directory.successor(&own.home) {
        return not_now("由登记该事项的机关录入");
    }
    let as_there = about.accused.iter().all(|office| own.accused.contains(office))
        && about.accused_officers.iter().all(|officer| own.accused_officers.contains(officer));
    if !as_there {
        return not_now("登记时写明该事项中被反映的机关和人员");
    }
    for (field, label) in [("number", "来文文号"), ("body", "来文单位（机关名录以外的）")] {
        if let Some(text) = sealed.get(field) {
            required_within(label, text, NAME_CHARACTERS_MAX)?;
        }
    }
    match (public.get("office"), sealed.get("body")) {
        (None, None) => return Err(Refusal::Missing { field: "来文单位" }),
        (Some(office), None) => may_have_it(world, about, &OfficeCode(office.clone()))?,
        (office, Some(body)) => of_no_directory(world, office.is_some(), body)?,
    }
    if demand::named(public, "wants").is_empty() {
        return Err(Refusal::Missing { field: "要提供的内容，至少一项" });
    }
    Ok(())
}

/// The body is neither complained of in the matter, nor below whoever is, nor where an officer who is works now.
fn may_have_it(world: &World<'_>, about: &Matter, body: &OfficeCode) -> Result<(), Refusal> {
    not_accused(world, about.complained_of(), body)?;
    let posts = about.accused_officers.iter().filter_map(|login| world.directory.officer(login));
    let posts: Vec<OfficeCode> = posts.map(|officer| officer.office.clone()).collect();
    not_accused(world, conflict::Accused { offices: &posts, officers: &[] }, body)
}

/// A body written out is none the directory knows: by its code it is seen whether it may have anything.
fn of_no_directory(world: &World<'_>, is_named: bool, body: &str) -> Result<(), Refusal> {
    let plain = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let written = plain(body);
    let known = world.directory.offices().find(|office| {
        let name = plain(&office.name);
        name.chars().count() > 1 && (written.contains(&name) || name.contains(&written))
    });
    if known.is_none() && !is_named {
        return Ok(());
    }
    let value = known.map_or_else(|| body.to_owned(), |office| office.name.clone());
    let want = "机关名录以外的单位；名录里有的，请从名录里选";
    Err(Refusal::FieldUnreadable { field: "来文单位（机关名录以外的）", want, value })
}

/// A bar has an end within half a year. What renews it is a new decision, by other hands than entered the demand.
fn barred(world: &World<'_>, permit: &Permit<'_>, public: &Said) -> Result<(), Refusal> {
    let own = matter(world)?;
    if own.tracks.contains_key(demand::BAR) {
        other_hands(world, own, permit.act.verb)?;
    }
    let until = public.get("until").cloned().unwrap_or_default();
    let today = world.today();
    let last = day::plus_days(today, BAR_DAYS_MAX);
    if until.parse::<Date>().is_ok_and(|until| today < until && until <= last) {
        return Ok(());
    }
    Err(Refusal::FieldUnreadable {
        field: "不予告知至", want: "明天起180日以内的日期", value: until
    })
}

/// Whoever entered a demand decides nothing in it.
fn other_hands(world: &World<'_>, own: &Matter, verb: Verb) -> Result<(), Refusal> {
    if demand::entered(own).is_some_and(|entered| entered.by == world.actor.word()) {
        return Err(Refusal::SameHands { verb });
    }
    Ok(())
}

/// By other hands; in part is less than was asked and more than nothing; to nobody who is accused by now.
fn decided(world: &World<'_>, permit: &Permit<'_>, about: &Matter, public: &Said) -> Result<(), Refusal> {
    let own = matter(world)?;
    other_hands(world, own, permit.act.verb)?;
    let (wanted, gives) = (demand::wanted(own), demand::named(public, "gives"));
    let wrong = |want: &'static str| {
        let labels = demand::SCOPE.iter().filter(|(word, _)| gives.contains(word)).map(|(_, label)| *label);
        let value = labels.collect::<Vec<_>>().join("、");
        Err(Refusal::FieldUnreadable { field: "提供的内容", want, value })
    };
    let outcome = public.get("outcome").map(String::as_str);
    match outcome {
        Some(GRANTED_IN_PART) => {
            let within = gives.iter().all(|word| wanted.contains(word));
            if gives.is_empty() || !within || gives.len() == wanted.len() {
                return wrong("要求的内容中的一部分：至少一项，不是全部，不能多于要求的");
            }
        }
        _ if !gives.is_empty() => return wrong("空着：只有部分提供时才选提供哪几项"),
        _ => {}
    }
    let office = demand::entered(own).and_then(|entered| entered.said.get("office"));
    match office.filter(|_| matches!(outcome, Some(GRANTED | GRANTED_IN_PART))) {
        Some(office) => may_have_it(world, about, &OfficeCode(office.clone())),
        None => Ok(()),
    }
}

/// Only whoever entered the demand takes the data; another officer only where that one has left the office.
fn handed_over(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let Actor::Officer { office, .. } = world.actor else { return Ok(()) };
    let entered = demand::entered(matter(world)?).and_then(|entered| entered.by.strip_prefix("officer/"));
    let officer = entered.and_then(|login| world.directory.officer(&Login::from(login)));
    match officer.filter(|one| one.office == *office && world.actor.word() != format!("officer/{}", one.login.0)) {
        Some(one) => Err(Refusal::NotYours {
            verb: permit.act.verb,
            who: format!("录入这项要求的{}", one.name),
            cite: cite(world, permit.act),
        }),
        None => Ok(()),
    }
}

/// What leaves with the data, as the event keeps it: what was granted, whatever the form says.
pub(super) fn leaving(world: &World<'_>) -> Result<Said, Refusal> {
    let given = demand::given(matter(world)?);
    Ok(given.into_iter().map(|word| (format!("gives_{word}"), "yes".to_owned())).collect())
}

/// What an act or a clock on a demand made, with the event that tells the person of it, where it makes that due. `about` is
/// the person's matter; not a byte of it changes before.
pub fn with_news(demanded: &Matter, mut made: Made, about: &Matter, at: Timestamp) -> Made {
    let mut after = demanded.clone();
    for (stream, event) in &made {
        if let (Stream::Matter(id), Public::Matter(event)) = (stream, &event.public)
            && *id == demanded.id
        {
            after.apply(event, at);
        }
    }
    if demand::is_to_be_told(demanded) || !demand::is_to_be_told(&after) {
        return made;
    }
    let outcome = demand::decided(&after).and_then(|decided| decided.said.get("outcome")).cloned();
    let event = MatterEvent {
        act: TOLD.to_owned(),
        step: about.step.clone(),
        track: None,
        tracks: BTreeMap::new(),
        closed: Vec::new(),
        found: BTreeMap::new(),
        made: None,
        fact: MatterFact::DemandTold(DemandTold {
            demand: demanded.id.clone(),
            outcome: outcome.unwrap_or_default(),
            given: demand::given(&after).into_iter().map(str::to_owned).collect(),
        }),
    };
    made.push((Stream::Matter(about.id.clone()), Event::public(Public::Matter(event))));
    made
}
