//! GET /: what can be done here, what happens after by the law in force, and when leaders receive people.

use app::AppError;
use axum::extract::State;
use axum::response::Response;
use casework::day;
use casework::office::Directory;
use casework::procedure::{Act, Clock, Limit, Procedure, Step};
use casework::read::SessionRow;
use casework::verb::Verb;

use super::file;
use crate::site::Here;
use crate::trouble::{Failure, page};
use crate::view::day as words;
use crate::view::public::home::{Home, Stage};

/// How many announced sessions are shown.
const SESSIONS_MAX: usize = 4;

/// The front page.
pub(super) async fn home(State(site): Here) -> Result<Response, Failure> {
    let frame = site.public_frame().await;
    let (law, stages, receptions, ready) = site
        .run(|app, now| {
            let (_, procedure) = app.law().governing("petition", day::day_of(now))?;
            let directory = app.directory()?;
            let sessions = app.announced_sessions(now, SESSIONS_MAX)?;
            let receptions: Vec<String> =
                sessions.iter().map(|(session, leaders)| reception(&directory, session, leaders)).collect();
            let law = procedure.law.values().map(|name| format!("《{name}》")).collect::<Vec<_>>().join("、");
            let ready = file::is_set_up(&directory);
            Ok::<_, AppError>((law, stages(&procedure), receptions, ready))
        })
        .await?;
    page(&Home { frame, stages, hours: Vec::new(), address: String::new(), receptions, ready, law })
}

fn reception(directory: &Directory, session: &SessionRow, leaders: &[String]) -> String {
    let at = day::local(session.starts);
    let (date, office) = (at.date(), directory.name_of(&session.office));
    let (day, weekday) = (words::short_day(date), words::weekday(date));
    let by = if leaders.is_empty() { String::new() } else { format!("，{}接访", leaders.join("、")) };
    format!("{day} {weekday} {:02}:{:02}，{office}，{}{by}", at.hour(), at.minute(), session.place)
}

/// The main way through a procedure: at each step the first act that leads on, with the clock it is under.
fn stages(procedure: &Procedure) -> Vec<Stage> {
    let mut stages = Vec::new();
    let mut at = procedure.begins.as_str();
    // A procedure is finite and proven to end; the bound only keeps a page from trusting that.
    for _ in 0..procedure.steps.len() {
        let Some(step) = procedure.steps.get(at) else { break };
        let Some((act, to)) = step.acts.iter().find_map(|act| Some((act, act.to.as_deref()?))) else { break };
        stages.extend(stage(procedure, step, act));
        if act.verb == Verb::RequestReview {
            break;
        }
        at = to;
    }
    stages
}

fn stage(procedure: &Procedure, step: &Step, act: &Act) -> Option<Stage> {
    let clock = step.clocks.first().and_then(|clock| procedure.clocks.get(clock));
    let (name, text) = match act.verb {
        Verb::Register => ("登记", "给您回执，从这一刻开始计算期限。".to_owned()),
        Verb::Transfer => ("转送", "交给有权处理的单位，并告诉您去向。".to_owned()),
        Verb::Accept => ("告知", "办理单位书面告诉您受理不受理；不受理要说明理由和该去哪里。".to_owned()),
        Verb::Decide => ("答复", format!("给您书面处理意见。{}", longer(clock))),
        Verb::RequestReview => ("不服可以复查", "请上一级机关再查一次；还不服，可以再申请复核。".to_owned()),
        _ => return None,
    };
    let when = match (act.verb, clock.map(|clock| clock.limit)) {
        (_, None | Some(Limit::AtOnce)) => "当场".to_owned(),
        (Verb::Accept, Some(limit)) => format!("再 {}内", spaced(limit)),
        (Verb::Decide, Some(limit)) => format!("受理后 {}内", spaced(limit)),
        (Verb::RequestReview, Some(limit)) => format!("收到后 {}内", spaced(limit)),
        (_, Some(limit)) => format!("{}内", spaced(limit)),
    };
    Some(Stage { when, name: name.to_owned(), text })
}

fn longer(clock: Option<&Clock>) -> String {
    let extension = clock.and_then(|clock| clock.extend.first());
    extension
        .map_or_else(String::new, |more| format!("情况复杂的，经批准可延长一次，最多 {}。", spaced(more.most)))
}

fn spaced(limit: Limit) -> String {
    match limit {
        Limit::Days(days) => format!("{days} 天"),
        Limit::WorkingDays(days) => format!("{days} 个工作日"),
        Limit::Months(months) => format!("{months} 个月"),
        Limit::AtOnce => "当天".to_owned(),
        Limit::Set => "定好的日期".to_owned(),
    }
}
