//! Text as the formats want it: canonical base64, hex and decimals, and no other spelling of the same value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Standard base64 with padding; refuses bits that do not belong to the value.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Small letters.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly `N` bytes written in small letters.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let small = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 2 * N || !text.bytes().all(small) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// A decimal without sign and without leading zeroes.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    (canonical && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// What may name a key or a log: not empty, no white space, no plus, no control characters, at most 255 bytes.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !text.is_empty() && text.len() <= 255 && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_spelling_is_read() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "1\n", "18446744073709551616", "０"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
        assert_eq!(unhex::<2>("0aff"), Some([10, 255]));
        for wrong in ["", "0af", "0aff0", "0AFF", "+aff", "0aé"] {
            assert_eq!(unhex::<2>(wrong), None, "{wrong}");
        }
        assert_eq!(unbase64("AA=="), Some(vec![0]));
        for wrong in ["AA", "AB==", "AA==\n", "A A=", "__8="] {
            assert_eq!(unbase64(wrong), None, "{wrong}");
        }
    }
}
