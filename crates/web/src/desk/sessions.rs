//! Reception sessions of the officer's office: listed, and announced at least five days ahead.

use app::{App, AppError};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::command::SessionCommand;
use casework::day as calendar;
use casework::event::SessionId;
use casework::office::{Login, OfficeCode};
use casework::read::SessionRow;
use casework::refusal::Refusal;
use casework::words;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::choices;
use super::flash;
use super::signed_in::SignedIn;
use super::typed::{Typed, once};
use crate::show;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::day;
use crate::view::desk::announce::Announce;
use crate::view::desk::sessions::{Line, Sessions};
use crate::view::form::{Choice, Errors, Group, Target as Form};
use crate::view::frame::Link;

/// Where sessions are listed.
pub(super) const HERE: &str = "/desk/sessions";
const ANNOUNCE: &str = "/desk/sessions/announce";
/// Days from the announcement to the earliest session (the rule itself refuses what is sooner).
const NOTICE_DAYS: i32 = 5;
/// Past sessions listed.
const PAST: usize = 100;

pub(super) async fn list(officer: SignedIn, State(site): Here) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            let actor = officer.actor();
            let (mut upcoming, mut past): (Vec<SessionRow>, Vec<SessionRow>) =
                app.sessions(&actor)?.into_iter().partition(|row| row.starts > now);
            upcoming.reverse();
            past.truncate(PAST);
            let announces = app.may(&actor, "announce_session");
            Ok(Sessions {
                frame: officer.frame(HERE),
                upcoming: upcoming.iter().map(|row| line(row, now)).collect(),
                past: past.iter().map(|row| line(row, now)).collect(),
                announce: announces.then(|| Link::new("公告新的接访", ANNOUNCE)),
            })
        })
        .await?;
    trouble::page(&page)
}

fn line(row: &SessionRow, now: Timestamp) -> Line {
    let left = calendar::days_between(calendar::day_of(now), calendar::day_of(row.starts));
    let state = match (row.held, left) {
        (true, _) => "已举行".to_owned(),
        (false, 1..) => format!("还有 {left} 天"),
        (false, 0) => "今天".to_owned(),
        (false, _) => "还没有登记举行情况".to_owned(),
    };
    Line {
        href: address(&row.id),
        starts: show::moment(row.starts),
        kind: words::name_in(words::SESSION_KINDS, &row.kind),
        place: row.place.clone(),
        state,
    }
}

/// Where a session is shown.
pub(super) fn address(id: &SessionId) -> String {
    format!("{HERE}/{}", id.0)
}

pub(super) async fn ask(officer: SignedIn, State(site): Here) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            app.opens(&officer.actor(), "announce_session")?;
            let form = once(ANNOUNCE, &app.fresh_id(now)?);
            page(app, &officer, &Typed::default(), form, Errors::none(), now)
        })
        .await?;
    trouble::page(&page)
}

pub(super) async fn announce(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let done = site
        .run(move |app, now| match announced(app, &officer, &typed, now)? {
            Ok(()) => Ok(Ok(())),
            Err(errors) => {
                let form = typed.again(ANNOUNCE, &app.fresh_id(now)?);
                Ok(Err(page(app, &officer, &typed, form, errors, now)?))
            }
        })
        .await?;
    match done {
        Ok(()) => {
            let address = format!("{HERE}?told={}", flash::ANNOUNCED);
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
        }
        Err(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(&page)?).into_response()),
    }
}

fn announced(
    app: &App,
    officer: &SignedIn,
    typed: &Typed,
    now: Timestamp,
) -> Result<Result<(), Errors>, AppError> {
    let mut errors = Errors::none();
    let day: Option<Date> = typed.get("day").parse().ok();
    let time: Option<Time> = typed.get("time").parse().ok();
    let leaders: Vec<Login> = typed.all("leaders").filter(|login| !login.is_empty()).map(Login::from).collect();
    let wrongs = [
        (day.is_none(), "day", "请选日期"),
        (time.is_none(), "time", "请填时间，写成 09:00 的样子"),
        (typed.get("place").is_empty(), "place", "请填地点"),
        (leaders.is_empty(), "leaders", "请选接访的领导"),
    ];
    for (_, field, message) in wrongs.into_iter().filter(|(wrong, ..)| *wrong) {
        errors = errors.with(field, message);
    }
    let (Some(day), Some(time), true) = (day, time, errors.0.is_empty()) else { return Ok(Err(errors)) };
    let since_midnight = time.duration_since(Time::midnight());
    let starts = calendar::start_of(day).saturating_add(since_midnight).unwrap_or(Timestamp::MAX);
    let id = app.fresh_id(now)?;
    let doing = typed.doing(&officer.actor(), now, "announce_session", &id);
    let command = SessionCommand::Announce {
        id: SessionId(id),
        origin: None,
        kind: typed.get("kind").to_owned(),
        office: OfficeCode(typed.get("office").to_owned()),
        starts,
        place: typed.get("place").to_owned(),
        leaders,
    };
    match app.act_on_session(&doing, None, None, &command) {
        Ok(_) => Ok(Ok(())),
        Err(AppError::Refused(refusal)) => match field(&refusal) {
            Some(field) => Ok(Err(Errors::none().with(field, &refusal.to_string()))),
            None => Err(refusal.into()),
        },
        Err(other) => Err(other),
    }
}

fn field(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::NoticeTooShort { .. } => Some("day"),
        Refusal::OfficerUnknown { .. } => Some("leaders"),
        Refusal::OfficeUnknown { .. } => Some("office"),
        other => match other.field()? {
            "地点" => Some("place"),
            "场次类型" => Some("kind"),
            _ => None,
        },
    }
}

fn page(
    app: &App,
    officer: &SignedIn,
    typed: &Typed,
    form: Form,
    errors: Errors,
    now: Timestamp,
) -> Result<Announce, AppError> {
    let directory = app.directory()?;
    let own = &officer.officer.office;
    let or = |field: &str, otherwise: &str| {
        if typed.has(field) { typed.get(field).to_owned() } else { otherwise.to_owned() }
    };
    let ticked: Vec<&str> = typed.all("leaders").collect();
    // Those who lead the office or a body above it receive there.
    let mut leaders = choices::leaders(&directory, |office| directory.is_within(own, office));
    for choice in &mut leaders {
        choice.chosen = ticked.contains(&choice.value.as_str());
    }
    let kinds = Choice::pick(choices::words(words::SESSION_KINDS), &or("kind", "reception"));
    let earliest = calendar::plus_days(calendar::day_of(now), NOTICE_DAYS);
    Ok(Announce {
        frame: officer.frame(HERE),
        form,
        errors,
        kinds: vec![Group { label: String::new(), choices: kinds }],
        offices: vec![Group::new("", &[(own.0.as_str(), officer.office.as_str())])],
        day: typed.get("day").to_owned(),
        earliest: day::full_day(earliest),
        time: or("time", "09:00"),
        place: or("place", "接访大厅"),
        leaders,
    })
}
