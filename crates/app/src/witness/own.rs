//! The witness this program runs: a folder with its key and its memory, and what it tells of itself.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use transparency::witness::Response;
use transparency::{Algorithm, FormatError, SignerKey, VerifierKey, Witness};

use crate::error::AppError;

const KEY_FILE: &str = "witness.key";

/// A witness that is open.
#[derive(Debug)]
pub struct OwnWitness {
    key: VerifierKey,
    logs: Vec<VerifierKey>,
    witness: Mutex<Witness>,
}

/// A log that it watches over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSeen {
    /// The log's origin, the name of its key.
    pub name: String,
    /// The log's key, as `name+id+key`.
    pub key: String,
    /// How many leaves the tree had that was cosigned last, and when; no moment where the memory holds none.
    pub cosigned: Option<(u64, Option<Timestamp>)>,
}

impl OwnWitness {
    /// Opens the witness in a folder. The first time it makes folder and key, under `name` or under one made from the
    /// key; later a `name` must be the one the key has. The logs are given by their keys as `name+id+key`.
    ///
    /// # Errors
    /// The folder cannot be used or is in use, others may read the key, a name or key is none, or no log is given.
    pub fn open(folder: &Path, name: Option<&str>, logs: &[String]) -> Result<OwnWitness, AppError> {
        let logs = logs.iter().map(|log| log_key(log)).collect::<Result<Vec<_>, _>>()?;
        if logs.is_empty() {
            return Err(AppError::Input(
                "no log is given to watch over: give --log with the log's key".to_owned(),
            ));
        }
        let path = folder.join(KEY_FILE);
        if !path.exists() {
            make_key(folder, name)?;
        }
        let signer = read_key(&path)?;
        let key = signer.verifier().clone();
        if let Some(asked) = name.filter(|asked| *asked != key.name()) {
            let held = key.name();
            return Err(AppError::Input(format!(
                "the key in {} is of {held}, not of {asked}: leave --name out, or take another folder",
                folder.display()
            )));
        }
        let witness = Witness::open(folder, signer, logs.iter().cloned());
        let witness = witness.map_err(|error| AppError::Input(error.to_string()))?;
        Ok(OwnWitness { key, logs, witness: Mutex::new(witness) })
    }

    /// The public key of the witness in a folder, as `name+id+key`; also while it runs.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn key_in(folder: &Path) -> Result<String, AppError> {
        Ok(read_key(&folder.join(KEY_FILE))?.verifier().to_string())
    }

    /// The name it signs under.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// Its public key, as `name+id+key`.
    pub fn key(&self) -> String {
        self.key.to_string()
    }

    /// Answers the body of a `POST add-checkpoint`; what it cosigns is on disk by then.
    pub fn add_checkpoint(&self, body: &[u8], now: Timestamp) -> Response {
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let mut witness = self.witness.lock().unwrap_or_else(PoisonError::into_inner);
        let response = witness.add_checkpoint(body, seconds);
        if response.status == 500 {
            tracing::error!(
                why = response.body.trim_end(),
                "the witness's memory cannot be written: nothing is cosigned"
            );
        }
        response
    }

    /// The logs it watches over, in the order they were given.
    pub fn logs(&self) -> Vec<LogSeen> {
        let witness = self.witness.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = |log: &VerifierKey| {
            let time = witness.last_time(log.name()).and_then(|time| i64::try_from(time).ok());
            let time = time.and_then(|time| Timestamp::from_second(time).ok());
            let head = witness.last(log.name()).filter(|head| head.size > 0);
            LogSeen {
                name: log.name().to_owned(),
                key: log.to_string(),
                cosigned: head.map(|head| (head.size, time)),
            }
        };
        self.logs.iter().map(seen).collect()
    }
}

fn log_key(text: &str) -> Result<VerifierKey, AppError> {
    let key = VerifierKey::parse(text.trim()).map_err(malformed)?;
    if key.algorithm() != Algorithm::Ed25519 {
        let name = key.name();
        return Err(AppError::Input(format!("the key of {name} is a witness's, not a log's")));
    }
    Ok(key)
}

fn read_key(path: &Path) -> Result<SignerKey, AppError> {
    let shown = path.display();
    let unusable = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => {
            AppError::Input(format!("{shown} is not there: the first start of the witness makes it"))
        }
        _ => AppError::Input(format!("{shown} cannot be read: {error}")),
    };
    if fs::metadata(path).map_err(unusable)?.permissions().mode() & 0o077 != 0 {
        return Err(AppError::Input(format!("others may read {shown}; run chmod 600 on it")));
    }
    let text = fs::read_to_string(path).map_err(unusable)?;
    SignerKey::parse(text.trim_end()).map_err(malformed)
}

/// Makes a key nobody had before: aside, flushed, then renamed, so that a crash leaves none or a whole one. A folder in
/// which a witness has a memory and no key is left alone: under a new key nobody would know what it cosigned.
fn make_key(folder: &Path, name: Option<&str>) -> Result<(), AppError> {
    let signer = SignerKey::generate("witness", Algorithm::Cosignature).map_err(malformed)?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => {
            let [a, b, c, d, ..] = *signer.verifier().key_bytes();
            format!("huiyin-witness/{a:02x}{b:02x}{c:02x}{d:02x}")
        }
    };
    let signer = signer.named(&name).map_err(malformed)?;
    let unusable = |error: io::Error| {
        AppError::Input(format!("{} cannot be used as a witness's folder: {error}", folder.display()))
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    if let Some(memory) = a_memory_in(folder).map_err(unusable)? {
        return Err(AppError::Input(format!(
            "{} is the memory of a witness whose key is gone: put {KEY_FILE} back, or take another folder",
            memory.display()
        )));
    }
    let put = || -> io::Result<()> {
        let aside = folder.join("witness.key.new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
        file.write_all(signer.to_secret_text().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&aside, folder.join(KEY_FILE))?;
        File::open(folder)?.sync_all()
    };
    put().map_err(unusable)
}

fn a_memory_in(folder: &Path) -> io::Result<Option<PathBuf>> {
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.extension().is_some_and(|end| end == "checkpoint") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn malformed(error: FormatError) -> AppError {
    AppError::Input(error.to_string())
}
