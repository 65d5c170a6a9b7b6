//! An act on a matter from its form: done once however often it is sent, or refused with the rule beside the field.

use app::show::Reader;
use app::{App, AppError, LetterShown, Target};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::command::MatterCommand;
use casework::event::Channel;
use casework::office::{Login, OfficeCode};
use casework::refusal::Refusal;
use casework::verb::{Field, FieldKind, Verb};
use jiff::Timestamp;

use super::asks::Mend;
use super::choices;
use super::letter;
use super::matter;
use super::signed_in::SignedIn;
use super::typed::Typed;
use crate::show;
use crate::site::Here;
use crate::trouble::{self, Failure};
use crate::view::desk::act_refused::ActRefused;
use crate::view::desk::matter::Matter;
use crate::view::form::Errors;
use crate::view::frame::Link;
use crate::wish;

/// What an act came to.
enum Came {
    /// Done, now or before.
    Done(String),
    /// A field is to be mended.
    Mend(Box<Matter>),
    /// The law says no.
    Refused(Box<ActRefused>),
    /// What leaves, once.
    File(LetterShown),
}

pub(super) async fn act(
    officer: SignedIn,
    State(site): Here,
    Path((reference, verb)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response, Failure> {
    let verb = Verb::from_word(&verb).filter(|verb| *verb != Verb::Register);
    let (Some(verb), Some(reference)) = (verb, app::normalise_reference(&reference)) else {
        return Err(Failure::status(StatusCode::NOT_FOUND));
    };
    match site.run(move |app, now| perform(app, &officer, &reference, verb, &typed, now)).await? {
        Came::Done(address) => Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()),
        Came::File(sheet) => letter::kept(sheet),
        Came::Mend(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(page.as_ref())?).into_response()),
        Came::Refused(page) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(page.as_ref())?).into_response())
        }
    }
}

fn perform(
    app: &App,
    officer: &SignedIn,
    reference: &str,
    verb: Verb,
    typed: &Typed,
    now: Timestamp,
) -> Result<Came, AppError> {
    let what = format!("{reference}/{}", verb.word());
    let doing = typed.doing(&officer.actor(), now, &what, &app.fresh_id(now)?);
    let target = Target::Reference(reference.to_owned());
    if wish::is_reached_by(verb) {
        let matter = app.matter(&Reader::Officer(officer.actor()), reference, now)?;
        let against = wish::against(wish::of(&matter), typed.get("how")).map(|why| ("how", why));
        let nobody = || wish::names_nobody(&matter, typed.get("how"), party(typed)).map(|why| ("party", why));
        if let Some((field, why)) = against.or_else(|| nobody().filter(|_| verb == Verb::Serve)) {
            let errors = Errors::none().with(field, why);
            let page = matter::matter(app, officer, reference, Some(Mend { verb, typed, errors }), now)?;
            return Ok(Came::Mend(Box::new(page)));
        }
    }
    let done = if verb == Verb::HandOver {
        match app.hand_over(&doing, reference) {
            Ok(Some(sheet)) => return Ok(Came::File(sheet)),
            done => done.map(|_| ()),
        }
    } else {
        app.act(&doing, &target, &command(verb, typed)).map(|_| ())
    };
    let refusal = match done {
        Ok(()) => {
            // Whoever recused themselves finds the matter no more; who decides on identities never did.
            let gone = matches!(verb, Verb::Recuse | Verb::DecideIdentity);
            let address = if gone { "/desk".to_owned() } else { choices::matter_address(reference) };
            return Ok(Came::Done(format!("{address}?told={}", verb.word())));
        }
        Err(AppError::Refused(refusal)) => refusal,
        Err(other) => return Err(other),
    };
    match field(verb, &refusal) {
        _ if refusal == Refusal::NoSuchMatter => Err(refusal.into()),
        Some(field) => {
            let errors = Errors::none().with(field, &refusal.to_string());
            let page = matter::matter(app, officer, reference, Some(Mend { verb, typed, errors }), now)?;
            Ok(Came::Mend(Box::new(page)))
        }
        None => Ok(Came::Refused(Box::new(refused(officer, reference, verb, typed, &refusal)))),
    }
}

/// The command a form stands for. Its rules are the rules' to check.
fn command(verb: Verb, typed: &Typed) -> MatterCommand {
    let text = |field: &str| typed.get(field).to_owned();
    match verb {
        Verb::Register | Verb::Repeat => MatterCommand::Repeat {
            origin: None,
            channel: Channel::from_word(typed.get("channel")).unwrap_or(Channel::Visit),
            people: typed.number("people"),
            text: text("text"),
        },
        Verb::Transfer => MatterCommand::Transfer { to: OfficeCode(text("to")) },
        Verb::Accept => MatterCommand::Accept,
        Verb::Refuse => MatterCommand::Refuse { ground: text("ground"), go_to: text("go_to") },
        Verb::Divert => MatterCommand::Divert { to: text("to"), note: text("note") },
        Verb::Extend => MatterCommand::Extend {
            days: u16::try_from(typed.number("days")).unwrap_or(u16::MAX),
            reason: text("reason"),
            approved_by: Login(text("approved_by")),
        },
        Verb::Decide => {
            MatterCommand::Decide { outcome: text("outcome"), text: text("text"), basis: text("basis") }
        }
        Verb::Serve => MatterCommand::Serve {
            document: text("document"),
            how: text("how"),
            proof: text("proof"),
            party: party(typed),
        },
        Verb::MarkKey => MatterCommand::MarkKey { ground: text("ground") },
        Verb::RequestReview => MatterCommand::RequestReview { text: text("text") },
        Verb::AcceptReview => MatterCommand::AcceptReview,
        Verb::DecideReview => MatterCommand::DecideReview { outcome: text("outcome"), text: text("text") },
        Verb::Rate => MatterCommand::Rate { about: text("about"), rating: text("rating") },
        other => MatterCommand::Do {
            verb: other,
            said: other
                .fields()
                .iter()
                .map(|field| (field.name.to_owned(), said(field, typed)))
                .filter(|(_, said)| !said.is_empty())
                .collect(),
            which: Some(typed.number("which")).filter(|which| *which > 0),
        },
    }
}

/// Whom of several people a service reached; none for all of them.
fn party(typed: &Typed) -> Option<u32> {
    typed.get("party").parse().ok()
}

/// A field as it was typed. Money is typed in yuan and kept in fen.
fn said(field: &Field, typed: &Typed) -> String {
    let given = typed.get(field.name);
    match field.kind {
        FieldKind::Fen => show::fen(given).map_or_else(|| given.to_owned(), |fen| fen.to_string()),
        FieldKind::Reference => app::normalise_reference(given).unwrap_or_else(|| given.to_owned()),
        _ => given.to_owned(),
    }
}

/// The field of the act's form a refusal is about; none where it is about the act itself.
fn field(verb: Verb, refusal: &Refusal) -> Option<&'static str> {
    Some(match (verb, refusal) {
        (Verb::Transfer, Refusal::OfficeUnknown { .. } | Refusal::AccusedMayNotHold { .. }) => "to",
        (Verb::Extend, Refusal::ExtensionTooLong { .. }) => "days",
        (Verb::Extend, Refusal::ApproverNotAllowed { .. } | Refusal::OfficerUnknown { .. }) => "approved_by",
        (Verb::Decide | Verb::DecideReview, Refusal::OutcomeUnknown { .. }) => "outcome",
        (_, Refusal::OutcomeUnknown { .. }) => "outcome",
        (_, Refusal::OfficeUnknown { .. } | Refusal::AccusedMayNotHold { .. }) => {
            verb.fields().iter().find(|field| field.kind == FieldKind::Office)?.name
        }
        (_, other) => match other.field()? {
            label if verb.fields().iter().any(|field| field.label == label) => {
                verb.fields().iter().find(|field| field.label == label)?.name
            }
            "延期日数" => "days",
            "延期理由" => "reason",
            "依据" => "basis",
            "意见" | "复查意见" => "text",
            "理由" | "重点理由" => "ground",
            "应向何处提出" => "go_to",
            "法定途径" => "to",
            "告知内容" => "note",
            "送达方式" => "how",
            "送达给谁" => "party",
            _ => return None,
        },
    })
}

/// Fields of forms as they are labelled, for what had been typed.
const LABELS: [(&str, &str); 13] = [
    ("to", "去向"),
    ("ground", "理由"),
    ("go_to", "请信访人去哪里"),
    ("note", "说明"),
    ("days", "延长天数"),
    ("reason", "理由"),
    ("approved_by", "批准人"),
    ("outcome", "结论"),
    ("text", "内容"),
    ("basis", "依据"),
    ("document", "文书"),
    ("how", "送达方式"),
    ("people", "人数"),
];

fn refused(officer: &SignedIn, reference: &str, verb: Verb, typed: &Typed, refusal: &Refusal) -> ActRefused {
    let kept = LABELS
        .iter()
        .map(|(field, label)| ((*label).to_owned(), typed.get(field).to_owned()))
        .filter(|(_, value)| !value.is_empty());
    ActRefused {
        frame: officer.frame("/desk"),
        reference: reference.to_owned(),
        act: verb.name().to_owned(),
        rule: refusal.to_string(),
        law: String::new(),
        advice: advice(refusal).to_owned(),
        kept: kept.collect(),
        links: vec![Link::new("回到这件事", choices::matter_address(reference)), Link::new("回到待办", "/desk")],
    }
}

fn advice(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotInThisStep { .. } => "回到这件事，办“现在可以做”里列出的；可能别人刚刚办过。",
        Refusal::NotNow { .. } | Refusal::TooEarly { .. } => "等条件具备以后再办；期限照常计算。",
        Refusal::SameHands { .. } | Refusal::OtherHands { .. } => "请由同一单位的另一名人员办理。",
        Refusal::NotYours { .. } | Refusal::NotYourRole { .. } => {
            "请由上面写明的单位或岗位办理；本单位仍可在这件事里看到进展。"
        }
        Refusal::ExtensionTooLate { .. } => "请尽快作出并送达意见；逾期仍然可以办，按逾期统计。",
        Refusal::DoneBefore { .. } => "请在现有期限内办理；逾期仍然可以办，按逾期统计。",
        Refusal::Lapsed { .. } => "有新的事实的，可以登记为新的事项。",
        Refusal::NothingToServe { .. } => "先作出相应的文书，再登记送达。",
        _ => "按上面的要求改过后再办。",
    }
}
