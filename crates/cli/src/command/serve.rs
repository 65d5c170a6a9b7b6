//! `huiyin serve`: public pages, desk and API over one data folder.

use std::net::SocketAddr;
use std::sync::Arc;

use app::{App, Clamd, UpperKey, UpperOffice, WitnessAsked};
use casework::office::OfficeKind;
use web::{Clock, FilingLimits, Settings, Site};

use super::keys;
use super::single_sign_on::SingleSignOn;
use crate::{Data, Founding, Replica, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    founding: Founding,
    #[command(flatten)]
    replica: Replica,
    #[command(flatten)]
    at: At,
    /// A witness to ask after every beat of the public log, e.g. 'https://witness.example=NAME+ID+KEY'; a file may stand
    /// for the key. Once for each witness.
    #[arg(long = "witness", value_name = "URL=VKEY")]
    witnesses: Vec<String>,
    /// Public key of the office above ('huiyin upper key' there makes it), or a file with it: a filing that names whoever
    /// heads this node, where nobody above works on it, is sealed under it before anything is written.
    #[arg(long, value_name = "KEY|FILE", requires = "upper_office_name")]
    upper_office_key: Option<String>,
    /// Name of that office, as people read it, e.g. 海州市信访局.
    #[arg(long, value_name = "NAME", requires = "upper_office_key")]
    upper_office_name: Option<String>,
    /// Have clamd look at every file before it is kept: the path of its socket, or an address of this machine like
    /// 127.0.0.1:3310. While it does not answer, no file is taken.
    #[arg(long, value_name = "ADDRESS")]
    clamd: Option<Clamd>,
    /// Erase once a day the words of matters whose time of keeping is over, as policies/retention.toml says; what would be
    /// erased is told by 'huiyin retention --dry-run'.
    #[arg(long)]
    retention: bool,
    /// Let officers work with a password alone; one-time codes stay possible.
    #[arg(long)]
    password_only: bool,
    #[command(flatten)]
    single_sign_on: SingleSignOn,
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
        let upper = self.upper_office()?;
        let single_sign_on = self.single_sign_on.server(self.at.address.as_deref())?;
        let app = self.replica.beside(self.data.open(&self.founding)?)?;
        if app.law().on_trial.is_some() {
            return Err("an unproven procedure was tried out in this data folder: it is never served".to_owned());
        }
        let mut app = app.with_witnesses(witnesses).map_err(|error| error.to_string())?;
        if let Some(upper) = upper {
            app = app.with_upper_office(upper);
        }
        if let Some(server) = single_sign_on {
            app = app.with_single_sign_on(server);
        }
        if self.retention {
            app = app.with_retention();
        }
        if let Some(clamd) = &self.clamd {
            app = app.with_clamd(clamd.clone());
        }
        self.at.serve(app, Arc::new(now), !self.password_only)
    }
}

impl Serve {
    fn upper_office(&self) -> Result<Option<UpperOffice>, String> {
        let (Some(key), Some(name)) = (&self.upper_office_key, &self.upper_office_name) else { return Ok(None) };
        let key = UpperKey::parse(&keys::given(key)?).map_err(|error| format!("--upper-office-key: {error}"))?;
        Ok(Some(UpperOffice { name: name.trim().to_owned(), key }))
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
        } else if app.custodians().map_err(|error| error.to_string())?.is_empty() {
            output::complain(
                "nobody is posted as custodian and nothing else (身份保管员), so no sealed identity can be opened: \
                 `huiyin user add LOGIN --name NAME --office CODE --roles custodian` (docs/operating/accounts.md)",
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
