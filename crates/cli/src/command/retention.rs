//! `huiyin retention`: what is over its time of keeping, counted or erased.

use crate::{Data, now, output};

/// Arguments.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct Retention {
    #[command(flatten)]
    data: Data,
    /// Count what would be erased, by family of procedure; no matter is named and nothing is changed.
    #[arg(long)]
    dry_run: bool,
    /// Erase it: the keys of the words are destroyed. It cannot be undone.
    #[arg(long)]
    apply: bool,
}

impl Retention {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let app = self.data.open_existing()?;
        let (at, done) = (now(), if self.apply { "erased" } else { "over their time" });
        for family in app.expire(at, at, self.apply).map_err(|error| error.to_string())? {
            let app::Expired { family, years, matters } = family;
            output::say(&format!("{family} (kept {years} years): {matters} matters {done}"));
        }
        Ok(())
    }
}
