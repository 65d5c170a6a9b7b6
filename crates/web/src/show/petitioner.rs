//! Where a matter stands, said to the person whose matter it is: what the office is doing and what they will get.

use app::show::{DocumentShown, MatterShown};
use casework::procedure::{Act, WhoIs};
use casework::verb::Verb;

/// What comes next, and by whom; empty where nothing must.
pub(crate) fn next(matter: &MatterShown) -> String {
    let Some(act) = coming(matter) else { return String::new() };
    let owner = &matter.owner;
    let letter = letter(matter, act);
    match act.verb {
        Verb::Transfer => format!("{owner}转送到有权处理的单位，并告诉您去向"),
        Verb::Accept => format!("{owner}书面告诉您受理不受理"),
        Verb::Decide => format!("{owner}作出{letter}，并送达给您"),
        Verb::Serve => format!("{owner}把{letter}送达给您"),
        Verb::AcceptReview | Verb::DecideReview => format!("{owner}作出复查意见，并送达给您"),
        Verb::RequestReview => "如果不服，您可以申请复查".to_owned(),
        Verb::RequestReReview => "如果不服，您可以申请复核".to_owned(),
        Verb::AskSupervision => "如果不服，您可以请求督查".to_owned(),
        Verb::AcceptReReview | Verb::DecideReReview => format!("{owner}作出复核意见，并送达给您"),
        Verb::Resume => "和办理单位取得联系后继续办理".to_owned(),
        Verb::Unmerge => "不同意并案的，您可以要求分开办理".to_owned(),
        _ => format!("{owner}{}", matter.next),
    }
}

/// One sentence on where it stands.
pub(crate) fn means(matter: &MatterShown) -> String {
    let Some(act) = coming(matter) else {
        return if matter.remains.is_empty() {
            "这件事已经办完。".to_owned()
        } else {
            format!("{}。", matter.remains)
        };
    };
    let owner = &matter.owner;
    match act.verb {
        Verb::Transfer => "已经登记，正在确定由哪个单位办理。".to_owned(),
        Verb::Accept => format!("已经交给{owner}，它要书面告诉您受理不受理。"),
        Verb::Decide => format!("{owner}正在调查核实，办完会给您书面答复。"),
        Verb::Serve => format!("{owner}已经作出{}，正在送达给您。", letter(matter, act)),
        Verb::AcceptReview => format!("您的复查申请已经登记，等{owner}受理。"),
        Verb::DecideReview => format!("{owner}正在复查。"),
        Verb::RequestReview | Verb::RequestReReview => "答复已经送达给您。".to_owned(),
        Verb::AskSupervision => "不予受理的理由已经送达给您。".to_owned(),
        Verb::AcceptReReview => format!("您的复核申请已经登记，等{owner}受理。"),
        Verb::DecideReReview => format!("{owner}正在复核。"),
        Verb::Resume => format!("{owner}联系不上您，办理期限先停下来；联系上以后接着算。"),
        Verb::Convert | Verb::Draft => format!("{owner}正在办理，办完会给您书面答复。"),
        _ => String::new(),
    }
}

/// The office that answers for it now. While the next move is the person's own, `answering` (the office that answered).
pub(crate) fn office(matter: &MatterShown, answering: Option<String>) -> String {
    if matter.owner.is_empty() || persons_turn(matter) {
        answering.unwrap_or_else(|| matter.home.clone())
    } else {
        matter.owner.clone()
    }
}

/// Whether a document has reached the person: served, or of a kind that needs no service.
pub(crate) fn delivered(matter: &MatterShown, document: &DocumentShown) -> bool {
    let mut acts = matter.procedure.acts().map(|(_, act)| act);
    let needs_service = acts.any(|act| act.verb == Verb::Serve && act.letter.as_deref() == Some(&document.id));
    !needs_service || document.served.is_some()
}

/// Whether the next move is the person's.
pub(crate) fn persons_turn(matter: &MatterShown) -> bool {
    let step = matter.procedure.steps.get(&matter.step);
    let owner = step.and_then(|step| step.owner.as_deref()).and_then(|owner| matter.procedure.who.get(owner));
    owner.is_some_and(|owner| owner.is == WhoIs::Petitioner)
}

/// The act that whoever holds the matter is to do.
fn coming(matter: &MatterShown) -> Option<&Act> {
    let step = matter.procedure.steps.get(&matter.step)?;
    let owner = step.owner.as_ref()?;
    let theirs = || step.acts.iter().filter(|act| act.by.contains(owner) && act.verb != Verb::Extend);
    // What leads on is what is waited for; a hearing or a draft on the way is not.
    theirs().find(|act| act.to.is_some()).or_else(|| theirs().next())
}

fn letter<'a>(matter: &'a MatterShown, act: &Act) -> &'a str {
    let letter = act.letter.as_ref().and_then(|letter| matter.procedure.letters.get(letter));
    letter.map_or("书面答复", |letter| letter.name.as_str())
}
