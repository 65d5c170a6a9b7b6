//! Carrying the rows in: every message and reply an act of its own, in time order, each row taken or refused by itself.

use std::collections::{BTreeMap, BTreeSet};

use casework::category;
use casework::command::{Actor, DirectoryCommand, MatterCommand, Person, Register};
use casework::day;
use casework::event::{MatterId, Origin, Stream};
use casework::office::OfficeCode;
use casework::words;
use jiff::Timestamp;
use store::Source;

use super::map::{Answer, ImportMap};
use super::row::{Message, Reading, Reply};
use super::table::ImportTable;
use crate::App;
use crate::error::AppError;
use crate::perform::{Doing, Filing, Target};

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRefused {
    /// Its number, as a spreadsheet program shows it.
    pub row: usize,
    /// Which row, and why, in one sentence.
    pub reason: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows looked at.
    pub rows: usize,
    /// Messages registered now.
    pub registered: usize,
    /// Replies entered now.
    pub answered: usize,
    /// Rows that had been imported before and brought nothing new.
    pub before: usize,
    /// Rows refused, by number.
    pub refused: Vec<RowRefused>,
}

/// One act to carry out. A message's registration sorts before a reply of the same moment.
struct Step<'a> {
    at: Timestamp,
    row: usize,
    message: &'a Message,
    reply: Option<&'a Reply>,
}

/// What happened to the rows so far.
#[derive(Default)]
struct Progress {
    imported: Imported,
    applied: BTreeSet<usize>,
    refused: BTreeMap<usize, String>,
}

impl App {
    /// Imports a table by its map, through the use cases, rows in time order whatever their order in the table. What
    /// was imported before is passed over. `progress` is called with the acts done and the acts in all.
    ///
    /// # Errors
    /// The table does not fit the map, the map does not fit the law or the offices here, or the store fails. Refused
    /// rows are not errors: they are in the result.
    pub fn import(
        &self,
        map: &ImportMap,
        table: &ImportTable,
        recorded: Timestamp,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Imported, AppError> {
        let reading = Reading::of(map, table).map_err(AppError::Input)?;
        let (messages, refused) = read_rows(&reading, table, recorded);
        self.check_law(map, &messages)?;
        let mut so_far = Progress { refused, ..Progress::default() };
        so_far.imported.rows = table.rows.len();
        let steps = in_time_order(&messages);
        self.store.batch(|| {
            self.enter_office(map, recorded)?;
            self.check_category(map)?;
            for (done, step) in (1..).zip(&steps) {
                if !so_far.refused.contains_key(&step.row) {
                    self.carry(map, step, recorded, &mut so_far)?;
                }
                progress(done, steps.len());
            }
            Ok::<(), AppError>(())
        })?;
        Ok(so_far.finish())
    }

    /// One step; a refusal by the rules is the row's, anything else ends the import.
    fn carry(
        &self,
        map: &ImportMap,
        step: &Step<'_>,
        recorded: Timestamp,
        so_far: &mut Progress,
    ) -> Result<(), AppError> {
        let applied = match (step.reply, &map.answer) {
            (Some(reply), Some(answer)) => self.enter_reply(map, answer, step.message, reply, recorded),
            _ => self.enter_message(map, step.message, recorded),
        };
        match applied {
            Ok(false) => {}
            Ok(true) => {
                so_far.applied.insert(step.row);
                match step.reply {
                    Some(_) => so_far.imported.answered += 1,
                    None => so_far.imported.registered += 1,
                }
            }
            Err(AppError::Refused(refusal)) => {
                let what = if step.reply.is_some() { "答复未录入：" } else { "" };
                let reason = format!("编号{}：{what}{refusal}", step.message.identity);
                so_far.refused.insert(step.row, reason);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Registers a message; false where it was before.
    fn enter_message(&self, map: &ImportMap, message: &Message, recorded: Timestamp) -> Result<bool, AppError> {
        let doing = doing(map, &message.identity, "register", message.at, recorded);
        if self.is_done(&doing.command)? {
            return Ok(false);
        }
        self.register(&doing, filing(map, message))?;
        Ok(true)
    }

    /// Decides and serves the reply; false where both were done before. A run that was cut between the two goes on.
    fn enter_reply(
        &self,
        map: &ImportMap,
        answer: &Answer,
        message: &Message,
        reply: &Reply,
        recorded: Timestamp,
    ) -> Result<bool, AppError> {
        let serve = doing(map, &message.identity, "serve", reply.at, recorded);
        if self.is_done(&serve.command)? {
            return Ok(false);
        }
        let target = Target::Id(self.imported(map, &message.identity)?);
        let decide = doing(map, &message.identity, "decide", reply.at, recorded);
        let command = MatterCommand::Decide {
            outcome: answer.outcome.clone(),
            text: reply.text.clone(),
            basis: String::new(),
        };
        self.act(&decide, &target, &command)?;
        let command = MatterCommand::Serve {
            party: None,
            document: answer.document.clone(),
            how: answer.how.clone(),
            proof: String::new(),
        };
        self.act(&serve, &target, &command)?;
        Ok(true)
    }

    /// The matter a row became.
    fn imported(&self, map: &ImportMap, identity: &str) -> Result<MatterId, AppError> {
        match self.store.done(&command_id(map, identity, "register"))? {
            Some(Stream::Matter(id)) => Ok(id),
            _ => Err(casework::refusal::Refusal::NoSuchMatter.into()),
        }
    }

    /// Enters the map's office where it is not there yet, so that a fresh data folder will do.
    fn enter_office(&self, map: &ImportMap, recorded: Timestamp) -> Result<(), AppError> {
        let office = &map.office;
        if self.directory()?.office(&office.code).is_none() {
            let command = DirectoryCommand::Office {
                code: office.code.clone(),
                name: office.name.clone(),
                kind: office.kind,
                parent: office.parent.clone(),
                fields: Vec::new(),
            };
            let doing = doing(map, &office.code.0, "office", recorded, recorded);
            self.on_directory(&doing, &command)?;
        }
        let place = place(map);
        if self.directory()?.office(place).is_none() {
            let why = format!("映射文件里的 place “{place}”不是这里的机关代码");
            return Err(AppError::Input(why));
        }
        Ok(())
    }

    /// Whether the map's category is one: it stands in clear, so it is a word of the lists.
    fn check_category(&self, map: &ImportMap) -> Result<(), AppError> {
        let category = &map.fixed.category;
        if category::is_known(category, &*self.directory()?) {
            return Ok(());
        }
        let why = format!(
            "映射文件里 [fixed] category 的“{category}”不在类别表里，也没有机关受理；请用“网上留言”或 categories/ 里的一类"
        );
        Err(AppError::Input(why))
    }

    /// Whether the procedure the map names knows what the map asks: else every row would be refused for the same reason.
    fn check_law(&self, map: &ImportMap, messages: &[(usize, Message)]) -> Result<(), AppError> {
        let Some(latest) = messages.iter().map(|(_, message)| message.at).max() else { return Ok(()) };
        let (_, procedure) = self.law().governing(&map.import.procedure, day::day_of(latest))?;
        let Some(answer) = &map.answer else { return Ok(()) };
        let known = |what: &str, word: &str, there: Vec<&str>| match there.contains(&word) {
            true => Ok(()),
            false => {
                let there = there.join("、");
                Err(AppError::Input(format!("映射文件里 [answer] {what} 的“{word}”不可用；可用：{there}")))
            }
        };
        known("outcome", &answer.outcome, procedure.outcomes.keys().map(String::as_str).collect())?;
        known("document", &answer.document, procedure.letters.keys().map(String::as_str).collect())?;
        known("how", &answer.how, words::SERVICE_MEANS.iter().map(|(word, _)| *word).collect())
    }
}

impl Progress {
    fn finish(self) -> Imported {
        let Progress { mut imported, applied, refused } = self;
        let touched = applied.iter().filter(|row| !refused.contains_key(row)).count() + refused.len();
        imported.before = imported.rows - touched;
        imported.refused = refused.into_iter().map(|(row, reason)| RowRefused { row, reason }).collect();
        imported
    }
}

/// Every row read, with its number; and the rows that cannot be, with why.
fn read_rows(
    reading: &Reading<'_>,
    table: &ImportTable,
    now: Timestamp,
) -> (Vec<(usize, Message)>, BTreeMap<usize, String>) {
    let mut messages = Vec::with_capacity(table.rows.len());
    let mut refused = BTreeMap::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for row in &table.rows {
        match reading.message(row, now) {
            Ok(message) => match first.get(&message.identity) {
                Some(other) => {
                    let why = format!("编号{}与第{other}行重复；每行须有自己的编号", message.identity);
                    refused.insert(row.number, why);
                }
                None => {
                    first.insert(message.identity.clone(), row.number);
                    messages.push((row.number, message));
                }
            },
            Err(why) => {
                let named = reading.identity(row).map_or_else(String::new, |identity| format!("编号{identity}："));
                refused.insert(row.number, format!("{named}{why}"));
            }
        }
    }
    (messages, refused)
}

/// Messages and replies as single steps, so that time only goes forward.
fn in_time_order(messages: &[(usize, Message)]) -> Vec<Step<'_>> {
    let mut steps = Vec::with_capacity(2 * messages.len());
    for (row, message) in messages {
        steps.push(Step { at: message.at, row: *row, message, reply: None });
        let reply = message.reply.as_ref();
        steps.extend(reply.map(|reply| Step { at: reply.at, row: *row, message, reply: Some(reply) }));
    }
    steps.sort_by_key(|step| (step.at, step.row, step.reply.is_some()));
    steps
}

fn command_id(map: &ImportMap, identity: &str, act: &str) -> String {
    format!("import/{}/{identity}/{act}", map.import.id)
}

fn doing(map: &ImportMap, identity: &str, act: &str, at: Timestamp, recorded: Timestamp) -> Doing {
    let command = command_id(map, identity, act);
    Doing { actor: Actor::Import, at, recorded, source: Source::Import, command }
}

fn place(map: &ImportMap) -> &OfficeCode {
    map.fixed.place.as_ref().unwrap_or(&map.office.code)
}

fn filing(map: &ImportMap, message: &Message) -> Filing {
    let origin = Origin { from: format!("import/{}", map.import.id), name: message.identity.clone() };
    let register = Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: Some(origin),
        channel: map.import.channel,
        people: 1,
        place: place(map).clone(),
        category: map.fixed.category.clone(),
        summary: message.summary.clone(),
        text: message.text.clone(),
        received: None,
        contact: String::new(),
        petitioner: message.name.clone().map(|name| Person { name, phone: String::new() }),
        representatives: Vec::new(),
        accused: Vec::new(),
        accused_officers: Vec::new(),
        accused_people: String::new(),
        respondents: Vec::new(),
        competent: Some(map.office.code.clone()),
    };
    Filing { register, procedure: Some(map.import.procedure.clone()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use casework::office::Role;
    use tempfile::TempDir;

    use super::*;
    use crate::import::map::tests::SHIPPED;
    use crate::show::Reader;

    const HEAD: &str = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n";
    const NOW: &str = "2020-06-01T00:00:00Z";

    struct Node {
        app: App,
        map: ImportMap,
        _folder: TempDir,
    }

    fn node() -> Node {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), NOW.parse().unwrap()).unwrap();
        Node { app, map: ImportMap::read(SHIPPED.as_bytes()).unwrap(), _folder: folder }
    }

    impl Node {
        fn try_import(&self, rows: &str) -> Result<Imported, AppError> {
            let table = ImportTable::read(Path::new("t.csv"), format!("{HEAD}{rows}").into_bytes(), &self.map)?;
            self.app.import(&self.map, &table, NOW.parse().unwrap(), |_, _| {})
        }

        fn import(&self, rows: &str) -> Imported {
            self.try_import(rows).unwrap()
        }

        fn reader(&self) -> Reader {
            Reader::Officer(Actor::Officer {
                login: "a".into(),
                office: self.map.office.code.clone(),
                roles: vec![Role::Officer],
            })
        }

        fn shown(&self, identity: &str) -> crate::show::MatterShown {
            let id = self.app.imported(&self.map, identity).unwrap();
            let reference = self.app.load(&id).unwrap().matter.reference.clone();
            self.app.matter(&self.reader(), &reference, NOW.parse().unwrap()).unwrap()
        }
    }

    fn counts(imported: &Imported) -> [usize; 4] {
        [imported.registered, imported.answered, imported.before, imported.refused.len()]
    }

    #[test]
    fn a_message_and_its_reply_are_read_again_as_they_were() {
        let node = node();
        let rows = "2,乙,后来的,2019/5/1 8:00,后文,,\n1,甲,路灯,2019/4/1 8:00,\"路灯不亮。\n　　请修。\",已经修好。,2019/4/9\n";
        assert_eq!(counts(&node.import(rows)), [2, 1, 0, 0]);
        let shown = node.shown("1");
        assert_eq!(shown.summary, "路灯");
        assert_eq!(shown.intakes[0].text, "路灯不亮。\n　　请修。");
        assert_eq!(shown.parties[0].name, "甲");
        assert!(shown.answered && shown.ended);
        assert!(shown.story.iter().any(|told| told.text.contains("已经修好。")));
        assert!(!node.shown("2").answered);
    }

    #[test]
    fn nothing_is_doubled_and_a_later_reply_is_gained() {
        let node = node();
        assert_eq!(counts(&node.import("1,甲,题,2019/4/1,文,,\n")), [1, 0, 0, 0]);
        assert_eq!(counts(&node.import("1,甲,题,2019/4/1,文,,\n")), [0, 0, 1, 0]);
        let answered = "1,甲,题,2019/4/1,文,答,2019/4/3\n3,甲,题,2019/4/2,文,,\n";
        assert_eq!(counts(&node.import(answered)), [1, 1, 0, 0]);
        assert_eq!(counts(&node.import(answered)), [0, 0, 2, 0]);
    }

    #[test]
    fn a_reply_given_before_a_clock_ended_here_may_be_learnt_late() {
        let node = node();
        node.import("1,甲,题,2019/4/1,文,,\n");
        assert!(node.app.wake("2019-12-01T00:00:00Z".parse().unwrap(), NOW.parse().unwrap()).unwrap() > 1);
        assert_eq!(counts(&node.import("1,甲,题,2019/4/1,文,答,2019/4/3\n")), [0, 1, 0, 0]);
        let again = node.app.wake(NOW.parse().unwrap(), NOW.parse().unwrap());
        assert_eq!(again.unwrap(), 0, "what is answered wakes no more");
        assert!(node.shown("1").ended);
        let before = node.app.fingerprint().unwrap();
        node.app.rebuild(|_| {}).unwrap();
        assert_eq!(node.app.fingerprint().unwrap(), before);
    }

    #[test]
    fn rows_are_refused_by_themselves_with_number_and_reason() {
        let node = node();
        let rows = "1,甲,题,2019/4/1,文,,\n2,甲,题,2019/2/30,文,,\n1,乙,题,2019/4/2,文,,\n3,甲,,2019/4/1,,,\n4,甲,题,2001/1/1,文,,\n";
        let imported = node.import(rows);
        assert_eq!(counts(&imported), [1, 0, 0, 4]);
        let told: Vec<String> = imported.refused.iter().map(|row| format!("{} {}", row.row, row.reason)).collect();
        assert!(told[0].starts_with("3 编号2：“留言时间”“2019/2/30”里的日期不存在"), "{told:?}");
        assert!(told[1].contains("编号1与第2行重复"), "{told:?}");
        assert!(told[2].starts_with("5 编号3：没有“留言详情”"), "{told:?}");
        assert!(told[3].contains("没有在2001年1月1日"), "{told:?}");
        let mended = rows.replace("2019/2/30", "2019/2/28");
        assert_eq!(counts(&node.import(&mended)), [1, 0, 1, 3]);
    }

    #[test]
    fn a_map_that_does_not_fit_is_said_once() {
        for (from, to, says) in [
            ("\"answered\"", "\"praised\"", "praised"),
            ("document = \"reply\"", "document = \"opinion\"", "opinion"),
            ("\"online\"", "\"by_raven\"", "by_raven"),
            ("procedure = \"message-board\"", "procedure = \"no-such\"", "no-such"),
            ("category = ", "place = \"nowhere\"\ncategory = ", "nowhere"),
            ("\"网上留言\"", "\"张三的事\"", "张三的事"),
            ("kind = ", "parent = \"nowhere\"\nkind = ", "nowhere"),
        ] {
            let mut node = node();
            node.map = ImportMap::read(SHIPPED.replace(from, to).as_bytes()).unwrap();
            let fault = node.try_import("1,甲,题,2019/4/1,文,,\n").unwrap_err().to_string();
            assert!(fault.contains(says), "{fault}");
        }
    }
}
