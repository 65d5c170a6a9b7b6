//! `huiyin backup`: the journal into a folder of encrypted files, beside a running server; `--prove` restores it once.

use std::path::PathBuf;

use app::{BackedUp, BackupAsked, Home};

use crate::{Data, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Backup {
    /// Folder of the backup; made where it is new. What was backed up into it before is not written again.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Backup key file; made with the first backup, outside of backup and data folder. Without it nothing comes back.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Put the keys of the node into the backup too, encrypted like the rest.
    #[arg(long)]
    with_keys: bool,
    /// Restore it into the data folder's scratch place afterwards, verify and compare all of it, and remove that.
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    data: Data,
}

impl Backup {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let (database, keys) = (self.data.database(), self.data.keys());
        let asked = BackupAsked {
            home: Home { folder: &self.data.data, database: &database, keys: &keys },
            to: &self.to,
            key: &self.key,
            with_keys: self.with_keys,
            now: now(),
        };
        let bar = output::progress(0, "backing up");
        let mut watch = |_: &'static str, done: u64, of: u64| {
            bar.set_length(of);
            bar.set_position(done);
            Ok(())
        };
        if !self.prove {
            let done = app::back_up(&asked, &mut watch).map_err(|error| error.to_string())?;
            bar.finish_and_clear();
            output::print(&self.in_words(&done));
            return Ok(());
        }
        let proven = app::prove(&asked, &mut watch).map_err(|error| error.to_string())?;
        bar.finish_and_clear();
        output::print(&self.in_words(&proven.backed_up));
        output::print(&format!(
            "proven: {} events and {} leaves of the public log were restored, every digest recomputed, and all of it \
             compared with the journal (fingerprint {}); {} parties stay erased",
            proven.events, proven.leaves, proven.fingerprint, proven.erased
        ));
        Ok(())
    }

    fn in_words(&self, done: &BackedUp) -> String {
        let keys = if self.with_keys { "in it" } else { "not in it: keep a copy of them elsewhere" };
        format!(
            "backup {} holds {} events, {} of them new; {} bytes written, {} in all; the node's keys are {keys}",
            done.number, done.position, done.new_events, done.bytes, done.total
        )
    }
}
