//! GET and POST /track/data: what is kept about the person; GET /track/copy: all of it as a file, at once. Theirs alone: who
//! helps them is sent back to the matter.

use app::show::{MatterShown, PartyShown};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use casework::command::Actor;
use casework::office::Directory;
use casework::retention;
use casework::verb::Verb;
use casework::words::{RATED_OBJECTS, RATINGS, name_in};
use jiff::Timestamp;

use super::enter::{self, Visit};
use super::{act, status};
use crate::limit::Caller;
use crate::show;
use crate::site::{Here, Site};
use crate::trouble::{Failure, page};
use crate::view::form::Target;
use crate::view::public::own_data::{Kept, OwnData};

/// The page.
pub(super) async fn data(State(site): Here, caller: Caller) -> Result<Response, Failure> {
    let visit = match own(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let directory = site.run(|app, _| app.directory()).await?;
    let matter = &visit.matter;
    let open = |verb: Verb| {
        let choice = matter.choices.iter().find(|choice| choice.verb == verb && act::is_theirs(choice));
        choice.map(|_| Target::to(&act::address(verb)))
    };
    let shown = page(&OwnData {
        frame: site.public_frame().await,
        reference: visit.reference.clone(),
        gone: matter.gone.map_or_else(String::new, |(said, at)| format!("{}：{said}", show::full_day(at))),
        kept: kept(matter),
        how_long: how_long(matter),
        erasure: match &matter.erasable {
            Some(must) => format!("{must}时才能删除"),
            None => "现在可以请求删除".to_owned(),
        },
        holders: matter.holders.iter().map(|office| directory.name_of(office)).collect(),
        openings: openings(matter),
        ask: open(Verb::AskData),
        contest: open(Verb::ContestData),
        back: Target::to("/track/matter"),
    })?;
    Ok(visit.keep(&site, shown))
}

/// The file, as plain text.
pub(super) async fn copy(State(site): Here, caller: Caller) -> Result<Response, Failure> {
    let visit = match own(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let directory = site.run(|app, _| app.directory()).await?;
    let file = format!("attachment; filename=\"{}-copy.txt\"", visit.matter.reference);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, file),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok(visit.keep(&site, (headers, written(&visit.matter, &directory, site.now())).into_response()))
}

/// The visit of the person themselves.
async fn own(site: &Site, caller: &Caller) -> Result<Visit, Response> {
    let visit = enter::visit(site, caller).await?;
    if visit.matter.actor == Actor::Petitioner {
        return Ok(visit);
    }
    Err(visit.keep(site, Redirect::to("/track/matter").into_response()))
}

/// One thing a person said of themselves.
type Field = fn(&PartyShown) -> &String;

/// What the person said of themselves: never of others who came along.
fn mine(matter: &MatterShown) -> Vec<Kept> {
    let party = matter.parties.iter().find(|party| party.number == 0);
    let fields: [(&str, Field); 3] =
        [("姓名", |party| &party.name), ("电话", |party| &party.phone), ("怎么联系", |party| &party.contact)];
    let known = fields.into_iter().filter_map(|(name, pick)| {
        let is = party.map(pick).filter(|is| !is.is_empty())?.clone();
        Some(Kept { name: name.to_owned(), is })
    });
    known.collect()
}

fn kept(matter: &MatterShown) -> Vec<Kept> {
    let letters = matter.documents.iter().filter(|made| show::delivered(matter, made)).count();
    let counted = [
        ("您写的", format!("{}份", matter.intakes.len())),
        ("材料和照片", format!("{}份", matter.attachments.len())),
        ("给您的文书", format!("{letters}件")),
    ];
    let counted = counted.into_iter().map(|(name, is)| Kept { name: name.to_owned(), is });
    mine(matter).into_iter().chain(counted).collect()
}

fn how_long(matter: &MatterShown) -> String {
    match retention::rules().get(&matter.procedure.family) {
        Some(keep) => format!("办结后{}年（{}）", keep.years, keep.basis()),
        None => "这一类事项还没有规定保存期限，只有您请求时才删除".to_owned(),
    }
}

fn openings(matter: &MatterShown) -> Vec<String> {
    let about = [Verb::AskIdentity, Verb::DecideIdentity];
    let told = matter.story.iter().filter(|told| told.verb.is_some_and(|verb| about.contains(&verb)));
    told.map(|told| format!("{} {}：{}", show::moment(told.at), told.who, told.what)).collect()
}

/// Everything the person gave and every answer that reached them, oldest first.
fn written(matter: &MatterShown, directory: &Directory, now: Timestamp) -> String {
    let mut text = format!("个人信息副本\n编号：{}\n下载：{}\n", matter.reference, show::moment(now));
    let mut line = |said: &str| {
        text.push_str(said);
        text.push('\n');
    };
    line("\n一、您写的身份和联系方式");
    mine(matter).iter().for_each(|kept| line(&format!("{}：{}", kept.name, kept.is)));
    line("\n二、您写的内容、办理经过和答复");
    for entry in status::story(matter).iter().rev() {
        line(&format!("\n{}　{}　{}", entry.when, entry.who, entry.what));
        entry.text.lines().for_each(&mut line);
    }
    line("\n三、材料（在“材料和照片”里一份一份下载）");
    for file in &matter.attachments {
        line(&format!("{}. {}（{}），{}", file.number, file.name, file.about(), show::moment(file.at)));
    }
    line("\n四、您的评价");
    for (about, rating) in &matter.ratings {
        line(&format!("{}：{}", name_in(RATED_OBJECTS, about), name_in(RATINGS, rating)));
    }
    line("\n五、办理过这件事、看得到上面内容的机关");
    matter.holders.iter().for_each(|office| line(&directory.name_of(office)));
    text
}
