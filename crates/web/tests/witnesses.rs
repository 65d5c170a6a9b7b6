//! The public log and its witnesses over HTTP on this machine: cosigned, one away, one back with its memory, one that saw
//! another history; and receipts that are proven by their witnesses without any network.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use app::show::Reader;
use app::{OwnWitness, WitnessAsked, WitnessState};
use jiff::Timestamp;
use public_county::{County, apart};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use transparency::{Receipt, SignedCheckpoint, VerifierKey};

const SEEN: &str = "2026-03-02T10:01:07+08:00";

/// A witness with a folder and an address that stay, whether it runs or not.
struct Witness {
    name: String,
    folder: TempDir,
    at: SocketAddr,
    running: Option<JoinHandle<()>>,
}

impl Witness {
    async fn start(name: &str, log: &str) -> Witness {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let mut witness =
            Witness { name: name.to_owned(), folder: tempfile::tempdir().unwrap(), at, running: None };
        witness.serve(listener, log);
        witness
    }

    fn serve(&mut self, listener: TcpListener, log: &str) {
        let own = OwnWitness::open(self.folder.path(), Some(&self.name), &[log.to_owned()]).unwrap();
        let clock: web::Clock = Arc::new(|| SEEN.parse::<Timestamp>().unwrap());
        let router = web::witness_router(Arc::new(own), clock);
        self.running = Some(tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }));
    }

    async fn stop(&mut self) {
        let running = self.running.take().unwrap();
        running.abort();
        let _aborted = running.await;
        // Connections are tasks of their own and end a moment later; only then is its folder free.
        for _ in 0..100 {
            if OwnWitness::open(self.folder.path(), None, &[LOG_OF_NOBODY.to_owned()]).is_ok() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the witness does not let go of its folder");
    }

    async fn start_again(&mut self, log: &str) {
        let listener = TcpListener::bind(self.at).await.unwrap();
        self.serve(listener, log);
    }

    fn key(&self) -> VerifierKey {
        VerifierKey::parse(&OwnWitness::key_in(self.folder.path()).unwrap()).unwrap()
    }

    fn asked(&self) -> WitnessAsked {
        WitnessAsked::new(&format!("http://{}", self.at), &self.key().to_string()).unwrap()
    }
}

/// Some log's key: to look whether a witness's folder is free.
const LOG_OF_NOBODY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

fn log_key(folder: &Path) -> String {
    app::App::open(folder, "2026-03-02T09:00:00+08:00".parse().unwrap()).unwrap().log_key()
}

async fn beat(county: &County, at: &str) {
    let (app, now) = (Arc::clone(&county.app), county.at(at));
    tokio::task::spawn_blocking(move || {
        app.beat(now).unwrap();
        app.ask_witnesses().unwrap();
    })
    .await
    .unwrap();
}

async fn cosigned(county: &County, key: &VerifierKey, witnesses: &[VerifierKey]) -> usize {
    let checkpoint = county.get("/log/checkpoint", "").await;
    SignedCheckpoint::open(&checkpoint.bytes, key).unwrap().witnessed(witnesses, 0).unwrap().len()
}

fn proven(county: &County, filed: &(String, String), key: &VerifierKey, witnesses: &[VerifierKey]) -> usize {
    let text = apart(|| {
        county.app.receipt(
            &Reader::Petitioner { code: filed.1.clone() },
            &filed.0,
            county.at("2026-03-02T10:00:00+08:00"),
        )
    })
    .unwrap();
    Receipt::parse(&text).unwrap().verify(key, witnesses, 0).unwrap().witnesses.len()
}

fn states(county: &County) -> Vec<WitnessState> {
    apart(|| county.app.witness_standings()).unwrap().into_iter().map(|standing| standing.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_proven_by_two_witnesses_also_while_one_is_away() {
    let folder = County::set_up();
    let log = log_key(folder.path());
    let key = VerifierKey::parse(&log).unwrap();
    let mut near = Witness::start("海岛日报", &log).await;
    let far = Witness::start("witness.example/far", &log).await;
    let (keys, asked) = (vec![near.key(), far.key()], vec![near.asked(), far.asked()]);
    let county = County::over(folder, |app| app.with_witnesses(asked.clone()).unwrap());
    assert_eq!(states(&county), [WitnessState::NotAsked; 2]);

    let first = county.filed().await;
    beat(&county, "2026-03-02T10:01:00+08:00").await;
    assert_eq!(states(&county), [WitnessState::Cosigns; 2]);
    assert_eq!(cosigned(&county, &key, &keys).await, 2);
    assert_eq!(proven(&county, &first, &key, &keys), 2);
    let page = county.get("/log", "").await;
    for said in ["海岛日报", "witness.example/far", "正常见证", "2026年3月2日 周一 10:01"] {
        assert!(page.html().contains(said), "{said}: {}", page.html());
    }

    // One is away: what it cosigned before is not lost, what comes has one cosignature less.
    near.stop().await;
    let second = county.filed().await;
    beat(&county, "2026-03-02T10:02:00+08:00").await;
    assert_eq!(states(&county), [WitnessState::Silent, WitnessState::Cosigns]);
    assert_eq!(cosigned(&county, &key, &keys).await, 1);
    assert_eq!((proven(&county, &first, &key, &keys), proven(&county, &second, &key, &keys)), (2, 1));
    assert!(county.get("/log", "").await.html().contains("联系不上"));
    beat(&county, "2026-03-02T10:03:00+08:00").await;

    // It comes back with its memory, which is two beats behind.
    near.start_again(&log).await;
    beat(&county, "2026-03-02T10:04:00+08:00").await;
    assert_eq!(states(&county), [WitnessState::Cosigns; 2]);
    assert_eq!((cosigned(&county, &key, &keys).await, proven(&county, &second, &key, &keys)), (2, 2));

    // The office starts again: what it was given is there, and it is asked for nothing twice.
    let county = County::over(county.close(), |app| app.with_witnesses(asked.clone()).unwrap());
    assert_eq!(proven(&county, &second, &key, &keys), 2);
    // The cosignatures are lost with the folder: the witnesses tell the size that they know, and all goes on.
    std::fs::remove_dir_all(county.folder().join("log")).unwrap();
    let county = County::over(county.close(), |app| app.with_witnesses(asked).unwrap());
    beat(&county, "2026-03-02T10:05:00+08:00").await;
    assert_eq!(states(&county), [WitnessState::Cosigns; 2]);
    assert_eq!(proven(&county, &first, &key, &keys), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_put_back_and_went_another_way_is_refused_and_told_to_everybody() {
    let folder = County::set_up();
    let log = log_key(folder.path());
    let witness = Witness::start("海岛日报", &log).await;
    let copy = tempfile::tempdir().unwrap();
    let copied = std::process::Command::new("cp").arg("-a").arg(folder.path()).arg(copy.path()).status().unwrap();
    assert!(copied.success());
    let with = |app: app::App| app.with_witnesses(vec![witness.asked()]).unwrap();
    let honest = County::over(folder, with);
    let filed = honest.filed().await;
    beat(&honest, "2026-03-02T10:01:00+08:00").await;
    beat(&honest, "2026-03-02T10:02:00+08:00").await;
    assert_eq!(states(&honest), [WitnessState::Cosigns]);

    // The same keys over an older state, from which the filing is missing.
    let inner = std::fs::read_dir(copy.path()).unwrap().next().unwrap().unwrap().path();
    let put_back = TempDir::new().unwrap();
    std::fs::remove_dir(put_back.path()).unwrap();
    std::fs::rename(inner, put_back.path()).unwrap();
    let other = County::over(put_back, with);
    beat(&other, "2026-03-02T10:01:00+08:00").await;
    assert_eq!(states(&other), [WitnessState::LargerTree]);
    for minute in 2..9 {
        beat(&other, &format!("2026-03-02T10:0{minute}:00+08:00")).await;
    }
    assert_eq!(states(&other), [WitnessState::OtherHistory]);
    let page = other.get("/log", "").await;
    assert!(page.html().contains("警报") && page.html().contains("海岛日报"), "{}", page.html());
    let key = VerifierKey::parse(&log).unwrap();
    assert_eq!(cosigned(&other, &key, &[witness.key()]).await, 0);
    assert_eq!(proven(&honest, &filed, &key, &[witness.key()]), 1, "who filed can still prove it");
    // The one that went on as it was is still cosigned.
    beat(&honest, "2026-03-02T10:03:00+08:00").await;
    assert_eq!(states(&honest), [WitnessState::Cosigns]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_answers_badly_is_named_and_nothing_is_believed() {
    let folder = County::set_up();
    let log = log_key(folder.path());
    let witness = Witness::start("海岛日报", &log).await;
    let stranger = Witness::start("海岛日报", LOG_OF_NOBODY).await;
    // Asked under the other's key: what it signs is not believed. And one that does not know the log.
    let impostor = WitnessAsked::new(&format!("http://{}", witness.at), &stranger.key().to_string()).unwrap();
    let unknowing = WitnessAsked::new(&format!("http://{}", stranger.at), &witness.key().to_string()).unwrap();
    let county = County::over(folder, |app| app.with_witnesses(vec![impostor, unknowing]).unwrap());
    beat(&county, "2026-03-02T10:01:00+08:00").await;
    assert_eq!(states(&county), [WitnessState::Refuses; 2]);
    let key = VerifierKey::parse(&log).unwrap();
    assert_eq!(cosigned(&county, &key, &[witness.key(), stranger.key()]).await, 0);
    assert!(county.get("/log", "").await.html().contains("没有签名"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_says_whose_it_is_and_keeps_its_key() {
    let log = log_key(County::set_up().path());
    let mut witness = Witness::start("海岛日报", &log).await;
    let own = witness.key().to_string();
    let page = get(witness.at, "/").await;
    for said in ["见证方：海岛日报", own.as_str(), log.as_str(), "还没有"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("content-security-policy"), "{page}");
    assert!(get(witness.at, "/add-checkpoint").await.starts_with("HTTP/1.1 405"));
    witness.stop().await;
    let file = witness.folder.path().join("witness.key");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let open = |name: Option<&str>| OwnWitness::open(witness.folder.path(), name, std::slice::from_ref(&log));
    assert!(open(Some("another")).unwrap_err().to_string().contains("海岛日报"));
    assert_eq!(open(None).unwrap().key(), own);
    assert!(
        OwnWitness::open(witness.folder.path(), None, &[own]).unwrap_err().to_string().contains("not a log's")
    );
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(open(None).unwrap_err().to_string().contains("chmod 600"));
    std::fs::remove_file(&file).unwrap();
    std::fs::write(witness.folder.path().join("00.checkpoint"), "").unwrap();
    assert!(open(None).unwrap_err().to_string().contains("whose key is gone"));
    let made_up = tempfile::tempdir().unwrap();
    let made_up = OwnWitness::open(made_up.path(), None, std::slice::from_ref(&log)).unwrap();
    assert!(made_up.name().starts_with("huiyin-witness/"), "{}", made_up.name());
}

async fn get(at: SocketAddr, path: &'static str) -> String {
    let asked = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(at).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: witness\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    asked.await.unwrap()
}
