//! Moving what lies under an older master key to the one in use, a little at a time, while everybody works on.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use casework::event::PartyNumber;
use casework::office::Login;

use crate::Store;
use crate::database::{Connection, Row, Value, values};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::masters::KeyId;
use crate::{factor, seal, sealing};

/// Pieces that are looked at in one go, and so moved in one transaction at most.
const PAGE: u32 = 100;

/// How often a process looks whether master keys were added, where a command says them.
const LOOKED: Duration = Duration::from_secs(600);

/// How far a process has come.
#[derive(Default)]
pub(crate) struct Rewrapping {
    /// The key that was in use when the pass began: from then on nothing comes to lie under an older one.
    of: Option<KeyId>,
    /// Whether the pass has ended.
    done: bool,
    /// Where to go on.
    after: After,
    /// Pieces of this pass that do not open under any key.
    stuck: u64,
    looked: Option<Instant>,
}

/// The row that was looked at last.
#[derive(Debug, Clone, PartialEq, Eq)]
enum After {
    Party(String, u32),
    Factor(String),
}

impl Default for After {
    fn default() -> After {
        // No stream is named by an empty word.
        After::Party(String::new(), 0)
    }
}

/// What one go did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rewrapped {
    /// Pieces that were moved.
    pub moved: u64,
    /// Whether everything lies under the master key in use, but for what does not open.
    pub done: bool,
    /// Pieces that open under no key of the node: altered, or sealed by another. `huiyin verify journal` names the first.
    pub stuck: u64,
}

/// A piece as it lies in its table.
enum Piece {
    Party { stream: String, party: u32, wrapped: Vec<u8> },
    Factor { login: String, secret: Vec<u8> },
}

impl Piece {
    fn party(row: &Row<'_>) -> Result<Piece, StoreError> {
        Ok(Piece::Party { stream: row.get(0)?, party: row.get(1)?, wrapped: row.get(2)? })
    }

    fn factor(row: &Row<'_>) -> Result<Piece, StoreError> {
        Ok(Piece::Factor { login: row.get(0)?, secret: row.get(1)? })
    }

    fn place(&self) -> After {
        match self {
            Piece::Party { stream, party, .. } => After::Party(stream.clone(), *party),
            Piece::Factor { login, .. } => After::Factor(login.clone()),
        }
    }

    /// The same under the key in use; none where it lies under it already.
    fn anew(&self, keys: &Keys) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Piece::Party { stream, party, wrapped } => {
                seal::wrapped_anew(keys, stream, PartyNumber(*party), wrapped)
            }
            Piece::Factor { secret, .. } if keys.masters().is_current(secret) => Ok(None),
            Piece::Factor { login, secret } => {
                let name = factor::name(&Login(login.clone()));
                seal::lock(keys, &name, &seal::unlock(keys, &name, secret)?).map(Some)
            }
        }
    }

    /// Puts it in the place of the old one, unless that was erased or replaced meanwhile.
    fn replace(&self, connection: &Connection, anew: &[u8]) -> Result<(), StoreError> {
        match self {
            Piece::Party { stream, party, wrapped } => connection.execute(
                "UPDATE party_key SET wrapped = ?3 WHERE stream = ?1 AND party = ?2 AND wrapped = ?4",
                &values![stream, *party, anew, wrapped.as_slice()],
            ),
            Piece::Factor { login, secret } => connection.execute(
                "UPDATE factor SET secret = ?2 WHERE login = ?1 AND secret = ?3",
                &values![login, anew, secret.as_slice()],
            ),
        }
    }
}

/// The next pieces after a place, at most a page.
fn next(connection: &Connection, after: &After) -> Result<Vec<Piece>, StoreError> {
    let parties = "SELECT stream, party, wrapped FROM party_key WHERE (stream, party) > (?1, ?2)
         ORDER BY stream, party LIMIT ?3";
    let factors = "SELECT login, secret FROM factor WHERE login > ?1 ORDER BY login LIMIT ?2";
    let factors_after =
        |login: &str| connection.all(factors, &[Value::from(login), Value::from(PAGE)], Piece::factor);
    match after {
        After::Party(stream, party) => {
            let found = connection.all(parties, &values![stream, *party, PAGE], Piece::party)?;
            if found.is_empty() { factors_after("") } else { Ok(found) }
        }
        After::Factor(login) => factors_after(login),
    }
}

impl Store {
    /// Takes up master keys that were added to the key file, and moves some of what lies under an older one. To be called
    /// again and again while the program runs; where there is one key only, it costs a look at the file.
    ///
    /// # Errors
    /// The keys cannot be read any more, or the disk refuses. The next call goes on.
    pub fn rewrap(&self) -> Result<Rewrapped, StoreError> {
        let mut state = self.rewrapping.lock().unwrap_or_else(PoisonError::into_inner);
        if self.keys.is_quick_to_ask() || state.looked.is_none_or(|at| at.elapsed() > LOOKED) {
            state.looked = Some(Instant::now());
            self.keys.look_again()?;
        }
        if !self.keys.masters().are_several() {
            return Ok(Rewrapped { done: true, ..Rewrapped::default() });
        }
        self.take_up_newest()?;
        let in_use = self.keys.masters().in_use();
        if state.of != Some(in_use) {
            *state = Rewrapping { of: Some(in_use), looked: state.looked, ..Rewrapping::default() };
        }
        if state.done {
            return Ok(Rewrapped { done: true, stuck: state.stuck, moved: 0 });
        }
        let from = state.after.clone();
        let pieces = self.read(move |connection| next(connection, &from))?;
        let last = pieces.last().map(Piece::place);
        let moved = self.replace(pieces, &mut state.stuck)?;
        match last {
            Some(last) => state.after = last,
            None => state.done = true,
        }
        Ok(Rewrapped { moved, done: state.done, stuck: state.stuck })
    }

    /// The newest master key comes into use; whoever writes after it, in whatever process, wraps under it.
    fn take_up_newest(&self) -> Result<(), StoreError> {
        let keys = Arc::clone(&self.keys);
        let known = self.read(sealing::Sealing::read)?;
        let Some(known) = known else { return Ok(()) };
        if keys.masters().after(known.key).is_some() {
            let keys = Arc::clone(&keys);
            self.task(move |connection| sealing::move_on(connection, &keys, None))?;
        }
        match self.read(sealing::Sealing::read)? {
            Some(sealing) => sealing.take_up(&keys),
            None => Ok(()),
        }
    }

    fn replace(&self, pieces: Vec<Piece>, stuck: &mut u64) -> Result<u64, StoreError> {
        let mut anew = Vec::new();
        for piece in pieces {
            match piece.anew(&self.keys) {
                Ok(Some(bytes)) => anew.push((piece, bytes)),
                Ok(None) => {}
                Err(StoreError::CannotOpen(_) | StoreError::MasterKeyAbsent(_)) => *stuck += 1,
                Err(error) => return Err(error),
            }
        }
        let moved = anew.len() as u64;
        if moved > 0 {
            self.task(move |connection| {
                anew.iter().try_for_each(|(piece, bytes)| piece.replace(connection, bytes))
            })?;
        }
        Ok(moved)
    }
}
