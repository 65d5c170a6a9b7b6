//! Developer commands: `cargo run -p xtask -- tidy|layers|docs|house` prints what breaks a rule of the house.

use std::error::Error;
use std::process::ExitCode;

use xtask::{Breach, listed};

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    match breaches(&wanted) {
        Ok(found) if found.is_empty() => {
            println!("{wanted}: nothing to mend");
            ExitCode::SUCCESS
        }
        Ok(found) => {
            print!("{}", listed(&found));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn breaches(wanted: &str) -> Result<Vec<Breach>, Box<dyn Error>> {
    let house = xtask::House::read()?;
    Ok(match wanted {
        "tidy" => house.tidy()?,
        "layers" => house.layers(),
        "docs" => house.docs(),
        "house" => [house.layers(), house.tidy()?, house.docs()].concat(),
        _ => return Err("say one of: tidy, layers, docs, house (all three)".into()),
    })
}
