//! Filing, step 3: what happened and what is asked for.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Group, Target};
use crate::view::frame::PublicFrame;

/// Fields `summary`, `text` and, where offered, `accused` (may repeat), `accused_people` and `respondents` (may repeat).
#[derive(Debug, Clone, Template)]
#[template(path = "public/file_text.html")]
pub struct FileText {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where the answer goes and what it carries.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// The question.
    pub title: String,
    /// An example of one line.
    pub example: String,
    /// What to write.
    pub guide: Vec<String>,
    /// One line, as typed.
    pub summary: String,
    /// Longest summary, in characters.
    pub summary_max: u32,
    /// The whole story, as typed.
    pub text: String,
    /// Longest text, in characters.
    pub text_max: u32,
    /// Offices that may be complained of; none hides the question.
    pub offices: Vec<Group>,
    /// People complained of, as typed.
    pub people: String,
    /// Offices whose own decision may be complained of.
    pub deciders: Vec<Group>,
}

impl FileText {
    /// True when an office was picked or somebody named, so that the question stays open.
    pub fn accuses(&self) -> bool {
        !self.people.is_empty()
            || self.offices.iter().any(|group| group.choices.iter().any(|choice| choice.chosen))
    }

    /// True when a decider was picked.
    pub fn appeals(&self) -> bool {
        self.deciders.iter().any(|group| group.choices.iter().any(|choice| choice.chosen))
    }
}

/// Offices of the samples.
pub fn sample_offices() -> Vec<Group> {
    vec![
        Group::new(
            "县直部门",
            &[
                ("990121-d1", "海岛县资源局"),
                ("990121-d2", "海岛县住建局"),
                ("990121-d4", "海岛县人社局"),
                ("990121-d6", "海岛县生态环境局"),
                ("990121-d7", "海岛县教育局"),
            ],
        ),
        Group::new(
            "乡镇",
            &[("990121100", "第1镇"), ("990121101", "第2镇"), ("990121102", "第3镇"), ("990121106", "第7镇")],
        ),
    ]
}

impl Page for FileText {
    const NAME: &'static str = "public/file-text";

    fn samples() -> Vec<(&'static str, FileText)> {
        let page = FileText {
            frame: PublicFrame::sample(),
            form: Target::to("/file")
                .with("step", "text")
                .with("category", "农民工工资")
                .with("place", "990121106233"),
            errors: Errors::none(),
            title: "发生了什么事？".into(),
            example: "例如：工地拖欠三个月工资".into(),
            guide: vec!["什么时候、在哪里".into(), "您希望怎么解决".into()],
            summary: String::new(),
            summary_max: 60,
            text: String::new(),
            text_max: 10_000,
            offices: sample_offices(),
            people: String::new(),
            deciders: sample_offices(),
        };
        let wrong = FileText {
            errors: Errors::none()
                .with("summary", "请用一句话写明什么事，60 个字以内；现在有 71 个字")
                .with("text", "请写明经过：什么时候、在哪里、发生了什么、您希望怎么解决"),
            summary: "我和同村的几个人去年三月到八月在镇上的工地做工，包工头一直说等工程款到了就发，结果到现在快两年了一分钱没有发，我们去问了很多次都没有结果".into(),
            offices: Group::pick(sample_offices(), "990121-d2"),
            deciders: Group::pick(sample_offices(), "990121-d1"),
            ..page.clone()
        };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
