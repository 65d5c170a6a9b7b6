//! Plain texts.

use attachments::{Kind, Unfit, fit};

#[test]
fn texts_of_chinese_machines_are_kept_as_utf8() {
    let words = "工资欠条：2026年3月，三千元。\r\n第二行";
    let (gbk, _, _) = encoding_rs::GBK.encode(words);
    let mut marked = vec![0xEF, 0xBB, 0xBF];
    marked.extend(words.as_bytes());
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(words.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [words.as_bytes(), &gbk, &marked, &utf16] {
        let kept = fit(bytes, true).unwrap();
        assert_eq!((kept.kind, std::str::from_utf8(&kept.bytes).unwrap()), (Kind::Text, words));
    }
}

#[test]
fn what_is_no_text_is_not_kept_as_one() {
    for bytes in [&b"a\0b"[..], b"\x1b[2J", b"\x81", &[0x80, 0x81, 0xFF, 0xFF]] {
        assert_eq!(fit(bytes, false), Err(Unfit::Unknown), "{bytes:?}");
    }
}
