//! `huiyin serve`: public pages, desk and API over one data folder.

use std::net::SocketAddr;
use std::sync::Arc;

use app::{App, WitnessAsked};
use casework::office::OfficeKind;
use web::{Clock, FilingLimits, Settings, Site};

use super::keys;
use crate::{Data, Replica, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    replica: Replica,
    #[command(flatten)]
    at: At,
    /// A witness to ask after every beat of the public log, e.g. 'https://witness.example=NAME+ID+KEY'; a file may stand
    /// for the key. Once for each witness.
    #[arg(long = "witness", value_name = "URL=VKEY")]
    witnesses: Vec<String>,
    /// Let officers work with a password alone; one-time codes stay possible.
    #[arg(long)]
    password_only: bool,
}

/// Where the site is reached.
#[derive(clap::Args)]
pub struct At {
    /// Address to listen on.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where people reach it, e.g. https://huiyin.example; receipts and QR codes name it. None: http:// and ADDR.
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    /// Listen beyond this machine although people reach it without HTTPS: names and letters then travel in clear. Only
    /// for a closed network.
    #[arg(long)]
    plain_http: bool,
    /// The server in front says, last in X-Forwarded-For, where a request comes from. Only where everybody comes through
    /// it: otherwise anybody says what they like. Sources are counted by a keyed hash in memory, never written down.
    #[arg(long)]
    behind_proxy: bool,
}

impl Serve {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let witnesses = self.witnesses.iter().map(|given| witness(given)).collect::<Result<Vec<_>, _>>()?;
        let app = self.replica.beside(self.data.open()?)?;
        if app.law().on_trial.is_some() {
            return Err("an unproven procedure was tried out in this data folder: it is never served".to_owned());
        }
        let app = app.with_witnesses(witnesses).map_err(|error| error.to_string())?;
        self.at.serve(app, Arc::new(now), !self.password_only)
    }
}

/// `URL=VKEY`; neither an address here nor the name of a key needs an equals sign.
fn witness(given: &str) -> Result<WitnessAsked, String> {
    let wrong = |why: String| format!("--witness {given}: {why}");
    let (address, key) = given.split_once('=').ok_or_else(|| wrong("write URL=VKEY".to_owned()))?;
    let key = keys::given(key).map_err(wrong)?;
    WitnessAsked::new(address, &key).map_err(|error| wrong(error.to_string()))
}

impl At {
    /// What is unsafe about it, with the mend.
    fn unsafe_because(&self) -> Option<String> {
        let is_safe = self.listen.ip().is_loopback()
            || self.plain_http
            || self.address.as_ref().is_some_and(|address| address.starts_with("https://"));
        (!is_safe).then(|| {
            format!(
                "{} is reached from other machines without HTTPS, so names and letters would travel in clear: put it \
                 behind a server that speaks HTTPS and say --address https://…, or, on a closed network, --plain-http",
                self.listen
            )
        })
    }

    /// Serves until told to stop; `clock` tells the time. Officers set up one-time codes first where they must.
    pub fn serve(&self, app: App, clock: Clock, needs_factor: bool) -> Result<(), String> {
        if let Some(why) = self.unsafe_because() {
            return Err(why);
        }
        let directory = app.directory().map_err(|error| error.to_string())?;
        if directory.offices().all(|office| office.kind != OfficeKind::PetitionOffice) {
            output::complain(
                "no petition office has been entered yet, so nothing can be filed: enter offices and officers with \
                 `huiyin replay STORY.jsonl` (docs/story-verbs.md: office, officer)",
            );
        }
        let address = self.address.clone().unwrap_or_else(|| format!("http://{}", self.listen));
        let (behind_proxy, filings) = (self.behind_proxy, FilingLimits::default());
        let settings = Settings { address, clock, needs_factor, behind_proxy, filings };
        let site = Site::new(Arc::new(app), settings);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("the program cannot start its threads: {error}"))?;
        runtime.block_on(web::serve(site, self.listen, |bound| {
            output::say(&format!("serving on http://{bound} (Ctrl-C ends it)"));
        }))
    }
}
