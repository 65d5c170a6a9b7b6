//! 评价: the person says how they were served, each of two objects once, after the answer.

use super::{Made, happened_without_document, matter, one_of, permission};
use crate::event::MatterFact;
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::words;
use crate::world::World;

pub(super) fn act(world: &World<'_>, about: &str, rating: &str) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Rate, |_| true)?;
    let matter = matter(world)?;
    one_of("评价对象", about, words::RATED_OBJECTS)?;
    one_of("评价", rating, words::RATINGS)?;
    if matter.answered.is_none() {
        return Err(Refusal::NotAnsweredYet);
    }
    if about == "competent_office" && matter.competent.is_none() {
        return Err(Refusal::NobodyToRate);
    }
    if matter.ratings.contains_key(about) {
        return Err(Refusal::RatedBefore);
    }
    let fact = MatterFact::Rated { about: about.to_owned(), rating: rating.to_owned() };
    happened_without_document(world, &permit, fact, Vec::new())
}
