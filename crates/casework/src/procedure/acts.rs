//! The acts of a step, in order and by id.

use std::collections::HashMap;
use std::ops::Deref;

use super::model::Act;

/// Acts in the order of the file, found by their ids as well: a matter asks for one at each of its events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acts {
    all: Vec<Act>,
    places: HashMap<String, usize, foldhash::fast::FixedState>,
}

impl Acts {
    /// The first act of this id.
    pub fn named(&self, id: &str) -> Option<&Act> {
        self.all.get(*self.places.get(id)?)
    }
}

impl From<Vec<Act>> for Acts {
    fn from(all: Vec<Act>) -> Acts {
        let mut places = HashMap::default();
        for (place, act) in all.iter().enumerate() {
            places.entry(act.id.clone()).or_insert(place);
        }
        Acts { all, places }
    }
}

impl Deref for Acts {
    type Target = [Act];

    fn deref(&self) -> &[Act] {
        &self.all
    }
}

impl<'a> IntoIterator for &'a Acts {
    type Item = &'a Act;
    type IntoIter = std::slice::Iter<'a, Act>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}
