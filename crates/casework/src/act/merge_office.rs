//! A public body is merged into another, which takes over its matters and its conflicts of interest.

use super::Made;
use crate::event::{DirectoryEvent, Event, Public, Stream};
use crate::office::{Directory, OfficeCode};
use crate::refusal::Refusal;

pub(super) fn act(directory: &Directory, code: &OfficeCode, into: &OfficeCode) -> Result<Made, Refusal> {
    if let Some(unknown) = [code, into].into_iter().find(|code| directory.office(code).is_none()) {
        return Err(Refusal::OfficeUnknown { code: unknown.0.chars().take(40).collect() });
    }
    // What is merged into itself, or into a body below it, would have nobody to act for it.
    if directory.successor(into) == code || directory.is_within(into, code) {
        return Err(Refusal::OfficeBelowItself { code: code.0.clone(), parent: into.0.clone() });
    }
    let event = DirectoryEvent::OfficeMerged { code: code.clone(), into: into.clone() };
    Ok(vec![(Stream::Directory, Event::public(Public::Directory(event)))])
}
