//! The server's own benchmark: as many bytes in one row and one transaction each, without a program between.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::output;

/// Runs pgbench where it is installed, and prints its figure.
///
/// # Errors
/// It is there and fails.
pub fn run(url: &str, folder: &Path, connections: usize, lasting: Duration, bytes: usize) -> Result<(), String> {
    let Some(program) = program() else {
        output::print("pgbench is not installed");
        return Ok(());
    };
    let script = folder.join("pgbench.sql");
    // Below zero: the bare endpoint writes from 1 on.
    let sql = format!(
        "\\set above random(1, 9000000000000000)\nINSERT INTO bare VALUES (-(:above::bigint), decode(repeat('78', {bytes}), 'hex'));\n"
    );
    std::fs::write(&script, sql).map_err(|error| format!("{}: {error}", script.display()))?;
    let said = Command::new(program)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--file"])
        .arg(&script)
        .args([format!("--client={connections}"), format!("--time={}", lasting.as_secs()), url.to_owned()])
        .output()
        .map_err(|error| format!("pgbench: {error}"))?;
    let told = String::from_utf8_lossy(&said.stdout);
    let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
    let rate = rate.ok_or_else(|| format!("pgbench: {}", String::from_utf8_lossy(&said.stderr)))?;
    output::print(&format!("{:<34} {connections:>3} connections {rate:>8.0}/s", "pgbench, one row each"));
    Ok(())
}

/// On the path, or where Debian puts it.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|entry| entry.path().join("bin"));
    std::env::split_paths(&path).chain(debian).map(|folder| folder.join("pgbench")).find(|file| file.exists())
}
