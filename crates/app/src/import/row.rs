//! One row read by the map: a message, with its reply where it has one, or the reason why it is neither.

use std::collections::BTreeMap;

use casework::act::Limits;
use casework::day;
use jiff::Timestamp;

use super::map::{self, ImportMap};
use super::moment::{self, Moment};
use super::table::{Cell, ImportTable, TableRow};

/// A message as the map reads it. Nothing of it is lost: what does not fit one field stands whole in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) identity: String,
    /// `None` where no name was given.
    pub(super) name: Option<String>,
    pub(super) summary: String,
    pub(super) at: Timestamp,
    pub(super) text: String,
    pub(super) reply: Option<Reply>,
}

/// What was answered, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) at: Timestamp,
    pub(super) text: String,
}

/// Where each column the map names lies in the table.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    map: &'a ImportMap,
    places: BTreeMap<&'a str, usize>,
    width: usize,
    by_commas: bool,
}

impl<'a> Reading<'a> {
    /// Finds the map's columns among the table's headings.
    pub(super) fn of(map: &'a ImportMap, table: &ImportTable) -> Result<Reading<'a>, String> {
        table.headings.iter().try_for_each(|heading| map::refuse_column(heading))?;
        let mut places = BTreeMap::new();
        for wanted in map.columns.headings() {
            let mut found = (0..table.headings.len()).filter(|place| table.headings[*place] == wanted.trim());
            let place = found.next().ok_or_else(|| {
                let there: Vec<&str> = table
                    .headings
                    .iter()
                    .map(String::as_str)
                    .filter(|heading| !heading.is_empty())
                    .take(30)
                    .collect();
                let there: String = there.join("、").chars().take(300).collect();
                format!("缺少“{wanted}”一列；表头有：{there}")
            })?;
            if found.next().is_some() {
                return Err(format!("有两列都叫“{wanted}”；请删去或改名一列"));
            }
            places.insert(wanted, place);
        }
        Ok(Reading { map, places, width: table.headings.len(), by_commas: table.by_commas })
    }

    /// The row's identity, where it has one, to name the row by.
    pub(super) fn identity(&self, row: &TableRow) -> Option<String> {
        let text = self.text(row, &self.map.columns.identity).ok()?;
        Some(text).filter(|text| map::is_plain(text))
    }

    /// Reads a row.
    pub(super) fn message(&self, row: &TableRow, now: Timestamp) -> Result<Message, String> {
        let columns = &self.map.columns;
        let width = row.cells.len();
        if self.by_commas && width != self.width {
            return Err(format!("有{width}栏，表头有{}栏；多半是内容里的逗号或引号没有括好", self.width));
        }
        let identity = self.text(row, &columns.identity)?;
        if !map::is_plain(&identity) {
            let shown: String = identity.chars().take(40).collect();
            let why = "编号由1至64个字母、数字和 - _ . 组成";
            return Err(if shown.is_empty() {
                format!("没有“{}”", columns.identity)
            } else {
                format!("“{shown}”：{why}")
            });
        }
        let at = self.moment(row, &columns.at)?.ok_or_else(|| format!("没有“{}”", columns.at))?;
        if at.start() > now {
            return Err(format!("“{}”在将来", columns.at));
        }
        let name = self.optional(row, columns.name.as_deref())?;
        let named = !name.is_empty() && !self.map.fixed.anonymous.contains(&name);
        let title = self.optional(row, columns.summary.as_deref())?;
        let (summary, text) = summary_and_text(&title, self.text(row, &columns.text)?);
        if text.is_empty() {
            return Err(format!("没有“{}”", columns.text));
        }
        let reply = self.reply(row, at, now)?;
        Ok(Message { identity, name: named.then_some(name), summary, at: at.start(), text, reply })
    }

    fn reply(&self, row: &TableRow, asked: Moment, now: Timestamp) -> Result<Option<Reply>, String> {
        let (Some(reply), Some(replied_at)) = (&self.map.columns.reply, &self.map.columns.replied_at) else {
            return Ok(None);
        };
        let text = self.text(row, reply)?;
        let at = match (self.moment(row, replied_at)?, text.is_empty()) {
            (None, true) => return Ok(None),
            (None, false) => return Err(format!("有“{reply}”而没有“{replied_at}”")),
            (Some(_), true) => return Err(format!("有“{replied_at}”而没有“{reply}”")),
            // Of a reply on the day of the message only the day is known: it cannot have come before the message.
            (Some(Moment::On(day)), false) if day == day::day_of(asked.start()) => asked.start(),
            (Some(moment), false) => moment.start(),
        };
        if at > now {
            return Err(format!("“{replied_at}”在将来"));
        }
        if at < asked.start() {
            return Err(format!("“{replied_at}”早于“{}”；请核对", self.map.columns.at));
        }
        Ok(Some(Reply { at, text }))
    }

    fn cell<'r>(&self, row: &'r TableRow, heading: &str) -> &'r Cell {
        self.places.get(heading).and_then(|place| row.cells.get(*place)).unwrap_or(&Cell::Empty)
    }

    fn text(&self, row: &TableRow, heading: &str) -> Result<String, String> {
        self.cell(row, heading).text().map_err(|why| format!("“{heading}”{why}"))
    }

    fn optional(&self, row: &TableRow, heading: Option<&str>) -> Result<String, String> {
        heading.map_or_else(|| Ok(String::new()), |heading| self.text(row, heading))
    }

    fn moment(&self, row: &TableRow, heading: &str) -> Result<Option<Moment>, String> {
        moment::read(self.cell(row, heading)).map_err(|why| format!("“{heading}”{why}"))
    }
}

/// Characters of the text that stand for a title where none was given.
const TITLE_CHARACTERS: usize = 40;

/// A title of one line within the limit, and the whole text. A title that is cut stands whole before the text.
fn summary_and_text(title: &str, text: String) -> (String, String) {
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        return (shortened(&line, TITLE_CHARACTERS), text);
    }
    let summary = shortened(&line, Limits::NOW.summary);
    match (summary == line, text.is_empty()) {
        // A message may be all in its title.
        (_, true) => (summary, title.to_owned()),
        (true, false) => (summary, text),
        (false, false) => (summary, format!("{title}\n\n{text}")),
    }
}

fn shortened(line: &str, characters_max: usize) -> String {
    if line.chars().count() <= characters_max {
        return line.to_owned();
    }
    line.chars().take(characters_max - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::import::map::tests::SHIPPED;

    const HEAD: &str = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间,备注";
    const NOW: &str = "2026-01-01T00:00:00Z";

    fn table(text: &str) -> ImportTable {
        let map = ImportMap::read(SHIPPED.as_bytes()).unwrap();
        ImportTable::read(Path::new("t.csv"), text.as_bytes().to_vec(), &map).unwrap()
    }

    fn row(row: &str) -> Result<Message, String> {
        let map = ImportMap::read(SHIPPED.as_bytes()).unwrap();
        let table = table(&format!("{HEAD}\n{row}\n"));
        let reading = Reading::of(&map, &table)?;
        reading.message(&table.rows[0], NOW.parse().unwrap())
    }

    fn columns(head: &str) -> String {
        let map = ImportMap::read(SHIPPED.as_bytes()).unwrap();
        Reading::of(&map, &table(head)).err().unwrap_or_default()
    }

    #[test]
    fn a_row_is_read_and_padding_left_out() {
        let message =
            row("A-1, 甲 ,路灯 不亮,2019/4/25 9:32:09,\"\n\t路灯坏了。\n\t\",　已修好。,2019/4/26,").unwrap();
        assert_eq!(message.identity, "A-1");
        assert_eq!(message.name.as_deref(), Some("甲"));
        assert_eq!((message.summary.as_str(), message.text.as_str()), ("路灯 不亮", "路灯坏了。"));
        let reply = message.reply.unwrap();
        assert_eq!(reply.text, "已修好。");
        assert_eq!(reply.at, "2019-04-26T00:00:00+08:00".parse().unwrap());
    }

    #[test]
    fn no_name_is_nobody_and_no_reply_is_none_yet() {
        for name in ["", "匿名", "匿名网友"] {
            let message = row(&format!("1,{name},题,2019/4/25,文,,,")).unwrap();
            assert_eq!((message.name, message.reply), (None, None));
        }
    }

    #[test]
    fn a_reply_of_which_only_the_day_is_known_never_precedes_its_message() {
        let message = row("1,甲,题,2019/4/25 9:00,文,答,2019/4/25,").unwrap();
        assert_eq!(message.reply.map(|reply| reply.at), Some(message.at));
        assert!(row("1,甲,题,2019/4/25 9:00,文,答,2019/4/24,").unwrap_err().contains("早于"));
    }

    #[test]
    fn a_title_too_long_stands_whole_before_the_text() {
        let title = "长".repeat(201);
        let message = row(&format!("1,甲,{title},2019/4/25,正文,,,")).unwrap();
        assert_eq!(message.summary.chars().count(), 200);
        assert!(message.summary.ends_with('…'));
        assert_eq!(message.text, format!("{title}\n\n正文"));
        assert_eq!(row("1,甲,,2019/4/25,只有正文,,,").unwrap().summary, "只有正文");
        assert_eq!(row("1,甲,只有标题,2019/4/25,,,,").unwrap().text, "只有标题");
    }

    #[test]
    fn rows_are_refused_with_the_column_that_is_wrong() {
        for (text, says) in [
            (",甲,题,2019/4/25,文,,,", "没有“留言编号”"),
            ("编号一,甲,题,2019/4/25,文,,,", "编号由"),
            ("1,甲,题,2019/2/30,文,,,", "“留言时间”“2019/2/30”里的日期不存在"),
            ("1,甲,,2019/4/25,,答,2019/4/26,", "没有“留言详情”"),
            ("1,甲,题,,文,,,", "没有“留言时间”"),
            ("1,甲,题,2031/1/1,文,,,", "在将来"),
            ("1,甲,题,2019/4/25,文,答,,", "没有“答复时间”"),
            ("1,甲,题,2019/4/25,文,,2019/4/26,", "没有“答复意见”"),
            ("1,甲,题,2019/4/25,文,答,2019/4/1,", "早于"),
            ("1,甲,题,2019/4/25,文,答,2031/4/1,", "在将来"),
            ("1,甲,题,2019/4/25,文,答,2019/4/26,,多", "9栏"),
        ] {
            let why = row(text).unwrap_err();
            assert!(why.contains(says), "{text}: {why}");
        }
    }

    #[test]
    fn tables_that_do_not_fit_the_map_are_refused() {
        let missing = columns(&HEAD.replace("留言时间", "时间"));
        assert!(missing.contains("缺少“留言时间”一列") && missing.contains("时间"), "{missing}");
        assert!(columns(&format!("{HEAD},留言时间")).contains("两列"));
        assert!(columns(&format!("{HEAD},是否越级")).contains("不接收"));
    }
}
