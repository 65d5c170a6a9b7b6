//! One reception session: its roll once held, and who was received.

use app::show::SessionShown;
use app::{App, AppError, Target};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::command::SessionCommand;
use casework::day as calendar;
use casework::event::{Attendance, SessionId};
use casework::refusal::Refusal;
use casework::words;
use jiff::Timestamp;

use super::choices;
use super::flash;
use super::sessions::{HERE, address};
use super::signed_in::SignedIn;
use super::typed::{Typed, once};
use crate::show as shown;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::desk::session::{Received, Session, SessionForm, Tier, results};
use crate::view::form::{Choice, Errors, Group};

/// A form sent back.
struct Mend<'a> {
    typed: &'a Typed,
    errors: Errors,
}

pub(super) async fn show(
    officer: SignedIn,
    State(site): Here,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let page = site.run(move |app, now| page(app, &officer, &SessionId(id), None, now)).await?;
    trouble::page(&page)
}

pub(super) async fn hold(
    officer: SignedIn,
    State(site): Here,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Failure> {
    act(officer, site, SessionId(id), typed, flash::HELD, held).await
}

pub(super) async fn receive(
    officer: SignedIn,
    State(site): Here,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Failure> {
    act(officer, site, SessionId(id), typed, flash::RECEIVED, received).await
}

/// What a form asks: the matter it is about, where it is about one, and the command; or what is wrong.
type Asked = Result<(Option<Target>, SessionCommand), Errors>;

async fn act(
    officer: SignedIn,
    site: crate::site::Site,
    id: SessionId,
    typed: Typed,
    told: &'static str,
    read: fn(&Typed) -> Asked,
) -> Result<Response, Failure> {
    let done = site
        .run(move |app, now| {
            // To other offices the session does not exist; that is said before anything else is.
            app.session(&officer.actor(), &id)?;
            match perform(app, &officer, &id, &typed, told, read, now)? {
                Ok(()) => Ok(Ok(format!("{}?told={told}", address(&id)))),
                Err(errors) => Ok(Err(page(app, &officer, &id, Some(Mend { typed: &typed, errors }), now)?)),
            }
        })
        .await?;
    match done {
        Ok(address) => Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()),
        Err(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(&page)?).into_response()),
    }
}

fn perform(
    app: &App,
    officer: &SignedIn,
    id: &SessionId,
    typed: &Typed,
    told: &str,
    read: fn(&Typed) -> Asked,
    now: Timestamp,
) -> Result<Result<(), Errors>, AppError> {
    let (matter, command) = match read(typed) {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(errors)),
    };
    let doing = typed.doing(&officer.actor(), now, &format!("{}/{told}", id.0), &app.fresh_id(now)?);
    match app.act_on_session(&doing, Some(id), matter.as_ref(), &command) {
        Ok(_) => Ok(Ok(())),
        Err(AppError::Refused(refusal @ (Refusal::NotYourRole { .. } | Refusal::NoSuchSession))) => {
            Err(refusal.into())
        }
        Err(AppError::Refused(refusal)) => {
            let field = match (&command, refusal.field()) {
                (SessionCommand::Receive { .. }, Some("接待结果")) => "result",
                (SessionCommand::Receive { .. }, Some("人数")) => "people",
                (SessionCommand::Receive { .. }, _) => "intake",
                _ => "attended_county",
            };
            Ok(Err(Errors::none().with(field, &refusal.to_string())))
        }
        Err(other) => Err(other),
    }
}

fn held(typed: &Typed) -> Asked {
    let mut errors = Errors::none();
    let mut attended = Vec::new();
    for (tier, name) in words::TIERS {
        let field = format!("attended_{tier}");
        let (given, count) = (typed.get(&field), typed.number(&field));
        if count == 0 && !matches!(given, "" | "0" | "０") {
            errors = errors.with(&field, &format!("{name}人次请写数字，没有就填 0"));
        }
        if count > 0 {
            attended.push(Attendance { tier: (*tier).to_owned(), count });
        }
    }
    if errors.0.is_empty() { Ok((None, SessionCommand::Hold { attended })) } else { Err(errors) }
}

fn received(typed: &Typed) -> Asked {
    let given = typed.get("intake").split_once('/');
    let intake = given
        .and_then(|(reference, number)| Some((app::normalise_reference(reference)?, number.parse::<u32>().ok()?)));
    let Some((reference, intake)) = intake else {
        return Err(Errors::none().with("intake", "请选当天登记的来访；没有登记的先登记"));
    };
    if typed.get("result").is_empty() {
        return Err(Errors::none().with("result", "请选结果"));
    }
    let people = typed.number("people");
    let command = SessionCommand::Receive { intake, people, result: typed.get("result").to_owned() };
    Ok((Some(Target::Reference(reference)), command))
}

fn page(
    app: &App,
    officer: &SignedIn,
    id: &SessionId,
    mend: Option<Mend<'_>>,
    now: Timestamp,
) -> Result<Session, AppError> {
    let (actor, form) = (officer.actor(), app.fresh_id(now)?);
    let session = app.session(&actor, id)?;
    let typed = |field: &str| mend.as_ref().map_or("", |mend| mend.typed.get(field)).to_owned();
    let offer = |what: &str, open: bool| {
        open.then(|| {
            let action = format!("{}/{what}", address(id));
            match &mend {
                Some(mend) => SessionForm { form: mend.typed.again(&action, &form), errors: mend.errors.clone() },
                None => SessionForm { form: once(&action, &form), errors: Errors::none() },
            }
        })
    };
    let due = calendar::day_of(session.starts) <= calendar::day_of(now);
    let holds = session.attended.is_none() && due && app.may(&actor, "hold_session");
    let receives = session.attended.is_some() && app.may(&actor, "receive");
    let (picked, people) = (typed("intake"), typed("people"));
    let intakes = intakes(&session);
    let first_people = session.to_receive.first().map_or_else(|| "1".to_owned(), |(.., heads)| heads.to_string());
    Ok(Session {
        frame: officer.frame(HERE),
        kind: session.kind.clone(),
        starts: shown::moment(session.starts),
        place: session.place.clone(),
        leaders: session.leaders.clone(),
        state: state(&session, due),
        announced: format!("{} 公告", shown::full_day(session.announced)),
        held: session.attended.is_some(),
        roll: roll(&session, mend.as_ref()),
        hold: offer("hold", holds),
        batches: u32::try_from(session.received.len()).unwrap_or(u32::MAX),
        people: session.received.iter().map(|received| received.people).sum(),
        received: session.received.iter().map(received_line).collect(),
        receive: offer("receive", receives),
        intakes: Group::pick(vec![Group { label: String::new(), choices: intakes }], &picked),
        receive_people: if people.is_empty() { first_people } else { people },
        results: Choice::pick(results(), &typed("result")),
    })
}

fn state(session: &SessionShown, due: bool) -> String {
    match (&session.attended, due) {
        (Some(_), _) => "已举行",
        (None, true) => "还没有登记举行情况",
        (None, false) => "已公告，未到时间",
    }
    .to_owned()
}

/// The roll: as recorded, or as typed.
fn roll(session: &SessionShown, mend: Option<&Mend<'_>>) -> Vec<Tier> {
    let count = |tier: &str| match &session.attended {
        Some(rows) => rows.iter().find(|row| row.tier == tier).map_or(0, |row| row.count).to_string(),
        None => mend.map_or_else(String::new, |mend| mend.typed.get(&format!("attended_{tier}")).to_owned()),
    };
    words::TIERS
        .iter()
        .map(|(tier, name)| Tier { value: (*tier).to_owned(), name: (*name).to_owned(), count: count(tier) })
        .collect()
}

fn intakes(session: &SessionShown) -> Vec<Choice> {
    let line = |(reference, intake, people): &(String, u32, u32)| {
        let again = if *intake > 1 { format!("，第 {intake} 次来") } else { String::new() };
        Choice::new(&format!("{reference}/{intake}"), &format!("{reference}（{people} 人{again}）"))
    };
    session.to_receive.iter().map(line).collect()
}

fn received_line(received: &app::show::ReceivedShown) -> Received {
    let seen = !received.reference.is_empty();
    Received {
        reference: received.reference.clone(),
        href: seen.then(|| choices::matter_address(&received.reference)),
        people: received.people,
        result: received.result.clone(),
    }
}
