//! Entering what another body demands of one matter.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Group, Target};
use crate::view::frame::DeskFrame;

/// Fields `matter`, `kind`, `office`, `body`, `number`, `basis`, `reason`, `wants` (may repeat), `barred`, `bar_basis`,
/// `until`.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/demand.html")]
pub struct Demand {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Where it is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// Reference of the matter.
    pub matter: String,
    /// Kinds of body.
    pub kinds: Vec<Group>,
    /// Bodies of the directory.
    pub offices: Vec<Group>,
    /// A body the directory does not know.
    pub body: String,
    /// Document number.
    pub number: String,
    /// Legal basis.
    pub basis: String,
    /// Why.
    pub reason: String,
    /// What may be asked for.
    pub wants: Vec<Choice>,
    /// The law bars telling the person.
    pub barred: bool,
    /// The article that does.
    pub bar_basis: String,
    /// Until which day.
    pub until: String,
    /// The last day a bar may have, in words.
    pub latest: String,
}

impl Page for Demand {
    const NAME: &'static str = "desk/demand";

    fn samples() -> Vec<(&'static str, Demand)> {
        let scope = [("name", "姓名"), ("contact", "电话和联系方式"), ("filing", "来信来访的原文")];
        let page = Demand {
            frame: DeskFrame::sample("/desk/register"),
            form: Target::to("/desk/demand"),
            errors: Errors::none(),
            matter: String::new(),
            kinds: vec![Group::new("", &[("police", "公安机关"), ("court", "人民法院")])],
            offices: vec![Group::new("部门", &[("990121-gs", "海岛县公安局")])],
            body: String::new(),
            number: String::new(),
            basis: String::new(),
            reason: String::new(),
            wants: Choice::list(&scope),
            barred: false,
            bar_basis: String::new(),
            until: String::new(),
            latest: "最晚 2027年5月20日 周四".into(),
        };
        let wrong = Demand {
            errors: Errors::none()
                .with("wants", "请填写要提供的内容，至少一项")
                .with("until", "“不予告知至”应填明天起180日以内的日期；收到的是“2030-01-01”"),
            matter: "HD-20260924-3R8W5-1".into(),
            number: "海公调〔2026〕12号".into(),
            barred: true,
            until: "2030-01-01".into(),
            ..page.clone()
        };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
