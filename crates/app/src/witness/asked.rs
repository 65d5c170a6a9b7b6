//! Asking witnesses: after each beat the checkpoint goes to all of them at once, and what comes back is kept beside it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use courier::{Address, Courier};
use jiff::Timestamp;
use transparency::witness::{Answer, Collected, read_answer, request};
use transparency::{
    Algorithm, CHECKPOINT, NoteSignature, SignedCheckpoint, Tiles, TilesError, TlogProof, VerifierKey,
};

use super::standing::{Trouble, WitnessStanding, WitnessState};
use crate::App;
use crate::error::AppError;
use crate::public_log::unreadable;

/// How long a witness may take: it is asked on a thread of its own, and again after the next beat.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer read; a cosignature is a line of about 150 bytes.
const ANSWER_BYTES_MAX: u64 = 16 * 1024;
/// Times it is asked for one checkpoint: once, once more from the size it names, and once for a size that moved meanwhile.
const TIMES_MAX: usize = 3;

/// A witness to be asked: where it is, and the key its cosignatures are believed under.
#[derive(Debug, Clone)]
pub struct WitnessAsked {
    address: Address,
    key: VerifierKey,
}

impl WitnessAsked {
    /// A witness at an address (below which it answers `add-checkpoint`), with its key as `name+id+key`.
    ///
    /// # Errors
    /// The address is none, or the key is not that of a witness.
    pub fn new(address: &str, key: &str) -> Result<WitnessAsked, AppError> {
        let address = Address::parse(address).map_err(|error| AppError::Input(error.to_string()))?;
        let key = VerifierKey::parse(key.trim()).map_err(|error| AppError::Input(error.to_string()))?;
        if key.algorithm() != Algorithm::Cosignature {
            let name = key.name();
            return Err(AppError::Input(format!("the key of {name} is a log's, not a witness's")));
        }
        Ok(WitnessAsked { address, key })
    }
}

/// The witnesses of a log, and what they gave.
pub(crate) struct Witnesses {
    courier: Courier,
    asked: Vec<(WitnessAsked, Mutex<WitnessState>)>,
    /// Opened when it is first needed. Locked before the log.
    collected: Mutex<Option<Collected>>,
}

impl Witnesses {
    /// No witnesses.
    pub(crate) fn none() -> Witnesses {
        Witnesses { courier: Courier::new(PATIENCE), asked: Vec::new(), collected: Mutex::new(None) }
    }

    fn keys(&self) -> Vec<VerifierKey> {
        self.asked.iter().map(|(witness, _)| witness.key.clone()).collect()
    }
}

impl App {
    /// The same node with these witnesses for its log.
    ///
    /// # Errors
    /// Two of them have one key.
    pub fn with_witnesses(mut self, witnesses: Vec<WitnessAsked>) -> Result<App, AppError> {
        for (at, one) in witnesses.iter().enumerate() {
            if let Some(other) =
                witnesses.iter().skip(at + 1).find(|other| other.key.key_bytes() == one.key.key_bytes())
            {
                let (one, other) = (&one.address, &other.address);
                return Err(AppError::Input(format!("{one} and {other} have one key: they are one witness")));
            }
        }
        let asked = witnesses.into_iter().map(|witness| (witness, Mutex::default())).collect();
        self.witnesses = Witnesses { asked, ..Witnesses::none() };
        Ok(self)
    }

    /// Whether there is anybody to ask.
    pub fn has_witnesses(&self) -> bool {
        !self.witnesses.asked.is_empty()
    }

    /// Asks every witness that has not cosigned the published checkpoint yet, all at once; returns when the last has
    /// answered or was given up. What each gives is kept and published at once. Why one does not is written to the trace
    /// when it changes, and shown by [`App::witness_standings`].
    ///
    /// # Errors
    /// The checkpoint cannot be read.
    pub fn ask_witnesses(&self) -> Result<(), AppError> {
        let Some(checkpoint) = self.published_checkpoint()? else { return Ok(()) };
        std::thread::scope(|scope| {
            for (witness, state) in &self.witnesses.asked {
                let checkpoint = &checkpoint;
                let ask = move || note(witness, state, self.ask(witness, checkpoint));
                if let Err(error) = std::thread::Builder::new().spawn_scoped(scope, ask) {
                    tracing::warn!(%error, name = witness.key.name(), "no thread could be started to ask a witness");
                }
            }
        });
        Ok(())
    }

    /// How it stands with each witness, in the order they were given.
    ///
    /// # Errors
    /// What they gave cannot be read.
    pub fn witness_standings(&self) -> Result<Vec<WitnessStanding>, AppError> {
        let mut collected = self.collected()?;
        let standing = |(witness, state): &(WitnessAsked, Mutex<WitnessState>)| WitnessStanding {
            name: witness.key.name().to_owned(),
            key: witness.key.to_string(),
            address: witness.address.to_string(),
            cosigned: collected.as_mut().and_then(|collected| {
                let (head, cosigned) = collected.last_of(&witness.key)?;
                let time = i64::try_from(cosigned.time).ok()?;
                Some((head.size, Timestamp::from_second(time).ok()?))
            }),
            state: *state.lock().unwrap_or_else(PoisonError::into_inner),
        };
        Ok(self.witnesses.asked.iter().map(standing).collect())
    }

    /// The checkpoint as it is published.
    pub(crate) fn published_checkpoint(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        let Some(bytes) = self.log_files().read(CHECKPOINT).map_err(unreadable)? else { return Ok(None) };
        let checkpoint = SignedCheckpoint::open(&bytes, self.public_log.verifier());
        checkpoint.map(Some).map_err(|error| AppError::Log(error.to_string()))
    }

    /// The proof of a leaf under the checkpoint with the most cosignatures; none while no checkpoint holds it.
    pub(crate) fn proof_of_leaf(&self, index: u64) -> Result<Option<TlogProof>, AppError> {
        let files = self.log_files();
        if self.has_witnesses() {
            let collected = self.collected()?;
            let cosigned: Vec<_> = collected.iter().flat_map(|kept| kept.holding(index)).cloned().collect();
            drop(collected);
            // Of a folder that was made anew, the tiles of an older tree may be gone: the next one does as well.
            if let Some(proof) = cosigned.iter().find_map(|one| TlogProof::make(&files, index, one).ok()) {
                return Ok(Some(proof));
            }
        }
        match self.published_checkpoint()? {
            Some(signed) if signed.head().size > index => {
                TlogProof::make(&files, index, &signed).map(Some).map_err(|error| AppError::Log(error.to_string()))
            }
            _ => Ok(None),
        }
    }

    fn ask(&self, witness: &WitnessAsked, checkpoint: &SignedCheckpoint) -> Result<(), Trouble> {
        let size = checkpoint.head().size;
        let last = self.collected().map_err(kept)?.as_ref().and_then(|collected| collected.last_of(&witness.key));
        if last.as_ref().is_some_and(|(head, _)| *head == checkpoint.head()) {
            return Ok(());
        }
        let mut old = last.map_or(0, |(head, _)| head.size).min(size);
        for _ in 0..TIMES_MAX {
            match self.answer(witness, checkpoint, old)? {
                Answer::Cosigned(lines) => return self.keep_cosigned(checkpoint, lines),
                Answer::KnownSize(known) if known > size => {
                    let signed = self.store.signed().map_err(|error| kept(error.into()))?;
                    let is_ours = signed.is_some_and(|(signed, _)| known <= signed);
                    return Err(if is_ours { Trouble::Ahead } else { Trouble::LargerTree(known) });
                }
                Answer::KnownSize(known) => old = known,
            }
        }
        Err(Trouble::Wavers)
    }

    fn answer(&self, witness: &WitnessAsked, checkpoint: &SignedCheckpoint, old: u64) -> Result<Answer, Trouble> {
        let body =
            request(&self.log_files(), old, checkpoint).map_err(|error: TilesError| Trouble::Proof(error))?;
        let courier = &self.witnesses.courier;
        let kind = "text/plain; charset=utf-8";
        let told = courier.post(&witness.address, "add-checkpoint", kind, body.as_bytes(), ANSWER_BYTES_MAX)?;
        let known = std::slice::from_ref(&witness.key);
        read_answer(told.status, &told.content_type, &told.body, checkpoint, known).map_err(Trouble::of)
    }

    /// Kept for receipts, and put under the published checkpoint unless that is a newer one by now.
    fn keep_cosigned(&self, checkpoint: &SignedCheckpoint, lines: Vec<NoteSignature>) -> Result<(), Trouble> {
        let mut collected = self.collected().map_err(kept)?;
        let Some(collected) = collected.as_mut() else { return Ok(()) };
        let whole = collected.add(checkpoint, lines).map_err(|error| kept(unreadable(error)))?;
        self.publish_cosigned(&whole).map_err(kept)
    }

    fn collected(&self) -> Result<MutexGuard<'_, Option<Collected>>, AppError> {
        let mut collected = self.witnesses.collected.lock().unwrap_or_else(PoisonError::into_inner);
        if collected.is_none() && self.has_witnesses() {
            let folder = self.public_log.folder().join("witnessed");
            let opened = Collected::open(&folder, self.public_log.verifier(), self.witnesses.keys());
            *collected = Some(opened.map_err(unreadable)?);
        }
        Ok(collected)
    }
}

/// Notes how a witness answered, and tells the operator of what is new.
fn note(witness: &WitnessAsked, state: &Mutex<WitnessState>, asked: Result<(), Trouble>) {
    let (name, address) = (witness.key.name(), &witness.address);
    let next = match &asked {
        Ok(()) => Some(WitnessState::Cosigns),
        Err(trouble) => trouble.state(),
    };
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let changed = next.is_some_and(|next| next != *state);
    *state = next.map_or(*state, |next| state.then(next));
    match asked {
        Ok(()) if changed => tracing::info!(name, %address, "the witness cosigns the public log"),
        // The other process asked, and has what it was given.
        Ok(()) | Err(Trouble::Ahead) => {}
        Err(trouble) if trouble.state().is_some_and(WitnessState::is_alarm) => {
            // Told at every beat: whoever looks at the end of the trace must see it.
            tracing::error!(
                name, %address,
                "ALARM: the witness refuses this public log: {trouble}. What was published was changed or put back, \
                 or another program signs with the same keys. Change nothing, keep the data folder, and see 'Alarm' \
                 in docs/operating/public-log.md"
            );
        }
        Err(trouble) if changed || next.is_none() => {
            tracing::warn!(name, %address, "a witness did not cosign: {trouble}; it is asked again after the next beat");
        }
        Err(_) => {}
    }
}

fn kept(error: AppError) -> Trouble {
    Trouble::Kept(error.to_string())
}
