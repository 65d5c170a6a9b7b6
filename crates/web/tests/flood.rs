//! Floods of filings: whoever floods waits or reckons, nobody is refused, nothing typed is lost, nobody else notices, and no
//! address is written down.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use public_county::{Answer, County, encoded, keys};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use web::{FilingLimits, Rate};

/// Where a village is, and where a flood comes from.
const VILLAGE: &str = "203.0.113.77";
const FLOOD: &str = "198.51.100.23";
const QUIET: Rate = Rate { at_once: 1_000, an_hour: 1_000 };
/// One filing from each source, and one an hour.
const ONE_EACH: FilingLimits = FilingLimits { of_source: Rate { at_once: 1, an_hour: 1 }, in_all: QUIET };

/// The server in front, as peer.
fn peer() -> ConnectInfo<SocketAddr> {
    ConnectInfo("10.1.2.3:40000".parse().unwrap())
}

/// Presses a button of a page, from a source.
async fn press(county: &County, from: &str, page: &Answer, more: &[(&str, &str)], go: &str) -> Answer {
    let mut pairs = page.carried();
    pairs.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    for (name, value) in more.iter().chain(&[("go", go)]) {
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
    let address = page.html().split("action=\"/file/").nth(1).unwrap().split('"').next().unwrap();
    let request = Request::post(format!("/file/{address}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-forwarded-for", format!("6.6.6.6, {from}"))
        .extension(peer());
    county.send(request.body(Body::from(encoded(&pairs))).unwrap()).await
}

fn later(county: &County, seconds: i64) {
    county.now.fetch_add(seconds, Ordering::Relaxed);
}

fn has(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "{word} is missing: {html}");
    }
}

#[tokio::test]
async fn whoever_floods_waits_a_little_and_loses_nothing() {
    let county = County::limited(ONE_EACH);
    let first = press(&county, FLOOD, &county.answered().await, &[], "send").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.html());

    let waits = press(&county, FLOOD, &county.answered().await, &[], "send").await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(waits.headers.get(header::RETRY_AFTER).unwrap(), "20");
    has(waits.html(), &["请等 20 秒", "没有丢", "还没有登记", "陈海生", "工地拖欠工资"]);
    let neighbour = press(&county, VILLAGE, &county.answered().await, &[], "send").await;
    assert_eq!(neighbour.status, StatusCode::OK, "another source does not wait for it");

    later(&county, 15);
    let early = press(&county, FLOOD, &waits, &[], "send").await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    has(early.html(), &["请等 5 秒", "陈海生"]);
    let back = press(&county, FLOOD, &early, &[], "check").await;
    has(back.html(), &["请看一遍", "陈海生"]);

    later(&county, 5);
    let receipt = press(&county, FLOOD, &early, &[], "send").await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.html());
    let again = press(&county, FLOOD, &early, &[], "send").await;
    assert_eq!(keys(&receipt), keys(&again), "sent twice it is one filing");
    let (reference, code) = keys(&receipt);
    assert_eq!(county.tracked(&reference, &code).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_flood_from_everywhere_is_told_to_wait_too() {
    let limits = FilingLimits { of_source: QUIET, in_all: Rate { at_once: 2, an_hour: 60 } };
    let county = County::limited(limits);
    let mut statuses = Vec::new();
    for source in 0..4 {
        let answer = press(&county, &format!("192.0.2.{source}"), &county.answered().await, &[], "send").await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
}

/// A number whose digest with the ticket begins with so many zero bits.
fn reckoned(ticket: &str, bits: u32) -> String {
    let fits = |number: &u64| {
        let digest = Sha256::digest(format!("{ticket}:{number}"));
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]).leading_zeros() >= bits
    };
    (0..u64::MAX).find(fits).unwrap().to_string()
}

#[tokio::test]
async fn a_browser_that_reckons_goes_on_at_once() {
    let county = County::limited(ONE_EACH);
    press(&county, FLOOD, &county.answered().await, &[], "send").await;
    let waits = press(&county, FLOOD, &county.answered().await, &[], "send").await;
    let data = |name: &str| waits.html().split(name).nth(1).unwrap().split('"').nth(1).unwrap().to_owned();
    let (ticket, bits) = (data("data-puzzle="), data("data-bits=").parse().unwrap());
    let wrong = press(&county, FLOOD, &waits, &[("number", "1")], "send").await;
    assert_eq!(wrong.status, StatusCode::TOO_MANY_REQUESTS, "a number that does not answer is as good as none");
    let number = reckoned(&ticket, bits);
    let receipt = press(&county, FLOOD, &waits, &[("number", &number)], "send").await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.html());
    let page = county.answered().await;
    let other = press(&county, FLOOD, &page, &[("ticket", &ticket), ("number", &number)], "send").await;
    assert_eq!(other.status, StatusCode::TOO_MANY_REQUESTS, "one ticket, one filing");
}

async fn filed(county: &County, from: &str, text: &str, more: &[(&str, &str)]) -> Answer {
    let body = json!({"place": "990221100200", "category": "农民工工资", "summary": "欠薪", "text": text});
    let mut request = Request::post("/api/v1/matters")
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", format!("key-of-{}", text.len()))
        .header("x-forwarded-for", from)
        .extension(peer());
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    county.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn programs_are_told_the_puzzle() {
    let county = County::limited(ONE_EACH);
    assert_eq!(filed(&county, FLOOD, "一", &[]).await.status, StatusCode::CREATED);
    let waits = filed(&county, FLOOD, "一二", &[]).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(waits.headers.get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
    assert_eq!(waits.headers.get(header::RETRY_AFTER).unwrap(), "20");
    let said: Value = serde_json::from_slice(&waits.bytes).unwrap();
    assert_eq!((&said["status"], &said["error"]["code"]), (&json!(429), &json!("wait")));
    let ticket = said["ticket"].as_str().unwrap();
    let number = reckoned(ticket, u32::try_from(said["bits"].as_u64().unwrap()).unwrap());
    let shown = [("huiyin-ticket", ticket), ("huiyin-number", number.as_str())];
    assert_eq!(filed(&county, FLOOD, "一二", &shown).await.status, StatusCode::CREATED);
    assert_eq!(filed(&county, FLOOD, "一二", &shown).await.status, StatusCode::CREATED, "the same request again");
    assert_eq!(filed(&county, FLOOD, "一二三", &shown).await.status, StatusCode::TOO_MANY_REQUESTS);
}

/// Following a matter is never held up by filings, and a right code opens after however many wrong ones from the line.
#[tokio::test]
async fn reading_is_never_hindered() {
    let none = Rate { at_once: 1, an_hour: 1 };
    let county = County::limited(FilingLimits { of_source: none, in_all: none });
    let (reference, code) = county.filed().await;
    let flooded = press(&county, FLOOD, &county.answered().await, &[], "send").await;
    assert_eq!(flooded.status, StatusCode::TOO_MANY_REQUESTS);
    let county = Arc::new(county);
    let track = async |code: String| {
        let body = format!("reference={reference}&code={code}");
        let request = Request::post("/track")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("x-forwarded-for", FLOOD)
            .extension(peer());
        county.send(request.body(Body::from(body)).unwrap()).await
    };
    let mut last = StatusCode::OK;
    for wrong in 0..12 {
        last = track(format!("{wrong:025}")).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(track(code).await.status, StatusCode::SEE_OTHER);
    assert_eq!(county.get("/", "").await.status, StatusCode::OK);
}

/// What the program says to its operator, whole.
#[derive(Clone, Default)]
struct Trace(Arc<Mutex<Vec<u8>>>);

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_address_of_a_filer_is_written_down() {
    let trace = Trace::default();
    let writer = trace.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let county = County::limited(ONE_EACH);
    for _ in 0..3 {
        press(&county, VILLAGE, &county.answered().await, &[], "send").await;
        filed(&county, VILLAGE, "三月的工资没有发", &[]).await;
    }
    tracing::error!(what = "a line of this test", "so that the trace is known to be caught");
    let trace = trace.0.lock().unwrap().clone();
    let holds =
        |bytes: &[u8], address: &str| bytes.windows(address.len()).any(|window| window == address.as_bytes());
    assert!(holds(&trace, "a line of this test"));
    let mut files = 0;
    let mut folders = vec![county.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            files += 1;
            for address in [VILLAGE, "10.1.2.3"] {
                assert!(!holds(&bytes, address), "{address} in {}", path.display());
            }
        }
    }
    // On a server the folder holds the keys alone.
    let journal_here = county.folder().join("journal.db").exists();
    assert!(files >= if journal_here { 3 } else { 1 }, "{files} files");
    for address in [VILLAGE, "10.1.2.3"] {
        assert!(!holds(&trace, address), "{address} in the trace");
    }
}
