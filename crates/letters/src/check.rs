//! What a letter must hold before it may be set, so that a fault is named by its field.

use jiff::civil::Date;

use crate::LetterError;
use crate::clean::invisible;
use crate::letter::{Content, Due, Filing, Form, Letter, Notice, Remedy, Whereabouts};

/// A name, a phrase, an article.
const PHRASE_MAX: usize = 200;
/// The issuer's name, which has to fit on one line.
const NAME_MAX: usize = 60;
/// The two short marks that share the line under the letterhead.
const MARK_MAX: usize = 24;
/// Free text: about a hundred pages. The typesetter has no limit of its own.
const TEXT_MAX: usize = 60_000;

/// The fields of one letter, gathered by what is asked of them.
#[derive(Default)]
struct Fields<'a> {
    names: Vec<(&'static str, &'a str, usize)>,
    phrases: Vec<(&'static str, &'a str)>,
    texts: Vec<(&'static str, &'a str)>,
    optional: Vec<(&'static str, &'a str)>,
    /// Texts that may be left out.
    long: Vec<(&'static str, &'a str)>,
    dates: Vec<(&'static str, Date)>,
    days: Vec<(&'static str, u16)>,
}

/// Refuses a letter that says nothing where it must speak, or holds what cannot be set.
pub(crate) fn check(letter: &Letter) -> Result<(), LetterError> {
    let mut f = Fields::default();
    f.letter(letter);
    f.content(&letter.content);
    for (field, words, max) in &f.names {
        present(field, words)?;
        within(field, words, *max)?;
    }
    for (field, words) in &f.phrases {
        present(field, words)?;
        within(field, words, PHRASE_MAX)?;
    }
    for (field, words) in &f.optional {
        within(field, words, PHRASE_MAX)?;
    }
    for (field, words) in &f.long {
        within(field, words, TEXT_MAX)?;
    }
    for (field, words) in &f.texts {
        present(field, words)?;
        within(field, words, TEXT_MAX)?;
    }
    for (field, date) in &f.dates {
        if !(1949..=2999).contains(&date.year()) {
            return Err(LetterError::Absurd(field));
        }
    }
    for (field, days) in &f.days {
        if *days == 0 {
            return Err(LetterError::Absurd(field));
        }
    }
    if letter.number.number == 0 || !(1949..=2999).contains(&letter.number.year) {
        return Err(LetterError::Absurd("发文字号"));
    }
    Ok(())
}

fn present(field: &'static str, words: &str) -> Result<(), LetterError> {
    if words.chars().all(|c| c.is_whitespace() || invisible(c)) {
        return Err(LetterError::Blank(field));
    }
    Ok(())
}

fn within(field: &'static str, words: &str, max: usize) -> Result<(), LetterError> {
    if words.chars().count() > max {
        return Err(LetterError::TooLong { field, max });
    }
    Ok(())
}

impl<'a> Fields<'a> {
    fn letter(&mut self, letter: &'a Letter) {
        self.names.push(("发文机关", &letter.issuer, NAME_MAX));
        self.names.push(("机关代字", &letter.number.organ, MARK_MAX));
        self.names.push(("事项编号", &letter.reference, MARK_MAX));
        self.phrases.push(("收件人", &letter.addressee));
        self.phrases.push(("联系单位", &letter.contact.office));
        self.dates.push(("成文日期", letter.date));
        let contact = &letter.contact;
        for (field, value) in [
            ("标题", &letter.title),
            ("联系电话", &contact.phone),
            ("联系地址", &contact.address),
            ("接待时间", &contact.hours),
            ("查询方式", &contact.track),
        ] {
            self.optional(field, value.as_deref());
        }
    }

    fn content(&mut self, content: &'a Content) {
        match content {
            Content::AcceptanceNotice(c) => {
                self.filing(&c.filing);
                self.dates.push(("受理日期", c.taken_up));
                self.phrases.push(("办理单位", &c.office));
                self.texts.push(("办理途径和程序", &c.route));
                self.due(&c.due);
                self.phrases.push(("依据", &c.basis));
                if let Some(e) = &c.extension {
                    self.phrases.push(("延期的批准人", &e.by));
                    self.phrases.push(("延期的依据", &e.basis));
                    self.days.push(("延期天数", e.days));
                }
            }
            Content::RefusalNotice(c) => {
                self.filing(&c.filing);
                self.texts.push(("不予受理的理由", &c.ground));
                self.texts.push(("应去的机关或途径", &c.where_to));
                self.phrases.push(("依据", &c.basis));
                if let Some(r) = &c.remedy {
                    self.remedy(r, r.days.unwrap_or(1));
                }
            }
            Content::DiversionNotice(c) => {
                self.filing(&c.filing);
                self.phrases.push(("法定途径", &c.channel));
                self.optional("受理机关", c.organ.as_deref());
                self.optional("时限", c.limit.as_deref());
                self.texts.push(("说明", &c.note));
                self.phrases.push(("依据", &c.basis));
            }
            Content::ExtensionNotice(c) => {
                self.filing(&c.filing);
                self.dates.push(("受理日期", c.taken_up));
                self.dates.push(("原定期限", c.was_due));
                self.days.push(("延期天数", c.days));
                self.texts.push(("延期的理由", &c.reason));
                self.phrases.push(("延期的批准人", &c.approved_by));
                self.due(&c.due);
                self.phrases.push(("依据", &c.basis));
            }
            Content::Opinion(c) => {
                self.filing(&c.filing);
                self.dates.push(("受理日期", c.taken_up));
                self.findings([&c.rule, &c.request, &c.outcome, &c.opinion]);
                self.long.push(("依据", &c.basis));
                self.remedy(&c.remedy, c.remedy.days.unwrap_or(0));
            }
            Content::ReviewReceipt(c) => {
                self.reviewed(&c.reviewed, c.requested, c.taken_up);
                self.due(&c.due);
                self.phrases.push(("依据", &c.basis));
            }
            Content::ReviewOpinion(c) => {
                self.reviewed(&c.reviewed, c.requested, c.taken_up);
                self.findings([&c.rule, &c.request, &c.outcome, &c.opinion]);
                self.remedy(&c.remedy, c.remedy.days.unwrap_or(0));
            }
            Content::Whereabouts(c) => self.whereabouts(c),
            Content::Notice(c) => self.notice(c),
            Content::Form(c) => self.form(c),
        }
    }

    fn reviewed(&mut self, reviewed: &'a str, requested: Date, taken_up: Date) {
        self.phrases.push(("被复查的意见", reviewed));
        self.dates.push(("请求复查日期", requested));
        self.dates.push(("受理日期", taken_up));
    }

    fn whereabouts(&mut self, c: &'a Whereabouts) {
        self.filing(&c.filing);
        self.dates.push(("转送日期", c.passed_on));
        self.phrases.push(("转送方式", &c.way));
        self.phrases.push(("去向", &c.to));
        self.due(&c.due);
        self.phrases.push(("依据", &c.basis));
    }

    fn notice(&mut self, c: &'a Notice) {
        self.texts.push(("首段", &c.opening));
        self.phrases.push(("结束语", &c.closing));
        for item in &c.items {
            self.phrases.push(("事项名称", &item.label));
            self.texts.push(("事项内容", &item.text));
        }
        if let Some(due) = &c.due {
            self.due(due);
        }
        if let Some(remedy) = &c.remedy {
            self.remedy(remedy, remedy.days.unwrap_or(1));
        }
        self.long.push(("仍有的帮助", c.remains.as_deref().unwrap_or_default()));
    }

    fn form(&mut self, c: &'a Form) {
        for row in &c.rows {
            self.phrases.push(("栏目", &row.label));
            self.long.push(("栏目内容", &row.text));
        }
        self.long.push(("说明", c.note.as_deref().unwrap_or_default()));
    }

    fn findings(&mut self, [rule, request, outcome, opinion]: [&'a str; 4]) {
        self.phrases.push(("程序依据", rule));
        self.texts.push(("请求", request));
        self.phrases.push(("结论", outcome));
        self.texts.push(("意见", opinion));
    }

    fn filing(&mut self, filing: &'a Filing) {
        self.dates.push(("收到日期", filing.received));
        self.phrases.push(("提出方式", &filing.manner));
        self.phrases.push(("事项", &filing.subject));
    }

    fn due(&mut self, due: &'a Due) {
        self.dates.push(("期限", due.last));
        self.phrases.push(("期限", &due.limit));
        for step in &due.sum {
            self.phrases.push(("期限的计算", step));
        }
    }

    /// `days` is 0 where a limit is wanting.
    fn remedy(&mut self, remedy: &'a Remedy, days: u16) {
        self.phrases.push(("救济途径", &remedy.act));
        self.phrases.push(("救济机关", &remedy.to));
        self.phrases.push(("救济期限的起点", &remedy.from));
        self.phrases.push(("救济途径的依据", &remedy.basis));
        self.days.push(("救济期限", days));
        self.optional("救济途径的说明", remedy.how.as_deref());
    }

    fn optional(&mut self, field: &'static str, value: Option<&'a str>) {
        if let Some(words) = value {
            self.optional.push((field, words));
        }
    }
}
