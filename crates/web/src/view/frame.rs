//! What surrounds every page: whose site it is, who is signed in.

use jiff::civil::DateTime;

use super::day::clock_time;
use super::form::Target;

/// Around every public page.
#[derive(Debug, Clone)]
pub struct PublicFrame {
    /// The place this site serves, as 海岛县.
    pub place: String,
    /// The office that runs it.
    pub office: String,
    /// The office's public telephone number.
    pub phone: String,
}

/// Around every desk page.
#[derive(Debug, Clone)]
pub struct DeskFrame {
    /// The officer's own office.
    pub office: String,
    /// The officer's name.
    pub user: String,
    /// What the officer is there, as 登记员.
    pub role: String,
    /// How to sign out.
    pub sign_out: Target,
    /// Entries of the top bar this officer may use.
    pub nav: Vec<NavItem>,
    /// What the last act did, told once.
    pub flash: Option<Flash>,
    /// As of when the page tells, where it was read from a replica: 10:32:05. Empty: as of now.
    pub as_of: String,
}

/// An entry of the top bar.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Word shown.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// True on the page it leads to.
    pub here: bool,
    /// Access key, one letter.
    pub key: String,
}

/// A short message about what was just done.
#[derive(Debug, Clone)]
pub struct Flash {
    /// What happened.
    pub text: String,
    /// What to do next, with its address.
    pub next: Option<Link>,
}

/// A named address.
#[derive(Debug, Clone)]
pub struct Link {
    /// Word shown.
    pub name: String,
    /// Address.
    pub href: String,
}

impl NavItem {
    /// An entry from its name, address and access key; `here` is the address being shown.
    fn new((name, href, key): (&str, &str, &str), here: &str) -> NavItem {
        NavItem { name: name.into(), href: href.into(), here: href == here, key: key.into() }
    }
}

impl Link {
    /// A link from its two parts.
    pub fn new(name: impl Into<String>, href: impl Into<String>) -> Link {
        Link { name: name.into(), href: href.into() }
    }
}

impl PublicFrame {
    /// The invented county of the samples.
    pub fn sample() -> PublicFrame {
        PublicFrame {
            place: "海岛县".into(), office: "海岛县信访局".into(), phone: "0599-12345678".into()
        }
    }
}

impl DeskFrame {
    /// The five places of the desk; `here` is the address of the one being shown.
    pub fn nav(here: &str) -> Vec<NavItem> {
        let items = [
            ("待办", "/desk", "1"),
            ("登记", "/desk/register", "2"),
            ("接访", "/desk/sessions", "3"),
            ("报表", "/desk/report", "4"),
            ("程序", "/desk/law", "5"),
        ];
        items.into_iter().map(|item| NavItem::new(item, here)).collect()
    }

    /// The one place of a custodian, who sees no matter.
    pub fn custodians_nav(here: &str) -> Vec<NavItem> {
        vec![NavItem::new(("开启身份", "/desk/openings", "1"), here)]
    }

    /// An invented registrar at their desk.
    pub fn sample(here: &str) -> DeskFrame {
        DeskFrame {
            office: "海岛县信访局".into(),
            user: "林小海".into(),
            role: "登记员".into(),
            sign_out: Target::to("/desk/sign-out"),
            nav: DeskFrame::nav(here),
            flash: None,
            as_of: String::new(),
        }
    }

    /// The same desk, telling as of when the page was read, where that was not just now.
    pub fn as_of(mut self, at: Option<DateTime>) -> DeskFrame {
        self.as_of = at.map_or_else(String::new, clock_time);
        self
    }

    /// The same desk, telling what was just done.
    pub fn telling(mut self, text: &str, next: Option<Link>) -> DeskFrame {
        self.flash = Some(Flash { text: text.into(), next });
        self
    }
}
