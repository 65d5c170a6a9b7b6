//! Matters as they stood when they were last read or written, so that only what happened since is read again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use casework::event::MatterId;
use casework::matter::Matter;

/// As many as a process that serves remembers: some tens of megabytes.
const MOST: usize = 8_192;

/// A matter as the journal had it at its version, with the hash of its procedure. The journal only grows, so this stays
/// the beginning of what it says.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) matter: Arc<Matter>,
    pub(crate) hash: Arc<str>,
}

/// Matters in two halves: when the younger is full, the older is let go. One that is asked for is young again.
pub(crate) struct Halves {
    most: usize,
    young: HashMap<MatterId, Known>,
    old: HashMap<MatterId, Known>,
}

impl Halves {
    pub(crate) fn of(most: usize) -> Halves {
        Halves { most, young: HashMap::new(), old: HashMap::new() }
    }

    pub(crate) fn take(&mut self, id: &MatterId) -> Option<Known> {
        let young = self.young.remove(id);
        young.or_else(|| self.old.remove(id))
    }

    pub(crate) fn keep(&mut self, id: MatterId, known: Known) {
        if self.young.len() >= self.most / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, known);
    }
}

/// Matters remembered by a process that serves. Never what is not committed yet.
pub(crate) struct Remembered(Mutex<Halves>);

impl Default for Remembered {
    fn default() -> Remembered {
        Remembered(Mutex::new(Halves::of(MOST)))
    }
}

impl Remembered {
    pub(crate) fn get(&self, id: &MatterId) -> Option<Known> {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = halves.young.get(id) {
            return Some(known.clone());
        }
        let known = halves.old.remove(id)?;
        halves.keep(id.clone(), known.clone());
        Some(known)
    }

    pub(crate) fn keep(&self, id: &MatterId, known: Known) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Two threads may have read at different moments: the later state stays.
        let later = halves.take(id).filter(|of| of.matter.version > known.matter.version);
        halves.keep(id.clone(), later.unwrap_or(known));
    }

    /// Lets one go: what the database says now does not fit it, as after a server lost what it had confirmed.
    pub(crate) fn forget(&self, id: &MatterId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take(id);
    }
}
