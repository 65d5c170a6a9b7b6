//! Any letter without a template of its own, told item by item: what was done, what was said, the last day, the remedy.

use casework::clock::SumLine;
use casework::day;
use casework::event::MatterFact;
use casework::procedure::{Basis, ClockKind};
use casework::verb::{FieldKind, Verb};
use letters::{Due, Item, Notice};

use super::compose::Case;
use crate::show::told;

/// Letters whose template carries its own title.
const TITLED: [&str; 8] = [
    "acceptance_notice",
    "refusal_notice",
    "diversion_notice",
    "extension_notice",
    "opinion",
    "review_receipt",
    "review_opinion",
    "whereabouts",
];

/// The title of a notice: the letter's own name.
pub(super) fn title(case: &Case<'_>) -> Option<String> {
    let id = &case.document.made.document;
    let letter = case.procedure.letters.get(id).filter(|_| !TITLED.contains(&id.as_str()))?;
    Some(letter.name.clone())
}

/// The notice of the document.
pub(super) fn of(case: &Case<'_>) -> Notice {
    let to_office = case.office_addressed().is_some();
    let to_accused = case.is_to_accused();
    let filing = case.filing();
    let letter = case.procedure.letters.get(&case.document.made.document);
    // A local rule's words are for whoever keeps the procedure: a letter leans on an article or on none.
    let law = letter.and_then(|letter| letter.basis.as_ref()).filter(|basis| matches!(basis, Basis::Law(_)));
    let by = law.map_or_else(String::new, |law| format!("根据{}，", case.procedure.cite(law)));
    let verb = match &case.known.made_by {
        MatterFact::Done { verb, .. } => Some(*verb),
        _ => None,
    };
    let done = verb.map_or("", Verb::name);
    let opening = if to_accused {
        // Nothing of who brought it, when, under which number or in which words.
        format!("有人反映涉及您（您单位）的情况，{by}经本机关查核，现告知如下")
    } else if to_office {
        format!("关于“{}”事项（{}），{by}现{done}，函告如下", filing.subject, case.known.matter.reference)
    } else {
        let received = day::in_words(filing.received);
        format!(
            "您于{received}通过{}提出的“{}”事项，{by}本机关已{done}，现告知如下",
            filing.manner, filing.subject
        )
    };
    let outcome = case.document.outcome.as_deref().and_then(|id| case.procedure.outcomes.get(id));
    let mut items: Vec<Item> = Vec::new();
    items.extend(outcome.map(|outcome| Item { label: "结果".to_owned(), text: outcome.name.clone() }));
    items.extend(said(case, verb));
    Notice {
        opening,
        items,
        due: if to_accused { None } else { due(case, to_office) },
        remedy: outcome.and_then(|outcome| case.remedy(outcome)),
        remains: outcome.and_then(|outcome| outcome.remains.clone()),
        closing: if to_office { "特此函告。" } else { "特此告知。" }.to_owned(),
    }
}

/// What the act was told, field by field, as a person reads it.
fn said(case: &Case<'_>, verb: Option<Verb>) -> Vec<Item> {
    let MatterFact::Done { said, .. } = &case.known.made_by else {
        let text = case.last_word("text");
        let label = "内容".to_owned();
        return if text.is_empty() { Vec::new() } else { vec![Item { label, text }] };
    };
    let fields = verb.into_iter().flat_map(Verb::fields);
    fields
        .filter(|field| field.kind != FieldKind::Outcome)
        .filter_map(|field| {
            let text = if field.is_sealed() {
                case.last_word(field.name)
            } else {
                let content = said.get(field.name)?;
                told::in_words(case.procedure, case.directory, field.kind, content)
            };
            let label = field.label.replace("（分）", "");
            (!text.is_empty()).then_some(Item { label, text })
        })
        .collect()
}

/// The last day that begins with the document: of the track it opened, else of the matter.
fn due(case: &Case<'_>, to_office: bool) -> Option<Due> {
    let began = |run: &&casework::clock::Run<'_>| {
        run.started == case.document.at && run.is_running() && run.clock.kind == ClockKind::Due
    };
    let own = case.runs.iter().find(|run| began(run) && run.track.is_some());
    // The person wants to know the day that binds the office; an office the day that binds it.
    let run = own.or_else(|| case.runs.iter().find(|run| began(run) && (!to_office || run.track.is_some())))?;
    Some(Due {
        last: run.due.day,
        limit: run.clock.name.clone(),
        sum: run.due.sum.iter().map(SumLine::in_words).collect(),
    })
}
