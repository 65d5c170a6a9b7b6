//! Filing, one question a page. `GET /file` begins one; each answer is posted to `/file/{draft}` and leads on to
//! `GET /file/{draft}/{step}`, so that the browser's Back and Forward ask for pages and never send a form again. Every
//! form carries all answers so far; a browser without cookies gets the next page as the answer to its form instead.

mod answers;
mod check;
mod pages;
mod places;
mod send;
mod wait;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use casework::office::Directory;

use self::answers::{Answers, Step};
use self::send::Sent;
use super::drafts::KEPT;
use super::nonce;
use crate::cookie;
use crate::limit::{Asked, Caller};
use crate::site::{Here, Site};
use crate::trouble::Failure;
use crate::view::form::Errors;

/// The cookie with a draft's secret; each draft has its own, by its path.
const COOKIE: &str = "file";
/// The last page: the receipt.
const RECEIPT: &str = "receipt";

/// A filing under way.
#[derive(Clone)]
pub(crate) struct Draft {
    answers: Answers,
    /// The step last sent back, with what is wrong in it.
    wrong: Option<(Step, Errors)>,
    /// It was sent: only the receipt is shown any more.
    pub(super) sent: bool,
}

impl Draft {
    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        self.answers.bytes()
    }

    #[cfg(test)]
    pub(super) fn of(said: &[(&str, &str)]) -> Draft {
        let said = said.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Draft { answers: Answers::of(said), wrong: None, sent: false }
    }
}

/// GET /file: a new filing, at an address of its own.
pub(super) async fn begin(State(site): Here) -> Result<Response, Failure> {
    ready(&site).await?;
    let at = Place { id: site.nonce()?, secret: Some(site.nonce()?) };
    Ok(at.keep(&site, at.lead(Step::About.word())))
}

/// GET /file/{draft}/{step}
pub(super) async fn step(
    State(site): Here,
    Path((id, word)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    ready(&site).await?;
    let at = Place::of(&site, id, &headers)?;
    let draft = at.secret.as_deref().and_then(|secret| site.drafts().find(&at.id, secret, site.now()));
    let wanted = Step::named(&word);
    match draft {
        Some(draft) if draft.sent && word != RECEIPT => Ok(at.lead(RECEIPT)),
        Some(draft) if draft.sent => send::receipt(&site, &draft.answers).await,
        Some(draft) => {
            let Some(step) = wanted else { return Ok(at.lead(Step::Check.word())) };
            let errors = draft.wrong.filter(|(of, _)| *of == step).map_or_else(Errors::none, |(_, errors)| errors);
            let shown = show(&site, &at, step, &draft.answers, errors).await?;
            Ok(at.keep(&site, shown))
        }
        None if wanted == Some(Step::About) => {
            show(&site, &at, Step::About, &Answers::fresh(site.nonce()?), Errors::none()).await
        }
        None => Err(Failure::new(
            StatusCode::GONE,
            "gone",
            "为了不让别人看到，写到一半的内容只在内存里留两小时，这一份已经不在了，也没有登记。",
        )),
    }
}

/// POST /file/{draft}: an answer, a step back, a change, or the whole sent.
pub(super) async fn answer(
    State(site): Here,
    Path(id): Path<String>,
    caller: Caller,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    ready(&site).await?;
    let at = Place::of(&site, id, &caller.headers)?;
    let shown = wait::shown(&pairs);
    let (mut answers, step, go) = answers::read(pairs);
    if !nonce::is_one(answers.get("nonce")) {
        answers.set("nonce", &site.nonce()?);
    }
    let directory = site.run(|app, _| app.directory()).await?;
    let (onward, errors) = match go.as_str() {
        "back" => (step.before(&answers, &directory), Errors::none()),
        "send" => match wrong(&answers, &directory) {
            Some(wrong) => wrong,
            None => match send::send(&site, caller.source, &answers, &shown).await? {
                Sent::Asked(asked) => return at.wait(&site, answers, &asked).await,
                Sent::Receipt(receipt) => return Ok(at.sent(&site, answers, receipt)),
                // A rule said no: everything typed is shown again, with the reason.
                Sent::Refused(refusal) => (Step::Check, Errors::none().with("check", &refusal)),
            },
        },
        other => match Step::named(other) {
            Some(wanted) => (wanted, Errors::none()),
            None => next(step, &answers, &directory),
        },
    };
    at.onward(&site, onward, answers, errors).await
}

/// On to the next question; to the last page again where an answer was changed from there.
fn next(step: Step, answers: &Answers, directory: &Directory) -> (Step, Errors) {
    let errors = check::errors(step, answers, directory);
    if !errors.0.is_empty() {
        return (step, errors);
    }
    let onward = if answers.get("checked").is_empty() {
        step.after(answers, directory)
    } else {
        wrong(answers, directory).map_or(Step::Check, |(step, _)| step)
    };
    (onward, Errors::none())
}

/// The first step with something wrong in it.
fn wrong(answers: &Answers, directory: &Directory) -> Option<(Step, Errors)> {
    Step::ALL.into_iter().find_map(|step| {
        let errors = check::errors(step, answers, directory);
        (!errors.0.is_empty()).then_some((step, errors))
    })
}

/// Where a filing is under way, and the secret its browser sent; none where it keeps no cookies.
struct Place {
    id: String,
    secret: Option<String>,
}

impl Place {
    fn of(site: &Site, id: String, headers: &HeaderMap) -> Result<Place, Failure> {
        if !nonce::is_one(&id) {
            return Err(Failure::status(StatusCode::NOT_FOUND));
        }
        let secret = cookie::read(headers, COOKIE, site.secure()).filter(|secret| nonce::is_one(secret));
        Ok(Place { id, secret })
    }

    fn lead(&self, word: &str) -> Response {
        Redirect::to(&format!("/file/{}/{word}", self.id)).into_response()
    }

    /// The cookie lasts anew.
    fn keep(&self, site: &Site, mut response: Response) -> Response {
        let path = format!("/file/{}", self.id);
        let seconds = u32::try_from(KEPT.as_secs()).unwrap_or(0);
        let secret = self.secret.as_deref().unwrap_or_default();
        if let Some(cookie) = cookie::set(COOKIE, secret, &path, seconds, site.secure()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The page that comes next: at its own address, or as the answer where nothing can be kept.
    async fn onward(
        &self,
        site: &Site,
        step: Step,
        answers: Answers,
        errors: Errors,
    ) -> Result<Response, Failure> {
        let Some(secret) = &self.secret else { return show(site, self, step, &answers, errors).await };
        let wrong = (!errors.0.is_empty()).then_some((step, errors));
        site.drafts().keep(&self.id, secret, Draft { answers, wrong, sent: false }, site.now());
        Ok(self.keep(site, self.lead(step.word())))
    }

    /// Very many are sent: what was written stays, and goes on after a while.
    async fn wait(&self, site: &Site, answers: Answers, asked: &Asked) -> Result<Response, Failure> {
        let shown = wait::page(site, &answers.at(&format!("/file/{}", self.id)), asked).await?;
        let Some(secret) = &self.secret else { return Ok(shown) };
        site.drafts().keep(&self.id, secret, Draft { answers, wrong: None, sent: false }, site.now());
        Ok(self.keep(site, shown))
    }

    /// Registered: the receipt, at its own address.
    fn sent(&self, site: &Site, answers: Answers, receipt: Response) -> Response {
        let Some(secret) = &self.secret else { return receipt };
        site.drafts().keep(&self.id, secret, Draft { answers, wrong: None, sent: true }, site.now());
        self.keep(site, self.lead(RECEIPT))
    }
}

/// Whether there is an office that registers what is filed here.
pub(super) fn is_set_up(directory: &Directory) -> bool {
    places::top(directory).is_some()
}

/// Without an office to register it, nothing may be taken in and lost.
async fn ready(site: &Site) -> Result<(), Failure> {
    let directory = site.run(|app, _| app.directory()).await?;
    if is_set_up(&directory) { Ok(()) } else { Err(Failure::not_set_up()) }
}

async fn show(
    site: &Site,
    at: &Place,
    step: Step,
    answers: &Answers,
    errors: Errors,
) -> Result<Response, Failure> {
    let directory = site.run(|app, _| app.directory()).await?;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let answers = answers.at(&format!("/file/{}", at.id));
    let shown = pages::show(site.public_frame().await, step, &answers, errors, &directory)?;
    Ok((status, shown).into_response())
}
