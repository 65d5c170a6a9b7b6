//! `huiyin migrate`: a journal moved from one database to the other without losing a receipt.

use std::path::PathBuf;

use app::{Database, Home, KeyPlace};

use crate::output;

/// Arguments.
#[derive(clap::Args)]
pub struct Migrate {
    /// Data folder of the journal that is moved. Stop its server first.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// PostgreSQL the journal lies in now (postgres://…); none: a file of the folder.
    #[arg(long, value_name = "URL", env = "HUIYIN_FROM_DATABASE", hide_env_values = true)]
    from_database: Option<String>,
    /// Where to: a PostgreSQL database (postgres://…) or a new data folder.
    #[arg(long, value_name = "URL|DIR", env = "HUIYIN_TO", hide_env_values = true)]
    to: String,
    /// A command, for sh -c, that says the keys; none: the key file goes with the journal.
    #[arg(long, value_name = "CMD", env = "HUIYIN_KEY_COMMAND", hide_env_values = true)]
    key_command: Option<String>,
}

impl Migrate {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let is_server = ["postgres://", "postgresql://"].iter().any(|begin| self.to.starts_with(begin));
        let from_database = self.from_database.clone().map_or(Database::File, Database::Postgres);
        let keys = self.key_command.clone().map_or(KeyPlace::Folder, KeyPlace::Command);
        let from = Home { folder: &self.from, database: &from_database, keys: &keys };
        // With the journal on a server, the keys stay in the folder they are in.
        let to_database = if is_server { Database::Postgres(self.to.clone()) } else { Database::File };
        let folder = if is_server { self.from.clone() } else { PathBuf::from(&self.to) };
        let to = Home { folder: &folder, database: &to_database, keys: &keys };
        let bar = output::progress(0, "moving");
        let mut watch = |_: &'static str, done: u64, of: u64| {
            bar.set_length(of);
            bar.set_position(done);
            Ok(())
        };
        let moved = app::migrate(from, to, &mut watch).map_err(|error| error.to_string())?;
        bar.finish_and_clear();
        output::print(&format!(
            "moved {} events to {}, compared event by event (fingerprint {}); the old place does not open any more",
            moved.position, moved.to, moved.fingerprint
        ));
        let database = if is_server { " --database URL" } else { "" };
        output::say(&format!("from now on: huiyin serve --data {}{database}", folder.display()));
        Ok(())
    }
}
