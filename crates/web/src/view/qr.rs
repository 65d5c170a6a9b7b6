//! A QR code as one SVG path, so that a page may draw it without an image file or inline style.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// A drawn code.
#[derive(Debug, Clone)]
pub struct Qr {
    /// Modules per side, quiet zone included.
    pub size: usize,
    /// The dark modules.
    pub path: String,
}

/// Modules of white the standard wants on each side.
const QUIET: usize = 4;

impl Qr {
    /// The code of this text; none when it is too long to fit one.
    pub fn of(text: &str) -> Option<Qr> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (at, colour) in code.to_colors().into_iter().enumerate() {
            if colour == Color::Dark {
                let (x, y) = (at % width + QUIET, at / width + QUIET);
                write!(path, "M{x} {y}h1v1h-1z").ok()?;
            }
        }
        Some(Qr { size: width + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_fits_and_a_book_does_not() {
        let qr = Qr::of("https://example.test/track").unwrap();
        assert!(qr.size >= 29 && qr.path.starts_with("M4 4h1"));
        assert!(Qr::of(&"x".repeat(5000)).is_none());
    }
}
