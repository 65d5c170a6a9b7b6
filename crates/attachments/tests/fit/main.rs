//! Files of each kind, good and bad: what is kept of them, what is gone, and what they are refused for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod documents;
mod pdfs;
mod pictures;
mod scanner;
mod texts;

use attachments::{FILE_BYTES_MAX, Unfit, fit};

/// Whether these bytes stand anywhere in those.
fn has(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|window| window == what.as_bytes())
}

#[test]
fn a_file_is_told_by_its_content() {
    let cases: [(&[u8], Unfit); 9] = [
        (b"", Unfit::Empty),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", Unfit::Heic),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", Unfit::Unknown),
        (b"GIF89a\x01\x00\x01\x00", Unfit::OtherPicture),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00\x00", Unfit::OldOffice),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00", Unfit::Unknown),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", Unfit::Unknown),
        (b"Rar!\x1a\x07\x01\x00", Unfit::Unknown),
        (b"\xFF\xD8\xFFhalf a photograph", Unfit::BrokenPicture),
    ];
    for (bytes, unfit) in cases {
        assert_eq!(fit(bytes, true), Err(unfit), "{bytes:?}");
        let said = unfit.to_string();
        assert!(said.contains('请') || said.contains('收'), "it says what to do: {said}");
    }
}

#[test]
fn too_many_bytes_are_refused() {
    assert_eq!(fit(&vec![b'a'; FILE_BYTES_MAX + 1], false), Err(Unfit::TooLarge));
    assert_eq!(fit(&vec![b'a'; FILE_BYTES_MAX], false).unwrap().bytes.len(), FILE_BYTES_MAX);
}
