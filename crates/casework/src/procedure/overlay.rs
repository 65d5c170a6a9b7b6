//! A local overlay: a short file that changes values of a base procedure and takes acts away. It adds nothing.
//!
//! The change is made in the text of the base, so that the merged file is read and proven like any other, and a person can
//! compare the two line by line.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::model::Place;

/// What an overlay says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its id, e.g. `petition-2022-zhejiang`; the merged procedure's id.
    pub id: String,
    /// The id of the procedure it changes.
    pub of: String,
    /// Where it holds, e.g. 浙江.
    pub place: String,
}

/// One replacement in the text of the base.
type Edit = (Range<usize>, String);

/// What an overlay says of itself, so that its base can be found.
///
/// # Errors
/// It is not TOML, or `[overlay]` lacks what it must have.
pub fn head(overlay: &str) -> Result<Head, Vec<Fault>> {
    let file = Source::read(overlay)?;
    let mut faults = Vec::new();
    let head = file.head(&mut faults);
    if faults.is_empty() { Ok(head) } else { Err(faults) }
}

/// The text of the base with the overlay's changes made.
///
/// # Errors
/// Every fault of the overlay, with its line and column: not TOML, unknown keys, a base it is not of, values and acts the
/// base does not have. Faults of the merged procedure are for [`super::read`].
pub fn merge(base: &str, overlay: &str) -> Result<String, Vec<Fault>> {
    let file = Source::read(overlay)?;
    let below = Source::read(base)?;
    let mut faults = Vec::new();
    let head = file.head(&mut faults);
    let mut edits: Vec<Edit> = Vec::new();
    below.rename(&file, &head, &mut edits, &mut faults);
    if let Some(change) = file.root.get("change").and_then(|value| value.get_ref().as_table()) {
        file.changes(change, Some(&below.root), &mut Vec::new(), &mut edits, &mut faults);
    }
    if let Some(removed) = file.root.get("remove").or_else(|| file.own().and_then(|own| own.get("remove"))) {
        file.removals(&below, removed, &mut edits, &mut faults);
    }
    if faults.is_empty() {
        Ok(edited(base, edits))
    } else {
        faults.sort_by_key(|fault| fault.place);
        Err(faults)
    }
}

/// Makes every edit, the last in the text first, so that earlier places stay where they are.
fn edited(base: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = base.to_owned();
    for (range, with) in edits {
        if text.is_char_boundary(range.start) && text.is_char_boundary(range.end) && range.start <= range.end {
            text.replace_range(range, &with);
        }
    }
    text
}

/// A file and its tables, with where everything stands in the text.
struct Source<'t> {
    text: &'t str,
    root: DeTable<'t>,
}

impl<'t> Source<'t> {
    fn read(text: &'t str) -> Result<Source<'t>, Vec<Fault>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let source = Source { text, root: root.into_inner() };
        if errors.is_empty() {
            return Ok(source);
        }
        let fault = |error: &toml::de::Error| {
            let place = source.place(error.span().map_or(0, |span| span.start));
            let message = format!("this is not TOML: {}", error.message());
            Fault::new(place, "F1", message, "mend the line; see https://toml.io/en/v1.0.0")
        };
        Err(errors.iter().map(fault).collect())
    }

    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
        Place { line, column }
    }

    fn own(&self) -> Option<&DeTable<'t>> {
        self.root.get("overlay")?.get_ref().as_table()
    }

    /// `[overlay]`, with every key it must have and none it does not know.
    fn head(&self, faults: &mut Vec<Fault>) -> Head {
        let unknown = |faults: &mut Vec<Fault>, place, key: &str, known: &str| {
            faults.push(Fault::new(
                place,
                "F2",
                format!("an overlay has no key '{key}'"),
                format!("keys are: {known}"),
            ));
        };
        for key in self.root.keys().filter(|key| !["overlay", "change", "remove"].contains(&&**key.get_ref())) {
            unknown(faults, self.place(key.span().start), key.get_ref(), "overlay, change, remove");
        }
        let known = ["id", "of", "where", "in_force", "law", "remove"];
        for key in self.own().into_iter().flat_map(DeTable::keys) {
            if !known.contains(&&**key.get_ref()) {
                unknown(faults, self.place(key.span().start), key.get_ref(), &known.join(", "));
            }
        }
        let mut need = |key: &str| {
            let text = self.own().and_then(|own| own.get(key)).and_then(|value| value.get_ref().as_str());
            if text.is_none() {
                let mend = format!("add {key} = \"...\" to [overlay]");
                faults.push(Fault::new(self.place(0), "F3", format!("the overlay lacks '{key}'"), mend));
            }
            text.unwrap_or_default().to_owned()
        };
        Head { id: need("id"), of: need("of"), place: need("where") }
    }

    /// The merged procedure has the overlay's id, its own name, its first day and the laws it adds.
    fn rename(&self, overlay: &Source<'_>, head: &Head, edits: &mut Vec<Edit>, faults: &mut Vec<Fault>) {
        let Some(own) = self.root.get("procedure").and_then(|value| value.get_ref().as_table()) else { return };
        let id = own.get("id").and_then(|id| id.get_ref().as_str()).unwrap_or_default();
        if id != head.of {
            let message = format!("the overlay is of '{}', not of '{id}'", head.of);
            faults.push(Fault::new(
                overlay.place(0),
                "F5",
                message,
                "merge it with the procedure it names in 'of'",
            ));
            return;
        }
        let mut set = |key: &str, with: String| {
            if let Some(value) = own.get(key) {
                edits.push((value.span(), with));
            }
        };
        set("id", quoted(&head.id));
        let name = own.get("name").and_then(|name| name.get_ref().as_str()).unwrap_or_default();
        set("name", quoted(&format!("{name}（{}）", head.place)));
        let theirs = overlay.own();
        if let Some(from) = theirs.and_then(|own| own.get("in_force")) {
            set("in_force", overlay.text.get(from.span()).unwrap_or_default().to_owned());
        }
        let laws = |table: Option<&DeTable<'_>>| -> Vec<String> {
            let law = table.and_then(|own| own.get("law")).and_then(|law| law.get_ref().as_table());
            let named = law.into_iter().flatten();
            named
                .filter_map(|(key, name)| {
                    Some(format!("{} = {}", key.get_ref(), quoted(name.get_ref().as_str()?)))
                })
                .collect()
        };
        let added = laws(theirs);
        if !added.is_empty() {
            let all = [laws(Some(own)), added].concat();
            set("law", format!("{{ {} }}", all.join(", ")));
        }
    }

    /// Every value of `[change]` takes the place of the base's value of that name.
    fn changes(
        &self,
        change: &DeTable<'t>,
        below: Option<&DeTable<'_>>,
        path: &mut Vec<String>,
        edits: &mut Vec<Edit>,
        faults: &mut Vec<Fault>,
    ) {
        for (key, value) in change {
            let name: &str = key.get_ref();
            path.push(name.to_owned());
            let there = below.and_then(|table| table.get_key_value(name));
            let inner = there.and_then(|(_, value)| value.get_ref().as_table());
            match (value.get_ref(), there) {
                (DeValue::Table(change), Some(_)) if inner.is_some() => {
                    self.changes(change, inner, path, edits, faults);
                }
                (DeValue::Table(_), _) => faults.push(self.not_there(key.span().start, path)),
                (_, Some((_, old))) if inner.is_none() => {
                    edits.push((old.span(), self.text.get(value.span()).unwrap_or_default().to_owned()));
                }
                // A rule has one source: naming a local one takes the place of the article, and the other way round.
                (_, None) if name == "local" || name == "law" => {
                    let other = if name == "local" { "law" } else { "local" };
                    match below.and_then(|table| table.get_key_value(other)) {
                        Some((key, old)) => {
                            let new = self.text.get(value.span()).unwrap_or_default();
                            edits.push((key.span().start..old.span().end, format!("{name} = {new}")));
                        }
                        None => faults.push(self.not_there(key.span().start, path)),
                    }
                }
                _ => faults.push(self.not_there(key.span().start, path)),
            }
            path.pop();
        }
    }

    /// An overlay adds nothing: what it changes must be there.
    fn not_there(&self, offset: usize, path: &[String]) -> Fault {
        let message = format!("the base has no value '{}'", path.join("."));
        Fault::new(
            self.place(offset),
            "F5",
            message,
            "an overlay changes values and removes acts; it adds nothing",
        )
    }

    /// Acts taken away: `step.received.act.object`, `open.act.urge`.
    fn removals(
        &self,
        base: &Source<'_>,
        removed: &toml::Spanned<DeValue<'t>>,
        edits: &mut Vec<Edit>,
        faults: &mut Vec<Fault>,
    ) {
        let items = removed.get_ref().as_array();
        for item in items.into_iter().flat_map(|items| items.iter()) {
            let path = item.get_ref().as_str().unwrap_or_default();
            match base.act_at(path) {
                Some(range) => edits.push((range, String::new())),
                None => {
                    let message = format!("the base has no act '{path}'");
                    let mend =
                        "write e.g. \"step.received.act.object\" or \"open.act.urge\"; only acts can be removed";
                    faults.push(Fault::new(self.place(item.span().start), "F5", message, mend));
                }
            }
        }
    }

    /// The lines an act stands in.
    fn act_at(&self, path: &str) -> Option<Range<usize>> {
        let parts: Vec<&str> = path.split('.').collect();
        let (above, act) = match parts[..] {
            [.., "act", act] => (parts.get(..parts.len() - 1)?, act),
            _ => return None,
        };
        let mut table = &self.root;
        for part in above {
            table = table.get(*part)?.get_ref().as_table()?;
        }
        let (key, value) = table.get_key_value(act)?;
        let start = self.text.get(..key.span().start)?.rfind('\n').map_or(0, |end| end + 1);
        let end = value.span().end;
        let line_end = self.text.get(end..)?.find('\n').map_or(self.text.len(), |more| end + more + 1);
        Some(start..line_end)
    }
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
