//! The procedures in use, and trying a new one: proven, compared, and held against the matters now open.

use app::{App, AppError, Rehearsal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use casework::procedure::rights::Turn;
use jiff::Timestamp;
use jiff::civil::Date;

use super::choices;
use super::signed_in::SignedIn;
use super::typed::{Typed, once};
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::day;
use crate::view::desk::law::{Change, InUse, Law, Moved, Rehearsed};
use crate::view::form::Errors;
use crate::view::frame::Link;

const HERE: &str = "/desk/law";
/// Longest procedure taken, in characters: twice the longest shipped.
const TEXT_MAX: u32 = 200_000;

pub(super) async fn show(officer: SignedIn, State(site): Here) -> Result<Response, Failure> {
    let page = site.run(move |app, now| page(app, &officer, now)).await?;
    trouble::page(&page)
}

pub(super) async fn rehearse(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            let mut page = page(app, &officer, now)?;
            page.text = typed.get("text").to_owned();
            let too_long = page.text.chars().count() > TEXT_MAX as usize;
            if page.text.is_empty() || too_long {
                let message = if too_long { "文本太长" } else { "请贴上程序文本" };
                page.errors = Errors::none().with("text", message);
                return Ok(page);
            }
            match app.rehearse_for(&officer.actor(), &page.text) {
                Ok(rehearsal) => page.rehearsed = Some(told(&rehearsal)),
                Err(AppError::Input(why)) => page.errors = Errors::none().with("text", &why),
                Err(other) => return Err(other),
            }
            Ok(page)
        })
        .await?;
    let status = if page.errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, trouble::page(&page)?).into_response())
}

fn page(app: &App, officer: &SignedIn, now: Timestamp) -> Result<Law, AppError> {
    let law = app.law();
    let procedures = law.procedures().map(|one| {
        let laws: Vec<String> = one.law.values().map(|law| format!("《{law}》")).collect();
        InUse {
            name: one.name.clone(),
            id: one.id.clone(),
            since: match one.until {
                Some(until) => format!("{}至{}登记的事项", day::day(one.in_force), day::day(until)),
                None => format!("{}起登记的事项", day::day(one.in_force)),
            },
            laws: laws.join("、"),
            size: format!("{} 步，{} 条线", one.steps.len(), one.tracks.len()),
        }
    });
    let form = app.may(&officer.actor(), "rehearse").then(|| app.fresh_id(now)).transpose()?;
    Ok(Law {
        frame: officer.frame(HERE),
        procedures: procedures.collect(),
        calendar: format!("国务院办公厅放假安排，公布到{}年", law.calendar.last_year()),
        form: form.map(|id| once(HERE, &id)),
        errors: Errors::none(),
        text: String::new(),
        text_max: TEXT_MAX,
        rehearsed: None,
    })
}

fn told(rehearsal: &Rehearsal) -> Rehearsed {
    let turn = |turn| match turn {
        Turn::Better => ("变好", "tone-done"),
        Turn::Worse => ("变差", "tone-late"),
        Turn::Other => ("有变化", "tone-note"),
    };
    let changes = rehearsal.changes.iter().map(|change| {
        let (word, tone) = turn(change.turn);
        Change { text: change.text.clone(), turn: word.to_owned(), tone }
    });
    let day = |day: Option<Date>| day.map_or_else(|| "无期限".to_owned(), |day| day.to_string());
    let moved = rehearsal.moved.iter().map(|one| {
        let mut what = Vec::new();
        if one.lost {
            what.push("新程序没有这一步".to_owned());
        }
        if one.due.0 != one.due.1 {
            what.push(format!("最迟 {} → {}", day(one.due.0), day(one.due.1)));
        }
        if one.owner.0 != one.owner.1 {
            what.push(format!("由 {} → {}", one.owner.0, one.owner.1));
        }
        Moved {
            matter: Link::new(&one.reference, choices::matter_address(&one.reference)),
            step: one.step.clone(),
            what: what.join("；"),
        }
    });
    let all = rehearsal.moved.len();
    Rehearsed {
        lead: match &rehearsal.replaces {
            Some(old) => format!("{} 将取代“{old}”，适用于此后登记的事项。", rehearsal.id),
            None => format!("{} 在这里是新的程序。", rehearsal.id),
        },
        changes: changes.collect(),
        worse: rehearsal.is_worse(),
        live: format!("本单位正在办理的 {} 件仍按登记时的版本办；若按新版本，{all} 件会不同。", rehearsal.live),
        moved: moved.collect(),
    }
}
