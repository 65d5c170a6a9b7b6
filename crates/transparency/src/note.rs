//! Signed notes: a text and the lines of those who signed it (C2SP signed-note).

use std::fmt;

use crate::error::{FormatError, SignatureError};
use crate::key::VerifierKey;
use crate::text;

/// Signature lines that are read; the specification asks for at least 16.
const SIGNATURES_MAX: usize = 100;

/// Longest note that is read.
const NOTE_BYTES_MAX: usize = 1_000_000;

/// One line below a note: who signed, with which key, and the signature, which nobody has verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl NoteSignature {
    pub(crate) fn new(name: &str, id: [u8; 4], bytes: Vec<u8>) -> NoteSignature {
        NoteSignature { name: name.to_owned(), id, bytes }
    }

    /// Reads `— name base64`, without the new line.
    ///
    /// # Errors
    /// It is no such line.
    pub fn parse(line: &str) -> Result<NoteSignature, FormatError> {
        let wrong = |why| FormatError::new("signature line", why);
        let rest = line.strip_prefix("— ").ok_or_else(|| wrong("it does not begin with a dash"))?;
        let (name, encoded) = rest.split_once(' ').ok_or_else(|| wrong("it has no name and signature"))?;
        if !text::is_name(name) {
            return Err(wrong("the name has a space or a plus in it"));
        }
        let bytes = text::unbase64(encoded).ok_or_else(|| wrong("the signature is not base64"))?;
        match bytes.split_first_chunk() {
            Some((id, bytes)) if !bytes.is_empty() => Ok(NoteSignature::new(name, *id, bytes.to_vec())),
            _ => Err(wrong("the signature is too short")),
        }
    }

    /// Whose it claims to be.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which key of that name.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }
}

/// The line without the new line.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "— {} {}", self.name, text::base64(&[self.id.as_slice(), &self.bytes].concat()))
    }
}

/// A signed note as read: its text is to be believed only after [`SignedNote::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// A text, ending in a new line, with its signatures.
    ///
    /// # Errors
    /// The text is no text of a note.
    pub fn new(text: &str, signatures: Vec<NoteSignature>) -> Result<SignedNote, FormatError> {
        let wrong = |why| FormatError::new("note", why);
        if !text.ends_with('\n') {
            return Err(wrong("the text does not end with a new line"));
        }
        if text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(wrong("there are control characters in it"));
        }
        Ok(SignedNote { text: text.to_owned(), signatures })
    }

    /// Reads a note: text, an empty line, signature lines.
    ///
    /// # Errors
    /// It is none, it has no signature or more than 100, or it is longer than a million bytes.
    pub fn parse(bytes: &[u8]) -> Result<SignedNote, FormatError> {
        let wrong = |why| FormatError::new("note", why);
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(wrong("it is too long"));
        }
        let note = std::str::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8"))?;
        let at = note.rfind("\n\n").ok_or_else(|| wrong("there is no empty line before the signatures"))?;
        let (text, lines) = note.split_at(at + 1);
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or_else(|| wrong("there is no signature"))?;
        let signatures: Vec<_> = lines.split('\n').take(SIGNATURES_MAX + 1).map(NoteSignature::parse).collect();
        if signatures.len() > SIGNATURES_MAX {
            return Err(wrong("it has too many signatures"));
        }
        SignedNote::new(text, signatures.into_iter().collect::<Result<_, _>>()?)
    }

    /// The text, which nobody has verified.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, which nobody has verified.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature line, in the place of an earlier one of the same key.
    pub fn add(&mut self, signature: NoteSignature) {
        let same = |known: &NoteSignature| known.name == signature.name && known.id == signature.id;
        self.signatures.retain(|known| !same(known));
        self.signatures.push(signature);
    }

    /// Verifies every signature of a known key, and passes over those of others. Returns the keys that signed, each
    /// once and in the order given, with the moment (seconds since 1970) where the key signs with one.
    ///
    /// # Errors
    /// No known key signed, or a known key's signature is false.
    pub fn verify<'k>(
        &self,
        known: impl IntoIterator<Item = &'k VerifierKey>,
    ) -> Result<Vec<(&'k VerifierKey, Option<u64>)>, SignatureError> {
        let signed = self.signed_by(known)?;
        if signed.is_empty() { Err(SignatureError::Missing("any known key".to_owned())) } else { Ok(signed) }
    }

    /// The same, where it is no error that none of them signed.
    pub(crate) fn signed_by<'k>(
        &self,
        known: impl IntoIterator<Item = &'k VerifierKey>,
    ) -> Result<Vec<(&'k VerifierKey, Option<u64>)>, SignatureError> {
        let mut signed: Vec<(&VerifierKey, Option<u64>)> = Vec::new();
        for key in known {
            let mut moment = None;
            for signature in self.signatures.iter().filter(|signature| key.is_of(signature)) {
                moment = Some(key.verify(&self.text, &signature.bytes)?);
            }
            if let Some(moment) = moment
                && signed.iter().all(|(known, _)| *known != key)
            {
                signed.push((key, moment));
            }
        }
        Ok(signed)
    }
}

/// The note in its own format.
impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}
