//! How it stands with a witness: what it cosigned last, why it did not, and whether it raised an alarm.

use jiff::Timestamp;
use transparency::{TilesError, WitnessError};

/// A witness as the public page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessStanding {
    /// The name it signs under.
    pub name: String,
    /// Its public key, as `name+id+key`.
    pub key: String,
    /// Where it is asked.
    pub address: String,
    /// How many leaves the tree had that it cosigned last, and when by its clock.
    pub cosigned: Option<(u64, Timestamp)>,
    /// How it answered the last time.
    pub state: WitnessState,
}

/// How a witness answered. An alarm stays until it cosigns again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WitnessState {
    /// Not asked since the program was started.
    #[default]
    NotAsked,
    /// It cosigned.
    Cosigns,
    /// It could not be reached, or did not answer in time.
    Silent,
    /// It answered, and did not cosign: it does not know the log, or is broken.
    Refuses,
    /// It holds another history of the log than this one.
    OtherHistory,
    /// It cosigned a larger tree than was ever signed here.
    LargerTree,
}

impl WitnessState {
    /// Whether what was published and what the witness saw cannot both be true.
    pub fn is_alarm(self) -> bool {
        matches!(self, WitnessState::OtherHistory | WitnessState::LargerTree)
    }

    /// What it is after the next answer.
    pub(crate) fn then(self, next: WitnessState) -> WitnessState {
        if self.is_alarm() && !next.is_alarm() && next != WitnessState::Cosigns { self } else { next }
    }
}

/// Why a witness did not cosign, for the operator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// No answer.
    #[error(transparent)]
    Silent(#[from] courier::CourierError),
    /// An answer that is none.
    #[error(transparent)]
    Refuses(WitnessError),
    /// A false history, here or there.
    #[error("it has seen another history of the public log than the one published here ({0})")]
    OtherHistory(WitnessError),
    /// More than there is.
    #[error("it cosigned a tree of {0} leaves, which is more than was ever signed here")]
    LargerTree(u64),
    /// Another process of this node went ahead.
    #[error("it has cosigned the next beat already")]
    Ahead,
    /// It named one size after the other.
    #[error("it names another size each time it is asked")]
    Wavers,
    /// The proof.
    #[error("the proof for it could not be made: {0}")]
    Proof(#[from] TilesError),
    /// The store or the disk.
    #[error("its cosignature could not be kept: {0}")]
    Kept(String),
}

impl Trouble {
    pub(crate) fn of(error: WitnessError) -> Trouble {
        if error.tells_of_another_history() { Trouble::OtherHistory(error) } else { Trouble::Refuses(error) }
    }

    /// What the page shows; none where the fault is not the witness's.
    pub(crate) fn state(&self) -> Option<WitnessState> {
        match self {
            Trouble::Silent(_) => Some(WitnessState::Silent),
            Trouble::Refuses(_) | Trouble::Wavers => Some(WitnessState::Refuses),
            Trouble::OtherHistory(_) => Some(WitnessState::OtherHistory),
            Trouble::LargerTree(_) => Some(WitnessState::LargerTree),
            Trouble::Ahead | Trouble::Proof(_) | Trouble::Kept(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cosignature_ends_an_alarm() {
        use WitnessState::{Cosigns, LargerTree, NotAsked, OtherHistory, Refuses, Silent};
        for (before, answer, after) in [
            (NotAsked, Silent, Silent),
            (Silent, Cosigns, Cosigns),
            (Cosigns, OtherHistory, OtherHistory),
            (OtherHistory, Silent, OtherHistory),
            (OtherHistory, Refuses, OtherHistory),
            (LargerTree, OtherHistory, OtherHistory),
            (OtherHistory, Cosigns, Cosigns),
        ] {
            assert_eq!(before.then(answer), after, "{before:?} {answer:?}");
        }
    }
}
