//! A path that breaks a rule, told as a story that `replay` can run: who does what and when, in a small county.

mod county;
mod telling;

use super::model::{Act, Procedure};
use telling::Telling;

/// One thing that happens on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat<'p> {
    /// An act is done.
    Act {
        /// The act.
        act: &'p Act,
        /// The side track it is done in.
        track: Option<&'p str>,
        /// The outcome it finds, where the path says which.
        outcome: Option<&'p str>,
    },
    /// Time passes until a clock has ended.
    End {
        /// The clock.
        clock: &'p str,
    },
    /// A document that answers nothing is served.
    Notice {
        /// The letter.
        letter: &'p str,
    },
}

/// A path as JSON Lines, in the form of `docs/story-verbs.md`: the county, then one line for each act, the moments
/// such that the clocks of the path have ended where it says so. The last line is the last thing on the path.
pub fn story_of(procedure: &Procedure, beats: &[Beat<'_>]) -> String {
    let mut telling = Telling::begin(procedure);
    for beat in beats {
        telling.tell(beat);
    }
    if matches!(beats.last(), Some(Beat::End { .. })) {
        telling.let_time_act();
    }
    telling.lines()
}
