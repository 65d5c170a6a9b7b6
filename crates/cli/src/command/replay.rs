//! `huiyin replay`: stories taken through the same use cases as the pages.

use std::path::PathBuf;

use crate::{Data, Founding, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Replay {
    /// Story files (JSON Lines), replayed in the order given.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    founding: Founding,
    /// Collect refused lines instead of stopping at the first.
    #[arg(long)]
    keep_going: bool,
    /// Try out a procedure that reads but need not be proven, in a new data folder that is never served.
    #[arg(long = "try", value_name = "PROCEDURE")]
    on_trial: Option<PathBuf>,
}

impl Replay {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let stories = self.files.iter().map(|file| {
            let bytes =
                std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
            Ok((file, bytes))
        });
        let stories: Vec<_> = stories.collect::<Result<_, String>>()?;
        let on_trial = self.on_trial.as_deref().map(super::procedure::text_of).transpose()?;
        let app = self.data.open(&self.founding)?;
        if let Some(procedure) = on_trial {
            app.try_out(&procedure, now()).map_err(|error| error.to_string())?;
        }
        let mut refused = 0;
        for (file, story) in &stories {
            let lines = story.split(|byte| *byte == b'\n').count();
            let bar = output::progress(u64::try_from(lines).unwrap_or(0), "replaying");
            let replayed = app
                .replay(story, now(), self.keep_going, |line| bar.set_position(u64::try_from(line).unwrap_or(0)))
                .map_err(|error| format!("{}: {error}", file.display()))?;
            bar.finish_and_clear();
            let file = file.display();
            if let ([line], false) = (&replayed.refused[..], self.keep_going) {
                return Err(format!("{file}:{}: {}{}", line.line, line.reason, stands_before(&line.reason)));
            }
            for line in &replayed.refused {
                output::complain(&format!("{file}:{}: {}", line.line, line.reason));
            }
            output::say(&format!(
                "{file}: {} applied, {} applied before, {} refused",
                replayed.applied,
                replayed.before,
                replayed.refused.len()
            ));
            refused += replayed.refused.len();
        }
        match refused {
            0 => Ok(()),
            1 => Err("1 line was refused; the others stand".to_owned()),
            many => Err(format!("{many} lines were refused; the others stand")),
        }
    }
}

/// That nothing was undone, in the language of the reason.
fn stands_before(reason: &str) -> &'static str {
    let chinese = reason.chars().any(|letter| ('一'..='鿿').contains(&letter));
    if chinese && !reason.starts_with(|first: char| first.is_ascii_alphabetic()) {
        "；此前各行有效"
    } else {
        "; what came before stands"
    }
}
