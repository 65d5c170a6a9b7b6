//! The files of a matter, and the form for more.

use askama::Template;

use crate::view::Page;
use crate::view::file::{FileLine, sample_files};
use crate::view::form::{Errors, Target};
use crate::view::frame::PublicFrame;

/// Fields `files`, any number of them, and `strip`.
#[derive(Debug, Clone, Template)]
#[template(path = "public/files.html")]
pub struct Files {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// The reference.
    pub reference: String,
    /// What is there.
    pub files: Vec<FileLine>,
    /// Somebody is complained of: what tells who made a file is always taken out.
    pub always_stripped: bool,
    /// Whoever reads may add files.
    pub may_add: bool,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for Files {
    const NAME: &'static str = "public/files";

    fn samples() -> Vec<(&'static str, Files)> {
        let page = Files {
            frame: PublicFrame::sample(),
            form: Target::to("/track/files"),
            errors: Errors::none(),
            reference: "HD-20260924-3R8W5-1".into(),
            files: Vec::new(),
            always_stripped: false,
            may_add: true,
            back: Target::to("/track/matter"),
        };
        let why = "“照片.heic”没有收下：这是 HEIC 格式的照片，这里读不了；请给照片截一张图，再传截图";
        let wrong = Files {
            errors: Errors::none().with("files", why),
            files: sample_files("/track/files"),
            always_stripped: true,
            ..page.clone()
        };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
