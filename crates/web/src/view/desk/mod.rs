//! Pages for officers: what is due, register, a matter and its acts, sessions, reports.

use super::{Shown, show as render};

pub mod account;
pub mod act;
pub mod act_refused;
pub mod announce;
pub mod codes;
pub mod demand;
pub mod inbox;
pub mod law;
pub mod letter;
pub mod matter;
pub mod openings;
pub mod register;
pub mod registered;
pub mod report;
pub mod rows;
pub mod session;
pub mod sessions;
pub mod sign_in;
pub mod sign_on;
pub mod trouble;

/// Renders every sample of the desk pages.
pub fn show(shown: &mut Vec<Shown>) -> Result<(), askama::Error> {
    render::<sign_in::SignIn>(shown)?;
    render::<sign_on::OnTheWay>(shown)?;
    render::<sign_on::CodeDue>(shown)?;
    render::<inbox::Inbox>(shown)?;
    render::<register::Register>(shown)?;
    render::<registered::Registered>(shown)?;
    render::<matter::Matter>(shown)?;
    render::<demand::Demand>(shown)?;
    render::<act_refused::ActRefused>(shown)?;
    render::<letter::LetterPreview>(shown)?;
    render::<law::Law>(shown)?;
    render::<sessions::Sessions>(shown)?;
    render::<announce::Announce>(shown)?;
    render::<session::Session>(shown)?;
    render::<openings::Openings>(shown)?;
    render::<report::Report>(shown)?;
    render::<rows::Rows>(shown)?;
    render::<account::Account>(shown)?;
    render::<codes::Codes>(shown)?;
    render::<trouble::Trouble>(shown)
}
