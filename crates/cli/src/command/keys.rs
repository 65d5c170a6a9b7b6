//! Public keys as arguments: the key itself, or a file that holds it.

use std::path::Path;

/// The text of a key as it was given, or as it stands in a file, without blanks around it.
///
/// # Errors
/// The file cannot be read.
pub fn given(given: &str) -> Result<String, String> {
    let text = if Path::new(given).is_file() { read(Path::new(given))? } else { given.to_owned() };
    Ok(text.trim().to_owned())
}

/// The text of a file.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
