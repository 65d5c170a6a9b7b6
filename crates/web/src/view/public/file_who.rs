//! Filing, step 4: who is speaking, or that it stays unsaid; how many; who represents them.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Representative, Target};
use crate::view::frame::PublicFrame;

/// Fields `who` (named, anonymous), `name`, `phone`, `people`, `representative_N_name`, `representative_N_phone` (N from 1).
#[derive(Debug, Clone, Template)]
#[template(path = "public/file_who.html")]
pub struct FileWho {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where the answer goes and what it carries.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// True when no name is to be given.
    pub anonymous: bool,
    /// Name as typed.
    pub name: String,
    /// Phone as typed.
    pub phone: String,
    /// Head count as typed.
    pub people: String,
    /// Five rows.
    pub representatives: Vec<Representative>,
    /// True when the rows are shown at once (more than five people, or an error there).
    pub representatives_open: bool,
}

impl Page for FileWho {
    const NAME: &'static str = "public/file-who";

    fn samples() -> Vec<(&'static str, FileWho)> {
        let page = FileWho {
            frame: PublicFrame::sample(),
            form: Target::to("/file").with("step", "who"),
            errors: Errors::none(),
            anonymous: false,
            name: String::new(),
            phone: String::new(),
            people: "1".into(),
            representatives: Representative::rows(&[]),
            representatives_open: false,
        };
        let joint = FileWho {
            errors: Errors::none().with("representatives", "一起反映的有 12 人，请写明 1 至 5 名代表的姓名和电话"),
            name: "陈海生".into(),
            phone: "19900000001".into(),
            people: "12".into(),
            representatives_open: true,
            ..page.clone()
        };
        vec![("fresh", page.clone()), ("anonymous", FileWho { anonymous: true, ..page }), ("joint-wrong", joint)]
    }
}
