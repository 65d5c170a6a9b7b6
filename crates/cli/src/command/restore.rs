//! `huiyin restore`: a backup brought back into an empty place, whole or up to a point.

use std::path::{Path, PathBuf};

use app::{Home, RestoreAsked, Until};

use crate::{Data, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Restore {
    /// Folder of the backup.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Backup key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Leave out what was written after this position or moment (2026-11-22T08:00:00+08:00); none: nothing.
    #[arg(long, value_name = "POSITION|TIME", value_parser = until_argument)]
    until: Option<Until>,
    /// The last checkpoint the public log is known to have published: refused where the backup is older than it.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

fn until_argument(text: &str) -> Result<Until, String> {
    if let Ok(position) = text.parse() {
        return Ok(Until::Position(position));
    }
    let moment = text.parse().map_err(|_| "write a position, or a moment as 2026-11-22T08:00:00+08:00".to_owned());
    moment.map(Until::Time)
}

impl Restore {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let (database, keys) = (self.data.database(), self.data.keys());
        let asked = RestoreAsked {
            from: &self.from,
            key: &self.key,
            until: self.until,
            home: Home { folder: &self.data.data, database: &database, keys: &keys },
            published: self.checkpoint.as_deref().map(leaves_of).transpose()?,
        };
        let bar = output::progress(0, "restoring");
        let mut watch = |_: &'static str, done: u64, of: u64| {
            bar.set_length(of);
            bar.set_position(done);
            Ok(())
        };
        let done = app::restore(&asked, &mut watch).map_err(|error| error.to_string())?;
        bar.finish_and_clear();
        output::print(&format!(
            "restored {} events of the backup taken {}, every digest recomputed; {} parties stay erased",
            done.position, done.taken, done.erased
        ));
        if done.left_out > 0 {
            output::say(&format!(
                "{} later events were left out; {} leaves of them stay in the public log, for receipts were given: see \
                 that these matters are registered again",
                done.left_out, done.leaves_alone
            ));
        }
        if done.keys_from_backup {
            output::say("the node's keys came out of the backup");
        }
        Ok(())
    }
}

/// How many leaves a checkpoint is of: its second line.
fn leaves_of(file: &Path) -> Result<u64, String> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let size = text.lines().nth(1).and_then(|line| line.trim().parse().ok());
    size.ok_or_else(|| format!("{} is no checkpoint of a public log", file.display()))
}
