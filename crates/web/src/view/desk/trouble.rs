//! When a page of the desk cannot be shown: what is wrong and what to do, with the desk around it.

use askama::Template;

use crate::view::Page;
use crate::view::frame::{DeskFrame, Link};

/// Something went wrong.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/trouble.html")]
pub struct Trouble {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// What is wrong, in a few words.
    pub title: String,
    /// One plain line more.
    pub text: String,
    /// What to do, one line each.
    pub advice: Vec<String>,
    /// Where to go from here.
    pub links: Vec<Link>,
}

impl Page for Trouble {
    const NAME: &'static str = "desk/trouble";

    fn samples() -> Vec<(&'static str, Trouble)> {
        let page = Trouble {
            frame: DeskFrame::sample("/desk"),
            title: "这一步现在不能做".into(),
            text: "登记要由登记员办理。".into(),
            advice: vec!["如果认为应当可以，请联系本单位负责人。".into()],
            links: vec![Link::new("回到待办", "/desk")],
        };
        vec![("403", page)]
    }
}
