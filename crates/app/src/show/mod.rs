//! What one reader is shown of a matter or a list: loaded, filtered, words opened. No markup, no request.

mod clocks;
mod desk;
mod door;
mod filed;
pub(crate) mod identity;
mod list;
mod matter;
mod openings;
mod sessions;
pub(crate) mod told;

pub use door::MandateShown;
pub use filed::FiledShown;
pub use list::Listed;
pub use matter::{
    ChoiceShown, ClockShown, DocumentShown, IntakeShown, MatterShown, PartyShown, Reader, TrackShown,
};
pub use openings::{AskedShown, EndedShown, OpeningShown, OpeningsShown, RequestShown};
pub use sessions::{ReceivedShown, SessionShown};
pub use told::Told;
