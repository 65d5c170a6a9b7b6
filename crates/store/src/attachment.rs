//! Files beside the journal: each encrypted under a key of its own, which lies in the sealed words of the event that brought
//! it. Whoever loses the key of a party loses the keys of its files; the digest over the encrypted bytes stands.

use std::collections::BTreeSet;

use casework::event::{AttachedFile, MatterFact, Public, Stream};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Store;
use crate::cipher;
use crate::database::{Connection, Kind, Table, values};
use crate::error::StoreError;
use crate::journal;
use crate::keys::{hex, unhex};
use crate::verify::Finding;

pub(crate) const ATTACHMENT: Table = Table {
    name: "attachment",
    key: "stream, version",
    columns: &[("stream", Kind::Text), ("version", Kind::Int), ("bytes", Kind::Bytes)],
    on_conflict: "",
};

/// How the public part of an event that brought a file tells so, as it is written.
const TOLD: &str = "\"event\":\"attached\"";

/// A file ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
    /// What opens it, in hex: to be sealed in the event that brings it.
    pub key: String,
    /// SHA-256 over the bytes as they are kept, in hex: for the event's public part.
    pub digest: String,
    /// The bytes as they are kept.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Encrypts a file that is to come to a stream, under a fresh key.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn seal_file(&self, stream: &Stream, clear: &[u8]) -> Result<SealedFile, StoreError> {
        let key = Zeroizing::new(self.random::<32>()?);
        let stream = stream.to_string();
        let bytes = cipher::close(self.keys.masters().suite, &key, clear, &said_along(&stream), &stream)?;
        Ok(SealedFile { key: hex(&*key), digest: digest(&bytes), bytes })
    }

    /// The file that an event of a stream brought, opened; none where its bytes are gone.
    ///
    /// # Errors
    /// The bytes are not what was kept or the key is another's, or the database cannot be read.
    pub fn file(
        &self,
        stream: &Stream,
        version: u64,
        key: &str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let name = stream.to_string();
        let broken = || StoreError::CannotOpen(format!("the file of {name} version {version}"));
        let key = unhex(key).ok_or_else(broken)?;
        let of = name.clone();
        let bytes = self.glance_at(stream, move |connection| bytes_of(connection, &of, version))?;
        bytes.map(|bytes| cipher::open(&key, &bytes, &said_along(&name)).ok_or_else(broken)).transpose()
    }

    /// Whether the bytes of every file are those the journal tells of, and none are there that it does not; the first that
    /// does not fit.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn verify_files(&self) -> Result<Option<Finding>, StoreError> {
        self.read(|connection| connection.snapshot(|| first_unfit(connection)))
    }
}

fn said_along(stream: &str) -> Vec<u8> {
    format!("file {stream}").into_bytes()
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The bytes beside an event, as they lie there.
pub(crate) fn bytes_of(
    connection: &Connection,
    stream: &str,
    version: u64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM attachment WHERE stream = ?1 AND version = ?2";
    connection.first(sql, &values![stream, version], |row| row.get(0))
}

/// Whether the public part of an event, as it is written, may tell of a file.
pub(crate) fn may_tell(public: &[u8]) -> bool {
    public.windows(TOLD.len()).any(|window| window == TOLD.as_bytes())
}

/// Events that are looked at in one go.
const PAGE: i64 = 1000;

fn first_unfit(connection: &Connection) -> Result<Option<Finding>, StoreError> {
    let mut told = BTreeSet::new();
    let mut after = 0_u64;
    loop {
        let sql = format!(
            "SELECT position, stream, version, public FROM event
             WHERE position > ?1 AND stream LIKE 'matter/%' AND public LIKE '%{TOLD}%' ORDER BY position LIMIT ?2"
        );
        let page = connection.all(&sql, &values![after, PAGE], |row| {
            Ok((row.get::<u64>(0)?, row.get::<String>(1)?, row.get::<u64>(2)?, row.get::<String>(3)?))
        })?;
        let Some((last, ..)) = page.last() else { break };
        after = *last;
        for (position, stream, version, public) in page {
            let Some(file) = attached(&stream, &public)? else { continue };
            match bytes_of(connection, &stream, version)? {
                None => return Ok(Some(Finding::FileGone(position))),
                Some(bytes) if digest(&bytes) != file.digest => return Ok(Some(Finding::FileAltered(position))),
                Some(_) => told.insert((stream, version)),
            };
        }
    }
    connection.read("SELECT stream, version FROM attachment ORDER BY stream, version", &[], |rows| {
        while let Some(row) = rows.next()? {
            let key: (String, u64) = (row.get(0)?, row.get(1)?);
            if !told.contains(&key) {
                return Ok(Some(Finding::FileOfNobody(key.0)));
            }
        }
        Ok(None)
    })
}

fn attached(stream: &str, public: &str) -> Result<Option<AttachedFile>, StoreError> {
    let Some(stream) = Stream::from_key(stream) else { return Ok(None) };
    Ok(match journal::decode(&stream, public)? {
        Public::Matter(event) => match event.fact {
            MatterFact::Attached(file) => Some(file),
            _ => None,
        },
        _ => None,
    })
}
