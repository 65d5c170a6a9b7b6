//! The acts on a matter as an officer sees them: forms for what may be done, the legal reason for what may not.

use app::show::{ChoiceShown, DocumentShown, MatterShown};
use casework::office::{Directory, OfficeCode};
use casework::procedure::{Act as Rule, Procedure, Step};
use casework::refusal::Refusal;
use casework::verb::{Field, FieldKind, Verb};
use casework::words;

use super::choices;
use super::typed::{Typed, once};
use crate::show;
use crate::view::desk::act::{Act, ActForm, ActState, Ask, AskHow, Asks};
use crate::view::form::{Choice, Errors, Group};
use crate::which::which;
use crate::wish;

/// What a note to the person may hold, in characters.
const NOTE_MAX: u32 = 50_000;

/// What the forms are made from.
pub(super) struct Desk<'a> {
    /// The matter.
    pub(super) matter: &'a MatterShown,
    /// Offices and officers.
    pub(super) directory: &'a Directory,
    /// The officer's office.
    pub(super) office: &'a OfficeCode,
    /// Names the forms, so that each counts once.
    pub(super) once: &'a str,
    /// A form that was sent and is to be mended.
    pub(super) mend: Option<Mend<'a>>,
}

/// A form sent back.
pub(super) struct Mend<'a> {
    /// The act it was for.
    pub(super) verb: Verb,
    /// What was typed.
    pub(super) typed: &'a Typed,
    /// What is wrong.
    pub(super) errors: Errors,
}

impl Desk<'_> {
    /// Every act the procedure knows, in the order of a matter's life. Registering what comes in again has its own
    /// page.
    pub(super) fn acts(&self) -> Vec<Act> {
        let mut acts: Vec<Act> = self
            .matter
            .choices
            .iter()
            .filter(|choice| choice.verb != Verb::Repeat)
            // Of no use to whoever is not asked.
            .filter(|choice| choice.verb != Verb::DeclareNoInterest || choice.refusal.is_none())
            .map(|choice| self.act(choice))
            .collect();
        // What moves the matter on comes first and is unfolded at once; what can be done at any time follows.
        let leads_on = |act: &Act| {
            let mut choices = self.matter.choices.iter().filter(|choice| choice.verb.word() == act.verb);
            choices.any(|choice| choice.verb != Verb::Extend && choice.acts.iter().any(|act| act.to.is_some()))
        };
        acts.sort_by_key(|act| !leads_on(act));
        let main = acts.iter_mut().filter(|act| leads_on(act));
        let mut forms = main.filter_map(|act| match &mut act.state {
            ActState::Open(form) => Some(form),
            ActState::Shut(_) => None,
        });
        if let (None, Some(form)) = (&self.mend, forms.next()) {
            form.open = true;
        }
        acts
    }

    fn act(&self, choice: &ChoiceShown) -> Act {
        let (verb, name) = (choice.verb.word(), choice.verb.name());
        match self.asks(choice) {
            Some(asks) => {
                // Serving a notice that answers nothing is no act of the step, and has no article of its own.
                let law = if choice.acts.is_empty() { "" } else { &choice.cite };
                Act::open(verb, name, law, self.form(choice.verb, asks))
            }
            None => {
                let (why, law) = self.why_not(choice);
                Act::shut(verb, name, &law, &why)
            }
        }
    }

    /// Why an act cannot be done, and the article, where the reason does not name it.
    fn why_not(&self, choice: &ChoiceShown) -> (String, String) {
        let Some(refusal) = &choice.refusal else {
            return ("现在没有可以办的".to_owned(), choice.cite.clone());
        };
        let procedure = &self.matter.procedure;
        if !matches!(refusal, Refusal::NotInThisStep { .. }) {
            let why = refusal.to_string();
            let law = if why.contains('《') { String::new() } else { choice.cite.clone() };
            return (why, law);
        }
        // All the rest wait for another step: which one, said shortly.
        let of_verb = |step: &Step| step.acts.iter().find(|act| act.verb == choice.verb).cloned();
        let (mut steps, mut law) = (Vec::new(), String::new());
        for step in procedure.steps.values() {
            let Some(act) = of_verb(step) else { continue };
            steps.push(format!("“{}”", step.name));
            if let (true, Some(basis)) = (law.is_empty(), &act.basis) {
                law = procedure.cite(basis);
            }
        }
        (format!("现处于“{}”；只在{}时可以办", self.matter.step_name, steps.join("、")), law)
    }

    fn form(&self, verb: Verb, asks: Asks) -> ActForm {
        let address = format!("{}/{}", choices::matter_address(&self.matter.reference), verb.word());
        let mut form = ActForm::new(&address, asks);
        form.form = once(&address, self.once);
        if let Some(clock) = show::governing(self.matter).filter(|clock| clock.late) {
            let days = clock.passed - clock.days;
            form.note = format!("{}已超过 {days} 天，仍然可以办，按逾期统计。", clock.name);
        }
        if let Some(mend) = self.mend.as_ref().filter(|mend| mend.verb == verb) {
            form.form = mend.typed.again(&address, self.once);
            form.errors = mend.errors.clone();
            form.open = true;
        }
        form
    }

    /// What was typed for an act that is to be mended.
    fn typed(&self, verb: Verb, field: &str) -> String {
        let mend = self.mend.as_ref().filter(|mend| mend.verb == verb);
        mend.map_or_else(String::new, |mend| mend.typed.get(field).to_owned())
    }

    /// What an act asks for; none where it cannot be done here and now.
    fn asks(&self, choice: &ChoiceShown) -> Option<Asks> {
        let verb = choice.verb;
        let typed = |field: &str| self.typed(verb, field);
        let pick = |list: &[words::Word], field: &str| Choice::pick(choices::words(list), &typed(field));
        if verb == Verb::Serve {
            return self.serve(choice);
        }
        let rule = choice.acts.first()?;
        Some(match verb {
            Verb::Accept | Verb::AcceptReview => Asks::Nothing { means: means(&self.matter.procedure, rule) },
            Verb::Transfer => Asks::Transfer {
                offices: choices::receivers(
                    self.directory,
                    self.office,
                    &self.matter.category,
                    &self.matter.accused,
                    &typed("to"),
                ),
            },
            Verb::Refuse => {
                Asks::Refuse { grounds: pick(words::REFUSAL_GROUNDS, "ground"), go_to: typed("go_to") }
            }
            Verb::Divert => Asks::Divert {
                channels: vec![Group { label: String::new(), choices: pick(words::STATUTORY_CHANNELS, "to") }],
                note: typed("note"),
            },
            Verb::Extend => self.extend(rule),
            Verb::Decide | Verb::DecideReview => Asks::Decide {
                outcomes: Choice::pick(outcomes(&self.matter.procedure, &choice.acts), &typed("outcome")),
                text: typed("text"),
                text_max: NOTE_MAX,
                basis: (verb == Verb::Decide).then(|| typed("basis")),
            },
            Verb::MarkKey => Asks::MarkKey { grounds: pick(words::KEY_GROUNDS, "ground") },
            Verb::Register | Verb::Repeat | Verb::RequestReview | Verb::Rate | Verb::Serve => return None,
            _ => {
                let own = verb.fields().iter().map(|field| self.ask(verb, field, &choice.acts));
                let fields = which(choice, &typed("which")).into_iter().chain(own).collect();
                let means = means(&self.matter.procedure, rule);
                let means = if wish::is_reached_by(verb) { self.wish() } else { means };
                Asks::Fields { means, fields }
            }
        })
    }

    /// How a field of a verb is asked.
    fn ask(&self, verb: Verb, field: &Field, acts: &[Rule]) -> Ask {
        let typed = self.typed(verb, field.name);
        let how = match field.kind {
            FieldKind::Text
                if ["place", "number", "mediator", "chair", "leader", "person"].contains(&field.name) =>
            {
                AskHow::Line(typed, "text".into(), "".into())
            }
            FieldKind::Text => AskHow::Area(typed),
            FieldKind::Words(list) if field.name == "how" && wish::is_reached_by(verb) => {
                AskHow::Pick(Choice::pick(self.hows(list), &typed))
            }
            FieldKind::Words(list) => AskHow::Pick(Choice::pick(choices::words(list), &typed)),
            FieldKind::Flag => AskHow::Pick(Choice::pick(Choice::list(&[("yes", "是"), ("no", "否")]), &typed)),
            FieldKind::Outcome => AskHow::Pick(Choice::pick(outcomes(&self.matter.procedure, acts), &typed)),
            FieldKind::Day => AskHow::Line(typed, "date".into(), "".into()),
            FieldKind::Number => AskHow::Line(typed, "text".into(), "numeric".into()),
            FieldKind::Fen => AskHow::Line(typed, "text".into(), "decimal".into()),
            FieldKind::Office => AskHow::Select(choices::receivers(
                self.directory,
                &OfficeCode(String::new()),
                &self.matter.category,
                &self.matter.accused,
                &typed,
            )),
            FieldKind::Login if verb == Verb::DecideRecusal => {
                AskHow::Select(choices::officers(self.directory, &self.matter.holders, &typed))
            }
            FieldKind::Login => AskHow::Select(choices::approvers(self.directory, self.office, &typed)),
            FieldKind::Reference | FieldKind::Letter => AskHow::Line(typed, "text".into(), "".into()),
        };
        // Money is typed as people write it.
        let label = field.label.replace("（分）", "（元）");
        Ask { name: field.name.to_owned(), label, optional: !field.required, how }
    }

    fn extend(&self, rule: &Rule) -> Asks {
        let clock = rule.extends.as_ref().and_then(|clock| self.matter.procedure.clocks.get(clock));
        let extension = clock.and_then(|clock| clock.extend.first());
        let organ = self.matter.conflict.approving.clone().unwrap_or_else(|| self.office.clone());
        Asks::Extend {
            days: self.typed(Verb::Extend, "days"),
            days_max: extension.and_then(|extension| extension.most.days()).map_or(0, u32::from),
            reason: self.typed(Verb::Extend, "reason"),
            approvers: choices::approvers(self.directory, &organ, &self.typed(Verb::Extend, "approved_by")),
        }
    }

    /// Documents that are made and unserved: those this step serves, and notices that answer nothing.
    fn serve(&self, choice: &ChoiceShown) -> Option<Asks> {
        let mine = self.directory.name_of(self.office);
        let procedure = &self.matter.procedure;
        let now = |document: &DocumentShown| {
            choice.acts.iter().any(|act| act.letter.as_deref() == Some(document.id.as_str()))
        };
        let elsewhere = |document: &DocumentShown| {
            let mut acts = procedure.steps.values().flat_map(|step| &step.acts);
            acts.any(|act| act.verb == Verb::Serve && act.letter.as_deref() == Some(document.id.as_str()))
        };
        let mut documents: Vec<Choice> = Vec::new();
        for document in self.matter.documents.iter().filter(|made| to_serve(made) && made.office == mine) {
            let known = documents.iter().any(|known| known.value == document.id);
            let next = document.served.is_some();
            if !known && (next || now(document) || !elsewhere(document)) {
                documents.push(Choice::new(&document.id, &document.name).hint(&document.number));
            }
        }
        // The answer comes first: it is what the clock waits for.
        documents.sort_by_key(|known| !choice.acts.iter().any(|act| act.letter.as_deref() == Some(&known.value)));
        let first = documents.first().map(|first| first.value.clone())?;
        let picked = Some(self.typed(Verb::Serve, "document")).filter(|typed| !typed.is_empty());
        let how = Some(self.typed(Verb::Serve, "how")).filter(|typed| !typed.is_empty());
        Some(Asks::Serve {
            parties: self.parties(&documents),
            documents: Choice::pick(documents, &picked.unwrap_or(first)),
            hows: Choice::pick(self.hows(words::SERVICE_MEANS), &how.unwrap_or_default()),
            wish: self.wish(),
        })
    }

    /// Whom the documents have still to reach, where several people are to be served.
    fn parties(&self, documents: &[Choice]) -> Vec<Choice> {
        let offered = |made: &&DocumentShown| documents.iter().any(|choice| choice.value == made.id);
        let mut waiting: Vec<u32> =
            self.matter.documents.iter().filter(offered).flat_map(|made| made.waiting.clone()).collect();
        waiting.sort_unstable();
        waiting.dedup();
        if waiting.is_empty() {
            return Vec::new();
        }
        let name = |person: u32| {
            let name = self.matter.parties.iter().find(|party| party.number == person).map(|party| &party.name);
            let who = if person == 0 { "信访人".to_owned() } else { format!("第{person}位代表") };
            name.filter(|name| !name.is_empty()).map_or_else(|| who.clone(), |name| format!("{who} {name}"))
        };
        let each = waiting.into_iter().map(|person| Choice::new(&person.to_string(), &name(person)));
        let all = Choice::new(wish::ALL, "所有还没有送达的人（网上送达或者公告）");
        Choice::pick(each.chain([all]).collect(), &self.typed(Verb::Serve, "party"))
    }

    /// How the person wishes to be reached, for whoever reaches them.
    fn wish(&self) -> String {
        match wish::of(self.matter) {
            "" => "信访人没有提联系要求".to_owned(),
            wish => format!("信访人的联系要求：{wish}"),
        }
    }

    /// Ways to reach the person; what goes against their wish is shut.
    fn hows(&self, ways: &[words::Word]) -> Vec<Choice> {
        let wish = wish::of(self.matter);
        let mut hows = choices::words(ways);
        for how in &mut hows {
            how.shut = wish::against(wish, &how.value).unwrap_or_default().to_owned();
            how.hint = wish::heed(wish, &how.value).to_owned();
        }
        hows
    }
}

/// Whether a document has still to reach somebody.
fn to_serve(document: &DocumentShown) -> bool {
    document.served.is_none() || !document.waiting.is_empty()
}

/// What an act that asks nothing does: the letter it makes and the limit that begins.
fn means(procedure: &Procedure, rule: &Rule) -> String {
    let letter = rule.letter.as_ref().and_then(|letter| procedure.letters.get(letter));
    let step = rule.to.as_ref().and_then(|step| procedure.steps.get(step));
    let clock = step.and_then(|step| step.clocks.first()).and_then(|clock| procedure.clocks.get(clock));
    let made = letter.map(|letter| format!("出具{}。", letter.name)).unwrap_or_default();
    let limit = clock.map(|clock| format!("{}{}。", clock.name, clock.limit)).unwrap_or_default();
    format!("{made}{limit}")
}

fn outcomes(procedure: &Procedure, acts: &[Rule]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for id in acts.iter().flat_map(|act| &act.outcomes) {
        if !choices.iter().any(|known| known.value == *id) {
            let name = procedure.outcomes.get(id).map_or(id, |outcome| &outcome.name);
            choices.push(Choice::new(id, name));
        }
    }
    choices
}

/// Whether a document can be read: a receipt is printed on its own page, the rest have templates.
pub(super) fn readable(document: &DocumentShown) -> bool {
    document.printed
}
