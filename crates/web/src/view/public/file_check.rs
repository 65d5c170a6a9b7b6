//! Filing, step 6: everything said so far, once more, before it is sent.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::PublicFrame;

/// One answer to check.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The question, short.
    pub question: String,
    /// The answer; line breaks are kept.
    pub answer: String,
    /// The step to go back to: sent as `go`.
    pub step: String,
}

/// Sends `go=send`, or `go=STEP` to change an answer.
#[derive(Debug, Clone, Template)]
#[template(path = "public/file_check.html")]
pub struct FileCheck {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where it is sent; carries every answer.
    pub form: Target,
    /// What is wrong, as when a category was withdrawn meanwhile.
    pub errors: Errors,
    /// The answers.
    pub answers: Vec<Answer>,
    /// The office that will register it.
    pub office: String,
}

impl Page for FileCheck {
    const NAME: &'static str = "public/file-check";

    fn samples() -> Vec<(&'static str, FileCheck)> {
        let rows = [
            ("什么事", "农民工工资", "about"),
            ("在哪里", "第7镇 第34村", "township"),
            ("一句话", "工地拖欠工资", "text"),
            (
                "经过和要求",
                "2026年3月到8月，我和同村的人在镇上工地做工，工资一直没有结清，每人约一万二千元。\n问过包工头和项目部，没有结果。\n希望尽快发放工资。",
                "text",
            ),
            ("反映的单位", "没有", "text"),
            ("谁在反映", "陈海生，电话 19900000001，一共 3 人", "who"),
            ("怎么联系", "可以打我留下的电话；请不要上门", "contact"),
        ];
        let answers = rows
            .iter()
            .map(|(question, answer, step)| Answer {
                question: (*question).into(),
                answer: (*answer).into(),
                step: (*step).into(),
            })
            .collect();
        let page = FileCheck {
            frame: PublicFrame::sample(),
            form: Target::to("/file").with("step", "check"),
            errors: Errors::none(),
            answers,
            office: "海岛县信访局".into(),
        };
        vec![("usual", page)]
    }
}
