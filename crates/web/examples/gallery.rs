//! Writes every sample of every page to a folder: `cargo run -p web --example gallery -- DIR`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use web::{assets, view};

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned());
    match write(Path::new(&folder)) {
        Ok(count) => {
            println!("{count} pages in {folder}/index.html");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("could not write the gallery to {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> Result<usize, Box<dyn std::error::Error>> {
    fs::create_dir_all(folder.join("assets"))?;
    let linked = [Some(assets::css()), assets::script()];
    for href in linked.into_iter().flatten() {
        let name = href.strip_prefix(assets::PREFIX).unwrap_or(&href).to_owned();
        let asset = assets::get(&name).ok_or_else(|| format!("{name} is named in pages but absent"))?;
        fs::write(folder.join("assets").join(name), asset.bytes)?;
    }
    let shown = view::gallery()?;
    let mut index =
        String::from("<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>gallery</title><ul>");
    for page in &shown {
        let file = format!("{}--{}.html", page.page.replace('/', "-"), page.sample);
        let html = page.html.replace("\"/assets/", "\"assets/");
        fs::write(PathBuf::from(folder).join(&file), html)?;
        write!(index, "<li><a href=\"{file}\">{} ({})</a>", page.page, page.sample)?;
    }
    fs::write(folder.join("index.html"), index)?;
    Ok(shown.len())
}
