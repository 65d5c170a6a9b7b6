//! `huiyin keys`: the key file of a node made, its master key changed while everybody works, and the old one dropped.

use std::path::PathBuf;

use app::{App, AppError, StoreError};
use clap::Subcommand;

use crate::{Data, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct MasterKeys {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a key file for a node that is to take its keys from elsewhere (--key-command). A node makes its own otherwise.
    Make {
        /// Where to; nothing may be there.
        file: PathBuf,
    },
    /// Add a master key to the key file: a server that runs takes it up by itself and moves everything under it.
    Rotate(Rotate),
    /// Move what still lies under an older master key. A server that runs does so by itself.
    Rewrap(Data),
    /// Which master keys there are, and how many keys of parties and secrets lie under each.
    Status(Data),
    /// Drop from the key file the master keys before the one in use. Refused while anything lies under one of them.
    Retire(Data),
}

#[derive(clap::Args)]
struct Rotate {
    /// Only add it: where several processes share a PostgreSQL, copy the key file to each, then rotate without this.
    #[arg(long)]
    prepare: bool,
    #[command(flatten)]
    data: Data,
}

impl MasterKeys {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        match &self.what {
            What::Make { file } => {
                app::make_key_file(file).map_err(|error| error.to_string())?;
                output::say(&format!("{} holds the keys of a new node; keep a copy of it apart", file.display()));
                Ok(())
            }
            What::Rotate(rotate) => rotate.run(),
            What::Rewrap(data) => to_the_end(&data.open_existing()?),
            What::Status(data) => status(data),
            What::Retire(data) => retire(data),
        }
    }
}

impl Rotate {
    fn run(&self) -> Result<(), String> {
        let id =
            self.data.with_home(|home| app::rotate_keys(home, self.prepare)).map_err(|error| error.to_string())?;
        if self.prepare {
            output::say(&format!(
                "master key {id} is prepared: copy the key file to every process that works on this journal, then run \
                 'huiyin keys rotate' here"
            ));
            return Ok(());
        }
        output::say(&format!("master key {id} is in the key file; keep a copy of it as it is now"));
        match self.data.with_home(|home| App::open_existing(home, now())) {
            Ok(app) => to_the_end(&app),
            Err(AppError::Store(StoreError::InUse(_))) => {
                output::say(
                    "the server that runs takes it up within seconds; 'huiyin keys status' tells how far it is",
                );
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

fn to_the_end(app: &App) -> Result<(), String> {
    let bar = output::progress(0, "moving");
    let mut moved = 0;
    loop {
        let gone = app.rewrap().map_err(|error| error.to_string())?;
        moved += gone.moved;
        bar.set_position(moved);
        if gone.stuck > 0 && gone.done {
            return Err(format!(
                "{moved} keys of parties and secrets were moved; {} open under no key of the key file: run 'huiyin \
                 verify journal'",
                gone.stuck
            ));
        }
        if gone.done {
            bar.finish_and_clear();
            output::say(&format!(
                "{moved} keys of parties and secrets were moved; 'huiyin keys retire' drops the old master key"
            ));
            return Ok(());
        }
    }
}

fn status(data: &Data) -> Result<(), String> {
    for key in data.with_home(app::key_standing).map_err(|error| error.to_string())? {
        let standing = match (key.in_use, key.prepared) {
            (true, _) => "in use",
            (false, true) => "prepared",
            (false, false) => "old",
        };
        output::print(&format!("{} {standing:<8} {:>12} keys of parties and secrets", key.id, key.pieces));
    }
    Ok(())
}

fn retire(data: &Data) -> Result<(), String> {
    let dropped = data.with_home(app::retire_keys).map_err(|error| error.to_string())?;
    if dropped.is_empty() {
        output::say("there is no older master key: nothing was changed");
    } else {
        output::say(&format!(
            "dropped {}; a backup taken before the change needs the key file as it was then: keep that beside it",
            dropped.join(", ")
        ));
    }
    Ok(())
}
