//! Registering a letter, visit or call at the window, and a further one on a matter already held.

use app::show::{Account, Reader};
use app::{App, AppError, Filing, Target};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::act::Limits;
use casework::command::{Actor, MatterCommand, Person, Register};
use casework::day as calendar;
use casework::event::{Channel, MatterId};
use casework::office::{Directory, Office, OfficeCode, OfficeKind};
use casework::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::choices;
use super::signed_in::SignedIn;
use super::typed::{Typed, once};
use crate::kind;
use crate::show;
use crate::site::{Here, Site, public_frame_of};
use crate::trouble::{self, Failure};
use crate::view::desk::register::{AlikeLine, Register as Page, channels};
use crate::view::desk::registered::Registered;
use crate::view::form::{Choice, Errors, Group, Representative, Target as Form};
use crate::view::frame::Link;
use crate::view::qr::Qr;
use crate::view::receipt::Receipt;

const HERE: &str = "/desk/register";

#[derive(Deserialize)]
pub(super) struct Asked {
    /// Reference of the matter a further letter or visit is about.
    #[serde(default)]
    of: String,
}

pub(super) async fn ask(
    officer: SignedIn,
    State(site): Here,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let page = site
        .run(move |app, now| {
            app.opens(&officer.actor(), "register")?;
            let form = once(HERE, &app.fresh_id(now)?);
            let mut page = page(app, &officer, &Typed::default(), form, Errors::none(), calendar::day_of(now))?;
            page.repeat = !asked.of.is_empty();
            page.of = asked.of.chars().take(40).collect();
            Ok(page)
        })
        .await?;
    trouble::page(&page)
}

/// What registering came to.
enum Came {
    /// A receipt to hand over.
    Receipt(Box<Registered>),
    /// Nothing more is to come on that matter: back to it.
    Back(String),
    /// It may have been brought before.
    Look(Box<Page>),
    /// Something is to be mended.
    Mend(Box<Page>),
}

pub(super) async fn enter(officer: SignedIn, State(site): Here, typed: Typed) -> Result<Response, Failure> {
    let here = site.clone();
    let came = site
        .run(move |app, now| match registered(app, &here, &officer, &typed, now)? {
            Ok(came) => Ok(came),
            Err(errors) => {
                let form = typed.again(HERE, &app.fresh_id(now)?);
                Ok(Came::Mend(Box::new(page(app, &officer, &typed, form, errors, calendar::day_of(now))?)))
            }
        })
        .await?;
    match came {
        Came::Receipt(page) => trouble::page(page.as_ref()),
        Came::Look(page) => trouble::page(page.as_ref()),
        Came::Back(address) => Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()),
        Came::Mend(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, trouble::page(page.as_ref())?).into_response()),
    }
}

/// Registers what was typed, or says what is wrong with it, field by field.
fn registered(
    app: &App,
    site: &Site,
    officer: &SignedIn,
    typed: &Typed,
    now: Timestamp,
) -> Result<Result<Came, Errors>, AppError> {
    let repeat = is_repeat(typed);
    let errors = missing(typed, repeat);
    if !errors.0.is_empty() {
        return Ok(Err(errors));
    }
    if !repeat && typed.get("looked").is_empty() {
        let alike = alike(app, officer, typed, now)?;
        if !alike.is_empty() {
            let form = typed.again(HERE, &app.fresh_id(now)?).with("looked", "yes");
            let page = page(app, officer, typed, form, Errors::none(), calendar::day_of(now))?;
            return Ok(Ok(Came::Look(Box::new(Page { alike, ..page }))));
        }
    }
    let doing = typed.doing(&officer.actor(), now, "register", &app.fresh_id(now)?);
    let done = if repeat { further(app, &doing, typed) } else { fresh(app, &doing, typed, now) };
    match done {
        Ok(entered) => {
            let channel = channel(typed).unwrap_or(Channel::Visit);
            came(app, site, officer, (&entered, channel), now).map(Ok)
        }
        Err(AppError::Refused(refusal @ Refusal::NotYourRole { .. })) => Err(refusal.into()),
        Err(AppError::Refused(refusal)) => Ok(Err(refused(&refusal, repeat))),
        Err(other) => Err(other),
    }
}

/// What was registered: the reference, and the codes to hand over; none for a further letter.
struct Entered {
    reference: String,
    code: String,
    /// The codes of the representatives.
    codes: Vec<String>,
}

fn fresh(app: &App, doing: &app::Doing, typed: &Typed, now: Timestamp) -> Result<Entered, AppError> {
    let directory = app.directory()?;
    let mut register = filing(typed, &directory, calendar::day_of(now));
    // An office that answers itself is named only by its own officers.
    if let (Actor::Officer { office, .. }, false) = (&doing.actor, typed.get("answers_here").is_empty()) {
        register.competent = Some(office.clone());
    }
    let filing = Filing { register, procedure: Some(kind::family(typed.get("family")).to_owned()) };
    let receipt = app.register(doing, filing)?;
    Ok(Entered { reference: receipt.reference, code: receipt.code, codes: receipt.representatives })
}

fn further(app: &App, doing: &app::Doing, typed: &Typed) -> Result<Entered, AppError> {
    let of = [typed.get("same"), typed.get("of")].into_iter().find(|of| !of.is_empty()).unwrap_or_default();
    let reference = app::normalise_reference(of).ok_or(Refusal::NoSuchMatter)?;
    let command = MatterCommand::Repeat {
        origin: None,
        channel: channel(typed).unwrap_or(Channel::Visit),
        people: typed.number("people"),
        text: typed.get("text").to_owned(),
    };
    app.act(doing, &Target::Reference(reference.clone()), &command)?;
    Ok(Entered { reference, code: String::new(), codes: Vec::new() })
}

/// A further letter or visit: said at once, or of one that was proposed.
fn is_repeat(typed: &Typed) -> bool {
    typed.get("kind") == "repeat" || !typed.get("same").is_empty()
}

/// What the office holds that may be the same. Nothing is proposed where somebody is complained of.
fn alike(app: &App, officer: &SignedIn, typed: &Typed, now: Timestamp) -> Result<Vec<AlikeLine>, AppError> {
    let names_somebody = typed.all("accused").next().is_some() || !typed.get("accused_people").is_empty();
    if names_somebody || kind::family(typed.get("family")) != kind::family("") {
        return Ok(Vec::new());
    }
    let phone = if typed.get("who") == "anonymous" { "" } else { typed.get("phone") };
    let account = Account {
        place: &OfficeCode(typed.get("place").to_owned()),
        category: typed.get("category"),
        summary: typed.get("summary"),
        text: typed.get("text"),
        phone,
    };
    let found = app.alike(&officer.actor(), account, now)?;
    let line = |one: app::show::Alike| AlikeLine {
        matter: Link::new(&one.listed.row.reference, choices::matter_address(&one.listed.row.reference)),
        summary: one.listed.summary,
        registered: show::full_day(one.listed.row.registered),
        step: one.listed.step_name,
        same_telephone: one.same_telephone,
    };
    Ok(found.into_iter().map(line).collect())
}

fn filing(typed: &Typed, directory: &Directory, today: Date) -> Register {
    let person = |name: &str, phone: &str| Person { name: name.to_owned(), phone: phone.to_owned() };
    let named = typed.get("who") != "anonymous";
    let representatives = (1..=Limits::NOW.representatives)
        .map(|n| {
            let field = |what| format!("representative_{n}_{what}");
            person(typed.get(&field("name")), typed.get(&field("phone")))
        })
        .filter(|person| !person.name.is_empty() || !person.phone.is_empty());
    let place = OfficeCode(typed.get("place").to_owned());
    Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: None,
        channel: channel(typed).unwrap_or(Channel::Visit),
        people: typed.number("people"),
        accused: kind::accused(typed.get("family"), typed.all("accused"), &place, directory),
        accused_officers: Vec::new(),
        accused_people: typed.get("accused_people").to_owned(),
        respondents: typed.all("respondents").filter(|code| !code.is_empty()).map(OfficeCode::from).collect(),
        place,
        category: typed.get("category").to_owned(),
        summary: typed.get("summary").to_owned(),
        text: typed.get("text").to_owned(),
        received: typed.get("received").parse().ok().filter(|received| *received != today),
        contact: typed.get("contact").to_owned(),
        petitioner: named.then(|| person(typed.get("name"), typed.get("phone"))),
        representatives: representatives.collect(),
        competent: None,
    }
}

fn channel(typed: &Typed) -> Option<Channel> {
    let offered = channels();
    Channel::from_word(typed.get("channel"))
        .filter(|channel| offered.iter().any(|choice| choice.value == channel.word()))
}

/// Fields that must be filled, each with what to do; all at once, so that nobody is sent back twice.
fn missing(typed: &Typed, repeat: bool) -> Errors {
    let mut errors = Errors::none();
    let mut wants = |wrong: bool, field: &str, message: &str| {
        if wrong {
            errors.0.push((field.to_owned(), message.to_owned()));
        }
    };
    let empty = |field| typed.get(field).is_empty();
    wants(channel(typed).is_none(), "channel", "请选渠道");
    wants(typed.number("people") == 0, "people", "请填人数，至少 1 人");
    wants(empty("text"), "text", "请填写内容：来的人说了什么、要求什么");
    if repeat {
        wants(empty("of") && empty("same"), "of", "请填原来的编号");
        return errors;
    }
    let day: Result<Date, _> = typed.get("received").parse();
    wants(!empty("received") && day.is_err(), "received", "没有这一天；请写成 2026-01-31 的样子");
    wants(empty("place"), "place", "请选地点；说不清村就选乡镇");
    wants(empty("category"), "category", "请选类别");
    wants(empty("summary"), "summary", "请填写概述：一句话说清什么事");
    wants(typed.get("who") != "anonymous" && empty("name"), "name", "请填写姓名；不愿意留姓名的选“匿名”");
    errors
}

/// A refusal beside the field it is about.
fn refused(refusal: &Refusal, repeat: bool) -> Errors {
    let field = match refusal {
        Refusal::NoSuchMatter => {
            let message = "没有找到这个编号，请对照回执或文书上的编号，最后一位是校验码";
            return Errors::none().with("of", message);
        }
        Refusal::OfficeUnknown { .. } | Refusal::NobodyRegisters { .. } => "place",
        other => match other.field() {
            Some("概述") => "summary",
            Some("类别") => "category",
            Some("联系方式") => "contact",
            Some("姓名") => "name",
            Some("电话") => "phone",
            Some("代表") => "representatives",
            Some("人数") => "people",
            Some("收到日期") => "received",
            Some(_) => "text",
            None if repeat => "of",
            None => "text",
        },
    };
    Errors::none().with(field, &refusal.to_string())
}

/// The form with what was typed.
fn page(
    app: &App,
    officer: &SignedIn,
    typed: &Typed,
    form: Form,
    errors: Errors,
    today: Date,
) -> Result<Page, AppError> {
    let directory = app.directory()?;
    let or = |field: &str, otherwise: &str| {
        if typed.has(field) { typed.get(field).to_owned() } else { otherwise.to_owned() }
    };
    let accused: Vec<&str> = typed.all("accused").collect();
    let appealed: Vec<&str> = typed.all("respondents").collect();
    let field = |n, what| format!("representative_{n}_{what}");
    let rows: Vec<Representative> = (1..=Limits::NOW.representatives)
        .map(|n| Representative {
            name: typed.get(&field(n, "name")).to_owned(),
            phone: typed.get(&field(n, "phone")).to_owned(),
        })
        .collect();
    let some = rows.iter().any(|row| !row.name.is_empty() || !row.phone.is_empty());
    Ok(Page {
        frame: officer.frame(HERE),
        form,
        alike: Vec::new(),
        repeat: is_repeat(typed),
        of: [typed.get("same"), typed.get("of")]
            .into_iter()
            .find(|of| !of.is_empty())
            .unwrap_or_default()
            .to_owned(),
        families: kind::choices(typed.get("family")),
        own: own_name(&directory, officer),
        answers_here: !typed.get("answers_here").is_empty(),
        channels: Choice::pick(channels(), &or("channel", "visit")),
        people: or("people", "1"),
        received: or("received", &today.to_string()),
        places: choices::places(&directory, typed.get("place")),
        categories: choices::categories(&directory, typed.get("category")),
        summary: typed.get("summary").to_owned(),
        text: typed.get("text").to_owned(),
        text_max: u32::try_from(Limits::NOW.text).unwrap_or(u32::MAX),
        anonymous: typed.get("who") == "anonymous",
        name: typed.get("name").to_owned(),
        phone: typed.get("phone").to_owned(),
        contacts: Group::pick(contacts(), &or("contact", CONTACTS[0])),
        representatives_open: some || errors.of("representatives").is_some(),
        representatives: rows,
        offices: choices::offices(&directory, &accused),
        accused_people: typed.get("accused_people").to_owned(),
        deciders: choices::offices(&directory, &appealed),
        deciders_open: !appealed.is_empty(),
        offices_open: !accused.is_empty() || !typed.get("accused_people").is_empty(),
        errors,
    })
}

/// The officer's office, where it may be the one that must answer; empty for those that only register.
fn own_name(directory: &Directory, officer: &SignedIn) -> String {
    let own = directory.office(&officer.officer.office);
    let answers = |office: &&Office| !matches!(office.kind, OfficeKind::PetitionOffice | OfficeKind::JointMeeting);
    own.filter(answers).map_or_else(String::new, |office| office.name.clone())
}

/// How a person at the window may say they are to be reached.
const CONTACTS: [&str; 4] = ["可以打电话", "只寄信，不打电话", "请不要上门", "不联系，自己凭查询码查看"];

fn contacts() -> Vec<Group> {
    vec![Group::new("", &CONTACTS.map(|words| (words, words)))]
}

/// That it is registered, and what becomes of the receipt: who came takes it, who wrote or called does not stand there.
fn handed(channel: Channel, further: bool) -> &'static str {
    match (channel, further) {
        (Channel::Letter, _) => "已登记，请把回执寄给来信人",
        (Channel::Phone, false) => "已登记，请把编号和查询码念给来电人",
        (Channel::Phone, true) => "已登记，请告诉来电人已经登记",
        _ => "已登记，请把回执交给来访人",
    }
}

fn came(
    app: &App,
    site: &Site,
    officer: &SignedIn,
    (entered, channel): (&Entered, Channel),
    now: Timestamp,
) -> Result<Came, AppError> {
    let (reference, code) = (entered.reference.as_str(), entered.code.as_str());
    let directory = app.directory()?;
    let matter = app.matter(&Reader::Officer(officer.actor()), reference, now)?;
    let address = choices::matter_address(reference);
    let Some(clock) = show::governing(&matter) else {
        return Ok(Came::Back(format!("{address}?told=repeat")));
    };
    let bare = site.address().split_once("://").map_or(site.address(), |(_, rest)| rest);
    let further = code.is_empty();
    let registered = if further { now } else { matter.registered };
    let receipt = Receipt {
        reference: matter.reference.clone(),
        code: show::code_groups(code),
        qr: Qr::of(&format!("{}/track?r={reference}", site.address())),
        registered: show::moment(registered),
        office: if matter.owner.is_empty() { matter.home.clone() } else { matter.owner.clone() },
        phone: public_frame_of(&directory).phone,
        track_address: format!("{bare}/track"),
        next: matter.next.clone(),
        due: show::due(clock, calendar::day_of(now)),
        sum: show::sum(clock),
        title: if further { format!("再次{} 登记回执", channel.name()) } else { "登记回执".to_owned() },
        slips: show::slips(site.address(), reference, &entered.codes),
        further,
    };
    Ok(Came::Receipt(Box::new(Registered {
        frame: officer.frame(HERE),
        title: handed(channel, further).to_owned(),
        receipt,
        matter: Link::new("看这件事", address),
        another: Link::new("登记下一件", HERE),
    })))
}
