//! `huiyin verify journal` and `huiyin verify receipt`: what was written is as it was written, proven by whoever asks.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use transparency::{Receipt, VerifierKey};

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
    /// Check a petitioner's receipt, offline: the office signed it, and the public log holds it.
    Receipt(OfReceipt),
}

#[derive(clap::Args)]
struct OfReceipt {
    /// The receipt, a text file.
    file: PathBuf,
    /// The office's public key as `name+id+key`, or a file with it (the office shows it at /log/key).
    #[arg(long)]
    key: String,
    /// Public keys of witnesses, or files with them.
    #[arg(long = "witness")]
    witnesses: Vec<String>,
    /// How many witnesses must have seen it.
    #[arg(long, default_value_t = 0)]
    quorum: usize,
}

impl Verify {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        match &self.what {
            What::Journal(data) => journal(data),
            What::Receipt(asked) => asked.run(),
        }
    }
}

fn journal(data: &Data) -> Result<(), String> {
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

impl OfReceipt {
    fn run(&self) -> Result<(), String> {
        let text = read(&self.file)?;
        let receipt = Receipt::parse(&text).map_err(|error| error.to_string())?;
        let key = key(&self.key)?;
        let witnesses = self.witnesses.iter().map(|given| self::key(given)).collect::<Result<Vec<_>, _>>()?;
        let verified = receipt.verify(&key, &witnesses, self.quorum).map_err(|error| error.to_string())?;
        let filing = verified.signed_at_filing;
        let mut lines = vec![format!(
            "receipt genuine: {} was recorded at {} and signed by {}",
            filing.reference, filing.recorded, filing.log
        )];
        lines.push(match verified.in_log {
            Some(at) => format!("it is leaf {} of the public log of {} leaves", at.index, at.head.size),
            None => "it does not hold the proof of the public log yet; fetch it again in a few minutes".to_owned(),
        });
        lines.extend(verified.witnesses.iter().map(|seen| format!("seen by witness {}", seen.witness)));
        output::print(&lines.join("\n"));
        Ok(())
    }
}

/// A key as it was given, or as it stands in a file.
fn key(given: &str) -> Result<VerifierKey, String> {
    let text = if Path::new(given).is_file() { read(Path::new(given))? } else { given.to_owned() };
    VerifierKey::parse(text.trim()).map_err(|error| format!("{error}; give name+id+key or a file that holds it"))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
