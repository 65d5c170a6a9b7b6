//! `huiyin bench`: what this machine does with the program, beside the least that any program would do.

mod county;
mod http;
mod lifecycle;
mod load;
mod pgbench;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{App, Database, Home, KeyPlace, ReportAsked};
use casework::command::Actor;
use casework::day;
use jiff::ToSpan;

use self::http::Served;
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
    /// A folder to fill and keep; one that was filled before is measured as it lies there. None: a temporary one.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Fill the folder that is kept, and stop: what measures it is then a process of its own.
    #[arg(long, requires = "keep")]
    fill: bool,
}

/// A folder that goes away, unless it is to be kept.
struct Scratch {
    folder: PathBuf,
    kept: bool,
}

impl Scratch {
    fn made(keep: Option<&Path>) -> Result<Self, String> {
        let passing = || std::env::temp_dir().join(format!("huiyin-bench-{}", std::process::id()));
        let scratch = Self { folder: keep.map_or_else(passing, Path::to_path_buf), kept: keep.is_some() };
        std::fs::create_dir_all(&scratch.folder)
            .map_err(|error| format!("{}: {error}", scratch.folder.display()))?;
        Ok(scratch)
    }

    fn county(&self) -> PathBuf {
        self.folder.join("county")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.kept {
            let _stays = std::fs::remove_dir_all(&self.folder);
        }
    }
}

impl Bench {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let scratch = Scratch::made(self.keep.as_deref())?;
        let database = self.database.clone().map_or(Database::File, Database::Postgres);
        output::print(&format!("huiyin {} on {database:?}, {} matters", env!("CARGO_PKG_VERSION"), self.matters));
        if !scratch.county().exists() {
            self.fill(&scratch.county(), &database)?;
        }
        if database == Database::File {
            let bytes = bytes_below(&scratch.county()) as f64 / self.matters as f64;
            output::print(&format!("{:<34} {bytes:>10.0} bytes, whole folder", "a matter on disk"));
        }
        if self.fill {
            return Ok(());
        }
        let app = Arc::new(start(&scratch.county(), &database)?);
        let lasting = Duration::from_secs(self.seconds);
        let served = Served::start(&app)?;
        Self::count(&app)?;
        served.pages(lasting)?;
        output::print(&format!("{:<34} {:>7} MB", "memory of this process", memory_mb()));
        Self::reports(&app)?;
        lifecycle::run(&app, 8, lasting)?;
        lifecycle::run(&app, 64, lasting)?;
        served.intake(&scratch.folder, &database, lasting)?;
        Self::follow(&app)?;
        Self::rest(&app)
    }

    /// A county with so many matters.
    fn fill(&self, folder: &Path, database: &Database) -> Result<(), String> {
        let app = App::open_on(folder, database, now()).map_err(told)?;
        let today = day::day_of(now());
        let days_ago = |days: i32| today.checked_sub(days.days()).unwrap_or(today);
        county::found(&app, now(), days_ago(26))?;
        let begun = Instant::now();
        let acts = county::fill(&app, self.matters, (days_ago(25), days_ago(1)))?;
        let rate = acts as f64 / begun.elapsed().as_secs_f64();
        output::print(&format!("{:<34} {rate:>10.0} acts/s", "filled"));
        Ok(())
    }

    /// The counters of reports brought up to the journal.
    fn count(app: &App) -> Result<(), String> {
        let counted = Instant::now();
        app.count().map_err(told)?;
        output::print(&format!("counters brought up to date in {:.2} s", counted.elapsed().as_secs_f64()));
        Ok(())
    }

    /// What a report costs, from counters and from every fact.
    fn reports(app: &App) -> Result<(), String> {
        let actor = app.officer_actor(&county::CLERK.into()).map_err(told)?;
        let today = day::day_of(now());
        let from = Some(today.checked_sub(365.days()).unwrap_or(today));
        let asked = ReportAsked { report: "work-summary".into(), from, to: Some(today), as_of: None, today };
        timed("work-summary of a year, everything", 20, |_| app.report(&Actor::Admin, &asked).map(drop))?;
        timed("work-summary of a year, one office", 20, |_| app.report(&actor, &asked).map(drop))?;
        timed("the same from every fact", 1, |_| app.report_in_full(&Actor::Admin, &asked).map(drop))
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
    let app = App::open_existing(Home { folder, database, keys: &KeyPlace::Folder }, now()).map_err(told)?;
    let actor = app.officer_actor(&county::CLERK.into()).map_err(told)?;
    let wanted = app::Wanted { limit: 50, ..app::Wanted::default() };
    app.list(&actor, &wanted, now()).map_err(told)?;
    output::print(&format!("{:<34} {:>10.2?}", "start to first page", begun.elapsed()));
    Ok(app)
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
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

/// What lies in a folder, in bytes.
fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(found) if found.is_dir() => bytes_below(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    };
    entries.map(of).sum()
}

/// Memory this process holds, in MB.
fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kb| kb / 1024)
}
