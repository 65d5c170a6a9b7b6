//! Any further act of the person: its form, told by the fields of the verb, and what came of it.

use app::show::ChoiceShown;
use app::{Doing, Target as Of};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use casework::command::MatterCommand;
use casework::day::day_of;
use casework::verb::{Doer, FieldKind, Verb};

use super::enter::{self, Visit};
use crate::limit::Caller;
use crate::public::{nonce, plain};
use crate::show;
use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::view::desk::act::{ActForm, Ask, AskHow, Asks};
use crate::view::form::{Choice, Errors, Target};
use crate::view::public::act::Act;
use crate::view::public::done::Done;
use crate::which::which;

/// Acts with pages of their own.
const ELSEWHERE: [Verb; 4] = [Verb::Register, Verb::Repeat, Verb::Rate, Verb::RequestReview];

/// Where an act is done.
pub(super) fn address(verb: Verb) -> String {
    format!("/track/act/{}", verb.word())
}

/// Whether the person may do it now, on this page.
pub(super) fn is_theirs(choice: &ChoiceShown) -> bool {
    let persons = matches!(choice.verb.row().doer, Doer::Petitioner | Doer::Either);
    // A further letter says what a supplement says.
    persons && choice.refusal.is_none() && choice.verb != Verb::Supplement && !ELSEWHERE.contains(&choice.verb)
}

/// GET and POST /track/act/{verb}
pub(super) async fn act(
    State(site): Here,
    method: Method,
    caller: Caller,
    Path(word): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let verb = Verb::from_word(&word).ok_or_else(|| Failure::status(StatusCode::NOT_FOUND))?;
    let visit = match enter::visit(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let open = visit.matter.choices.iter().any(|choice| choice.verb == verb && is_theirs(choice));
    let said = |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let nonce = said("nonce");
    // Only what is posted is an act; an address that carries words does nothing.
    let response = if method == Method::POST && nonce::is_one(nonce) {
        send(&site, &visit, verb, nonce, &pairs).await?
    } else if open {
        form(&site, &visit, verb, &[], Errors::none()).await?
    } else {
        // The matter's page says what is open.
        Redirect::to("/track/matter").into_response()
    };
    Ok(visit.keep(&site, response))
}

async fn form(
    site: &Site,
    visit: &Visit,
    verb: Verb,
    pairs: &[(String, String)],
    errors: Errors,
) -> Result<Response, Failure> {
    let typed =
        |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value).to_owned();
    let fields = verb.fields().iter().map(|field| {
        let value = typed(field.name);
        let how = match field.kind {
            FieldKind::Text => AskHow::Area(value),
            FieldKind::Day => AskHow::Line(value, "date".into(), String::new()),
            FieldKind::Fen => AskHow::Line(value, "text".into(), "decimal".into()),
            FieldKind::Words(list) => AskHow::Pick(Choice::pick(
                list.iter().map(|(word, name)| Choice::new(word, name)).collect(),
                &value,
            )),
            FieldKind::Number => AskHow::Line(value, "text".into(), "numeric".into()),
            _ => AskHow::Line(value, "text".into(), String::new()),
        };
        let label = field.label.replace("（分）", "（元）");
        Ask { name: field.name.to_owned(), label, optional: !field.required, how }
    });
    let choice = visit.matter.choices.iter().find(|choice| choice.verb == verb);
    let which = choice.and_then(|choice| which(choice, &typed("which")));
    let asks = Asks::Fields { means: means(verb), fields: which.into_iter().chain(fields).collect() };
    let mut form = ActForm::new(&address(verb), asks);
    form.form = Target::to(&address(verb)).with("nonce", &site.nonce()?);
    form.errors = errors;
    page(&Act {
        frame: site.public_frame().await,
        reference: visit.reference.clone(),
        name: verb.name().to_owned(),
        law: choice.map_or_else(String::new, |choice| choice.cite.clone()),
        form,
        back: Target::to("/track/matter"),
    })
}

/// What the person should know before they do it.
fn means(verb: Verb) -> String {
    match verb {
        Verb::AskData => "请求删除的：同意并送达以后，您写的内容、材料和给您的答复谁也看不到，也恢复不了；请先在“我的个人信息”里下载副本",
        _ => "",
    }
    .to_owned()
}

async fn send(
    site: &Site,
    visit: &Visit,
    verb: Verb,
    nonce: &str,
    pairs: &[(String, String)],
) -> Result<Response, Failure> {
    let typed = |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let said: std::collections::BTreeMap<String, String> = verb
        .fields()
        .iter()
        .map(|field| {
            let given = plain(typed(field.name)).trim().to_owned();
            let kept = match field.kind {
                FieldKind::Fen => show::fen(&given).map_or(given, |fen| fen.to_string()),
                _ => given,
            };
            (field.name.to_owned(), kept)
        })
        .filter(|(_, said)| !said.is_empty())
        .collect();
    let number = typed("which").trim();
    let command = nonce::command(verb.word(), nonce, said.values().map(String::as_str).chain([number]));
    let actor = visit.matter.actor.clone();
    let (reader, reference, frame) = (visit.reader(), visit.reference.clone(), site.public_frame().await);
    let asked = MatterCommand::Do { verb, said, which: number.parse().ok().filter(|which| *which > 0) };
    let done = site
        .run(move |app, now| {
            let doing = Doing::live(actor.clone(), now, command);
            app.act(&doing, &Of::Reference(reference.clone()), &asked)?;
            Ok((app.matter(&reader, &reference, now)?, now))
        })
        .await;
    let (matter, now) = match done {
        Ok(done) => done,
        // A rule said no: the words stay in the form, with the reason beside the field it is about.
        Err(failure) => match failure.refusal() {
            Some(refusal) => {
                let label = refusal.field().unwrap_or_default();
                let field =
                    verb.fields().iter().find(|field| field.label == label).or_else(|| verb.fields().first());
                let errors = Errors::none().with(field.map_or("nonce", |field| field.name), &refusal.to_string());
                let shown = form(site, visit, verb, pairs, errors).await?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
            }
            None => return Err(failure),
        },
    };
    let clock = show::governing(&matter);
    page(&Done {
        frame,
        title: format!("{}：已登记", verb.name()),
        at: show::moment(now),
        reference: matter.reference.clone(),
        next: show::next(&matter),
        due: clock.map(|clock| show::due(clock, day_of(now))),
        sum: clock.map(show::sum).unwrap_or_default(),
        back: Target::to("/track/matter"),
    })
}
