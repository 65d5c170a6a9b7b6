//! Files of law, calendars, figures and words from outside, noise or spoilt anywhere: read or refused, never a panic, and what
//! is refused says where.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use casework::calendar::Calendar;
use casework::event::{Channel, Stream};
use casework::figure::Report;
use casework::office::Role;
use casework::procedure::{Limit, overlay};
use casework::verb::Verb;
use proptest::prelude::*;
use proptest::sample::Index;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Every file of data that is shipped.
static SHIPPED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["procedures", "calendars", "figures"].map(|folder| Path::new(ROOT).join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    assert!(found.len() > 5);
    found
});

fn read_everything(text: &str) {
    let base = &SHIPPED[0];
    let _ = (Calendar::parse(text).is_ok(), Report::parse(text).is_ok(), overlay::head(text).is_ok());
    for merged in [overlay::merge(base, text), overlay::merge(text, base)] {
        for fault in merged.err().unwrap_or_default() {
            assert!(!fault.to_string().is_empty());
        }
    }
    for fault in casework::procedure::read(text).err().unwrap_or_default() {
        assert!(!fault.to_string().is_empty());
    }
}

fn read_words(text: &str) {
    let _ = (text.parse::<Limit>(), Stream::from_key(text), Channel::from_word(text));
    let _ = (Role::from_word(text), Verb::from_word(text));
}

/// What people put in the place of a value: numbers too large, days that are none, another kind of thing.
const INSTEAD: &str = "[-+]?[0-9]{1,20}|\"[0-9]{1,6} (days|months|working days)\"|\\[\\]|\\{\\}|true|\"\"|\"[a-z_.#]{1,12}\"|[0-9]{4}-[0-9]{2}-[0-9]{2}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn noise_is_read_without_panic(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for text in [text.as_str(), &String::from_utf8_lossy(&bytes)] {
            read_everything(text);
            read_words(text);
        }
    }

    #[test]
    fn words_are_read_without_panic(text in "(-|\\+)?[0-9]{0,12} (days|months|working day)|numbers/-?[0-9]{0,9}/x|[a-z]{1,8}/?.{0,8}") {
        read_words(&text);
    }

    /// A value replaced, a line gone, a line twice, a cut: what an editor or a hand does.
    #[test]
    fn a_spoilt_file_is_read_without_panic(
        which: Index,
        line: Index,
        what in 0_usize..5,
        instead in INSTEAD,
    ) {
        let text = which.get(&SHIPPED);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let at = line.index(lines.len());
        match what {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines.truncate(at),
            3 => lines[at].push_str(&instead),
            _ => {
                let key = lines[at].split('=').next().unwrap_or_default().to_owned();
                lines[at] = format!("{key}= {instead}");
            }
        }
        read_everything(&lines.join("\n"));
    }

    #[test]
    fn years_of_calendars_have_bounds(year in any::<i32>()) {
        let text = format!("fixed = []\n[{year}.rest]\n[{year}.work]\n");
        prop_assert_eq!(Calendar::parse(&text).is_ok(), (1949..=2199).contains(&year), "{}", year);
    }
}
