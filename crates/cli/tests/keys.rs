//! The keys of a node by command: a suite chosen once, keys said by a command, a master key changed under a running server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use program::{Data, complaint, huiyin, said, shipped, succeeded};

const STORY: &str = "county-half-year.story.jsonl";

/// `keys status`, a line for each master key.
fn status(data: &Data) -> Vec<String> {
    let output = data.run(&["keys", "status"]);
    succeeded(&output);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// A server that is killed with the test.
struct Server(Child);

impl Server {
    fn start(data: &Data) -> Server {
        let mut command = data.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains("serving on")), "it serves");
        Server(child)
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = (self.0.kill(), self.0.wait());
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_master_key_is_changed_under_a_running_server_that_is_killed_amid_it() {
    let data = Data::with_story(STORY);
    let before = status(&data);
    assert!(before.len() == 1 && before[0].contains("in use"), "{before:?}");
    let server = Server::start(&data);
    let said_of_it = said(&data.run(&["keys", "rotate"]));
    assert!(said_of_it.contains("takes it up within seconds"), "{said_of_it}");
    until("it is taken up", || status(&data)[1].contains("in use"));
    server.kill();
    succeeded(&data.verify());
    // The next server goes on where that one was.
    let server = Server::start(&data);
    until("everything is moved", || status(&data)[0].contains("old                 0"));
    succeeded(&data.run(&["keys", "retire"]));
    server.kill();
    let after = status(&data);
    assert!(after.len() == 1 && after[0].contains("in use") && after[0][..8] != before[0][..8], "{after:?}");
    succeeded(&data.verify());
    // Without a server the command moves it itself.
    assert!(said(&data.run(&["keys", "rotate"])).contains("keys of parties and secrets were moved"));
    succeeded(&data.run(&["keys", "retire"]));
    succeeded(&data.verify());
}

#[test]
fn a_suite_is_chosen_once() {
    let data = Data::new();
    let story = shipped(STORY);
    let replay = |suite: &str| data.run(&["replay", story.to_str().unwrap(), "--seal-suite", suite]);
    let refused = complaint(&replay("rot13"));
    assert!(refused.contains("there are: aes-256-gcm, sm4-gcm"), "{refused}");
    succeeded(&replay("sm4-gcm"));
    let other = complaint(&replay("aes-256-gcm"));
    assert!(other.contains("seals with sm4-gcm since it was set up"), "{other}");
    succeeded(&data.replay(&story));
    succeeded(&data.verify());
    assert_eq!(data.count("SELECT count(*) FROM party_key WHERE substr(wrapped, 1, 1) <> X'82'"), 0);
    assert_eq!(data.count("SELECT count(*) FROM event WHERE substr(sealed, 9, 1) NOT IN (X'02', X'')"), 0);
}

#[test]
fn keys_are_said_by_a_command_and_never_told() {
    let data = Data::new();
    let file = data.file("elsewhere.keys", "");
    fs::remove_file(&file).unwrap();
    succeeded(&huiyin(&["keys", "make", file.to_str().unwrap()]).output().unwrap());
    assert!(
        complaint(&huiyin(&["keys", "make", file.to_str().unwrap()]).output().unwrap()).contains("nothing was")
    );
    let say = format!("cat {} | cat", file.display());
    let with_keys = |arguments: &[&str]| data.command(arguments).env("HUIYIN_KEY_COMMAND", &say).output().unwrap();
    let story = shipped(STORY);
    succeeded(&with_keys(&["replay", story.to_str().unwrap()]));
    assert!(!data.path().join("keys").exists());
    succeeded(&with_keys(&["verify", "journal"]));
    let secret = fs::read_to_string(&file).unwrap();
    let secret = secret.lines().nth(1).unwrap().strip_prefix("seal = ").unwrap();
    for (path, bytes) in data.files() {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{}", path.display());
    }
    // Whatever fails, what the command says is in no message.
    let fails = format!("cat {}; echo {secret} >&2; exit 7", file.display());
    let output = data.command(&["verify", "journal", "--key-command", &fails]).output().unwrap();
    let told = complaint(&output);
    assert!(told.contains("exit status: 7") && !told.contains(secret), "{told}");
    assert!(complaint(&data.verify()).contains("has no key file at"));
}

#[test]
fn the_key_of_the_office_above_is_made_there_and_named_here() {
    let data = Data::with_story(STORY);
    let secret = data.file("upper.key", "");
    fs::remove_file(&secret).unwrap();
    let make = || huiyin(&["upper", "key", secret.to_str().unwrap()]).output().unwrap();
    let made = make();
    succeeded(&made);
    let public = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    assert!(public.starts_with("age1"), "{public}");
    assert!(complaint(&make()).contains("nothing was changed"));
    let serve = |more: &[&str]| data.run(&[&["serve", "--listen", "127.0.0.1:0"], more].concat());
    assert!(complaint(&serve(&["--upper-office-key", &public])).contains("--upper-office-name"));
    let wrong = ["--upper-office-key", "age1nothing", "--upper-office-name", "海州市信访局"];
    assert!(complaint(&serve(&wrong)).contains("begin with age1"));
    let folder = data.file("parcels", "");
    fs::remove_file(&folder).unwrap();
    let exported = data.run(&["upper", "export", "--to", folder.to_str().unwrap()]);
    succeeded(&exported);
    assert!(said(&exported).contains("0 parcels"), "{}", said(&exported));
    let parcel = data.file("not-a-parcel.age", "age-encryption.org/v1\n");
    let open = ["upper", "open", "--key", secret.to_str().unwrap(), parcel.to_str().unwrap()];
    let refused = complaint(&huiyin(&open).output().unwrap());
    assert!(refused.contains("sealed under another key, or altered"), "{refused}");
}
