//! For officers' programs: a bearer token, lists, matters, the desk's verbs, figures.

use std::collections::BTreeMap;

use app::show::Reader;
use app::{Credentials, Device, Doing, Entered, ReportAsked, Target, TokenKind, Wanted};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use casework::command::MatterCommand;
use casework::day;
use casework::event::Channel;
use casework::office::{Login, OfficeCode};
use casework::verb::Verb;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shape::{ErrorShape, Filed, Filing, MatterShape};
use super::{Once, Token, body, command_id, query};
use crate::attempts::Attempts;
use crate::site::{Here, Site};
use crate::trouble::Failure;
use crate::wish;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/token", post(token))
        .route("/matters", get(list).post(register))
        .route("/matters/{reference}", get(show))
        .route("/matters/{reference}/{verb}", post(act))
        .route("/reports/{report}", get(report))
}

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    login: String,
    password: String,
    /// One-time code, for those who have set codes up.
    #[serde(default)]
    code: String,
}

/// A bearer token.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Given {
    token: String,
    /// Hours it is good for.
    hours: i64,
}

/// Hours a token is good for.
const TOKEN_HOURS: i64 = 12;

/// A bearer token for login and password.
#[utoipa::path(post, path = "/api/v1/desk/token", request_body = SignIn, responses(
    (status = 200, body = Given), (status = 401, body = ErrorShape), (status = 429, body = ErrorShape)
))]
pub(super) async fn token(
    State(site): Here,
    given: Result<Json<SignIn>, JsonRejection>,
) -> Result<Json<Given>, Failure> {
    let SignIn { login, password, code } = body(given)?;
    let (key, attempts) = (Attempts::key(&login), site.attempts());
    if attempts.wait(&key, site.now()) > 0 {
        return Err(Failure::status(StatusCode::TOO_MANY_REQUESTS));
    }
    let room = attempts.room().await?;
    let needs_factor = site.needs_factor();
    let entered = site
        .run(move |app, now| {
            let given = Credentials { login: &login, password: &password, code: &code };
            if needs_factor && !app.has_factor(&login)? {
                return Ok(None);
            }
            let device = Device { kind: TokenKind::Api, name: "API".to_owned(), hours: TOKEN_HOURS };
            app.sign_in(given, &device, now).map(Some)
        })
        .await?;
    drop(room);
    match entered {
        Some(Entered::In(_)) => attempts.forget(&key),
        // The password was right.
        Some(Entered::CodeAsked) => {}
        Some(Entered::CodeWrong | Entered::Wrong) | None => attempts.failed(&key, site.now()),
    }
    let wrong = |code, said: &str| Err(Failure::new(StatusCode::UNAUTHORIZED, code, said));
    match entered {
        Some(Entered::In(token)) => Ok(Json(Given { token, hours: TOKEN_HOURS })),
        Some(Entered::CodeAsked) => wrong("code", "请同时给出动态口令（code）"),
        Some(Entered::CodeWrong) => wrong("code", "动态口令不对，或者已经用过；请等下一个"),
        // Whoever has no codes is told what whoever has no account is told.
        Some(Entered::Wrong) | None => {
            wrong("sign_in", "账号或密码不对；还没有设置动态口令的，请先在网页上登录设置")
        }
    }
}

/// Register a letter, visit or call.
#[utoipa::path(post, path = "/api/v1/desk/matters", request_body = Filing, params(Once),
    security(("token" = [])), responses(
    (status = 201, body = Filed), (status = 401, body = ErrorShape), (status = 422, body = ErrorShape)
))]
pub(super) async fn register(
    State(site): Here,
    Token(actor): Token,
    headers: HeaderMap,
    given: Result<Json<Filing>, JsonRejection>,
) -> Result<impl IntoResponse, Failure> {
    let filing = body(given)?;
    let content = serde_json::to_string(&filing).unwrap_or_default();
    let command = command_id(&site, &headers, &format!("register/{}", actor.word()), &content)?;
    let filing = filing.into_filing(true)?;
    let filed = site
        .run(move |app, now| {
            let receipt = app.register(&Doing::live(actor.clone(), now, command), filing)?;
            app.filed(&actor, receipt, now).map(Filed::from)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(filed)))
}

/// Which matters.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Only what my office must act on next.
    #[serde(default)]
    mine: bool,
    /// Only this step.
    step: Option<String>,
    /// Only open (true) or ended (false) ones.
    open: Option<bool>,
    /// Only those due on or before this day.
    #[param(value_type = Option<String>, format = Date)]
    due_by: Option<Date>,
    /// At most 200.
    limit: Option<u32>,
    /// How many to pass over.
    #[serde(default)]
    offset: u32,
}

/// A page of matters by due date.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Listing {
    /// How many in all; 1001 stands for more than 1000.
    total: u64,
    /// Whether there are more after these.
    more: bool,
    matters: Vec<Line>,
}

/// A matter in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Line {
    reference: String,
    summary: String,
    step: String,
    step_name: String,
    /// With `mine`: the side track the task lies in; empty for the main one.
    track: String,
    channel: String,
    place: String,
    category: String,
    /// Last day of the clock that governs it.
    due: Option<String>,
    clock: Option<String>,
    key: bool,
}

/// Matters the office has held or must act on.
#[utoipa::path(get, path = "/api/v1/desk/matters", params(Asked), security(("token" = [])), responses(
    (status = 200, body = Listing), (status = 401, body = ErrorShape)
))]
pub(super) async fn list(
    State(site): Here,
    Token(actor): Token,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Listing>, Failure> {
    let asked = query(asked)?;
    let task_of = match &actor {
        casework::command::Actor::Officer { office, .. } if asked.mine => Some(office.clone()),
        _ => None,
    };
    let wanted = Wanted {
        task_of,
        step: asked.step,
        open: asked.open,
        due_from: None,
        due_by: asked.due_by,
        reference: None,
        limit: asked.limit.unwrap_or(50).min(200),
        offset: asked.offset,
    };
    let page = site.run(move |app, now| Ok(app.shown(&actor, now, || app.list(&actor, &wanted, now))?.0)).await?;
    let (total, more) = (page.total, page.more);
    let matters = page.rows.into_iter().map(|listed| {
        let row = listed.row;
        let (track, step, due, clock) = match listed.task {
            Some(task) => (task.track, task.step, task.due, task.clock),
            None => (String::new(), row.step, row.due, row.clock),
        };
        Line {
            reference: row.reference,
            summary: listed.summary,
            step,
            step_name: listed.step_name,
            track,
            channel: row.channel.to_owned(),
            place: listed.place,
            category: row.category,
            due: due.map(|day| day.to_string()),
            clock,
            key: row.key,
        }
    });
    Ok(Json(Listing { total, more, matters: matters.collect() }))
}

/// One matter.
#[utoipa::path(get, path = "/api/v1/desk/matters/{reference}", params(("reference" = String, Path)),
    security(("token" = [])), responses(
    (status = 200, body = MatterShape), (status = 401, body = ErrorShape), (status = 404, body = ErrorShape)
))]
pub(super) async fn show(
    State(site): Here,
    Token(actor): Token,
    Path(reference): Path<String>,
) -> Result<Json<MatterShape>, Failure> {
    let reader = Reader::Officer(actor);
    Ok(Json(site.run(move |app, now| app.matter(&reader, &reference, now)).await?.into()))
}

/// The fields of every desk verb; each verb takes its own.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(super) struct Fields {
    /// transfer: office code; divert: statutory channel.
    to: Option<String>,
    /// refuse, mark_key.
    ground: Option<String>,
    /// refuse: where to go.
    go_to: Option<String>,
    /// divert.
    note: Option<String>,
    /// extend.
    days: Option<u16>,
    /// extend.
    reason: Option<String>,
    /// extend: login of who approved.
    approved_by: Option<String>,
    /// decide, decide_review.
    outcome: Option<String>,
    /// decide, decide_review, repeat.
    text: Option<String>,
    /// decide.
    basis: Option<String>,
    /// serve.
    document: Option<String>,
    /// serve.
    how: Option<String>,
    /// serve: whom of several people it reached, 0 the first, then the representatives; absent: everybody it had not.
    party: Option<u32>,
    /// repeat: letter, visit or phone.
    channel: Option<String>,
    /// repeat.
    people: Option<u32>,
    /// Which of several open tracks it is about, from 1.
    which: Option<u32>,
    /// Further fields of the verb, as `docs/story-verbs.md` names them.
    #[serde(flatten)]
    more: BTreeMap<String, serde_json::Value>,
}

impl Fields {
    /// Any verb without a shape of its own. What it does not know it refuses by name.
    fn told_by_fields(mut self, verb: Verb) -> MatterCommand {
        let mut said: BTreeMap<String, String> =
            self.more.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
        let named = [
            ("to", &mut self.to),
            ("ground", &mut self.ground),
            ("reason", &mut self.reason),
            ("outcome", &mut self.outcome),
            ("text", &mut self.text),
            ("basis", &mut self.basis),
            ("how", &mut self.how),
        ];
        for (name, value) in named {
            said.extend(value.take().map(|value| (name.to_owned(), value)));
        }
        MatterCommand::Do { verb, said, which: self.which }
    }

    fn command(mut self, verb: Verb) -> Result<MatterCommand, Failure> {
        let need = |field: &str, value: Option<String>| {
            value.ok_or_else(|| Failure::input(&format!("{} 需要字段 {field}", verb.word())))
        };
        Ok(match verb {
            Verb::Transfer => MatterCommand::Transfer { to: OfficeCode(need("to", self.to)?) },
            Verb::Accept => MatterCommand::Accept,
            Verb::Refuse => {
                MatterCommand::Refuse { ground: need("ground", self.ground)?, go_to: need("go_to", self.go_to)? }
            }
            Verb::Divert => MatterCommand::Divert { to: need("to", self.to)?, note: need("note", self.note)? },
            Verb::Extend => MatterCommand::Extend {
                days: self.days.ok_or_else(|| Failure::input("extend 需要字段 days"))?,
                reason: need("reason", self.reason)?,
                approved_by: Login(need("approved_by", self.approved_by)?),
            },
            Verb::Decide => MatterCommand::Decide {
                outcome: need("outcome", self.outcome)?,
                text: need("text", self.text)?,
                basis: self.basis.unwrap_or_default(),
            },
            Verb::Serve => MatterCommand::Serve {
                document: need("document", self.document)?,
                how: need("how", self.how)?,
                proof: self.more.remove("proof").map_or_else(String::new, |proof| plain(&proof)),
                party: self.party,
            },
            Verb::MarkKey => MatterCommand::MarkKey { ground: need("ground", self.ground)? },
            Verb::AcceptReview => MatterCommand::AcceptReview,
            Verb::DecideReview => MatterCommand::DecideReview {
                outcome: need("outcome", self.outcome)?,
                text: need("text", self.text)?,
            },
            Verb::Repeat => MatterCommand::Repeat {
                origin: None,
                channel: Channel::from_word(&need("channel", self.channel)?)
                    .ok_or_else(|| Failure::input("channel 须为 letter、visit 或 phone"))?,
                people: self.people.unwrap_or(1),
                text: need("text", self.text)?,
            },
            Verb::Register => return Err(Failure::status(StatusCode::NOT_FOUND)),
            other => self.told_by_fields(other),
        })
    }
}

/// A value as the journal keeps it.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(true) => "yes".to_owned(),
        serde_json::Value::Bool(false) => "no".to_owned(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Do something to a matter: transfer, accept, refuse, divert, extend, decide, serve, mark_key, accept_review,
/// decide_review, repeat.
#[utoipa::path(post, path = "/api/v1/desk/matters/{reference}/{verb}", request_body = Fields,
    params(("reference" = String, Path), ("verb" = String, Path), Once), security(("token" = [])), responses(
    (status = 200, body = MatterShape), (status = 401, body = ErrorShape), (status = 403, body = ErrorShape),
    (status = 404, body = ErrorShape), (status = 422, body = ErrorShape)
))]
pub(super) async fn act(
    State(site): Here,
    Token(actor): Token,
    Path((reference, verb)): Path<(String, String)>,
    headers: HeaderMap,
    given: Result<Json<Fields>, JsonRejection>,
) -> Result<Json<MatterShape>, Failure> {
    let verb = Verb::from_word(&verb).ok_or_else(|| Failure::status(StatusCode::NOT_FOUND))?;
    if verb == Verb::HandOver {
        let why = "提供的信息只在工作台取走，由录入要求的人取一次";
        return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "only_at_the_desk", why));
    }
    let fields = body(given)?;
    let content = serde_json::to_string(&fields).unwrap_or_default();
    let command = fields.command(verb)?;
    let id = command_id(&site, &headers, &format!("{}/{}/{reference}", actor.word(), verb.word()), &content)?;
    let matter = site
        .run(move |app, now| {
            let reader = Reader::Officer(actor.clone());
            let known = app.matter(&reader, &reference, now)?;
            let against = match &command {
                MatterCommand::Serve { how, party, .. } => {
                    wish::against(wish::of(&known), how).or_else(|| wish::names_nobody(&known, how, *party))
                }
                MatterCommand::Do { verb, said, .. } if wish::is_reached_by(*verb) => {
                    wish::against(wish::of(&known), said.get("how").map_or("", String::as_str))
                }
                _ => None,
            };
            if let Some(why) = against {
                return Ok(Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "against_wish", why)));
            }
            app.act(&Doing::live(actor, now, id), &Target::Reference(known.reference), &command)?;
            app.matter(&reader, &reference, now).map(Ok)
        })
        .await??;
    Ok(Json(matter.into()))
}

/// Which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// First day.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Last day.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// Leave out what happened after this day.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
}

/// Figures over what the office may see.
#[utoipa::path(get, path = "/api/v1/desk/reports/{report}", params(("report" = String, Path), Span),
    security(("token" = [])), responses(
    (status = 200, description = "report, from, to, as_of, figures", body = serde_json::Value),
    (status = 400, body = ErrorShape), (status = 401, body = ErrorShape)
))]
pub(super) async fn report(
    State(site): Here,
    Token(actor): Token,
    Path(report): Path<String>,
    span: Result<Query<Span>, QueryRejection>,
) -> Result<Json<serde_json::Value>, Failure> {
    let span = query(span)?;
    let value = site
        .run(move |app, now| {
            let today = day::day_of(now);
            let asked = ReportAsked { report, from: span.from, to: span.to, as_of: span.as_of, today };
            let (report, _) = app.shown_in_figures(&actor, now, || app.report(&actor, &asked))?;
            Ok(report.for_offices().to_json())
        })
        .await?;
    Ok(Json(value))
}
