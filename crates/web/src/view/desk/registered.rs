//! Registered at the window: the receipt to hand over.

use askama::Template;

use crate::view::Page;
use crate::view::frame::{DeskFrame, Link};
use crate::view::receipt::Receipt;

/// The receipt, printed on the spot.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/registered.html")]
pub struct Registered {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// That it is registered, and what to do with the receipt.
    pub title: String,
    /// The receipt.
    pub receipt: Receipt,
    /// The matter's page.
    pub matter: Link,
    /// Registering the next one.
    pub another: Link,
}

impl Page for Registered {
    const NAME: &'static str = "desk/registered";

    fn samples() -> Vec<(&'static str, Registered)> {
        let page = Registered {
            frame: DeskFrame::sample("/desk/register"),
            title: "已登记，请把回执交给来访人".into(),
            receipt: Receipt::sample(),
            matter: Link::new("看这件事", "/desk/matters/HD-20261121-7K4M2-9"),
            another: Link::new("登记下一件", "/desk/register"),
        };
        vec![
            ("new", page.clone()),
            ("joint", Registered { receipt: Receipt::sample_joint(), ..page.clone() }),
            ("further", Registered { receipt: Receipt { code: Vec::new(), ..Receipt::sample_further() }, ..page }),
        ]
    }
}
