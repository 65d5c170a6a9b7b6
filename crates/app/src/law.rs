//! The law adopted at this node: calendar, procedures and figure definitions, each an event named by its hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use casework::calendar::Calendar;
use casework::event::{Event, LawEvent, Public, Stream};
use casework::figure::Report;
use casework::procedure::{self, Procedure};
use casework::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use store::{Context, Entry, Source, Store, StoreError};

use crate::adopt::TRIAL;
use crate::error::AppError;

/// What the program is shipped with: kind, id, text.
const SHIPPED: [(&str, &str, &str); 12] = [
    ("calendar", "cn", include_str!("../../../calendars/cn.toml")),
    ("procedure", "petition-2005", include_str!("../../../procedures/petition-2005/procedure.toml")),
    ("procedure", "petition-2022", include_str!("../../../procedures/petition-2022/procedure.toml")),
    ("procedure", "suggestion", include_str!("../../../procedures/suggestion/procedure.toml")),
    ("procedure", "complaint", include_str!("../../../procedures/complaint/procedure.toml")),
    ("procedure", "retaliation", include_str!("../../../procedures/retaliation/procedure.toml")),
    ("procedure", "message-board", include_str!("../../../procedures/message-board/procedure.toml")),
    ("procedure", "data-demand", include_str!("../../../procedures/data-demand/procedure.toml")),
    ("figures", "work-summary", include_str!("../../../figures/work-summary.toml")),
    ("figures", "duties", include_str!("../../../figures/duties.toml")),
    ("figures", "reply-delay", include_str!("../../../figures/reply-delay.toml")),
    ("figures", "data-demands", include_str!("../../../figures/data-demands.toml")),
];

/// The text of a procedure the program is shipped with.
pub fn shipped_procedure(id: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(kind, known, _)| *kind == "procedure" && *known == id).map(|(_, _, text)| *text)
}

/// A procedure file, whole: a local overlay comes merged into the shipped procedure it is over.
///
/// # Errors
/// What is wrong with the overlay, line by line.
pub fn whole_procedure(text: &str) -> Result<String, Vec<String>> {
    if !text.lines().any(|line| line.trim() == "[overlay]") {
        return Ok(text.to_owned());
    }
    let said = |faults: Vec<procedure::Fault>| faults.iter().map(ToString::to_string).collect::<Vec<String>>();
    let head = procedure::overlay::head(text).map_err(said)?;
    let base = shipped_procedure(&head.of)
        .ok_or_else(|| vec![format!("it is over '{}', which is not a shipped procedure", head.of)])?;
    procedure::overlay::merge(base, text).map_err(said)
}

/// Law in force here.
#[derive(Debug)]
pub struct Law {
    /// Rest days.
    pub calendar: Calendar,
    /// Hash of that table.
    pub calendar_hash: String,
    /// Procedures by hash; a matter names the hash it runs under.
    procedures: BTreeMap<String, Arc<Procedure>>,
    /// Hash of the version of each procedure adopted last, by id.
    current: BTreeMap<String, String>,
    /// Report definitions by id.
    reports: BTreeMap<String, Report>,
    /// Events of the law so far.
    pub(crate) version: u64,
    /// When this node began.
    pub founded: Option<Timestamp>,
    /// Hash of a procedure that is only tried out here, unproven.
    pub on_trial: Option<String>,
}

impl Law {
    /// The procedure with a hash.
    ///
    /// # Errors
    /// The journal names a procedure that was never adopted.
    pub fn by_hash(&self, hash: &str) -> Result<Arc<Procedure>, AppError> {
        self.procedures
            .get(hash)
            .cloned()
            .ok_or_else(|| StoreError::Damaged(format!("procedure {hash} was never adopted")).into())
    }

    /// The procedure that governs a matter registered on a day: named by id or by family. With its hash.
    ///
    /// # Errors
    /// There is none.
    pub fn governing(&self, name: &str, day: Date) -> Result<(String, Arc<Procedure>), AppError> {
        let in_force =
            |procedure: &Procedure| procedure.in_force <= day && procedure.until.is_none_or(|until| day <= until);
        self.current
            .values()
            .filter_map(|hash| Some((hash.clone(), self.procedures.get(hash)?.clone())))
            .filter(|(_, procedure)| (procedure.family == name || procedure.id == name) && in_force(procedure))
            // What was adopted here goes before what the program brings.
            .min_by_key(|(_, procedure)| shipped_procedure(&procedure.id).is_some())
            .ok_or_else(|| Refusal::NoProcedure { family: name.chars().take(40).collect(), day }.into())
    }

    /// A report's definition.
    ///
    /// # Errors
    /// There is no such report; the message names those there are.
    pub fn report(&self, id: &str) -> Result<&Report, AppError> {
        self.reports.get(id).ok_or_else(|| {
            let known: Vec<&str> = self.reports.keys().map(String::as_str).collect();
            AppError::Input(format!("there is no report '{id}'; there are: {}", known.join(", ")))
        })
    }

    /// The reports in use, by id.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.reports.values()
    }

    /// The newest version of a procedure.
    pub fn newest(&self, id: &str) -> Option<&Arc<Procedure>> {
        self.procedures.get(self.current.get(id)?)
    }

    /// The name of a step of a family, as the newest procedure that has it calls it.
    pub fn step_name(&self, family: &str, step: &str) -> String {
        let known = self.procedures().filter(|procedure| procedure.family == family);
        let found = known.filter_map(|procedure| procedure.steps.get(step)).last();
        found.map_or_else(|| step.to_owned(), |step| step.name.clone())
    }

    /// The procedures in use, newest version of each.
    pub fn procedures(&self) -> impl Iterator<Item = &Arc<Procedure>> {
        self.current.values().filter_map(|hash| self.procedures.get(hash))
    }
}

/// What adopting the shipped law did.
pub(crate) struct Adopted {
    /// Another table of rest days than the one due dates were derived with.
    pub(crate) changes_due_dates: bool,
}

/// Adopts what the program is shipped with and the journal does not know yet.
pub(crate) fn adopt_shipped(store: &Store, now: Timestamp) -> Result<Adopted, AppError> {
    let events = store.events(&Stream::Law, 0)?;
    let adopted = |hash: &str| {
        events.iter().any(|event| {
            matches!(&event.public, Public::Law(LawEvent::LawAdopted { hash: known, .. }) if known == hash)
        })
    };
    let mut expected = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let mut changes_due_dates = false;
    let mut entries = Vec::new();
    let mut add = |event: LawEvent| {
        let event = Event::public(Public::Law(event));
        entries.push((
            Entry { stream: Stream::Law, expected, procedure: String::new(), event, file: None },
            Vec::new(),
        ));
        expected += 1;
    };
    if events.is_empty() {
        add(LawEvent::NodeFounded { node: store.node().to_owned() });
    }
    for (kind, id, text) in SHIPPED {
        let hash = store::content_hash(text);
        if !adopted(&hash) {
            changes_due_dates |= kind == "calendar" && !events.is_empty();
            add(LawEvent::LawAdopted {
                kind: kind.to_owned(),
                id: id.to_owned(),
                hash,
                text: text.to_owned(),
                signed: Vec::new(),
            });
        }
    }
    if entries.is_empty() {
        return Ok(Adopted { changes_due_dates });
    }
    let context = Context {
        command: format!("adopt/{}", expected),
        source: Source::Live,
        actor: "admin".to_owned(),
        at: now,
        recorded: now,
    };
    store.append(context, entries)?;
    Ok(Adopted { changes_due_dates })
}

/// The table of rest days adopted last; none before the first.
pub(crate) fn calendar_in_use(store: &Store) -> Result<Option<Calendar>, AppError> {
    let adopted = store.events(&Stream::Law, 0)?.into_iter().rev().find_map(|recorded| match recorded.public {
        Public::Law(LawEvent::LawAdopted { kind, text, .. }) if kind == "calendar" => Some(text),
        _ => None,
    });
    Ok(adopted.and_then(|text| Calendar::parse(&text).ok()))
}

/// Reads the adopted law back from the journal.
pub(crate) fn load(store: &Store) -> Result<Law, AppError> {
    let (mut calendar, mut calendar_hash, mut on_trial) = (None, String::new(), None);
    let (mut procedures, mut current, mut reports) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (mut version, mut founded) = (0, None);
    for recorded in store.events(&Stream::Law, 0)? {
        version = recorded.version;
        founded = founded.or(Some(recorded.recorded));
        let Public::Law(LawEvent::LawAdopted { kind, id, hash, text, .. }) = recorded.public else { continue };
        let unusable = |why: String| AppError::Store(StoreError::Damaged(format!("{kind} {id}: {why}")));
        match kind.as_str() {
            "calendar" => {
                calendar = Some(Calendar::parse(&text).map_err(|error| unusable(error.to_string()))?);
                calendar_hash.clone_from(&hash);
            }
            "procedure" | TRIAL => {
                if kind == TRIAL {
                    on_trial = Some(hash.clone());
                }
                let read = procedure::parse(&text)
                    .map_err(|faults| unusable(faults.first().map_or_else(String::new, ToString::to_string)))?;
                procedures.insert(hash.clone(), Arc::new(read));
                current.insert(id, hash);
            }
            "figures" => {
                let report = Report::parse(&text).map_err(|error| unusable(error.to_string()))?;
                reports.insert(id, report);
            }
            _ => {}
        }
    }
    let calendar = calendar.ok_or_else(|| StoreError::Damaged("no calendar was adopted".to_owned()))?;
    Ok(Law { calendar, calendar_hash, procedures, current, reports, version, founded, on_trial })
}
