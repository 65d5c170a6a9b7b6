//! Files people attach: told by their content, made fit to be kept, or refused with what to do. Bytes in, bytes out.

mod clamd;
mod embedded;
mod kind;
mod office;
mod pdf;
mod picture;
mod text;
mod unfit;

pub use clamd::{Clamd, Verdict};
pub use kind::Kind;
pub use unfit::Unfit;

/// Most bytes of one file, as it is sent and as it is kept.
pub const FILE_BYTES_MAX: usize = 10 << 20;

/// A file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// What it is now: a WebP picture is kept as JPEG or PNG.
    pub kind: Kind,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What tells who made it, where, when and with what was taken out. Of pictures it always is; a text has none.
    pub stripped: bool,
}

/// Makes a file fit to be kept: its kind is told by its content, pictures are written anew, documents that can do
/// something are refused. With `strip` documents lose what tells of who made them; without, they are kept as they are.
///
/// # Errors
/// [`Unfit`]: why it is not taken, and what to do.
pub fn fit(bytes: &[u8], strip: bool) -> Result<Fit, Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Unfit::TooLarge);
    }
    let fit = match kind::sent(bytes)? {
        kind::Sent::Picture(format) => picture::anew(bytes, format)?,
        kind::Sent::Pdf => Fit { kind: Kind::Pdf, bytes: pdf::checked(bytes, strip)?, stripped: strip },
        kind::Sent::Package => office::checked(bytes, strip)?,
        kind::Sent::Text => Fit { kind: Kind::Text, bytes: text::read(bytes)?.into_bytes(), stripped: true },
    };
    if fit.bytes.len() > FILE_BYTES_MAX { Err(Unfit::TooLarge) } else { Ok(fit) }
}
