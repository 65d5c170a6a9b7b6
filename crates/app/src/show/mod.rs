//! What one reader is shown of a matter or a list: loaded, filtered, words opened. No markup, no request.

mod alike;
mod clocks;
mod conflict;
mod demand;
mod desk;
mod documents;
mod door;
mod filed;
mod first_words;
pub(crate) mod identity;
mod list;
mod matter;
mod openings;
mod sessions;
pub(crate) mod told;

pub use alike::{Account, Alike};
pub use conflict::ConflictShown;
pub use documents::DocumentShown;
pub use door::MandateShown;
pub use filed::FiledShown;
pub use list::Listed;
pub use matter::{ChoiceShown, ClockShown, IntakeShown, MatterShown, PartyShown, Reader, TrackShown};
pub use openings::{AskedShown, EndedShown, OpeningShown, OpeningsShown, RequestShown};
pub use sessions::{ReceivedShown, SessionShown};
pub use told::Told;
pub(crate) use told::number;
