//! What an office document tells of who made it: properties, authors of remarks and changes, paths, traces in pictures.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

use super::Part;
use crate::embedded;
use crate::unfit::Unfit;

const TYPES: &str = "[Content_Types].xml";
const ROOT: &str = "_rels/.rels";
/// What stands for a name that was taken out: programs want one.
const SOMEBODY: &str = "作者";
/// Attributes that hold a name or an account.
const NAMES: [&str; 7] =
    ["author", "initials", "userId", "providerId", "displayName", "userName", "lastModifiedBy"];

/// What becomes of an element.
enum Fate {
    Stays,
    Goes,
    /// With this in place of it.
    Becomes(BytesStart<'static>),
}

/// The parts without what tells who made the document.
pub(super) fn cleared(parts: Vec<Part>) -> Result<Vec<Part>, Unfit> {
    let mut kept = Vec::with_capacity(parts.len());
    for (name, content) in parts {
        let lower = name.to_ascii_lowercase();
        // Properties and thumbnails; data of the systems that documents are kept in.
        if lower.starts_with("docprops/") || lower.starts_with("customxml/") || lower.ends_with(".psmdcp") {
            continue;
        }
        let content = match embedded::without_traces(&content) {
            Some(picture) => picture,
            None if lower.ends_with(".rels") => relations(&content, name == ROOT)?,
            None if lower.ends_with(".xml") && name != TYPES => written_anew(&content, |element| part(&element))?,
            None => content,
        };
        kept.push((name, content));
    }
    let names: Vec<String> = kept.iter().map(|(name, _)| format!("/{name}")).collect();
    let listed = |element: BytesStart<'_>| match attribute(&element, "PartName") {
        Some(part) if !names.iter().any(|name| name.eq_ignore_ascii_case(&part)) => Fate::Goes,
        _ => Fate::Stays,
    };
    for (_, content) in kept.iter_mut().filter(|(name, _)| name == TYPES) {
        *content = written_anew(content, listed)?;
    }
    Ok(kept)
}

/// The text of a part that must be one.
pub(super) fn text(content: &[u8]) -> Result<&str, Unfit> {
    let text = std::str::from_utf8(content).map_err(|_| Unfit::BrokenOffice)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Whether relations lead to something elsewhere that is fetched when the document is opened.
pub(super) fn fetches(content: &[u8]) -> Result<bool, Unfit> {
    let mut reader = Reader::from_str(text(content)?);
    loop {
        match reader.read_event().map_err(|_| Unfit::BrokenOffice)? {
            Event::Eof => return Ok(false),
            Event::Start(element) | Event::Empty(element) if is_outside(&element) => {
                let target = attribute(&element, "Target").unwrap_or_default().to_ascii_lowercase();
                // The template a text was begun with is named by its path on the writer's own disk, or by its name alone.
                let on_disk = target.starts_with("file:///") && !target.starts_with("file:////");
                if !on_disk && target.contains([':', '/', '\\']) {
                    return Ok(true);
                }
            }
            _ => {}
        }
    }
}

/// Whether a relation leads out of the document, and not only where somebody clicks.
fn is_outside(element: &BytesStart<'_>) -> bool {
    let kind = attribute(element, "Type").unwrap_or_default();
    let mode = attribute(element, "TargetMode").unwrap_or_default();
    mode.eq_ignore_ascii_case("external") && !kind.ends_with("/hyperlink")
}

/// Relations without those to what is left out, and without paths of the writer's disk.
fn relations(content: &[u8], root: bool) -> Result<Vec<u8>, Unfit> {
    written_anew(content, |element| {
        let kind = attribute(&element, "Type").unwrap_or_default();
        let is_relation = element.local_name().as_ref() == "Relationship";
        if is_relation && ((root && !kind.ends_with("/officeDocument")) || kind.ends_with("/customXml")) {
            return Fate::Goes;
        }
        if is_relation && is_outside(&element) {
            return Fate::Becomes(changed(&element, |name| (name == "Target").then_some("Normal.dotm")));
        }
        Fate::Stays
    })
}

/// An element of the document itself, without names of people.
fn part(element: &BytesStart<'_>) -> Fate {
    // Where the file lay on the writer's disk.
    if element.local_name().as_ref() == "absPath" {
        return Fate::Goes;
    }
    Fate::Becomes(changed(element, |name| {
        if NAMES.contains(&name) {
            Some(SOMEBODY)
        } else if name.starts_with("rsid") {
            Some("00000000")
        } else {
            None
        }
    }))
}

/// The element with other values of the attributes that `other` names, without their prefixes.
fn changed(element: &BytesStart<'_>, other: impl Fn(&str) -> Option<&'static str>) -> BytesStart<'static> {
    let mut made = element.to_owned();
    made.clear_attributes();
    for attribute in element.attributes().flatten() {
        match other(attribute.key.local_name().as_ref()) {
            Some(value) => made.push_attribute((attribute.key.as_ref(), value)),
            None => made.push_attribute(attribute),
        }
    }
    made
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = element.attributes().flatten();
    all.find(|attribute| attribute.key.local_name().as_ref() == name).map(|attribute| attribute.value.into_owned())
}

/// A part with each element as `fate` says. Names of authors in the remarks of tables stand between tags.
fn written_anew(content: &[u8], fate: impl Fn(BytesStart<'_>) -> Fate) -> Result<Vec<u8>, Unfit> {
    let mut reader = Reader::from_str(text(content)?);
    let mut writer = Writer::new(Vec::with_capacity(content.len()));
    let (mut gone, mut author) = (0_usize, false);
    loop {
        let event = reader.read_event().map_err(|_| Unfit::BrokenOffice)?;
        let out = match event {
            Event::Eof => return Ok(writer.into_inner()),
            Event::Start(_) if gone > 0 => {
                gone += 1;
                continue;
            }
            Event::End(_) if gone > 0 => {
                gone -= 1;
                continue;
            }
            _ if gone > 0 => continue,
            Event::Start(element) => {
                author = element.local_name().as_ref() == "author";
                match fate(element.clone()) {
                    Fate::Stays => Event::Start(element),
                    Fate::Becomes(other) => Event::Start(other),
                    Fate::Goes => {
                        gone = 1;
                        continue;
                    }
                }
            }
            Event::Empty(element) => match fate(element.clone()) {
                Fate::Stays => Event::Empty(element),
                Fate::Becomes(other) => Event::Empty(other),
                Fate::Goes => continue,
            },
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) if author => continue,
            // What a program or a person noted in the text of the part itself.
            Event::Comment(_) => continue,
            Event::End(element) => {
                author = false;
                Event::End(element)
            }
            other => other,
        };
        writer.write_event(out).map_err(|_| Unfit::BrokenOffice)?;
    }
}
