//! 不予受理: the office is not competent and names who is. Final once the notice is served.

use super::{Made, happened, one_of, permission, required};
use crate::event::{MatterFact, Sealed};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

pub(super) fn act(world: &World<'_>, ground: &str, go_to: &str) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Refuse, |_| true)?;
    one_of("理由", ground, words::REFUSAL_GROUNDS)?;
    required("应向何处提出", go_to)?;
    let fact = MatterFact::Refused { ground: ground.to_owned() };
    happened(world, &permit, fact, vec![Sealed::first([("go_to", go_to)])])
}
