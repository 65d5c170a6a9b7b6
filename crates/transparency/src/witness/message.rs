//! What a log sends to a witness, and what comes back.

use std::fmt;

use crate::error::FormatError;
use crate::hash::Hash;
use crate::note::SignedNote;
use crate::text;

/// The type of an answer that tells the size the witness knows.
pub(super) const SIZE_TYPE: &str = "text/x.tlog.size";

const TEXT_TYPE: &str = "text/plain; charset=utf-8";

/// The specification's limit.
const PROOF_LINES_MAX: usize = 63;

/// Longest request that is read; a checkpoint with sixteen large signatures is shorter.
const REQUEST_BYTES_MAX: usize = 128 * 1024;

/// The body of an `add-checkpoint` request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) old_size: u64,
    pub(super) proof: Vec<Hash>,
    pub(super) note: SignedNote,
}

impl Request {
    pub(super) fn parse(body: &[u8]) -> Result<Request, FormatError> {
        let wrong = |why| FormatError::new("request", why);
        if body.len() > REQUEST_BYTES_MAX {
            return Err(wrong("it is too long"));
        }
        let body = std::str::from_utf8(body).map_err(|_| wrong("it is not UTF-8"))?;
        let (head, note) = body.split_once("\n\n").ok_or_else(|| wrong("there is no empty line in it"))?;
        let mut lines = head.split('\n');
        let old_size = lines.next().and_then(|line| text::decimal(line.strip_prefix("old ")?));
        let old_size = old_size.ok_or_else(|| wrong("it does not begin with an old size"))?;
        let lines: Vec<&str> = lines.take(PROOF_LINES_MAX + 1).collect();
        if lines.len() > PROOF_LINES_MAX {
            return Err(wrong("the proof has more than 63 lines"));
        }
        let proof: Option<Vec<Hash>> = lines.into_iter().map(Hash::from_base64).collect();
        let proof = proof.ok_or_else(|| wrong("a line of the proof is not 32 bytes in base64"))?;
        Ok(Request { old_size, proof, note: SignedNote::parse(note.as_bytes())? })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

/// What a witness answers over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The body, ending in a new line.
    pub body: String,
}

impl Response {
    pub(super) fn text(status: u16, line: &str) -> Response {
        Response { status, content_type: TEXT_TYPE, body: format!("{line}\n") }
    }

    /// Refused, with the size that the witness knows.
    pub(super) fn size(size: u64) -> Response {
        Response { status: 409, content_type: SIZE_TYPE, body: format!("{size}\n") }
    }
}
