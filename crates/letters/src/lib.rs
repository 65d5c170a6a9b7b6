//! Official letters: plain data in, the bytes of a PDF out, byte for byte repeatable.
//!
//! A [`Letter`] says what is to be told; the templates under `letters/` at the root of the
//! repository say how it looks (the 信函 form of GB/T 9704). A [`Press`] is opened once with an
//! exact list of font files and prints any number of letters. Nothing here reads the clock, the
//! net or any file but those fonts, so the same letter gives the same bytes on every machine
//! that has the same fonts.

mod check;
mod clean;
mod fonts;
mod letter;
mod press;
mod samples;

pub use fonts::Fonts;
pub use letter::{
    AcceptanceNotice, Contact, Content, DiversionNotice, DocumentNumber, Due, Extension, ExtensionNotice, Filing,
    Form, Item, Letter, LetterKind, Notice, Opinion, RefusalNotice, Remedy, ReviewOpinion, ReviewReceipt,
    Whereabouts,
};
pub use press::Press;
pub use samples::samples;

use std::path::PathBuf;

/// Why a letter could not be printed, in words for the officer or the operator who can mend it.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// A font file is not there.
    #[error("找不到字体文件 {}。{remedy}", path.display())]
    FontMissing {
        /// The file that was asked for.
        path: PathBuf,
        /// What to do about it: the Debian package, or the setting.
        remedy: String,
    },
    /// A file was there but holds no font we can use.
    #[error("字体文件 {} 无法读取：{reason}。请换用完好的 TTF、OTF 或 TTC 文件。", path.display())]
    FontUnreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// None of the families named for a role is in the font files.
    #[error(
        "{role}所需的字体（{wanted}）不在所列的字体文件里，文件里有：{there}。请补上字体文件，或改用其中的名称。"
    )]
    FamilyMissing {
        /// What the family is for, e.g. 正文.
        role: &'static str,
        /// The families asked for.
        wanted: String,
        /// The families the files hold.
        there: String,
    },
    /// A field that the letter cannot do without is empty.
    #[error("文书缺少“{0}”，请补充后再出具。")]
    Blank(&'static str),
    /// A field holds more than can be set.
    #[error("文书的“{field}”过长（最多{max}字），请缩短。")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// How many characters it may hold.
        max: usize,
    },
    /// A day or number that cannot be right.
    #[error("文书的“{0}”不合理，请核对。")]
    Absurd(&'static str),
    /// The typesetter refused: a fault of a template, not of the letter.
    #[error("文书排版失败：{0}。请把这句话告诉系统管理员。")]
    Typesetting(String),
}
