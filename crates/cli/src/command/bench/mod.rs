//! `huiyin bench`: what this machine does with the program, beside the least that any program would do.

mod county;
mod load;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use app::show::Reader;
use app::{App, Bare, Database, Doing, Filing, ReportAsked, Target};
use casework::command::{Actor, MatterCommand, Person, Register};
use casework::day;
use casework::event::{Channel, MatterId};
use casework::office::OfficeCode;
use jiff::ToSpan;
use web::{Settings, Site};

use self::load::{Load, load};
use crate::{now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Bench {
    /// Matters to fill the county with before lists, pages and reports are measured.
    #[arg(long, default_value_t = 100_000)]
    matters: u64,
    /// Seconds for each load.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// An empty PostgreSQL database to measure instead of a file. What is written stays there.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where to write; made anew and removed again. None: the folder for temporary files.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// A folder that goes away.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _stays = std::fs::remove_dir_all(&self.0);
    }
}

impl Bench {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let folder = self.folder.clone().unwrap_or_else(std::env::temp_dir);
        let scratch = Scratch(folder.join(format!("huiyin-bench-{}", std::process::id())));
        std::fs::create_dir_all(&scratch.0).map_err(|error| format!("{}: {error}", scratch.0.display()))?;
        let database = self.database.clone().map_or(Database::File, Database::Postgres);
        let app = App::open_on(&scratch.0.join("county"), &database, now()).map_err(told)?;
        let today = day::day_of(now());
        let opened = today.checked_sub(731.days()).unwrap_or(today);
        county::found(&app, now(), opened)?;
        output::print(&format!("huiyin {} on {database:?}, {} matters", env!("CARGO_PKG_VERSION"), self.matters));
        let filled = Instant::now();
        let days = (today.checked_sub(730.days()).unwrap_or(today), today.checked_sub(1.days()).unwrap_or(today));
        county::fill(&app, now(), self.matters, days)?;
        let seconds = filled.elapsed().as_secs_f64();
        // Counts here are far below 2^53.
        let acts = self.matters as f64 * 1.4;
        output::print(&format!("filled with {} matters, {:.0} acts/s", self.matters, acts / seconds));
        drop(app);
        let app = Arc::new(start(&scratch.0.join("county"), &database)?);
        self.reads(&app)?;
        self.lifecycles(&app)?;
        self.intake(&app, &scratch.0, &database)?;
        Self::follow(&app)?;
        Self::rest(&app)
    }

    /// Durable filings over HTTP, beside the bare endpoint with the same client.
    fn intake(&self, app: &Arc<App>, folder: &Path, database: &Database) -> Result<(), String> {
        let lasting = Duration::from_secs(self.seconds);
        let bare = Arc::new(Bare::open(folder, database).map_err(|error| error.to_string())?);
        let body = filing_body();
        // What a filing leaves in the tables, measured once by the benchmark of the store.
        let stored = vec![b'x'; STORED_BYTES];
        let commit: web::Commit =
            Arc::new(move |_| bare.commit(stored.clone()).map_err(|error| error.to_string()));
        let settings = Settings { address: "http://127.0.0.1".to_owned(), clock: Arc::new(now) };
        let site = Site::new(Arc::clone(app), settings);
        let here = served(|ready| web::serve(site, loopback(), ready))?;
        let there = served(|ready| web::serve_bare(commit, loopback(), ready))?;
        for connections in [1, 8, 64] {
            let limit = load(there, connections, lasting, &|| post("/bare", &body))?;
            let found = load(here, connections, lasting, &|| post("/api/v1/matters", &body))?;
            row("bare endpoint", connections, &limit);
            row("filings over HTTP", connections, &found);
            output::print(&format!("{:>58.0} % of the bare endpoint", 100.0 * found.rate / limit.rate));
        }
        Ok(())
    }

    /// What people look at.
    fn reads(&self, app: &App) -> Result<(), String> {
        let actor = app.officer_actor(&county::CLERK.into()).map_err(told)?;
        let inbox =
            app::Wanted { task_of: Some(OfficeCode("990991-xf".to_owned())), limit: 50, ..app::Wanted::default() };
        let all = app::Wanted { limit: 50, ..app::Wanted::default() };
        let page = app.list(&actor, &all, now()).map_err(told)?;
        let references: Vec<String> = page.rows.into_iter().map(|listed| listed.row.reference).collect();
        timed("inbox, first page", 40, |_| app.list(&actor, &inbox, now()).map(drop))?;
        timed("list of all, first page", 40, |_| app.list(&actor, &all, now()).map(drop))?;
        timed("matter page", 200, |turn| {
            let reference = references.get(turn % references.len().max(1)).map_or("", String::as_str);
            app.matter(&Reader::Officer(actor.clone()), reference, now()).map(drop)
        })?;
        let today = day::day_of(now());
        let from = Some(today.checked_sub(365.days()).unwrap_or(today));
        let asked = ReportAsked { report: "work-summary".into(), from, to: Some(today), as_of: None, today };
        let counted = Instant::now();
        app.count().map_err(told)?;
        output::print(&format!("counters brought up to date in {:.2} s", counted.elapsed().as_secs_f64()));
        timed("work-summary of a year, everything", 20, |_| app.report(&Actor::Admin, &asked).map(drop))?;
        timed("work-summary of a year, one office", 20, |_| app.report(&actor, &asked).map(drop))?;
        timed("the same from every fact", 2, |_| app.report_in_full(&Actor::Admin, &asked).map(drop))
    }

    /// File, transfer, accept, decide, serve, read: from eight threads.
    fn lifecycles(&self, app: &App) -> Result<(), String> {
        let lasting = Duration::from_secs(self.seconds);
        let clerk = app.officer_actor(&county::CLERK.into()).map_err(told)?;
        let officer = app.officer_actor(&county::OFFICER.into()).map_err(told)?;
        let begun = Instant::now();
        let done = AtomicU64::new(0);
        let one = || -> Result<(), String> {
            while begun.elapsed() < lasting {
                lifecycle(app, &clerk, &officer).map_err(told)?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a thread broke".to_owned())?)
        })?;
        let rate = done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
        output::print(&format!("{:<34} {rate:>10.0}/s, eight threads", "whole lifecycles"));
        Ok(())
    }

    /// The public log brought up to the journal.
    fn follow(app: &App) -> Result<(), String> {
        let begun = Instant::now();
        app.beat(now()).map_err(told)?;
        output::print(&format!("public log brought up to the journal in {:.2} s", begun.elapsed().as_secs_f64()));
        Ok(())
    }

    /// What the county takes in memory, and how quickly the read tables are made anew.
    fn rest(app: &App) -> Result<(), String> {
        output::print(&format!("{:<34} {:>7} MB", "memory of this process", memory_mb()));
        let begun = Instant::now();
        let mut events = 0;
        app.rebuild(|done| events = done).map_err(told)?;
        let rate = events as f64 / begun.elapsed().as_secs_f64();
        output::print(&format!("{:<34} {rate:>10.0} events/s", "rebuild of the read tables"));
        Ok(())
    }
}

/// Opening the county, as a start does, to its first page.
fn start(folder: &Path, database: &Database) -> Result<App, String> {
    let begun = Instant::now();
    let app = App::open_existing(folder, database, now()).map_err(told)?;
    let actor = app.officer_actor(&county::CLERK.into()).map_err(told)?;
    let wanted = app::Wanted { limit: 50, ..app::Wanted::default() };
    app.list(&actor, &wanted, now()).map_err(told)?;
    output::print(&format!("{:<34} {:>10.2?}", "start to first page", begun.elapsed()));
    Ok(app)
}

/// What one filing leaves in the tables, in bytes (`cargo bench -p store` measures it).
const STORED_BYTES: usize = 3_000;

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
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

fn timed(name: &str, times: usize, work: impl Fn(usize) -> Result<(), app::AppError>) -> Result<(), String> {
    let mut took = Vec::with_capacity(times);
    for turn in 0..times {
        let begun = Instant::now();
        work(turn).map_err(told)?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len() - 1) * percent / 100).copied().unwrap_or_default();
    output::print(&format!("{name:<34} p50 {:>9.2?}  p99 {:>9.2?}", at(50), at(99)));
    Ok(())
}

fn lifecycle(app: &App, clerk: &Actor, officer: &Actor) -> Result<(), app::AppError> {
    let doing = |actor: &Actor| -> Result<Doing, app::AppError> {
        let at = now();
        Ok(Doing::live(actor.clone(), at, format!("bench/{}", app.fresh_id(at)?)))
    };
    let register = Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: None,
        channel: Channel::Letter,
        people: 1,
        place: OfficeCode(county::VILLAGE.to_owned()),
        category: "农民工工资".to_owned(),
        summary: "反映拖欠工资".to_owned(),
        text: "工钱没有结清。".to_owned(),
        received: None,
        contact: String::new(),
        petitioner: Some(Person { name: "某某".to_owned(), phone: String::new() }),
        representatives: Vec::new(),
        accused: Vec::new(),
        competent: None,
    };
    let receipt = app.register(&doing(clerk)?, Filing { register, procedure: None })?;
    let target = Target::Reference(receipt.reference.clone());
    let text = || "已经核实。".to_owned();
    let acts = [
        (clerk, MatterCommand::Transfer { to: OfficeCode(county::DEPARTMENT.to_owned()) }),
        (officer, MatterCommand::Accept),
        (officer, MatterCommand::Decide { outcome: "supported".to_owned(), text: text(), basis: text() }),
        (
            officer,
            MatterCommand::Serve { document: "opinion".to_owned(), how: "in_person".to_owned(), proof: text() },
        ),
    ];
    for (actor, act) in acts {
        app.act(&doing(actor)?, &target, &act)?;
    }
    app.matter(&Reader::Petitioner { code: receipt.code }, &receipt.reference, now()).map(drop)
}

/// Memory this process holds, in MB.
fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kb| kb / 1024)
}
