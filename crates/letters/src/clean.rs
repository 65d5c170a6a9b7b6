//! Makes any text settable: what cannot be printed is shown by its code, never dropped in silence.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::fonts::Coverage;

/// From here on a run without a place to break gets some, or it would leave the page.
const UNBROKEN_MAX: usize = 24;
/// A place to break a line that takes no room.
const BREAK: char = '\u{200b}';

/// Cleans every string of a value.
pub(crate) fn clean_value(value: &mut Value, coverage: &Coverage) {
    match value {
        Value::String(words) => *words = clean(words, coverage),
        Value::Array(items) => items.iter_mut().for_each(|v| clean_value(v, coverage)),
        Value::Object(fields) => fields.values_mut().for_each(|v| clean_value(v, coverage)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One text: its lines trimmed (people indent by hand; the page does it for them), empty lines
/// and control characters gone, characters without a glyph written as 〔U+1F600〕.
fn clean(words: &str, coverage: &Coverage) -> String {
    let unified = words.replace("\r\n", "\n");
    let lines = unified.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}', '\u{85}']);
    let lines = lines.map(|line| clean_line(line, coverage));
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}

fn clean_line(line: &str, coverage: &Coverage) -> String {
    let mut out = String::with_capacity(line.len());
    let mut unbroken = 0;
    // A letter and its mark become the one character they are, where there is one.
    let body: String = line.nfc().map(|c| if c == '\t' { ' ' } else { c }).collect();
    for c in body.trim().chars().filter(|c| !invisible(*c)) {
        unbroken = if breaks_alone(c) { 0 } else { unbroken + 1 };
        if unbroken > UNBROKEN_MAX {
            out.push(BREAK);
            unbroken = 1;
        }
        // A mark is set with the face of its letter, which may not have it though another has.
        if c.is_whitespace() || (coverage.has(c) && !combines(c)) {
            out.push(c);
        } else {
            out.push_str(&format!("〔U+{:04X}〕", u32::from(c)));
            unbroken = 0;
        }
    }
    out
}

/// Characters that print nothing and only steer the text around them: control characters,
/// joiners, direction marks, variation selectors, language tags.
pub(crate) fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x061C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}

/// Marks that stand over, under or through the character before them.
fn combines(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F | 0x0483..=0x0489 | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
        | 0x302A..=0x302F | 0x3099 | 0x309A | 0xFE20..=0xFE2F)
}

/// Whether a line may break before or after this character without our help: white space, Han
/// characters and kana.
fn breaks_alone(c: char) -> bool {
    c.is_whitespace()
        || matches!(u32::from(c), 0x2E80..=0x2FDF | 0x3040..=0x30FF | 0x3400..=0x9FFF
            | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expected: &str) {
        let coverage = Coverage::of((0x20..0x7f).chain(0x3000..0x9fff).chain([0xff0c]));
        assert_eq!(clean(words, &coverage), expected, "{words:?}");
    }

    #[test]
    fn text_is_made_settable() {
        check("　　张三\r\n\r\n 李四\t王五 ", "张三\n李四 王五");
        check("a\u{0}b\u{202e}c\u{feff}", "abc");
        check("か\u{3099}は", "がは");
        check("*\u{3099}", "*〔U+3099〕");
        check("好😀", "好〔U+1F600〕");
        check("\u{e000}", "〔U+E000〕");
        check(&"x".repeat(30), &format!("{}\u{200b}{}", "x".repeat(24), "x".repeat(6)));
        check(&"好".repeat(60), &"好".repeat(60));
        check("，".repeat(30).as_str(), &format!("{}\u{200b}{}", "，".repeat(24), "，".repeat(6)));
        check(" \n\t\n", "");
    }
}
