//! A process that files from several threads and tells what was answered, until it is killed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use store::{Database, Store};

use crate::filing;

const FOLDER: &str = "HUIYIN_TEST_FOLDER";
const URL: &str = "HUIYIN_TEST_URL";
const NAME: &str = "HUIYIN_TEST_NAME";
const THREADS: u64 = 4;
/// A file may not grow past its process's limit: the write then fails, as on a full disk, if the signal is not heard.
const DEAF: &str = "trap '' XFSZ; exec \"$0\" \"$@\"";

/// What the process tells, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is open.
    Open,
    /// This filing was acknowledged.
    Done(String),
    /// A filing was not, and why.
    Refused(String),
    /// Something could be read.
    Read,
    /// A follower's work or a reading failed, and why.
    Failed(String),
}

/// The other side: files for ever.
#[test]
#[ignore = "run by other tests as a process of its own"]
fn as_a_process() {
    let [Ok(folder), Ok(name)] = [FOLDER, NAME].map(std::env::var) else { return };
    let database = std::env::var(URL).map_or(Database::File, Database::Postgres);
    let store = Store::open_on(Path::new(&folder), &database).unwrap();
    tell("open");
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, name) = (&store, &name);
            scope.spawn(move || file(store, &format!("{name}-t{thread}")));
        }
        scope.spawn(|| follow(&store));
    });
}

/// One line in one piece, past the harness, which keeps what tests print. Whoever listened is gone: so is this process.
fn tell(line: &str) {
    let line = format!("{line}\n");
    let mut out = std::io::stdout().lock();
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

fn file(store: &Store, name: &str) {
    for number in 0_u64.. {
        let command = format!("{name}-n{number}-e{}", 1 + number % 3);
        // What is refused is not done: sent again, it is never a repeat.
        while let Err(error) = filing::file(store, &command) {
            tell(&format!("refused {error}"));
            std::thread::sleep(Duration::from_millis(20));
        }
        tell(&format!("done {command}"));
        if number % 16 == 0 {
            match store.done(&command) {
                Ok(Some(_)) => tell("read"),
                Ok(None) => tell("failed what was acknowledged is not found"),
                Err(error) => tell(&format!("failed {error}")),
            }
        }
    }
}

fn follow(store: &Store) {
    let first = store.leaves(0, u64::from(u32::MAX)).map_or(0, |leaves| leaves.len() as u64);
    // Beats go on from wherever an earlier process stopped: each has at least one leaf.
    for beat in first + 1.. {
        let added = store.add_leaves(beat, 64, filing::arrange).map(|_| ());
        if let Err(error) = added.and_then(|()| filing::count(store, 64).map(|_| ())) {
            tell(&format!("failed {error}"));
        }
        if let Err(error) = store.rewrap() {
            tell(&format!("failed {error}"));
        }
        match store.leaves(0, 1) {
            Ok(_) => tell("read"),
            Err(error) => tell(&format!("failed to read: {error}")),
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// This side of it. It ends with its killing at the latest.
pub struct Load {
    pub child: Child,
    lines: Receiver<Told>,
    pub acknowledged: BTreeSet<String>,
}

impl Load {
    pub fn start(folder: &Path, database: &Database, name: &str) -> Load {
        let mut command = Command::new("sh");
        command.args(["-c", DEAF]).arg(std::env::current_exe().unwrap());
        command.args(["--exact", "load::as_a_process", "--ignored", "--quiet", "--nocapture"]);
        command.env(FOLDER, folder).env(NAME, name).env_remove(URL);
        if let Database::Postgres(url) = database {
            command.env(URL, url);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (line, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            // The last line may be cut off by the killing, but never in its middle: a line is one write.
            out.lines().map_while(Result::ok).filter_map(|text| told(&text)).try_for_each(|told| line.send(told))
        });
        Load { child, lines, acknowledged: BTreeSet::new() }
    }

    /// What is told next; none where the process is gone or nothing came in time.
    pub fn next(&mut self, patience: Duration) -> Option<Told> {
        match self.lines.recv_timeout(patience) {
            Ok(told) => {
                if let Told::Done(command) = &told {
                    self.acknowledged.insert(command.clone());
                }
                Some(told)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Waits until it tells what is asked for; what else it told meanwhile.
    pub fn until(&mut self, mut wanted: impl FnMut(&Told) -> bool) -> Vec<Told> {
        let mut others = Vec::new();
        loop {
            let told = self.next(Duration::from_secs(60)).expect("the process goes on telling");
            let found = wanted(&told);
            others.push(told);
            if found {
                return others;
            }
        }
    }

    /// Kills it as a power cut would, and takes in all it had told.
    pub fn kill(mut self) -> BTreeSet<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        while self.next(Duration::from_secs(10)).is_some() {}
        std::mem::take(&mut self.acknowledged)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        let _gone = (self.child.kill(), self.child.wait());
    }
}

fn told(line: &str) -> Option<Told> {
    let rest = |word: &str| line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')).map(str::to_owned);
    match line {
        "open" => Some(Told::Open),
        "read" => Some(Told::Read),
        _ => rest("done")
            .map(Told::Done)
            .or_else(|| rest("refused").map(Told::Refused))
            .or_else(|| rest("failed").map(Told::Failed)),
    }
}
