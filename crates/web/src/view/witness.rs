//! The page of a witness: whose it is, its key, and what it cosigned last of each log.

use askama::Template;

use crate::view::Page;

/// The page at `/` of `huiyin witness`.
#[derive(Debug, Clone, Template)]
#[template(path = "witness/home.html")]
pub struct WitnessHome {
    /// Whose witness it is.
    pub name: String,
    /// Its public key.
    pub key: String,
    /// The logs it watches over.
    pub logs: Vec<LogLine>,
}

/// One log.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// The name of the log.
    pub name: String,
    /// The log's public key.
    pub key: String,
    /// How large it was when it was cosigned last.
    pub size: Option<u64>,
    /// When that was.
    pub at: Option<String>,
}

impl Page for WitnessHome {
    const NAME: &'static str = "witness/home";

    fn samples() -> Vec<(&'static str, WitnessHome)> {
        let line = |name: &str| LogLine {
            name: name.into(),
            key: format!("{name}+0a1b2c3d+AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"),
            size: Some(4096),
            at: Some("2026年12月3日 周四 09:05".into()),
        };
        let usual = WitnessHome {
            name: "海岛日报".into(),
            key: "海岛日报+0a1b2c3d+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g".into(),
            logs: vec![line("huiyin/3307"), line("huiyin/4821")],
        };
        let new = LogLine { size: None, at: None, ..line("huiyin/3307") };
        vec![("usual", usual.clone()), ("nothing-seen", WitnessHome { logs: vec![new], ..usual })]
    }
}
