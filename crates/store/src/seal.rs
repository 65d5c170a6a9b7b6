//! Sealing: the words of each party of each stream under a key of their own, wrapped under a master key.

use std::collections::{BTreeMap, HashMap};

use casework::event::{PartyNumber, Sealed};
use zeroize::Zeroizing;

use crate::cipher;
use crate::database::{Addition, Connection, Kind, Table, values};
use crate::error::StoreError;
use crate::keys::Keys;

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

    /// Takes in the keys that were made for a command, wrapped anew where another master key came into use meanwhile:
    /// whoever writes holds the journal, and from the moment one is in use nothing comes to lie under an older one.
    pub(crate) fn take(&mut self, other: &Ring, keys: &Keys) -> Result<(), StoreError> {
        for key in &other.made {
            let Some(wrapped) = other.wrapped.get(key) else { continue };
            let wrapped = match wrapped_anew(keys, &key.0, PartyNumber(key.1), wrapped)? {
                Some(anew) => anew,
                None => wrapped.clone(),
            };
            self.made.push(key.clone());
            self.wrapped.insert(key.clone(), wrapped);
        }
        Ok(())
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

    /// Lets go of a key that is being destroyed: what comes later is sealed under a new one.
    pub(crate) fn destroy(&mut self, stream: &str, party: PartyNumber) {
        self.wrapped.retain(|(of, number), _| of != stream || *number != party.0);
        self.made.retain(|(of, number)| of != stream || *number != party.0);
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
        let wrapped = keys.masters().wrap(&*key, &aad_of_key(stream, party), stream)?;
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
    let suite = keys.masters().suite;
    for words in sealed.iter().filter(|words| !words.fields.is_empty()) {
        let key = ring.key(keys, stream, words.party)?;
        let clear = Zeroizing::new(
            serde_json::to_vec(&words.fields).map_err(|error| StoreError::Damaged(error.to_string()))?,
        );
        let aad = aad_of_words(stream, version, words.party);
        let boxed = cipher::close(suite, &key, &clear, &aad, stream)?;
        bytes.extend(words.party.0.to_be_bytes());
        bytes.extend(u32::try_from(boxed.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(boxed);
    }
    Ok(bytes)
}

/// The sealed part of an event, with where it stands.
pub(crate) struct Closed {
    pub(crate) stream: String,
    pub(crate) version: u64,
    pub(crate) bytes: Vec<u8>,
}

/// Opens what was sealed, each with its stream and version. Words of a party whose key was removed are left out: they
/// are erased. The keys of all are asked for at once: on a server every question is a journey.
pub(crate) fn open(
    connection: &Connection,
    keys: &Keys,
    closed: Vec<Closed>,
) -> Result<Vec<(String, u64, Vec<Sealed>)>, StoreError> {
    let mut streams: Vec<&str> =
        closed.iter().filter(|of| !of.bytes.is_empty()).map(|of| of.stream.as_str()).collect();
    streams.sort_unstable();
    streams.dedup();
    let party_keys = party_keys(connection, keys, streams)?;
    let mut opened = Vec::with_capacity(closed.len());
    for of in closed {
        let words = open_one(&party_keys, &of)?;
        opened.push((of.stream, of.version, words));
    }
    Ok(opened)
}

fn open_one(party_keys: &PartyKeys, closed: &Closed) -> Result<Vec<Sealed>, StoreError> {
    let Closed { stream, version, bytes } = closed;
    let broken = || StoreError::CannotOpen(format!("{stream} version {version}"));
    let mut bytes = bytes.as_slice();
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let (head, rest) = bytes.split_at_checked(8).ok_or_else(broken)?;
        let party = PartyNumber(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let (boxed, after) = rest.split_at_checked(length).ok_or_else(broken)?;
        bytes = after;
        let Some((through, key)) = party_keys.get(stream).and_then(|of| of.get(&party.0)) else { continue };
        let Some(key) = key.as_ref().filter(|_| version > through) else { continue };
        let clear = cipher::open(key, boxed, &aad_of_words(stream, *version, party)).ok_or_else(broken)?;
        let fields: BTreeMap<String, String> = serde_json::from_slice(&clear).map_err(|_| broken())?;
        all.push(Sealed { party, fields });
    }
    Ok(all)
}

/// Keys of parties by stream and number, each with the version up to which the party's words were erased.
type PartyKeys = HashMap<String, HashMap<u32, (u64, Option<Zeroizing<[u8; 32]>>)>>;

fn party_keys(connection: &Connection, keys: &Keys, streams: Vec<&str>) -> Result<PartyKeys, StoreError> {
    let mut found = PartyKeys::new();
    if streams.is_empty() {
        return Ok(found);
    }
    let which = connection.among("stream", 1);
    let sql = format!(
        "SELECT stream, party, wrapped, 0 FROM party_key WHERE {which}
         UNION ALL SELECT stream, party, NULL, through FROM erased WHERE {which}"
    );
    let rows = connection.all(&sql, &values![streams], |row| {
        Ok((row.get::<String>(0)?, row.get::<u32>(1)?, row.get::<Option<Vec<u8>>>(2)?, row.get::<u64>(3)?))
    })?;
    for (stream, party, wrapped, through) in rows {
        let key = wrapped.map(|wrapped| unwrap(keys, &stream, PartyNumber(party), &wrapped)).transpose()?;
        let of = found.entry(stream).or_default().entry(party).or_default();
        of.0 = of.0.max(through);
        of.1 = key.or(of.1.take());
    }
    Ok(found)
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
        Err(StoreError::CannotOpen(_) | StoreError::MasterKeyAbsent(_)) => Ok(false),
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
    let clear = keys.unwrap(wrapped, &aad_of_key(stream, party), stream)?;
    let key = <[u8; 32]>::try_from(clear.as_slice()).map_err(|_| StoreError::CannotOpen(stream.to_owned()))?;
    Ok(Zeroizing::new(key))
}

/// The key of a party under the master key in use; none where it lies under it already.
pub(crate) fn wrapped_anew(
    keys: &Keys,
    stream: &str,
    party: PartyNumber,
    wrapped: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    if keys.masters().is_current(wrapped) {
        return Ok(None);
    }
    let key = unwrap(keys, stream, party, wrapped)?;
    keys.masters().wrap(&*key, &aad_of_key(stream, party), stream).map(Some)
}

/// Seals something of the program's own under the master key; `name` says what.
pub(crate) fn lock(keys: &Keys, name: &str, clear: &[u8]) -> Result<Vec<u8>, StoreError> {
    keys.masters().wrap(clear, name.as_bytes(), name)
}

/// Opens it again.
pub(crate) fn unlock(keys: &Keys, name: &str, boxed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    keys.unwrap(boxed, name.as_bytes(), name)
}

fn aad_of_key(stream: &str, party: PartyNumber) -> Vec<u8> {
    format!("party key {stream} {}", party.0).into_bytes()
}

fn aad_of_words(stream: &str, version: u64, party: PartyNumber) -> Vec<u8> {
    format!("words {stream} {version} {}", party.0).into_bytes()
}
