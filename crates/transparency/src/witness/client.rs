//! The log's side: the request for a cosignature, and the check of what the witness answers.

use super::message::{Request, SIZE_TYPE};
use crate::checkpoint::{SignedCheckpoint, cosignatures};
use crate::error::{FormatError, SignatureError, TilesError, WitnessError};
use crate::key::VerifierKey;
use crate::note::{NoteSignature, SignedNote};
use crate::text;
use crate::tiles::Tiles;
use crate::tree::Tree;

/// The body to `POST` to `<witness>/add-checkpoint`: this checkpoint, and the proof that it holds the tree of
/// `old_size` leaves that the witness cosigned last (0: not known, the witness then tells).
///
/// # Errors
/// The old size is larger than the checkpoint's, or the tiles do not fit the checkpoint.
pub fn request<T: Tiles + ?Sized>(
    tiles: &T,
    old_size: u64,
    checkpoint: &SignedCheckpoint,
) -> Result<String, TilesError> {
    let proof = Tree::new(tiles, checkpoint.head()).consistency(old_size)?;
    Ok(Request { old_size, proof, note: checkpoint.note().clone() }.to_string())
}

/// What a witness says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It cosigned: verified lines of known witnesses, to be added to the checkpoint.
    Cosigned(Vec<NoteSignature>),
    /// It cosigned this size last: ask again with a proof from there.
    KnownSize(u64),
}

/// Reads a witness's answer to a request for this checkpoint. Lines of unknown keys are passed over.
///
/// # Errors
/// It refused; or its answer has no cosignature of a known witness, or a false one.
pub fn read_answer(
    status: u16,
    content_type: &str,
    body: &[u8],
    checkpoint: &SignedCheckpoint,
    witnesses: &[VerifierKey],
) -> Result<Answer, WitnessError> {
    let wrong = |why| SignatureError::Format(FormatError::new("answer", why));
    let body = std::str::from_utf8(body).map_err(|_| wrong("it is not UTF-8"))?;
    // Some servers add a character set to whatever they send.
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    if status == 409 && content_type == SIZE_TYPE {
        let size = body.strip_suffix('\n').and_then(text::decimal);
        return Ok(Answer::KnownSize(size.ok_or_else(|| wrong("the size is not a decimal number"))?));
    }
    if status != 200 {
        let why = body.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
        return Err(WitnessError::Refused { status, why });
    }
    let lines = format!("{}\n{body}", checkpoint.note().text());
    let note = SignedNote::parse(lines.as_bytes()).map_err(SignatureError::from)?;
    let cosigned = cosignatures(&note, witnesses)?;
    if cosigned.is_empty() {
        return Err(SignatureError::Witnesses { found: 0, wanted: 1 }.into());
    }
    let known = |line: &&NoteSignature| witnesses.iter().any(|key| key.is_of(line));
    Ok(Answer::Cosigned(note.signatures().iter().filter(known).cloned().collect()))
}
