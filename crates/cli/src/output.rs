//! What goes to the terminal: machine output to stdout, everything said to a person to stderr.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// Prints to stdout. A reader that went away (`| head`) is not a fault.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _reader_went_away = writeln!(out, "{text}");
}

/// Says something to the person.
pub fn say(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says what failed, in one line.
pub fn complain(message: &str) {
    let one_line = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    say(&format!("huiyin: {one_line}"));
}

/// Progress over `total` steps, shown only on a terminal.
pub fn progress(total: u64, what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// A cell of a table on a terminal, where a Chinese character takes two places.
pub fn padded(text: &str, width: usize) -> String {
    let taken: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}
