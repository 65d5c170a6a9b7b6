//! Reads a role: which body or person it is in a given matter.

use super::reader::{Kind, Node, Reader, suggest};
use crate::procedure::model::{Place, Who, WhoIs};
use crate::verb::{FieldKind, Verb};

pub(super) fn who<'t>(reader: &mut Reader<'t>, id: String, node: &Node<'_, 't>) -> Who {
    reader.known(node, &["name", "is", "above"]);
    reader.need_text(node, "is");
    let written = reader.texts(node, "is");
    let is = match written.first() {
        Some((text, place)) => who_is(reader, text, *place),
        None => WhoIs::Petitioner,
    };
    let mut above = reader.references(node, "above", Kind::Role);
    // Who stands above by what they are need not say so twice.
    if let WhoIs::Above(role) | WhoIs::LeaderOf(role) = &is
        && !above.contains(role)
    {
        above.insert(0, role.clone());
    }
    Who { name: reader.need_text(node, "name"), id, is, above, place: node.place }
}

fn who_is(reader: &mut Reader<'_>, text: &str, place: Place) -> WhoIs {
    let split = |intro: &str| text.strip_prefix(intro).map(|role| role.trim().to_owned());
    match text {
        "petitioner" => return WhoIs::Petitioner,
        "registers" => return WhoIs::Registers,
        "competent" => return WhoIs::Competent,
        "joint meeting" => return WhoIs::JointMeeting,
        "above accused" => return WhoIs::AboveAccused,
        "accused" => return WhoIs::Accused,
        _ => {}
    }
    if let Some(role) = split("above ") {
        reader.uses(Kind::Role, &role, place);
        return WhoIs::Above(role);
    }
    if let Some(role) = split("leader of ") {
        reader.uses(Kind::Role, &role, place);
        return WhoIs::LeaderOf(role);
    }
    if let Some(named) = split("named in ") {
        return named_in(reader, &named, place);
    }
    let forms = [
        "petitioner",
        "registers",
        "competent",
        "joint meeting",
        "above accused",
        "accused",
        "above <role>",
        "leader of <role>",
        "named in <verb>.<field>",
    ];
    let mend = suggest(text, forms.into_iter(), "a role is");
    reader.fault(place, "F4", format!("'{text}' does not say who this is"), mend);
    WhoIs::Petitioner
}

/// `advise.to or promise.who, else organ`: the fields that name the office, and who it is where none did.
fn named_in(reader: &mut Reader<'_>, text: &str, place: Place) -> WhoIs {
    let (fields, otherwise) = match text.split_once(", else ") {
        Some((fields, role)) => (fields, Some(role.trim().to_owned())),
        None => (text, None),
    };
    if let Some(role) = &otherwise {
        reader.uses(Kind::Role, role, place);
    }
    let mut by = Vec::new();
    for field in fields.split(" or ").map(str::trim) {
        match naming(field) {
            Some(named) => by.push(named),
            None => {
                let message = format!("'{field}' names no office");
                let mend =
                    "write a verb and a field of it that must be told an office, e.g. \"named in advise.to\"";
                reader.fault(place, "F4", message, mend);
            }
        }
    }
    WhoIs::Named { by, otherwise }
}

/// A verb and its field that must be told an office. A transfer is not among them: whom it names is "competent".
fn naming(text: &str) -> Option<(Verb, String)> {
    let (verb, field) = text.split_once('.')?;
    let verb = Verb::from_word(verb).filter(|verb| *verb != Verb::Transfer)?;
    let names =
        |known: &&crate::verb::Field| known.name == field && known.kind == FieldKind::Office && known.required;
    verb.fields().iter().find(names).map(|_| (verb, field.to_owned()))
}
