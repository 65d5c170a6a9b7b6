//! Plain text: whatever encoding Chinese machines write it in, kept as UTF-8.

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::unfit::Unfit;

/// The text of a file, or that it is none.
pub(crate) fn read(bytes: &[u8]) -> Result<String, Unfit> {
    let encoding = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => UTF_8,
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => GB18030,
    };
    let (text, _, broken) = encoding.decode(bytes);
    // GB18030 reads nearly any bytes as some characters: those no text holds tell that it is none.
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
            || matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF)
    };
    if broken || text.chars().any(steers) { Err(Unfit::Unknown) } else { Ok(text.into_owned()) }
}
