//! What one reader is shown of a matter or a list: loaded, filtered, words opened. No markup, no request.

mod clocks;
mod conflict;
mod desk;
mod door;
mod filed;
pub(crate) mod identity;
mod list;
mod matter;
mod sessions;
pub(crate) mod told;

pub use conflict::ConflictShown;
pub use door::MandateShown;
pub use filed::FiledShown;
pub use list::Listed;
pub use matter::{
    ChoiceShown, ClockShown, DocumentShown, IntakeShown, MatterShown, PartyShown, Reader, TrackShown,
};
pub use sessions::{ReceivedShown, SessionShown};
pub use told::Told;
