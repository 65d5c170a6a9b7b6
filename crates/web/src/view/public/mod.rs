//! Pages for the petitioner: file, track, answer back. No account, no script needed.

use super::{Shown, show as render};

pub mod act;
pub mod data_demands;
pub mod done;
pub mod file_about;
pub mod file_check;
pub mod file_contact;
pub mod file_place;
pub mod file_text;
pub mod file_wait;
pub mod file_who;
pub mod files;
pub mod further;
pub mod handed_up;
pub mod home;
pub mod kept;
pub mod log;
pub mod own_data;
pub mod rate;
pub mod receipt;
pub mod review;
pub mod status;
pub mod track;
pub mod trouble;

/// Renders every sample of the public pages.
pub fn show(shown: &mut Vec<Shown>) -> Result<(), askama::Error> {
    render::<home::Home>(shown)?;
    render::<file_about::FileAbout>(shown)?;
    render::<file_place::FilePlace>(shown)?;
    render::<file_text::FileText>(shown)?;
    render::<file_who::FileWho>(shown)?;
    render::<file_contact::FileContact>(shown)?;
    render::<file_check::FileCheck>(shown)?;
    render::<file_wait::FileWait>(shown)?;
    render::<receipt::ReceiptPage>(shown)?;
    render::<handed_up::HandedUp>(shown)?;
    render::<track::Track>(shown)?;
    render::<status::Status>(shown)?;
    render::<rate::Rate>(shown)?;
    render::<review::Review>(shown)?;
    render::<further::Further>(shown)?;
    render::<files::Files>(shown)?;
    render::<own_data::OwnData>(shown)?;
    render::<act::Act>(shown)?;
    render::<done::Done>(shown)?;
    render::<kept::Kept>(shown)?;
    render::<log::LogPage>(shown)?;
    render::<data_demands::DataDemands>(shown)?;
    render::<trouble::Trouble>(shown)
}
