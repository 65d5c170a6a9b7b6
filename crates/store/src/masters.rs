//! The master keys of a node, which wrap the keys of parties and the secrets of the program. One is in use; those before it
//! are kept until nothing lies under them.

use zeroize::Zeroizing;

use crate::cipher::{self, Suite};
use crate::error::StoreError;
use crate::keys::{hex, keyed};

/// Names a master key without telling of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyId(pub(crate) [u8; 4]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&hex(&self.0))
    }
}

impl KeyId {
    pub(crate) fn of(key: &[u8; 32]) -> KeyId {
        let mac = keyed(key, &[b"name of a master key"]);
        KeyId([mac[0], mac[1], mac[2], mac[3]])
    }

    pub(crate) fn parse(text: &str) -> Option<KeyId> {
        let byte = |at| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        let id = KeyId([byte(0)?, byte(2)?, byte(4)?, byte(6)?]);
        (text == id.to_string()).then_some(id)
    }
}

/// Set in the first byte of a wrapped piece that names its key. Pieces of 0.1 do not, and lie under the first key.
pub(crate) const NAMES_ITS_KEY: u8 = 0x80;

/// One of them.
#[derive(Clone)]
pub(crate) struct Master {
    pub(crate) id: KeyId,
    pub(crate) key: Zeroizing<[u8; 32]>,
}

impl Master {
    pub(crate) fn of(key: Zeroizing<[u8; 32]>) -> Master {
        Master { id: KeyId::of(&key), key }
    }
}

/// The master keys a process knows, and how it seals.
#[derive(Clone)]
pub(crate) struct Masters {
    /// The oldest first; never empty. Behind those in use or used before, at most one that was prepared.
    all: Vec<Master>,
    /// How many of them are not merely prepared.
    settled: usize,
    in_use: KeyId,
    pub(crate) suite: Suite,
}

/// What a wrapped piece lies under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    /// A key that it names.
    Key(KeyId),
    /// A key that it does not name: the one there was in 0.1.
    First,
}

impl Under {
    /// What a piece says of itself; none where it is none.
    pub(crate) fn of(wrapped: &[u8]) -> Option<Under> {
        let (first, rest) = wrapped.split_first()?;
        if first & NAMES_ITS_KEY == 0 {
            return Some(Under::First);
        }
        Some(Under::Key(KeyId(rest.first_chunk().copied()?)))
    }
}

impl Masters {
    /// Those of a key file: used ones, the oldest first, and one that is prepared. The newest used one is in use, until
    /// the database says otherwise.
    pub(crate) fn new(used: Vec<Master>, prepared: Option<Master>) -> Option<Masters> {
        let (settled, in_use) = (used.len(), used.last()?.id);
        let all = used.into_iter().chain(prepared).collect();
        Some(Masters { all, settled, in_use, suite: Suite::default() })
    }

    pub(crate) fn in_use(&self) -> KeyId {
        self.in_use
    }

    pub(crate) fn has(&self, id: KeyId) -> bool {
        self.all.iter().any(|master| master.id == id)
    }

    /// Whether something may lie under another key than the one in use.
    pub(crate) fn are_several(&self) -> bool {
        self.all.len() > 1
    }

    /// Ids, the oldest first, and whether each is merely prepared.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (KeyId, bool)> {
        self.all.iter().enumerate().map(|(place, master)| (master.id, place >= self.settled))
    }

    /// The newest key that is not merely prepared, where it comes after `id`: what is to be used from now on.
    pub(crate) fn after(&self, id: KeyId) -> Option<KeyId> {
        let place = self.all.iter().position(|master| master.id == id)?;
        let newest = self.settled.checked_sub(1)?;
        if place < newest { self.all.get(newest).map(|master| master.id) } else { None }
    }

    /// The same, sealing as a database says.
    pub(crate) fn sealing_with(&self, suite: Suite, in_use: KeyId) -> Masters {
        Masters { suite, in_use, ..self.clone() }
    }

    fn key(&self, id: KeyId) -> Option<&Master> {
        self.all.iter().find(|master| master.id == id)
    }

    /// Whether a piece lies under the key in use.
    pub(crate) fn is_current(&self, wrapped: &[u8]) -> bool {
        Under::of(wrapped) == Some(Under::Key(self.in_use))
    }

    /// Wraps something under the key in use.
    ///
    /// Layout: `suite u8 with its highest bit set | id of the key 4 | nonce 12 | ciphertext and tag`; pieces of 0.1 are
    /// `suite u8 | nonce 12 | ciphertext and tag`.
    pub(crate) fn wrap(&self, clear: &[u8], aad: &[u8], name: &str) -> Result<Vec<u8>, StoreError> {
        let cannot = || StoreError::CannotOpen(name.to_owned());
        let master = self.key(self.in_use).ok_or_else(|| StoreError::MasterKeyAbsent(self.in_use.to_string()))?;
        let boxed = cipher::encrypt(self.suite, &master.key, clear, aad)?.ok_or_else(cannot)?;
        Ok([&[self.suite.byte() | NAMES_ITS_KEY], &master.id.0[..], &boxed].concat())
    }

    /// Opens what was wrapped under any of them.
    ///
    /// # Errors
    /// [`StoreError::MasterKeyAbsent`] where it names a key that is not here; it was altered.
    pub(crate) fn unwrap(&self, wrapped: &[u8], aad: &[u8], name: &str) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let cannot = || StoreError::CannotOpen(name.to_owned());
        let suite = |byte: &u8| Suite::of_byte(byte & !NAMES_ITS_KEY);
        let suite = wrapped.first().and_then(suite).ok_or_else(cannot)?;
        let clear = match Under::of(wrapped).ok_or_else(cannot)? {
            Under::Key(id) => {
                let master = self.key(id).ok_or_else(|| StoreError::MasterKeyAbsent(id.to_string()))?;
                cipher::decrypt(suite, &master.key, wrapped.get(5..).unwrap_or_default(), aad)
            }
            Under::First => {
                let boxed = wrapped.get(1..).unwrap_or_default();
                self.all.iter().find_map(|master| cipher::decrypt(suite, &master.key, boxed, aad))
            }
        };
        clear.ok_or_else(cannot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(byte: u8) -> Master {
        Master::of(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn pieces_are_opened_under_the_key_they_name_or_under_that_of_the_last_release() {
        let old = Masters::new(vec![master(1)], None).unwrap();
        let both = Masters::new(vec![master(1), master(2)], None).unwrap();
        let piece = old.wrap(b"key", b"aad", "x").unwrap();
        assert!(old.is_current(&piece) && !both.is_current(&piece));
        assert_eq!(*both.unwrap(&piece, b"aad", "x").unwrap(), b"key");
        let of_last_release =
            [&[1][..], &cipher::encrypt(Suite::Aes256Gcm, &[1; 32], b"key", b"aad").unwrap().unwrap()].concat();
        assert_eq!(*both.unwrap(&of_last_release, b"aad", "x").unwrap(), b"key");
        assert!(!old.is_current(&of_last_release), "a new key moves it");
        let new = Masters::new(vec![master(2)], None).unwrap();
        assert!(matches!(new.unwrap(&piece, b"aad", "x"), Err(StoreError::MasterKeyAbsent(_))));
        assert!(matches!(new.unwrap(&of_last_release, b"aad", "x"), Err(StoreError::CannotOpen(_))));
        for length in 0..piece.len() {
            assert!(both.unwrap(&piece[..length], b"aad", "x").is_err());
        }
    }

    #[test]
    fn both_suites_lie_side_by_side() {
        let aes = Masters::new(vec![master(1)], None).unwrap();
        let sm4 = aes.sealing_with(Suite::Sm4Gcm, aes.in_use());
        for (from, by) in [(&aes, &sm4), (&sm4, &aes)] {
            assert_eq!(*by.unwrap(&from.wrap(b"key", b"", "x").unwrap(), b"", "x").unwrap(), b"key");
        }
    }

    #[test]
    fn what_is_used_moves_forward_only_and_never_to_what_is_merely_prepared() {
        let (one, two, three) = (master(1).id, master(2).id, master(3).id);
        let masters = Masters::new(vec![master(1), master(2)], Some(master(3))).unwrap();
        assert_eq!(masters.in_use(), two);
        assert_eq!((masters.after(one), masters.after(two), masters.after(three)), (Some(two), None, None));
        assert_eq!(masters.after(master(4).id), None);
        assert_eq!(KeyId::parse(&one.to_string()), Some(one));
        assert_eq!((KeyId::parse("0g000000"), KeyId::parse("00"), KeyId::parse("0000000000")), (None, None, None));
    }
}
