//! Every verb without a fact of its own: its fields are read by its type, and a few have a rule beyond that.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::decide::{known_outcome, not_the_same_again};
use super::move_due::moved_by_correction;
use super::permission::Permit;
use super::transfer::may_decide;
use super::{
    Made, bounded, demand, happened, hearing, identity, joint, mandate, matter, not_accused, one_of, permission,
    personal_data, recusal, required,
};
use crate::event::{MatterFact, Public, Sealed};
use crate::office::{Login, OfficeCode};
use crate::procedure::Act;
use crate::refusal::Refusal;
use crate::refused;
use crate::verb::{Field, FieldKind, Verb};
use crate::world::World;

/// Field name → content.
type Said = BTreeMap<String, String>;

pub(super) fn act(world: &World<'_>, verb: Verb, said: &Said, which: Option<u32>) -> Result<Made, Refusal> {
    if verb == Verb::DecideIdentity {
        identity::is_waiting(world)?;
    }
    let outcome = said.get("outcome");
    let fits = |act: &Act| outcome.is_none_or(|id| act.outcomes.is_empty() || act.outcomes.contains(id));
    let (own, alone);
    let permit = match permission::permitted_in(world, verb, which, fits) {
        Ok(permit) if joint::waits_for_others(world, &permit) => {
            alone = joint::alone(verb);
            Permit { act: &alone, track: permit.track }
        }
        Ok(permit) => permit,
        Err(refusal) if outcome.is_none() => {
            own = joint::joined(world, verb, refusal)?;
            Permit { act: &own, track: None }
        }
        Err(refusal) => {
            // The step allows the verb, so it is the outcome that is wrong: say which there are.
            let permit = permission::permitted_in(world, verb, which, |_| true)?;
            known_outcome(world, &permit.act.outcomes, outcome.map_or("", String::as_str))?;
            return Err(refusal);
        }
    };
    let (public, sealed) = read(world, permit.act, verb, said)?;
    named_not_accused(world, verb, &public)?;
    recusal::named_not_barred(world, verb, &public, &sealed)?;
    rule(world, &permit, &public, &sealed)?;
    let said = if verb == Verb::HandOver { demand::leaving(world)? } else { public };
    let fact = MatterFact::Done { verb, by: world.actor.word(), said };
    let sealed =
        if sealed.is_empty() { Vec::new() } else { vec![Sealed { party: world.actor.party(), fields: sealed }] };
    let mut made = happened(world, &permit, fact, sealed)?;
    if verb == Verb::Correct {
        let moved = moved_by(world, &made)?;
        made.extend(moved);
    }
    match world.about {
        Some(about) => Ok(demand::with_news(matter(world)?, made, about, world.now)),
        None => Ok(made),
    }
}

/// The last days that a correction moves are written with it, so that whoever relied on the old ones is told.
fn moved_by(world: &World<'_>, corrected: &Made) -> Result<Made, Refusal> {
    let before = matter(world)?;
    let mut after = before.clone();
    for (_, event) in corrected {
        if let Public::Matter(event) = &event.public {
            after.apply(event, world.now);
        }
    }
    Ok(moved_by_correction(world.procedure, world.directory, world.calendar, before, &after))
}

/// The fields as they are kept: words, days and codes in clear, free text sealed. Nothing unknown is passed over.
fn read(world: &World<'_>, act: &Act, verb: Verb, said: &Said) -> Result<(Said, Said), Refusal> {
    let fields = verb.fields();
    if let Some(unknown) = said.keys().find(|name| fields.iter().all(|field| field.name != name.as_str())) {
        let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let known = if known.is_empty() { "无".to_owned() } else { known.join("、") };
        return Err(Refusal::FieldUnknown { verb, field: unknown.chars().take(40).collect(), known });
    }
    let (mut public, mut sealed) = (Said::new(), Said::new());
    for field in fields {
        let given = said.get(field.name).map_or("", |text| text.trim());
        if given.is_empty() {
            if field.required {
                return Err(Refusal::Missing { field: field.label });
            }
            continue;
        }
        if field.is_sealed() {
            required(field.label, given)?;
            sealed.insert(field.name.to_owned(), given.to_owned());
        } else {
            let kept = content(world, act, field, given)?;
            public.insert(field.name.to_owned(), kept);
        }
    }
    Ok((public, sealed))
}

/// The content of a public field in its one form.
fn content(world: &World<'_>, act: &Act, field: &Field, given: &str) -> Result<String, Refusal> {
    bounded(field.label, given, 80)?;
    let unreadable = |want: &'static str| Refusal::FieldUnreadable {
        field: field.label,
        want,
        value: given.chars().take(40).collect(),
    };
    match field.kind {
        FieldKind::Words(list) => one_of(field.label, given, list).map(|()| given.to_owned()),
        FieldKind::Day => {
            let day: Date = given.parse().map_err(|_| unreadable("日期，如2026-03-01"))?;
            Ok(day.to_string())
        }
        FieldKind::Fen | FieldKind::Number => {
            let number: u64 = given.parse().map_err(|_| unreadable("正整数"))?;
            if number == 0 { Err(unreadable("正整数")) } else { Ok(number.to_string()) }
        }
        FieldKind::Flag => match given {
            "yes" | "true" => Ok("yes".to_owned()),
            "no" | "false" => Ok("no".to_owned()),
            _ => Err(unreadable("yes 或 no")),
        },
        FieldKind::Office => {
            let code = OfficeCode(given.to_owned());
            match world.directory.office(&code) {
                Some(_) => Ok(given.to_owned()),
                None => Err(Refusal::OfficeUnknown { code: given.chars().take(40).collect() }),
            }
        }
        FieldKind::Login => match world.directory.officer(&Login(given.to_owned())) {
            Some(_) => Ok(given.to_owned()),
            None => Err(Refusal::OfficerUnknown { login: given.chars().take(40).collect() }),
        },
        FieldKind::Outcome => known_outcome(world, &act.outcomes, given).map(|()| given.to_owned()),
        FieldKind::Letter | FieldKind::Reference | FieldKind::Text => Ok(given.to_owned()),
    }
}

/// What a verb asks beyond its fields.
fn rule(world: &World<'_>, permit: &Permit<'_>, public: &Said, sealed: &Said) -> Result<(), Refusal> {
    let verb = permit.act.verb;
    match verb {
        Verb::Assign | Verb::DecideJurisdiction => sent_to(world, permit.act, public),
        Verb::AnnounceHearing => hearing::leaves_notice(world, permit.act, public.get("held_on")),
        Verb::HoldHearing => hearing::on_its_day(world, matter(world)?, permit.track.as_deref()),
        Verb::Draft => {
            let basis = sealed.get("basis").map_or("", String::as_str);
            not_the_same_again(world, public.get("outcome").map_or("", String::as_str), basis)
        }
        Verb::Check | Verb::Countersign | Verb::Sign => not_the_drafter(world, verb),
        Verb::Seal => match matter(world)?.did(Verb::Draft).next_back() {
            Some(_) => Ok(()),
            None => Err(Refusal::NothingDrafted),
        },
        Verb::Promise => {
            no_waiver(sealed)?;
            not_before_today(world, "完成期限", public.get("done_by"))?;
            // Money is promised only on a basis that can be shown.
            if public.contains_key("fen") && !sealed.contains_key("money_basis") {
                return Err(Refusal::Missing { field: "款项依据" });
            }
            Ok(())
        }
        Verb::AgreeMediation | Verb::GrantRelief | Verb::PayRelief => {
            no_waiver(sealed)?;
            if verb == Verb::PayRelief { paid(world, public) } else { Ok(()) }
        }
        Verb::ListForMending => not_before_today(world, "整改期限", public.get("rectify_by")),
        Verb::AskIdentity => identity::asked(world, permit),
        Verb::DecideIdentity => identity::decided(world, verb),
        Verb::DecideRecusal => recusal::decided(world, permit, public),
        Verb::AskData => personal_data::asked(world, permit),
        Verb::DecideData => personal_data::decided(world, permit, public),
        Verb::ContestData => personal_data::contested(world, permit),
        Verb::GiveMandate => mandate::given(world, permit, public),
        Verb::EndMandate => mandate::ended(world, permit, public),
        Verb::NoteDemand
        | Verb::BarTelling
        | Verb::LiftBar
        | Verb::HandUpDemand
        | Verb::DecideDemand
        | Verb::HandOver => demand::rule(world, permit, public, sealed),
        Verb::Merge => into_another(world, public),
        Verb::Correct => correction(world, public),
        Verb::Supervise | Verb::Urge => somebody_answers(world, verb),
        _ => Ok(()),
    }
}

/// The office that is to hold the matter can decide it.
fn sent_to(world: &World<'_>, act: &Act, public: &Said) -> Result<(), Refusal> {
    let to = public.get("to").and_then(|code| world.directory.office(&OfficeCode(code.clone())));
    to.map_or(Ok(()), |office| may_decide(office, permission::cite(world, act)))
}

/// A matter is merged into another one.
fn into_another(world: &World<'_>, public: &Said) -> Result<(), Refusal> {
    match public.get("into").filter(|into| **into == matter(world).map_or("", |matter| &matter.reference)) {
        Some(into) => {
            let value = into.clone();
            Err(Refusal::FieldUnreadable { field: "并入事项", want: "另一件事项的编号", value })
        }
        None => Ok(()),
    }
}

/// Before the matter has gone to an office there is nobody to urge or to supervise.
fn somebody_answers(world: &World<'_>, verb: Verb) -> Result<(), Refusal> {
    if matter(world)?.competent.is_some() {
        return Ok(());
    }
    let cite = format!("《{}》程序", world.procedure.name);
    Err(Refusal::NotNow { verb, must: "已转送有权处理机关".to_owned(), cite })
}

/// No office that the act names, to handle the matter, to watch over it or to answer in it, is accused in it.
fn named_not_accused(world: &World<'_>, verb: Verb, public: &Said) -> Result<(), Refusal> {
    let Some(matter) = world.matter else { return Ok(()) };
    let offices = verb.fields().iter().filter(|field| field.kind == FieldKind::Office);
    for code in offices.filter_map(|field| public.get(field.name)) {
        not_accused(world, matter.complained_of(), &OfficeCode(code.clone()))?;
    }
    Ok(())
}

/// Who checks or signs has not drafted; who signs has not checked.
fn not_the_drafter(world: &World<'_>, verb: Verb) -> Result<(), Refusal> {
    let me = world.actor.word();
    let matter = matter(world)?;
    let drafted = matter.did(Verb::Draft).next_back();
    let Some(draft) = drafted else { return Err(Refusal::NothingDrafted) };
    let checked = matter.did(Verb::Check).any(|did| did.event > draft.event && did.by == me);
    if draft.by == me || (verb == Verb::Sign && checked) {
        return Err(Refusal::SameHands { verb });
    }
    Ok(())
}

/// A clause that waives the right to petition or to sue is void, so it is not written.
fn no_waiver(sealed: &Said) -> Result<(), Refusal> {
    match sealed.values().find_map(|text| refused::in_clause(text)) {
        Some(words) => Err(Refusal::WaivesARight { words: words.to_owned() }),
        None => Ok(()),
    }
}

fn not_before_today(world: &World<'_>, field: &'static str, day: Option<&String>) -> Result<(), Refusal> {
    let day = day.and_then(|day| day.parse::<Date>().ok());
    match day.filter(|day| *day < world.today()) {
        Some(day) => {
            Err(Refusal::FieldUnreadable { field, want: "今天或以后的日期", value: day.to_string() })
        }
        None => Ok(()),
    }
}

/// What was granted is paid whole: with the payment the matter of relief ends, and nothing may be left unpaid.
fn paid(world: &World<'_>, public: &Said) -> Result<(), Refusal> {
    let matter = matter(world)?;
    let sum = |verb| matter.did(verb).filter_map(|did| did.said.get("fen")?.parse::<u64>().ok()).sum::<u64>();
    let fen = public.get("fen").and_then(|fen| fen.parse().ok()).unwrap_or(0);
    let (granted, paid) = (sum(Verb::GrantRelief), sum(Verb::PayRelief));
    match paid.saturating_add(fen).cmp(&granted) {
        Ordering::Greater => Err(Refusal::PaysTooMuch { granted, paid, fen }),
        Ordering::Less => Err(Refusal::PaysTooLittle { remains: granted - paid, fen }),
        Ordering::Equal => Ok(()),
    }
}

/// A wrong date is put right by saying what the right one is; order stays, nothing moves into the future.
fn correction(world: &World<'_>, public: &Said) -> Result<(), Refusal> {
    let no = |why| Err(Refusal::CorrectionImpossible { why });
    let history = &matter(world)?.history;
    let event = public.get("event").and_then(|event| event.parse::<usize>().ok()).unwrap_or(0);
    let Some(day) = public.get("day").and_then(|day| day.parse::<Date>().ok()) else { return Ok(()) };
    let Some(moment) = event.checked_sub(1).and_then(|at| history.get(at)) else {
        return no("没有这一项记录");
    };
    if event == 1 {
        return no("登记日期由登记凭证证明，不能更正；有误的请补充说明");
    }
    if moment.act == super::CLOCK {
        return no("期限届满是算出来的，不能更正；请更正引起它的那一项");
    }
    if matter(world)?.did(Verb::Correct).any(|did| usize::try_from(did.event) == Ok(event)) {
        return no("更正记录本身不能更正；请重新更正原来的那一项");
    }
    if day > world.today() {
        return no("不能晚于今天");
    }
    let at = crate::day::moved_to(moment.at, day);
    let people = |moment: &&crate::matter::Moment| moment.act != super::CLOCK;
    let before = history[..event - 1].iter().rev().find(people);
    let after = history[event..].iter().find(people);
    if before.is_some_and(|before| at < before.at) || after.is_some_and(|after| at > after.at) {
        return no("更正后的日期须在前一项与后一项记录之间");
    }
    Ok(())
}
