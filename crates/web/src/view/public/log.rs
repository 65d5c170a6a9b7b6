//! The public log for people: what it proves, how large it is, and how it stands with the witnesses.

use askama::Template;

use crate::view::Page;
use crate::view::frame::PublicFrame;

/// The page at /log.
#[derive(Debug, Clone, Template)]
#[template(path = "public/log.html")]
pub struct LogPage {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// How many entries are published; none before the first.
    pub size: Option<u64>,
    /// The key that receipts are verified with.
    pub key: String,
    /// Those who watch over it.
    pub witnesses: Vec<WitnessLine>,
}

/// One witness.
#[derive(Debug, Clone)]
pub struct WitnessLine {
    /// Whose it is.
    pub name: String,
    /// Where it is asked.
    pub address: String,
    /// Its public key.
    pub key: String,
    /// How large the log was that it cosigned last, and when.
    pub last: Option<(u64, String)>,
    /// How it answered, in a few words.
    pub state: &'static str,
    /// Why it refuses, where what is published contradicts what it saw.
    pub alarm: Option<&'static str>,
}

impl Page for LogPage {
    const NAME: &'static str = "public/log";

    fn samples() -> Vec<(&'static str, LogPage)> {
        let line = |name: &str, state| WitnessLine {
            name: name.into(),
            address: "witness.example".into(),
            key: format!("{name}+0a1b2c3d+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"),
            last: Some((4096, "2026年12月3日 周四 09:05".into())),
            state,
            alarm: None,
        };
        let usual = LogPage {
            frame: PublicFrame::sample(),
            size: Some(4096),
            key: "huiyin/3307+0a1b2c3d+AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g".into(),
            witnesses: vec![
                line("海岛日报", "正常见证"),
                WitnessLine {
                    last: None, ..line("海岛县人大常委会", "联系不上，下一次发布后再问")
                },
            ],
        };
        let alarm = WitnessLine {
            alarm: Some("它见过的存证，和这里现在公布的不一致"),
            ..line("海岛日报", "拒绝签名")
        };
        vec![
            ("usual", usual.clone()),
            ("alarm", LogPage { witnesses: vec![alarm], ..usual.clone() }),
            ("alone", LogPage { witnesses: Vec::new(), size: None, ..usual }),
        ]
    }
}
