//! One file of a backup: encrypted in chunks under a key of its own, written aside, flushed and renamed.
//!
//! Layout: `huiyin backup 1\n`, 32 bytes of chance, then chunks: length of what follows as 4 bytes big-endian, its highest
//! bit set in the last one, and AES-256-GCM over at most 1 MiB with the chunk's number as nonce and these 4 bytes as
//! what is said along. The key is made from the backup key, the file's name and the chance.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::lines::{CARRIED, Line, encode, text};
use crate::database::{Table, Value};
use crate::error::StoreError;
use crate::keys::{hex, keyed};

const MAGIC: &[u8; 16] = b"huiyin backup 1\n";
const CHUNK: usize = 1 << 20;
const TAG: usize = 16;
const LAST: u32 = 1 << 31;

/// A file as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Listed {
    /// Whether the file is as it was written, byte by byte.
    pub(super) fn check(&self, folder: &Path) -> Result<(), StoreError> {
        let file = folder.join(&self.name);
        let damaged = |what| StoreError::BackupDamaged { file: file.clone(), what };
        let mut input = File::open(&file).map_err(|_| damaged("is missing or cannot be read"))?;
        let (mut hash, mut bytes, mut total) = (Sha256::new(), vec![0; 1 << 18], 0_u64);
        loop {
            let count = input.read(&mut bytes).map_err(|_| damaged("cannot be read"))?;
            if count == 0 {
                break;
            }
            total += count as u64;
            hash.update(bytes.get(..count).unwrap_or_default());
        }
        if total < self.bytes {
            return Err(damaged("was cut short"));
        }
        if total > self.bytes || hex(&hash.finalize()) != self.sha256 {
            return Err(damaged("is not as it was written"));
        }
        Ok(())
    }
}

fn cipher(key: &[u8; 32], name: &str, chance: &[u8]) -> Aes256Gcm {
    let of_file = Zeroizing::new(keyed(key, &[b"huiyin backup file", name.as_bytes(), chance]));
    Aes256Gcm::new((&*of_file).into())
}

fn nonce(number: u64) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut bytes = [0; 12];
    bytes.iter_mut().skip(4).zip(number.to_be_bytes()).for_each(|(byte, of)| *byte = of);
    Nonce::from(bytes)
}

/// A file that is being written.
pub(super) struct Sealer {
    out: BufWriter<File>,
    folder: PathBuf,
    name: String,
    cipher: Aes256Gcm,
    hash: Sha256,
    clear: Zeroizing<Vec<u8>>,
    number: u64,
    /// Written so far.
    pub(super) bytes: u64,
}

impl Sealer {
    pub(super) fn create(folder: &Path, name: &str, key: &[u8; 32]) -> Result<Sealer, StoreError> {
        let mut chance = [0; 32];
        getrandom::fill(&mut chance)?;
        let aside = aside(folder, name);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside);
        let mut sealer = Sealer {
            out: BufWriter::new(file.map_err(|error| cannot_write(&aside, &error))?),
            folder: folder.to_owned(),
            name: name.to_owned(),
            cipher: cipher(key, name, &chance),
            hash: Sha256::new(),
            clear: Zeroizing::new(Vec::with_capacity(CHUNK * 2)),
            number: 0,
            bytes: 0,
        };
        sealer.put(MAGIC)?;
        sealer.put(&chance)?;
        Ok(sealer)
    }

    /// Adds a row of a table that is carried.
    pub(super) fn line(&mut self, table: &Table, line: &Line) -> Result<(), StoreError> {
        let place = CARRIED.iter().position(|carried| carried.name == table.name);
        self.clear.push(place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX));
        encode(line, &mut self.clear);
        self.flush()
    }

    /// Adds bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.clear.extend(bytes);
        self.flush()
    }

    /// Seals what fills a chunk. One byte is kept back, so that the last chunk is never without any.
    fn flush(&mut self) -> Result<(), StoreError> {
        while self.clear.len() > CHUNK {
            let rest = Zeroizing::new(self.clear.split_off(CHUNK));
            self.chunk(0)?;
            *self.clear = rest.to_vec();
        }
        Ok(())
    }

    fn chunk(&mut self, last: u32) -> Result<(), StoreError> {
        let head = (u32::try_from(self.clear.len() + TAG).unwrap_or(0) | last).to_be_bytes();
        let boxed = self
            .cipher
            .encrypt(&nonce(self.number), Payload { msg: &self.clear, aad: &head })
            .map_err(|_| StoreError::CannotWrite("a chunk of a backup cannot be sealed".to_owned()))?;
        self.number += 1;
        self.put(&head)?;
        self.put(&boxed)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes).map_err(|error| cannot_write(&aside(&self.folder, &self.name), &error))
    }

    /// Puts the whole file on disk under its name.
    pub(super) fn finish(mut self) -> Result<Listed, StoreError> {
        self.chunk(LAST)?;
        let (path, from) = (self.folder.join(&self.name), aside(&self.folder, &self.name));
        let done = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        let done = done.and_then(|()| fs::rename(from, &path)).and_then(|()| File::open(&self.folder)?.sync_all());
        done.map_err(|error| cannot_write(&path, &error))?;
        Ok(Listed { name: self.name, bytes: self.bytes, sha256: hex(&self.hash.finalize()) })
    }
}

/// Where a file lies until it is whole.
pub(super) fn aside(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.new"))
}

pub(super) fn cannot_write(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::CannotWrite(format!("{}: {error}", path.display()))
}

/// A file that is being read.
pub(super) struct Opener {
    input: BufReader<File>,
    path: PathBuf,
    cipher: Aes256Gcm,
    clear: Zeroizing<Vec<u8>>,
    /// How much of what is clear was taken.
    taken: usize,
    number: u64,
    ended: bool,
}

impl Opener {
    pub(super) fn open(folder: &Path, name: &str, key: &[u8; 32]) -> Result<Opener, StoreError> {
        let path = folder.join(name);
        let damaged = |what| StoreError::BackupDamaged { file: path.clone(), what };
        let mut input = BufReader::new(File::open(&path).map_err(|_| damaged("is missing or cannot be read"))?);
        let (mut magic, mut chance) = ([0; 16], [0; 32]);
        input
            .read_exact(&mut magic)
            .and_then(|()| input.read_exact(&mut chance))
            .map_err(|_| damaged("was cut short"))?;
        if magic != *MAGIC {
            return Err(damaged("is no file of a backup"));
        }
        let cipher = cipher(key, name, &chance);
        Ok(Opener { input, cipher, clear: Zeroizing::default(), taken: 0, number: 0, ended: false, path })
    }

    /// The next row with its table; none at the end.
    pub(super) fn line(&mut self) -> Result<Option<(&'static Table, Line)>, StoreError> {
        if !self.has(1)? {
            return Ok(None);
        }
        let place = usize::from(self.byte()?);
        let table = CARRIED.get(place).ok_or_else(|| self.damaged("holds a table this version does not know"))?;
        let line = table.columns.iter().map(|_| self.cell()).collect::<Result<Line, StoreError>>()?;
        Ok(Some((table, line)))
    }

    /// All of it.
    pub(super) fn all(mut self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let mut length = 1;
        while self.has(length)? {
            length = self.clear.len() - self.taken + 1;
        }
        Ok(std::mem::take(&mut self.clear))
    }

    fn cell(&mut self) -> Result<Value<'static>, StoreError> {
        Ok(match self.byte()? {
            0 => Value::Null,
            1 => Value::Int(i64::from_be_bytes(self.array()?)),
            2 => Value::from(text(self.with_length()?)?),
            3 => Value::from(self.with_length()?),
            _ => return Err(self.damaged("is not as it was written")),
        })
    }

    fn with_length(&mut self) -> Result<Vec<u8>, StoreError> {
        let length = u32::from_be_bytes(self.array()?);
        self.take(usize::try_from(length).unwrap_or(usize::MAX)).map(<[u8]>::to_vec)
    }

    fn byte(&mut self) -> Result<u8, StoreError> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn take(&mut self, length: usize) -> Result<&[u8], StoreError> {
        if !self.has(length)? {
            return Err(self.damaged("was cut short"));
        }
        let from = self.taken;
        self.taken += length;
        Ok(self.clear.get(from..self.taken).unwrap_or_default())
    }

    /// Whether so much more is there, opening chunks until it is.
    fn has(&mut self, length: usize) -> Result<bool, StoreError> {
        while self.clear.len() - self.taken < length {
            if self.ended {
                return Ok(false);
            }
            self.chunk()?;
        }
        Ok(true)
    }

    fn chunk(&mut self) -> Result<(), StoreError> {
        let mut head = [0; 4];
        self.input.read_exact(&mut head).map_err(|_| self.damaged("was cut short"))?;
        let said = u32::from_be_bytes(head);
        let length = usize::try_from(said & !LAST).unwrap_or(usize::MAX);
        if length > CHUNK + TAG {
            return Err(self.damaged("is not as it was written"));
        }
        let mut boxed = vec![0; length];
        self.input.read_exact(&mut boxed).map_err(|_| self.damaged("was cut short"))?;
        let clear = self.cipher.decrypt(&nonce(self.number), Payload { msg: &boxed, aad: &head });
        let clear = Zeroizing::new(clear.map_err(|_| self.damaged("is not as it was written"))?);
        self.number += 1;
        self.ended = said & LAST != 0;
        if self.ended && self.input.read(&mut [0]).map_or(true, |more| more > 0) {
            return Err(self.damaged("goes on after its end"));
        }
        self.clear.drain(..self.taken);
        self.taken = 0;
        self.clear.extend_from_slice(&clear);
        Ok(())
    }

    fn damaged(&self, what: &'static str) -> StoreError {
        StoreError::BackupDamaged { file: self.path.clone(), what }
    }
}
