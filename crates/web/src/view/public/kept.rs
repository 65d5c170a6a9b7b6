//! What the person wrote could not be taken: why, and the words given back.

use askama::Template;

use crate::view::Page;
use crate::view::form::Target;
use crate::view::frame::PublicFrame;

/// A refused act with its words.
#[derive(Debug, Clone, Template)]
#[template(path = "public/kept.html")]
pub struct Kept {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// The reference.
    pub reference: String,
    /// The act, as 申请复查.
    pub act: String,
    /// What stands against it.
    pub rule: String,
    /// What was written.
    pub text: String,
    /// Where it can be sent as a further letter.
    pub further: Target,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for Kept {
    const NAME: &'static str = "public/kept";

    fn samples() -> Vec<(&'static str, Kept)> {
        let page = Kept {
            frame: PublicFrame::sample(),
            reference: "HD-20260924-3R8W5-1".into(),
            act: "申请复查".into(),
            rule: "已经申请过复查。".into(),
            text: "十五日已过，工资仍未发放。".into(),
            further: Target::to("/track/further"),
            back: Target::to("/track/matter"),
        };
        vec![("twice", page)]
    }
}
