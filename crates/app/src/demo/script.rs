//! The story as it grows: lines in any order, told in time order.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::{Map, Value};

use super::hours;

/// Lines so far.
#[derive(Debug, Default)]
pub(super) struct Script {
    lines: Vec<(DateTime, Value)>,
}

impl Script {
    /// Somebody does something.
    pub(super) fn add(&mut self, at: DateTime, by: &str, verb: &str, fields: Value) {
        let mut line = Map::new();
        line.insert("at".to_owned(), hours::written(at).into());
        line.insert("by".to_owned(), by.into());
        line.insert("do".to_owned(), verb.into());
        if let Value::Object(fields) = fields {
            line.extend(fields);
        }
        self.lines.push((at, Value::Object(line)));
    }

    /// What happened by a moment, as a story file. Lines of one moment keep the order in which they were added.
    pub(super) fn told_by(mut self, until: Timestamp) -> Vec<u8> {
        self.lines.sort_by_key(|(at, _)| *at);
        let mut story = String::new();
        for (_, line) in self.lines.iter().filter(|(at, _)| hours::instant(*at) <= until) {
            story.push_str(&line.to_string());
            story.push('\n');
        }
        story.into_bytes()
    }
}
