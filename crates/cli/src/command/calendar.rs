//! `huiyin calendar adopt`: a new table of rest days, and the last days that move by it.

use std::path::PathBuf;

use clap::Subcommand;

use super::procedure::utf8;
use crate::{Data, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Calendar {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Adopt a table of rest days and working weekends (TOML, in the form of calendars/cn.toml).
    Adopt {
        /// The table.
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
}

impl Calendar {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let What::Adopt { file, data } = &self.what;
        let text = utf8(file)?;
        let app = data.open_existing()?;
        let moved = app.adopt_calendar(&text, now()).map_err(|error| error.to_string())?;
        output::print(&match moved {
            0 => "adopted; no last day of an open matter moved".to_owned(),
            moved => format!("adopted; last days moved in {moved} open matters, and those concerned were told"),
        });
        Ok(())
    }
}
