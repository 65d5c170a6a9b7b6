//! A further letter on a matter already held: always registered.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::PublicFrame;

/// Field `text`.
#[derive(Debug, Clone, Template)]
#[template(path = "public/further.html")]
pub struct Further {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// The reference.
    pub reference: String,
    /// The office that will read it.
    pub office: String,
    /// Text as typed.
    pub text: String,
    /// Longest text, in characters.
    pub text_max: u32,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for Further {
    const NAME: &'static str = "public/further";

    fn samples() -> Vec<(&'static str, Further)> {
        let page = Further {
            frame: PublicFrame::sample(),
            form: Target::to("/track/further"),
            errors: Errors::none(),
            reference: "HD-20260924-3R8W5-1".into(),
            office: "海岛县人社局".into(),
            text: String::new(),
            text_max: 10_000,
            back: Target::to("/track/matter"),
        };
        let wrong = Further { errors: Errors::none().with("text", "请写明要补充什么"), ..page.clone() };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
