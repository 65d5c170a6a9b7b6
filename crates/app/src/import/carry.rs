//! Carrying the rows in: every message and reply an act of its own, in time order, each row taken or refused by itself.

use std::collections::{BTreeMap, BTreeSet};

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
        let command = MatterCommand::Serve { document: answer.document.clone(), how: answer.how.clone() };
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
        competent: Some(map.office.code.clone()),
    };
    Filing { register, procedure: Some(map.import.procedure.clone()) }
}
