//! K1, K2: each verb is done by the right kind of actor and has what it needs.

use super::{Checker, Faults};
use crate::procedure::model::{Act, Step};
use crate::verb::{Doer, FieldKind, Need, Verb};

pub(super) fn check(checker: &Checker<'_>, faults: &mut Faults) {
    for (step, act) in checker.acts() {
        let rule = act.verb.row();
        actor(checker, act, rule.doer, faults);
        has(act, rule.to, act.to.is_some(), "to", faults);
        has(act, rule.outcome, !act.outcomes.is_empty(), "outcome", faults);
        has(act, rule.letter, act.letter.is_some(), "letter", faults);
        answer(checker, act, faults);
        extends(checker, act, faults);
        registration(checker, step, act, faults);
        if act.verb == Verb::Serve && !made(checker, act) {
            let letter = act.letter.as_deref().unwrap_or_default();
            let message = format!("'{}' serves letter '{letter}', which no act makes", act.id);
            faults.add(act.place, "K2", message, "name the letter in the act that decides");
        }
        proposes(act, faults);
        decides_aside(step, act, faults);
        if step.is_none() {
            twin(checker, act, faults);
        }
    }
    for act in &checker.procedure.everywhere {
        everywhere(checker, act, faults);
    }
    let begins = checker.procedure.steps.get(&checker.procedure.begins);
    if let Some(step) = begins.filter(|step| step.acts.iter().all(|act| act.verb != Verb::Register)) {
        let message = format!("a matter begins in step '{}', but nobody can register it there", step.id);
        faults.add(step.place, "K2", message, "add act.register");
    }
}

/// K1: the person does what is the person's, offices what is theirs, leaders what is asked of them in person.
fn actor(checker: &Checker<'_>, act: &Act, doer: Doer, faults: &mut Faults) {
    let verb = act.verb.word();
    let signing = matches!(act.verb, Verb::Check | Verb::Countersign | Verb::ReturnDraft);
    for role in &act.by {
        let (fits, whose) = match doer {
            Doer::Petitioner => (checker.is_petitioner(role), "the petitioner's alone"),
            // Within a signing chain a leader above may lend a hand where the office has nobody else.
            _ if signing && checker.is_leader(role) => (true, ""),
            Doer::Office => (checker.is_office(role), "an act of an office"),
            Doer::Leader => (checker.is_leader(role), "an act of a leader in person"),
            Doer::Either => {
                (checker.is_petitioner(role) || checker.is_office(role), "an act of the petitioner or an office")
            }
        };
        if !fits {
            let message = format!("'{verb}' is {whose}; '{role}' may not do '{}'", act.id);
            faults.add(act.place, "K1", message, "name the right role in 'by'");
        }
    }
}

/// K2: what must be there is, what has no place is not.
fn has(act: &Act, need: Need, there: bool, key: &str, faults: &mut Faults) {
    let verb = act.verb.word();
    match need {
        Need::Must if !there => faults.add(
            act.place,
            "K2",
            format!("'{verb}' needs '{key}'; act '{}' has none", act.id),
            format!("add {key} = ..."),
        ),
        Need::Never if there => faults.add(
            act.place,
            "K2",
            format!("'{verb}' has no '{key}'; act '{}' gives one", act.id),
            format!("drop {key}"),
        ),
        _ => {}
    }
}

/// K2: an answer is given on service, to the petitioner.
fn answer(checker: &Checker<'_>, act: &Act, faults: &mut Faults) {
    if !act.answers {
        return;
    }
    if act.verb != Verb::Serve {
        let message = format!("'{}' says it answers, but an answer is given on service", act.id);
        faults.add(act.place, "K2", message, "put answers = true on the 'serve' that follows");
        return;
    }
    let letter = act.letter.as_ref().and_then(|id| checker.procedure.letters.get(id));
    if let Some(letter) = letter.filter(|letter| !checker.is_petitioner(&letter.to)) {
        let message = format!("'{}' answers with letter '{}', which is not to the petitioner", act.id, letter.id);
        faults.add(act.place, "K2", message, "serve a letter to the petitioner");
    }
}

/// K2: `extends` belongs to `extend`, and names a clock that has an extension.
fn extends(checker: &Checker<'_>, act: &Act, faults: &mut Faults) {
    let Some(id) = &act.extends else {
        let need = if act.verb == Verb::Extend { Need::Must } else { Need::May };
        has(act, need, false, "extends", faults);
        return;
    };
    if act.verb != Verb::Extend {
        has(act, Need::Never, true, "extends", faults);
        return;
    }
    let Some(clock) = checker.procedure.clocks.get(id) else {
        return;
    };
    let Some(extension) = clock.extend.first() else {
        let message = format!("'{}' extends clock '{id}', which has no extension", act.id);
        faults.add(act.place, "K2", message, "name a clock with extend = { ... }");
        return;
    };
    let other = |letter: &String| clock.extend.iter().any(|rung| rung.letter != *letter);
    if act.letter.as_ref().is_some_and(other) {
        let message = format!("'{}' sends another letter than the extension of clock '{id}' names", act.id);
        faults.add(act.place, "K2", message, format!("letter = \"{}\"", extension.letter));
    }
}

/// K2: registration comes first, once, and before it there is nothing to do.
fn registration(checker: &Checker<'_>, step: Option<&Step>, act: &Act, faults: &mut Faults) {
    let begins = &checker.procedure.begins;
    let first = step.is_some_and(|step| step.id == *begins);
    if first != (act.verb == Verb::Register) && (first || act.verb == Verb::Register) {
        let message = if first {
            format!("'{}' would be done before the matter is registered", act.id)
        } else {
            format!("'{}' registers a matter that is already registered", act.id)
        };
        let mend = format!("only 'register' stands in step '{begins}', and only there");
        faults.add(act.place, "K2", message, mend);
    }
}

/// K2: an act that is told an outcome can only be told one it may find.
fn proposes(act: &Act, faults: &mut Faults) {
    let asks = act.verb.fields().iter().any(|field| field.required && field.kind == FieldKind::Outcome);
    if asks && act.outcomes.is_empty() && act.verb.row().outcome != Need::Must {
        let message = format!("'{}' is told an outcome, but act '{}' allows none", act.verb.word(), act.id);
        faults.add(act.place, "K2", message, "add outcome = ...");
    }
}

/// K2: what is decided in a side track moves the main one, or it would answer nobody.
fn decides_aside(step: Option<&Step>, act: &Act, faults: &mut Faults) {
    let aside = step.is_some_and(|step| step.track.is_some());
    let of_the_matter = matches!(act.verb, Verb::Seal | Verb::Decide | Verb::Refuse | Verb::Divert);
    if aside && of_the_matter && act.main.is_none() {
        let message = format!("'{}' decides in a side track, but does not move the main one", act.id);
        faults.add(act.place, "K2", message, "add main = \"<step>\": where the decision is served");
    }
}

/// What may be done after the end of a matter as well: nothing that moves it.
const EVERYWHERE: &[Verb] = &[
    Verb::Repeat,
    Verb::MarkKey,
    Verb::Rate,
    Verb::NoteOrigin,
    Verb::Supplement,
    Verb::Correct,
    Verb::Help,
    Verb::Instruct,
    Verb::Urge,
    Verb::Supervise,
    Verb::Promise,
    Verb::ApplyRelief,
    Verb::Advise,
    Verb::OpenReexamination,
    Verb::Recuse,
    Verb::DeclareNoInterest,
    Verb::AskRecusal,
    Verb::AskIdentity,
    Verb::ClearName,
    Verb::GiveMandate,
    Verb::EndMandate,
    Verb::AskData,
    Verb::ContestData,
];

/// K2: what is open everywhere, after the end too, cannot move a matter, and opens only what lives on.
fn everywhere(checker: &Checker<'_>, act: &Act, faults: &mut Faults) {
    if !EVERYWHERE.contains(&act.verb) {
        let message = format!("'{}' cannot be open in every step", act.id);
        let words: Vec<&str> = EVERYWHERE.iter().map(|verb| verb.word()).collect();
        faults.add(act.place, "K2", message, format!("only {} can; put it into its steps", words.join(", ")));
    }
    let tracks = act.opens.iter().filter_map(|id| checker.procedure.tracks.get(id));
    for track in tracks.filter(|track| !track.lives_on) {
        let message = format!("'{}' may open track '{}' after the end, which does not live on", act.id, track.id);
        faults.add(act.place, "K2", message, "add lives_on = true to the track, or put the act under [open]");
    }
}

/// K2: an id is the name of one act in a step.
fn twin(checker: &Checker<'_>, act: &Act, faults: &mut Faults) {
    let twin = |step: &&Step| step.track.is_none() && step.acts.iter().any(|own| own.id == act.id);
    if let Some(step) = checker.steps().find(twin) {
        let message = format!("act '{}' is open in many steps and also stands in step '{}'", act.id, step.id);
        faults.add(act.place, "K2", message, "give one of them another id");
    }
    let general = checker.procedure.while_open.iter().chain(&checker.procedure.everywhere);
    if general.filter(|other| other.id == act.id).count() > 1 {
        let message = format!("act '{}' stands under [open] and under [everywhere]", act.id);
        faults.add(act.place, "K2", message, "keep one");
    }
}

/// A document is made before it can be served.
fn made(checker: &Checker<'_>, serve: &Act) -> bool {
    serve.letter.is_none() || checker.acts().any(|(_, act)| act.verb != Verb::Serve && act.letter == serve.letter)
}
