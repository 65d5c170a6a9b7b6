//! A witness: it cosigns a log's checkpoint only when that holds everything it saw of the log before (C2SP tlog-witness).

mod client;
mod collected;
mod memory;
mod message;

use std::collections::BTreeMap;
use std::path::Path;

pub use client::{Answer, read_answer, request};
pub use collected::Collected;
pub use message::Response;

use crate::checkpoint::SignedCheckpoint;
use crate::error::{SignatureError, WitnessError};
use crate::hash::empty_root;
use crate::key::{Algorithm, SignerKey, VerifierKey};
use crate::log::Head;
use crate::merkle::verify_consistency;
use memory::Memory;
use message::Request;

/// A witness with its key, the logs it knows, and its memory of the last checkpoint it cosigned of each.
#[derive(Debug)]
pub struct Witness {
    signer: SignerKey,
    logs: BTreeMap<String, Vec<VerifierKey>>,
    memory: Memory,
}

impl Witness {
    /// Opens a witness with its memory in a folder, which is made where it is absent and held by one process at a time.
    /// Each log is known by its origin, the name of its keys.
    ///
    /// # Errors
    /// The key is not one for cosignatures; the folder cannot be used or is in use; or a memory in it is damaged.
    pub fn open(
        folder: &Path,
        signer: SignerKey,
        logs: impl IntoIterator<Item = VerifierKey>,
    ) -> Result<Witness, WitnessError> {
        if signer.verifier().algorithm() != Algorithm::Cosignature {
            let name = signer.verifier().name().to_owned();
            return Err(SignatureError::Unfit(name, "it is not a witness's key").into());
        }
        let mut known: BTreeMap<String, Vec<VerifierKey>> = BTreeMap::new();
        for key in logs {
            known.entry(key.name().to_owned()).or_default().push(key);
        }
        let memory = Memory::open(folder, signer.verifier(), known.keys())?;
        Ok(Witness { signer, logs: known, memory })
    }

    /// The key whose cosignatures it gives.
    pub fn verifier(&self) -> &VerifierKey {
        self.signer.verifier()
    }

    /// The last tree it cosigned of a log; the empty one before the first; `None` of a log it does not know.
    pub fn last(&self, origin: &str) -> Option<Head> {
        self.logs.contains_key(origin).then(|| self.head(origin))
    }

    /// When it last cosigned a log, in seconds since 1970, where it remembers.
    pub fn last_time(&self, origin: &str) -> Option<u64> {
        self.memory.last(origin)?.time
    }

    /// The keys of the logs it knows, by origin.
    pub fn logs(&self) -> impl Iterator<Item = &VerifierKey> {
        self.logs.values().flatten()
    }

    fn head(&self, origin: &str) -> Head {
        self.memory.last(origin).map_or_else(Head::empty, |last| last.head)
    }

    /// Answers a `POST add-checkpoint` with this body at `now`, in seconds since 1970. What it cosigns is in its memory
    /// on disk before the answer is made.
    ///
    /// 200 with the cosignature; 400 malformed, or an old size above the new; 403 not signed by the log; 404 unknown log;
    /// 409 another old size than it knows, which it tells, or another root at the same size; 422 a proof that proves
    /// nothing; 500 its memory cannot be written.
    pub fn add_checkpoint(&mut self, body: &[u8], now: u64) -> Response {
        match self.cosign(body, now) {
            Ok(line) => Response::text(200, &line),
            Err(refusal) => refusal,
        }
    }

    /// The line to be sent; or the refusal.
    fn cosign(&mut self, body: &[u8], now: u64) -> Result<String, Response> {
        let malformed = |error: &dyn std::fmt::Display| Response::text(400, &error.to_string());
        let Request { old_size, proof, note } = Request::parse(body).map_err(|error| malformed(&error))?;
        let unverified = crate::checkpoint::Checkpoint::parse(note.text()).map_err(|error| malformed(&error))?;
        let origin = unverified.origin().to_owned();
        let keys = self.logs.get(&origin).ok_or_else(|| Response::text(404, "this log is not known here"))?;
        let mut checkpoint = SignedCheckpoint::of_log(note, &origin, keys)
            .map_err(|error| Response::text(403, &error.to_string()))?;
        let (head, last) = (checkpoint.head(), self.head(&origin));
        if old_size > head.size {
            return Err(Response::text(400, "the old size is larger than the checkpoint's"));
        }
        if old_size != last.size {
            return Err(Response::size(last.size));
        }
        if head.size == last.size && head.root != last.root && last.size > 0 {
            return Err(Response::text(409, "another root was cosigned at this size: the log has forked"));
        }
        let proven = if old_size > 0 {
            verify_consistency(old_size, last.root, head.size, head.root, &proof).is_ok()
        } else {
            proof.is_empty() && (head.size > 0 || head.root == empty_root())
        };
        if !proven {
            return Err(Response::text(422, "the proof does not lead from the old checkpoint to the new one"));
        }
        let text = checkpoint.note().text();
        let cosignature =
            self.signer.cosign(text, now).map_err(|error| Response::text(500, &error.to_string()))?;
        let line = cosignature.to_string();
        checkpoint.add([cosignature]);
        self.memory.keep(&checkpoint).map_err(|error| Response::text(500, &error.to_string()))?;
        Ok(line)
    }
}
