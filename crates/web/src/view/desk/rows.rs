//! The rows behind a figure.

use askama::Template;

use crate::view::Page;
use crate::view::frame::{DeskFrame, Link};

/// One thing counted.
#[derive(Debug, Clone)]
pub struct FigureRow {
    /// Reference.
    pub reference: String,
    /// Address; none when this officer may not open it.
    pub href: Option<String>,
    /// The day by which it counts.
    pub day: String,
    /// What happened that day, as 送达处理意见书.
    pub what: String,
    /// The office.
    pub office: String,
}

/// A figure opened.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/rows.html")]
pub struct Rows {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// 办结率
    pub label: String,
    /// 70.99
    pub value: String,
    /// %
    pub unit: String,
    /// What is counted.
    pub definition: String,
    /// Numerator in words with its number; empty when it is a count.
    pub numerator: String,
    /// Denominator likewise.
    pub denominator: String,
    /// The period.
    pub period: String,
    /// As of when.
    pub as_of: String,
    /// Way back.
    pub report: Link,
    /// Why the rows are not listed; empty where they are.
    pub withheld: String,
    /// The rows.
    pub rows: Vec<FigureRow>,
    /// How many in all.
    pub total: u64,
    /// Earlier rows.
    pub previous: Option<Link>,
    /// Further rows.
    pub next: Option<Link>,
}

impl Page for Rows {
    const NAME: &'static str = "desk/rows";

    fn samples() -> Vec<(&'static str, Rows)> {
        let row = |reference: &str, day: &str, what: &str, office: &str, seen: bool| FigureRow {
            reference: reference.into(),
            href: seen.then(|| format!("/desk/matters/{reference}")),
            day: day.into(),
            what: what.into(),
            office: office.into(),
        };
        let page = Rows {
            frame: DeskFrame::sample("/desk/report"),
            label: "办结率".into(),
            value: "70.99".into(),
            unit: "%".into(),
            definition: "期内登记的事项里，期末前已经送达最终答复的占多少。".into(),
            numerator: "办结：送达处理意见书、途径告知书或不予受理告知书，115 件".into(),
            denominator: "纯件：期内登记的事项，162 件".into(),
            period: "2020年1月1日至6月30日".into(),
            as_of: "2026年11月21日 周六 09:00".into(),
            report: Link::new("回到报表", "/desk/report?from=2020-01-01&to=2020-06-30"),
            withheld: String::new(),
            rows: vec![
                row("HD-20200102-7K4M2-9", "2020年1月21日 周二", "送达处理意见书", "海岛县人社局", true),
                row("HD-20200102-2B7Q6-0", "2020年2月4日 周二", "送达处理意见书", "海岛县资源局", true),
                row("HD-20200106-9C4J1-7", "2020年1月16日 周四", "送达途径告知书", "海岛县信访局", true),
                row("", "2020年6月10日 周三", "接访举行", "海岛县住建局", false),
            ],
            total: 162,
            previous: None,
            next: Some(Link::new("后 100 件", "/desk/report/matters.closed_rate?page=2")),
        };
        let none = Rows {
            rows: Vec::new(),
            total: 0,
            numerator: String::new(),
            denominator: String::new(),
            value: "0".into(),
            unit: "件".into(),
            label: "来电".into(),
            definition: "渠道为来电的登记".into(),
            next: None,
            ..page.clone()
        };
        let withheld = Rows {
            label: "满意率".into(),
            value: "85.00".into(),
            unit: "%".into(),
            definition: "（满意＋基本满意） ÷ 已评价".into(),
            withheld: "信访人的单个评价不给办理单位看，所以这里不列出是哪些事项。".into(),
            numerator: "51".into(),
            denominator: "60".into(),
            ..none.clone()
        };
        vec![("rate", page), ("none", none), ("withheld", withheld)]
    }
}
