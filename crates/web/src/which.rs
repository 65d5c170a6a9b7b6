//! Asking which of several open tracks an act is about: the second promise, or the execution of the opinion.

use app::show::ChoiceShown;

use crate::view::desk::act::{Ask, AskHow};
use crate::view::form::Choice;

/// Which of several open tracks is meant; none is asked where there is one.
pub(crate) fn which(choice: &ChoiceShown, typed: &str) -> Option<Ask> {
    if choice.tracks.len() < 2 {
        return None;
    }
    let tracks = choice.tracks.iter().map(|(number, name)| Choice::new(number, name)).collect();
    let first = choice.tracks.first().map_or("", |(number, _)| number.as_str());
    let how = AskHow::Pick(Choice::pick(tracks, if typed.is_empty() { first } else { typed }));
    Some(Ask { name: "which".to_owned(), label: "哪一项".to_owned(), optional: false, how })
}
