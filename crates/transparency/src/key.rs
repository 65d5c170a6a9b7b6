//! Keys for signing notes: Ed25519, in the text forms of C2SP signed-note and Go's note package.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::error::{FormatError, SignatureError};
use crate::hash::sha256;
use crate::note::NoteSignature;
use crate::text;

const PRIVATE: &str = "PRIVATE+KEY+";

/// What a key's signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// This text is mine (type 0x01): logs and offices.
    Ed25519,
    /// I saw this tree grow out of all I saw before, at this moment (type 0x04): witnesses.
    Cosignature,
}

impl Algorithm {
    const fn byte(self) -> u8 {
        match self {
            Algorithm::Ed25519 => 1,
            Algorithm::Cosignature => 4,
        }
    }

    fn of(byte: u8) -> Option<Algorithm> {
        [Algorithm::Ed25519, Algorithm::Cosignature].into_iter().find(|algorithm| algorithm.byte() == byte)
    }
}

/// The public half of a key, with the name it signs under.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads `name+hash+base64`, the hash being the key's id in eight hex digits.
    ///
    /// # Errors
    /// It is not such a text, its id does not belong to it, or the key is no point of the curve or a weak one.
    pub fn parse(vkey: &str) -> Result<VerifierKey, FormatError> {
        let wrong = |why| FormatError::new("verifier key", why);
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("it is not name+id+key"));
        };
        let bytes = text::unbase64(encoded).ok_or_else(|| wrong("the key is not base64"))?;
        let (algorithm, key) = bytes.split_first().ok_or_else(|| wrong("the key is empty"))?;
        let algorithm =
            Algorithm::of(*algorithm).ok_or_else(|| wrong("the key is of a kind that is not used here"))?;
        let key = key.try_into().map_err(|_| wrong("the key has not 32 bytes"))?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| wrong("the key is no point of the curve"))?;
        if key.is_weak() {
            return Err(wrong("the key is a weak one"));
        }
        let key =
            VerifierKey::new(name, algorithm, key).ok_or_else(|| wrong("the name has a space or a plus in it"))?;
        if id.len() != 8 || text::unhex(id) != Some(key.id()) {
            return Err(wrong("the id does not belong to the key"));
        }
        Ok(key)
    }

    fn new(name: &str, algorithm: Algorithm, key: VerifyingKey) -> Option<VerifierKey> {
        text::is_name(name).then(|| VerifierKey { name: name.to_owned(), algorithm, key })
    }

    /// The name it signs under; for a log also its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures say.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The four bytes by which signature lines name it.
    pub fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[self.algorithm.byte()], self.key.as_bytes()]);
        let [a, b, c, d, ..] = *hash.as_bytes();
        [a, b, c, d]
    }

    /// The 32 bytes of the key: equal for two names of one signer.
    pub fn key_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether a signature line names this key.
    pub(crate) fn is_of(&self, signature: &NoteSignature) -> bool {
        signature.name() == self.name && signature.id() == self.id()
    }

    /// Checks what was signed; for a cosignature the moment it was made, in seconds since 1970.
    pub(crate) fn verify(&self, note: &str, signature: &[u8]) -> Result<Option<u64>, SignatureError> {
        let is_false = || SignatureError::False(self.name.clone());
        let (time, signature) = match self.algorithm {
            Algorithm::Ed25519 => (None, signature),
            Algorithm::Cosignature => {
                let (time, signature) = signature.split_first_chunk().ok_or_else(is_false)?;
                (Some(u64::from_be_bytes(*time)), signature)
            }
        };
        if time.is_some_and(|time| time == 0 || time > i64::MAX as u64) {
            return Err(is_false());
        }
        let signature = Signature::from_slice(signature).map_err(|_| is_false())?;
        let message = time.map_or_else(|| note.to_owned(), |time| cosigned_message(note, time));
        self.key.verify_strict(message.as_bytes(), &signature).map_err(|_| is_false())?;
        Ok(time)
    }
}

/// `name+hash+base64`.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.algorithm.byte()], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, text::hex(&self.id()), text::base64(&key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

/// A key with its secret half, wiped from memory when dropped.
#[derive(Clone)]
pub struct SignerKey {
    verifier: VerifierKey,
    secret: SigningKey,
}

impl SignerKey {
    /// A new key from the machine's randomness, under a name without white space or plus.
    ///
    /// # Errors
    /// No such name, or no randomness.
    pub fn generate(name: &str, algorithm: Algorithm) -> Result<SignerKey, FormatError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed)
            .map_err(|_| FormatError::new("signer key", "the machine gives no randomness"))?;
        SignerKey::from_seed(name, algorithm, &seed)
    }

    /// The key of a seed of 32 secret bytes.
    ///
    /// # Errors
    /// The name is empty, too long, or has white space or a plus in it.
    pub fn from_seed(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<SignerKey, FormatError> {
        let secret = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, algorithm, secret.verifying_key())
            .ok_or_else(|| FormatError::new("signer key", "the name has a space or a plus in it"))?;
        Ok(SignerKey { verifier, secret })
    }

    /// The same key under another name: what it signed under the first is not signed under this one.
    ///
    /// # Errors
    /// The name is empty, too long, or has white space or a plus in it.
    pub fn named(self, name: &str) -> Result<SignerKey, FormatError> {
        SignerKey::from_seed(name, self.verifier.algorithm, self.secret.as_bytes())
    }

    /// Reads `PRIVATE+KEY+name+hash+base64`.
    ///
    /// # Errors
    /// It is not such a text, or its id does not belong to it.
    pub fn parse(skey: &str) -> Result<SignerKey, FormatError> {
        let wrong = |why| FormatError::new("signer key", why);
        let rest = skey.strip_prefix(PRIVATE).ok_or_else(|| wrong("it does not begin with PRIVATE+KEY+"))?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("it is not PRIVATE+KEY+name+id+key"));
        };
        let bytes = Zeroizing::new(text::unbase64(encoded).ok_or_else(|| wrong("the key is not base64"))?);
        let (algorithm, seed) = bytes.split_first().ok_or_else(|| wrong("the key is empty"))?;
        let algorithm =
            Algorithm::of(*algorithm).ok_or_else(|| wrong("the key is of a kind that is not used here"))?;
        let seed = Zeroizing::new(<[u8; 32]>::try_from(seed).map_err(|_| wrong("the key has not 32 bytes"))?);
        let key = SignerKey::from_seed(name, algorithm, &seed)?;
        if text::unhex(id) != Some(key.verifier.id()) {
            return Err(wrong("the id does not belong to the key"));
        }
        Ok(key)
    }

    /// The secret text that [`SignerKey::parse`] reads: for a file that only its owner may read.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut key = Zeroizing::new(vec![self.verifier.algorithm.byte()]);
        key.extend_from_slice(self.secret.as_bytes());
        let encoded = Zeroizing::new(text::base64(&key));
        Zeroizing::new(format!("{PRIVATE}{}+{}+{}", self.verifier.name, text::hex(&self.verifier.id()), *encoded))
    }

    /// Its public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs the text of a note.
    ///
    /// # Errors
    /// It is a key for cosignatures.
    pub fn sign(&self, note: &str) -> Result<NoteSignature, SignatureError> {
        if self.verifier.algorithm != Algorithm::Ed25519 {
            return Err(SignatureError::Unfit(
                self.verifier.name.clone(),
                "a witness's key signs with a time only",
            ));
        }
        Ok(self.line(self.secret.sign(note.as_bytes()).to_vec()))
    }

    /// Cosigns the text of a checkpoint as seen at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// It is not a key for cosignatures, or the moment is not after 1970.
    pub fn cosign(&self, note: &str, now: u64) -> Result<NoteSignature, SignatureError> {
        let unfit = |why| SignatureError::Unfit(self.verifier.name.clone(), why);
        if self.verifier.algorithm != Algorithm::Cosignature {
            return Err(unfit("it is not a witness's key"));
        }
        if now == 0 || now > i64::MAX as u64 {
            return Err(unfit("the moment cannot be written"));
        }
        let signature = self.secret.sign(cosigned_message(note, now).as_bytes());
        Ok(self.line([now.to_be_bytes().as_slice(), &signature.to_bytes()].concat()))
    }

    fn line(&self, bytes: Vec<u8>) -> NoteSignature {
        NoteSignature::new(&self.verifier.name, self.verifier.id(), bytes)
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey(of {})", self.verifier)
    }
}

fn cosigned_message(note: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{note}")
}
