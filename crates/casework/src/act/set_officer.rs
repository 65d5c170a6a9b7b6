//! An officer is entered or changed: where they work and what they are charged with.

use super::{Made, bounded, required};
use crate::event::{DirectoryEvent, Event, Public, Sealed, Stream};
use crate::office::{Directory, Login, OfficeCode, Role};
use crate::refusal::Refusal;

pub(super) fn act(
    directory: &Directory,
    login: &Login,
    name: &str,
    office: &OfficeCode,
    roles: &[Role],
) -> Result<Made, Refusal> {
    required("登录名", &login.0)?;
    bounded("登录名", &login.0, 40)?;
    required("姓名", name)?;
    bounded("姓名", name, 60)?;
    if directory.office(office).is_none() {
        return Err(Refusal::OfficeUnknown { code: office.0.chars().take(40).collect() });
    }
    let event = DirectoryEvent::OfficerSet { login: login.clone(), office: office.clone(), roles: roles.to_vec() };
    let sealed = vec![Sealed::first([("name", name)])];
    Ok(vec![(Stream::Directory, Event { public: Public::Directory(event), sealed })])
}
