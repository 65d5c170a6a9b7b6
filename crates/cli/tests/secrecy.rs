//! No word of a person lies in clear anywhere in the data folder, in whatever encoding.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use program::{Data, shipped, succeeded};
use serde_json::Value;

/// Fields of a line that hold a person's words or words about them.
const SECRET: [&str; 7] = ["summary", "text", "note", "go_to", "reason", "basis", "title"];

fn secrets(story: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in story.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let mut take = |value: &Value| {
            found.extend(value.as_str().filter(|text| text.chars().count() > 2).map(str::to_owned));
        };
        SECRET.iter().for_each(|field| take(&line[field]));
        let representatives = line["representatives"].as_array();
        for person in representatives.into_iter().flatten().chain([&line["petitioner"]]) {
            take(&person["name"]);
            take(&person["phone"]);
        }
        if line["do"] == "officer" {
            take(&line["name"]);
        }
    }
    found
}

/// Where each secret begins, by its first four bytes, so that a folder is looked through once.
struct Hunt {
    needles: Vec<(Vec<u8>, String)>,
    begins: Vec<Vec<usize>>,
}

impl Hunt {
    fn new(secrets: &BTreeSet<String>) -> Hunt {
        let mut needles = Vec::new();
        for secret in secrets {
            let utf16: Vec<u16> = secret.encode_utf16().collect();
            needles.push((secret.as_bytes().to_vec(), secret.clone()));
            needles.push((utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(), secret.clone()));
            needles.push((utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(), secret.clone()));
            let escaped: String = utf16.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            needles.push((escaped.into_bytes(), secret.clone()));
        }
        let mut begins = vec![Vec::new(); 1 << 16];
        for (index, (needle, _)) in needles.iter().enumerate() {
            begins[usize::from(u16::from_be_bytes([needle[0], needle[1]]))].push(index);
        }
        Hunt { needles, begins }
    }

    fn found_in(&self, bytes: &[u8]) -> Option<&str> {
        (0..bytes.len().saturating_sub(1)).find_map(|at| {
            let here = &self.begins[usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))];
            let fits = |index: &&usize| bytes[at..].starts_with(&self.needles[**index].0);
            here.iter().find(fits).map(|index| self.needles[*index].1.as_str())
        })
    }
}

fn nothing_in_clear(data: &Data, hunt: &Hunt) {
    let files = data.files();
    assert!(files.len() >= 3, "journal, keys, lock");
    for (path, bytes) in files {
        assert_eq!(hunt.found_in(&bytes), None, "in {}", path.display());
    }
}

#[test]
fn no_word_of_a_person_lies_in_clear() {
    let story = fs::read_to_string(shipped("county-half-year.story.jsonl")).unwrap();
    let secrets = secrets(&story);
    assert!(secrets.len() > 400 && secrets.contains("信访人1") && secrets.contains("19900000001"));
    let hunt = Hunt::new(&secrets);
    assert!(hunt.found_in(story.as_bytes()).is_some(), "the hunt finds what is there");

    let data = Data::with_story("county-half-year.story.jsonl");
    nothing_in_clear(&data, &hunt);
    succeeded(&data.run(&["rebuild"]));
    data.figures("2020-01-01", "2020-06-30", &[]);
    nothing_in_clear(&data, &hunt);

    let mode = |name: &str| fs::metadata(data.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("keys/huiyin.keys"), mode("keys")), (0o600, 0o700));
    assert_eq!((mode("journal.db"), mode("lock"), mode("")), (0o600, 0o600, 0o700));
}

/// Killed in the middle of writing, the write-ahead log is still there: it holds nothing in clear either.
#[test]
fn nor_in_the_write_ahead_log_of_a_killed_process() {
    let story = shipped("county-half-year.story.jsonl");
    let hunt = Hunt::new(&secrets(&fs::read_to_string(&story).unwrap()));
    let data = Data::new();
    let mut child = data.command(&["replay", story.to_str().unwrap()]).spawn().unwrap();
    let wal = data.path().join("journal.db-wal");
    while fs::metadata(&wal).map_or(0, |found| found.len()) < 1_000_000 {
        assert!(child.try_wait().unwrap().is_none(), "the replay ended before its log grew");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(fs::metadata(&wal).unwrap().len() >= 1_000_000);
    nothing_in_clear(&data, &hunt);
}
