//! The half-year summary: every number opens into its rows.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Group};
use crate::view::frame::{DeskFrame, Link};

/// A number with its meaning.
#[derive(Debug, Clone)]
pub struct Figure {
    /// `matters.closed_rate`
    pub id: String,
    /// 办结率
    pub label: String,
    /// 70.99; — where the denominator is 0.
    pub value: String,
    /// 件, 批, %
    pub unit: String,
    /// What is counted, in words.
    pub definition: String,
    /// What it is by the corrections made since; empty where it stands.
    pub restated: String,
    /// 115 ÷ 162, for rates; empty otherwise.
    pub sum: String,
    /// Per cent, for the little bar of a rate; none otherwise.
    pub rate: Option<f64>,
    /// The rows behind it.
    pub href: String,
}

/// Figures that belong together.
#[derive(Debug, Clone)]
pub struct FigureGroup {
    /// 来信来访
    pub name: String,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// The report page. Sent by GET: `from`, `to`, `report`.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/report.html")]
pub struct Report {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// 信访工作情况
    pub title: String,
    /// Reports to choose from.
    pub reports: Vec<Group>,
    /// First day, as 2026-01-01.
    pub from: String,
    /// Last day.
    pub to: String,
    /// What is wrong with the period.
    pub errors: Errors,
    /// 2026年1月1日至6月30日
    pub period: String,
    /// As of when.
    pub as_of: String,
    /// The day asked after which nothing counts, as 2026-01-31; empty where none was.
    pub known: String,
    /// Whose figures, as 海岛县.
    pub scope: String,
    /// The few that matter most, shown large.
    pub lead: Vec<Figure>,
    /// All of them.
    pub groups: Vec<FigureGroup>,
    /// The same as files.
    pub files: Vec<Link>,
}

fn figure(id: &str, label: &str, value: &str, unit: &str, definition: &str) -> Figure {
    Figure {
        id: id.into(),
        label: label.into(),
        value: value.into(),
        unit: unit.into(),
        definition: definition.into(),
        restated: String::new(),
        sum: String::new(),
        rate: None,
        href: format!("/desk/report/{id}?from=2020-01-01&to=2020-06-30"),
    }
}

fn rate(id: &str, label: &str, value: f64, sum: &str, definition: &str) -> Figure {
    Figure { sum: sum.into(), rate: Some(value), ..figure(id, label, &format!("{value:.2}"), "%", definition) }
}

fn group(name: &str, figures: Vec<Figure>) -> FigureGroup {
    FigureGroup { name: name.into(), figures }
}

fn groups() -> Vec<FigureGroup> {
    let mut groups = counts();
    groups.extend(rates());
    groups
}

fn counts() -> Vec<FigureGroup> {
    vec![
        group(
            "来信来访",
            vec![
                figure("intake.total", "总量", "287", "件(批)", "来信、来访批次、网上、来电及其他渠道，含重复"),
                figure("intake.letters", "来信", "90", "件", "渠道为来信的登记"),
                figure(
                    "intake.visits.batches",
                    "来访",
                    "197",
                    "批",
                    "渠道为来访的登记；一批人一天为一件事来一次算一批",
                ),
                figure("intake.visits.people", "来访人次", "753", "人次", "各批人数相加"),
                figure("intake.group_visits.batches", "集体访", "27", "批", "五人及以上的来访"),
                figure("intake.web", "网上", "0", "件", "渠道为网上的登记"),
                figure("intake.phone", "来电", "0", "件", "渠道为来电的登记"),
                figure("intake.repeat", "重复", "125", "件(批)", "就已登记事项再次来信来访"),
            ],
        ),
        group(
            "办理",
            vec![
                figure("matters.unique", "纯件", "162", "件", "合并重复后登记的事项"),
                figure("matters.closed", "办结", "115", "件", "期末前送达处理意见书、途径告知书或不予受理告知书"),
                rate("matters.closed_rate", "办结率", 70.99, "115 ÷ 162", "办结 ÷ 纯件"),
                figure("matters.open", "在办", "47", "件", "纯件减办结"),
                figure("matters.diverted", "导入法定途径", "20", "件", "期内送达途径告知书"),
                figure("opinions.served", "送达处理意见", "91", "件", "期内送达处理意见书"),
                figure("matters.key", "重点事项", "34", "件", "期内列为重点"),
            ],
        ),
    ]
}

fn rates() -> Vec<FigureGroup> {
    vec![
        group(
            "期限",
            vec![
                rate("clock.accepted_on_time_rate", "按时受理率", 96.15, "125 ÷ 130", "在期限内受理 ÷ 受理"),
                rate(
                    "clock.decided_on_time_rate",
                    "按时答复率",
                    93.41,
                    "85 ÷ 91",
                    "在期限内送达（含延长） ÷ 送达处理意见",
                ),
                figure("clock.extended", "延期", "5", "件", "期内批准的延期"),
                figure("clock.overdue_open", "逾期未答复", "1", "件", "期末仍无最终答复且期限已过"),
            ],
        ),
        group(
            "满意度",
            vec![
                rate(
                    "satisfaction.competent_office.satisfied_rate",
                    "对办理单位满意率",
                    85.0,
                    "51 ÷ 60",
                    "（满意＋基本满意） ÷ 已评价",
                ),
                rate(
                    "satisfaction.competent_office.participation_rate",
                    "参评率",
                    65.93,
                    "60 ÷ 91",
                    "已评价 ÷ 送达处理意见",
                ),
                Figure {
                    sum: "0 ÷ 0".into(),
                    ..figure(
                        "satisfaction.petition_office.satisfied_rate",
                        "对信访局满意率",
                        "—",
                        "",
                        "没有人评价，不计算",
                    )
                },
            ],
        ),
    ]
}

impl Page for Report {
    const NAME: &'static str = "desk/report";

    fn samples() -> Vec<(&'static str, Report)> {
        let page = Report {
            frame: DeskFrame::sample("/desk/report"),
            title: "信访工作情况".into(),
            reports: Group::pick(
                vec![Group::new("", &[("work-summary", "信访工作情况"), ("reply-delay", "答复用时")])],
                "work-summary",
            ),
            from: "2020-01-01".into(),
            to: "2020-06-30".into(),
            errors: Errors::none(),
            period: "2020年1月1日至6月30日".into(),
            as_of: "2026年11月21日 周六 09:00".into(),
            known: String::new(),
            scope: "海岛县".into(),
            lead: groups()
                .iter()
                .zip([0, 2, 1, 0])
                .filter_map(|(group, at)| group.figures.get(at).cloned())
                .collect(),
            groups: groups(),
            files: vec![Link::new("JSON", "/desk/report.json?from=2020-01-01&to=2020-06-30")],
        };
        let wrong = Report {
            errors: Errors::none().with("to", "结束日早于开始日，请改"),
            to: "2019-06-30".into(),
            lead: Vec::new(),
            groups: Vec::new(),
            files: Vec::new(),
            ..page.clone()
        };
        vec![("half-year", page), ("wrong", wrong)]
    }
}
