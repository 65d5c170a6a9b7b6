//! Typed reading of TOML tables that keeps going after a fault and knows the line and column of everything.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::near::nearest;
use crate::procedure::fault::Fault;
use crate::procedure::model::{Basis, Limit, Place};

/// What a name in the file can be the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `[who]`
    Role,
    /// `[step.x]`
    Step,
    /// `[clock.x]`
    Clock,
    /// `[track.x]`
    Track,
    /// `[finding]`
    Finding,
    /// A value of a finding, as `finding is value`.
    Value,
    /// `[letter]`
    Letter,
    /// `[outcome]`
    Outcome,
    /// `act.x` of a step.
    Act,
    /// What starts a clock: an act or the verb of one.
    Start,
    /// `law` of `[procedure]`.
    Law,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Role => "role",
            Kind::Step => "step",
            Kind::Clock => "clock",
            Kind::Track => "track",
            Kind::Finding => "finding",
            Kind::Value => "value",
            Kind::Letter => "letter",
            Kind::Outcome => "outcome",
            Kind::Act => "act",
            Kind::Start => "act or verb",
            Kind::Law => "law",
        }
    }
}

/// A table of the file: its entries, where it stands, what to call it in a message.
#[derive(Debug, Clone)]
pub(super) struct Node<'a, 't> {
    table: &'a DeTable<'t>,
    /// Where its name stands.
    pub(super) place: Place,
    /// e.g. `step 'filed'`.
    pub(super) title: String,
}

/// Reads nodes, collecting faults and the names declared and used.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
    /// Everything found wrong so far.
    pub(super) faults: Vec<Fault>,
    declared: BTreeMap<Kind, BTreeSet<String>>,
    used: Vec<(Kind, String, Place)>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Reader {
            text,
            line_starts: std::iter::once(0).chain(breaks).collect(),
            faults: Vec::new(),
            declared: BTreeMap::new(),
            used: Vec::new(),
        }
    }

    /// The line and column of a byte of the text.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        Place { line, column: before.chars().count() + 1 }
    }

    pub(super) fn fault(
        &mut self,
        place: Place,
        code: &'static str,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.faults.push(Fault::new(place, code, message, mend));
    }

    /// The whole file as a node.
    pub(super) fn root<'a>(&self, table: &'a DeTable<'t>) -> Node<'a, 't> {
        Node { table, place: Place { line: 1, column: 1 }, title: "the file".to_owned() }
    }

    /// Refuses keys the language does not have.
    pub(super) fn known(&mut self, node: &Node<'_, 't>, keys: &[&str]) {
        for key in node.table.keys() {
            let word: &str = key.get_ref();
            if !keys.contains(&word) {
                let mend = suggest(word, keys.iter().copied(), "it may have");
                let message = format!("{} has no key '{word}'", node.title);
                self.fault(self.place(key.span().start), "F2", message, mend);
            }
        }
    }

    fn value<'a>(&self, node: &Node<'a, 't>, key: &str) -> Option<(&'a DeValue<'t>, Place)> {
        let value = node.table.get(key)?;
        Some((value.get_ref(), self.place(value.span().start)))
    }

    fn missing(&mut self, node: &Node<'_, 't>, key: &str) {
        let message = format!("{} lacks '{key}'", node.title);
        self.fault(node.place, "F3", message, format!("add {key} = ..."));
    }

    fn wrong(&mut self, place: Place, key: &str, want: &str) {
        let message = format!("'{key}' cannot be read");
        self.fault(place, "F4", message, format!("write {want}"));
    }

    /// A text that is not blank.
    pub(super) fn text(&mut self, node: &Node<'_, 't>, key: &str) -> Option<String> {
        let (value, place) = self.value(node, key)?;
        match value.as_str() {
            Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
            _ => {
                self.wrong(place, key, "a text in quotes that is not empty");
                None
            }
        }
    }

    /// A text that must be there; empty after a fault.
    pub(super) fn need_text(&mut self, node: &Node<'_, 't>, key: &str) -> String {
        if node.table.get(key).is_none() {
            self.missing(node, key);
        }
        self.text(node, key).unwrap_or_default()
    }

    /// `true` or `false`; false where it is not written.
    pub(super) fn flag(&mut self, node: &Node<'_, 't>, key: &str) -> bool {
        let Some((value, place)) = self.value(node, key) else {
            return false;
        };
        value.as_bool().unwrap_or_else(|| {
            self.wrong(place, key, "true or false, without quotes");
            false
        })
    }

    /// A whole number from 1 to `most`.
    pub(super) fn number(&mut self, node: &Node<'_, 't>, key: &str, most: u16) -> Option<u16> {
        let (value, place) = self.value(node, key)?;
        let number = value
            .as_integer()
            .and_then(|number| u16::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|number| (1..=most).contains(number));
        if number.is_none() {
            self.wrong(place, key, &format!("a whole number from 1 to {most}"));
        }
        number
    }

    /// A length of time.
    pub(super) fn limit(&mut self, node: &Node<'_, 't>, key: &str) -> Option<Limit> {
        let (value, place) = self.value(node, key)?;
        let read = value.as_str().and_then(|text| text.parse::<Limit>().ok());
        if read.is_none() {
            let message = match value.as_str() {
                Some(text) => format!("'{text}' is not a limit"),
                None => format!("'{key}' cannot be read as a limit"),
            };
            let mend = "write e.g. \"15 days\", \"5 working days\", \"2 months\", \"at once\" or \"the day set\"";
            self.fault(place, "F4", message, mend);
        }
        read
    }

    /// A limit that must be there; `at once` after a fault.
    pub(super) fn need_limit(&mut self, node: &Node<'_, 't>, key: &str) -> Limit {
        if node.table.get(key).is_none() {
            self.missing(node, key);
        }
        self.limit(node, key).unwrap_or(Limit::AtOnce)
    }

    /// A day, written as TOML writes it, with the place of its value.
    pub(super) fn date(&mut self, node: &Node<'_, 't>, key: &str) -> Option<(Date, Place)> {
        let (value, place) = self.value(node, key)?;
        let day = value
            .as_datetime()
            .filter(|at| at.time.is_none() && at.offset.is_none())
            .and_then(|at| at.date)
            .and_then(|day| {
                let year = i16::try_from(day.year).ok()?;
                Date::new(year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
            });
        if day.is_none() {
            self.wrong(place, key, "a day that exists, without quotes, e.g. 2022-05-01");
        }
        day.map(|day| (day, place))
    }

    /// A day that must be there.
    pub(super) fn need_date(&mut self, node: &Node<'_, 't>, key: &str) -> Date {
        if node.table.get(key).is_none() {
            self.missing(node, key);
        }
        self.date(node, key).map_or(Date::MIN, |(day, _)| day)
    }

    /// One text or a list of texts, each with its place.
    pub(super) fn texts(&mut self, node: &Node<'_, 't>, key: &str) -> Vec<(String, Place)> {
        let Some((value, place)) = self.value(node, key) else {
            return Vec::new();
        };
        let items: Vec<(&DeValue<'t>, Place)> = match value {
            DeValue::Array(items) => {
                items.iter().map(|item| (item.get_ref(), self.place(item.span().start))).collect()
            }
            other => vec![(other, place)],
        };
        let mut texts: Vec<(String, Place)> = Vec::new();
        for (item, at) in items {
            match item.as_str() {
                Some(text) if texts.iter().any(|(before, _)| before == text) => {
                    let message = format!("'{text}' stands twice in '{key}'");
                    self.fault(at, "F4", message, "drop one");
                }
                Some(text) if !text.trim().is_empty() => texts.push((text.to_owned(), at)),
                _ => self.wrong(at, key, "a text in quotes, or several in [ ]"),
            }
        }
        texts
    }

    /// A table inside a table.
    pub(super) fn table<'a>(&mut self, node: &Node<'a, 't>, key: &str, title: &str) -> Option<Node<'a, 't>> {
        let (name, value) = node.table.get_key_value(key)?;
        let place = self.place(name.span().start);
        if let Some(table) = value.get_ref().as_table() {
            let title = title.to_owned();
            return Some(Node { table, place, title });
        }
        self.wrong(self.place(value.span().start), key, "a table: { ... }");
        None
    }

    /// One table or a list of tables, in order.
    pub(super) fn tables<'a>(&mut self, node: &Node<'a, 't>, key: &str, title: &str) -> Vec<Node<'a, 't>> {
        let Some(items) = node.table.get(key).and_then(|value| value.get_ref().as_array()) else {
            return self.table(node, key, title).into_iter().collect();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            let place = self.place(item.span().start);
            match item.get_ref().as_table() {
                Some(table) => tables.push(Node { table, place, title: title.to_owned() }),
                None => self.wrong(place, key, "a table: { ... }"),
            }
        }
        tables
    }

    /// A table that must be there.
    pub(super) fn need_table<'a>(&mut self, node: &Node<'a, 't>, key: &str, title: &str) -> Option<Node<'a, 't>> {
        if node.table.get(key).is_none() {
            self.missing(node, key);
        }
        self.table(node, key, title)
    }

    /// The named tables inside a table, in the order they are written; their names are declared.
    pub(super) fn entries<'a>(&mut self, node: &Node<'a, 't>, kind: Kind) -> Vec<(String, Node<'a, 't>)> {
        let mut keys: Vec<_> = node.table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let mut entries = Vec::new();
        for (key, value) in keys {
            let id: &str = key.get_ref();
            let place = self.place(key.span().start);
            self.id(id, place, false);
            self.declare(kind, id);
            let Some(table) = value.get_ref().as_table() else {
                self.wrong(self.place(value.span().start), id, "a table: { ... }");
                continue;
            };
            let title = format!("{} '{id}'", kind.word());
            let inner = Node { table, place, title };
            entries.push((id.to_owned(), inner));
        }
        entries
    }

    /// The plain texts of a table, by name (`law = { L22 = "..." }`).
    pub(super) fn names(&mut self, node: &Node<'_, 't>, kind: Kind) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        for key in node.table.keys() {
            let id: &str = key.get_ref();
            self.declare(kind, id);
            if let Some(text) = self.text(node, id) {
                names.insert(id.to_owned(), text);
            }
        }
        names
    }

    /// Refuses an id that is not small letters, digits and `_` (and `-` where a whole procedure is named).
    pub(super) fn id(&mut self, id: &str, place: Place, dashes: bool) {
        let fits = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_' || (dashes && letter == '-')
        };
        if !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.chars().all(fits) {
            let mend = "use small letters a-z, digits and _, a letter first";
            self.fault(place, "F4", format!("'{id}' is not an id"), mend);
        }
    }

    /// An id that must be there, as a value.
    pub(super) fn need_id(&mut self, node: &Node<'_, 't>, key: &str) -> String {
        let id = self.need_text(node, key);
        if let Some((_, place)) = self.value(node, key).filter(|_| !id.is_empty()) {
            self.id(&id, place, true);
        }
        id
    }

    pub(super) fn declare(&mut self, kind: Kind, id: &str) {
        self.declared.entry(kind).or_default().insert(id.to_owned());
    }

    /// Notes that a name is used, to be looked up when all is read.
    pub(super) fn uses(&mut self, kind: Kind, name: &str, place: Place) {
        self.used.push((kind, name.to_owned(), place));
    }

    /// One name of something declared elsewhere in the file.
    pub(super) fn reference(&mut self, node: &Node<'_, 't>, key: &str, kind: Kind) -> Option<String> {
        let name = self.text(node, key)?;
        let (_, place) = self.value(node, key)?;
        self.uses(kind, &name, place);
        Some(name)
    }

    /// A name that must be there.
    pub(super) fn need_reference(&mut self, node: &Node<'_, 't>, key: &str, kind: Kind) -> String {
        if node.table.get(key).is_none() {
            self.missing(node, key);
        }
        self.reference(node, key, kind).unwrap_or_default()
    }

    /// Several names.
    pub(super) fn references(&mut self, node: &Node<'_, 't>, key: &str, kind: Kind) -> Vec<String> {
        let texts = self.texts(node, key);
        for (name, place) in &texts {
            self.uses(kind, name, *place);
        }
        texts.into_iter().map(|(name, _)| name).collect()
    }

    /// Several names, at least one.
    pub(super) fn need_references(&mut self, node: &Node<'_, 't>, key: &str, kind: Kind) -> Vec<String> {
        let empty = |value: &DeValue<'t>| value.as_array().is_some_and(|items| items.is_empty());
        if self.value(node, key).is_none_or(|(value, _)| empty(value)) {
            self.missing(node, key);
        }
        self.references(node, key, kind)
    }

    /// Names with a text each, where the names are declared elsewhere (`sets = { fits_simple = "yes" }`).
    pub(super) fn settings(&mut self, node: &Node<'_, 't>, kind: Kind) -> BTreeMap<String, String> {
        let mut settings = BTreeMap::new();
        for key in node.table.keys() {
            let id: &str = key.get_ref();
            self.uses(kind, id, self.place(key.span().start));
            if let Some(text) = self.text(node, id) {
                let place = self.place(key.span().start);
                self.uses(Kind::Value, &format!("{id} is {text}"), place);
                settings.insert(id.to_owned(), text);
            }
        }
        settings
    }

    /// `law` or `local`, not both.
    pub(super) fn basis(&mut self, node: &Node<'_, 't>) -> Option<Basis> {
        self.basis_of(node, "law", "local")
    }

    fn basis_of(&mut self, node: &Node<'_, 't>, law_key: &str, local_key: &str) -> Option<Basis> {
        let law = self.text(node, law_key);
        let local = self.text(node, local_key);
        if law.is_some() && local.is_some() {
            let message = format!("{} cites both '{law_key}' and '{local_key}'", node.title);
            let mend = "keep the one that allows it";
            self.fault(node.place, "L1", message, mend);
        }
        let Some(law) = law else {
            return local.map(Basis::Local);
        };
        let (_, place) = self.value(node, law_key)?;
        let (short, article) = law.split_once(' ').unwrap_or((&law, ""));
        self.uses(Kind::Law, short, place);
        if !article.starts_with(|first: char| first.is_ascii_digit()) {
            let mend = "write the article after the law, e.g. \"L22 34\"";
            self.fault(place, "L1", format!("'{law}' names no article"), mend);
        }
        Some(Basis::Law(law))
    }

    /// `law` or `local`, which must be there.
    pub(super) fn need_basis(&mut self, node: &Node<'_, 't>) -> Basis {
        self.need_basis_of(node, "law", "local")
    }

    /// The same under other names.
    pub(super) fn need_basis_of(&mut self, node: &Node<'_, 't>, law: &str, local: &str) -> Basis {
        let before = self.faults.len();
        let basis = self.basis_of(node, law, local);
        if basis.is_none() && self.faults.len() == before {
            let message = format!("{} does not say what allows it", node.title);
            let mend = format!("add {law} = \"<law> <article>\", or {local} = \"<why>\" where the law sets none");
            self.fault(node.place, "L1", message, mend);
        }
        basis.unwrap_or(Basis::Local(String::new()))
    }

    /// Looks up every name used; a name that is not declared is a fault.
    pub(super) fn look_up(&mut self) {
        for (kind, name, place) in std::mem::take(&mut self.used) {
            let none = BTreeSet::new();
            let known = self.declared.get(&kind).unwrap_or(&none);
            // Of a finding that is not declared there are no values to name.
            let finding = name.split_once(" is ").filter(|_| kind == Kind::Value).map(|(finding, _)| finding);
            let declared =
                |finding: &str| self.declared.get(&Kind::Finding).is_some_and(|all| all.contains(finding));
            if finding.is_some_and(|finding| !declared(finding)) {
                continue;
            }
            if !known.contains(&name) {
                let mend = suggest(&name, known.iter().map(String::as_str), "declared are");
                let message = format!("there is no {} '{name}'", kind.word());
                self.fault(place, "F5", message, mend);
            }
        }
    }
}

/// "did you mean", or else the list of what there is.
pub(super) fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone, intro: &str) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("did you mean '{near}'?");
    }
    let known: Vec<&str> = known.collect();
    if known.is_empty() {
        return format!("{intro}: none");
    }
    format!("{intro}: {}", known.join(", "))
}
