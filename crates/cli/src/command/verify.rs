//! `huiyin verify journal`: every digest recomputed, keys and read tables compared; the first difference is named.

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
    /// Recompute every digest of the journal, and compare keys and read tables with it.
    Journal(Data),
}

impl Verify {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let What::Journal(data) = &self.what;
        match app::verify_journal(&data.data, &data.database()).map_err(|error| error.to_string())? {
            Ok(events) => {
                output::print(&format!(
                    "journal clean: {events} events, every digest as written; keys and read tables agree"
                ));
                Ok(())
            }
            Err(finding) => Err(format!("{finding}; {}", finding.remedy())),
        }
    }
}
