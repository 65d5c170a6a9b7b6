//! A PostgreSQL started for the tests, and databases on it that go away.
//!
//! The server is shared by all test processes of a checkout that run at the same time and goes away after the last.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Sets a server up, runs it, and takes it away when no test process holds the file `users` any more.
const KEEPER: &str = r#"
set -eu
bin=$1 base=$2
cd /
as=
rm -rf "$base/run"
mkdir -m 700 "$base/run"
if [ "$(id -u)" = 0 ]; then
  chmod 711 "$base"
  chown postgres: "$base/run"
  as="setpriv --reuid=postgres --regid=postgres --init-groups --"
fi
# Sorted by the rules of Chinese, so that what must sort by bytes is seen to say so.
$as "$bin/initdb" -D "$base/run/data" -U huiyin --auth=trust -E UTF8 --no-sync \
  --locale=C.UTF-8 --locale-provider=icu --icu-locale=zh-CN >"$base/initdb.log" 2>&1
$as "$bin/postgres" -D "$base/run/data" -k "$base/run" -c listen_addresses= -c max_connections=300 \
  >"$base/server.log" 2>&1 &
server=$!
exec 9>"$base/start"
while sleep 2; do
  flock 9
  if ! kill -0 "$server" 2>/dev/null; then exit 1; fi
  if flock -n -x "$base/users" true; then
    kill -INT "$server"
    wait "$server" || true
    rm -rf "$base/run"
    exit
  fi
  flock -u 9
done
"#;

/// A server, and the lock that keeps it.
struct Server {
    sockets: PathBuf,
    _users: File,
}

/// The programs of the newest PostgreSQL that Debian put there.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .filter(|(version, path)| *version >= 15 && path.join("initdb").exists())
        .collect();
    found.sort();
    Some(found.pop()?.1)
}

/// The server of the tests; none where PostgreSQL is not installed, which may not happen where nobody looks.
fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            let Some(programs) = programs() else {
                assert!(std::env::var_os("CI").is_none(), "PostgreSQL is missing: run xtask/setup.sh");
                use std::io::Write;
                // Past the test runner, which keeps what a passing test prints to itself.
                let said = "PostgreSQL is not installed: a test on it did not run (xtask/setup.sh)";
                let _unseen = writeln!(std::io::stderr(), "{said}");
                return None;
            };
            Some(start(&programs))
        })
        .as_ref()
}

fn start(programs: &Path) -> Server {
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::os::unix::fs::DirBuilderExt;
    let mut checkout = DefaultHasher::new();
    (Path::new(env!("CARGO_MANIFEST_DIR")).parent(), std::env::var_os("USER")).hash(&mut checkout);
    // Not below the target folder: another user runs the server, and a socket's path must be short.
    let base = PathBuf::from(format!("/tmp/huiyin-test-{:x}", checkout.finish()));
    std::fs::DirBuilder::new().recursive(true).mode(0o711).create(&base).unwrap();
    let open =
        |name: &str| File::options().create(true).truncate(false).write(true).open(base.join(name)).unwrap();
    let users = open("users");
    users.lock_shared().unwrap();
    let starting = open("start");
    starting.lock().unwrap();
    let sockets = base.join("run");
    if !is_up(&sockets) {
        let mut keeper = Command::new("sh");
        keeper.arg("-c").arg(format!("({KEEPER}) &")).arg("sh").arg(programs).arg(&base);
        keeper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        assert!(keeper.status().unwrap().success());
        let begun = Instant::now();
        while !is_up(&sockets) {
            let log = || std::fs::read_to_string(base.join("initdb.log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(60), "PostgreSQL does not start: {}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Server { sockets, _users: users }
}

fn url(sockets: &Path, database: &str) -> String {
    let host = sockets.to_str().unwrap().replace('/', "%2F");
    format!("postgres://huiyin@{host}/{database}")
}

fn is_up(sockets: &Path) -> bool {
    sockets.join(".s.PGSQL.5432").exists()
        && postgres::Client::connect(&url(sockets, "postgres"), postgres::NoTls).is_ok()
}

/// A database of its own.
pub struct Throwaway {
    name: String,
    server: &'static Server,
}

impl Throwaway {
    /// A fresh one; none where PostgreSQL is not installed.
    pub fn new() -> Option<Throwaway> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = server()?;
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let mut client = postgres::Client::connect(&url(&server.sockets, "postgres"), postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Some(Throwaway { name, server })
    }

    /// Where the server listens.
    pub fn sockets(&self) -> &Path {
        &self.server.sockets
    }

    /// Its address through these sockets.
    pub fn url(&self, sockets: &Path) -> String {
        url(sockets, &self.name)
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        // On a thread of its own: a test that runs asynchronously may end here.
        let (name, sockets) = (self.name.clone(), self.server.sockets.clone());
        let dropped = std::thread::spawn(move || {
            let mut client = postgres::Client::connect(&url(&sockets, "postgres"), postgres::NoTls)?;
            client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
        });
        let _left = dropped.join();
    }
}
