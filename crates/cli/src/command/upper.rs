//! `huiyin upper`: filings sealed for the office above, taken out of the node they were made at and opened where the key is.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use app::{AppError, Parcel, UpperSecret};
use clap::Subcommand;

use crate::{Data, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Upper {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// At the upper office: make its key. The secret half goes to FILE, the public half, for the nodes below, to the output.
    Key {
        /// Where to; nothing may be there.
        file: PathBuf,
    },
    /// At the node: write every sealed parcel to a folder, to be carried up. Those that lie there already are left.
    Export {
        /// The folder; made where it is new.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// At the upper office: print what parcels hold.
    Open {
        /// The secret half of the key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The parcels.
        #[arg(required = true)]
        parcels: Vec<PathBuf>,
    },
}

impl Upper {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        match &self.what {
            What::Key { file } => {
                let key = UpperSecret::make(file).map_err(|error| error.to_string())?;
                output::print(&key.to_string());
                output::say(&format!(
                    "{} opens what is sealed for you: it stays here; the line above goes to the nodes below",
                    file.display()
                ));
                Ok(())
            }
            What::Export { to, data } => export(to, data),
            What::Open { key, parcels } => open(key, parcels),
        }
    }
}

fn export(to: &Path, data: &Data) -> Result<(), String> {
    let cannot = |error: std::io::Error| AppError::Input(format!("{} cannot be written: {error}", to.display()));
    DirBuilder::new().recursive(true).mode(0o700).create(to).map_err(|error| cannot(error).to_string())?;
    let mut fresh = 0_u64;
    let write = |parcel: Parcel| {
        let path = to.join(format!("{}.age", parcel.reference));
        if fs::read(&path).is_ok_and(|there| there == parcel.bytes) {
            return Ok(());
        }
        let aside = path.with_extension("new");
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside);
        let mut file = file.map_err(cannot)?;
        file.write_all(&parcel.bytes).and_then(|()| file.sync_all()).map_err(cannot)?;
        fs::rename(&aside, &path).map_err(cannot)?;
        fresh += 1;
        Ok(())
    };
    let all = data.open_existing()?.parcels(write).map_err(|error| error.to_string())?;
    output::say(&format!("{all} parcels, {fresh} of them new, in {}", to.display()));
    Ok(())
}

fn open(key: &Path, parcels: &[PathBuf]) -> Result<(), String> {
    let secret = UpperSecret::read(key).map_err(|error| error.to_string())?;
    for path in parcels {
        let bytes = fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let clear = secret.open(&bytes).map_err(|_| {
            format!("{} cannot be opened: it was sealed under another key, or altered on its way", path.display())
        })?;
        let text = String::from_utf8_lossy(&clear);
        output::print(text.trim_end());
    }
    Ok(())
}
