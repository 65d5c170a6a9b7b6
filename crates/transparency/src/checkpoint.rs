//! Checkpoints: the head of a log as a signed note, and those who cosigned it (C2SP tlog-checkpoint, tlog-cosignature).

use std::fmt;

use crate::error::{FormatError, SignatureError};
use crate::hash::Hash;
use crate::key::{Algorithm, SignerKey, VerifierKey};
use crate::log::Head;
use crate::note::{NoteSignature, SignedNote};
use crate::text;

/// What a checkpoint says: of which log, how many leaves, which root, and lines of the log's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: Head,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// The checkpoint of a log with this origin at this head, without extension lines.
    ///
    /// # Errors
    /// The origin is not one line.
    pub fn new(origin: &str, head: Head) -> Result<Checkpoint, FormatError> {
        Checkpoint { origin: origin.to_owned(), head, extensions: Vec::new() }.checked()
    }

    /// The same with one more line of the log's own; readers only carry it along.
    ///
    /// # Errors
    /// It is not one line that says something.
    pub fn with_extension(mut self, line: &str) -> Result<Checkpoint, FormatError> {
        self.extensions.push(line.to_owned());
        self.checked()
    }

    /// Reads the text of a note.
    ///
    /// # Errors
    /// It is no checkpoint.
    pub fn parse(text: &str) -> Result<Checkpoint, FormatError> {
        let wrong = |why| FormatError::new("checkpoint", why);
        let body = text.strip_suffix('\n').ok_or_else(|| wrong("it does not end with a new line"))?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(wrong("it has fewer than three lines"));
        };
        let size = text::decimal(size).ok_or_else(|| wrong("the size is not a decimal number"))?;
        let root = Hash::from_base64(root).ok_or_else(|| wrong("the root is not 32 bytes in base64"))?;
        let extensions = lines.map(str::to_owned).collect();
        Checkpoint { origin: origin.to_owned(), head: Head { size, root }, extensions }.checked()
    }

    /// Which log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Size and root.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The log's own lines.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs it.
    ///
    /// # Errors
    /// The key is for cosignatures.
    pub fn sign(self, signer: &SignerKey) -> Result<SignedCheckpoint, SignatureError> {
        let text = self.to_string();
        let note = SignedNote::new(&text, vec![signer.sign(&text)?])?;
        Ok(SignedCheckpoint { checkpoint: self, note })
    }

    fn checked(self) -> Result<Checkpoint, FormatError> {
        let is_no_line = |line: &String| line.is_empty() || line.contains(char::is_control);
        if is_no_line(&self.origin) || self.extensions.iter().any(is_no_line) {
            return Err(FormatError::new("checkpoint", "a line is empty or has control characters in it"));
        }
        Ok(self)
    }
}

/// The text of the note.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.head.size, self.head.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A checkpoint that its log has signed, verified, with whatever other signatures came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: SignedNote,
}

impl SignedCheckpoint {
    /// Reads a checkpoint of the log whose key this is; its origin is the key's name.
    ///
    /// # Errors
    /// It is no checkpoint, of another log, not signed by it, or its signature is false.
    pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<SignedCheckpoint, SignatureError> {
        SignedCheckpoint::of_log(SignedNote::parse(bytes)?, key.name(), std::slice::from_ref(key))
    }

    /// The same for a log with several keys, each of which signs alone, under any name.
    pub(crate) fn of_log(
        note: SignedNote,
        origin: &str,
        keys: &[VerifierKey],
    ) -> Result<SignedCheckpoint, SignatureError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != origin {
            return Err(SignatureError::Origin { found: checkpoint.origin, wanted: origin.to_owned() });
        }
        // A witness's key says something else than that the log is one's own.
        let own = keys.iter().filter(|key| key.algorithm() == Algorithm::Ed25519);
        if note.signed_by(own)?.is_empty() {
            return Err(SignatureError::Missing(origin.to_owned()));
        }
        Ok(SignedCheckpoint { checkpoint, note })
    }

    /// What it says.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Size and root.
    pub fn head(&self) -> Head {
        self.checkpoint.head
    }

    /// The note, for those who keep or send it.
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Adds cosignatures, for others to verify; see [`crate::witness::read_answer`] for verified ones.
    pub fn add(&mut self, signatures: impl IntoIterator<Item = NoteSignature>) {
        signatures.into_iter().for_each(|signature| self.note.add(signature));
    }

    /// The known witnesses that cosigned it, at least `quorum` of them.
    ///
    /// # Errors
    /// Fewer did, or a known witness's cosignature is false.
    pub fn witnessed(&self, witnesses: &[VerifierKey], quorum: usize) -> Result<Vec<Cosigned>, SignatureError> {
        let cosigned = cosignatures(&self.note, witnesses)?;
        if cosigned.len() < quorum {
            return Err(SignatureError::Witnesses { found: cosigned.len(), wanted: quorum });
        }
        Ok(cosigned)
    }
}

/// The note in its own format, as it is served.
impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

/// A witness that cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Its name.
    pub witness: String,
    /// When, in seconds since 1970, by its own clock.
    pub time: u64,
}

/// The known witnesses that cosigned a note. One signer under two names counts once, because what a witness signs does
/// not say its name.
///
/// # Errors
/// A known witness's cosignature is false.
pub fn cosignatures(note: &SignedNote, witnesses: &[VerifierKey]) -> Result<Vec<Cosigned>, SignatureError> {
    let known = witnesses.iter().filter(|key| key.algorithm() == Algorithm::Cosignature);
    let mut keys: Vec<&[u8; 32]> = Vec::new();
    let mut cosigned = Vec::new();
    for (key, time) in note.signed_by(known)? {
        if let Some(time) = time
            && !keys.contains(&key.key_bytes())
        {
            keys.push(key.key_bytes());
            cosigned.push(Cosigned { witness: key.name().to_owned(), time });
        }
    }
    Ok(cosigned)
}
