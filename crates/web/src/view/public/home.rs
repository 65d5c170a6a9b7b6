//! The front page: two things to do, what happens after, where else to turn.

use askama::Template;

use crate::view::Page;
use crate::view::frame::PublicFrame;

/// The front page.
#[derive(Debug, Clone, Template)]
#[template(path = "public/home.html")]
pub struct Home {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Opening hours of the reception hall, one line each.
    pub hours: Vec<String>,
    /// Where letters and visitors go.
    pub address: String,
    /// Next reception days of leaders, one line each; may be empty.
    pub receptions: Vec<String>,
    /// Name of the regulation in force, as 《信访工作条例》.
    pub law: String,
}

impl Page for Home {
    const NAME: &'static str = "public/home";

    fn samples() -> Vec<(&'static str, Home)> {
        let home = Home {
            frame: PublicFrame::sample(),
            hours: vec!["周一至周五 8:30–12:00、14:30–17:30".into(), "法定节假日休息，网上随时可以提交".into()],
            address: "海岛县海滨路 1 号 接访大厅（邮编 350400）".into(),
            receptions: vec!["12月7日 周一 9:00 接访大厅：县委书记接访".into(), "12月14日 周一 9:00 接访大厅：县长接访".into()],
            law: "《信访工作条例》".into(),
        };
        vec![("usual", home.clone()), ("no-receptions", Home { receptions: Vec::new(), ..home })]
    }
}
