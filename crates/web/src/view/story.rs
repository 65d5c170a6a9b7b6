//! The story of a matter as it is told on screen: who did what and when.

use super::frame::Link;

/// One event told in a line or two.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// 2026年11月3日 周二 09:12
    pub when: String,
    /// Machine-readable moment.
    pub iso: String,
    /// Who did it: an office or officer; to the petitioner, offices only.
    pub who: String,
    /// What was done, as 转送至海岛县人社局.
    pub what: String,
    /// The words that go with it; may be empty.
    pub text: String,
    /// Icon of the kind of event.
    pub icon: String,
    /// Said when it was done late, as 超过期限 2 天; empty otherwise.
    pub late: String,
    /// Letters that came of it.
    pub letters: Vec<Link>,
}

impl Entry {
    /// An entry without text or letter.
    pub fn new(when: &str, who: &str, what: &str, icon: &str) -> Entry {
        Entry { when: when.into(), who: who.into(), what: what.into(), icon: icon.into(), ..Entry::default() }
    }

    /// Adds the words.
    pub fn saying(mut self, text: &str) -> Entry {
        self.text = text.into();
        self
    }

    /// Adds a letter.
    pub fn letter(mut self, name: &str, href: &str) -> Entry {
        self.letters.push(Link::new(name, href));
        self
    }

    /// Marks it late.
    pub fn late(mut self, late: &str) -> Entry {
        self.late = late.into();
        self
    }
}
