//! `huiyin witness`: watches over other offices' public logs and cosigns them while they only grow.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use app::OwnWitness;

use super::keys;
use crate::{now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct WitnessCommand {
    /// Folder of the witness's key and memory; set up on first use. It must never be emptied or put back.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print the witness's public key, and do nothing else.
    #[arg(long, conflicts_with_all = ["logs", "listen", "name"])]
    key: bool,
    /// Address to listen on.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Whose witness it is, e.g. the newspaper's name without blanks; fixed when the key is made. None: one is made up.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A log to watch over: its public key as `name+id+key`, or a file with it (the office shows it at /log/key).
    #[arg(long = "log", value_name = "VKEY", required_unless_present = "key")]
    logs: Vec<String>,
}

impl WitnessCommand {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        if self.key {
            output::print(&OwnWitness::key_in(&self.data).map_err(|error| error.to_string())?);
            return Ok(());
        }
        let logs = self.logs.iter().map(|given| keys::given(given)).collect::<Result<Vec<_>, _>>()?;
        let witness = OwnWitness::open(&self.data, self.name.as_deref(), &logs);
        let witness = witness.map_err(|error| error.to_string())?;
        output::print(&witness.key());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("the program cannot start its threads: {error}"))?;
        runtime.block_on(web::serve_witness(Arc::new(witness), Arc::new(now), self.listen, |bound| {
            output::say(&format!("witness on http://{bound} (Ctrl-C ends it)"));
        }))
    }
}
