//! What a file is, by its first bytes and never by its name.

use image::ImageFormat;

use crate::unfit::Unfit;

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A photograph.
    Jpeg,
    /// A drawing or a shot of a screen.
    Png,
    /// A document as it is printed.
    Pdf,
    /// A text document.
    Docx,
    /// A table.
    Xlsx,
    /// Plain text in UTF-8.
    Text,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [Kind::Jpeg, Kind::Png, Kind::Pdf, Kind::Docx, Kind::Xlsx, Kind::Text];

    /// The word the journal has for it, which is also the ending of its name.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
            Kind::Pdf => "pdf",
            Kind::Docx => "docx",
            Kind::Xlsx => "xlsx",
            Kind::Text => "txt",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// As it is told over HTTP.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Pdf => "application/pdf",
            Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Kind::Text => "text/plain; charset=utf-8",
        }
    }

    /// What a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Jpeg | Kind::Png => "图片",
            Kind::Pdf => "PDF",
            Kind::Docx => "Word 文档",
            Kind::Xlsx => "Excel 表格",
            Kind::Text => "文字",
        }
    }

    /// Whether it was written anew here pixel by pixel, so that a browser may show it in a page.
    pub fn is_picture(self) -> bool {
        matches!(self, Kind::Jpeg | Kind::Png)
    }
}

/// What was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    Picture(ImageFormat),
    Pdf,
    /// A zip file: an office document, or nothing for us.
    Package,
    Text,
}

/// What was sent, or why it is none of the kinds that are taken.
pub(crate) fn sent(bytes: &[u8]) -> Result<Sent, Unfit> {
    const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let begins = |with: &[u8]| bytes.starts_with(with);
    let at = |from: usize, what: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(what));
    if begins(&[0xFF, 0xD8, 0xFF]) {
        Ok(Sent::Picture(ImageFormat::Jpeg))
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        Ok(Sent::Picture(ImageFormat::Png))
    } else if begins(b"RIFF") && at(8, b"WEBP") {
        Ok(Sent::Picture(ImageFormat::WebP))
    } else if at(4, b"ftyp") {
        let heic: [&[u8]; 8] = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"];
        Err(if heic.iter().any(|brand| at(8, brand)) { Unfit::Heic } else { Unfit::Unknown })
    } else if begins(b"%PDF-") {
        Ok(Sent::Pdf)
    } else if begins(b"PK\x03\x04") {
        Ok(Sent::Package)
    } else if begins(OLE) {
        Err(Unfit::OldOffice)
    } else if begins(b"GIF8") || begins(b"BM") && bytes.contains(&0) || begins(b"II*\0") || begins(b"MM\0*") {
        Err(Unfit::OtherPicture)
    } else {
        Ok(Sent::Text)
    }
}
