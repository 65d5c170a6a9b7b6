//! The public count of demands for data, year by year.

use askama::Template;

use crate::view::Page;
use crate::view::frame::PublicFrame;

/// The page at /data-demands.
#[derive(Debug, Clone, Template)]
#[template(path = "public/data_demands.html")]
pub struct DataDemands {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Years that are over, the newest first.
    pub years: Vec<Year>,
    /// The year that runs.
    pub this: i16,
}

/// One year.
#[derive(Debug, Clone)]
pub struct Year {
    /// Which.
    pub year: i16,
    /// Its numbers; zero is one of them.
    pub lines: Vec<Line>,
}

/// One number.
#[derive(Debug, Clone)]
pub struct Line {
    /// What is counted.
    pub name: String,
    /// In plain words.
    pub definition: String,
    /// How many.
    pub value: String,
}

impl Page for DataDemands {
    const NAME: &'static str = "public/data_demands";

    fn samples() -> Vec<(&'static str, DataDemands)> {
        let line = |name: &str, value: &str| Line {
            name: name.into(),
            definition: "期内录入的其他单位调取信访信息的要求".into(),
            value: value.into(),
        };
        let year = |year| Year { year, lines: vec![line("收到的要求", "2"), line("不提供", "0")] };
        let usual = DataDemands { frame: PublicFrame::sample(), years: vec![year(2026), year(2025)], this: 2027 };
        vec![("usual", usual.clone()), ("first", DataDemands { years: Vec::new(), ..usual })]
    }
}
