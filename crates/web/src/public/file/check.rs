//! What is wrong with the answers of a step, said beside the field; what was typed stays.

use casework::act::Limits;
use casework::conflict;
use casework::office::{Directory, OfficeCode};

use super::answers::{Answers, Step, half_width};
use super::places;
use crate::view::form::{Choice, Errors};
use crate::view::public::file_contact;
use crate::{category, kind};

/// Head count from which representatives speak.
const MANY: u32 = 5;

/// What is wrong in one step.
pub(super) fn errors(step: Step, answers: &Answers, directory: &Directory) -> Errors {
    match step {
        Step::About => {
            let mut choices = category::groups(directory).into_iter().flat_map(|group| group.choices);
            let known = choices.any(|choice| choice.value == answers.get("category"));
            unless(known, "category", "请选一类；不确定就选“都不是，或者说不清”")
        }
        Step::Township => {
            let known = offered(&places::townships(directory), answers.get("township"));
            unless(known, "township", "请选一个地方；不确定就选最后一项")
        }
        Step::Place => {
            let villages = places::villages(directory, answers.get("township"));
            let known = villages.is_empty() || offered(&villages, answers.get("place"));
            unless(known, "place", "请选一个地方；不确定就选最后一项")
        }
        Step::Text => text(answers, directory),
        Step::Who => who(answers),
        Step::Contact => contact(answers),
        Step::Check => Errors::none(),
    }
}

/// The place the matter is of: the village, or the township where there is none to choose.
pub(super) fn place(answers: &Answers, directory: &Directory) -> OfficeCode {
    let township = answers.get("township");
    let villages = places::villages(directory, township);
    let code = if offered(&villages, answers.get("place")) { answers.get("place") } else { township };
    OfficeCode(code.to_owned())
}

fn text(answers: &Answers, directory: &Directory) -> Errors {
    let mut errors = Errors::none();
    let limits = Limits::NOW;
    if answers.get("summary").is_empty() {
        errors = errors.with("summary", "请用一句话写明什么事");
    } else if answers.get("summary").contains('\n') {
        errors = errors.with("summary", "这里只写一行；详细经过写在下面");
    }
    errors = short(errors, answers, "summary", limits.summary, "详细经过写在下面");
    if answers.get("text").is_empty() {
        errors = errors.with("text", "请写明经过：什么时候、在哪里、发生了什么、您希望怎么解决");
    }
    errors = short(errors, answers, "text", limits.text, "请先写最要紧的，登记后可以随时补充");
    for field in ["accused", "respondents"] {
        let gone = |code: &str| directory.office(&OfficeCode(code.to_owned())).is_none();
        if answers.all(field).any(gone) {
            return errors.with(field, "有一个单位已不在名单里，请重新选");
        }
    }
    let nobody = answers.all("accused").all(str::is_empty)
        && conflict::named_in(directory, answers.get("accused_people")).next().is_none();
    if nobody && kind::names_somebody(answers.get("kind")) {
        return errors
            .with("accused", "请选是哪个单位（或者它的工作人员）打击报复：选上的单位接触不到，由它的上一级来查");
    }
    errors
}

fn who(answers: &Answers) -> Errors {
    let mut errors = Errors::none();
    let limits = Limits::NOW;
    if !matches!(answers.get("who"), "named" | "anonymous") {
        errors = errors.with("who", "请选是否留姓名");
    }
    if !answers.anonymous() {
        if answers.get("name").is_empty() {
            errors = errors.with("name", "请写姓名；不想留，请选上面的“不留姓名”");
        }
        errors = short(errors, answers, "name", limits.name, "");
        let phone = answers.get("phone");
        if !phone.is_empty() && !is_phone(phone) {
            errors = errors.with("phone", &phone_wrong(phone));
        }
    }
    let Some(people) = answers.people().filter(|people| *people > 0) else {
        return errors.with("people", "请写数字，例如 1");
    };
    if answers.anonymous() {
        return errors;
    }
    let rows = answers.representatives();
    let named = rows.iter().filter(|row| !row.name.is_empty()).count();
    if people > MANY && named == 0 {
        let message = format!("一起反映的有 {people} 人，请写明 1 至 5 名代表的姓名和电话");
        return errors.with("representatives", &message);
    }
    for (row, number) in rows.iter().zip(1..) {
        if row.name.is_empty() && !row.phone.is_empty() {
            return errors.with("representatives", &format!("第 {number} 位代表只有电话，请写姓名"));
        }
        if row.name.chars().count() > limits.name || (!row.phone.is_empty() && !is_phone(&row.phone)) {
            return errors.with("representatives", &format!("第 {number} 位代表的姓名或电话不对，请看一下"));
        }
    }
    errors
}

fn contact(answers: &Answers) -> Errors {
    let limits = Limits::NOW;
    let mut errors = unless(offered(&file_contact::ways(true), answers.get("contact")), "contact", "请选一种方式");
    let number = answers.get("contact_number");
    match answers.get("contact") {
        "phone" if answers.anonymous() || answers.get("phone").is_empty() => {
            errors = errors.with("contact", "您没有留电话；请选别的方式，或者返回上一步写上电话");
        }
        "only_number" if !is_phone(number) => {
            errors = errors.with("contact_number", &phone_wrong(number));
        }
        "post" if answers.get("contact_address").is_empty() => {
            errors = errors.with("contact_address", "请写寄到哪里、谁收");
        }
        _ => {}
    }
    let length = said_contact(answers).chars().count();
    if length > limits.contact {
        let message = format!("这一页一共写了 {length} 个字，最多 {} 个字，请短一些", limits.contact);
        errors = errors.with("contact_note", &message);
    }
    errors
}

/// How the person may be reached, in one line for whoever handles it.
pub(super) fn said_contact(answers: &Answers) -> String {
    let mut said = vec![match answers.get("contact") {
        "phone" => "可以打留下的电话".to_owned(),
        "only_number" => format!("只打这个号码：{}", answers.get("contact_number")),
        "post" => format!("寄信到：{}", answers.get("contact_address")),
        _ => "不要联系，本人凭编号和查询码自己查看".to_owned(),
    }];
    if !answers.get("no_visit").is_empty() {
        said.push("请不要上门".to_owned());
    }
    said.extend(Some(answers.get("contact_note")).filter(|note| !note.is_empty()).map(str::to_owned));
    said.join("；")
}

fn unless(right: bool, field: &str, message: &str) -> Errors {
    if right { Errors::none() } else { Errors::none().with(field, message) }
}

fn offered(choices: &[Choice], value: &str) -> bool {
    choices.iter().any(|choice| choice.value == value)
}

fn short(errors: Errors, answers: &Answers, field: &str, most: usize, advice: &str) -> Errors {
    let count = answers.get(field).chars().count();
    if count <= most {
        return errors;
    }
    let advice = if advice.is_empty() { String::new() } else { format!("；{advice}") };
    errors.with(field, &format!("最多 {most} 个字，现在有 {count} 个字{advice}"))
}

/// Seven to twenty digits, with what people write between them.
fn is_phone(typed: &str) -> bool {
    let plain: String = typed.chars().map(half_width).collect();
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    (7..=20).contains(&digits)
        && plain.len() <= Limits::NOW.phone
        && plain.chars().all(|c| c.is_ascii_digit() || " -+()".contains(c))
}

fn phone_wrong(typed: &str) -> String {
    let wanted = "请写 11 位手机号，或带区号的固定电话";
    if typed.is_empty() { wanted.to_owned() } else { format!("{wanted}；现在写的不像电话号码") }
}
