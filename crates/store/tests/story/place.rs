//! Where a test runs: a data folder with its journal in a file, or in a database of a PostgreSQL started for the tests.
//!
//! The server is shared by all test processes of a checkout that run at the same time and goes away after the last.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use store::{Database, Home, Store};

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
                let said = "PostgreSQL is not installed: a test of the store on it did not run (xtask/setup.sh)";
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
    (env!("CARGO_MANIFEST_DIR"), std::env::var_os("USER")).hash(&mut checkout);
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

/// A data folder and its database.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub database: Database,
    /// The name of the database on the server.
    name: Option<String>,
}

impl Place {
    /// Somewhere else, which is somebody else's to take away.
    pub fn of(folder: tempfile::TempDir, database: Database) -> Place {
        Place { folder, database, name: None }
    }

    /// The journal in a file.
    pub fn file() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), database: Database::File, name: None }
    }

    /// The journal in a fresh database; none where PostgreSQL is not installed.
    pub fn postgres() -> Option<Place> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = server()?;
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let mut client = postgres::Client::connect(&url(&server.sockets, "postgres"), postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let database = Database::Postgres(url(&server.sockets, &name));
        Some(Place { folder: tempfile::tempdir().unwrap(), database, name: Some(name) })
    }

    /// The same database reached through other sockets, with a copy of the keys.
    pub fn again(&self, sockets: Option<&Path>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        if self.path().join("keys").exists() {
            std::fs::create_dir(folder.path().join("keys")).unwrap();
            let keys = "keys/huiyin.keys";
            std::fs::copy(self.path().join(keys), folder.path().join(keys)).unwrap();
        }
        let name = self.name.as_deref().unwrap();
        let sockets = sockets.unwrap_or(self.sockets());
        Place { folder, database: Database::Postgres(url(sockets, name)), name: None }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Folder and database.
    pub fn home(&self) -> Home<'_> {
        Home { folder: self.path(), database: &self.database }
    }

    /// Where the server listens.
    pub fn sockets(&self) -> &Path {
        &server().unwrap().sockets
    }

    pub fn open(&self) -> Store {
        Store::open_on(self.path(), &self.database).unwrap()
    }

    pub fn is_postgres(&self) -> bool {
        self.database != Database::File
    }

    /// A connection past the store.
    pub fn client(&self) -> postgres::Client {
        let Database::Postgres(url) = &self.database else { panic!("not on PostgreSQL") };
        postgres::Client::connect(url, postgres::NoTls).unwrap()
    }

    /// A connection to the file past the store.
    pub fn file_client(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path().join("journal.db")).unwrap()
    }

    /// What somebody does who can write to the database; the error, where it is refused.
    pub fn run(&self, sql: &str) -> Result<(), String> {
        if self.is_postgres() {
            let told = |error: postgres::Error| error.as_db_error().map_or("?", |told| told.message()).to_owned();
            self.client().batch_execute(sql).map_err(told)
        } else {
            self.file_client().execute_batch(sql).map_err(|error| error.to_string())
        }
    }

    /// What somebody does who has lifted the guards as well.
    pub fn edit(&self, sql: &str) {
        let lift = if self.is_postgres() {
            "ALTER TABLE event DISABLE TRIGGER USER;"
        } else {
            "DROP TRIGGER IF EXISTS event_is_not_changed; DROP TRIGGER IF EXISTS event_is_not_removed;
             DROP TRIGGER IF EXISTS event_is_not_replaced;"
        };
        self.run(&format!("{lift} {sql}")).unwrap();
    }

    /// Makes the partitions of a journal that has none but the first, and those to come, so many positions wide.
    pub fn narrow(&self, width: u64) {
        let sql = "ALTER TABLE event DETACH PARTITION event_0;
             ALTER TABLE event ATTACH PARTITION event_0 FOR VALUES FROM (0) TO";
        self.run(&format!("{sql} ({width})")).unwrap();
    }

    /// The partitions of the journal, by where they begin.
    pub fn partitions(&self) -> Vec<i64> {
        let sql = "SELECT substr(relname, 7)::bigint FROM pg_inherits JOIN pg_class ON oid = inhrelid
             WHERE inhparent = 'event'::regclass ORDER BY 1";
        self.client().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// Puts the journal back into one table, as it was before there were partitions. Nothing may be in the second.
    pub fn back_to_one_table(&self) {
        let sql = "DO $$ BEGIN ALTER TABLE event DETACH PARTITION event_0; END $$;
             DROP TABLE event; DROP FUNCTION journal_make_room; ALTER TABLE event_0 RENAME TO event;
             ALTER TABLE event RENAME CONSTRAINT event_0_pkey TO event_pkey;
             ALTER TABLE event RENAME CONSTRAINT event_0_stream_version_key TO event_stream_version_key;
             ALTER TABLE event RENAME CONSTRAINT event_0_command_command_seq_key TO event_command_command_seq_key;
             CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
               FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
             CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
               FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
             DELETE FROM migration WHERE name = '0007_partitions'";
        self.run(sql).unwrap();
    }

    /// Keeps every writer waiting while `work` runs.
    pub fn hold<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.is_postgres() {
            let mut client = self.client();
            let mut transaction = client.transaction().unwrap();
            transaction.query("SELECT 1 FROM head FOR UPDATE", &[]).unwrap();
            let result = work();
            transaction.rollback().unwrap();
            result
        } else {
            let client = self.file_client();
            client.execute_batch("BEGIN IMMEDIATE").unwrap();
            let result = work();
            client.execute_batch("ROLLBACK").unwrap();
            result
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let (Some(name), Some(server)) = (&self.name, server()) {
            let client = postgres::Client::connect(&url(&server.sockets, "postgres"), postgres::NoTls);
            if let Ok(mut client) = client {
                let _left = client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
            }
        }
    }
}
