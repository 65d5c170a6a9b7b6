//! Somebody with the database file in hands: every edit of the journal is found and the event named.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::fs;

use program::chance::Chance;
use program::tale::{self, DAY, day_number};
use program::{Data, complaint, said, succeeded};
use rusqlite::Connection;

const FROM: &str = "2024-01-01";
const TO: &str = "2024-06-30";

/// A folder with some two hundred events.
fn told() -> Data {
    let data = Data::new();
    let story = tale::tell(7, day_number(2024, 1, 1) * DAY - 8 * 3600, 120, 20);
    succeeded(&data.replay(&data.file("story.jsonl", story)));
    data
}

/// A copy of a folder: its journal and keys.
fn copy(of: &Data) -> Data {
    let data = Data::new();
    for (path, bytes) in of.files() {
        let to = data.path().join(path.strip_prefix(of.path()).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&path, &to).unwrap();
        assert_eq!(fs::read(to).unwrap(), bytes);
    }
    data
}

fn named(data: &Data, words: &str) {
    let said = complaint(&data.verify());
    assert!(said.contains(words), "expected '{words}' in: {said}");
}

#[test]
fn every_column_of_an_event_is_under_its_digest() {
    let original = told();
    let last = original.count("SELECT max(position) FROM event");
    #[rustfmt::skip] // one row, one line
    let columns = [
        ("id", "'another'"), ("node", "'0000'"), ("stream", "stream || 'x'"), ("version", "version + 1000"),
        ("at", "at - 86400000000"), ("recorded", "recorded + 1"), ("source", "'import'"), ("actor", "'officer/x'"),
        ("command", "command || 'x'"), ("command_seq", "command_seq + 7"), ("schema", "2"), ("procedure", "'x'"),
        ("public", "replace(public, '\"act\"', '\"act\" ')"), ("sealed", "CAST(sealed || x'00' AS BLOB)"), ("salt", "x'00'"),
        ("digest", "zeroblob(32)"),
    ];
    for (column, value) in columns {
        let data = copy(&original);
        let of =
            format!("SELECT min(position) FROM event WHERE position > {} AND stream LIKE 'matter/%'", last / 2);
        let position = data.count(&of);
        let sql = format!("UPDATE event SET {column} = {value} WHERE position = {position}");
        assert_eq!(data.unguarded().execute(&sql, []).unwrap(), 1, "{column}");
        named(&data, &format!("event {position} was altered"));
    }
}

/// An edit of the law or of an officer, which the program reads at the start, is named as well.
#[test]
fn edits_of_what_the_program_reads_first_are_named() {
    let original = told();
    #[rustfmt::skip] // one row, one line
    let edits = [
        ("law", "public = replace(public, '60 days', '90 days')", "public LIKE '%petition-2022%'"),
        ("law", "public = 'not json'", "version = 3"),
        ("law", "public = CAST(x'FF00FF' AS TEXT)", "version = 2"),
        ("law", "node = CAST(x'FFFE' AS TEXT)", "version = 1"),
        ("directory", "sealed = zeroblob(60)", "length(sealed) > 0"),
        ("directory", "public = replace(public, 'registrar', 'reviewer')", "public LIKE '%registrar%'"),
        ("directory", "stream = 'nothing we know'", "version = 1"),
    ];
    for (stream, edit, which) in edits {
        let data = copy(&original);
        let position =
            data.count(&format!("SELECT min(position) FROM event WHERE stream = '{stream}' AND {which}"));
        let sql = format!("UPDATE event SET {edit} WHERE position = {position}");
        assert_eq!(data.unguarded().execute(&sql, []).unwrap(), 1, "{edit}");
        named(&data, &format!("event {position} was altered"));
    }
}

#[test]
fn dropped_swapped_and_renumbered_events_are_named() {
    let original = told();
    let last = original.count("SELECT max(position) FROM event");
    let middle = last / 2;
    let next = middle + 1;
    #[rustfmt::skip] // one row, one line
    let edits = [
        (format!("DELETE FROM event WHERE position = {middle}"), format!("event {middle} was dropped")),
        ("DELETE FROM event WHERE position = 1".to_owned(), "event 1 was dropped".to_owned()),
        (format!("DELETE FROM event WHERE position > {middle}"), format!("events after {middle} were dropped")),
        (format!("DELETE FROM event WHERE position = {last}"), format!("events after {} were dropped", last - 1)),
        ("DELETE FROM event".to_owned(), "events after 0 were dropped".to_owned()),
        // Everything is gone, signature included: what was derived from it still speaks.
        ("DELETE FROM event; DELETE FROM head".to_owned(), "that no event holds".to_owned()),
        ("DELETE FROM head".to_owned(), format!("events after {last} were dropped")),
        (format!("UPDATE head SET position = {middle}"), format!("events after {last} were dropped")),
        (
            format!("UPDATE event SET position = -1 WHERE position = {middle}; UPDATE event SET position = {middle} WHERE position = {next};
                     UPDATE event SET position = {next} WHERE position = -1"),
            format!("event {middle} was altered"),
        ),
        (
            format!("DELETE FROM event WHERE position = {middle}; UPDATE event SET position = -position WHERE position > {middle};
                     UPDATE event SET position = -position - 1 WHERE position < 0"),
            format!("event {middle} was altered"),
        ),
        (
            format!("INSERT INTO event SELECT {last} + 1, id, node, 'story/forged', 1, at, recorded, source, actor, 'forged', 0, schema,
                     procedure, public, sealed, salt, digest FROM event WHERE position = {last}"),
            format!("event {} was altered", last + 1),
        ),
    ];
    for (sql, words) in edits {
        let data = copy(&original);
        data.unguarded().execute_batch(&sql).unwrap();
        named(&data, &words);
        // Whatever is done afterwards, the edit is still named: nothing is added to a journal cut short, and what is
        // added after a gap does not close it.
        let more = data.replay(&data.file("more.jsonl", MORE));
        assert!(more.status.success() != kept_apart(&data), "{}", said(&more));
        assert!(more.status.success() || complaint(&more).contains("verify journal"), "{}", said(&more));
        named(&data, &words);
    }
}

const MORE: &str = r#"{"at":"2024-12-01T09:00:00+08:00","by":"admin","do":"story","id":"more","title":"后来"}"#;

/// Whether nothing was added to an altered journal.
fn kept_apart(data: &Data) -> bool {
    data.count("SELECT count(*) FROM event WHERE stream = 'story/more'") == 0
}

/// A journal rewritten with fitting digests does not carry the node's signature, and the program does not sign it.
#[test]
fn a_journal_rewritten_whole_is_not_signed_afterwards() {
    let data = told();
    let last = data.count("SELECT max(position) FROM event");
    let database = data.unguarded();
    database
        .execute("UPDATE event SET public = replace(public, 'supported', 'explained'), digest = randomblob(32) WHERE position = ?1", [last])
        .unwrap();
    database
        .execute_batch("UPDATE head SET digest = (SELECT digest FROM event ORDER BY position DESC LIMIT 1)")
        .unwrap();
    drop(database);
    let said = complaint(&data.replay(&data.file("more.jsonl", MORE)));
    assert!(said.contains("does not end as it was signed, so nothing is added to it"), "{said}");
    assert!(kept_apart(&data));
    named(&data, &format!("event {last} was altered"));
}

/// Back-dating by the program itself cannot happen; a file whose digests were made to fit is named all the same.
#[test]
fn flipped_bytes_are_named_where_they_lie() {
    let original = told();
    original.database().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let bytes = fs::read(original.journal()).unwrap();
    let events: Vec<(i64, Vec<u8>)> = digests(&original.database());
    let mut chance = Chance::new(3);
    for _ in 0..25 {
        let (position, digest) = chance.pick(&events);
        let at = bytes.windows(32).position(|window| window == digest).unwrap();
        // A digest stands at the end of its row: shortly before it lie salt, sealed part and public part.
        let flipped = at - usize::try_from(chance.between(1, 60)).unwrap();
        let data = copy(&original);
        let mut altered = bytes.clone();
        altered[flipped] ^= 1 << chance.between(0, 7);
        fs::write(data.journal(), altered).unwrap();
        named(&data, &format!("event {position} was altered"));
    }
    // Anywhere at all: found where it touches the journal, and never a crash.
    let mut found = 0;
    for _ in 0..40 {
        let data = copy(&original);
        let mut altered = bytes.clone();
        let at = usize::try_from(chance.between(100, i64::try_from(bytes.len()).unwrap() - 1)).unwrap();
        altered[at] ^= 0x20;
        fs::write(data.journal(), altered).unwrap();
        let output = data.verify();
        if !output.status.success() {
            complaint(&output);
            found += 1;
        }
    }
    assert!(found > 10, "{found} of 40 flips were noticed");
}

fn digests(database: &Connection) -> Vec<(i64, Vec<u8>)> {
    // Rows small enough to lie on one page, so that the bytes before the digest are the row's own.
    let mut statement = database
        .prepare("SELECT position, digest FROM event WHERE length(public) + length(sealed) BETWEEN 80 AND 600")
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn the_database_itself_refuses_edits() {
    let data = told();
    let database = data.database();
    for sql in [
        "UPDATE event SET at = 0 WHERE position = 5",
        "UPDATE event SET public = public",
        "DELETE FROM event WHERE position = 5",
        "DELETE FROM event",
        "UPDATE OR REPLACE event SET position = 6 WHERE position = 5",
        "INSERT OR REPLACE INTO event SELECT position, id, node, stream, version, at, recorded, source, 'officer/forged', command,
         command_seq, schema, procedure, public, sealed, salt, digest FROM event WHERE position = 5",
        "INSERT OR REPLACE INTO event SELECT 100000, id, node, stream, version, at, recorded, source, actor, 'forged', 0, schema,
         procedure, public, sealed, salt, digest FROM event WHERE position = 5",
        "REPLACE INTO event SELECT 100000, id, node, 'story/forged', 1, at, recorded, source, actor, command, command_seq, schema,
         procedure, public, sealed, salt, digest FROM event WHERE position = 5",
    ] {
        let refused = database.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    succeeded(&data.verify());
}

/// Read tables are not the truth: whatever was done to them, rebuilding brings back what the journal says.
#[test]
fn altered_read_tables_are_rebuilt() {
    let original = told();
    let figures = original.figures(FROM, TO, &[]);
    for (sql, table) in [
        ("DELETE FROM matter", "matter"),
        ("DELETE FROM fact; DELETE FROM notice", "fact"),
        ("UPDATE fact SET on_time = 1, amount = amount + 1", "fact"),
        ("UPDATE matter SET due = '2030-01-01', step = 'ended', ended = 1", "matter"),
        ("UPDATE task SET office = 'x', due = NULL", "task"),
        ("INSERT INTO matter_office VALUES ('nothing', '71-d1', 0, 'x', NULL, 0)", "matter_office"),
        ("DELETE FROM origin; DELETE FROM session", "session"),
        ("UPDATE matter SET wake = 0", "matter"),
        ("UPDATE fact SET label = CAST(x'FF' AS TEXT) WHERE position = (SELECT max(position) FROM fact)", "fact"),
    ] {
        let data = copy(&original);
        data.database().execute_batch(sql).unwrap();
        named(&data, &format!("of the read table '{table}' is not what they say; run 'huiyin rebuild'"));
        let rebuilt = data.run(&["rebuild"]);
        succeeded(&rebuilt);
        assert!(said(&rebuilt).contains("they had differed from the journal"), "{sql}: {}", said(&rebuilt));
        let again = data.run(&["rebuild"]);
        assert!(said(&again).contains("the same content as before"), "{sql}: {}", said(&again));
        assert_eq!(data.figures(FROM, TO, &[]), figures, "{sql}");
        succeeded(&data.verify());
    }
}

/// Words whose key was taken away are gone: not in silence.
#[test]
fn altered_keys_are_named() {
    let original = told();
    let position =
        original.count("SELECT min(position) FROM event WHERE stream LIKE 'matter/%' AND length(sealed) > 0");
    let of_it = format!("stream = (SELECT stream FROM event WHERE position = {position})");
    for edit in ["DELETE FROM party_key", "UPDATE party_key SET wrapped = randomblob(length(wrapped))"] {
        let data = copy(&original);
        data.database().execute_batch(&format!("{edit} WHERE {of_it}")).unwrap();
        named(&data, &format!("the key that opens the words of event {position} is gone or altered"));
    }
}

/// A rebuild that cannot be finished leaves the read tables as they were.
#[test]
fn a_rebuild_that_fails_undoes_itself() {
    let data = told();
    let facts = data.count("SELECT count(*) FROM fact");
    let position = data.count("SELECT max(position) FROM event WHERE stream LIKE 'matter/%'");
    data.unguarded().execute("UPDATE event SET public = '{}' WHERE position = ?1", [position]).unwrap();
    complaint(&data.run(&["rebuild"]));
    assert_eq!(data.count("SELECT count(*) FROM fact"), facts);
    named(&data, &format!("event {position} was altered"));
}

/// An office moves in the tree while a review waits: the office now above must act on it and sees it, and a rebuild
/// derives the same.
#[test]
fn an_office_moves_while_a_review_waits() {
    let data = Data::new();
    let mut story = tale::tell(11, day_number(2024, 1, 1) * DAY - 8 * 3600, 120, 30);
    story.push_str(MOVED);
    succeeded(&data.replay(&data.file("story.jsonl", story)));
    let rebuilt = data.run(&["rebuild"]);
    assert!(said(&rebuilt).contains("the same content as before"), "{}", said(&rebuilt));
}

const MOVED: &str = r#"{"at":"2024-12-01T08:00:00+08:00","by":"admin","do":"officer","login":"above","name":"市复查员","office":"7","roles":["reviewer"]}
{"at":"2024-12-01T09:00:00+08:00","by":"clerk","do":"register","ref":"M1","channel":"letter","people":1,"place":"71","category":"其他","summary":"s","text":"t","anonymous":true}
{"at":"2024-12-01T09:00:00+08:00","by":"clerk","do":"transfer","ref":"M1","to":"71-d1"}
{"at":"2024-12-01T09:00:00+08:00","by":"officer-71-d1","do":"accept","ref":"M1"}
{"at":"2024-12-01T09:00:00+08:00","by":"officer-71-d1","do":"decide","ref":"M1","outcome":"explained","text":"t","basis":"b"}
{"at":"2024-12-01T09:00:00+08:00","by":"officer-71-d1","do":"serve","ref":"M1","document":"opinion","how":"post"}
{"at":"2024-12-01T09:00:00+08:00","by":"petitioner","do":"request_review","ref":"M1","text":"t"}
{"at":"2024-12-02T09:00:00+08:00","by":"admin","do":"office","code":"71-d1","name":"市直某局","kind":"department","parent":"7"}
{"at":"2024-12-03T09:00:00+08:00","by":"above","do":"accept_review","ref":"M1"}
{"at":"2024-12-04T09:00:00+08:00","by":"above","do":"decide_review","ref":"M1","outcome":"upheld","text":"t"}
{"at":"2024-12-05T09:00:00+08:00","by":"above","do":"serve","ref":"M1","document":"review_opinion","how":"post"}
"#;
