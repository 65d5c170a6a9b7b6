//! Where the keys of a node come from: a file readable by its owner only, or what a command says.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::error::StoreError;

/// Where the keys of a node are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KeyPlace {
    /// In the key file of the data folder, made on first use.
    #[default]
    Folder,
    /// With something that says them when it is asked: a command line for `sh -c`, whose output is a key file.
    Command(String),
}

/// How long a command may take to say the keys.
const PATIENCE: Duration = Duration::from_secs(30);
/// A key file with a hundred keys is shorter.
const TEXT_BYTES_MAX: u64 = 16 * 1024;

/// A place that can be read again: keys are added to it while the program runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    File(PathBuf),
    Command(String),
}

impl Origin {
    /// For people: never what it holds.
    pub(crate) fn name(&self) -> PathBuf {
        match self {
            Origin::File(path) => path.clone(),
            Origin::Command(_) => PathBuf::from("that --key-command says"),
        }
    }

    pub(crate) fn unreadable(&self, why: &str) -> StoreError {
        StoreError::KeysUnreadable(self.name(), why.to_owned())
    }

    /// The text of the key file.
    ///
    /// # Errors
    /// The file cannot be read or others may read it; the command fails, says nothing in time, or too much.
    pub(crate) fn text(&self) -> Result<Zeroizing<String>, StoreError> {
        match self {
            Origin::File(path) => read(path),
            Origin::Command(line) => said_by(line).map_err(|why| self.unreadable(&why)),
        }
    }
}

/// The text of a file only its owner may read.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, StoreError> {
    let unreadable = |why: &str| StoreError::KeysUnreadable(path.to_owned(), why.to_owned());
    let mode = fs::metadata(path).map_err(|error| unreadable(&error.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(unreadable("others may read it; run chmod 600 on it"));
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(|error| unreadable(&error.to_string()))
}

/// What a command says. Neither it nor its complaints go anywhere else: either may hold a key.
fn said_by(line: &str) -> Result<Zeroizing<String>, String> {
    let mut child = Command::new("sh")
        .args(["-c", line])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("the command cannot be started: {error}"))?;
    let (say, said) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut text = Zeroizing::new(String::new());
            let read = out.take(TEXT_BYTES_MAX).read_to_string(&mut text);
            let _nobody_waits = say.send(read.map(|_| text));
        });
    }
    let begun = Instant::now();
    let text = said.recv_timeout(PATIENCE);
    let ended = loop {
        match child.try_wait() {
            Ok(None) if text.is_ok() && begun.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(ended) => break ended,
            Err(error) => return Err(format!("the command cannot be waited for: {error}")),
        }
    };
    let Some(ended) = ended else {
        let _ended_meanwhile = child.kill();
        let _ended = child.wait();
        return Err(format!("the command took longer than {} seconds", PATIENCE.as_secs()));
    };
    if !ended.success() {
        return Err(format!("the command ended with {ended}; run it by hand to see what it complains of"));
    }
    let text = text.map_err(|_| "the command said nothing".to_owned())?;
    text.map_err(|_| "what the command said is no text".to_owned())
}

/// Writes lines to a file of its owner: aside, flushed, then renamed, so that a crash leaves either the file as it was
/// or a whole new one.
pub(crate) fn put(path: &Path, lines: &[&str]) -> std::io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.sync_all()?;
    fs::rename(&aside, path)?;
    folder_of(path)?.sync_all()
}

/// The folder a file lies in.
pub(crate) fn folder_of(path: &Path) -> std::io::Result<File> {
    File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(line: &str) -> String {
        said_by(line).unwrap_err()
    }

    #[test]
    fn a_command_says_the_keys_or_why_it_does_not() {
        assert_eq!(*said_by("printf 'a\\nb\\n' | cat").unwrap(), "a\nb\n");
        assert!(why("echo secret; echo secret >&2; exit 3").contains("exit status: 3"));
        assert!(!why("echo secret; exit 3").contains("secret"));
        assert!(why("printf '\\377'").contains("no text"));
        assert!(said_by("yes").is_err(), "what says without end is cut off");
        assert!(said_by("no-such-program-here").is_err());
    }
}
