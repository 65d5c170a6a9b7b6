//! Asking the superior office to look again.

use askama::Template;
use jiff::civil::date;

use crate::view::Page;
use crate::view::day::Due;
use crate::view::form::{Errors, Target};
use crate::view::frame::PublicFrame;

/// Field `text`.
#[derive(Debug, Clone, Template)]
#[template(path = "public/review.html")]
pub struct Review {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// The reference.
    pub reference: String,
    /// The office whose opinion is disputed.
    pub decided_by: String,
    /// Who will look again.
    pub reviewer: String,
    /// Last day to ask.
    pub last_day: Due,
    /// The article, as 信访工作条例第35条.
    pub law: String,
    /// Reasons as typed.
    pub text: String,
    /// Longest text, in characters.
    pub text_max: u32,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for Review {
    const NAME: &'static str = "public/review";

    fn samples() -> Vec<(&'static str, Review)> {
        let page = Review {
            frame: PublicFrame::sample(),
            form: Target::to("/track/review"),
            errors: Errors::none(),
            reference: "HD-20260924-3R8W5-1".into(),
            decided_by: "海岛县人社局".into(),
            reviewer: "海岛县人民政府".into(),
            last_day: Due::new(date(2026, 11, 24), date(2026, 11, 21)),
            law: "信访工作条例第35条".into(),
            text: String::new(),
            text_max: 10_000,
            back: Target::to("/track/matter"),
        };
        let wrong =
            Review { errors: Errors::none().with("text", "请写明哪里不服、为什么"), ..page.clone() };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
