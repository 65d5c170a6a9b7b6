//! Filing, step 2: where did it happen; first the township, then the village.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Target};
use crate::view::frame::PublicFrame;

/// Field `township`, then field `place` (both office codes).
#[derive(Debug, Clone, Template)]
#[template(path = "public/file_place.html")]
pub struct FilePlace {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where the answer goes and what it carries.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// `township` on the first of the two pages, `place` on the second.
    pub field: String,
    /// The township picked before; none on the first page.
    pub township: Option<String>,
    /// Townships or villages, the last one for whoever cannot say.
    pub places: Vec<Choice>,
}

impl Page for FilePlace {
    const NAME: &'static str = "public/file-place";

    fn samples() -> Vec<(&'static str, FilePlace)> {
        let page = FilePlace {
            frame: PublicFrame::sample(),
            form: Target::to("/file").with("step", "township").with("category", "农民工工资"),
            errors: Errors::none(),
            field: "township".into(),
            township: None,
            places: Choice::list(&[
                ("990121100", "第1镇"),
                ("990121101", "第2镇"),
                ("990121102", "第3镇"),
                ("990121103", "第4镇"),
                ("990121104", "第5镇"),
                ("990121105", "第6镇"),
                ("990121106", "第7镇"),
                ("990121107", "第8镇"),
                ("990121108", "第9镇"),
                ("990121", "全县，或者说不清"),
            ]),
        };
        let villages = FilePlace {
            form: Target::to("/file")
                .with("step", "place")
                .with("category", "农民工工资")
                .with("township", "990121106"),
            field: "place".into(),
            township: Some("第7镇".into()),
            places: Choice::pick(
                Choice::list(&[
                    ("990121106206", "第7村"),
                    ("990121106215", "第16村"),
                    ("990121106224", "第25村"),
                    ("990121106233", "第34村"),
                    ("990121106", "第7镇，说不清哪个村"),
                ]),
                "990121106233",
            ),
            ..page.clone()
        };
        let wrong = Errors::none().with("township", "请选一个地方；不确定就选最后一项");
        vec![("township", page.clone()), ("village", villages), ("wrong", FilePlace { errors: wrong, ..page })]
    }
}
