//! Draws a step with its answers.

use axum::response::Response;
use casework::act::Limits;
use casework::conflict;
use casework::office::{Directory, Office, OfficeCode};

use super::answers::{Answers, Step};
use super::{check, places};
use crate::trouble::{Failure, page};
use crate::view::form::{Choice, Errors, Group};
use crate::view::frame::PublicFrame;
use crate::view::public::file_about::FileAbout;
use crate::view::public::file_check::{Answer, FileCheck};
use crate::view::public::file_contact::{self, FileContact};
use crate::view::public::file_place::FilePlace;
use crate::view::public::file_text::FileText;
use crate::view::public::file_who::FileWho;
use crate::{category, kind};

/// A step as a page.
pub(super) fn show(
    frame: PublicFrame,
    step: Step,
    answers: &Answers,
    errors: Errors,
    directory: &Directory,
) -> Result<Response, Failure> {
    let form = answers.form(step);
    match step {
        Step::About => {
            let categories = Group::pick(category::groups(directory), answers.get("category"));
            let kinds = kind::choices(answers.get("kind"));
            let kinds_open = kind::family(answers.get("kind")) != kind::family("");
            page(&FileAbout { frame, form, errors, categories, kinds, kinds_open })
        }
        Step::Township | Step::Place => page(&place(frame, step, answers, errors, directory)),
        Step::Text => page(&text(frame, answers, errors, directory)),
        Step::Who => page(&who(frame, answers, errors)),
        Step::Contact => page(&contact(frame, answers, errors)),
        Step::Check => page(&last(frame, answers, errors, directory)),
    }
}

fn place(frame: PublicFrame, step: Step, answers: &Answers, errors: Errors, directory: &Directory) -> FilePlace {
    let township = answers.get("township");
    let (places, shown) = match step {
        Step::Place => {
            (places::villages(directory, township), Some(directory.name_of(&OfficeCode(township.to_owned()))))
        }
        _ => (places::townships(directory), None),
    };
    let field = step.word();
    FilePlace {
        frame,
        form: answers.form(step),
        errors,
        field: field.to_owned(),
        township: shown,
        places: Choice::pick(places, answers.get(field)),
    }
}

fn text(frame: PublicFrame, answers: &Answers, errors: Errors, directory: &Directory) -> FileText {
    let picked: Vec<&str> = answers.all("accused").collect();
    let appealed: Vec<&str> = answers.all("respondents").collect();
    let kind::Asking { title, example, guide } = kind::asking(answers.get("kind"));
    FileText {
        frame,
        form: answers.form(Step::Text),
        errors,
        title: title.to_owned(),
        example: example.to_owned(),
        guide: guide.map(str::to_owned).to_vec(),
        summary: answers.get("summary").to_owned(),
        summary_max: count(Limits::NOW.summary),
        text: answers.get("text").to_owned(),
        text_max: count(Limits::NOW.text),
        offices: places::accusable(directory, answers.get("township"), &picked),
        people: answers.get("accused_people").to_owned(),
        deciders: places::deciders(directory, answers.get("township"), &appealed),
    }
}

fn who(frame: PublicFrame, answers: &Answers, errors: Errors) -> FileWho {
    let representatives = answers.representatives();
    let named = representatives.iter().any(|row| !row.name.is_empty() || !row.phone.is_empty());
    let open =
        named || answers.people().is_some_and(|people| people > 5) || errors.of("representatives").is_some();
    FileWho {
        frame,
        form: answers.form(Step::Who),
        errors,
        anonymous: answers.anonymous(),
        name: answers.get("name").to_owned(),
        phone: answers.get("phone").to_owned(),
        people: answers.get("people").to_owned(),
        representatives,
        representatives_open: open,
    }
}

fn contact(frame: PublicFrame, answers: &Answers, errors: Errors) -> FileContact {
    let reachable = !answers.anonymous() && !answers.get("phone").is_empty();
    let said = match answers.get("contact") {
        "" if reachable => "phone",
        "" => "by_code",
        said => said,
    };
    FileContact {
        frame,
        form: answers.form(Step::Contact),
        errors,
        ways: Choice::pick(file_contact::ways(reachable), said),
        number: answers.get("contact_number").to_owned(),
        address: answers.get("contact_address").to_owned(),
        no_visit: !answers.get("no_visit").is_empty(),
        note: answers.get("contact_note").to_owned(),
    }
}

fn last(frame: PublicFrame, answers: &Answers, errors: Errors, directory: &Directory) -> FileCheck {
    let place = check::place(answers, directory);
    let mut codes = kind::accused(answers.get("kind"), answers.all("accused"), &place, directory);
    let people = answers.get("accused_people");
    codes.extend(conflict::named_in(directory, people).map(|officer| officer.office.clone()));
    codes.sort();
    codes.dedup();
    let accused: Vec<String> = codes.iter().map(|code| directory.name_of(code)).collect();
    let village = directory.above(&place).filter(|_| place.0 != answers.get("township"));
    let where_ = match village {
        Some(township) => format!("{} {}", township.name, directory.name_of(&place)),
        None => directory.name_of(&place),
    };
    let rows = [
        ("要做什么", kind::name(answers.get("kind")).to_owned(), Step::About),
        ("什么事", category::name(answers.get("category")), Step::About),
        ("在哪里", where_, Step::Township),
        ("一句话", answers.get("summary").to_owned(), Step::Text),
        ("经过和要求", answers.get("text").to_owned(), Step::Text),
        ("反映的单位和人", complained_of(people, &accused), Step::Text),
        ("不服哪个单位的决定或者答复", appealed(answers, directory), Step::Text),
        ("谁在反映", speakers(answers), Step::Who),
        ("怎么联系", check::said_contact(answers), Step::Contact),
    ];
    let office = directory.petition_office_for(&place);
    // Nobody registers what is said of themselves or of those above them.
    let accused = |office: &Office| codes.iter().any(|code| directory.is_within(&office.code, code));
    let office = match office {
        Some(office) if accused(office) => "再上一级的信访部门".to_owned(),
        Some(office) => office.name.clone(),
        None => frame.office.clone(),
    };
    FileCheck {
        frame,
        form: answers.form(Step::Check),
        errors,
        answers: rows
            .into_iter()
            .map(|(question, answer, step)| Answer {
                question: question.to_owned(),
                answer,
                step: step.word().to_owned(),
            })
            .collect(),
        office,
    }
}

/// Who is complained of, and that they never see it.
fn complained_of(people: &str, offices: &[String]) -> String {
    match (people.is_empty(), offices.is_empty()) {
        (true, true) => "没有".to_owned(),
        (false, true) => format!("{people}\n工作人员名单里没有这个名字；选上单位，才能让那个单位看不到"),
        (true, false) => never_see(offices),
        (false, false) => format!("{people}\n{}", never_see(offices)),
    }
}

/// Whose own decision is complained of, and who looks into that.
fn appealed(answers: &Answers, directory: &Directory) -> String {
    let offices = answers.all("respondents").filter(|code| !code.is_empty());
    let names: Vec<String> = offices.map(|code| directory.name_of(&OfficeCode::from(code))).collect();
    match &names[..] {
        [] => "没有".to_owned(),
        names => format!("{}：可能先由它答复，不服的由它的上一级复查，它不参与", names.join("、")),
    }
}

fn never_see(offices: &[String]) -> String {
    format!("{}：它和它的下属单位不接办，也看不到", offices.join("、"))
}

fn speakers(answers: &Answers) -> String {
    let people = format!("一共 {} 人", answers.people().unwrap_or(1));
    if answers.anonymous() {
        return format!("不留姓名，{people}");
    }
    let with = |name: &str, phone: &str| match phone {
        "" => name.to_owned(),
        phone => format!("{name}，电话 {phone}"),
    };
    let mut lines = vec![format!("{}，{people}", with(answers.get("name"), answers.get("phone")))];
    let named = answers.representatives().into_iter().filter(|row| !row.name.is_empty());
    lines.extend(named.map(|row| format!("代表：{}", with(&row.name, &row.phone))));
    lines.join("\n")
}

fn count(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}
