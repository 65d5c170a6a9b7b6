//! `huiyin verify journal` and `huiyin verify receipt`: what was written is as it was written, proven by whoever asks.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;
use jiff::tz::Offset;
use transparency::{Receipt, VerifierKey};

use super::keys;
use crate::{Data, output};

const SHANGHAI: Offset = jiff::tz::offset(8);

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
    #[arg(long, visible_alias = "at-least", value_name = "N", default_value_t = 0)]
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
    match data.with_home(app::verify_journal).map_err(|error| error.to_string())? {
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
        let text = keys::read(&self.file)?;
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
        lines.extend(verified.witnesses.iter().map(|seen| {
            let at = i64::try_from(seen.time).ok().and_then(|time| Timestamp::from_second(time).ok());
            let at = at.map_or_else(String::new, |at| format!(" at {}", at.display_with_offset(SHANGHAI)));
            format!("seen by witness {}{at}", seen.witness)
        }));
        output::print(&lines.join("\n"));
        Ok(())
    }
}

/// A key as it was given, or as it stands in a file.
fn key(given: &str) -> Result<VerifierKey, String> {
    let text = keys::given(given)?;
    VerifierKey::parse(&text).map_err(|error| format!("{error}; give name+id+key or a file that holds it"))
}
