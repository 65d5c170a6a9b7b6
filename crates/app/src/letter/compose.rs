//! Putting a document into its letter: facts from the matter, words from its sealed parts, law from its procedure.

use casework::calendar::Calendar;
use casework::clock::{self, Run};
use casework::command::FIRST;
use casework::conflict::Respondents;
use casework::day;
use casework::event::{MatterFact, PartyNumber};
use casework::matter::{Document, Moment};
use casework::office::{Directory, Login, OfficeCode};
use casework::procedure::{self, Basis, Outcome, Procedure, WhoIs};
use casework::verb::Verb;
use casework::words;
use casework::world;
use jiff::civil::Date;
use letters::{
    AcceptanceNotice, Contact, Content, DiversionNotice, DocumentNumber, Due, Extension, ExtensionNotice, Filing,
    Letter, Opinion, RefusalNotice, Remedy, ReviewOpinion, ReviewReceipt, Whereabouts,
};

use super::Known;
use crate::error::AppError;
use crate::show::{identity, told};

/// A document with everything its letter is put together from.
pub(super) struct Case<'a> {
    pub(super) known: &'a Known,
    pub(super) document: &'a Document,
    pub(super) procedure: &'a Procedure,
    pub(super) calendar: &'a Calendar,
    pub(super) directory: &'a Directory,
    pub(super) runs: Vec<Run<'a>>,
}

/// The letter of a document.
pub(super) fn letter(
    known: &Known,
    document: &Document,
    procedure: &Procedure,
    calendar: &Calendar,
    directory: &Directory,
) -> Result<Letter, AppError> {
    let runs = clock::runs_of(procedure, calendar, &known.matter);
    let case = Case { known, document, procedure, calendar, directory, runs };
    let made = &document.made;
    let issuer = directory.name_of(&made.office);
    let home = directory.name_of(&known.matter.home);
    let to_accused = case.is_to_accused();
    Ok(Letter {
        number: DocumentNumber {
            organ: told::mark(&issuer, made),
            year: made.year,
            number: u32::try_from(made.number).unwrap_or(u32::MAX),
        },
        title: super::notice::title(&case),
        addressee: case.addressee(),
        reference: if to_accused { "—".to_owned() } else { known.matter.reference.clone() },
        date: day::day_of(document.at),
        contact: Contact {
            office: if issuer == home || to_accused { issuer.clone() } else { format!("{issuer}或{home}") },
            phone: None,
            address: None,
            hours: None,
            track: (!to_accused).then(|| "在网上“查询进度”".to_owned()),
        },
        content: case.content()?,
        issuer,
    })
}

impl Case<'_> {
    fn content(&self) -> Result<Content, AppError> {
        Ok(match self.document.made.document.as_str() {
            "acceptance_notice" => Content::AcceptanceNotice(self.acceptance()),
            "refusal_notice" => Content::RefusalNotice(self.refusal()),
            "diversion_notice" => Content::DiversionNotice(self.diversion()),
            "extension_notice" => Content::ExtensionNotice(self.extension()),
            "opinion" => Content::Opinion(self.opinion()),
            "review_receipt" => Content::ReviewReceipt(self.review_receipt()),
            "review_opinion" => Content::ReviewOpinion(self.review()),
            "whereabouts" => Content::Whereabouts(self.whereabouts()),
            _ => Content::Notice(super::notice::of(self)),
        })
    }

    /// The office it is written to; else the person, or the people by their number and those who speak for them.
    fn addressee(&self) -> String {
        if self.is_to_accused() {
            return self.last_word("who");
        }
        if let Some(office) = self.office_addressed() {
            return office;
        }
        // A letter's line takes so many characters; a list of long names gives way to the first.
        const CHARACTERS_MAX: usize = 160;
        let people = self.known.matter.intakes.first().map_or(1, |intake| intake.people);
        let name = self.word(0, "name");
        if people <= 1 {
            return if name.is_empty() { "信访人".to_owned() } else { name };
        }
        // A copy for one of them names them and no other.
        if let Some(person) = self.known.person {
            let own = if person == FIRST { name } else { self.name_of(PartyNumber(person)) };
            return if own.is_empty() { "信访人".to_owned() } else { format!("{own}等{people}人") };
        }
        if name.is_empty() {
            return format!("各位信访人（共{people}人）");
        }
        let spoken_for = (1..=self.known.matter.representatives).map(|number| self.name_of(PartyNumber(number)));
        let names: Vec<String> = spoken_for.filter(|name| !name.is_empty()).collect();
        let short = format!("{name}等{people}人");
        let whole = format!("{short}（代表：{}）", names.join("、"));
        if names.is_empty() || whole.chars().count() > CHARACTERS_MAX { short } else { whole }
    }

    /// Whether a letter goes to whoever was complained of: it tells nothing of who brought the matter.
    pub(super) fn is_to_accused(&self) -> bool {
        let letter = self.procedure.letters.get(&self.document.made.document);
        let role = letter.and_then(|letter| self.procedure.who.get(&letter.to));
        role.is_some_and(|role| role.is == WhoIs::Accused)
    }

    /// The office a letter goes to, where it does not go to the person.
    pub(super) fn office_addressed(&self) -> Option<String> {
        let letter = self.procedure.letters.get(&self.document.made.document)?;
        // Advice and orders name their addressee themselves.
        let named = match &self.known.made_by {
            MatterFact::Done { said, .. } => said.get("to").map(|to| self.directory.name_of(&to.as_str().into())),
            _ => None,
        };
        let role = self.procedure.who.get(&letter.to).filter(|who| who.is != WhoIs::Petitioner)?;
        // The last that happened is what made the document.
        let track = self.known.matter.history.last().and_then(|moment| moment.track.as_deref());
        let office = world::office_in(self.procedure, self.directory, Some(&self.known.matter), track, &role.id);
        named.or_else(|| office.map(|office| self.directory.name_of(&office))).or_else(|| Some(role.name.clone()))
    }

    fn acceptance(&self) -> AcceptanceNotice {
        let clock = self.procedure.clocks.values().find(|clock| !clock.extend.is_empty());
        let extension = clock.and_then(|clock| clock.extend.first());
        AcceptanceNotice {
            filing: self.filing(),
            taken_up: day::day_of(self.document.at),
            office: self.issuer(),
            route: format!(
                "您反映的事项由{}受理，按《{}》规定的程序办理。办结后向您送达书面处理意见书；对处理意见不服的，可以申请复查。{}",
                self.issuer(),
                self.law(),
                self.answers_for_itself()
            ),
            due: self.due("自受理之日起"),
            extension: extension.map(|extension| Extension {
                by: self.approver(&extension.approved_by),
                days: extension.most.days().unwrap_or(0),
                basis: self.procedure.cite(&extension.basis),
            }),
            basis: self.basis("accept"),
        }
    }

    fn refusal(&self) -> RefusalNotice {
        let outcome = self.outcome_of("refuse");
        let ground = self.reason(|fact| match fact {
            MatterFact::Refused { ground } => Some(ground.clone()),
            _ => None,
        });
        RefusalNotice {
            filing: self.filing(),
            ground: words::name_in(words::REFUSAL_GROUNDS, &ground),
            where_to: self.last_word("go_to"),
            basis: self.basis("refuse"),
            remedy: outcome.and_then(|outcome| self.remedy(outcome)),
        }
    }

    fn diversion(&self) -> DiversionNotice {
        let channel = self.reason(|fact| match fact {
            MatterFact::Diverted { channel } => Some(channel.clone()),
            _ => None,
        });
        let channel = words::name_in(words::STATUTORY_CHANNELS, &channel);
        DiversionNotice {
            filing: self.filing(),
            // Which organ it is stands in what the officer wrote; the program does not know it.
            organ: None,
            channel,
            limit: None,
            note: self.last_word("note"),
            basis: self.basis("divert"),
        }
    }

    fn extension(&self) -> ExtensionNotice {
        let run = self.runs.iter().rev().find(|run| !run.extended.is_empty());
        // The last extension is this letter's; what the day was before it rolls over rest days by itself.
        let before = run.map(|run| run.before_last_extension(&self.procedure.counting, self.calendar));
        let days = self.extends_days();
        let approved_by = self.reason(|fact| match fact {
            MatterFact::Extended { approved_by, .. } => Some(approved_by.0.clone()),
            _ => None,
        });
        let approver = self.directory.officer(&Login(approved_by));
        let approver = approver.map_or_else(String::new, |officer| {
            format!("{}{}", self.directory.name_of(&officer.office), officer.name)
        });
        let was_due = before.unwrap_or_else(|| self.today());
        ExtensionNotice {
            filing: self.filing(),
            taken_up: run.map_or(self.today(), |run| day::day_of(run.started)),
            was_due,
            days,
            reason: self.last_word("reason"),
            approved_by: approver,
            due: self.due("自受理之日起"),
            basis: self.basis("extend"),
        }
    }

    /// The act that took the matter up.
    fn act_of_acceptance(&self) -> &'static str {
        if self.moment_of("accept").is_some() { "accept" } else { "accept_simple" }
    }

    fn opinion(&self) -> Opinion {
        Opinion {
            filing: self.filing(),
            taken_up: self.day_of_act(self.act_of_acceptance()),
            rule: self.basis("decide"),
            request: self.word(0, "text"),
            outcome: self.outcome(),
            opinion: self.last_word("text"),
            basis: self.last_word("basis"),
            remedy: self.remedy_of_document(),
        }
    }

    fn review_receipt(&self) -> ReviewReceipt {
        ReviewReceipt {
            reviewed: self.reviewed(),
            requested: self.day_of_act("request_review"),
            taken_up: self.today(),
            due: self.due("自收到复查请求之日起"),
            basis: self.basis("accept_review"),
        }
    }

    fn review(&self) -> ReviewOpinion {
        ReviewOpinion {
            reviewed: self.reviewed(),
            requested: self.day_of_act("request_review"),
            taken_up: self.day_of_act("accept_review"),
            rule: self.basis("decide_review"),
            request: self.word_of_act("request_review", "text"),
            outcome: self.outcome(),
            opinion: self.last_word("text"),
            remedy: self.remedy_of_document(),
        }
    }

    /// The opinion a review is about.
    fn reviewed(&self) -> String {
        let reviewed = self.known.matter.documents.iter().rev().find(|made| made.made.document == "opinion");
        reviewed.map_or_else(String::new, |document| {
            let office = self.directory.name_of(&document.made.office);
            format!("{}处理意见书", told::number(&office, &document.made))
        })
    }

    fn whereabouts(&self) -> Whereabouts {
        Whereabouts {
            filing: self.filing(),
            passed_on: self.today(),
            way: "转送".to_owned(),
            to: self.known.matter.competent.as_ref().map_or_else(String::new, |to| self.directory.name_of(to)),
            due: self.due("自转送之日起"),
            basis: self.basis("transfer"),
        }
    }

    pub(super) fn filing(&self) -> Filing {
        let first = self.known.matter.intakes.first();
        Filing {
            received: first.map_or(self.today(), |intake| day::day_of(intake.at)),
            manner: first.map_or("", |intake| intake.channel.name()).to_owned(),
            subject: self.word(0, "summary"),
        }
    }

    /// The limit that governs after this document, with its sum.
    pub(super) fn due(&self, from: &str) -> Due {
        match clock::governing(&self.runs) {
            Some(run) => Due {
                last: run.due.day,
                limit: if run.extended_days() > 0 {
                    format!("{from}{}，另延长{}日", run.clock.limit, run.extended_days())
                } else {
                    format!("{from}{}", run.clock.limit)
                },
                sum: run.due.sum.iter().map(clock::SumLine::in_words).collect(),
            },
            None => Due { last: self.today(), limit: from.to_owned(), sum: Vec::new() },
        }
    }

    /// The outcome's name. What it means here, the officer wrote.
    pub(super) fn outcome(&self) -> String {
        let id = self.document.outcome.as_deref().unwrap_or_default();
        self.procedure.outcomes.get(id).map_or_else(|| id.to_owned(), |outcome| outcome.name.clone())
    }

    /// The remedy the opinion must name. A redo order opens the way to a new opinion and its own remedy.
    fn remedy_of_document(&self) -> Remedy {
        let id = self.document.outcome.as_deref().unwrap_or_default();
        let named = self.procedure.outcomes.get(id).and_then(|outcome| self.remedy(outcome));
        named.unwrap_or_else(|| Remedy {
            act: "复查".to_owned(),
            to: self.who("superior"),
            days: Some(30),
            from: "收到重新作出的处理意见书之日".to_owned(),
            basis: format!("《{}》", self.law()),
            how: None,
        })
    }

    pub(super) fn remedy(&self, outcome: &Outcome) -> Option<Remedy> {
        let remedy = outcome.remedy.as_ref()?;
        let days = match remedy.limit {
            casework::procedure::Limit::Days(days) => Some(days),
            _ => None,
        };
        let act = match (&remedy.act, &remedy.elsewhere) {
            (Some(act), _) if act == "request_review" => "复查".to_owned(),
            (Some(act), _) if act == "request_re_review" => "复核".to_owned(),
            (Some(act), _) if act == "ask_supervision" => "督查".to_owned(),
            (_, Some(elsewhere)) if elsewhere.contains("复核") => "复核".to_owned(),
            _ => "督办".to_owned(),
        };
        Some(Remedy {
            act,
            to: self.who(&remedy.to),
            days,
            from: "收到本文书之日".to_owned(),
            basis: self.basis_of(remedy),
            // Elsewhere is said by whom and what for already; how to ask there, the program does not know.
            how: match remedy.elsewhere {
                Some(_) => None,
                None => Some("可以在网上凭编号和查询码提出，也可以书面或当面提出".to_owned()),
            },
        })
    }

    /// The article of a remedy. Where only its limit is a local rule, the article stands in the way itself.
    fn basis_of(&self, remedy: &procedure::Remedy) -> String {
        let said = remedy.elsewhere.as_deref().and_then(|way| way.rsplit_once('（'));
        match (&remedy.basis, said) {
            (Basis::Local(_), Some((_, article))) => format!("{}；期限按本地规则", article.trim_end_matches('）')),
            // The limit is local, the way itself has its article.
            (Basis::Local(_), None) => match remedy.act.as_deref().map(|act| self.basis(act)) {
                Some(article) => format!("{article}；期限按本地规则"),
                None => "本地规则".to_owned(),
            },
            (basis, _) => self.procedure.cite(basis),
        }
    }

    fn outcome_of(&self, act: &str) -> Option<&Outcome> {
        let acts = self.procedure.steps.values().flat_map(|step| &step.acts);
        let id = acts.filter(|known| known.id == act).find_map(|act| act.outcomes.first())?;
        self.procedure.outcomes.get(id)
    }

    /// What the person is told where the office answers for its own decision; empty where it does not.
    fn answers_for_itself(&self) -> String {
        let matter = &self.known.matter;
        let respondents = Respondents::of(matter);
        if !respondents.reach(self.directory, &self.document.made.office) {
            return String::new();
        }
        let asks = self.procedure.acts().map(|(_, act)| act).find(|act| act.verb == Verb::RequestReview);
        let owner = asks.and_then(|act| self.procedure.steps.get(act.to.as_ref()?)?.owner.as_ref());
        let office = owner.and_then(|who| world::office_of(self.procedure, self.directory, Some(matter), who));
        let above = office.filter(|office| !respondents.reach(self.directory, office));
        let above = above.map_or_else(|| "它的上一级机关".to_owned(), |office| self.directory.name_of(&office));
        let issuer = self.issuer();
        format!(
            "您不服的是{issuer}已经作出的决定：先由它答复，复查由{above}作出，它不参与。您可以申请有关人员回避。"
        )
    }

    fn approver(&self, who: &str) -> String {
        let office = world::approving(self.procedure, self.directory, Some(&self.known.matter), None, who);
        self.named(who, office)
    }

    pub(super) fn who(&self, who: &str) -> String {
        self.named(who, world::office_of(self.procedure, self.directory, Some(&self.known.matter), who))
    }

    fn named(&self, who: &str, office: Option<OfficeCode>) -> String {
        let role = self.procedure.who.get(who).map_or(who, |role| role.name.as_str());
        match office {
            Some(office) => format!("{}（{role}）", self.directory.name_of(&office)),
            None => role.to_owned(),
        }
    }

    pub(super) fn basis(&self, act: &str) -> String {
        let acts = self.procedure.steps.values().flat_map(|step| &step.acts);
        let basis: Option<&Basis> = acts.filter(|known| known.id == act).find_map(|act| act.basis.as_ref());
        basis.map_or_else(|| format!("《{}》", self.law()), |basis| self.procedure.cite(basis))
    }

    pub(super) fn law(&self) -> String {
        self.procedure.law.values().cloned().collect::<Vec<_>>().join("》《")
    }

    pub(super) fn issuer(&self) -> String {
        self.directory.name_of(&self.document.made.office)
    }

    pub(super) fn today(&self) -> Date {
        day::day_of(self.document.at)
    }

    fn moment_of(&self, act: &str) -> Option<(usize, &Moment)> {
        self.known.matter.history.iter().enumerate().rev().find(|(_, moment)| moment.act == act)
    }

    fn day_of_act(&self, act: &str) -> Date {
        self.moment_of(act).map_or(self.today(), |(_, moment)| day::day_of(moment.at))
    }

    /// Days the event that made the document added.
    fn extends_days(&self) -> u16 {
        match &self.known.made_by {
            MatterFact::Extended { days, .. } => *days,
            _ => 0,
        }
    }

    /// A representative's name.
    fn name_of(&self, party: PartyNumber) -> String {
        let words = self.known.words.first().into_iter().flatten();
        let mut theirs = words.filter(|words| words.party == party);
        theirs.find_map(|words| words.fields.get("name")).cloned().unwrap_or_default()
    }

    /// A word of the first party from the event at an index.
    pub(super) fn word(&self, event: usize, field: &str) -> String {
        let words = self.known.words.get(event).into_iter().flatten();
        let words: Vec<_> = words.cloned().collect();
        identity::said(&words, field).unwrap_or_default()
    }

    fn word_of_act(&self, act: &str, field: &str) -> String {
        if let Some(person) = self.known.person {
            // Another's words are not theirs to read.
            let mut own = self.known.matter.requests.iter().rev().filter(|request| request.person == person);
            let own =
                own.find(|request| request.verb.word() == act).and_then(|own| usize::try_from(own.event).ok());
            let together = || "与其他信访人一并申请".to_owned();
            return own.map_or_else(together, |event| self.word(event.saturating_sub(1), field));
        }
        self.moment_of(act).map_or_else(String::new, |(event, _)| self.word(event, field))
    }

    /// A word of the event that made the document; what was sealed says what was drafted.
    pub(super) fn last_word(&self, field: &str) -> String {
        let sealed = matches!(self.known.made_by, MatterFact::Done { verb: Verb::Seal, .. });
        let draft = self.known.matter.did(Verb::Draft).next_back().filter(|_| sealed);
        let event = draft.and_then(|draft| usize::try_from(draft.event).ok()).unwrap_or(self.known.words.len());
        self.word(event.saturating_sub(1), field)
    }

    /// What the event that made the document says of itself.
    fn reason(&self, of: impl Fn(&MatterFact) -> Option<String>) -> String {
        of(&self.known.made_by).unwrap_or_default()
    }
}
