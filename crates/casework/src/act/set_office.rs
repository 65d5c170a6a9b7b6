//! A public body is entered or changed in the tree of offices.

use super::{Made, bounded, required};
use crate::event::{DirectoryEvent, Event, Public, Stream};
use crate::office::{Directory, OfficeCode, OfficeKind};
use crate::refusal::Refusal;

pub(super) fn act(
    directory: &Directory,
    code: &OfficeCode,
    name: &str,
    kind: OfficeKind,
    parent: Option<&OfficeCode>,
    fields: &[String],
) -> Result<Made, Refusal> {
    required("代码", &code.0)?;
    bounded("代码", &code.0, 40)?;
    required("名称", name)?;
    bounded("名称", name, 100)?;
    if let Some(parent) = parent {
        // A body may not lie below itself: routing upwards would never end.
        if parent == code || directory.is_within(parent, code) {
            return Err(Refusal::OfficeBelowItself { code: code.0.clone(), parent: parent.0.clone() });
        }
        if directory.office(parent).is_none() {
            return Err(Refusal::OfficeUnknown { code: parent.0.chars().take(40).collect() });
        }
    }
    let event = DirectoryEvent::OfficeSet {
        code: code.clone(),
        name: name.to_owned(),
        kind,
        parent: parent.cloned(),
        fields: fields.to_vec(),
    };
    Ok(vec![(Stream::Directory, Event::public(Public::Directory(event)))])
}
