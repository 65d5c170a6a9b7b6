//! Where a county of the tests lies: a folder with its journal in a file, or, with HUIYIN_TEST_ON=postgresql, in a database.

#[allow(dead_code, reason = "the tests of the store use more of it")]
#[path = "../../../store/tests/story/throwaway.rs"]
mod throwaway;

use std::path::Path;

use app::{App, Database};
use jiff::Timestamp;
use tempfile::TempDir;
use throwaway::Throwaway;

/// A data folder, and the database on the server where there is one.
pub struct Ground {
    folder: TempDir,
    database: Database,
    _throwaway: Option<Throwaway>,
}

impl From<TempDir> for Ground {
    fn from(folder: TempDir) -> Ground {
        Ground { folder, database: Database::File, _throwaway: None }
    }
}

impl Ground {
    /// Fresh, on whichever database the tests are run on.
    pub fn new() -> Ground {
        let mut ground = Ground::from(tempfile::tempdir().unwrap());
        match std::env::var("HUIYIN_TEST_ON").as_deref() {
            Ok("postgresql") => {
                let throwaway = apart(Throwaway::new).expect("PostgreSQL is not installed: run xtask/setup.sh");
                ground.database = Database::Postgres(throwaway.url(throwaway.sockets()));
                ground._throwaway = Some(throwaway);
            }
            Ok("sqlite") | Err(_) => {}
            Ok(other) => panic!("HUIYIN_TEST_ON is '{other}', neither 'sqlite' nor 'postgresql'"),
        }
        ground
    }

    pub fn open(&self, now: Timestamp) -> App {
        apart(|| App::open_on(self.path(), &self.database, now)).unwrap()
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// On a thread of its own: a database may not be asked on one that serves, and tests run on those.
pub fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
