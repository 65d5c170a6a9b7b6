//! The filing sent: registered, and the receipt shown. The same form sent twice gives the same receipt.

use app::show::Reader;
use app::{Doing, Filed, Filing};
use axum::response::Response;
use casework::command::{Actor, Person, Register};
use casework::event::{Channel, MatterId};
use casework::office::{Directory, OfficeCode};

use super::answers::Answers;
use super::check;
use crate::kind;
use crate::limit::{Asked, Shown, Source};
use crate::public::nonce;
use crate::show;
use crate::site::Site;
use crate::trouble::{Failure, page};
use crate::view::public::handed_up::HandedUp;
use crate::view::public::receipt::ReceiptPage;

/// What came of sending a filing.
pub(super) enum Sent {
    /// Registered.
    Receipt(Response),
    /// A rule said no, in a sentence.
    Refused(String),
    /// Very many are sent: this is asked first.
    Asked(Asked),
}

/// Registers the filing, where it may go on; `shown` is what came along for the door.
pub(super) async fn send(
    site: &Site,
    source: Option<Source>,
    answers: &Answers,
    shown: &Shown,
) -> Result<Sent, Failure> {
    if let Err(asked) = site.door().admit(site, source, &command(answers), shown)? {
        return Ok(Sent::Asked(asked));
    }
    match receipt(site, answers).await {
        Ok(receipt) => Ok(Sent::Receipt(receipt)),
        Err(failure) => match failure.refusal() {
            Some(refusal) => Ok(Sent::Refused(refusal.to_string())),
            None => Err(failure),
        },
    }
}

fn command(answers: &Answers) -> String {
    nonce::command("file", answers.get("nonce"), answers.words())
}

/// The receipt of a filing, registered now or before: the command is made from its words, so it happens once.
pub(super) async fn receipt(site: &Site, answers: &Answers) -> Result<Response, Failure> {
    let command = command(answers);
    let frame = site.public_frame().await;
    let (address, phone) = (site.address().to_owned(), frame.phone.clone());
    let said = answers.clone();
    let filed = site
        .run(move |app, now| {
            let directory = app.directory()?;
            let procedure = Some(kind::family(said.get("kind")).to_owned());
            let filing = Filing { register: register(&said, &directory), procedure };
            let doing = Doing::live(Actor::Petitioner, now, command);
            let taken = match app.file(&doing, filing)? {
                Filed::Registered(taken) => taken,
                Filed::HandedUp(handed) => return Ok(Err(handed)),
            };
            let reader = Reader::Petitioner { code: taken.code.clone() };
            let matter = app.matter(&reader, &taken.reference, now)?;
            Ok(Ok(show::receipt(&address, &phone, &taken, &matter, now)))
        })
        .await?;
    match filed {
        Ok(receipt) => page(&ReceiptPage { frame, receipt }),
        Err(handed) => page(&HandedUp::of(frame, handed)),
    }
}

fn register(answers: &Answers, directory: &Directory) -> Register {
    let said = |field: &str| answers.get(field).to_owned();
    let named = !answers.anonymous();
    let rows = if named { answers.representatives() } else { Vec::new() };
    let representatives = rows.into_iter().filter(|row| !row.name.is_empty());
    let place = check::place(answers, directory);
    Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: None,
        channel: Channel::Web,
        people: answers.people().unwrap_or(1),
        place: place.clone(),
        category: said("category"),
        summary: said("summary"),
        text: said("text"),
        received: None,
        contact: check::said_contact(answers),
        petitioner: named.then(|| Person { name: said("name"), phone: said("phone") }),
        representatives: representatives.map(|row| Person { name: row.name, phone: row.phone }).collect(),
        accused: kind::accused(answers.get("kind"), answers.all("accused"), &place, directory),
        accused_officers: Vec::new(),
        accused_people: answers.get("accused_people").to_owned(),
        respondents: answers.all("respondents").filter(|code| !code.is_empty()).map(OfficeCode::from).collect(),
        competent: None,
    }
}
