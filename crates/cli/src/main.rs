//! The command `huiyin`: reads the arguments and the clock, wires the parts, prints one clear line when something fails.

mod command;
mod output;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use jiff::Timestamp;

/// 回音：事事有人办，件件有回音。Petitions handled so that no voice is lost, stalled, back-dated or quietly closed.
#[derive(Parser)]
#[command(name = "huiyin", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Invent a county and half a year of work that ends today, print sign-ins, and serve it.
    Demo(command::demo::DemoCommand),
    /// Replay stories: one line, one act. Lines applied before are passed over.
    Replay(command::replay::Replay),
    /// Import a table of another system by a map file. Rows imported before are passed over.
    Import(command::import::Import),
    /// Print a report's figures for a period.
    Report(command::report::Report),
    /// Make the read tables anew from the journal.
    Rebuild(Data),
    /// Verify what was written.
    Verify(command::verify::Verify),
    /// Check procedure files before they are used.
    Procedure(command::procedure::Procedure),
    /// Tables of rest days.
    Calendar(command::calendar::Calendar),
    /// Serve public pages, desk and API.
    Serve(Box<command::serve::Serve>),
    /// Watch over other offices' public logs: cosign them while they only grow.
    Witness(command::witness::WitnessCommand),
    /// What was sealed for the office above: carried there, and opened there.
    Upper(command::upper::Upper),
    /// The keys of the node: make a key file, change the master key, see how far that is, drop the old one.
    Keys(command::master_keys::MasterKeys),
    /// Accounts of officers.
    User(command::user::User),
    /// Back up beside a running server, encrypted; again into the same folder, only what is new.
    Backup(command::backup::Backup),
    /// Restore a backup into an empty place, whole or up to a point.
    Restore(command::restore::Restore),
    /// Words whose time of keeping is over: counted, or erased.
    Retention(command::retention::Retention),
    /// Move a journal to another database without losing a receipt.
    Migrate(command::migrate::Migrate),
    /// Measure this machine: filings, lifecycles, pages, reports, beside the least any program would do.
    Bench(command::bench::Bench),
}

/// Where the data lies.
#[derive(clap::Args)]
struct Data {
    /// Data folder; set up on first use, keys included.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// PostgreSQL 15 or newer that holds the journal (postgres://…); the keys stay in the folder. None: a file in it.
    #[arg(long, value_name = "URL", env = "HUIYIN_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// A command, for sh -c, whose output is the key file, asked at the start and every ten minutes; none: the key file
    /// of the data folder.
    #[arg(long, value_name = "CMD", env = "HUIYIN_KEY_COMMAND", hide_env_values = true)]
    key_command: Option<String>,
}

/// How a journal that is set up now will seal.
#[derive(clap::Args)]
struct Founding {
    /// Suite that words are sealed with: aes-256-gcm (where none is said) or sm4-gcm. Chosen once, when the journal is set
    /// up.
    #[arg(long, value_name = "SUITE", env = "HUIYIN_SEAL_SUITE", value_parser = suite)]
    seal_suite: Option<app::Suite>,
}

fn suite(word: &str) -> Result<app::Suite, String> {
    app::Suite::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = app::Suite::ALL.iter().map(|suite| suite.word()).collect();
        format!("there are: {}", known.join(", "))
    })
}

impl Data {
    fn database(&self) -> app::Database {
        self.database.clone().map_or(app::Database::File, app::Database::Postgres)
    }

    fn keys(&self) -> app::KeyPlace {
        self.key_command.clone().map_or(app::KeyPlace::Folder, app::KeyPlace::Command)
    }

    /// Does something with the place where journal and keys lie.
    fn with_home<T>(&self, work: impl FnOnce(app::Home<'_>) -> T) -> T {
        work(app::Home { folder: &self.data, database: &self.database(), keys: &self.keys() })
    }

    /// Opened, or set up where it is new.
    fn open(&self, founding: &Founding) -> Result<app::App, String> {
        self.with_home(|home| app::App::open_at(home, founding.seal_suite, now()))
            .map_err(|error| error.to_string())
    }

    /// Opened where it holds a journal: what only reads sets nothing up.
    fn open_existing(&self) -> Result<app::App, String> {
        self.with_home(|home| app::App::open_existing(home, now())).map_err(|error| error.to_string())
    }
}

/// Where lists and reports may be read besides.
#[derive(clap::Args)]
struct Replica {
    /// A streaming replica of the PostgreSQL of --database (postgres://…): lists and reports are read there, acts never.
    #[arg(long, value_name = "URL", env = "HUIYIN_DATABASE_REPLICA", hide_env_values = true)]
    database_replica: Option<String>,
    /// Seconds the replica may be behind; while it is further, or gone, all is read from --database.
    #[arg(long, value_name = "SECONDS", env = "HUIYIN_REPLICA_BEHIND", default_value_t = 10,
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    replica_behind: u64,
}

impl Replica {
    /// The node, reading from the replica where one is named.
    fn beside(&self, app: app::App) -> Result<app::App, String> {
        let Some(url) = &self.database_replica else { return Ok(app) };
        let behind_max = std::time::Duration::from_secs(self.replica_behind);
        app.with_replica(url, behind_max).map_err(|error| error.to_string())
    }
}

/// The moment it is: the one place that reads the clock.
#[expect(clippy::disallowed_methods, reason = "time is an argument everywhere else")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HUIYIN_TRACE")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::complain(
                "what is to be done is missing: give a command, e.g. 'huiyin demo --data DIR' (--help lists them)",
            );
            return ExitCode::from(2);
        }
        Err(error) if error.use_stderr() => {
            let said = error.to_string();
            let what = said.split("\n\nUsage").next().and_then(|said| said.split("\n\nFor more").next());
            let what = what.unwrap_or(&said).trim_start_matches("error: ");
            output::complain(&format!("{} (--help says more)", what.trim_end()));
            return ExitCode::from(2);
        }
        Err(help_or_version) => help_or_version.exit(),
    };
    let result = match arguments.command {
        Command::Demo(demo) => demo.run(),
        Command::Replay(replay) => replay.run(),
        Command::Import(import) => import.run(),
        Command::Report(report) => report.run(),
        Command::Rebuild(data) => command::rebuild::run(&data),
        Command::Verify(verify) => verify.run(),
        Command::Procedure(procedure) => procedure.run(),
        Command::Calendar(calendar) => calendar.run(),
        Command::Serve(serve) => serve.run(),
        Command::Witness(witness) => witness.run(),
        Command::Upper(upper) => upper.run(),
        Command::Keys(keys) => keys.run(),
        Command::User(user) => user.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Retention(retention) => retention.run(),
        Command::Migrate(migrate) => migrate.run(),
        Command::Bench(bench) => bench.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            output::complain(&message);
            ExitCode::FAILURE
        }
    }
}
