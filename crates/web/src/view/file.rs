//! A file of a matter as a line of a page.

/// One file.
#[derive(Debug, Clone)]
pub struct FileLine {
    /// Its name.
    pub name: String,
    /// 图片，1.2 MB，11月4日
    pub about: String,
    /// Where it is opened.
    pub href: String,
    /// Offices alone may look at it.
    pub inner: bool,
}

/// Files for samples.
pub fn sample_files(at: &str) -> Vec<FileLine> {
    let line = |number: u32, name: &str, about: &str| FileLine {
        name: name.into(),
        about: about.into(),
        href: format!("{at}/{number}"),
        inner: false,
    };
    vec![
        line(1, "工资欠条.jpg", "图片，820 KB，2026年9月24日 周四"),
        line(2, "考勤表.xlsx", "Excel 表格，44 KB，2026年10月20日 周二"),
    ]
}
