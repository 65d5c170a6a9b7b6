//! The public log from outside: a receipt proves the filing at once, and after the next beat that the log holds it;
//! anyone can check every leaf from the files alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use public_county::{County, apart};
use serde_json::{Value, json};
use transparency::{CHECKPOINT, Receipt, SignedCheckpoint, Tile, Tiles, VerifierKey, audit};

async fn file(county: &County, text: &str) -> Value {
    let body = json!({ "place": "990221100200", "category": "农民工工资", "summary": "工钱没有结", "text": text });
    let request = Request::post("/api/v1/matters")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = county.send(request).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.html());
    serde_json::from_slice(&answer.bytes).unwrap()
}

/// The files of the log as a stranger fetched them.
struct Fetched(BTreeMap<String, Vec<u8>>);

impl Tiles for Fetched {
    fn read(&self, path: &str) -> std::io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}

async fn fetch(county: &County, key: &VerifierKey) -> Fetched {
    let checkpoint = county.get("/log/checkpoint", "").await;
    assert_eq!(checkpoint.status, StatusCode::OK);
    assert_eq!(checkpoint.headers[header::CACHE_CONTROL], "no-cache");
    let size = SignedCheckpoint::open(&checkpoint.bytes, key).unwrap().head().size;
    let mut files = BTreeMap::from([(CHECKPOINT.to_owned(), checkpoint.bytes)]);
    for tile in Tile::edge(size) {
        let path = tile.path();
        let answer = county.get(&format!("/log/{path}"), "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        files.insert(path, answer.bytes);
    }
    Fetched(files)
}

#[tokio::test]
async fn a_receipt_proves_the_filing_at_once_and_the_log_after_the_next_beat() {
    let county = County::open();
    let key = county.get("/log/key", "").await;
    let key = VerifierKey::parse(key.html().trim()).unwrap();
    assert_eq!(county.get("/log/checkpoint", "").await.status, StatusCode::NOT_FOUND, "no beat yet");
    let filed = file(&county, "包工头说年底结清，到现在没有结。").await;
    let (reference, code) = (filed["reference"].as_str().unwrap(), filed["code"].as_str().unwrap());
    let at_once = filed["receipt"]["file"].as_str().unwrap();
    for betrayed in ["工", "990221", "青河", "letter", "web", code] {
        assert!(!at_once.contains(betrayed), "the receipt says '{betrayed}': {at_once}");
    }
    let verified = Receipt::parse(at_once).unwrap().verify(&key, &[], 0).unwrap();
    assert_eq!((verified.signed_at_filing.reference.as_str(), verified.in_log), (reference, None));
    assert!(verified.signed_at_filing.recorded.starts_with("2026-03-02T10:00:00"), "{at_once}");

    apart(|| county.app.beat(county.at("2026-03-02T10:01:00+08:00"))).unwrap();
    apart(|| county.app.beat(county.at("2026-03-02T10:01:30+08:00"))).unwrap();
    let fetched = fetch(&county, &key).await;
    let report = audit(&fetched, &key, None).unwrap();
    assert!(report.head.size.is_power_of_two(), "a beat is padded, and the second call of the minute adds none");
    // The person fetches the receipt again, by reference and code.
    let reader = app::show::Reader::Petitioner { code: code.to_owned() };
    let later = apart(|| county.app.receipt(&reader, reference, county.at("2026-03-02T10:01:40+08:00"))).unwrap();
    assert!(later.starts_with(at_once.trim_end()), "what was signed at filing stands as it was");
    let verified = Receipt::parse(&later).unwrap().verify(&key, &[], 0).unwrap();
    assert_eq!(verified.in_log.unwrap().head, report.head);

    // Filed later, proven under the larger tree; the smaller one is part of it.
    let second = file(&county, "第二件。").await;
    apart(|| county.app.beat(county.at("2026-03-02T10:02:10+08:00"))).unwrap();
    let more = fetch(&county, &key).await;
    let grown = audit(&more, &key, Some(report.head)).unwrap();
    assert!(grown.head.size > report.head.size);
    let reader = app::show::Reader::Petitioner { code: second["code"].as_str().unwrap().to_owned() };
    let receipt = apart(|| {
        county.app.receipt(&reader, second["reference"].as_str().unwrap(), county.at("2026-03-02T10:02:20+08:00"))
    })
    .unwrap();
    Receipt::parse(&receipt).unwrap().verify(&key, &[], 0).unwrap();
    let (database, keys) = (app::Database::File, app::KeyPlace::Folder);
    let home = app::Home { folder: county.folder(), database: &database, keys: &keys };
    let proven = app::verify_journal(home);
    assert!(proven.is_err(), "the folder belongs to the one who serves it: {proven:?}");
    let altered = receipt.replacen("recorded: 2026", "recorded: 2025", 1);
    assert!(Receipt::parse(&altered).unwrap().verify(&key, &[], 0).is_err(), "a back-dated receipt is refused");
}

#[tokio::test]
async fn the_log_serves_its_files_and_nothing_else() {
    let county = County::open();
    apart(|| county.app.beat(county.at("2026-03-02T10:01:00+08:00"))).unwrap();
    for path in
        ["/log/tile/0/000", "/log/../huiyin.db", "/log/%2e%2e/huiyin.db", "/log/keys", "/log/tile/0/000.p/9999"]
    {
        assert_eq!(county.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let tile = county.get("/log/tile/entries/000.p/32", "").await;
    let tile =
        if tile.status == StatusCode::OK { tile } else { county.get("/log/tile/entries/000.p/16", "").await };
    assert_eq!(tile.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
}

#[tokio::test]
async fn a_lost_log_folder_is_made_anew_with_the_same_bytes() {
    let county = County::open();
    let key = VerifierKey::parse(county.get("/log/key", "").await.html().trim()).unwrap();
    apart(|| county.app.beat(county.at("2026-03-02T10:01:00+08:00"))).unwrap();
    let before = fetch(&county, &key).await;
    std::fs::remove_dir_all(county.folder().join("log")).unwrap();
    file(&county, "第三件。").await;
    // The open log finds its files gone, and starts again from the leaves.
    for minute in 2..5 {
        let now = county.at(&format!("2026-03-02T10:0{minute}:00+08:00"));
        let _may_find_it_gone = apart(|| county.app.beat(now));
    }
    let after = fetch(&county, &key).await;
    let first = audit(&before, &key, None).unwrap();
    assert!(audit(&after, &key, Some(first.head)).unwrap().head.size > first.head.size);
}
