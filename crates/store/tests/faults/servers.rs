//! Servers of PostgreSQL that a test has to itself, to be killed or to be quick.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

use crate::throwaway::programs;

/// Room a server in memory needs.
const MEMORY_KB: u64 = 1_000_000;

/// Servers in one folder, told apart by their ports, which are but parts of the names of their sockets.
pub struct Servers {
    base: tempfile::TempDir,
    programs: PathBuf,
    running: Vec<Child>,
}

impl Servers {
    /// None where PostgreSQL is not installed.
    pub fn below(folder: &Path) -> Option<Servers> {
        let programs = programs()?;
        let base = tempfile::Builder::new().prefix("huiyin-").tempdir_in(folder).unwrap();
        std::fs::set_permissions(base.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let servers = Servers { base, programs, running: Vec::new() };
        let work = servers.path("");
        std::fs::create_dir(&work).unwrap();
        servers.give(&work);
        Some(servers)
    }

    /// Gives a folder to whom the servers run as.
    pub fn give(&self, folder: &Path) {
        if is_root() {
            assert!(Command::new("chown").arg("postgres:").arg(folder).status().unwrap().success());
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.base.path().join("w").join(name)
    }

    /// Makes a fresh server.
    pub fn make(&self, port: u16) {
        let data = self.path(&port.to_string());
        let settings = ["-U", "huiyin", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        self.run("initdb", |command| command.arg("-D").arg(&data).args(settings));
    }

    /// Makes a server that will follow another.
    pub fn copy(&self, of: u16, port: u16) {
        let data = self.path(&port.to_string());
        let settings = ["-U", "huiyin", "-R", "-X", "stream", "-c", "fast", "--no-sync"];
        let sockets = self.path("");
        self.run("pg_basebackup", |command| {
            command.arg("-h").arg(&sockets).args(["-p", &of.to_string(), "-D"]).arg(&data).args(settings)
        });
    }

    /// A program of PostgreSQL, run by somebody it lets run it. It ends with the test, however that ends.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT"]);
        if is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        }
        command.arg("--").arg(self.programs.join(program));
        command
    }

    fn run(&self, program: &str, with: impl FnOnce(&mut Command) -> &mut Command) {
        let mut command = self.command(program);
        let out = with(command.current_dir("/")).output().unwrap();
        assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    }

    pub fn start(&mut self, port: u16) {
        let mut command = self.command("postgres");
        let name = port.to_string();
        command.arg("-D").arg(self.path(&name)).arg("-k").arg(self.path("")).args(["-p", &name]);
        command.args(["-c", "listen_addresses=", "-c", "max_connections=50", "-c", "max_wal_size=64MB"]);
        let log = std::fs::File::create(self.base.path().join(format!("{name}.log"))).unwrap();
        command.stdout(Stdio::null()).stderr(log).current_dir("/");
        self.running.push(command.spawn().unwrap());
        let url = self.url(&[port], "postgres");
        until("the server answers", || Client::connect(&url, NoTls).is_ok());
    }

    /// Ends the server that was started first, as a power cut would, as far as it can be seen from outside.
    pub fn kill_first(&mut self) {
        let mut first = self.running.remove(0);
        signal("QUIT", first.id());
        first.wait().unwrap();
    }

    /// The same for the one that was started last.
    pub fn kill_last(&mut self) {
        let mut last = self.running.pop().unwrap();
        signal("QUIT", last.id());
        last.wait().unwrap();
    }

    pub fn url(&self, ports: &[u16], database: &str) -> String {
        let sockets = self.path("").to_str().unwrap().trim_end_matches('/').replace('/', "%2F");
        let hosts: Vec<String> = ports.iter().map(|port| format!("{sockets}:{port}")).collect();
        format!("postgres://huiyin@{}/{database}", hosts.join(","))
    }

    pub fn client(&self, port: u16) -> Client {
        Client::connect(&self.url(&[port], "postgres"), NoTls).unwrap()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        while !self.running.is_empty() {
            self.kill_first();
        }
    }
}

/// Where files lie in memory, if there is room: what does not test disks need not wait for them.
pub fn memory() -> &'static Path {
    static MEMORY: OnceLock<&Path> = OnceLock::new();
    MEMORY.get_or_init(|| {
        let asked = Command::new("df").args(["-k", "--output=avail", "/dev/shm"]).output();
        let told = asked.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
        let room = told.lines().last().and_then(|line| line.trim().parse::<u64>().ok());
        Path::new(if room.is_some_and(|room| room > MEMORY_KB) { "/dev/shm" } else { "/tmp" })
    })
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n")
}

pub fn signal(name: &str, process: u32) {
    assert!(Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status().is_ok());
}

pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        std::thread::sleep(Duration::from_millis(30));
    }
}
