//! The map of an import: a small file that says which column is what, and which office the rows go to.

use casework::event::Channel;
use casework::office::{OfficeCode, OfficeKind};
use casework::refused;
use serde::Deserialize;

use crate::error::AppError;

/// A map, read and checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportMap {
    pub(super) import: Head,
    pub(super) office: ToOffice,
    pub(super) columns: Columns,
    pub(super) fixed: Fixed,
    pub(super) answer: Option<Answer>,
}

/// What is imported, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    /// Names the import: with a row's identity it makes the row happen once.
    pub(super) id: String,
    /// Procedure id or family.
    pub(super) procedure: String,
    pub(super) channel: Channel,
    /// Which sheet of a workbook; none: the first.
    pub(super) sheet: Option<String>,
}

/// The office the rows go to; entered where it is not there yet, otherwise left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToOffice {
    pub(super) code: OfficeCode,
    pub(super) name: String,
    pub(super) kind: OfficeKind,
    pub(super) parent: Option<OfficeCode>,
}

/// Headings of the columns that are read; all others are left alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    pub(super) identity: String,
    pub(super) name: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) at: String,
    pub(super) text: String,
    pub(super) reply: Option<String>,
    pub(super) replied_at: Option<String>,
}

/// What is the same for every row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fixed {
    pub(super) category: String,
    /// Office code of the place; none: the office itself.
    pub(super) place: Option<OfficeCode>,
    /// Names that stand for no name.
    #[serde(default)]
    pub(super) anonymous: Vec<String>,
}

/// What a reply is in the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) outcome: String,
    pub(super) document: String,
    pub(super) how: String,
}

impl Columns {
    /// Every heading that is read.
    pub(super) fn headings(&self) -> impl Iterator<Item = &str> {
        let needed = [&self.identity, &self.at, &self.text];
        let optional = [&self.name, &self.summary, &self.reply, &self.replied_at];
        needed.into_iter().chain(optional.into_iter().flatten()).map(String::as_str)
    }
}

impl ImportMap {
    /// Reads a map file.
    ///
    /// # Errors
    /// One line that says what is wrong with it, and where.
    pub fn read(bytes: &[u8]) -> Result<ImportMap, AppError> {
        let wrong = |what: String| AppError::Input(format!("映射文件有误：{what}"));
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("不是UTF-8编码".to_owned()))?;
        let map: ImportMap = toml::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let place = line.map_or_else(String::new, |line| format!("第{line}行："));
            wrong(format!("{place}{}", error.message().lines().collect::<Vec<_>>().join(" ")))
        })?;
        map.check().map_err(wrong)?;
        Ok(map)
    }

    fn check(&self) -> Result<(), String> {
        if !is_plain(&self.import.id) {
            return Err("[import] id 由1至64个字母、数字和 - _ . 组成".to_owned());
        }
        if self.columns.reply.is_some() != self.columns.replied_at.is_some() {
            return Err("[columns] reply 和 replied_at 要么都写，要么都不写".to_owned());
        }
        if self.columns.reply.is_some() && self.answer.is_none() {
            return Err("有 reply 一栏，还须有 [answer]：outcome、document、how".to_owned());
        }
        let headings: Vec<&str> = self.columns.headings().collect();
        for (index, heading) in headings.iter().enumerate() {
            if heading.trim().is_empty() {
                return Err("[columns] 里有空的列名".to_owned());
            }
            // The identity is kept in clear so that a row happens once: it must not be what a person wrote.
            if headings[..index].contains(heading) {
                return Err(format!("“{heading}”一列被用了两次；每列只能对应一项"));
            }
        }
        let mut named = headings.into_iter().chain([self.fixed.category.as_str()]);
        named.try_for_each(refuse_column)
    }
}

/// Letters, digits and a few marks: what may be kept in clear as a name of a thing.
pub(super) fn is_plain(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Refuses a heading that attaches something to a person in order to watch or control them.
pub(super) fn refuse_column(heading: &str) -> Result<(), String> {
    match refused::in_heading(heading) {
        Some(word) => Err(format!(
            "“{}”一列不接收：列名含“{word}”，是给人贴标签或管控人的，本系统不登记；请删去该列再导入",
            heading.trim().chars().take(40).collect::<String>()
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::import) const SHIPPED: &str = include_str!("../../../../maps/leaders-board.toml");

    fn fault(text: &str) -> String {
        ImportMap::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_map_reads() {
        let map = ImportMap::read(SHIPPED.as_bytes()).unwrap();
        assert_eq!(map.import.id, "leaders-board");
        assert_eq!(map.columns.headings().count(), 7);
    }

    #[test]
    fn faults_are_named_in_one_line() {
        let unknown = fault(&SHIPPED.replace("summary =", "sumary ="));
        assert!(unknown.contains("第17行") && unknown.contains("sumary"), "{unknown}");
        assert!(fault(&SHIPPED.replace("id = \"leaders-board\"", "id = \"留 言\"")).contains("id"));
        assert!(fault(&SHIPPED.replace("\"留言用户\"", "\"留言编号\"")).contains("两次"));
        assert!(fault(&SHIPPED.replace("reply = \"答复意见\"\n", "")).contains("replied_at"));
        assert!(fault(&SHIPPED.replace("\"petition_office\"", "\"palace\"")).contains("palace"));
        assert!(fault(&SHIPPED.replace("\"留言主题\"", "\"是否越级\"")).contains("不接收"));
        assert!(!fault("[import").contains('\n'));
    }
}
