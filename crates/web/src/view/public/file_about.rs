//! Filing, step 1: what is it about.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Group, Target};
use crate::view::frame::PublicFrame;

/// Fields `kind`, `category`.
#[derive(Debug, Clone, Template)]
#[template(path = "public/file_about.html")]
pub struct FileAbout {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where the answer goes and what it carries.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// Categories, under headings.
    pub categories: Vec<Group>,
    /// What is to be done: a petition, a suggestion, …
    pub kinds: Vec<Choice>,
    /// True when the kinds are shown at once.
    pub kinds_open: bool,
}

/// The categories of the samples.
pub fn sample_categories() -> Vec<Group> {
    let mut groups = vec![
        Group::new(
            "工作和收入",
            &[("农民工工资", "农民工工资"), ("劳动社会保障", "劳动和社会保障"), ("工程款", "工程款")],
        ),
        Group::new(
            "土地和房屋",
            &[("土地征收", "土地征收"), ("房屋拆迁", "房屋拆迁"), ("山林滩涂使用权", "山林滩涂使用权")],
        ),
        Group::new(
            "生活",
            &[("教育", "教育"), ("环境保护", "环境保护"), ("优抚救济", "优抚救济"), ("村务管理", "村务管理")],
        ),
        Group::new("其他", &[("企业改制", "企业改制"), ("涉法涉诉", "涉法涉诉"), ("其他", "都不是，或者说不清")]),
    ];
    let hints = [
        ("农民工工资", "拖欠、少发工资"),
        ("工程款", "拖欠工程款、材料款"),
        ("涉法涉诉", "法院、检察院、公安正在办或办过的事"),
        ("其他", "没关系，工作人员会看内容分类"),
    ];
    for group in &mut groups {
        for choice in &mut group.choices {
            if let Some((_, hint)) = hints.iter().find(|(value, _)| *value == choice.value) {
                choice.hint = (*hint).into();
            }
        }
    }
    groups
}

impl Page for FileAbout {
    const NAME: &'static str = "public/file-about";

    fn samples() -> Vec<(&'static str, FileAbout)> {
        let page = FileAbout {
            frame: PublicFrame::sample(),
            form: Target::to("/file").with("step", "about"),
            errors: Errors::none(),
            categories: sample_categories(),
            kinds: crate::kind::choices(""),
            kinds_open: false,
        };
        let wrong = Errors::none().with("category", "请选一类；不确定就选“都不是，或者说不清”");
        let advice = FileAbout { kinds: crate::kind::choices("suggestion"), kinds_open: true, ..page.clone() };
        vec![("fresh", page.clone()), ("advice", advice), ("wrong", FileAbout { errors: wrong, ..page })]
    }
}
