//! How long proofs take: each shipped procedure, and a made-up one of two hundred steps.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use casework::procedure::{check, parse};

/// The folder with the procedures, another where `HUIYIN_PROCEDURES` names one.
fn folder() -> PathBuf {
    let shipped = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../procedures"));
    std::env::var_os("HUIYIN_PROCEDURES").map_or_else(shipped, PathBuf::from)
}

fn prove(name: &str, text: &str, at_most: Duration) {
    let procedure = parse(text).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
    let start = Instant::now();
    let faults = check(&procedure);
    let took = start.elapsed();
    println!("{name}: proven in {took:?}");
    let shown: Vec<String> = faults.iter().map(|fault| format!("{name}:{fault}")).collect();
    assert!(faults.is_empty(), "\n{}", shown.join("\n"));
    // Unoptimised it is many times slower than what people run.
    let at_most = if cfg!(debug_assertions) { at_most * 8 } else { at_most };
    assert!(took < at_most, "{name} took {took:?}");
}

#[test]
fn every_shipped_procedure_is_proven_in_five_seconds() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path().join("procedure.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            prove(&path.display().to_string(), &text, Duration::from_secs(5));
        }
    }
}
