//! Sealing: the words of each party of each stream under a key of their own, wrapped under the master key.

use std::collections::{BTreeMap, HashMap};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use casework::event::{PartyNumber, Sealed};
use zeroize::Zeroizing;

use crate::database::{Addition, Connection, Kind, Table, values};
use crate::error::StoreError;
use crate::keys::Keys;

/// The one suite there is today; the byte leaves room for others.
const AES_256_GCM: u8 = 1;
const NONCE_BYTES: usize = 12;

pub(crate) const PARTY_KEY: Table = Table {
    name: "party_key",
    key: "stream, party",
    columns: &[("stream", Kind::Text), ("party", Kind::Int), ("wrapped", Kind::Bytes)],
    on_conflict: "",
};

/// The wrapped keys of the streams a command or a group of them writes to, with those made on the way.
#[derive(Default)]
pub(crate) struct Ring {
    wrapped: HashMap<(String, u32), Vec<u8>>,
    made: Vec<(String, u32)>,
}

impl Ring {
    /// Takes in a key that is in the database.
    pub(crate) fn has(&mut self, stream: String, party: u32, wrapped: Vec<u8>) {
        self.wrapped.insert((stream, party), wrapped);
    }

    /// Takes in the keys that were made for a command.
    pub(crate) fn take(&mut self, other: &Ring) {
        self.made.extend(other.made.iter().cloned());
        self.wrapped.extend(other.wrapped.iter().map(|(key, wrapped)| (key.clone(), wrapped.clone())));
    }

    /// How many keys were made so far.
    pub(crate) fn made(&self) -> usize {
        self.made.len()
    }

    /// Forgets the keys made since: the command they were made for is not written.
    pub(crate) fn forget_after(&mut self, made: usize) {
        for key in self.made.drain(made..) {
            self.wrapped.remove(&key);
        }
    }

    /// The keys that were made.
    pub(crate) fn addition(&self) -> Addition<'_> {
        let wrapped = |key| self.wrapped.get(key).map(Vec::as_slice);
        let rows = self.made.iter().map(|key| values![&key.0, key.1, wrapped(key)].into());
        Addition::to(&PARTY_KEY, rows.collect())
    }

    /// The key of a party of a stream, made where it has none.
    fn key(&mut self, keys: &Keys, stream: &str, party: PartyNumber) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let name = (stream.to_owned(), party.0);
        if let Some(wrapped) = self.wrapped.get(&name) {
            return unwrap(keys, stream, party, wrapped);
        }
        let mut key = Zeroizing::new([0_u8; 32]);
        getrandom::fill(&mut *key)?;
        let wrapped = encrypt(&keys.seal, &*key, &aad_of_key(stream, party), stream)?;
        self.made.push(name.clone());
        self.wrapped.insert(name, wrapped);
        Ok(key)
    }
}

/// Whether there is anything to seal.
pub(crate) fn has_words(sealed: &[Sealed]) -> bool {
    sealed.iter().any(|words| !words.fields.is_empty())
}

/// Seals the words of an event, making keys for parties that have none yet.
///
/// Layout: per party `party u32 | length u32 | suite u8 | nonce 12 | ciphertext and tag`, big-endian.
pub(crate) fn seal(
    ring: &mut Ring,
    keys: &Keys,
    stream: &str,
    version: u64,
    sealed: &[Sealed],
) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    for words in sealed.iter().filter(|words| !words.fields.is_empty()) {
        let key = ring.key(keys, stream, words.party)?;
        let clear = Zeroizing::new(
            serde_json::to_vec(&words.fields).map_err(|error| StoreError::Damaged(error.to_string()))?,
        );
        let aad = aad_of_words(stream, version, words.party);
        let boxed = encrypt(&key, &clear, &aad, stream)?;
        bytes.extend(words.party.0.to_be_bytes());
        bytes.extend(u32::try_from(boxed.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(boxed);
    }
    Ok(bytes)
}

/// Opens what was sealed. Words of a party whose key was removed are left out: they are erased.
pub(crate) fn open(
    connection: &Connection,
    keys: &Keys,
    stream: &str,
    version: u64,
    mut bytes: &[u8],
) -> Result<Vec<Sealed>, StoreError> {
    let broken = || StoreError::CannotOpen(format!("{stream} version {version}"));
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let (head, rest) = bytes.split_at_checked(8).ok_or_else(broken)?;
        let party = PartyNumber(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let (boxed, after) = rest.split_at_checked(length).ok_or_else(broken)?;
        bytes = after;
        let Some(key) = party_key(connection, keys, stream, party)? else { continue };
        let clear = decrypt(&key, boxed, &aad_of_words(stream, version, party)).ok_or_else(broken)?;
        let fields: BTreeMap<String, String> = serde_json::from_slice(&clear).map_err(|_| broken())?;
        all.push(Sealed { party, fields });
    }
    Ok(all)
}

/// Whose words a sealed part holds. What cannot be read names nobody: its digest tells that it was altered.
pub(crate) fn parties(mut bytes: &[u8]) -> Vec<PartyNumber> {
    let mut found = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(8) {
        found.push(PartyNumber(u32::from_be_bytes([head[0], head[1], head[2], head[3]])));
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        bytes = rest.get(length..).unwrap_or_default();
    }
    found
}

/// Whether a party's key is there and opens.
pub(crate) fn has_key(
    connection: &Connection,
    keys: &Keys,
    stream: &str,
    party: PartyNumber,
) -> Result<bool, StoreError> {
    match party_key(connection, keys, stream, party) {
        Ok(key) => Ok(key.is_some()),
        Err(StoreError::CannotOpen(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn party_key(
    connection: &Connection,
    keys: &Keys,
    stream: &str,
    party: PartyNumber,
) -> Result<Option<Zeroizing<[u8; 32]>>, StoreError> {
    let sql = "SELECT wrapped FROM party_key WHERE stream = ?1 AND party = ?2";
    let wrapped: Option<Vec<u8>> = connection.first(sql, &values![stream, party.0], |row| row.get(0))?;
    wrapped.map(|wrapped| unwrap(keys, stream, party, &wrapped)).transpose()
}

fn unwrap(
    keys: &Keys,
    stream: &str,
    party: PartyNumber,
    wrapped: &[u8],
) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let clear = decrypt(&keys.seal, wrapped, &aad_of_key(stream, party));
    let key = clear.and_then(|clear| <[u8; 32]>::try_from(clear.as_slice()).ok());
    key.map(Zeroizing::new).ok_or_else(|| StoreError::CannotOpen(stream.to_owned()))
}

/// Seals something of the program's own under the master key; `name` says what.
pub(crate) fn lock(keys: &Keys, name: &str, clear: &[u8]) -> Result<Vec<u8>, StoreError> {
    encrypt(&keys.seal, clear, name.as_bytes(), name)
}

/// Opens it again.
pub(crate) fn unlock(keys: &Keys, name: &str, boxed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    decrypt(&keys.seal, boxed, name.as_bytes()).ok_or_else(|| StoreError::CannotOpen(name.to_owned()))
}

fn aad_of_key(stream: &str, party: PartyNumber) -> Vec<u8> {
    format!("party key {stream} {}", party.0).into_bytes()
}

fn aad_of_words(stream: &str, version: u64, party: PartyNumber) -> Vec<u8> {
    format!("words {stream} {version} {}", party.0).into_bytes()
}

pub(crate) fn encrypt(key: &[u8; 32], clear: &[u8], aad: &[u8], stream: &str) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut nonce)?;
    let cipher = Aes256Gcm::new(key.into());
    let boxed = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: clear, aad })
        .map_err(|_| StoreError::CannotOpen(stream.to_owned()))?;
    let mut bytes = vec![AES_256_GCM];
    bytes.extend(nonce);
    bytes.extend(boxed);
    Ok(bytes)
}

pub(crate) fn decrypt(key: &[u8; 32], boxed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (suite, rest) = boxed.split_first()?;
    let (nonce, boxed) = rest.split_at_checked(NONCE_BYTES)?;
    if *suite != AES_256_GCM {
        return None;
    }
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let cipher = Aes256Gcm::new(key.into());
    cipher.decrypt(&Nonce::from(nonce), Payload { msg: boxed, aad }).ok().map(Zeroizing::new)
}
