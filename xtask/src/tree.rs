//! The files the repository holds: tracked ones and new ones not ignored, as they lie on disk.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The top of the repository. Asked of cargo at run time: what was compiled in may be another clone's, as clones share builds.
pub fn root() -> PathBuf {
    let compiled = || env!("CARGO_MANIFEST_DIR").into();
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(compiled));
    here.parent().unwrap_or(&here).to_path_buf()
}

/// A file of the repository.
#[derive(Debug, Clone)]
pub struct File {
    /// Path from the top, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file made up for a test of a scanner.
    pub fn of(path: &str, text: &str) -> Self {
        Self { path: path.into(), bytes: text.as_bytes().to_vec() }
    }

    /// The text, unless the file is binary.
    pub fn text(&self) -> Option<&str> {
        if self.bytes.iter().take(8192).any(|byte| *byte == 0) {
            return None;
        }
        std::str::from_utf8(&self.bytes).ok()
    }

    /// The part of the name after the last dot.
    pub fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|e| e.to_str()).unwrap_or("")
    }
}

/// Every file git knows or would add, read from disk. A file deleted but not yet committed is passed over.
pub fn files(root: &Path) -> io::Result<Vec<File>> {
    let listed = git(root, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        let full = root.join(path);
        if full.is_file() {
            files.push(File { path: path.to_owned(), bytes: std::fs::read(full)? });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    Ok(files)
}

/// Words that must not leave this machine: one a line in `info/deny` of the git directory, which is never committed.
pub fn local_deny_list(root: &Path) -> io::Result<Vec<String>> {
    let common = git(root, &["rev-parse", "--git-common-dir"])?;
    match std::fs::read_to_string(root.join(common.trim()).join("info/deny")) {
        Ok(text) => Ok(text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn git(root: &Path, args: &[&str]) -> io::Result<String> {
    let out = Command::new("git").arg("-C").arg(root).args(args).output()?;
    if !out.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&out.stderr).trim().to_owned()));
    }
    String::from_utf8(out.stdout).map_err(io::Error::other)
}
