//! `huiyin import`: a table of another system, read by a map and taken through the same use cases as the pages.

use std::path::{Path, PathBuf};

use app::{ImportMap, ImportTable};

use crate::{Data, Founding, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Import {
    /// The table: XLSX, or CSV in UTF-8.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The map: which column is what (see maps/).
    #[arg(long, value_name = "MAP.toml")]
    map: PathBuf,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    founding: Founding,
}

impl Import {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let about = |path: &Path, error: app::AppError| format!("{}: {error}", path.display());
        let map = ImportMap::read(&bytes(&self.map)?).map_err(|error| about(&self.map, error))?;
        let table =
            ImportTable::read(&self.file, bytes(&self.file)?, &map).map_err(|error| about(&self.file, error))?;
        let app = self.data.open(&self.founding)?;
        let bar = output::progress(0, "importing");
        let count = |number: usize| u64::try_from(number).unwrap_or(0);
        let imported = app
            .import(&map, &table, now(), |done, all| {
                bar.set_length(count(all));
                bar.set_position(count(done));
            })
            .map_err(|error| about(&self.file, error))?;
        bar.finish_and_clear();
        for row in &imported.refused {
            output::complain(&format!("{}:{}: {}", self.file.display(), row.row, row.reason));
        }
        output::say(&format!(
            "{}: {} rows: {} messages and {} replies applied, {} rows applied before, {} refused",
            self.file.display(),
            imported.rows,
            imported.registered,
            imported.answered,
            imported.before,
            imported.refused.len()
        ));
        match imported.refused.len() {
            0 => Ok(()),
            1 => Err("1 row was refused; the others stand. Mend it and import the file again".to_owned()),
            many => {
                Err(format!("{many} rows were refused; the others stand. Mend them and import the file again"))
            }
        }
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
