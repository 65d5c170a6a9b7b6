//! The tables as the databases tell of them are the ones the committed texts show.

use std::path::Path;
use std::process::Command;

use crate::place::Place;
use crate::throwaway::programs;

/// Compares with the committed text, or writes it where `UPDATE_SCHEMA` is set.
fn check(name: &str, dumped: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, dumped).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == dumped, "{name} is not what the migrations add up to: run the test with UPDATE_SCHEMA=1");
}

#[test]
fn sqlite_is_as_committed() {
    let place = Place::file();
    drop(place.open());
    let client = place.file_client();
    let mut statement = client
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type <> 'table', name")
        .unwrap();
    let texts = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let texts: Vec<String> = texts.map(|text| text.unwrap()).collect();
    let head = "-- What the migrations of migrations/sqlite add up to, as the database tells it.\n";
    check("schema.sqlite.sql", &format!("{head}\n{};\n", texts.join(";\n\n")));
}

#[test]
fn postgres_is_as_committed() {
    let Some(place) = Place::postgres() else { return };
    drop(place.open());
    let store::Database::Postgres(url) = &place.database else { return };
    let dump = Command::new(programs().unwrap().join("pg_dump"))
        .args(["--schema-only", "--no-owner", "--no-privileges", url])
        .output()
        .unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let text = String::from_utf8(dump.stdout).unwrap();
    // Without what a version of the program says of itself and of its session.
    let of_session = |line: &&str| {
        !(line.starts_with("--")
            || line.starts_with("SET ")
            || line.starts_with("SELECT pg_catalog.set_config")
            || line.starts_with('\\'))
    };
    let mut lines: Vec<&str> = text.lines().filter(of_session).collect();
    lines.dedup_by(|later, earlier| later.trim().is_empty() && earlier.trim().is_empty());
    let body = lines.join("\n").trim().replace("public.", "");
    let head = "-- What the migrations of migrations/postgres add up to, as pg_dump tells it.\n";
    check("schema.postgres.sql", &format!("{head}\n{body}\n"));
}

/// A folder of 0.1 is brought up to date when it is opened: what lay with an office is in its inbox.
#[test]
fn a_folder_of_the_last_release_is_upgraded() {
    use crate::samples::{context, entry, matter, matter_row, office};
    let place = Place::file();
    let store = place.open();
    let rows = vec![matter_row(matter("m", "R", "甲"))];
    store.append(context("one"), vec![(entry("a", 0), rows)]).unwrap();
    let print = store.fingerprint().unwrap();
    drop(store);
    // Back to the tables of 0.1.
    let later = "DROP TABLE migration; DROP TABLE tally; DROP TABLE tally_viewer; DROP TABLE tally_apart;
                 DROP TABLE follower; DROP TABLE leaf; DROP TABLE matter_bar; DROP TABLE factor; DROP TABLE single_sign_on; DROP TABLE attachment;
                 DROP TABLE contact_probe; DROP INDEX matter_by_place; DROP TABLE erased; DROP TABLE opening;
                 DROP TABLE sign_in; CREATE TABLE sign_in (token BLOB PRIMARY KEY);
                 DROP INDEX fact_by_matter; DROP INDEX fact_by_session;
                 DROP TRIGGER matter_office_follows; CREATE TABLE seen AS SELECT office, matter FROM matter_office;
                 DROP TABLE matter_office; CREATE TABLE matter_office (office TEXT NOT NULL, matter TEXT NOT NULL,
                 PRIMARY KEY (office, matter)) STRICT, WITHOUT ROWID; INSERT INTO matter_office SELECT * FROM seen;
                 DROP TABLE seen; CREATE INDEX matter_office_by_matter ON matter_office (matter);
                 ALTER TABLE matter DROP COLUMN intakes;
                 DROP INDEX task_by_due; DROP INDEX task_by_step; CREATE INDEX task_by_office ON task (office, due)";
    let back = "DROP TABLE task; ALTER TABLE fact DROP COLUMN event; ALTER TABLE matter ADD COLUMN owner TEXT;
                CREATE INDEX matter_by_owner ON matter (owner, due) WHERE ended = 0; UPDATE matter SET owner = '甲'";
    place.run(later).unwrap();
    place.run(back).unwrap();
    let store = place.open();
    assert_eq!(store.fingerprint().unwrap(), print);
    let wanted = store::Wanted { task_of: Some(office("甲")), limit: 1, ..store::Wanted::default() };
    assert_eq!(store.matters(&casework::filter::Filter::Everything, &wanted).unwrap().total, 1);
    assert_eq!(store.verify().unwrap(), Ok(1));
    assert!(store.is_stale().unwrap(), "what 0.1 did not say of facts is made anew");
    drop(store);
    // A folder written since, before migrations were listed.
    place.run(later).unwrap();
    let store = place.open();
    assert!(store.is_stale().unwrap(), "how often a matter came is made anew");
    assert_eq!(store.fingerprint().unwrap(), print);
}
