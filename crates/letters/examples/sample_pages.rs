//! Writes every sample letter as a PDF into a directory, to be looked at:
//! `cargo run -p letters --example sample_pages -- DIR`.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = PathBuf::from(std::env::args().nth(1).ok_or("usage: sample_pages DIR")?);
    std::fs::create_dir_all(&dir)?;
    let press = letters::Press::open(&letters::Fonts::debian())?;
    for letter in letters::samples() {
        let path = dir.join(format!("{}.pdf", letter.content.kind().name()));
        std::fs::write(&path, press.render(&letter)?)?;
        println!("{}", path.display());
    }
    Ok(())
}
