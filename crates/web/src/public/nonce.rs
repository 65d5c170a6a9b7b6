//! What makes a form happen once: a random value it carries, and the command that comes of it with what was typed.

use sha2::{Digest, Sha256};

use crate::trouble::Failure;

/// A fresh value for a form.
///
/// # Errors
/// The machine has no chance to give.
pub(super) fn fresh() -> Result<String, Failure> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| Failure::internal(&error.to_string()))?;
    Ok(hex(&random))
}

/// Whether a form carries one of ours.
pub(super) fn is_one(nonce: &str) -> bool {
    nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The command of a form: the same when the same words are sent twice, another when they were changed. Only the
/// browser knows the nonce, so the journal's copy tells nothing about the words.
pub(super) fn command<'a>(kind: &str, nonce: &'a str, words: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in [nonce].into_iter().chain(words) {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("{kind}/{}", hex(&hash.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _fits = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_make_the_same_command() {
        let nonce = fresh().unwrap();
        assert!(is_one(&nonce) && !is_one("x") && nonce != fresh().unwrap());
        assert_eq!(command("file", &nonce, ["a", "b"]), command("file", &nonce, ["a", "b"]));
        assert_ne!(command("file", &nonce, ["a", "b"]), command("file", &nonce, ["ab"]));
    }
}
