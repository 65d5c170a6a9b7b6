//! What can be wrong with a log, a proof, a note or a receipt, each told in one sentence.

use std::io;

/// A proof that proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    OutsideTree {
        /// Asked for.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// Nothing follows from a tree without leaves, nor from a larger tree to a smaller one.
    #[error("a tree of {new} leaves cannot be shown to hold one of {old}")]
    Sizes {
        /// Leaves of the earlier tree.
        old: u64,
        /// Leaves of the later tree.
        new: u64,
    },
    /// More or fewer hashes than such a proof has.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// The hashes lead elsewhere.
    #[error("the hashes of the proof do not lead to the root of the tree")]
    Root,
}

/// Text that is not in its format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {what} is not well formed: {why}")]
pub struct FormatError {
    /// What was read: key, note, checkpoint, proof, receipt, request, answer.
    pub what: &'static str,
    /// Which rule it breaks.
    pub why: &'static str,
}

impl FormatError {
    pub(crate) const fn new(what: &'static str, why: &'static str) -> Self {
        Self { what, why }
    }
}

/// A note that was not signed by those who should have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Nobody known signed.
    #[error("it is not signed by {0}")]
    Missing(String),
    /// A known key's signature is wrong.
    #[error("the signature of {0} is false: the text or the signature was altered")]
    False(String),
    /// Fewer witnesses than asked for.
    #[error("{found} of the known witnesses cosigned it, {wanted} are asked for")]
    Witnesses {
        /// Known witnesses that did.
        found: usize,
        /// How many must.
        wanted: usize,
    },
    /// Signed, but for another log.
    #[error("it is a checkpoint of {found}, not of {wanted}")]
    Origin {
        /// The origin it names.
        found: String,
        /// The log asked about.
        wanted: String,
    },
    /// A key of the wrong kind, or a moment that cannot be written.
    #[error("{0} cannot sign this: {1}")]
    Unfit(String, &'static str),
    /// Not a note, or not a checkpoint.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// Tiles that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TilesError {
    /// The source failed.
    #[error("{path} cannot be read: {error}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A tile that a tree of this size has.
    #[error("{0} is missing from the log")]
    Missing(String),
    /// Not as long as such a tile is, or not made of entries of 32 bytes.
    #[error("{0} is not a tile: its length or its entries are wrong")]
    Malformed(String),
    /// What was read does not hash to the root.
    #[error("the tiles do not fit the root of the tree: {0}")]
    DoesNotFit(#[from] ProofError),
}

/// A log that cannot be opened, appended to or signed.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Its tiles.
    #[error(transparent)]
    Tiles(#[from] TilesError),
    /// Its checkpoint.
    #[error("the checkpoint in the log's folder cannot be used: {0}")]
    Checkpoint(#[from] SignatureError),
    /// The tiles are not those of the checkpoint.
    #[error("the tiles in the log's folder do not hash to its checkpoint of {0} leaves: restore the folder")]
    Mismatch(u64),
    /// Somebody holds a signature over a larger tree.
    #[error(
        "a checkpoint of {signed} leaves was signed, the log holds {held}: append the missing leaves again, nothing smaller is signed"
    )]
    Behind {
        /// Leaves of the last signed tree.
        signed: u64,
        /// Leaves in the folder.
        held: u64,
    },
    /// Somebody holds a signature over another tree.
    #[error("the log does not hold what was signed at {0} leaves: signing would fork it")]
    Forked(u64),
    /// The key given is not the log's.
    #[error("the key is of {found}, the log is {wanted}")]
    OtherKey {
        /// Name of the key given.
        found: String,
        /// The log's.
        wanted: String,
    },
    /// Larger than a tree can be.
    #[error("the log is full")]
    Full,
    /// The disk.
    #[error("the log cannot be written ({0}): free space or make the disk writable")]
    Unwritable(#[from] io::Error),
}

/// A receipt that proves nothing, or less than asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not a receipt.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The filing is not signed by the office.
    #[error("the filing is not proven: {0}")]
    Filing(SignatureError),
    /// The checkpoint in it is not the log's, or not witnessed.
    #[error("the checkpoint in the receipt is not proven: {0}")]
    Checkpoint(SignatureError),
    /// The leaf is not in the tree.
    #[error("the receipt does not prove that the matter is in the log: {0}")]
    NotInLog(#[from] ProofError),
    /// The receipt is of another log than the key.
    #[error("the receipt is of the log {found}, the key is of {wanted}")]
    OtherLog {
        /// The log it names.
        found: String,
        /// The key's name.
        wanted: String,
    },
    /// Witnesses are asked for, and there is no checkpoint yet that they could have cosigned.
    #[error("the receipt has no proof from the log yet, so no witness can be counted: ask for it again later")]
    NotYetInLog,
}

/// A witness that cannot be opened, or that did not cosign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// What it remembers cannot be read; starting anew would let a log be rewritten.
    #[error("the witness's memory in {path} cannot be used: {why}; restore it, never empty it")]
    Memory {
        /// Which file.
        path: String,
        /// Why.
        why: String,
    },
    /// It was refused.
    #[error("the witness refused ({status}): {why}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// First line of its answer.
        why: String,
    },
    /// Its cosignature is no good.
    #[error("the witness's answer proves nothing: {0}")]
    Answer(#[from] SignatureError),
    /// The proof for it could not be made.
    #[error(transparent)]
    Tiles(#[from] TilesError),
}

impl WitnessError {
    /// Whether the witness says that the log contradicts what it saw of it before. A proof that was sent with a request
    /// made here is sound, so a witness that finds it is not has seen another tree.
    pub fn tells_of_another_history(&self) -> bool {
        matches!(self, WitnessError::Refused { status: 409 | 422, .. })
    }
}
