//! 列为重点事项: a matter marked for a leader's attention, on a ground about the matter. Persons cannot be marked.

use super::{Made, happened_without_document, matter, one_of, permission};
use crate::event::MatterFact;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

pub(super) fn act(world: &World<'_>, ground: &str) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::MarkKey, |_| true)?;
    one_of("重点理由", ground, words::KEY_GROUNDS)?;
    if matter(world)?.key.is_some() {
        return Err(Refusal::KeyBefore);
    }
    happened_without_document(world, &permit, MatterFact::KeyMarked { ground: ground.to_owned() }, Vec::new())
}
