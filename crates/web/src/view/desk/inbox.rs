//! What this office owes, by due date.

use askama::Template;
use jiff::civil::date;

use crate::view::Page;
use crate::view::day::Due;
use crate::view::form::Choice;
use crate::view::frame::{DeskFrame, Link};

/// One matter of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// When the next act is due; none when the petitioner has the word.
    pub due: Option<Due>,
    /// Reference.
    pub reference: String,
    /// Address of the matter.
    pub href: String,
    /// Summary.
    pub summary: String,
    /// Step, as 待告知受理.
    pub step: String,
    /// Side track it is listed for, as 督办; empty for the main one.
    pub track: String,
    /// Channel, as 来访.
    pub channel: String,
    /// Icon of the channel.
    pub channel_icon: String,
    /// Heads on the first intake.
    pub people: u32,
    /// Place.
    pub place: String,
    /// Category.
    pub category: String,
    /// Held since, as 11月4日.
    pub since: String,
    /// True for a key matter.
    pub key: bool,
    /// Number of further letters and visits.
    pub repeats: u32,
}

/// A way to narrow the list, with how many it would show.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Word shown.
    pub name: String,
    /// Address.
    pub href: String,
    /// How many, 1000+ where they are more.
    pub count: String,
    /// True for the one shown.
    pub here: bool,
    /// True when it shows late matters and there are some.
    pub late: bool,
}

/// A limit that ended while the matter lay there, as this office was told.
#[derive(Debug, Clone)]
pub struct Notice {
    /// 办理期限于2026年11月19日 周四届满，仍未办
    pub text: String,
    /// 第 2 次告知; empty the first time.
    pub again: String,
    /// The matter; none where this office may not see it: being told is not seeing.
    pub matter: Option<Link>,
}

/// The inbox. Filters are sent by GET: `show`, `step`.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/inbox.html")]
pub struct Inbox {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Today, with weekday.
    pub today: String,
    /// All, late, due within three days, …
    pub tabs: Vec<Tab>,
    /// Steps to filter by; first one is every step.
    pub steps: Vec<Choice>,
    /// The tab shown, sent along with the filters.
    pub show: String,
    /// Limits that ended.
    pub notices: Vec<Notice>,
    /// The matters.
    pub rows: Vec<Row>,
    /// How many there are in all, 1000+ where they are more.
    pub total: String,
    /// Earlier rows.
    pub previous: Option<Link>,
    /// Further rows.
    pub next: Option<Link>,
    /// True for those who register.
    pub registers: bool,
}

fn row(
    due: Option<Due>,
    reference: &str,
    summary: &str,
    step: &str,
    channel: (&str, &str),
    place: &str,
    category: &str,
) -> Row {
    Row {
        due,
        reference: reference.into(),
        href: format!("/desk/matters/{reference}"),
        summary: summary.into(),
        step: step.into(),
        track: String::new(),
        channel: channel.0.into(),
        channel_icon: channel.1.into(),
        people: 1,
        place: place.into(),
        category: category.into(),
        since: "11月4日".into(),
        key: false,
        repeats: 0,
    }
}

/// Matters of the samples; also shown behind figures.
pub fn sample_rows() -> Vec<Row> {
    let due = |month, day| Some(Due::new(date(2026, month, day), date(2026, 11, 21)));
    let (visit, letter, web, phone) =
        (("来访", "i-visit"), ("来信", "i-letter"), ("网上", "i-web"), ("来电", "i-phone"));
    let mut rows = vec![
        row(
            due(11, 19),
            "HD-20261104-5N2T8-3",
            "反映房屋拆迁补偿面积少算",
            "待告知受理",
            visit,
            "第3镇 第12村",
            "房屋拆迁",
        ),
        row(due(11, 21), "HD-20261105-9C4J1-7", "反映工地拖欠工资", "待转送", web, "第7镇 第34村", "农民工工资"),
        row(
            due(11, 23),
            "HD-20260922-2B7Q6-0",
            "反映养殖场臭气影响生活",
            "办理中",
            letter,
            "第1镇 第10村",
            "环境保护",
        ),
        row(
            due(11, 24),
            "HD-20261108-8V3D5-X",
            "反映村集体山林承包款去向不明",
            "待送达",
            visit,
            "第5镇 第23村",
            "村务管理",
        ),
        row(
            due(12, 3),
            "HD-20261115-6H1M4-2",
            "咨询退役军人优抚金发放标准",
            "待告知受理",
            phone,
            "第2镇",
            "优抚救济",
        ),
        row(
            due(12, 21),
            "HD-20261019-4W8P2-5",
            "反映征地补偿款未足额发放",
            "办理中",
            visit,
            "第9镇 第27村",
            "土地征收",
        ),
        row(None, "HD-20260911-1K5R9-8", "反映学校午餐质量差", "已答复，等信访人", web, "第4镇", "教育"),
    ];
    for (row, (people, key, repeats)) in rows.iter_mut().zip([
        (3, false, 1),
        (1, false, 0),
        (1, true, 2),
        (12, true, 4),
        (1, false, 0),
        (5, false, 1),
    ]) {
        (row.people, row.key, row.repeats) = (people, key, repeats);
    }
    rows[1].track = "督办".into();
    rows
}

impl Page for Inbox {
    const NAME: &'static str = "desk/inbox";

    fn samples() -> Vec<(&'static str, Inbox)> {
        let tab = |name: &str, show: &str, count: &str, here, late| Tab {
            name: name.into(),
            href: format!("/desk?show={show}"),
            count: count.into(),
            here,
            late,
        };
        let page = Inbox {
            frame: DeskFrame::sample("/desk"),
            today: "2026年11月21日 周六".into(),
            tabs: vec![
                tab("本单位要办", "ours", "47", true, false),
                tab("三天内到期", "soon", "3", false, false),
                tab("已逾期", "late", "1", false, true),
                tab("经手未办结", "held", "131", false, false),
                tab("已办结", "ended", "209", false, false),
            ],
            steps: Choice::list(&[
                ("", "全部环节"),
                ("registered", "待转送"),
                ("received", "待告知受理"),
                ("handling", "办理中"),
                ("to_serve", "待送达"),
            ]),
            show: "ours".into(),
            notices: vec![
                Notice {
                    text: "告知期限于2026年11月19日 周四届满，仍未办".into(),
                    again: String::new(),
                    matter: Some(Link::new("HD-20261104-5N2T8-3", "/desk/matters/HD-20261104-5N2T8-3")),
                },
                Notice {
                    text: "登记转送期限于2026年11月2日 周一届满，仍未办".into(),
                    again: "第 2 次告知".into(),
                    matter: None,
                },
            ],
            rows: sample_rows(),
            total: "47".into(),
            previous: None,
            next: Some(Link::new("后 50 件", "/desk?show=ours&page=2")),
            registers: true,
        };
        let empty = Inbox {
            notices: Vec::new(),
            rows: Vec::new(),
            total: "0".into(),
            next: None,
            frame: DeskFrame::sample("/desk").telling("已转送到海岛县人社局。", None),
            ..page.clone()
        };
        vec![("usual", page), ("empty", empty)]
    }
}
