//! Red team: the database is the same whoever brought the matters. Two counties live through the same half year; in one a
//! single person brings every matter, in the other each has their own. Whoever holds the file, without opening a seal,
//! cannot tell one from the other: so no table, index, figure or column can group or rank by person.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use program::tale::tell;
use program::{Data, huiyin, succeeded};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Value, json};

/// 2023-01-01 in Shanghai, in seconds.
const BEGINS: i64 = 1_672_502_400;
const REPORTS: [&str; 3] = ["work-summary", "duties", "reply-delay"];

/// A half year in which the matter of number n is brought by the person `who(n)` gives.
fn county(who: fn(usize) -> usize) -> (Data, Vec<usize>) {
    let mut persons = Vec::new();
    let mut story = String::new();
    for line in tell(7, BEGINS, 180, 40).lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if line["petitioner"].is_object() {
            let person = who(persons.len());
            persons.push(person);
            line["petitioner"] =
                json!({"name": format!("某人{person:04}"), "phone": format!("1990000{person:04}")});
            line["text"] = json!(format!("我叫某人{person:04}，请求依法处理。"));
        }
        writeln!(story, "{line}").unwrap();
    }
    let data = Data::new();
    succeeded(&data.replay(&data.file("half-year.jsonl", story)));
    (data, persons)
}

fn by_one(_: usize) -> usize {
    1
}

fn each_by_their_own(matter: usize) -> usize {
    matter
}

/// When the program ran, the four random digits by which a node is known, and places in the journal: of what time does at
/// one moment to several matters, chance says what comes first.
const OF_THE_RUN: [&str; 3] = ["recorded", "node", "position"];

/// Names what is random by the order in which it is first met: what is left is which random values are equal.
#[derive(Default)]
struct Tokens(BTreeMap<Vec<u8>, usize>);

impl Tokens {
    fn of(&mut self, bytes: &[u8]) -> String {
        let next = self.0.len();
        let token = *self.0.entry(bytes.to_vec()).or_insert(next);
        format!("<{token}: {} bytes>", bytes.len())
    }
}

/// A text in pieces: ids, references and digests, which are sixteen characters of hex and dashes or more, and the rest.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let of_hex = |c: char| c == '-' || matches!(c, '0'..='9' | 'a'..='f');
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_hex = of_hex(first);
        let end = rest.find(|c| of_hex(c) != is_hex).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push((is_hex && piece.len() >= 16, piece));
        rest = after;
    }
    pieces
}

/// A row: what stands in it with the random pieces left out, but for those of matters that are known, and these pieces.
struct Row {
    plain: String,
    random: Vec<Vec<u8>>,
}

fn tables(database: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut names = database.prepare(sql).unwrap();
    names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn rows_of(database: &Connection, table: &str, known: &Tokens) -> Vec<Row> {
    // The law was adopted, and the node founded, when the test ran; neither is of any matter.
    let of_matters = if table == "event" { " WHERE stream <> 'law'" } else { "" };
    let mut all = database.prepare(&format!("SELECT * FROM \"{table}\"{of_matters}")).unwrap();
    let columns: Vec<String> = all.column_names().map(str::to_owned).collect();
    let mut rows = all.query([]).unwrap();
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let (mut plain, mut random) = (table.to_owned(), Vec::new());
        for (index, column) in columns.iter().enumerate() {
            write!(plain, " {column}=").unwrap();
            match row.get_ref(index).unwrap() {
                _ if OF_THE_RUN.contains(&column.as_str()) => {}
                // Among them the name of the master key, which is random.
                _ if (table, column.as_str()) == ("follower", "rules") => {}
                ValueRef::Blob(bytes) => {
                    write!(plain, "{} bytes", bytes.len()).unwrap();
                    random.push(bytes.to_vec());
                }
                ValueRef::Text(text) => {
                    for (is_random, piece) in pieces(std::str::from_utf8(text).unwrap()) {
                        match known.0.get(piece.as_bytes()) {
                            Some(token) if is_random => write!(plain, "<{token}>").unwrap(),
                            None if is_random => {
                                write!(plain, "<{} bytes>", piece.len()).unwrap();
                                random.push(piece.as_bytes().to_vec());
                            }
                            _ => plain.push_str(piece),
                        }
                    }
                }
                other => write!(plain, "{other:?}").unwrap(),
            }
        }
        found.push(Row { plain, random });
    }
    found
}

/// Every value of every column of every table, without what is random and the moment the program ran.
fn seen_in(database: &Connection) -> Vec<String> {
    let mut tokens = Tokens::default();
    // Matters and sessions are known by the order in which they began.
    let sql = "SELECT stream, public FROM event WHERE version = 1 AND stream <> 'law' ORDER BY position";
    let mut begun = database.prepare(sql).unwrap();
    let mut rows = begun.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for text in [row.get::<_, String>(0).unwrap(), row.get(1).unwrap()] {
            for (_, piece) in pieces(&text).iter().filter(|(is_random, _)| *is_random) {
                tokens.of(piece.as_bytes());
            }
        }
    }
    let mut seen = Vec::new();
    for table in tables(database) {
        let mut rows = rows_of(database, &table, &tokens);
        rows.sort_by(|one, other| one.plain.cmp(&other.plain));
        for Row { plain, random } in rows {
            let random: Vec<String> = random.iter().map(|piece| tokens.of(piece)).collect();
            seen.push(format!("{plain} {}", random.join(" ")));
        }
    }
    seen
}

#[track_caller]
fn assert_same(one: &[String], many: &[String]) {
    let differ = one.iter().zip(many).find(|(one, many)| one != many);
    assert!(differ.is_none() && one.len() == many.len(), "{} and {} rows: {differ:#?}", one.len(), many.len());
}

#[test]
fn the_database_is_the_same_whoever_brought_the_matters() {
    let ((one, persons), (many, others)) = (county(by_one), county(each_by_their_own));
    let distinct = |persons: &[usize]| persons.iter().collect::<BTreeSet<_>>().len();
    assert!(persons.len() > 25 && distinct(&persons) == 1 && distinct(&others) == others.len());
    for data in [&one, &many] {
        // Counting for reports leaves rows of its own.
        data.figures("2023-01-01", "2023-06-30", &[]);
    }
    let (first, second) = (seen_in(&one.database()), seen_in(&many.database()));
    assert!(first.len() > 1_000, "{} rows", first.len());
    assert_same(&first, &second);

    // Sealed under keys and nonces of their own, no two words of one person look alike.
    for column in ["event.sealed", "event.salt", "event.digest", "party_key.wrapped"] {
        let (table, column) = column.split_once('.').unwrap();
        let apart = format!("SELECT count(*) - count(DISTINCT {column}) FROM {table} WHERE length({column}) > 0");
        assert_eq!(one.count(&apart), 0, "{table}.{column}");
    }
}

/// The comparison itself: a keyed hash of the name beside each matter, of which nothing can be read, is found out.
#[test]
fn a_hash_of_the_name_would_be_found_out() {
    let hashed = |who: fn(usize) -> usize| {
        let (data, persons) = county(who);
        let database = data.database();
        database.execute_batch("CREATE TABLE leak (matter TEXT, who TEXT)").unwrap();
        let sql =
            "SELECT substr(stream, 8) FROM event WHERE version = 1 AND stream LIKE 'matter/%' ORDER BY position";
        let matters: Vec<String> =
            database.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for (matter, person) in matters.iter().zip(persons) {
            let hash = format!("{:032x}", 0x9E37_79B9_7F4A_7C15_u128 * (person as u128 + 1));
            database.execute("INSERT INTO leak VALUES (?1, ?2)", [matter.as_str(), &hash]).unwrap();
        }
        seen_in(&database)
    };
    assert_ne!(hashed(by_one), hashed(each_by_their_own));
}

#[test]
fn reports_are_the_same_whoever_brought_the_matters() {
    let ((one, _), (many, _)) = (county(by_one), county(each_by_their_own));
    for report in REPORTS {
        let printed = |data: &Data| {
            let output = data.run(&["report", report, "--from", "2023-01-01", "--to", "2023-06-30"]);
            succeeded(&output);
            output.stdout
        };
        let (first, second) = (printed(&one), printed(&many));
        assert!(first.len() > 100 && first == second, "{report}");
    }
}

/// What would make a list of persons, or of matters by how often somebody came, quick to read has no index, and no key.
#[test]
fn nothing_is_indexed_by_person_or_by_how_often_somebody_came() {
    let (data, _) = county(each_by_their_own);
    let database = data.database();
    let mut indexed = BTreeSet::new();
    for table in tables(&database) {
        let sql =
            "SELECT list.name, info.name FROM pragma_index_list(?1) AS list, pragma_index_xinfo(list.name) AS info
                   WHERE info.key = 1 AND info.name IS NOT NULL";
        let mut found = database.prepare(sql).unwrap();
        let found = found.query_map([&table], |row| row.get::<_, String>(1)).unwrap();
        indexed.extend(found.map(|column| format!("{table}.{}", column.unwrap())));
    }
    assert!(indexed.contains("matter_office.office") && indexed.contains("task.step"), "{indexed:?}");
    let of_persons =
        ["intakes", "people", "code_digest", "label", "about", "amount", "channel", "phone", "person"];
    for column in &indexed {
        let name = column.split('.').nth(1).unwrap();
        assert!(!of_persons.contains(&name), "{column} is indexed");
    }
}

/// No command and no flag asks for a person.
#[test]
fn no_command_asks_for_a_person() {
    let mut open = vec![Vec::new()];
    let mut words = BTreeSet::new();
    while let Some(command) = open.pop() {
        let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        arguments.push("--help");
        let output = huiyin(&arguments).output().unwrap();
        succeeded(&output);
        let help = String::from_utf8(output.stdout).unwrap();
        let commands =
            help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
        for name in commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()) {
            if !name.is_empty() && name != "help" {
                words.insert(name.to_owned());
                open.push([&command[..], &[name.to_owned()]].concat());
            }
        }
        words.extend(help.split_whitespace().filter(|word| word.starts_with("--")).map(str::to_owned));
    }
    assert!(words.len() > 40 && words.contains("--data"), "{words:?}");
    for word in &words {
        for of_person in ["person", "petitioner", "phone", "rank", "top", "often", "repeat", "search", "rating"] {
            assert!(!word.contains(of_person), "{word}");
        }
    }
}
