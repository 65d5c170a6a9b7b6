//! Asking for progress: reference and code.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::PublicFrame;

/// Fields `reference` and `code`.
#[derive(Debug, Clone, Template)]
#[template(path = "public/track.html")]
pub struct Track {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong. An unknown reference and a wrong code get the same words, under `code`.
    pub errors: Errors,
    /// Reference as typed or brought by the QR code.
    pub reference: String,
}

impl Page for Track {
    const NAME: &'static str = "public/track";

    fn samples() -> Vec<(&'static str, Track)> {
        let page = Track {
            frame: PublicFrame::sample(),
            form: Target::to("/track"),
            errors: Errors::none(),
            reference: String::new(),
        };
        let wrong = Track {
            errors: Errors::none()
                .with("code", "编号和查询码对不上。请对照回执，查询码是 25 位数字；空格、横线写不写都可以"),
            reference: "HD-20261121-7K4M2-9".into(),
            ..page.clone()
        };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
