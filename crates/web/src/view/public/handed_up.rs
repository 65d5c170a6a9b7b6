//! A filing that nobody here can open: sealed for the office above. After filing, and whenever its person asks.

use app::UpperReceipt;
use askama::Template;

use crate::show;
use crate::view::Page;
use crate::view::frame::PublicFrame;

/// What its person may know, which is all that is known here.
#[derive(Debug, Clone, Template)]
#[template(path = "public/handed_up.html")]
pub struct HandedUp {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Reference that can be read aloud.
    pub reference: String,
    /// The secret code, five groups of five digits, shown once; then empty.
    pub code: Vec<String>,
    /// The office above.
    pub to: String,
    /// The day it was sealed.
    pub day: String,
    /// SHA-256 of the parcel, in hex, in groups.
    pub digest: Vec<String>,
}

impl HandedUp {
    /// The page of a receipt.
    pub fn of(frame: PublicFrame, handed: UpperReceipt) -> HandedUp {
        let groups = handed.digest.as_bytes().chunks(8);
        HandedUp {
            frame,
            reference: handed.reference,
            code: handed.code.split('-').filter(|group| !group.is_empty()).map(str::to_owned).collect(),
            to: handed.to,
            day: show::full_day(handed.at),
            digest: groups.map(|group| String::from_utf8_lossy(group).into_owned()).collect(),
        }
    }
}

impl Page for HandedUp {
    const NAME: &'static str = "public/handed_up";

    fn samples() -> Vec<(&'static str, HandedUp)> {
        let new = HandedUp {
            frame: PublicFrame::sample(),
            reference: "4821-260302-4839-20175".into(),
            code: ["12345", "67890", "12345", "67890", "12345"].map(String::from).into(),
            to: "海州市信访局".into(),
            day: "2026年3月2日 周一".into(),
            digest: vec!["9c2e41d0".to_owned(); 8],
        };
        vec![("new", new.clone()), ("asked", HandedUp { code: Vec::new(), ..new })]
    }
}
