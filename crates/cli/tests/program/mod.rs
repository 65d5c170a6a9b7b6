//! The program as tests run it: commands on a data folder of their own, what they print, what they leave on disk.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod chance;
pub mod oracle;
pub mod tale;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

/// Words that only a programmer understands: none may reach a person.
const RUST_NAMES: [&str; 17] = [
    "Some(",
    "Err(",
    "Ok(",
    "None",
    "unwrap",
    "panicked",
    "StoreError",
    "AppError",
    "Refusal",
    "u16",
    "u32",
    "i64",
    "u64",
    "struct ",
    "enum ",
    "::",
    "RUST_BACKTRACE",
];

/// A data folder that goes away with the test.
pub struct Data {
    folder: TempDir,
}

impl Data {
    pub fn new() -> Data {
        Data { folder: tempfile::tempdir().unwrap() }
    }

    /// A data folder with a shipped story in it.
    pub fn with_story(name: &str) -> Data {
        let data = Data::new();
        succeeded(&data.replay(&shipped(name)));
        data
    }

    /// The data folder itself; stories written by the test lie beside it.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn journal(&self) -> PathBuf {
        self.path().join("journal.db")
    }

    /// Writes a file beside the data folder.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A command on this data folder, not yet run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = huiyin(arguments);
        command.arg("--data").arg(self.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn replay(&self, story: &Path) -> Output {
        self.run(&["replay", story.to_str().unwrap()])
    }

    pub fn verify(&self) -> Output {
        self.run(&["verify", "journal"])
    }

    /// A report's figures by id, in the order printed.
    pub fn figures(&self, from: &str, to: &str, more: &[&str]) -> Vec<(String, Value)> {
        let mut arguments = vec!["report", "work-summary", "--from", from, "--to", to, "--json"];
        arguments.extend(more);
        let output = self.run(&arguments);
        succeeded(&output);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let figures = report["figures"].as_array().unwrap().iter();
        figures.map(|figure| (figure["id"].as_str().unwrap().to_owned(), figure["value"].clone())).collect()
    }

    /// The database, opened as somebody with the file in hands would.
    pub fn database(&self) -> Connection {
        Connection::open(self.journal()).unwrap()
    }

    /// The database without the triggers that refuse edits.
    pub fn unguarded(&self) -> Connection {
        let database = self.database();
        database.execute_batch("DROP TRIGGER event_is_not_changed; DROP TRIGGER event_is_not_removed;").unwrap();
        database
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.database().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Every file below the data folder, with its bytes.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.path()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    found.push((path, bytes));
                }
            }
        }
        found
    }
}

pub fn huiyin(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huiyin"));
    command.args(arguments).env_remove("HUIYIN_TRACE").env_remove("RUST_BACKTRACE");
    command
}

/// A story or expected file kept beside the tests.
pub fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

pub fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The command failed with so many lines on stderr, none of which needs a programmer to be understood.
pub fn complaints(output: &Output, lines: usize) -> Vec<String> {
    let said = said(output);
    assert!(!output.status.success(), "the command succeeded: {said}");
    assert!(output.status.code().is_some(), "the command was killed: {said}");
    let found: Vec<String> = said.lines().map(str::to_owned).collect();
    assert_eq!(found.len(), lines, "{said}");
    for name in RUST_NAMES {
        assert!(!said.contains(name), "'{name}' in: {said}");
    }
    for line in &found {
        assert!(line.chars().count() <= 600, "a line of {} characters: {said:.600}", line.chars().count());
    }
    found
}

/// The command failed with one clear line.
pub fn complaint(output: &Output) -> String {
    complaints(output, 1).remove(0)
}
