//! The key file: made once, crash-safely, readable by its owner only, kept apart from the journal and its backups.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::StoreError;

const HEAD: &str = "huiyin keys 1";

/// The keys of a node.
pub struct Keys {
    /// Wraps the keys of parties.
    pub(crate) seal: Zeroizing<[u8; 32]>,
    /// Signs where the journal ends.
    pub(crate) head: Zeroizing<[u8; 32]>,
    /// Makes secret codes from command ids, so that a form posted twice gives the same receipt.
    pub(crate) code: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// Opens the key file, or makes it where there is none yet.
    ///
    /// # Errors
    /// The file cannot be read, is not a key file, or others may read it.
    pub(crate) fn open_or_make(path: &Path) -> Result<Keys, StoreError> {
        if !path.exists() {
            make(path).map_err(|error| StoreError::DataFolder { path: path.to_owned(), error })?;
        }
        Keys::open(path)
    }

    /// Opens the key file.
    pub(crate) fn open(path: &Path) -> Result<Keys, StoreError> {
        let unreadable = |why: &str| StoreError::KeysUnreadable(path.to_owned(), why.to_owned());
        let mode = fs::metadata(path).map_err(|error| unreadable(&error.to_string()))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(unreadable("others may read it; run chmod 600 on it"));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| unreadable(&error.to_string()))?);
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err(unreadable("it does not begin as a key file"));
        }
        let mut key = |name: &str| {
            let line = lines.next().and_then(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.and_then(unhex).ok_or_else(|| unreadable("a key in it is not complete"))
        };
        Ok(Keys { seal: key("seal")?, head: key("head")?, code: key("code")? })
    }

    /// The four digits of a node that has written nothing yet.
    pub(crate) fn node(&self) -> String {
        let mac = keyed(&self.head, &[b"node"]);
        format!("{}", 1000 + u16::from_be_bytes([mac[0], mac[1]]) % 9000)
    }

    /// A secret code for a command: 25 digits in five groups, 83 bits, easy to say aloud.
    pub fn code_for(&self, command: &str) -> String {
        let mac = keyed(&self.code, &[b"code", command.as_bytes()]);
        // 25 digits need 83 bits; 128 bits taken modulo 10^25 leave a bias below 2^-44.
        let mut number = u128::from_be_bytes(first_16(&mac)) % 10_u128.pow(25);
        let mut digits = [b'0'; 25];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        let groups: Vec<&str> = digits.chunks(5).map(|group| std::str::from_utf8(group).unwrap_or("")).collect();
        groups.join("-")
    }
}

/// The digest of a secret code as matters keep it. Spaces and dashes do not matter, nor do full-width digits.
pub fn code_digest(code: &str) -> String {
    let digits: String = code
        .chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
            _ => None,
        })
        .collect();
    hex(&Sha256::digest(format!("huiyin code 1 {digits}").as_bytes()))
}

/// Whether a secret code, as typed, is the one of this digest. How long it takes tells nothing of how much of it fits.
pub fn code_fits(code: &str, digest: &str) -> bool {
    code_digest(code).as_bytes().ct_eq(digest.as_bytes()).into()
}

/// A key that lives as long as the program runs and is written nowhere: what is marked under it is known again by this
/// run and by nobody else.
pub struct EphemeralKey(Zeroizing<[u8; 32]>);

impl EphemeralKey {
    /// One nobody had before.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn fresh() -> Result<EphemeralKey, StoreError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        getrandom::fill(&mut *key)?;
        Ok(EphemeralKey(key))
    }

    /// The mark of some parts (HMAC-SHA-256).
    pub fn mark(&self, parts: &[&[u8]]) -> [u8; 32] {
        keyed(&self.0, parts)
    }

    /// Whether these bytes begin the mark of some parts. How long it takes tells nothing of how many of them do.
    pub fn fits(&self, parts: &[&[u8]], begins: &[u8]) -> bool {
        let mark = self.mark(parts);
        mark.get(..begins.len()).is_some_and(|mark| mark.ct_eq(begins).into())
    }
}

/// HMAC-SHA-256 over parts, each with its length before it.
pub(crate) fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros to its block: doing so here leaves no length to be wrong.
    let mut block = Zeroizing::new([0_u8; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn first_16(bytes: &[u8; 32]) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&bytes[..16]);
    first
}

pub(crate) fn unhex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    // A sign before a digit would be read as well.
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(key)
}

fn make(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    put(path, &[HEAD, &fresh("seal")?, &fresh("head")?, &fresh("code")?])?;
    // The folder is new as well: without its entry on disk, a power cut could leave a journal without keys.
    folder.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())
}

/// A line of a key file with a key nobody had before.
pub(crate) fn fresh(name: &str) -> std::io::Result<Zeroizing<String>> {
    let mut key = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *key).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(Zeroizing::new(format!("{name} = {}", hex(&*key))))
}

/// Writes lines to a file of its owner: aside, flushed, then renamed, so that a crash leaves either no file or a whole
/// one.
pub(crate) fn put(path: &Path, lines: &[&str]) -> std::io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    for line in lines {
        file.write_all(line.as_bytes())?;
        file.write_all(b"\n")?;
    }
    file.sync_all()?;
    fs::rename(&aside, path)?;
    File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/huiyin.keys");
        let made = Keys::open_or_make(&path).unwrap();
        let read = Keys::open_or_make(&path).unwrap();
        assert_eq!(made.code_for("a"), read.code_for("a"));
        assert_ne!(made.code_for("a"), made.code_for("b"));
        assert_eq!(made.code_for("a").len(), 29);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_file_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        Keys::open_or_make(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keys::open_or_make(&path), Err(StoreError::KeysUnreadable(..))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "huiyin keys 1\nseal = 00\n").unwrap();
        assert!(matches!(Keys::open_or_make(&path), Err(StoreError::KeysUnreadable(..))));
    }

    #[test]
    fn codes_are_the_same_however_they_are_typed() {
        assert_eq!(code_digest("12345-67890"), code_digest("１２３４５ 67890"));
        assert_ne!(code_digest("12345-67890"), code_digest("12345-67891"));
        let digest = code_digest("12345-67890");
        assert!(code_fits("12345 67890", &digest));
        assert!(!code_fits("12345-67891", &digest) && !code_fits("", &digest) && !code_fits("12345-67890", ""));
    }

    #[test]
    fn a_mark_is_of_its_key_and_its_parts() {
        let (key, other) = (EphemeralKey::fresh().unwrap(), EphemeralKey::fresh().unwrap());
        let mark = key.mark(&[b"a", b"b"]);
        assert!(key.fits(&[b"a", b"b"], &mark) && key.fits(&[b"a", b"b"], &mark[..16]));
        assert!(!key.fits(&[b"ab", b""], &mark) && !other.fits(&[b"a", b"b"], &mark));
        assert!(!key.fits(&[b"a", b"b"], &[0; 33]));
    }

    /// Said over the telephone and typed on any keyboard: digits only, in groups of five; guessed never.
    #[test]
    fn a_code_is_digits_in_groups_and_has_more_than_eighty_bits() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open_or_make(&folder.path().join("k")).unwrap();
        let mut seen = [[0_u32; 10]; 25];
        for command in 0..2_000 {
            let code = keys.code_for(&format!("file/{command}"));
            let groups: Vec<&str> = code.split('-').collect();
            assert!(groups.len() == 5 && groups.iter().all(|group| group.len() == 5), "{code}");
            for (place, digit) in code.bytes().filter(u8::is_ascii_digit).enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        // Each of 25 places takes each of ten digits about equally often (200 of 2,000, deviation 13.4).
        assert!(seen.iter().flatten().all(|times| (100..300).contains(times)), "{seen:?}");
        assert!(25.0 * f64::log2(10.0) > 80.0);
    }

    proptest::proptest! {
        /// A key file in which a hand slipped, and one that was cut.
        #[test]
        fn a_spoilt_key_file_is_read_without_panic(
            at: proptest::sample::Index,
            put in "[\\PC\n]{0,6}",
            cut: proptest::sample::Index,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("k");
            Keys::open_or_make(&path).unwrap();
            let whole = fs::read_to_string(&path).unwrap();
            let mut spoilt = whole.clone();
            spoilt.insert_str(at.index(whole.len()), &put);
            fs::write(&path, &spoilt).unwrap();
            let _ = Keys::open(&path).is_ok();
            fs::write(&path, &whole[..cut.index(whole.len() - 1)]).unwrap();
            assert!(Keys::open(&path).is_err());
        }

        #[test]
        fn codes_of_any_kind_are_judged_without_panic(code in "\\PC{0,60}", digest in "[0-9a-f]{0,64}") {
            assert!(!code_fits(&code, &digest) || code_digest(&code) == digest);
        }
    }
}
