//! 个人信息权利: what a person may ask of what is kept about them, and when their words may be erased. The file of an open
//! matter is what it is decided from, so nothing of it goes before every way to have it looked at again is closed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::motion::{Motion, Standing};
use super::permission::{Permit, cite};
use super::{CLOCK, Made, matter};
use crate::day::{day_of, in_words};
use crate::event::{Event, MatterFact, PartyNumber, Public, Stream};
use crate::matter::{Did, Document, Matter};
use crate::procedure::Procedure;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

/// What stands for an act where words were erased.
const ERASE: &str = "erase";
/// Months after the end in which words stay: the longest of the ways to have a matter looked at again, an action at court
/// (行政诉讼法第46条).
const REVIEW_MONTHS: i8 = 6;
/// Days in which the answer to a request may be contested.
const CONTEST_DAYS: i8 = 30;

/// One request is answered before the next is made.
///
/// # Errors
/// [`Refusal::NotNow`].
pub(super) fn asked(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let matter = matter(world)?;
    if permit.act.opens.iter().any(|track| matter.tracks.contains_key(track)) {
        return not_now(world, permit, "上一个请求已经答复");
    }
    Ok(())
}

/// Erasure is granted or declined, never in part, and not before its time.
///
/// # Errors
/// [`Refusal::FieldUnreadable`], [`Refusal::NotNow`].
pub(super) fn decided(
    world: &World<'_>,
    permit: &Permit<'_>,
    public: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    let matter = matter(world)?;
    let result = public.get("result").map_or("", String::as_str);
    if result == "declined" || kind_in(matter, permit.track.as_deref()) != Some(words::ERASURE) {
        return Ok(());
    }
    if result != words::GRANTED {
        let (want, value) = ("“同意”或者“不同意”（删除不分部分）", result.to_owned());
        return Err(Refusal::FieldUnreadable { field: "决定", want, value });
    }
    match waits(world.procedure, matter, day_of(world.now)) {
        Some(must) => not_now(world, permit, &must),
        None => Ok(()),
    }
}

/// What was not wholly granted is contested once, within a month of its service.
///
/// # Errors
/// [`Refusal::NotNow`].
pub(super) fn contested(world: &World<'_>, permit: &Permit<'_>) -> Result<(), Refusal> {
    let matter = matter(world)?;
    let may = matter.did(Verb::DecideData).next_back().is_some_and(|decision| {
        let before = matter.did(Verb::ContestData).any(|did| did.event > decision.event);
        let second = opener(matter, decision.track.as_deref(), decision.event)
            .is_none_or(|opener| opener.verb == Verb::ContestData);
        let served = document_of(matter, decision).and_then(|made| Some(day_of(made.served.as_ref()?.0)));
        let in_time = served.is_some_and(|day| {
            day.checked_add(Span::new().days(CONTEST_DAYS)).is_ok_and(|last| day_of(world.now) <= last)
        });
        !before && !second && in_time && decision.said.get("result").is_none_or(|said| said != words::GRANTED)
    });
    if may {
        return Ok(());
    }
    not_now(world, permit, "对请求的答复没有全部同意、送达未满30日、还没有申请过复查")
}

/// The erasure that is carried out with the service of what granted it.
///
/// # Errors
/// [`Refusal::NotNow`]: meanwhile the matter lies open again.
pub(super) fn erased_with(
    world: &World<'_>,
    permit: &Permit<'_>,
    served: &Document,
) -> Result<Option<(Stream, Event)>, Refusal> {
    let matter = matter(world)?;
    let track = permit.track.as_deref();
    let decision = matter.did(Verb::DecideData).rfind(|did| did.track.as_deref() == track);
    let granted = decision.filter(|did| {
        track.is_some()
            && did.said.get("result").is_some_and(|result| result == words::GRANTED)
            && document_of(matter, did).is_some_and(|made| made.made == served.made)
    });
    let Some(decision) = granted.filter(|_| kind_in(matter, track) == Some(words::ERASURE)) else {
        return Ok(None);
    };
    if let Some(must) = waits(world.procedure, matter, day_of(world.now)) {
        return not_now(world, permit, &must);
    }
    let standing = Standing { procedure: world.procedure, matter, track };
    Ok(Some(erased(&standing, vec![PartyNumber::FIRST], words::ASKED, &decision.by)))
}

/// The erasure of what is left of a matter's words once the time of keeping is over; none while it is not.
///
/// `words_of` are the parties that have words.
pub fn by_retention(
    procedure: &Procedure,
    matter: &Matter,
    words_of: &[PartyNumber],
    years: i16,
    now: Timestamp,
) -> Option<Made> {
    let open = !procedure.is_end(&matter.step) || !matter.tracks.is_empty();
    let by_people = matter.history.iter().rev().find(|moment| moment.act != CLOCK && moment.act != ERASE);
    let last = day_of(by_people.map_or(matter.step_since, |moment| moment.at.max(matter.step_since)));
    let is_over = last.checked_add(Span::new().years(years)).is_ok_and(|last| day_of(now) > last);
    if open || !is_over || words_of.is_empty() {
        return None;
    }
    let standing = Standing { procedure, matter, track: None };
    Some(vec![erased(&standing, words_of.to_vec(), "retention", CLOCK)])
}

/// What must come first before words may be erased, in words; none where nothing must.
pub fn waits(procedure: &Procedure, matter: &Matter, today: Date) -> Option<String> {
    if !procedure.is_end(&matter.step) {
        return Some("事项已经办结".to_owned());
    }
    // A request about these very words does not stand in their way.
    let about_words = |track: &str| {
        let opener = opener(matter, Some(track), matter.version);
        opener.is_some_and(|did| matches!(did.verb, Verb::AskData | Verb::ContestData))
    };
    if let Some(track) = matter.tracks.keys().find(|track| !about_words(track)) {
        let (id, _) = crate::event::track_of(track);
        let name = procedure.tracks.get(id).map_or(id, |track| track.name.as_str());
        return Some(format!("“{name}”已经了结"));
    }
    let last = day_of(matter.step_since).checked_add(Span::new().months(REVIEW_MONTHS)).unwrap_or(Date::MAX);
    (today <= last).then(|| format!("申请复查、复核和提起诉讼的期限都过了（{}以后）", in_words(last)))
}

fn erased(standing: &Standing<'_>, parties: Vec<PartyNumber>, why: &str, by: &str) -> (Stream, Event) {
    let fact = MatterFact::Erased { parties, why: why.to_owned(), by: by.to_owned() };
    let event = Motion::none(standing).event(ERASE, fact);
    (Stream::Matter(standing.matter.id.clone()), Event::public(Public::Matter(event)))
}

/// What is asked for in a track: by the request that opened it, or that whose answer is contested in it.
fn kind_in<'a>(matter: &'a Matter, track: Option<&str>) -> Option<&'a str> {
    let opener = opener(matter, track, matter.version)?;
    let asked = matter.did(Verb::AskData).rfind(|did| did.event <= opener.event)?;
    asked.said.get("kind").map(String::as_str)
}

/// The act that opened a track, looking back from an event.
fn opener<'a>(matter: &'a Matter, track: Option<&str>, until: u64) -> Option<&'a Did> {
    let event = matter.opener_of(track?, usize::try_from(until).ok()?)?;
    matter.did.iter().find(|did| usize::try_from(did.event) == Ok(event))
}

/// The document a decision made.
fn document_of<'a>(matter: &'a Matter, decision: &Did) -> Option<&'a Document> {
    let made_then = |document: &&Document| document.at == decision.at;
    matter.documents.iter().rfind(made_then)
}

fn not_now<T>(world: &World<'_>, permit: &Permit<'_>, must: &str) -> Result<T, Refusal> {
    Err(Refusal::NotNow { verb: permit.act.verb, must: must.to_owned(), cite: cite(world, permit.act) })
}
