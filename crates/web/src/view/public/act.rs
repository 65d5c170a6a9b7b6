//! A further act of the petitioner: what it is, on what it rests, and its form.

use askama::Template;

use crate::view::Page;
use crate::view::desk::act::{ActForm, Ask, AskHow, Asks};
use crate::view::form::{Errors, Target};
use crate::view::frame::PublicFrame;

/// Fields as the verb has them.
#[derive(Debug, Clone, Template)]
#[template(path = "public/act.html")]
pub struct Act {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// The reference.
    pub reference: String,
    /// What is done, as 申请复核.
    pub name: String,
    /// The article; may be empty.
    pub law: String,
    /// Its form.
    pub form: ActForm,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for Act {
    const NAME: &'static str = "public/act";

    fn samples() -> Vec<(&'static str, Act)> {
        let ask =
            |name: &str, label: &str, optional, how| Ask { name: name.into(), label: label.into(), optional, how };
        let fields = vec![
            ask("text", "困难情况", false, AskHow::Area(String::new())),
            ask("fen", "申请金额（元）", true, AskHow::Line(String::new(), "text".into(), "decimal".into())),
        ];
        let page = Act {
            frame: PublicFrame::sample(),
            reference: "HD-20260924-3R8W5-1".into(),
            name: "申请救助".into(),
            law: "《信访工作条例》第37条".into(),
            form: ActForm::new("/track/act/apply_relief", Asks::Fields { means: String::new(), fields }),
            back: Target::to("/track/matter"),
        };
        let mut wrong = page.clone();
        wrong.form.errors = Errors::none().with("text", "请填写困难情况");
        vec![("fresh", page), ("wrong", wrong)]
    }
}
