//! `huiyin procedure check`: procedure files read and proven before use; every fault with line and column.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::output;

/// Arguments.
#[derive(clap::Args)]
pub struct Procedure {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Check a procedure file, or every procedure in a folder.
    Check {
        /// File or folder.
        #[arg(value_name = "FILE|DIR")]
        path: PathBuf,
    },
}

impl Procedure {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let What::Check { path } = &self.what;
        let files = files(path)?;
        let mut faults = 0;
        let mut ids: BTreeMap<String, &Path> = BTreeMap::new();
        for file in &files {
            let checked = check(file)?;
            faults += checked.faults;
            let Some(id) = checked.id else { continue };
            if let Some(other) = ids.get(&id) {
                let same = format!("the id '{id}' is that of {} as well; give each its own", other.display());
                output::print(&format!("{}: {same}", file.display()));
                faults += 1;
            } else {
                ids.insert(id, file);
            }
        }
        match faults {
            0 => Ok(()),
            1 => Err("1 fault; the procedure may not be used".to_owned()),
            many => Err(format!("{many} faults; what has faults may not be used")),
        }
    }
}

fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    if !path.is_dir() {
        std::fs::metadata(path).map_err(unreadable)?;
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?.path();
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "toml") {
                found.push(entry);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(format!("there is no .toml file in {}", path.display()));
    }
    Ok(found)
}

/// What a file came to.
struct Checked {
    faults: usize,
    /// Its id, where it reads.
    id: Option<String>,
}

fn check(file: &Path) -> Result<Checked, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", file.display()))?;
    match casework::procedure::read(&text) {
        Ok(procedure) => {
            output::print(&format!("{}: {} proven, no fault", file.display(), procedure.id));
            Ok(Checked { faults: 0, id: Some(procedure.id) })
        }
        Err(faults) => {
            for fault in &faults {
                output::print(&format!("{}:{fault}", file.display()));
            }
            Ok(Checked { faults: faults.len(), id: None })
        }
    }
}
