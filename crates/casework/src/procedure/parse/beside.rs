//! Reads what stands beside the main track and what acts may ask for: side tracks, findings, guards.

use super::reader::{Kind, Node, Reader};
use crate::procedure::model::{Finding, Guard, OUTCOME, Place, Track};

pub(super) fn track<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Track {
    reader.known(node, &["name", "begins", "begins_again", "lives_on", "many", "over"]);
    Track {
        name: reader.need_text(node, "name"),
        begins: reader.need_reference(node, "begins", Kind::Step),
        begins_again: reader.reference(node, "begins_again", Kind::Step),
        lives_on: reader.flag(node, "lives_on"),
        many: reader.flag(node, "many"),
        over: reader.reference(node, "over", Kind::Role),
        place: node.place,
        id,
    }
}

pub(super) fn finding<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Finding {
    reader.known(node, &["name", "values"]);
    let values: Vec<String> = reader.texts(node, "values").into_iter().map(|(text, _)| text).collect();
    for value in &values {
        reader.declare(Kind::Value, &format!("{id} is {value}"));
    }
    if values.len() < 2 {
        let message = format!("finding '{id}' has fewer than two values");
        reader.fault(
            node.place,
            "F4",
            message,
            "add values = [\"no\", \"yes\"]; the first is what holds before it is found",
        );
    }
    if id == OUTCOME {
        reader.fault(
            node.place,
            "F4",
            "'outcome' is what was last decided, and is there already",
            "use another id",
        );
    }
    Finding { name: reader.need_text(node, "name"), values, place: node.place, id }
}

/// `when = ["fits_simple is yes", "track hearing is closed"]`.
pub(super) fn guards<'t>(reader: &mut Reader<'t>, node: &Node<'_, 't>) -> Vec<Guard> {
    let texts = reader.texts(node, "when");
    texts.into_iter().filter_map(|(text, place)| guard(reader, &text, place)).collect()
}

fn guard(reader: &mut Reader<'_>, text: &str, place: Place) -> Option<Guard> {
    let read = || {
        let (what, is) = text.split_once(" is ")?;
        if let Some(track) = what.strip_prefix("track ") {
            let open = match is.trim() {
                "open" => true,
                "closed" => false,
                _ => return None,
            };
            return Some(Guard::Track { track: track.trim().to_owned(), open });
        }
        let (not, values) = match is.trim().strip_prefix("not ") {
            Some(values) => (true, values),
            None => (false, is),
        };
        let values: Vec<String> = values.split(" or ").map(|value| value.trim().to_owned()).collect();
        Some(Guard::Found { finding: what.trim().to_owned(), not, values })
    };
    let guard = read();
    match &guard {
        None => reader.fault(
            place,
            "F4",
            format!("'{text}' is not a guard"),
            "write \"track <track> is open\", \"track <track> is closed\", \"<finding> is <value> or <value>\" or \"<finding> is not <value>\"",
        ),
        Some(Guard::Track { track, .. }) => reader.uses(Kind::Track, track, place),
        Some(Guard::Found { finding, values, .. }) if finding == OUTCOME => {
            for value in values {
                reader.uses(Kind::Outcome, value, place);
            }
        }
        Some(Guard::Found { finding, values, .. }) => {
            reader.uses(Kind::Finding, finding, place);
            for value in values {
                reader.uses(Kind::Value, &format!("{finding} is {value}"), place);
            }
        }
    }
    guard
}
