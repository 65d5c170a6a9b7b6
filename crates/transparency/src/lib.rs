//! The transparency log: a public Merkle tree of digests, its signed checkpoints, its witnesses, and the receipts that
//! can be verified offline.
//!
//! Everything that leaves this crate follows the C2SP texts: tlog-tiles, signed-note, tlog-checkpoint,
//! tlog-cosignature (v1), tlog-witness and tlog-proof, over the hashing of RFC 6962. The crate is pure: time is an
//! argument, chance is passed in (except where a key is made), nothing goes over a network, and all it ever sees of a
//! matter is a digest of 32 bytes.
//!
//! Whatever comes from outside (proofs, notes, tiles, requests, receipts) is refused with an error, never with a panic.

mod audit;
mod beat;
mod checkpoint;
mod edge;
mod error;
mod folder;
mod hash;
mod key;
mod log;
mod merkle;
mod note;
mod proof;
mod receipt;
mod text;
mod tile;
mod tiles;
mod tree;
pub mod witness;

pub use audit::{Finding, Report, audit};
pub use beat::{BEAT_LEAVES_MIN, beat, published};
pub use checkpoint::{Checkpoint, Cosigned, SignedCheckpoint, cosignatures};
pub use error::{FormatError, LogError, ProofError, ReceiptError, SignatureError, TilesError, WitnessError};
pub use folder::{Folder, Storage};
pub use hash::{Entry, Hash, empty_root, leaf_hash, node_hash};
pub use key::{Algorithm, SignerKey, VerifierKey};
pub use log::{Head, Log};
pub use merkle::{verify_consistency, verify_inclusion};
pub use note::{NoteSignature, SignedNote};
pub use proof::TlogProof;
pub use receipt::{Filing, InLog, Receipt, Verified};
pub use tile::{TILE_WIDTH, Tile};
pub use tiles::{CHECKPOINT, Tiles, read_entries, read_hashes};
pub use tree::{Tree, root_of};
pub use witness::Witness;
