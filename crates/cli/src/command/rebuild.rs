//! `huiyin rebuild`: the read tables made anew from the journal.

use crate::{Data, output};

/// Runs the command.
pub fn run(data: &Data) -> Result<(), String> {
    let app = data.open_existing()?;
    let before = app.fingerprint().map_err(|error| error.to_string())?;
    let bar = output::progress(0, "rebuilding");
    let events = app
        .rebuild(|position| {
            bar.set_length(position);
            bar.set_position(position);
        })
        .map_err(|error| error.to_string())?;
    bar.finish_and_clear();
    let after = app.fingerprint().map_err(|error| error.to_string())?;
    let same = if before == after { "the same content as before" } else { "they had differed from the journal" };
    output::say(&format!("read tables rebuilt from {events} events: {same}"));
    Ok(())
}
