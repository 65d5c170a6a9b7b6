//! Hashes of the tree, as RFC 6962 makes them from SHA-256.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::text;

/// What the log holds: a digest of 32 bytes, salted by whoever made it. The log knows nothing of what it stands for.
pub type Entry = [u8; 32];

/// A node of the tree: 32 bytes of SHA-256. Shown in base64, as in checkpoints and proofs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// These 32 bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// From 44 characters of canonical base64.
    pub fn from_base64(text: &str) -> Option<Self> {
        Self::from_slice(&text::unbase64(text)?)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of a leaf: SHA-256 of a zero byte and the entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256(&[&[0], entry])
}

/// The hash of an inner node: SHA-256 of a one byte and both children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], &left.0, &right.0])
}

/// The root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Hash(hasher.finalize().into())
}

/// The root over hashes of one level: their count may be any, the first complete subtrees are as large as they can be.
pub(crate) fn fold(peaks: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    peaks.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

/// The roots of the largest complete subtrees over neighbouring hashes of one level, left to right.
pub(crate) fn peaks(mut hashes: &[Hash]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    while !hashes.is_empty() {
        let (whole, rest) = hashes.split_at(1 << hashes.len().ilog2());
        peaks.extend(complete(whole));
        hashes = rest;
    }
    peaks
}

/// The root over a power of two of neighbouring hashes; nothing over nothing.
pub(crate) fn complete(hashes: &[Hash]) -> Option<Hash> {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        let pairs = level.chunks(2);
        level = pairs.filter_map(|pair| Some(node_hash(pair.first()?, pair.get(1)?))).collect();
    }
    level.first().copied()
}
