//! Rating: the petition office and the competent office, each on its own.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Target};
use crate::view::frame::PublicFrame;

/// One of the two that are rated.
#[derive(Debug, Clone)]
pub struct Rated {
    /// Field name: `petition_office` or `competent_office`.
    pub field: String,
    /// The office's name.
    pub office: String,
    /// What it did, in a line.
    pub did: String,
    /// Said when already rated, as 您已评价：满意; empty otherwise.
    pub given: String,
}

/// One field per rated office; values satisfied, basically_satisfied, dissatisfied.
#[derive(Debug, Clone, Template)]
#[template(path = "public/rate.html")]
pub struct Rate {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// The reference.
    pub reference: String,
    /// The two offices.
    pub rated: Vec<Rated>,
    /// The three levels.
    pub levels: Vec<Choice>,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for Rate {
    const NAME: &'static str = "public/rate";

    fn samples() -> Vec<(&'static str, Rate)> {
        let rated = vec![
            Rated {
                field: "petition_office".into(),
                office: "海岛县信访局".into(),
                did: "登记、转送、告诉您进展".into(),
                given: String::new(),
            },
            Rated {
                field: "competent_office".into(),
                office: "海岛县人社局".into(),
                did: "调查、作出处理意见".into(),
                given: String::new(),
            },
        ];
        let page = Rate {
            frame: PublicFrame::sample(),
            form: Target::to("/track/rate"),
            errors: Errors::none(),
            reference: "HD-20260924-3R8W5-1".into(),
            rated,
            levels: Choice::list(&[
                ("satisfied", "满意"),
                ("basically_satisfied", "基本满意"),
                ("dissatisfied", "不满意"),
            ]),
            back: Target::to("/track/matter"),
        };
        let mut half = page.clone();
        if let Some(first) = half.rated.first_mut() {
            first.given = "您已评价：满意".into();
        }
        let wrong =
            Rate { errors: Errors::none().with("petition_office", "请至少评价一个单位"), ..page.clone() };
        vec![("fresh", page), ("half-done", half), ("wrong", wrong)]
    }
}
