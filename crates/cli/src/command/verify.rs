//! `huiyin verify journal`: every digest recomputed; the first event that is not as it was written is named.

use clap::Subcommand;

use crate::{Data, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Verify {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Recompute every digest of the journal.
    Journal(Data),
}

impl Verify {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let What::Journal(data) = &self.what;
        if !data.data.join("journal.db").exists() {
            return Err(format!("there is no journal in {}", data.data.display()));
        }
        match app::verify_journal(&data.data).map_err(|error| error.to_string())? {
            Ok(events) => {
                output::print(&format!("journal clean: {events} events, every digest as written"));
                Ok(())
            }
            Err(finding) => Err(format!("{finding}; restore a backup and compare")),
        }
    }
}
