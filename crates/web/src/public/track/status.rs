//! GET and POST /track/matter: where the matter stands, for the person whose matter it is.

use app::show::{ChoiceShown, ClockShown, MandateShown, MatterShown, OpeningShown};
use axum::extract::State;
use axum::response::Response;
use casework::command::Actor;
use casework::day::day_of;
use casework::mandate;
use casework::office::{Directory, OfficeCode};
use casework::opening::Came;
use casework::procedure::ClockKind;
use casework::verb::Verb;
use jiff::Timestamp;
use jiff::civil::Date;

use super::act;
use super::enter;
use crate::limit::Caller;
use crate::show::{self, respondent};
use crate::site::Here;
use crate::trouble::{Failure, page};
use crate::view::day as words;
use crate::view::form::Target;
use crate::view::frame::{Link, PublicFrame};
use crate::view::public::status::{Asked, Duty, Helper, Status, Step};
use crate::view::story::Entry;

/// The page.
pub(super) async fn status(State(site): Here, caller: Caller) -> Result<Response, Failure> {
    let visit = match enter::visit(&site, &caller).await {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let directory = site.run(|app, _| app.directory()).await?;
    let shown = page(&view(site.public_frame().await, &visit.matter, &directory, site.now()))?;
    Ok(visit.keep(&site, shown))
}

/// The office that answers or answered, by name.
pub(super) fn answering(matter: &MatterShown, directory: &Directory) -> Option<String> {
    matter.competent.as_ref().map(|code| directory.name_of(&OfficeCode(code.clone())))
}

fn view(frame: PublicFrame, matter: &MatterShown, directory: &Directory, now: Timestamp) -> Status {
    let office = show::office(matter, answering(matter, directory));
    let phone = if office == frame.office { frame.phone.clone() } else { String::new() };
    Status {
        reference: matter.reference.clone(),
        yours: show::persons_turn(matter),
        beside: beside(matter, day_of(now)),
        step: matter.step_name.clone(),
        means: show::means(matter),
        office,
        phone,
        since: show::full_day(matter.since),
        next: show::next(matter),
        due: show::governing(matter).map(|clock| show::due(clock, day_of(now))),
        respondent: respondent::told(matter),
        ask_recusal: asks_recusal(matter),
        clocks: show::clocks(matter, now, true),
        story: story(matter),
        letters: letters(matter),
        steps: steps(matter),
        leave: Target::to("/track/leave"),
        flash: String::new(),
        helpers: matter.mandates.iter().map(helper).collect(),
        reads_as: reads_as(&matter.actor),
        knows: if matter.seals { matter.home.clone() } else { String::new() },
        asked: matter.openings.iter().map(asked).collect(),
        frame,
    }
}

/// As whom the matter is read, where not as the first person; empty for them.
fn reads_as(actor: &Actor) -> String {
    match actor {
        Actor::Helper { .. } => "您受信访人委托查看".to_owned(),
        Actor::Representative { number } => format!("您是第{number}位代表，看到的是您自己的文书和期限"),
        _ => String::new(),
    }
}

/// Where the person asks that somebody recuse, while it is open and an office answers for its own decision.
fn asks_recusal(matter: &MatterShown) -> Option<Target> {
    let open = |choice: &ChoiceShown| choice.verb == Verb::AskRecusal && act::is_theirs(choice);
    let offered = !matter.conflict.respondents.is_empty() && matter.choices.iter().any(open);
    offered.then(|| Target::to(&act::address(Verb::AskRecusal)))
}

fn helper(mandate: &MandateShown) -> Helper {
    Helper {
        number: mandate.number,
        name: mandate.name.clone(),
        may: format!("{}；至{}", mandate.scope, words::full_day(mandate.until)),
        code: mandate.code.clone(),
    }
}

/// Who asked to know who the person is, what came of it, and what they then saw.
fn asked(opening: &OpeningShown) -> Asked {
    let ended = opening.ended.as_ref();
    let came = match ended.map_or(Came::Asked, |ended| ended.came) {
        Came::Asked => "等待决定",
        Came::Opened => "已经开启",
        Came::Kept => "没有同意，没有开启",
        Came::Lapsed => "到期没有决定，没有开启",
    };
    let until = |at| format!("您的姓名和电话，到{}为止，以后重新密封", show::moment(at));
    let when = match (ended, opening.due) {
        (Some(ended), _) => format!("{}申请，{}了结", show::moment(opening.at), show::moment(ended.at)),
        (None, Some(due)) => format!("{}申请，最迟{}决定", show::moment(opening.at), words::full_day(due)),
        (None, None) => format!("{}申请", show::moment(opening.at)),
    };
    Asked {
        came: came.to_owned(),
        who: format!("{} {}", opening.office, opening.officer).trim_end().to_owned(),
        saw: ended.and_then(|ended| ended.sealed_again).map_or_else(String::new, until),
        when,
        why: format!("{}。{}", opening.ground, opening.reason),
        because: ended
            .filter(|ended| !ended.by.is_empty())
            .map_or_else(String::new, |ended| format!("{}：{}", ended.by, ended.reason)),
    }
}

/// What offices owe beside the main course; where a track has several clocks, the one that ends first.
fn beside(matter: &MatterShown, today: Date) -> Vec<Duty> {
    let owed = |clock: &&ClockShown| {
        let runs = clock.kind == ClockKind::Due && clock.stopped.is_none() && !clock.paused;
        runs && !clock.track.is_empty() && !clock.of_person
    };
    let mut clocks: Vec<&ClockShown> = matter.clocks.iter().filter(owed).collect();
    clocks.sort_by_key(|clock| clock.due);
    let mut duties: Vec<Duty> = Vec::new();
    for clock in clocks {
        if !duties.iter().any(|duty| duty.name == clock.track) {
            let (name, office) = (clock.track.clone(), clock.owner.clone());
            duties.push(Duty { name, office, due: show::due(clock, today) });
        }
    }
    duties
}

fn address(index: usize) -> String {
    format!("/track/letter/{index}")
}

fn letters(matter: &MatterShown) -> Vec<Link> {
    let delivered = matter.documents.iter().filter(|made| show::delivered(matter, made) && made.printed);
    let letters = delivered.map(|made| Link::new(format!("{}（PDF）", made.name), address(made.index)));
    letters.chain([Link::new("登记凭证（可以自己核验）", "/track/receipt")]).collect()
}

/// The story, with the person's own words where they began it. A decision is told once it is served, not before.
pub(super) fn story(matter: &MatterShown) -> Vec<Entry> {
    let waiting =
        |index: usize| matter.documents.iter().find(|made| made.index == index && !show::delivered(matter, made));
    let link = |index: usize| {
        let printed = matter.documents.iter().any(|made| made.index == index && made.printed);
        (printed && waiting(index).is_none()).then(|| address(index))
    };
    let mut story = Vec::new();
    for told in matter.story.iter().rev() {
        let mut entry = show::entry(matter, told, &link);
        if let Some(made) = told.document.and_then(waiting) {
            entry.what = format!("作出{}，还没有送达给您", made.name);
            entry.text.clear();
        }
        if told.verb == Some(Verb::Register) {
            let said = matter.intakes.first().map_or("", |intake| intake.text.as_str());
            entry.text = match matter.gone {
                Some((gone, _)) => gone.to_owned(),
                None => format!("{}\n{said}", matter.summary),
            };
        }
        story.push(entry);
    }
    story
}

/// What the person may do, and why not yet. What the procedure does not know is not offered.
fn steps(matter: &MatterShown) -> Vec<Step> {
    let own = [Verb::Repeat, Verb::Rate, Verb::RequestReview];
    let mut steps: Vec<Step> = own
        .into_iter()
        .filter_map(|verb| matter.choices.iter().find(|choice| choice.verb == verb))
        .map(|choice| step(matter, choice))
        .collect();
    let adds = mandate::allows(&matter.actor, Verb::Supplement);
    let more = Step {
        name: "材料和照片".to_owned(),
        hint: if adds {
            "补交欠条、合同、照片等；办结以后也收"
        } else {
            "看已经交的材料"
        }
        .to_owned(),
        target: Some(Target::to("/track/files")),
        why_not: String::new(),
        icon: "i-plus".to_owned(),
    };
    steps.insert(steps.len().min(1), more);
    // The rest is offered while it is open: a list of all that is not would hide what is.
    // Once answered there is nothing to withdraw: not asking for review says the same.
    let offered = |choice: &&ChoiceShown| {
        let nothing_left = match choice.verb {
            Verb::Withdraw => show::persons_turn(matter),
            Verb::EndMandate => matter.mandates.is_empty(),
            // On the page of what is kept.
            Verb::AskData | Verb::ContestData => true,
            _ => false,
        };
        act::is_theirs(choice) && !nothing_left
    };
    steps.extend(matter.choices.iter().filter(offered).map(|choice| Step {
        name: choice.verb.name().to_owned(),
        hint: hint(choice),
        target: Some(Target::to(&act::address(choice.verb))),
        why_not: String::new(),
        icon: "i-pen".to_owned(),
    }));
    if matter.actor == Actor::Petitioner {
        steps.push(own_data());
    }
    steps
}

fn own_data() -> Step {
    Step {
        name: "我的个人信息".to_owned(),
        hint: "看保存了什么、多久、谁看得到；下载副本；请求更正、解释、删除".to_owned(),
        target: Some(Target::to("/track/data")),
        why_not: String::new(),
        icon: "i-lock".to_owned(),
    }
}

fn hint(choice: &ChoiceShown) -> String {
    match choice.verb {
        Verb::GiveMandate => {
            "请子女、邻居、村干部帮您看，或者替您写；他用自己的查询码，撤回和评价只有您能做".to_owned()
        }
        _ if choice.cite.is_empty() => String::new(),
        _ => format!("依据：{}", choice.cite),
    }
}

fn step(matter: &MatterShown, choice: &ChoiceShown) -> Step {
    let window = window(matter).map(|clock| words::full_day(clock.due));
    let (name, action, icon, hint) = match choice.verb {
        Verb::Repeat => {
            ("补充说明", "/track/further", "i-letter", "再寄一份材料或意见；一定登记，不影响办理期限".to_owned())
        }
        Verb::Rate => {
            ("评价", "/track/rate", "i-star", "分别评价信访部门和办理单位，办理的人看不到单条评价".to_owned())
        }
        _ => {
            let last = window.map_or_else(String::new, |day| format!("。最后一天：{day}"));
            let hint = format!("不服处理意见，可以请上一级机关再查一次{last}");
            ("申请复查", "/track/review", "i-review", hint)
        }
    };
    Step {
        name: name.to_owned(),
        hint,
        target: choice.refusal.is_none().then(|| Target::to(action)),
        why_not: choice.refusal.as_ref().map_or_else(String::new, |_| why_not(matter, choice)),
        icon: icon.to_owned(),
    }
}

/// Why not, in the person's words; the law's own sentence where it says more.
fn why_not(matter: &MatterShown, choice: &ChoiceShown) -> String {
    let said = choice.refusal.as_ref().map_or_else(String::new, ToString::to_string);
    match choice.verb {
        Verb::Rate if !matter.answered => "收到答复后可以评价".to_owned(),
        Verb::Rate => "您已经评价过了".to_owned(),
        Verb::RequestReview if !matter.answered => {
            // The window in which the law lets them ask.
            let mut asking = matter.procedure.acts().filter(|(_, act)| act.verb == Verb::RequestReview);
            let window = asking.find_map(|(_, act)| matter.procedure.clocks.get(act.during.as_ref()?));
            window.map_or(said, |window| {
                format!("收到处理意见后{}内可以申请（{}）", window.limit, matter.procedure.cite(&window.basis))
            })
        }
        _ => said,
    }
}

/// The window in which the person may act now.
pub(super) fn window(matter: &MatterShown) -> Option<&app::show::ClockShown> {
    matter
        .clocks
        .iter()
        .rev()
        .find(|clock| clock.kind == ClockKind::Window && clock.of_person && clock.stopped.is_none() && !clock.late)
}
