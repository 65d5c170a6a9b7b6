//! What makes a form happen once: a random word it carries, and the command that comes of it with what was typed.

/// Whether a form carries one of ours.
pub(super) fn is_one(nonce: &str) -> bool {
    nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The command of a form: the same when the same words are sent twice, another when they were changed. Only the
/// browser knows the nonce, so the journal's copy tells nothing about the words.
pub(super) fn command<'a>(kind: &str, nonce: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    // No text that is kept holds this character, so words cannot run into each other.
    let content = words.into_iter().collect::<Vec<_>>().join("\u{1f}");
    app::command_id(kind, nonce, &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_make_the_same_command() {
        let nonce = "0123456789abcdef0123456789abcdef";
        assert!(is_one(nonce) && !is_one("x"));
        assert_eq!(command("file", nonce, ["a", "b"]), command("file", nonce, ["a", "b"]));
        assert_ne!(command("file", nonce, ["a", "b"]), command("file", nonce, ["ab"]));
    }
}
