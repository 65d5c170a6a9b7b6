//! After rating, asking review or writing again: that it is held, and what comes next.

use askama::Template;
use jiff::civil::date;

use crate::view::Page;
use crate::view::clock::SumLine;
use crate::view::day::Due;
use crate::view::form::Target;
use crate::view::frame::PublicFrame;

/// What was done and what follows.
#[derive(Debug, Clone, Template)]
#[template(path = "public/done.html")]
pub struct Done {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// What was done, as 复查申请已登记.
    pub title: String,
    /// When, with weekday and time.
    pub at: String,
    /// The reference.
    pub reference: String,
    /// What comes next; may be empty.
    pub next: String,
    /// By when, if anything is to come.
    pub due: Option<Due>,
    /// The sum behind that date.
    pub sum: Vec<SumLine>,
    /// Way back to the matter.
    pub back: Target,
}

impl Page for Done {
    const NAME: &'static str = "public/done";

    fn samples() -> Vec<(&'static str, Done)> {
        let review = Done {
            frame: PublicFrame::sample(),
            title: "复查申请已登记".into(),
            at: "2026年11月21日 周六 20:15".into(),
            reference: "HD-20260924-3R8W5-1".into(),
            next: "海岛县人民政府作出复查意见并送达给您".into(),
            due: Some(Due::new(date(2026, 12, 21), date(2026, 11, 21))),
            sum: vec![
                SumLine::new("开始", "2026年11月21日收到申请，当天不算", "信访工作条例第35条"),
                SumLine::new("期限", "30 天", "信访工作条例第35条"),
                SumLine::new("到期", "2026年12月21日 周一，当天结束前", ""),
            ],
            back: Target::to("/track/matter"),
        };
        let rated =
            Done {
                title: "评价已记下".into(), next: String::new(), due: None, sum: Vec::new(), ..review.clone()
            };
        vec![("review", review), ("rated", rated)]
    }
}
