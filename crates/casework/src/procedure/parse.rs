//! Reads a procedure file into its shapes; every fault has its line and column, and all are found in one go.

mod beside;
pub(super) mod near;
mod reader;
mod who;

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use self::beside::{finding, guards, track};
use self::reader::{Kind, Node, Reader, suggest};
use self::who::who;
use super::acts::Acts;
use super::fault::Fault;
use super::model::{
    Act, AtEnd, ById, Clock, ClockKind, Counting, Extension, Letter, Outcome, Procedure, Remedy, Step,
};
use crate::refused;
use crate::verb::Verb;

/// Reads a procedure file (TOML 1.0).
///
/// What it returns is complete and its names are declared; whether it is sound is for [`super::check()`].
///
/// # Errors
/// Every fault of form, in the order of the file: unreadable TOML, unknown keys, verbs and names, unreadable
/// values, rules without a basis, refused words.
pub fn parse(text: &str) -> Result<Procedure, Vec<Fault>> {
    let mut reader = Reader::new(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = reader.place(error.span().map_or(0, |span| span.start));
        let message = format!("this is not TOML: {}", error.message());
        reader.fault(place, "F1", message, "mend the line; see https://toml.io/en/v1.0.0");
    }
    // After a broken line the rest is guesswork: only what is surely wrong is reported.
    if !reader.faults.is_empty() {
        return Err(in_order(reader.faults));
    }
    refuse_words(&mut reader, root.get_ref());
    let procedure = procedure(&mut reader, root.get_ref());
    reader.look_up();
    if reader.faults.is_empty() { Ok(procedure) } else { Err(in_order(reader.faults)) }
}

fn in_order(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|fault| fault.place);
    faults
}

/// Looks for refused words in every key and every text of the file.
fn refuse_words(reader: &mut Reader<'_>, table: &DeTable<'_>) {
    for (key, value) in table {
        refuse_word(reader, key.get_ref(), key.span().start);
        refuse_words_in_value(reader, value.get_ref(), value.span().start);
    }
}

fn refuse_words_in_value(reader: &mut Reader<'_>, value: &DeValue<'_>, offset: usize) {
    match value {
        DeValue::String(text) => refuse_word(reader, text, offset),
        DeValue::Table(table) => refuse_words(reader, table),
        DeValue::Array(items) => {
            for item in items {
                refuse_words_in_value(reader, item.get_ref(), item.span().start);
            }
        }
        _ => {}
    }
}

fn refuse_word(reader: &mut Reader<'_>, text: &str, offset: usize) {
    if let Some(word) = refused::in_procedure(text) {
        let message = format!("'{word}' is a measure against persons, and this program does not do that");
        let place = reader.place(offset);
        reader.fault(place, "X2", message, "a procedure is about matters; take it out");
    }
}

fn procedure<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> Procedure {
    let file = reader.root(root);
    reader.known(
        &file,
        &["procedure", "who", "clock", "track", "finding", "letter", "outcome", "everywhere", "open", "step"],
    );
    let head = reader.need_table(&file, "procedure", "[procedure]");
    let mut read = match head {
        Some(head) => head_of(reader, &head),
        None => empty(),
    };
    if let Some(node) = reader.need_table(&file, "who", "[who]") {
        read.who = by_id(reader, &node, Kind::Role, who);
    }
    if let Some(node) = reader.need_table(&file, "clock", "[clock]") {
        read.clocks = by_id(reader, &node, Kind::Clock, clock);
    }
    if let Some(node) = reader.table(&file, "track", "[track]") {
        read.tracks = by_id(reader, &node, Kind::Track, track);
    }
    if let Some(node) = reader.table(&file, "finding", "[finding]") {
        read.findings = by_id(reader, &node, Kind::Finding, finding);
    }
    if let Some(node) = reader.table(&file, "letter", "[letter]") {
        read.letters = by_id(reader, &node, Kind::Letter, letter);
    }
    if let Some(node) = reader.table(&file, "outcome", "[outcome]") {
        read.outcomes = by_id(reader, &node, Kind::Outcome, outcome);
    }
    if let Some(node) = reader.table(&file, "everywhere", "[everywhere]") {
        reader.known(&node, &["act"]);
        read.everywhere = acts(reader, &node);
    }
    if let Some(node) = reader.table(&file, "open", "[open]") {
        reader.known(&node, &["act"]);
        read.while_open = acts(reader, &node);
    }
    if let Some(node) = reader.need_table(&file, "step", "[step]") {
        read.steps = by_id(reader, &node, Kind::Step, step);
    }
    read
}

fn by_id<'t, T>(
    reader: &mut Reader<'t>,
    node: &Node<'_, 't>,
    kind: Kind,
    read: impl Fn(&mut Reader<'t>, String, &Node<'_, 't>) -> T,
) -> ById<T> {
    let mut all = ById::default();
    for (id, inner) in reader.entries(node, kind) {
        let one = read(reader, id.clone(), &inner);
        all.insert(id, one);
    }
    all.sort_unstable_keys();
    all
}

/// What stands in for a procedure whose head is missing; never returned, since that is a fault.
fn empty() -> Procedure {
    Procedure {
        id: String::new(),
        family: String::new(),
        name: String::new(),
        law: BTreeMap::new(),
        in_force: Date::MIN,
        until: None,
        begins: String::new(),
        counting: Counting { roll_forward: false, basis: String::new() },
        who: ById::default(),
        clocks: ById::default(),
        tracks: ById::default(),
        findings: ById::default(),
        letters: ById::default(),
        outcomes: ById::default(),
        everywhere: Acts::default(),
        while_open: Acts::default(),
        steps: ById::default(),
    }
}

fn head_of<'t>(reader: &mut Reader<'t>, node: &Node<'_, 't>) -> Procedure {
    reader.known(node, &["id", "name", "family", "law", "in_force", "until", "begins", "counting"]);
    let in_force = reader.need_date(node, "in_force");
    let until = reader.date(node, "until").map(|(day, place)| {
        if day < in_force {
            reader.fault(
                place,
                "F4",
                "the last day lies before the first",
                "'until' is the last day of registration it governs, 'in_force' the first",
            );
        }
        day
    });
    let law = match reader.table(node, "law", "law") {
        Some(laws) => reader.names(&laws, Kind::Law),
        None => BTreeMap::new(),
    };
    Procedure {
        id: reader.need_id(node, "id"),
        family: reader.need_id(node, "family"),
        name: reader.need_text(node, "name"),
        law,
        in_force,
        until,
        begins: reader.need_reference(node, "begins", Kind::Step),
        counting: counting(reader, node),
        ..empty()
    }
}

fn counting<'t>(reader: &mut Reader<'t>, head: &Node<'_, 't>) -> Counting {
    let Some(node) = reader.need_table(head, "counting", "counting") else {
        return empty().counting;
    };
    reader.known(&node, &["last_day_off", "basis"]);
    let roll = reader.texts(&node, "last_day_off");
    let roll_forward = match roll.first() {
        None => false,
        Some((text, _)) if text == "roll forward" => true,
        Some((text, place)) => {
            let message = format!("'{text}' is not a way to count a last day off");
            let mend = "write \"roll forward\", or leave it out where the day stands as it falls";
            reader.fault(*place, "F4", message, mend);
            false
        }
    };
    Counting { roll_forward, basis: reader.need_text(&node, "basis") }
}

fn clock<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Clock {
    let keys = ["name", "kind", "limit", "from", "extend", "roll", "warn", "at_end", "again", "law", "local"];
    reader.known(node, &keys);
    let kind = match reader.texts(node, "kind").first() {
        None => ClockKind::Due,
        Some((text, _)) if text == "due" => ClockKind::Due,
        Some((text, _)) if text == "window" => ClockKind::Window,
        Some((text, _)) if text == "floor" => ClockKind::Floor,
        Some((text, place)) => {
            let mend = suggest(text, ["due", "window", "floor"].into_iter(), "a clock is");
            reader.fault(*place, "F4", format!("'{text}' is not a kind of clock"), mend);
            ClockKind::Due
        }
    };
    let rungs = reader.tables(node, "extend", &format!("the extension of clock '{id}'"));
    let extend = rungs.iter().map(|inner| extension(reader, inner)).collect();
    // A floor ends by letting something be done: it needs no other consequence.
    let at_end = match kind {
        ClockKind::Floor => reader.table(node, "at_end", "at_end"),
        ClockKind::Due | ClockKind::Window => reader.need_table(node, "at_end", "at_end"),
    };
    let at_end = at_end.map_or_else(AtEnd::default, |inner| at_end_of(reader, &inner));
    let stands = match reader.texts(node, "roll").first() {
        None => false,
        Some((text, _)) if text == "none" => true,
        Some((text, place)) => {
            let message = format!("'{text}' is not a way to count a last day off");
            reader.fault(*place, "F4", message, "write roll = \"none\", or leave it out");
            false
        }
    };
    Clock {
        name: reader.need_text(node, "name"),
        kind,
        limit: reader.need_limit(node, "limit"),
        from: reader.references(node, "from", Kind::Start),
        extend,
        stands,
        warn: warn(reader, node),
        at_end,
        again: reader.limit(node, "again"),
        basis: reader.need_basis(node),
        place: node.place,
        id,
    }
}

/// `warn = "80 %"`: whoever must act is reminded once that part of the time is gone.
fn warn<'t>(reader: &mut Reader<'t>, node: &Node<'_, 't>) -> Option<u8> {
    let (text, place) = reader.texts(node, "warn").into_iter().next()?;
    let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<u8>().ok());
    let percent = percent.filter(|percent| (1..100).contains(percent));
    if percent.is_none() {
        reader.fault(place, "F4", format!("'{text}' is not a part of the time"), "write e.g. \"80 %\"");
    }
    percent
}

fn extension<'t>(reader: &mut Reader<'t>, node: &Node<'_, 't>) -> Extension {
    reader.known(node, &["most", "approved_by", "letter", "law", "local"]);
    Extension {
        most: reader.need_limit(node, "most"),
        approved_by: reader.need_reference(node, "approved_by", Kind::Role),
        letter: reader.need_reference(node, "letter", Kind::Letter),
        basis: reader.need_basis(node),
    }
}

fn at_end_of<'t>(reader: &mut Reader<'t>, node: &Node<'_, 't>) -> AtEnd {
    reader.known(node, &["tells", "to", "lapses", "opens"]);
    AtEnd {
        opens: reader.references(node, "opens", Kind::Track),
        tells: reader.references(node, "tells", Kind::Role),
        to: reader.reference(node, "to", Kind::Step),
        lapses: reader.text(node, "lapses"),
    }
}

fn letter<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Letter {
    reader.known(node, &["name", "to", "must_state", "law", "local"]);
    let must_state = reader.texts(node, "must_state");
    Letter {
        name: reader.need_text(node, "name"),
        to: reader.need_reference(node, "to", Kind::Role),
        must_state: must_state.into_iter().map(|(text, _)| text).collect(),
        basis: reader.basis(node),
        place: node.place,
        id,
    }
}

fn outcome<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Outcome {
    reader.known(node, &["name", "adverse", "remedy", "remains", "opens"]);
    let remedy =
        reader.table(node, "remedy", &format!("the remedy of outcome '{id}'")).map(|inner| remedy(reader, &inner));
    Outcome {
        name: reader.need_text(node, "name"),
        adverse: reader.flag(node, "adverse"),
        remedy,
        remains: reader.text(node, "remains"),
        opens: reader.references(node, "opens", Kind::Track),
        place: node.place,
        id,
    }
}

fn remedy<'t>(reader: &mut Reader<'t>, node: &Node<'_, 't>) -> Remedy {
    reader.known(node, &["act", "elsewhere", "to", "limit", "law", "local"]);
    Remedy {
        act: reader.reference(node, "act", Kind::Act),
        elsewhere: reader.text(node, "elsewhere"),
        to: reader.need_reference(node, "to", Kind::Role),
        limit: reader.need_limit(node, "limit"),
        basis: reader.need_basis(node),
    }
}

fn step<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Step {
    reader.known(
        node,
        &["name", "owner", "track", "clock", "pauses", "pause_law", "pause_local", "end", "remains", "act"],
    );
    let paused = reader.references(node, "pauses", Kind::Clock);
    let pauses = (!paused.is_empty()).then(|| (paused, reader.need_basis_of(node, "pause_law", "pause_local")));
    Step {
        track: reader.reference(node, "track", Kind::Track),
        pauses,
        name: reader.need_text(node, "name"),
        owner: reader.reference(node, "owner", Kind::Role),
        clocks: reader.references(node, "clock", Kind::Clock),
        acts: acts(reader, node),
        end: reader.flag(node, "end"),
        remains: reader.text(node, "remains"),
        place: node.place,
        id,
    }
}

fn acts<'t>(reader: &mut Reader<'t>, node: &Node<'_, 't>) -> Acts {
    let Some(node) = reader.table(node, "act", "act") else {
        return Acts::default();
    };
    let entries = reader.entries(&node, Kind::Act);
    entries.into_iter().map(|(id, inner)| act(reader, id, &inner)).collect::<Vec<_>>().into()
}

fn act<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Act {
    reader.known(
        node,
        &[
            "verb",
            "by",
            "to",
            "main",
            "outcome",
            "letter",
            "answers",
            "while",
            "after",
            "when",
            "sets",
            "opens",
            "closes",
            "other_hands",
            "at_most",
            "extends",
            "tells",
            "law",
            "local",
        ],
    );
    let verb = verb(reader, &id, node);
    reader.declare(Kind::Start, &id);
    reader.declare(Kind::Start, verb.word());
    Act {
        verb,
        by: reader.need_references(node, "by", Kind::Role),
        to: reader.reference(node, "to", Kind::Step),
        outcomes: reader.references(node, "outcome", Kind::Outcome),
        letter: reader.reference(node, "letter", Kind::Letter),
        answers: reader.flag(node, "answers"),
        during: reader.reference(node, "while", Kind::Clock),
        after: reader.reference(node, "after", Kind::Clock),
        when: guards(reader, node),
        sets: match reader.table(node, "sets", "sets") {
            Some(inner) => reader.settings(&inner, Kind::Finding),
            None => BTreeMap::new(),
        },
        opens: reader.references(node, "opens", Kind::Track),
        closes: reader.references(node, "closes", Kind::Track),
        main: reader.reference(node, "main", Kind::Step),
        other_hands: reader.flag(node, "other_hands"),
        at_most: reader.number(node, "at_most", 9).and_then(|number| u8::try_from(number).ok()),
        extends: reader.reference(node, "extends", Kind::Clock),
        tells: reader.references(node, "tells", Kind::Role),
        basis: reader.basis(node),
        place: node.place,
        id,
    }
}

/// The verb of an act: written, or the act's own id. The verbs are closed: a file cannot add one.
fn verb<'t>(reader: &mut Reader<'t>, id: &str, node: &Node<'_, 't>) -> Verb {
    let written = reader.texts(node, "verb").into_iter().next();
    let (word, place, hint) = match &written {
        Some((word, place)) => (word.as_str(), *place, ""),
        None => (id, node.place, "add verb = \"...\": "),
    };
    Verb::from_word(word).unwrap_or_else(|| {
        let mend = suggest(word, Verb::ALL.iter().map(|verb| verb.word()), "verbs are");
        let message = format!("'{word}' is not a verb this program knows");
        reader.fault(place, "X1", message, format!("{hint}{mend}"));
        Verb::Rate
    })
}
