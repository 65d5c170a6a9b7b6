//! Over HTTP: filings beside a bare endpoint with the same client, and the pages officers look at.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use app::{App, Bare, Credentials, Database, Device, Entered, NewPassword, TokenKind, Wanted};
use web::{FilingLimits, Settings, Site};

use super::load::{Load, load};
use super::{county, pgbench, told};
use crate::{now, output};

/// What one filing leaves in the tables, in bytes (`cargo bench -p store` measures it).
const STORED_BYTES: usize = 3_000;

/// Connections of a load, one load after the other.
const CONNECTIONS: [usize; 3] = [1, 8, 64];

/// A county that is served.
pub struct Served {
    app: Arc<App>,
    address: SocketAddr,
}

impl Served {
    /// Serves on a port of its own until the program ends.
    ///
    /// # Errors
    /// The server cannot be started.
    pub fn start(app: &Arc<App>) -> Result<Served, String> {
        let settings = Settings {
            address: "http://127.0.0.1".to_owned(),
            clock: Arc::new(now),
            needs_factor: false,
            behind_proxy: false,
            // What is measured is what comes behind the door.
            filings: FilingLimits::NONE,
        };
        let site = Site::new(Arc::clone(app), settings);
        Ok(Served { app: Arc::clone(app), address: served(|ready| web::serve(site, loopback(), ready))? })
    }

    /// Durable filings, beside an endpoint that commits as many bytes in one row.
    ///
    /// # Errors
    /// A connection breaks.
    pub fn intake(&self, folder: &Path, database: &Database, lasting: Duration) -> Result<(), String> {
        let bare = Arc::new(Bare::open(folder, database).map_err(told)?);
        let body = filing_body();
        let stored = vec![b'x'; STORED_BYTES];
        let commit: web::Commit =
            Arc::new(move |_| bare.commit(stored.clone()).map_err(|error| error.to_string()));
        let limit = served(|ready| web::serve_bare(commit, loopback(), ready))?;
        for connections in CONNECTIONS {
            let limit = load(limit, connections, lasting, &|| post("/bare", &body))?;
            let found = load(self.address, connections, lasting, &|| post("/api/v1/matters", &body))?;
            row("bare endpoint", connections, &limit);
            row("filings over HTTP", connections, &found);
            output::print(&format!("{:>58.0} % of the bare endpoint", 100.0 * found.rate / limit.rate));
            if let Database::Postgres(url) = database {
                pgbench::run(url, folder, connections, lasting, STORED_BYTES)?;
            }
        }
        Ok(())
    }

    /// What an officer of the petition office looks at, and what anybody does.
    ///
    /// # Errors
    /// The store fails, or a connection breaks.
    pub fn pages(&self, lasting: Duration) -> Result<(), String> {
        let (login, password) = (county::CLERK.into(), "a password for the bench");
        self.app.set_password(&login, &NewPassword::new(password).map_err(told)?).map_err(told)?;
        let given = Credentials { login: county::CLERK, password, code: "" };
        let device = Device { kind: TokenKind::Browser, name: "bench".to_owned(), hours: 12 };
        let entered = self.app.sign_in(given, &device, now()).map_err(told)?;
        let Entered::In(token) = entered else { return Err("the clerk could not sign in".to_owned()) };
        let actor = self.app.officer_actor(&login).map_err(told)?;
        let some = Wanted { limit: 50, ..Wanted::default() };
        let page = self.app.list(&actor, &some, now()).map_err(told)?;
        let first = page.rows.first().ok_or("there is no matter")?.row.reference.clone();
        let matter = format!("/desk/matters/{first}");
        for (name, path) in [
            ("home page", "/"),
            ("inbox page", "/desk"),
            ("list page: open, held", "/desk?show=held"),
            ("list page: ended, tenth", "/desk?show=ended&page=10"),
            ("matter page", &matter),
            ("report page", "/desk/report"),
        ] {
            row(name, 1, &load(self.address, 1, lasting, &|| get(path, &token))?);
        }
        Ok(())
    }
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// Serves on a thread of its own until the program ends; the address it got.
fn served<F>(
    serve: impl FnOnce(Box<dyn FnOnce(SocketAddr) + Send>) -> F + Send + 'static,
) -> Result<SocketAddr, String>
where
    F: Future<Output = Result<(), String>>,
{
    let (ready, bound) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let ready = Box::new(move |at| {
            let _unheard = ready.send(at);
        });
        match runtime {
            Ok(runtime) => runtime.block_on(serve(ready)),
            Err(error) => Err(error.to_string()),
        }
    });
    bound.recv().map_err(|_| "the server could not be started".to_owned())
}

fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: desk={token}\r\n\r\n").into_bytes()
}

fn filing_body() -> String {
    let text = "反映在工地做工八个月，工钱没有结清，多次找项目部没有结果，请求核实处理并书面答复。".repeat(4);
    format!(
        r#"{{"place":"{}","category":"农民工工资","summary":"反映拖欠工资","text":"{text}","petitioner":{{"name":"某某","phone":"13800000000"}}}}"#,
        county::VILLAGE
    )
}

fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn row(name: &str, connections: usize, load: &Load) {
    let failed = if load.failed > 0 {
        format!(", {} failed: {:?}", load.failed, load.bodies.first())
    } else {
        String::new()
    };
    output::print(&format!(
        "{name:<34} {connections:>3} connections {:>8.0}/s  p50 {:>8.2?}  p99 {:>8.2?}{failed}",
        load.rate, load.p50, load.p99
    ));
}
