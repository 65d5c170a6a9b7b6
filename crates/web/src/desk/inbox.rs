//! The inbox: what the officer's office owes, by due date, and what it was told of limits that ended.

use app::show::Listed;
use app::{App, AppError, Wanted};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::command::Actor;
use casework::day as calendar;
use casework::event::Channel;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::choices;
use super::openings;
use super::signed_in::SignedIn;
use super::typed::encoded;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::day::{self, Due};
use crate::view::desk::inbox::{Inbox, Notice, Row, Tab};
use crate::view::form::Choice;
use crate::view::frame::{DeskFrame, Link};

/// Matters on a page.
const PAGE: u32 = 50;
/// Notices shown.
const NOTICES: u32 = 50;
/// "Soon" reaches this many days.
const SOON_DAYS: i32 = 3;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    step: String,
    #[serde(default)]
    page: u32,
}

/// A list an officer may look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Ours,
    Soon,
    Late,
    Held,
    Ended,
}

const LISTS: [(List, &str, &str); 5] = [
    (List::Ours, "ours", "本单位要办"),
    (List::Soon, "soon", "三天内到期"),
    (List::Late, "late", "已逾期"),
    (List::Held, "held", "经手未办结"),
    (List::Ended, "ended", "已办结"),
];

impl List {
    fn of(word: &str) -> List {
        LISTS.iter().find(|(_, known, _)| *known == word).map_or(List::Ours, |(list, ..)| *list)
    }

    fn word(self) -> &'static str {
        LISTS.iter().find(|(list, ..)| *list == self).map_or("ours", |(_, word, _)| word)
    }

    /// What is looked for; the rows come by due date.
    fn wanted(self, officer: &SignedIn, today: Date, step: &str) -> Wanted {
        let step = Some(step).filter(|step| !step.is_empty()).map(str::to_owned);
        // A promise is kept and a supervision answered after the matter has ended, too.
        let tasks = |due_from, due_by| {
            let task_of = Some(officer.officer.office.clone());
            Wanted { task_of, due_from, due_by, step: step.clone(), ..Wanted::default() }
        };
        match self {
            List::Ours => tasks(None, None),
            List::Soon => tasks(Some(today), Some(calendar::plus_days(today, SOON_DAYS))),
            List::Late => tasks(None, Some(calendar::plus_days(today, -1))),
            List::Held | List::Ended => Wanted { open: Some(self != List::Ended), step, ..Wanted::default() },
        }
    }
}

/// How many each list holds.
struct Counts(Vec<u64>);

impl Counts {
    fn of(&self, list: List) -> u64 {
        LISTS
            .iter()
            .zip(self.0.iter().copied())
            .find(|((known, ..), _)| *known == list)
            .map_or(0, |(_, count)| count)
    }
}

pub(super) async fn show(
    officer: SignedIn,
    State(site): Here,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            // Who keeps identities sees no matter: an inbox would always be empty.
            if app.is_custodian(&officer.actor()) {
                return Ok(None);
            }
            let (mut page, as_of) = app.shown(&officer.actor(), now, || inbox(app, &officer, &asked, now))?;
            page.frame = page.frame.as_of(as_of.map(calendar::local));
            Ok(Some(page))
        })
        .await?;
    match page {
        Some(page) => trouble::page(&page),
        None => Ok((StatusCode::SEE_OTHER, [(header::LOCATION, openings::HERE)]).into_response()),
    }
}

fn inbox(app: &App, officer: &SignedIn, asked: &Asked, now: Timestamp) -> Result<Inbox, AppError> {
    let actor = officer.actor();
    let (list, today) = (List::of(&asked.show), calendar::day_of(now));
    let counts = counts(app, officer, &actor, &asked.step, now)?;
    let page = asked.page.max(1);
    let offset = (page - 1).saturating_mul(PAGE);
    let wanted = Wanted { limit: PAGE, offset, ..list.wanted(officer, today, &asked.step) };
    let found = app.list(&actor, &wanted, now)?;
    let address = |show: &str, page: u32| {
        let step = if asked.step.is_empty() { String::new() } else { format!("&step={}", encoded(&asked.step)) };
        let page = if page > 1 { format!("&page={page}") } else { String::new() };
        format!("/desk?show={show}{step}{page}")
    };
    let tabs = LISTS.iter().map(|(known, word, name)| Tab {
        name: (*name).to_owned(),
        href: address(word, 1),
        count: counted(counts.of(*known)),
        here: *known == list,
        late: *known == List::Late && counts.of(*known) > 0,
    });
    Ok(Inbox {
        frame: frame(officer),
        today: day::full_day(today),
        tabs: tabs.collect(),
        steps: Choice::pick(steps(app, officer, list, &asked.step, now)?, &asked.step),
        show: list.word().to_owned(),
        notices: notices(app, &actor)?,
        rows: found.rows.iter().map(|listed| row(listed, today)).collect(),
        total: counted(found.total),
        previous: (page > 1).then(|| Link::new(format!("前 {PAGE} 件"), address(list.word(), page - 1))),
        next: found.more.then(|| Link::new(format!("后 {PAGE} 件"), address(list.word(), page + 1))),
        registers: app.may(&actor, "register"),
    })
}

fn frame(officer: &SignedIn) -> DeskFrame {
    officer.frame("/desk")
}

fn counts(app: &App, officer: &SignedIn, actor: &Actor, step: &str, now: Timestamp) -> Result<Counts, AppError> {
    let wanted = LISTS.map(|(list, ..)| list.wanted(officer, calendar::day_of(now), step));
    Ok(Counts(app.counts(actor, &wanted, now)?))
}

/// A count as it is shown: beyond a thousand nobody counts.
fn counted(count: u64) -> String {
    if count > app::COUNTED_MAX { format!("{}+", app::COUNTED_MAX) } else { count.to_string() }
}

/// Steps the list has something in, by name, and the one asked; the first is every step.
fn steps(app: &App, officer: &SignedIn, list: List, asked: &str, now: Timestamp) -> Result<Vec<Choice>, AppError> {
    let wanted = list.wanted(officer, calendar::day_of(now), "");
    let mut steps = vec![Choice::new("", "全部环节")];
    for (step, name, count) in app.list_steps(&officer.actor(), &wanted)? {
        steps.push(Choice::new(&step, &format!("{name}（{}）", counted(count))));
    }
    if !steps.iter().any(|step| step.value == asked) {
        steps.push(Choice::new(asked, &app.law().step_name("petition", asked)));
    }
    Ok(steps)
}

fn notices(app: &App, actor: &Actor) -> Result<Vec<Notice>, AppError> {
    let told = app.notices(actor, NOTICES)?;
    Ok(told
        .into_iter()
        .map(|(notice, reference)| Notice {
            text: format!("{}于{}届满，仍未办", notice.clock, day::full_day(notice.due)),
            again: if notice.nth > 1 { format!("第 {} 次告知", notice.nth) } else { String::new() },
            matter: (!reference.is_empty()).then(|| Link::new(&reference, choices::matter_address(&reference))),
        })
        .collect())
}

/// A matter as a line of the list.
fn row(listed: &Listed, today: Date) -> Row {
    let row = &listed.row;
    let channel = Channel::from_word(row.channel);
    let (due, since) = listed.task.as_ref().map_or((row.due, row.since), |task| (task.due, task.since));
    Row {
        due: due.map(|due| Due::new(due, today)),
        reference: row.reference.clone(),
        href: choices::matter_address(&row.reference),
        summary: listed.summary.clone(),
        step: listed.step_name.clone(),
        track: listed.track_name.clone(),
        channel: channel.map_or_else(String::new, |channel| channel.name().to_owned()),
        channel_icon: choices::channel_icon(channel).to_owned(),
        people: row.people,
        place: listed.place.clone(),
        category: row.category.clone(),
        since: day::short_day(calendar::day_of(since)),
        key: row.key,
        repeats: listed.repeats,
    }
}
