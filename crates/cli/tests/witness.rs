//! Witnesses as people run them: `witness` and `serve` as programs of their own, a receipt checked with nothing but keys.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod program;

use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use app::App;
use app::show::Reader;
use program::{Data, complaint, huiyin, succeeded};

const STORY: &str = r#"{"at":"2026-01-05T07:00:00+08:00","by":"admin","do":"story","id":"witnessed","title":"青河县"}
{"at":"2026-01-05T08:00:00+08:00","by":"admin","do":"office","code":"990221","name":"青河县","kind":"county","parent":null}
{"at":"2026-01-05T08:00:01+08:00","by":"admin","do":"office","code":"990221-xf","name":"青河县信访局","kind":"petition_office","parent":"990221"}
{"at":"2026-01-05T09:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"登记员","office":"990221-xf","roles":["registrar"]}
{"at":"2026-01-06T09:00:00+08:00","by":"clerk","do":"register","ref":"R1","channel":"letter","people":1,"place":"990221","category":"其他","summary":"概述","text":"内容","anonymous":true}
"#;

/// A program that runs until it is dropped, and where it listens.
struct Running {
    child: Child,
    at: String,
}

impl Running {
    fn start(mut command: Command) -> Running {
        command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut heard = String::new();
        let at = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended: {heard}");
            heard.push_str(&line);
            if let Some((_, rest)) = line.split_once(" on http://") {
                break rest.split(' ').next().unwrap().to_owned();
            }
        };
        // Whatever it says later is read, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Running { child, at }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// The first line on stdout.
    fn printed(&mut self) -> String {
        let mut line = String::new();
        BufReader::new(self.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn witness(folder: &std::path::Path, name: &str, log: &str) -> Running {
    let mut command = huiyin(&["witness", "--name", name, "--log", log, "--data"]);
    command.arg(folder);
    Running::start(command)
}

#[test]
fn two_witnesses_and_a_receipt_checked_without_a_network() {
    let data = Data::new();
    succeeded(&data.replay(&data.file("story.jsonl", STORY)));
    let log = {
        let office = Running::start(data.command(&["serve"]));
        office.get("/log/key").trim().to_owned()
    };
    let log_file = data.file("log.key", format!("{log}\n"));
    let folders = [data.path().with_file_name("paper"), data.path().with_file_name("congress")];
    let mut paper = witness(&folders[0], "海岛日报", &log);
    let congress = witness(&folders[1], "县人大", log_file.to_str().unwrap());
    let keys = folders.each_ref().map(|folder| {
        let printed = huiyin(&["witness", "--key", "--data", folder.to_str().unwrap()]).output().unwrap();
        succeeded(&printed);
        String::from_utf8(printed.stdout).unwrap().trim_end().to_owned()
    });
    assert_eq!(paper.printed(), keys[0]);
    assert_eq!(
        std::fs::metadata(folders[0].join("witness.key")).unwrap().permissions(),
        Permissions::from_mode(0o100600)
    );

    let asked = [format!("http://{}={}", paper.at, keys[0]), format!("http://{}/={}", congress.at, keys[1])];
    let office = Running::start(data.command(&["serve", "--witness", &asked[0], "--witness", &asked[1]]));
    let started = Instant::now();
    let checkpoint = loop {
        let checkpoint = office.get("/log/checkpoint");
        if checkpoint.contains("— 海岛日报 ") && checkpoint.contains("— 县人大 ") {
            break checkpoint;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{checkpoint}\n{}", office.get("/log"));
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(checkpoint.starts_with("huiyin/"), "{checkpoint}");
    assert_eq!(office.get("/log").matches("正常见证").count(), 2);
    assert!(paper.get("/").contains("当时 "), "{}", paper.get("/"));
    drop((office, congress));

    let now = "2026-01-07T09:00:00+08:00".parse().unwrap();
    let app = App::open(&data.path(), now).unwrap();
    let (reference, code) = app.demo_receipt(STORY.as_bytes(), "R1").unwrap().unwrap();
    let receipt = app.receipt(&Reader::Petitioner { code }, &reference, now).unwrap();
    let receipt = data.file("receipt.txt", receipt);
    let check = |at_least: &str, keys: &[String]| {
        let mut command = huiyin(&["verify", "receipt", "--key", &log, "--at-least", at_least]);
        command.arg(&receipt).args(keys.iter().flat_map(|key| ["--witness", key]));
        command.output().unwrap()
    };
    let proven = check("2", &keys);
    succeeded(&proven);
    let printed = String::from_utf8(proven.stdout).unwrap();
    assert!(printed.contains("seen by witness 海岛日报 at 20") && printed.contains("县人大"), "{printed}");
    let too_few = complaint(&check("2", &keys[..1]));
    assert!(too_few.contains("1 of the known witnesses cosigned it, 2 are asked for"), "{too_few}");
}

#[test]
fn what_is_given_wrongly_is_named() {
    let data = Data::new();
    let folder = data.path();
    let folder = folder.to_str().unwrap();
    let none_yet = complaint(&huiyin(&["witness", "--data", folder, "--key"]).output().unwrap());
    assert!(none_yet.contains("the first start of the witness makes it"), "{none_yet}");
    assert!(!data.path().exists(), "asking for a key makes nothing");
    let cases = [
        (vec!["witness", "--log", "nonsense"], "not name+id+key"),
        (vec!["serve", "--witness", "https://w.example"], "URL=VKEY"),
        (vec!["serve", "--witness", "w.example=a+b+c"], "http://"),
        (vec!["serve", "--witness", "https://w.example=a+b+c"], "verifier key"),
        (
            vec![
                "serve",
                "--witness",
                "https://w.example=sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            ],
            "not a witness's",
        ),
    ];
    for (arguments, expected) in cases {
        let said = complaint(&data.run(&arguments));
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}
