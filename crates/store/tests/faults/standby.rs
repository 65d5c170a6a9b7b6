//! A PostgreSQL that falls and its synchronous standby that takes its place: the program finds it by itself, and every
//! acknowledged command is there.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use store::{Database, Store, StoreError};

use crate::chance::{Chance, seeds};
use crate::cuts::file_while;
use crate::filing;
use crate::place::programs;

/// Two servers, the second of which follows the first.
struct Pair {
    base: tempfile::TempDir,
    programs: PathBuf,
    servers: Vec<Child>,
}

impl Pair {
    /// None where PostgreSQL is not installed.
    fn start() -> Option<Pair> {
        let programs = programs()?;
        // A socket's path must be short.
        let base = tempfile::Builder::new().prefix("huiyin-").tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(base.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let work = base.path().join("w");
        std::fs::create_dir(&work).unwrap();
        if is_root() {
            assert!(Command::new("chown").arg("postgres:").arg(&work).status().unwrap().success());
        }
        let mut pair = Pair { base, programs, servers: Vec::new() };
        let (first, second) = (pair.path("first"), pair.path("second"));
        let settings = ["-U", "huiyin", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        pair.run("initdb", |command| command.arg("-D").arg(&first).args(settings));
        pair.serve("first");
        let sockets = pair.path("");
        pair.run("pg_basebackup", |command| {
            let settings = ["-p", "1", "-U", "huiyin", "-R", "-X", "stream", "-c", "fast", "--no-sync"];
            command.arg("-h").arg(&sockets).arg("-D").arg(&second).args(settings)
        });
        pair.serve("second");
        let mut client = pair.client("first");
        // Only now: there was nobody to wait for before.
        client.batch_execute("ALTER SYSTEM SET synchronous_standby_names = '*'").unwrap();
        client.batch_execute("SELECT pg_reload_conf()").unwrap();
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        until("the standby follows", || client.query_one(follows, &[]).unwrap().get::<_, i64>(0) == 1);
        Some(pair)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.base.path().join("w").join(name)
    }

    /// A program of PostgreSQL, run by whom it lets run it.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
        command
    }

    fn run(&self, program: &str, with: impl FnOnce(&mut Command) -> &mut Command) {
        let mut command = self.command(program);
        let out = with(command.current_dir("/")).output().unwrap();
        assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    }

    fn serve(&mut self, name: &str) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.path(name)).arg("-k").arg(self.path(""));
        command.args(["-p", port_of(name), "-c", "listen_addresses=", "-c", "max_connections=50"]);
        let log = std::fs::File::create(self.base.path().join(format!("{name}.log"))).unwrap();
        command.stdout(Stdio::null()).stderr(log).current_dir("/");
        self.servers.push(command.spawn().unwrap());
        let url = self.url(&[name], "");
        until("the server answers", || Client::connect(&url, NoTls).is_ok());
    }

    fn url(&self, names: &[&str], with: &str) -> String {
        let sockets = self.path("").to_str().unwrap().trim_end_matches('/').replace('/', "%2F");
        let hosts: Vec<String> = names.iter().map(|name| format!("{sockets}:{}", port_of(name))).collect();
        format!("postgres://huiyin@{}/postgres{with}", hosts.join(","))
    }

    fn client(&self, name: &str) -> Client {
        Client::connect(&self.url(&[name], ""), NoTls).unwrap()
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for server in &mut self.servers {
            let _gone = (signal("QUIT", server.id()), server.wait());
        }
    }
}

fn port_of(name: &str) -> &'static str {
    if name == "first" { "1" } else { "2" }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

fn signal(name: &str, process: u32) {
    let _gone = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status();
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn a_standby_takes_over_and_nothing_acknowledged_is_lost() {
    let mut total = 0;
    let seeds = seeds("HUIYIN_FAILOVERS", 1);
    let rounds = seeds.end - seeds.start;
    for seed in seeds {
        let Some(mut pair) = Pair::start() else { return };
        let data = tempfile::tempdir().unwrap();
        // The second answer of the name: which of the two may write is found out at each connection.
        let with = if seed % 2 == 0 { "?target_session_attrs=read-write" } else { "" };
        let database = Database::Postgres(pair.url(&["second", "first"], with));
        let store = Store::open_on(data.path(), &database).unwrap();
        only_what_the_standby_has_is_acknowledged(&pair, &store);
        a_standby_alone_is_read_and_says_that_it_does_not_write(&pair, data.path());
        let (mut acknowledged, open) = file_while(&[&store], &format!("f{seed}"), |filed| {
            until("some are filed", || filed() > 20);
            std::thread::sleep(Duration::from_micros(Chance::of(seed).below(300_000)));
            signal("QUIT", pair.servers[0].id());
            pair.servers[0].wait().unwrap();
            let promoted = pair.client("second").query_one("SELECT pg_promote()", &[]).unwrap();
            assert!(promoted.get::<_, bool>(0));
            let before = filed();
            until("it goes on by itself", || filed() > before + 30);
        });
        acknowledged.insert("waits-e2".to_owned());
        let alone = Store::open_on(data.path(), &Database::Postgres(pair.url(&["second"], ""))).unwrap();
        let found = filing::look(&alone, &acknowledged);
        assert_eq!(found.filings, acknowledged);
        filing::look_at_followers(&store, &found, 1, 0);
        total += acknowledged.len();
        println!("a standby took over: {} acknowledged, {open} left open, 0 lost", acknowledged.len());
    }
    println!("standbys: {rounds} took over, {total} acknowledged, 0 lost");
}

/// A commit the standby has not is told to nobody, also where the session that waited for it was ended: the server has it
/// already then, and would show it to whoever looks.
fn only_what_the_standby_has_is_acknowledged(pair: &Pair, store: &Store) {
    let receiver = "SELECT pid FROM pg_stat_wal_receiver";
    let receiver: i32 = pair.client("second").query_one(receiver, &[]).unwrap().get(0);
    signal("STOP", receiver.unsigned_abs());
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| filing::file(store, "waits-e2"));
        let mut client = pair.client("first");
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(300));
            let waiting = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
            assert_eq!(client.query_one(waiting, &[]).unwrap().get::<_, i64>(0), 1, "it waits for the standby");
        }
        std::thread::sleep(Duration::from_millis(300));
        assert!(!asked.is_finished(), "told before the standby had it");
        signal("CONT", receiver.unsigned_abs());
        asked.join().unwrap().unwrap();
    });
    assert_eq!(filing::look(store, &BTreeSet::new()).events, 2);
}

fn a_standby_alone_is_read_and_says_that_it_does_not_write(pair: &Pair, data: &Path) {
    let mut client = pair.client("second");
    let is_there = "SELECT count(*) FROM event";
    until("the standby shows it", || client.query_one(is_there, &[]).unwrap().get::<_, i64>(0) == 2);
    let store = Store::open_on(data, &Database::Postgres(pair.url(&["second"], ""))).unwrap();
    assert_eq!(store.verify().unwrap(), Ok(2));
    let Err(error) = filing::file(&store, "nowhere-e1") else { panic!("a standby wrote") };
    let told = error.to_string();
    assert!(matches!(error, StoreError::Unreachable(_)) && told.contains("during recovery"), "{told}");
}
