//! 附件: files come to a matter, whatever step it lies in and after its end too. They move nothing and no procedure says
//! when: whoever may look at the matter and whose role it is may add to it.

use super::motion::{Motion, Standing};
use super::{Made, bounded, matter};
use crate::command::{Actor, NewFile};
use crate::event::{AttachedFile, Event, MatterFact, Public, Sealed, Stream};
use crate::mandate;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

/// What stands for an act where files came.
const FILES: &str = "files";
/// Most files of one matter.
pub const FILES_MAX: usize = 20;
/// Most bytes of all files of one matter.
pub const MATTER_BYTES_MAX: u64 = 50 << 20;
const NAME_CHARACTERS_MAX: usize = 200;

pub(super) fn act(world: &World<'_>, files: &[NewFile]) -> Result<Made, Refusal> {
    let matter = matter(world)?;
    if !mandate::allows(world.actor, Verb::Supplement) {
        let (verb, who) = (Verb::Supplement, mandate::THEMSELVES.to_owned());
        return Err(Refusal::NotYours { verb, who, cite: format!("《{}》程序", world.procedure.name) });
    }
    if files.is_empty() {
        return Err(Refusal::Missing { field: "附件" });
    }
    if matter.attachments.len() + files.len() > FILES_MAX {
        return Err(Refusal::TooManyFiles { files_max: FILES_MAX, here: matter.attachments.len() });
    }
    let here = matter.attachments.iter().map(|attachment| &attachment.file);
    let bytes: u64 = here.chain(files.iter().map(|new| &new.file)).map(|file| file.bytes).sum();
    if bytes > MATTER_BYTES_MAX {
        return Err(Refusal::FilesTooLarge { megabytes_max: MATTER_BYTES_MAX >> 20 });
    }
    let standing = Standing { procedure: world.procedure, matter, track: None };
    let is_officer = matches!(world.actor, Actor::Officer { .. });
    let mut made = Made::new();
    for NewFile { name, key, file } in files {
        bounded("文件名", name, NAME_CHARACTERS_MAX)?;
        // What a person brings they can always look at themselves.
        let file = AttachedFile { inner: file.inner && is_officer, ..file.clone() };
        let public = Public::Matter(Motion::none(&standing).event(FILES, MatterFact::Attached(file)));
        let sealed = vec![Sealed::of(world.actor.party(), [("file_name", name), ("key", key)])];
        made.push((Stream::Matter(matter.id.clone()), Event { public, sealed }));
    }
    Ok(made)
}
