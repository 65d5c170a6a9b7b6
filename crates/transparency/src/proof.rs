//! A proof for one leaf that is verified offline: index, hashes, and a checkpoint with its signatures (C2SP tlog-proof).

use std::fmt;

use crate::checkpoint::{Cosigned, SignedCheckpoint};
use crate::error::{FormatError, ReceiptError, TilesError};
use crate::hash::Hash;
use crate::key::VerifierKey;
use crate::log::Head;
use crate::merkle::verify_inclusion;
use crate::note::SignedNote;
use crate::text;
use crate::tiles::Tiles;
use crate::tree::Tree;

/// The first line of every proof.
pub(crate) const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A tree has no more levels.
const HASHES_MAX: usize = 64;

/// A proof as read: to be believed only after [`TlogProof::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: SignedNote,
}

impl TlogProof {
    /// The proof for the leaf at `index` (from 0) under the checkpoint of this very tree.
    ///
    /// # Errors
    /// No such leaf, or the tiles do not fit the checkpoint.
    pub fn make<T: Tiles + ?Sized>(
        tiles: &T,
        index: u64,
        checkpoint: &SignedCheckpoint,
    ) -> Result<TlogProof, TilesError> {
        let hashes = Tree::new(tiles, checkpoint.head()).inclusion(index)?;
        Ok(TlogProof { extra: None, index, hashes, checkpoint: checkpoint.note().clone() })
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(proof: &str) -> Result<TlogProof, FormatError> {
        let wrong = |why| FormatError::new("proof", why);
        let (head, checkpoint) =
            proof.split_once("\n\n").ok_or_else(|| wrong("there is no empty line before the checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(wrong("it does not begin as one"));
        }
        let mut line = lines.next();
        let extra = line.and_then(|line| line.strip_prefix("extra "));
        let extra = extra.map(|extra| text::unbase64(extra).ok_or_else(|| wrong("the extra data is not base64")));
        if extra.is_some() {
            line = lines.next();
        }
        let index = line.and_then(|line| text::decimal(line.strip_prefix("index ")?));
        let index = index.ok_or_else(|| wrong("there is no index"))?;
        let hashes: Option<Vec<Hash>> = lines.take(HASHES_MAX + 1).map(Hash::from_base64).collect();
        let hashes = hashes.filter(|hashes| hashes.len() <= HASHES_MAX);
        let hashes = hashes.ok_or_else(|| wrong("a hash is not 32 bytes in base64, or there are too many"))?;
        let checkpoint = SignedNote::parse(checkpoint.as_bytes())?;
        Ok(TlogProof { extra: extra.transpose()?, index, hashes, checkpoint })
    }

    /// The place of the leaf, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Data nobody has signed.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Verifies that the leaf with this hash is in the log of `key`, under a checkpoint that at least `quorum` of the
    /// witnesses cosigned. Returns the tree it is in and the known witnesses.
    ///
    /// # Errors
    /// The checkpoint is not signed by the log or not witnessed, or the leaf is not in its tree.
    pub fn verify(
        &self,
        leaf: Hash,
        key: &VerifierKey,
        witnesses: &[VerifierKey],
        quorum: usize,
    ) -> Result<(Head, Vec<Cosigned>), ReceiptError> {
        let keys = std::slice::from_ref(key);
        let checkpoint = SignedCheckpoint::of_log(self.checkpoint.clone(), key.name(), keys);
        let checkpoint = checkpoint.map_err(ReceiptError::Checkpoint)?;
        let head = checkpoint.head();
        verify_inclusion(self.index, head.size, leaf, &self.hashes, head.root)?;
        let cosigned = checkpoint.witnessed(witnesses, quorum).map_err(ReceiptError::Checkpoint)?;
        Ok((head, cosigned))
    }
}

/// The proof in its own format.
impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
